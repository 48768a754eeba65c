"""The select of a layer, and its rows as GeoJSON features.

Geometry leaves PostGIS as GeoJSON text and goes into the answer as it is;
attributes are typed by the layer, so that a number is always a number with a
decimal point and a date always ``YYYY-MM-DD``.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import orjson
import shapely
from sqlalchemy import ColumnElement, Select, Text, cast, func, literal, null, select

from app.layer import Layer, Property
from app.ogc.clauses import clauses
from app.ogc.crs import ServedCrs
from app.ogc.question import Question
from app.ogc.sorting import order_by
from app.organisations.viewer import Viewer
from spatial.crs import transform
from spatial.vocabulary import Language

FIRST_PROPERTY = 3
Row = Sequence[Any]
Feature = dict[str, Any]


def columns(question: Question) -> list[ColumnElement[Any]]:
    """Key, id and geometry, then the properties asked, then what the answer is sorted by."""
    layer = question.layer
    geometry = null() if question.skip_geometry else _geometry(layer, question.crs)
    return [
        layer.key.label("key"),
        cast(layer.feature_id, Text).label("feature_id"),
        geometry.label("feature_geometry"),
        *(json_value(p, question.language).label(f"p_{p.name}") for p in question.properties),
        *(
            key.property_.expression(question.language).label(f"s_{key.property_.name}")
            for key in question.order
        ),
    ]


def rows_of(question: Question, viewer: Viewer, storage: int) -> Select[Any]:
    """All rows that answer a question, in the order of paging."""
    layer = question.layer
    statement = select(*columns(question)).select_from(layer.source)
    return statement.where(*clauses(question, viewer, storage)).order_by(
        *order_by(question.order, question.language, layer.key)
    )


def json_value(property_: Property, language: Language) -> ColumnElement[Any]:
    """A property in the form in which JSON carries it."""
    column = property_.expression(language)
    if property_.format == "uuid":
        return cast(column, Text)
    if property_.format == "date-time":
        return func.to_char(func.timezone("UTC", column), literal('YYYY-MM-DD"T"HH24:MI:SS"Z"'))
    return column


def _geometry(layer: Layer, crs: ServedCrs) -> ColumnElement[Any]:
    if crs.way == "computed":
        return func.ST_AsBinary(layer.geometry)
    geometry = layer.geometry if crs.way == "storage" else layer.geometry_4326
    if crs.flipped:
        geometry = func.ST_FlipCoordinates(geometry)
    return func.ST_AsGeoJSON(geometry, crs.digits, 0)


def features(question: Question, rows: Sequence[Row], storage: int) -> list[Feature]:
    """Rows as features, ready for ``orjson.dumps``."""
    names = [p.name for p in question.properties]
    last = FIRST_PROPERTY + len(names)
    shapes = _shapes(question, rows, storage)
    return [
        {
            "type": "Feature",
            "id": row[1],
            "geometry": shape,
            "properties": dict(zip(names, row[FIRST_PROPERTY:last], strict=True)),
        }
        for row, shape in zip(rows, shapes, strict=True)
    ]


def _shapes(question: Question, rows: Sequence[Row], storage: int) -> list[Any]:
    if question.skip_geometry:
        return [None] * len(rows)
    if question.crs.way != "computed":
        return [orjson.Fragment(row[2]) for row in rows]
    return [orjson.Fragment(text) for text in _computed(rows, question.crs, storage)]


def _computed(rows: Sequence[Row], crs: ServedCrs, storage: int) -> list[str]:
    stored = shapely.from_wkb(np.array([row[2] for row in rows], dtype=object))
    moved = transform(stored, storage, crs.uri)

    def finish(xy: np.ndarray[Any, Any]) -> np.ndarray[Any, Any]:
        rounded = np.round(xy, crs.digits)
        return rounded[:, ::-1] if crs.flipped else rounded

    texts: list[str] = shapely.to_geojson(shapely.transform(moved, finish)).tolist()
    return texts
