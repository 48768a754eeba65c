"""What is found in each area of a level: numbers by kind, value, open bottlenecks by rule.

A page of areas drives one statement: each area finds its findings through their
index. A finding counts once, in the area around the middle of its box, as in the
tiles of far zooms, so that areas add up.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, func, literal, or_, select, true

from app.kit import media
from app.kit.links import Link, base_url, with_query
from app.kit.media import told
from app.kit.paging import Cursor
from app.kit.problems import BadRequest
from app.nearby.asked import read_asked
from app.ogc.clauses import clauses
from app.ogc.endpoints import Reading
from app.ogc.question import Question
from app.organisations.viewer import Viewer
from app.tables import areas, findings
from spatial.crs import transform_bounds
from spatial.vocabulary import AREA_LEVEL, FINDING_KIND

LEVEL = "neighbourhood"
KNOWN = frozenset({"level", "limit", "cursor"})
OPEN = ("new", "to_assess", "confirmed")
"""States of a bottleneck that somebody still has to solve."""
NUDGE_M = (1.23e-4, 0.77e-4)
"""A tenth of a millimetre: what lies on the border of two areas counts in one of them."""


def sum_areas(reading: Reading) -> dict[str, Any]:
    """A page of areas with what is found in each, by the filters of a request."""
    storage = reading.settings.storage_crs
    with told(reading.request):
        level = read_level(reading.request.query_params)
    question = read_asked(reading, KNOWN, places=False).question
    statement = summed(question, reading.viewer, storage, level)
    found: dict[int, dict[str, Any]] = {}
    for row in reading.connection.execute(statement).mappings():
        _add(found.setdefault(row["key"], _empty(row)), row)
    keys = list(found)[: question.limit]
    links = []
    if len(found) > question.limit:
        kept = [(n, v) for n, v in reading.request.query_params.multi_items() if n != "cursor"]
        following = [*kept, ("cursor", Cursor(keys[-1]).encode())]
        href = with_query(f"{base_url(reading.request)}{reading.request.url.path}", following)
        links.append(Link("next", href, media.JSON).json())
    return {
        "level": level,
        "areas": [found[key] for key in keys],
        "numberReturned": len(keys),
        "links": links,
    }


def read_level(given: Mapping[str, str]) -> str:
    """The level of areas asked for; neighbourhoods where none is named."""
    level = given.get("level", LEVEL)
    if level not in AREA_LEVEL.ids:
        choices = ", ".join(AREA_LEVEL.ids)
        msg = f"level must be one of {choices}, not {level[:40]!r}."
        raise BadRequest(msg, f"level is een van {choices}, niet {level[:40]!r}.")
    return level


def summed(question: Question, viewer: Viewer, storage: int, level: str) -> Select[Any]:
    """One row for each area of a page, kind and rule; an area without findings has one row."""
    after = question.cursor.after if question.cursor else 0
    page = (
        select(areas.c.key, areas.c.id, areas.c.code, areas.c.name, areas.c.geometry)
        .where(areas.c.level == level, areas.c.key > after, _within_boxes(question, storage))
        .order_by(areas.c.key)
        .limit(question.limit + 1)
        .cte("page")
        .prefix_with("materialized")
    )
    shape = findings.c.geometry
    middle = func.ST_SetSRID(
        func.ST_MakePoint(
            (func.ST_XMin(shape) + func.ST_XMax(shape)) / 2 + NUDGE_M[0],
            (func.ST_YMin(shape) + func.ST_YMax(shape)) / 2 + NUDGE_M[1],
        ),
        literal(storage),
    )
    still = and_(findings.c.kind == "bottleneck", findings.c.state.in_(OPEN))
    inside = (
        select(
            findings.c.kind,
            findings.c.rule,
            func.count().label("count"),
            func.sum(findings.c.saving_eur).label("saving_eur"),
            func.count().filter(still).label("open"),
        )
        .where(
            shape.bool_op("&&")(page.c.geometry),
            func.ST_Intersects(page.c.geometry, middle),
            *clauses(question, viewer, storage),
        )
        .group_by(findings.c.kind, findings.c.rule)
        .lateral("inside")
    )
    said = (page.c.key, page.c.id, page.c.code, page.c.name)
    counted = (inside.c.kind, inside.c.rule, inside.c.count, inside.c.saving_eur, inside.c.open)
    joined = page.outerjoin(inside, true())
    return select(*said, *counted).select_from(joined).order_by(page.c.key, inside.c.rule)


def _within_boxes(question: Question, storage: int) -> ColumnElement[bool]:
    """Areas that share the boxes asked, found through their index."""
    if not question.boxes or question.box_crs is None:
        return true()
    found: Sequence[ColumnElement[bool]] = [
        areas.c.geometry.bool_op("&&")(
            func.ST_MakeEnvelope(
                *map(literal, transform_bounds(box, question.box_crs.uri, storage)),
                literal(storage),
            )
        )
        for box in question.boxes
    ]
    return or_(*found)


def _empty(row: Mapping[Any, Any]) -> dict[str, Any]:
    return {
        "id": str(row["id"]),
        "code": row["code"],
        "name": row["name"],
        "count": 0,
        "kinds": dict.fromkeys(FINDING_KIND.ids, 0),
        "rules": {},
        "saving_eur": 0.0,
        "open_bottlenecks": 0,
        "open_bottlenecks_by_rule": {},
    }


def _add(area: dict[str, Any], row: Mapping[Any, Any]) -> None:
    """Add what was counted of one kind and rule; nothing where an area has no findings."""
    if row["kind"] is None:
        return
    area["count"] += row["count"]
    area["kinds"][row["kind"]] += row["count"]
    area["rules"][row["rule"]] = row["count"]
    area["saving_eur"] = round(area["saving_eur"] + (row["saving_eur"] or 0.0), 2)
    if row["open"]:
        area["open_bottlenecks"] += row["open"]
        area["open_bottlenecks_by_rule"][row["rule"]] = row["open"]
