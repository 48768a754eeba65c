"""The features of a layer in one tile, as PostGIS encodes them.

No geometry is transformed. A tile of the Dutch grid is made from the stored geometry,
one of Web Mercator from the stored copy in degrees: within so small a tile
the two differ by less than a tile can show (:func:`app.tiles.grid.flattened`). Only areas are
drawn at scales where that does not hold; they are few, and simplified first.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import (
    CTE,
    ColumnElement,
    Double,
    Integer,
    Select,
    and_,
    case,
    cast,
    func,
    literal,
    null,
    select,
)

from app.layer import Layer
from app.ogc.clauses import clauses
from app.ogc.question import Question
from app.ogc.rows import json_value
from app.organisations.viewer import Viewer
from app.tiles import content
from app.tiles.grid import BUFFER, EXTENT, MERCATOR, Tile, degrees, flattened
from spatial.crs import Bounds, transform_bounds

POINT_UNITS = {False: 2.0, True: 12.0}
"""Below this size in units (a pixel and a half in between) a feature is drawn as a point."""
SIMPLIFY_UNITS = 4.0
"""How far a line may move where it is generalised: a quarter of a pixel of 256 a tile."""


def shapes(
    question: Question, viewer: Viewer, tile: Tile, storage: int, loaded: frozenset[str]
) -> Select[Any]:
    """The statement that gives the bytes of one layer, and how many features were left out.

    ``loaded`` are the levels of areas there are.
    """
    layer = question.layer
    found = _found(question, viewer, tile, storage, loaded)
    parts = [_encoded(layer.id, _drawn(found, tile, layer))]
    if content.has_markers(layer):
        parts.append(_encoded(f"{layer.id}-markers", _markers(found, tile)))
    left_out = select(func.max(found.c.left_out)).scalar_subquery()
    whole = parts[0] if len(parts) == 1 else parts[0].op("||")(parts[1])
    return select(whole.label("mvt"), left_out.label("left_out"))


def _found(
    question: Question, viewer: Viewer, tile: Tile, storage: int, loaded: frozenset[str]
) -> CTE:
    """The features that count most, at most ``MOST_FEATURES``, with what is said of them."""
    layer = question.layer
    total = func.count().over()
    properties = content.attributes(layer, tile.scale)
    rows = (
        select(
            layer.key.label("key"),
            _geometry(layer, tile).label("shape"),
            cast(
                func.nullif(func.greatest(total - content.MOST_FEATURES, 0), 0), Integer
            ).label("left_out"),
            *(json_value(p, question.language).label(f"p_{p.name}") for p in properties),
        )
        .select_from(layer.source)
        .where(*clauses(question, viewer, storage), _in_tile(layer, tile, storage))
        .order_by(_rank(layer).desc().nulls_last(), layer.key)
        .limit(content.MOST_FEATURES)
    )  # fmt: skip
    level = _level(question, tile, loaded)
    return (rows if level is None else rows.where(level)).cte("found").prefix_with("MATERIALIZED")


def _geometry(layer: Layer, tile: Tile) -> ColumnElement[Any]:
    return layer.geometry_4326 if tile.grid.crs == MERCATOR else layer.geometry


def _level(question: Question, tile: Tile, loaded: frozenset[str]) -> ColumnElement[bool] | None:
    """Areas of one level, those of an organisation's own, or what the question asks for."""
    layer = question.layer
    if not content.is_areas(layer) or any(p.name == "level" for p, _ in question.filters):
        return None
    shown = (content.nearest_level(tile.scale, loaded), content.ALSO)
    return layer.filters["level"].column.in_([level for level in shown if level])


def _rank(layer: Layer) -> ColumnElement[Any]:
    score = content.score(layer)
    if score is not None:
        return score.column
    return _size(layer.indexed)


def _size(geometry: ColumnElement[Any]) -> ColumnElement[float]:
    """The longer side of the box, which PostGIS reads without the rest of the geometry."""
    wide = func.ST_XMax(geometry) - func.ST_XMin(geometry)
    high = func.ST_YMax(geometry) - func.ST_YMin(geometry)
    return func.greatest(wide, high, type_=Double)


def _in_tile(layer: Layer, tile: Tile, storage: int) -> ColumnElement[bool]:
    """Boxes that meet the buffered tile; the index is in the storage CRS."""
    if tile.grid.crs != MERCATOR:
        return layer.indexed.bool_op("&&")(_box(tile.buffered, storage))
    exact = degrees(tile.buffered)
    near = transform_bounds(exact, 4326, storage)
    return and_(
        layer.indexed.bool_op("&&")(_box(near, storage)),
        layer.geometry_4326.bool_op("&&")(_box(exact, 4326)),
    )


