"""Geometry as it is written in a filter: WKT, GeoJSON and boxes."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import numpy as np
import orjson
import shapely
from shapely.geometry.base import BaseGeometry

from app.ogc.filtering.nodes import MOST_VERTICES, Box, Shape
from app.ogc.filtering.refusal import FilterRefused, Place

WKT_TYPES = frozenset(
    {
        "point", "linestring", "polygon", "multipoint", "multilinestring", "multipolygon",
        "geometrycollection",
    }
)  # fmt: skip
BOX_LENGTHS = (4, 6)


def from_wkt(text: str, at: Place) -> Shape:
    """A geometry from well-known text."""
    try:
        with np.errstate(over="ignore"):
            geometry = shapely.from_wkt(text)
        return _checked(geometry, at)
    except (shapely.errors.ShapelyError, ValueError) as error:
        raise _unreadable(str(error), at) from error


def from_geojson(content: dict[str, Any], at: Place) -> Shape:
    """A geometry from GeoJSON."""
    try:
        return _checked(shapely.from_geojson(orjson.dumps(content)), at)
    except (shapely.errors.ShapelyError, ValueError, TypeError) as error:
        raise _unreadable(str(error), at) from error


def box_of(sides: Sequence[object], at: Place) -> Box:
    """A box from four or six numbers."""
    numbers = [
        float(s)
        for s in sides
        if isinstance(s, int | float) and not isinstance(s, bool) and math.isfinite(s)
    ]
    if len(numbers) != len(sides) or len(numbers) not in BOX_LENGTHS:
        nl = "BBOX vraagt vier of zes getallen."
        en = "BBOX takes four or six numbers."
        raise FilterRefused(nl, en, at)
    return Box(tuple(numbers), at)


def _unreadable(why: str, at: Place) -> FilterRefused:
    said = " ".join(why.split())[:120]
    return FilterRefused(
        f"deze geometrie is niet te lezen ({said}).", f"this geometry cannot be read ({said}).", at
    )


def _checked(geometry: BaseGeometry | None, at: Place) -> Shape:
    if geometry is None or geometry.is_empty:
        raise FilterRefused("deze geometrie is leeg.", "this geometry is empty.", at)
    if shapely.get_num_coordinates(geometry) > MOST_VERTICES:
        nl = f"deze geometrie heeft meer dan {MOST_VERTICES} punten. Vereenvoudig haar."
        en = f"this geometry has more than {MOST_VERTICES} vertices. Simplify it."
        raise FilterRefused(nl, en, at)
    flat = shapely.force_2d(geometry)
    if not all(math.isfinite(side) for side in flat.bounds):
        nl, en = "deze geometrie heeft een getal zonder waarde.", "this geometry has no finite box."
        raise FilterRefused(nl, en, at)
    if not flat.is_valid:
        why = shapely.is_valid_reason(flat)
        nl = f"deze geometrie is niet geldig ({why}). Herstel haar."
        en = f"this geometry is not valid ({why}). Repair it."
        raise FilterRefused(nl, en, at)
    return Shape(flat, at)
