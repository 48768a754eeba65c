"""Answers that a browser or proxy may keep, known by what they are made from.

The tag names the state of the tables, who asks and what, the last by its
address; so "not changed" costs one short query, whatever the answer would cost.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import orjson
from fastapi import Response

from app.kit import media
from app.kit.links import base_url
from app.ogc.answer import VARY, is_known
from app.ogc.endpoints import Reading
from app.ogc.versions import answer_tag

TABLES = frozenset({"findings", "organisations", "areas"})

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
    asked = (base_url(request), request.url, language)
    sent = {
        "ETag": answer_tag(reading.connection, viewer, tables, *asked),
        "Cache-Control": f"{'public' if viewer.role == 'public' else 'private'}, no-cache",
        "Vary": VARY,
        "Content-Language": language,
    }
    if is_known(request, sent["ETag"]):
        return Response(status_code=304, headers=sent)
    content = make()
    return Response(orjson.dumps(content), media_type=type_, headers={**sent, **headers(content)})
