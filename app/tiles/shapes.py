"""The features of a layer in one tile, as PostGIS encodes them.

No geometry is transformed. A tile of the Dutch grid is made from the stored geometry,
one of Web Mercator from the stored copy in degrees: within so small a tile
the two differ by less than a tile can show (:func:`app.tiles.grid.flattened`). Only areas are
drawn at scales where that does not hold: see :mod:`app.tiles.projected`.

The statement is the same for all tiles of a scale: it is put together and compiled once,
kept, and run with the numbers of a tile, so that the driver prepares it too.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from sqlalchemy import (
    CTE,
    ColumnElement,
    Connection,
    Double,
    Integer,
    Select,
    and_,
    bindparam,
    case,
    cast,
    func,
    literal,
    select,
)

from app.layer import Layer
from app.ogc.clauses import clauses
from app.ogc.question import Question
from app.ogc.rows import json_value
from app.organisations.viewer import Viewer
from app.tiles import content
from app.tiles.grid import BUFFER, EXTENT, MERCATOR, Grid, Tile, degrees, flattened
from spatial.crs import Bounds, transform_bounds

POINT_UNITS = {False: 2.0, True: 12.0}
"""Below this size in units (a pixel and a half in between) a feature is drawn as a point."""
SIMPLIFY_UNITS = 4.0
"""How far a line may move where it is generalised: a quarter of a pixel of 256 a tile."""
SIDES = ("west", "south", "east", "north")
POLYGONS = 2


@dataclass(frozen=True, slots=True)
class Kind:
    """What the statements of a layer's tiles differ by: all but the place of the tile."""

    question: Question
    viewer: Viewer
    grid: Grid
    scale: int
    storage: int
    loaded: frozenset[str]

    @property
    def layer(self) -> Layer:
        """What is drawn."""
        return self.question.layer

    @property
    def in_degrees(self) -> bool:
        """Whether shapes come from the copy in degrees."""
        return self.grid.crs == MERCATOR

    @property
    def is_projected(self) -> bool:
        """Whether shapes must be projected first: from afar degrees are too uneven."""
        return self.in_degrees and self.scale < content.FEATURES_FROM

    @property
    def is_generalised(self) -> bool:
        """Whether less is drawn than is known."""
        return self.scale < content.FULL_FROM


@dataclass(frozen=True, slots=True)
class Statement:
    """A compiled statement, as the driver takes it, with all values but those of a tile."""

    sql: str
    values: dict[str, Any]

    def __len__(self) -> int:
        """Bytes, about."""
        return len(self.sql) + 100 * len(self.values)

    def run(self, connection: Connection, kind: Kind, tile: Tile) -> tuple[bytes, int]:
        """The bytes of the layer in a tile, and how many features were left out."""
        row = connection.exec_driver_sql(self.sql, {**self.values, **place_of(kind, tile)}).one()
        return bytes(row.mvt or b""), row.left_out or 0


def compile_for(connection: Connection, kind: Kind) -> Statement:
    """The statement that gives the bytes of one layer, and how many features were left out."""
    return compiled_of(connection, _statement(kind))


def compiled_of(connection: Connection, statement: Select[Any]) -> Statement:
    """A statement with its values as the driver takes them."""
    dialect = connection.dialect
    options = {"render_postcompile": True}
    compiled = statement.compile(dialect=dialect, compile_kwargs=options)
    values = dict(compiled.params)
    for bind, name in compiled.bind_names.items():
        process = bind.type.dialect_impl(dialect).bind_processor(dialect)
        if process is not None and name in values:
            values[name] = process(values[name])
    return Statement(str(compiled), values)


def place_of(kind: Kind, tile: Tile) -> dict[str, float]:
    """The places of a tile, by the names that the statement knows."""
    return _numbers(tile, kind.storage, in_degrees=kind.in_degrees, is_projected=kind.is_projected)


@lru_cache(maxsize=4096)
def _numbers(tile: Tile, storage: int, *, in_degrees: bool, is_projected: bool) -> dict[str, float]:
    in_units = degrees if in_degrees else _same
    bounds, buffered = in_units(tile.bounds), in_units(tile.buffered)
    near = transform_bounds(buffered, 4326, storage) if in_degrees else buffered
    frame = flattened(tile.bounds) if in_degrees and not is_projected else tile.bounds
    boxes = {"frame": frame, "near": near, "exact": buffered, "within": bounds}
    numbers = {
        f"{name}_{side}": float(at)
        for name, box in boxes.items()
        for side, at in zip(SIDES, box, strict=True)
    }
    return {**numbers, "unit": (bounds[2] - bounds[0]) / EXTENT}


def _same(bounds: Bounds) -> Bounds:
    return bounds


def number(name: str) -> ColumnElement[float]:
    """A place of the tile in the statement, by its name in ``place_of``."""
    return bindparam(name, 0.0, type_=Double)  # the number of a tile takes its place


def _statement(kind: Kind) -> Select[Any]:
    layer = kind.layer
    found = found_in(kind)
    parts = [_encoded(layer.id, _drawn(found, kind))]
    if content.has_markers(layer):
        parts.append(_encoded(f"{layer.id}-markers", _markers(found)))
    left_out = select(func.max(found.c.left_out)).scalar_subquery()
    whole = parts[0] if len(parts) == 1 else parts[0].op("||")(parts[1])
    return select(whole.label("mvt"), left_out.label("left_out"))


