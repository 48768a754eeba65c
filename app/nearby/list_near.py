"""Findings near a place or of a work, a page at a time, as GeoJSON."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any
from uuid import UUID

from fastapi import Request
from sqlalchemy import and_, select

from app.finding_layer import QUESTIONS
from app.kit import media
from app.kit.links import Link, base_url, with_query
from app.kit.problems import BadRequest, NotFound
from app.nearby.asked import PAGE, read_asked
from app.nearby.place import Place
from app.ogc.endpoints import Reading
from app.ogc.page import read_page
from app.ogc.question import Question
from app.tables import works

_OF_WORK = next(q.exact for q in QUESTIONS if q.name == "work")


def list_near(reading: Reading, body: Place | None = None) -> dict[str, Any]:
    """Findings near the place of the request, the nearest first; inside an area by their key."""
    asked = read_asked(reading, PAGE, body=body)
    if asked.place is None:
        msg = "Say where: lon and lat, or geometry (WKT), or area (an id)."
        nl = "Zeg waar: lon en lat, of geometry (WKT), of area (een id)."
        raise BadRequest(msg, nl).told_in(asked.question.language)
    return _collection(reading, asked.question)


def list_of_work(reading: Reading, work_id: UUID) -> dict[str, Any]:
    """Findings of a work; NotFound for a work that is not there or not to be seen."""
    visible = reading.viewer.sees_rows_of(works)
    query = select(works.c.id).where(works.c.id == work_id, visible)
    if reading.connection.scalar(query) is None:
        msg = f"There is no work {str(work_id)!r}, or you may not see it."
        raise NotFound(msg)
    question = read_asked(reading, PAGE).question
    assert _OF_WORK is not None
    condition = and_(question.layer.condition, _OF_WORK(str(work_id)))
    layer = replace(question.layer, condition=condition)
    return _collection(reading, replace(question, layer=layer))


def _collection(reading: Reading, question: Question) -> dict[str, Any]:
    storage = reading.settings.storage_crs
    page = read_page(reading.connection, question, reading.viewer, storage)
    links = [Link("self", _address(reading.request, {}), media.GEOJSON)]
    if page.next:
        following = _address(reading.request, {"cursor": page.next.encode()})
        links.append(Link("next", following, media.GEOJSON))
    return {
        "type": "FeatureCollection",
        "numberReturned": len(page.features),
        "links": [link.json() for link in links],
        "features": page.features,
    }


def _address(request: Request, changed: Mapping[str, str]) -> str:
    kept = [(n, v) for n, v in request.query_params.multi_items() if n not in changed]
    return with_query(f"{base_url(request)}{request.url.path}", [*kept, *changed.items()])


def headers_of(content: Mapping[str, Any]) -> dict[str, str]:
    """The link to the next page as a header."""
    following = [link for link in content["links"] if link["rel"] == "next"]
    told = [f'<{link["href"]}>; rel="next"; type="{link["type"]}"' for link in following]
    return {"Link": told[0]} if told else {}
