"""Spatial functions: the literal goes to the stored geometry, never the other way round.

As with ``bbox``: the box of the literal, in the storage CRS, finds candidates
through the GiST index; the exact test is on the stored copy that the literal's
coordinates belong to, in degrees or in the storage CRS.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import shapely
from shapely.geometry.base import BaseGeometry
from sqlalchemy import ColumnElement, and_, func, literal, not_

from app.kit.problems import BadRequest
from app.ogc.boxes import read_boxes
from app.ogc.crs import CRS84, WEB_MERCATOR, is_in_world
from app.ogc.filtering.nodes import Box, Call, Name, Node, Shape
from app.ogc.filtering.operands import GEOMETRY, Terms, find_property
from app.ogc.filtering.refusal import FilterRefused, Place
from spatial.crs import transform, transform_bounds
from spatial.errors import KansenkaartError

FUNCTIONS = {
    "s_intersects": "ST_Intersects",
    "s_equals": "ST_Equals",
    "s_disjoint": "ST_Intersects",
    "s_touches": "ST_Touches",
    "s_within": "ST_Within",
    "s_overlaps": "ST_Overlaps",
    "s_crosses": "ST_Crosses",
    "s_contains": "ST_Contains",
}
_COLLECTION = 7
DEGREES = 4326


@dataclass(frozen=True, slots=True)
class _Placed:
    """A literal in the storage CRS or in degrees, and its box in the storage CRS."""

    geometry: BaseGeometry
    srid: int
    near: tuple[float, float, float, float]


def compare_places(call: Call, terms: Terms) -> ColumnElement[bool]:
    """A spatial function of two geometries."""
    if len(call.args) != 2:  # noqa: PLR2004  # two geometries
        name = call.op.upper()
        nl, en = f"{name} vraagt twee geometrieën.", f"{name} takes two geometries."
        raise FilterRefused(nl, en, call.at)
    sides = [_side(node, terms) for node in call.args]
    if call.op not in {"s_intersects", "s_disjoint"}:
        pairs = zip(call.args, sides, strict=True)
        sides = [side and _of_one_kind(side, node.at) for node, side in pairs]
    clause = _holds(FUNCTIONS[call.op], sides[0], sides[1], terms)
    return not_(clause) if call.op == "s_disjoint" else clause


def _holds(
    function: str, left: _Placed | None, right: _Placed | None, terms: Terms
) -> ColumnElement[bool]:
    """Of a literal and the geometry of the layer, of two literals, or of the layer with itself."""
    placed = left or right
    exact: Callable[..., ColumnElement[bool]] = getattr(func, function)
    layer = terms.layer
    if placed is None:
        return exact(layer.geometry, layer.geometry)
    if left is not None and right is not None:
        return exact(_sql(left), _sql(right))
    column = layer.geometry_4326 if placed.srid == DEGREES else layer.geometry
    test = exact(column if left is None else _sql(left), column if right is None else _sql(right))
    sides = (literal(float(side)) for side in placed.near)
    box = func.ST_MakeEnvelope(*sides, literal(terms.storage))
    return and_(layer.indexed.bool_op("&&")(box), test)


def _sql(placed: _Placed) -> ColumnElement[Any]:
    return func.ST_GeomFromWKB(literal(shapely.to_wkb(placed.geometry)), literal(placed.srid))


def _side(node: Node, terms: Terms) -> _Placed | None:
    """A literal in its place; None for the geometry of the layer."""
    if isinstance(node, Name):
        if node.name == GEOMETRY:
            return None
        find_property(terms, node)
    if isinstance(node, Box):
        return _place(_of_box(node, terms), node.at, terms)
    if isinstance(node, Shape):
        return _place(_axes(node.geometry, terms), node.at, terms)
    nl = "hier wordt 'geometry', WKT of BBOX verwacht."
    raise FilterRefused(nl, "'geometry', WKT or BBOX is expected here.", node.at)


def _of_box(box: Box, terms: Terms) -> BaseGeometry:
    try:
        boxes = read_boxes(",".join(map(repr, box.sides)), terms.crs)
    except BadRequest as error:
        said = str(error).replace("bbox", "BBOX")
        raise FilterRefused(said, said, box.at) from error
    shapes = [shapely.envelope(shapely.MultiPoint([b[:2], b[2:]])) for b in boxes]
    return shapes[0] if len(shapes) == 1 else shapely.union_all(shapes)


def _axes(geometry: BaseGeometry, terms: Terms) -> BaseGeometry:
    """With x first, whatever the authority of the filter's CRS says."""
    if not terms.crs.flipped:
        return geometry
    return shapely.transform(geometry, lambda xy: xy[:, ::-1])


def _place(geometry: BaseGeometry, at: Place, terms: Terms) -> _Placed:
    way, uri = terms.crs.way, terms.crs.uri
    if way == "degrees" and not is_in_world(geometry.bounds):
        nl = "dit ligt buiten de wereld: lengte -180 tot 180, breedte -90 tot 90. Klopt filter-crs?"
        en = "this lies outside the world: longitude -180 to 180, latitude -90 to 90. "
        raise FilterRefused(nl, f"{en}Is filter-crs right?", at)
    if way == "storage":
        return _Placed(geometry, terms.storage, geometry.bounds)
    if way == "computed":
        to_degrees = uri == WEB_MERCATOR
        geometry = _moved(geometry, at, uri, CRS84 if to_degrees else terms.storage)
        if not to_degrees:
            return _Placed(geometry, terms.storage, geometry.bounds)
    return _Placed(geometry, DEGREES, transform_bounds(geometry.bounds, CRS84, terms.storage))


def _moved(geometry: BaseGeometry, at: Place, source: str, target: str | int) -> Any:
    try:
        moved = transform(np.array([geometry], dtype=object), source, target)[0]
    except (KansenkaartError, ValueError):
        moved = None
    if moved is None or not np.isfinite(shapely.get_coordinates(moved)).all():
        nl, en = "dit ligt buiten het gebied van filter-crs.", "this lies outside filter-crs."
        raise FilterRefused(nl, en, at)
    return moved


def _of_one_kind(side: _Placed, at: Place) -> _Placed:
    """A collection of points, of lines or of polygons as one geometry.

    FilterRefused for a mixture: PostGIS only tells whether that meets something.
    """
    if shapely.get_type_id(side.geometry) != _COLLECTION:
        return side
    parts = shapely.get_parts(side.geometry)
    if len(set(shapely.get_dimensions(parts).tolist())) > 1:
        nl = "een GEOMETRYCOLLECTION van punten, lijnen en vlakken door elkaar kan alleen in "
        en = "a GEOMETRYCOLLECTION of points, lines and polygons mixed can only stand in "
        where = "S_INTERSECTS en S_DISJOINT.", "S_INTERSECTS and S_DISJOINT."
        raise FilterRefused(nl + where[0], en + where[1], at)
    return replace(side, geometry=shapely.union_all(parts))
