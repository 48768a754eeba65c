"""How a document leaves the service: form, language, caching."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from hashlib import blake2b
from typing import Any

import orjson
from fastapi import Request, Response

from app.kit import media
from app.ogc.html import render

VARY = "Accept, Accept-Language, Accept-Encoding, Authorization, X-API-Key"
PRIVATE = "private, no-cache"
"""What a caller sees depends on who asks, so nobody else may keep it."""


def answer(
    request: Request,
    form: str,
    content: Mapping[str, Any],
    template: str,
    *,
    type_: str = media.JSON,
    headers: Mapping[str, str] | None = None,
    stamped: bool = False,
    tag: str = "",
) -> Response:
    """The document as JSON, or as the HTML page that ``template`` makes of it.

    ``stamped`` adds ``timeStamp``, which does not count for the ETag: the same
    features are the same answer a minute later. ``tag`` is the ETag of what can
    be edited; other documents have one of their content.
    """
    language = media.language(request)
    if form == "html":
        body = render(template, request, language, content).encode()
        type_ = "text/html; charset=utf-8"
    else:
        body = orjson.dumps(content)
    tag = tag or f'W/"{blake2b(body, digest_size=12).hexdigest()}"'
    sent = {
        "ETag": tag,
        "Cache-Control": PRIVATE,
        "Vary": VARY,
        "Content-Language": language,
        **(headers or {}),
    }
    if is_known(request, tag):
        return Response(status_code=304, headers=sent)
    if stamped and form != "html":
        now = datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
        body = body[:-1] + b',"timeStamp":"' + now.encode() + b'"}'
    return Response(body, media_type=type_, headers=sent)


def is_known(request: Request, tag: str) -> bool:
    """Whether the caller already has the answer with this tag (``If-None-Match``)."""
    known = request.headers.get("if-none-match", "")
    weak = tag.removeprefix("W/")
    return any(part.strip().removeprefix("W/") in {weak, "*"} for part in known.split(","))
