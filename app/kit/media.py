"""Which form and which language an answer takes: ``f`` and ``lang`` before the headers."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Literal

from fastapi import Request

from app.kit.problems import BadRequest

JSON = "application/json"
GEOJSON = "application/geo+json"
HTML = "text/html"
SCHEMA = "application/schema+json"
MERGE_PATCH = "application/merge-patch+json"
OPENAPI = "application/vnd.oai.openapi+json;version=3.0"

Language = Literal["nl", "en"]


def _preferences(header: str) -> list[tuple[str, float]]:
    """The values of an Accept-like header with their weights, best first.

    >>> _preferences("text/html;q=0.5, application/json, */*;q=0")
    [('application/json', 1.0), ('text/html', 0.5)]
    """
    found = []
    for part in header.split(","):
        value, *parameters = (p.strip() for p in part.split(";"))
        weight = next((p[2:] for p in parameters if p.startswith("q=")), "1")
        try:
            q = float(weight)
        except ValueError:
            q = 0.0
        if value and q > 0:
            found.append((value.lower(), q))
    return sorted(found, key=lambda pair: -pair[1])


def _fits(wanted: str, offered: str) -> bool:
    kind = offered.split(";", maxsplit=1)[0]
    return wanted in {"*/*", kind, kind.split("/")[0] + "/*"}


def negotiate(request: Request, offers: Mapping[str, str]) -> str:
    """The key of the form to answer in, among ``offers`` (value of ``f`` to media type).

    ``f`` decides; an unknown value is a ``BadRequest``. Else the ``Accept``
    header chooses, and what it does not name gets the first offer, as JSON
    serves a client better than a refusal.
    """
    asked = request.query_params.get("f")
    if asked is not None:
        if asked in offers:
            return asked
        by_type = {media.split(";")[0]: key for key, media in offers.items()}
        if asked in by_type:
            return by_type[asked]
        msg = f"f must be one of {', '.join(offers)}, not {asked!r}."
        raise BadRequest(msg)
    for wanted, _ in _preferences(request.headers.get("accept", "")):
        for key, media in offers.items():
            if _fits(wanted, media):
                return key
    return next(iter(offers))


@contextmanager
def told(request: Request) -> Iterator[None]:
    """Tells what the block refuses in the language of the request."""
    spoken = language(request)
    try:
        yield
    except BadRequest as refused:
        raise refused.told_in(spoken) from refused


def language(request: Request, supported: Sequence[Language] = ("nl", "en")) -> Language:
    """The language to answer in: ``lang``, else ``Accept-Language``, else Dutch."""
    asked = request.query_params.get("lang")
    if asked is not None:
        for name in supported:
            if asked.lower() == name:
                return name
        msg = f"lang must be one of {', '.join(supported)}, not {asked!r}."
        raise BadRequest(msg)
    for wanted, _ in _preferences(request.headers.get("accept-language", "")):
        for name in supported:
            if wanted.split("-")[0] == name:
                return name
    return supported[0]
