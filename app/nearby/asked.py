"""What a front end asks of findings: the filters of the map layers, and a place."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any
from uuid import UUID

import shapely
from fastapi import Request
from sqlalchemy import ColumnElement, Connection, and_, func, literal, or_, select

from app.findings.reading import EVERY, LAYER
from app.kit.media import told
from app.kit.paging import Cursor
from app.kit.problems import BadRequest, NotFound
from app.layer import Layer, Property, Text
from app.nearby.place import Place, read_point, read_radius, read_wkt
from app.ogc.endpoints import Reading
from app.ogc.question import QUERY, Question, read_question
from app.tables import areas
from spatial.rule import rules

PLACE = frozenset({"lon", "lat", "radius", "geometry", "area"})
PAGE = frozenset({"limit", "cursor", "sortby", "crs", "properties", "skipGeometry"})
AWAY = "away_m"


@dataclass(frozen=True, slots=True)
class Asked:
    """A question over findings, and the place that it is narrowed to, if any."""

    question: Question
    place: Place | None


def read_asked(
    reading: Reading,
    known: frozenset[str] = frozenset(),
    *,
    body: Place | None = None,
    places: bool = True,
) -> Asked:
    """The filters and the place of a request; BadRequest, in its language, for what cannot be.

    ``known`` lists what the path takes beside filters. A place in the body of
    a request stands for one in its address; ``places`` is False where none is
    taken. Findings that no longer hold only where ``state`` asks for them.
    """
    request, settings = reading.request, reading.settings
    given = request.query_params
    with told(request):
        place = body
        if places and place is None:
            place = read_place(given, reading.connection, settings.storage_crs)
        layer = layer_near(EVERY if "state" in given else LAYER, place, settings.storage_crs)
        ordered = _nearest_first(request, place) if "sortby" in known else request
        where = frozenset({"radius"}) if body else PLACE if places else frozenset()
        question = read_question(ordered, layer, settings, QUERY | where | known)
        for property_, value in question.filters:
            _check(property_.name, str(value))
    if not question.order:
        question = replace(question, cursor=question.cursor or Cursor())
    return Asked(question, place)


def read_place(given: Mapping[str, str], connection: Connection, storage: int) -> Place | None:
    """The place in the address of a request; None where it names none.

    A point (``lon``, ``lat``), a ``geometry`` in WKT, or the id of an ``area``:
    one of these.
    """
    ways = [bool({"lon", "lat"} & given.keys()), "geometry" in given, "area" in given]
    if sum(ways) > 1:
        msg = "Give one place: lon and lat, or geometry, or area."
        raise BadRequest(msg, "Geef één plek: lon en lat, of geometry, of area.")
    if not any(ways):
        if "radius" in given:
            msg = "radius goes with a place: lon and lat, or geometry, or area."
            raise BadRequest(msg, "radius hoort bij een plek: lon en lat, of geometry, of area.")
        return None
    if ways[0]:
        geometry = read_point(given, storage)
    elif ways[1]:
        geometry = read_wkt(given["geometry"], storage)
    else:
        geometry = _area(given["area"], connection)
    return Place(geometry, read_radius(given, geometry))


def _area(text: str, connection: Connection) -> Any:
    try:
        query = select(func.ST_AsBinary(areas.c.geometry)).where(areas.c.id == UUID(text))
    except ValueError:
        msg = f"area must be the id of an area (UUID), not {text[:40]!r}."
        raise BadRequest(
            msg, f"area is het id van een gebied (UUID), niet {text[:40]!r}."
        ) from None
    raw = connection.scalar(query)
    if raw is None:
        msg = f"There is no area {text!r}."
        raise NotFound(msg)
    return shapely.from_wkb(bytes(raw))


def layer_near(base: Layer, place: Place | None, storage: int) -> Layer:
    """Findings, with the codes of rules as words; near a place, how far away each one is."""
    codes = tuple(rule.code for rule in rules())
    properties = tuple(replace(p, words=codes) if p.name == "rule" else p for p in base.properties)
    if place is None:
        return replace(base, properties=properties)
    geometry = func.ST_GeomFromWKB(literal(place.wkb), literal(storage))
    away = Property(
        AWAY,
        func.ST_Distance(base.geometry, geometry),
        Text("Afstand tot de gevraagde plek (m)", "Distance to the place asked (m)"),
        "number",
        unit="m",
    )
    condition = and_(base.condition, _near(base, place, geometry, storage))
    return replace(base, properties=(*properties, away), condition=condition)


def _near(
    layer: Layer, place: Place, geometry: ColumnElement[Any], storage: int
) -> ColumnElement[bool]:
    """The boxes find candidates through the index, the geometry decides."""
    boxes = (
        layer.indexed.bool_op("&&")(func.ST_MakeEnvelope(*map(literal, box), literal(storage)))
        for box in place.boxes
    )
    if place.radius_m == 0:
        return and_(or_(*boxes), func.ST_Intersects(layer.geometry, geometry))
    return and_(or_(*boxes), func.ST_DWithin(layer.geometry, geometry, literal(place.radius_m)))


def _nearest_first(request: Request, place: Place | None) -> Request:
    """The nearest first where one can be nearer than another, unless another order is asked."""
    if place is None or place.is_area or "sortby" in request.query_params:
        return request
    query = str(request.url.query).encode() + b"&sortby=" + AWAY.encode()
    return Request({**request.scope, "query_string": query})


def _check(name: str, value: str) -> None:
    if name != "work":
        return
    try:
        UUID(value)
    except ValueError:
        msg = f"work must be an id (UUID), not {value[:80]!r}."
        raise BadRequest(msg, f"work is een id (UUID), niet {value[:80]!r}.") from None