def _box(bounds: Bounds, srid: int) -> ColumnElement[Any]:
    return func.ST_MakeEnvelope(*(literal(float(side)) for side in bounds), literal(srid))


def _is_projected(tile: Tile) -> bool:
    """Whether shapes must be transformed: Web Mercator from afar, where degrees are too uneven."""
    return tile.grid.crs == MERCATOR and tile.scale < content.FEATURES_FROM


def _drawn(found: CTE, tile: Tile, layer: Layer) -> Select[Any]:
    """Key, attributes and the shape in the units of the tile."""
    generalised = tile.scale < content.FULL_FROM
    unit = _unit(tile)
    shape: ColumnElement[Any] = found.c.shape
    simple = func.ST_Simplify(shape, literal(unit * SIMPLIFY_UNITS), True) if generalised else shape
    if _is_projected(tile):
        simple = func.ST_Transform(simple, MERCATOR)
        shape = func.ST_Transform(func.ST_PointOnSurface(shape), MERCATOR)
        drawn = [_fitted(simple, tile), _fitted(shape, tile)]
    elif layer.dimension == 2:  # noqa: PLR2004  # polygons
        outline = _fitted(func.ST_Boundary(simple), tile)
        drawn = [_fitted(simple, tile), outline, _fitted(func.ST_PointOnSurface(shape), tile)]
    else:
        drawn = [_fitted(simple, tile), _fitted(func.ST_PointOnSurface(shape), tile)]
    is_small = _size(found.c.shape) < literal(unit * POINT_UNITS[generalised])
    point = _fitted(
        func.ST_Transform(_middle(found.c.shape), MERCATOR)
        if _is_projected(tile)
        else _middle(found.c.shape),
        tile,
    )
    geometry = case((is_small, point), else_=func.coalesce(*drawn))
    inner = select(geometry.label("geometry"), *_said(found)).subquery()
    return select(inner).where(inner.c.geometry.is_not(null()))


def _middle(shape: ColumnElement[Any]) -> ColumnElement[Any]:
    x = (func.ST_XMin(shape) + func.ST_XMax(shape)) / 2
    y = (func.ST_YMin(shape) + func.ST_YMax(shape)) / 2
    return func.ST_SetSRID(func.ST_MakePoint(x, y), func.ST_SRID(shape))


def _unit(tile: Tile) -> float:
    """A unit of the tile in those of the geometry: metres, or degrees of longitude."""
    if tile.grid.crs != MERCATOR:
        return tile.side / EXTENT
    west, _, east, _ = degrees(tile.bounds)
    return (east - west) / EXTENT


def _frame(tile: Tile) -> Bounds:
    if tile.grid.crs != MERCATOR or _is_projected(tile):
        return tile.bounds
    return flattened(tile.bounds)


def _fitted(shape: ColumnElement[Any], tile: Tile) -> ColumnElement[Any]:
    corner = [literal(float(side)) for side in _frame(tile)]
    box = func.ST_MakeBox2D(func.ST_MakePoint(*corner[:2]), func.ST_MakePoint(*corner[2:]))
    return func.ST_AsMVTGeom(shape, box, EXTENT, BUFFER, True)


def _said(found: CTE) -> list[ColumnElement[Any]]:
    named = [c.label(c.name.removeprefix("p_")) for c in found.c if c.name.startswith("p_")]
    return [found.c.key, *named, found.c.left_out]


def _markers(found: CTE, tile: Tile) -> Select[Any]:
    """A point of every feature of which it lies in this tile, so in exactly one."""
    west, south, east, north = degrees(tile.bounds) if _in_degrees(tile) else tile.bounds
    spot = select(found, func.ST_PointOnSurface(found.c.shape).label("spot")).subquery("spots")
    x, y = func.ST_X(spot.c.spot), func.ST_Y(spot.c.spot)
    named = [
        c.label(c.name.removeprefix("p_"))
        for c in spot.c
        if c.name.removeprefix("p_") in content.ON_MARKERS
    ]
    inside = and_(x >= west, x < east, y > south, y <= north)
    return select(
        _fitted(spot.c.spot, tile).label("geometry"), spot.c.key, *named, spot.c.left_out
    ).where(inside)


def _in_degrees(tile: Tile) -> bool:
    return tile.grid.crs == MERCATOR


def _encoded(name: str, rows: Select[Any]) -> ColumnElement[Any]:
    table = rows.subquery(f"rows of {name}")
    encoded = func.ST_AsMVT(table.table_valued(), name, EXTENT, "geometry", "key")
    return select(encoded).select_from(table).scalar_subquery()