def found_in(kind: Kind) -> CTE:
    """The features that count most, at most ``MOST_FEATURES``, with what is said of them."""
    layer = kind.layer
    more = func.greatest(func.count().over() - content.MOST_FEATURES, 0)
    said = [
        json_value(p, kind.question.language).label(f"p_{p.name}")
        for p in content.attributes(layer, kind.scale)
    ]
    shape = layer.geometry_4326 if kind.in_degrees else layer.geometry
    rows = (
        select(
            layer.key.label("key"),
            shape.label("shape"),
            cast(func.nullif(more, 0), Integer).label("left_out"),
            *said,
        )
        .select_from(layer.source)
        .where(*clauses(kind.question, kind.viewer, kind.storage), _in_tile(kind))
        .order_by(_rank(layer).desc().nulls_last(), layer.key)
        .limit(content.MOST_FEATURES)
    )
    level = _level(kind)
    return (rows if level is None else rows.where(level)).cte("found").prefix_with("MATERIALIZED")


def _level(kind: Kind) -> ColumnElement[bool] | None:
    """Areas of one level, those of an organisation's own, or what the question asks for."""
    layer = kind.layer
    if not content.is_areas(layer) or any(p.name == "level" for p, _ in kind.question.filters):
        return None
    shown = (content.nearest_level(kind.scale, kind.loaded), content.ALSO)
    return layer.filters["level"].column.in_([level for level in shown if level])


def _rank(layer: Layer) -> ColumnElement[Any]:
    score = content.score(layer)
    return _size(layer.indexed) if score is None else score.column


def _size(geometry: ColumnElement[Any]) -> ColumnElement[float]:
    """The longer side of the box, which PostGIS reads without the rest of the geometry."""
    wide = func.ST_XMax(geometry) - func.ST_XMin(geometry)
    high = func.ST_YMax(geometry) - func.ST_YMin(geometry)
    return func.greatest(wide, high, type_=Double)


def _in_tile(kind: Kind) -> ColumnElement[bool]:
    """Boxes that meet the buffered tile; the index is in the storage CRS."""
    near = kind.layer.indexed.bool_op("&&")(_box("near", kind.storage))
    if not kind.in_degrees:
        return near
    return and_(near, kind.layer.geometry_4326.bool_op("&&")(_box("exact", 4326)))


def _box(name: str, srid: int) -> ColumnElement[Any]:
    return func.ST_MakeEnvelope(*(number(f"{name}_{side}") for side in SIDES), literal(srid))


def _drawn(found: CTE, kind: Kind) -> Select[Any]:
    """Key, attributes and the shape in the units of the tile.

    What is too small for a polygon is drawn as its outline, else as a point of it. Rows
    without a shape are left to ST_AsMVT, which skips them: a condition here would make
    PostgreSQL work out each shape twice.
    """
    shape: ColumnElement[Any] = found.c.shape
    simple = shape
    if kind.is_generalised:
        simple = func.ST_Simplify(shape, number("unit") * SIMPLIFY_UNITS, True)
    ways = [_fitted(simple)]
    if kind.layer.dimension == POLYGONS:
        ways.append(_fitted(func.ST_Boundary(simple)))
    ways.append(_fitted(func.ST_PointOnSurface(shape)))
    is_small = _size(shape) < number("unit") * POINT_UNITS[kind.is_generalised]
    point = _fitted(_middle(shape))
    geometry = case((is_small, point), else_=func.coalesce(*ways))
    return select(geometry.label("geometry"), *_said(found))


def _middle(shape: ColumnElement[Any]) -> ColumnElement[Any]:
    x = (func.ST_XMin(shape) + func.ST_XMax(shape)) / 2
    y = (func.ST_YMin(shape) + func.ST_YMax(shape)) / 2
    return func.ST_SetSRID(func.ST_MakePoint(x, y), func.ST_SRID(shape))


def _fitted(shape: ColumnElement[Any]) -> ColumnElement[Any]:
    west, south, east, north = (number(f"frame_{side}") for side in SIDES)
    box = func.ST_MakeBox2D(func.ST_MakePoint(west, south), func.ST_MakePoint(east, north))
    return func.ST_AsMVTGeom(shape, box, EXTENT, BUFFER, True)


def _said(found: CTE) -> list[ColumnElement[Any]]:
    named = [c.label(c.name.removeprefix("p_")) for c in found.c if c.name.startswith("p_")]
    return [found.c.key, *named, found.c.left_out]


def _markers(found: CTE) -> Select[Any]:
    """A point of every feature of which it lies in this tile, so in exactly one."""
    west, south, east, north = (number(f"within_{side}") for side in SIDES)
    spots = select(found, func.ST_PointOnSurface(found.c.shape).label("spot")).subquery("spots")
    x, y = func.ST_X(spots.c.spot), func.ST_Y(spots.c.spot)
    named = [
        c.label(c.name.removeprefix("p_"))
        for c in spots.c
        if c.name.removeprefix("p_") in content.ON_MARKERS
    ]
    geometry = _fitted(spots.c.spot).label("geometry")
    inside = and_(x >= west, x < east, y > south, y <= north)
    return select(geometry, spots.c.key, *named, spots.c.left_out).where(inside)


def _encoded(name: str, rows: Select[Any]) -> ColumnElement[Any]:
    table = rows.subquery(f"rows of {name}")
    encoded = func.ST_AsMVT(table.table_valued(), name, EXTENT, "geometry", "key")
    return select(encoded).select_from(table).scalar_subquery()
