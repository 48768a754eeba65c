"""Answers that a browser or proxy may keep, known by what they are made from.

The tag names the state of the tables, who asks and what, the last by its
address; so "not changed" costs one short query, whatever the answer would cost.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from hashlib import blake2b
from typing import Any

import orjson
from fastapi import Response

from app.kit import media
from app.kit.data_version import data_version
from app.kit.links import base_url
from app.ogc.answer import VARY, is_known
from app.ogc.endpoints import Reading
from app.organisations.viewer import Viewer

MADE_BY = "1"
"""Counts up when the same data make another answer than before."""
TABLES = frozenset({"findings", "organisations", "areas"})
BEHIND_SHARED = frozenset({"works", "projects"})
"""Who shares an organisation with others sees a finding by who delivered its works."""

Content = Mapping[str, Any]


def kept(
    reading: Reading,
    make: Callable[[], Content],
    *,
    type_: str = media.JSON,
    tables: frozenset[str] = TABLES,
    headers: Callable[[Content], Mapping[str, str]] = lambda _: {},
) -> Response:
    """The answer that ``make`` gives, or 304 where the caller has it.

    ``tables`` are those that the answer is made from.
    """
    request, viewer = reading.request, reading.viewer
    language = media.language(request)
    version = data_version(reading.connection, tables | _behind(viewer))
    named = f"{MADE_BY}|{version}|{viewer.cache_class}|{base_url(request)}|{request.url}|{language}"
    sent = {
        "ETag": f'W/"{blake2b(named.encode(), digest_size=12).hexdigest()}"',
        "Cache-Control": f"{'public' if viewer.role == 'public' else 'private'}, no-cache",
        "Vary": VARY,
        "Content-Language": language,
    }
    if is_known(request, sent["ETag"]):
        return Response(status_code=304, headers=sent)
    content = make()
    return Response(orjson.dumps(content), media_type=type_, headers={**sent, **headers(content)})


def _behind(viewer: Viewer) -> frozenset[str]:
    return BEHIND_SHARED if viewer.shares else frozenset()
