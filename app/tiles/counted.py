"""How many features of a layer lie in each area, or in each square where no area is known.

A feature counts once, in the area around the middle of its box. What lies in no
area counts in squares of an eighth of a tile. One question to the database
brings the middles of all features over as raw numbers; all the rest is columns. The
answer serves every tile of a zoom, so it is made once per state of the data.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import ColumnElement, Connection, LargeBinary, func, literal, select, text

from app.ogc.clauses import clauses
from app.ogc.question import Question
from app.organisations.viewer import Viewer
from app.tiles import content
from app.tiles.area_points import AreaPoints
from app.tiles.grid import EXTENT, MERCATOR, Floats, Grid, Tile, mercator

SQUARES = 8
"""Squares along the side of a tile: 32 pixels each."""
FIRST_SQUARE = 1 << 52
"""Ids of squares start here, above every key of an area; a browser still counts them exactly."""


@dataclass(frozen=True, slots=True)
class Counted:
    """Counts as columns: one row is one area or one square, at ``x``, ``y`` in the CRS of a grid.

    ``score_sum`` and ``score_max`` are 0 for a layer without scores; ``area`` is the
    number of the area, -1 for a square.
    """

    id: NDArray[np.int64]
    x: Floats
    y: Floats
    count: NDArray[np.int64]
    score_sum: Floats
    score_max: Floats
    area: NDArray[np.int64]

    def __len__(self) -> int:
        """Bytes."""
        return 56 * len(self.id)

    def within(self, tile: Tile) -> Counted:
        """What lies in a tile; its western and northern edges belong to it, the others do not."""
        west, south, east, north = tile.bounds
        inside = (self.x >= west) & (self.x < east) & (self.y <= north) & (self.y > south)
        return Counted(*(getattr(self, name)[inside] for name in Counted.__dataclass_fields__))


@dataclass(frozen=True, slots=True)
class Middles:
    """The middle of the box of every feature, in degrees and in the storage CRS, and its score."""

    longitude: Floats
    latitude: Floats
    x: Floats
    y: Floats
    score: Floats


def read_middles(
    connection: Connection, question: Question, viewer: Viewer, storage: int
) -> Middles:
    """The middles of all features that answer a question."""
    layer = question.layer
    score = content.score(layer)
    numbers = [
        *_middle(layer.geometry_4326),
        *_middle(layer.geometry),
        literal(0.0) if score is None else score.column,
    ]
    packed: ColumnElement[Any] = func.float8send(numbers[0], type_=LargeBinary)
    for number in numbers[1:]:
        packed = packed.op("||")(func.float8send(number, type_=LargeBinary))
    statement = (
        select(func.string_agg(packed, literal(b"", LargeBinary)))
        .select_from(layer.source if question.asks_properties else layer.table)
        .where(*clauses(question, viewer, storage))
    )
    raw = connection.scalar(statement) or b""
    columns = np.frombuffer(raw, dtype=">f8").astype(np.float64).reshape(-1, len(numbers)).T
    return Middles(*columns)


def _middle(shape: ColumnElement[Any]) -> tuple[ColumnElement[Any], ColumnElement[Any]]:
    return (
        (func.ST_XMin(shape) + func.ST_XMax(shape)) / 2,
        (func.ST_YMin(shape) + func.ST_YMax(shape)) / 2,
    )


@dataclass(frozen=True, slots=True)
class Named:
    """What is said beside the counts of a layer: the layer and the areas of a level."""

    layer: str
    scored: bool
    level: str
    areas: AreaPoints


def count(middles: Middles, areas: AreaPoints, grid: Grid, zoom: int) -> Counted:
    """Count by area, and by square what lies in no area."""
    area = areas.around(middles.longitude, middles.latitude)
    x, y = (middles.x, middles.y)
    if grid.crs == MERCATOR:
        x, y = mercator(middles.longitude, middles.latitude)
    side = grid.side / 2**zoom / SQUARES
    column = np.floor((x - grid.west) / side).astype(np.int64)
    row = np.floor((grid.north - y) / side).astype(np.int64)
    ids = FIRST_SQUARE + row * (SQUARES * 2**zoom) + column
    if len(areas.key):
        ids = np.where(area >= 0, areas.key[area], ids)
    counted = _summed(ids, area, x, y, score=middles.score)
    if not len(areas.key):
        return counted
    at_x, at_y = areas.positions(grid)
    named = counted.area >= 0
    return replace(
        counted,
        x=np.where(named, at_x[counted.area], counted.x),
        y=np.where(named, at_y[counted.area], counted.y),
    )


def _summed(
    ids: NDArray[np.int64], area: NDArray[np.int64], x: Floats, y: Floats, *, score: Floats
) -> Counted:
    """One row for each id; its place is the mean of what it counts."""
    unique, first, group = np.unique(ids, return_index=True, return_inverse=True)
    counts = np.bincount(group, minlength=len(unique)).astype(np.int64)
    most = np.full(len(unique), -np.inf)
    np.maximum.at(most, group, score)
    return Counted(
        id=unique,
        x=np.bincount(group, x, len(unique)) / counts,
        y=np.bincount(group, y, len(unique)) / counts,
        count=counts,
        score_sum=np.bincount(group, score, len(unique)).astype(np.float64),
        score_max=most,
        area=area[first],
    )


_ENCODE = text(
    """
    select st_asmvt(row, :name, :extent, 'geometry', 'key') from (
        select st_makepoint(x, y) as geometry, key, count, score_sum, score_max, level, code, name
        from unnest(
            cast(:x as float8[]), cast(:y as float8[]), cast(:key as int8[]),
            cast(:count as int8[]), cast(:score_sum as float8[]), cast(:score_max as float8[]),
            cast(:level as text[]), cast(:code as text[]), cast(:names as text[])
        ) as t (x, y, key, count, score_sum, score_max, level, code, name)
    ) as row
    """
)


def encode(connection: Connection, counted: Counted, tile: Tile, named: Named) -> bytes:
    """The counts in a tile as one layer of it; no bytes where there are none."""
    inside = counted.within(tile)
    if not len(inside.id):
        return b""
    west, _, _, north = tile.bounds
    nothing = [None] * len(inside.id)
    numbers = inside.area.tolist()
    areas = named.areas
    values = {
        "name": named.layer,
        "extent": EXTENT,
        "x": np.floor((inside.x - west) / tile.side * EXTENT).tolist(),
        "y": np.floor((north - inside.y) / tile.side * EXTENT).tolist(),
        "key": inside.id.tolist(),
        "count": inside.count.tolist(),
        "score_sum": inside.score_sum.round(3).tolist() if named.scored else nothing,
        "score_max": inside.score_max.tolist() if named.scored else nothing,
        "level": [named.level if n >= 0 else "square" for n in numbers],
        "code": [areas.code[n] if n >= 0 else None for n in numbers],
        "names": [areas.name[n] if n >= 0 else None for n in numbers],
    }
    return bytes(connection.execute(_ENCODE, values).scalar_one())
