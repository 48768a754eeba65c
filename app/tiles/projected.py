"""Areas from afar, where degrees are too uneven to cut a tile from.

They are few, so their simplified shapes come over, are projected as columns, and
go back to be encoded.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import shapely
from sqlalchemy import Connection, Select, func, select, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.types import Text

from app.tiles.grid import BUFFER, EXTENT, Tile, mercator
from app.tiles.shapes import (
    SIMPLIFY_UNITS,
    Kind,
    Statement,
    compiled_of,
    found_in,
    number,
    place_of,
)

_ENCODE = text(
    """
    select st_asmvt(row, :name, :extent, 'geometry', 'key') from (
        select key, said, coalesce(
            st_asmvtgeom(shape, box, :extent, :buffer, true),
            st_asmvtgeom(st_pointonsurface(shape), box, :extent, :buffer, true)
        ) as geometry
        from (
            select key, said, st_geomfromwkb(wkb) as shape,
            st_makebox2d(st_makepoint(:west, :south), st_makepoint(:east, :north)) as box
            from unnest(cast(:keys as int8[]), cast(:shapes as bytea[]), cast(:said as jsonb[]))
            as t (key, wkb, said)
        ) as moved
    ) as row
    """
)


def compile_projected(connection: Connection, kind: Kind) -> Statement:
    """The statement that gives the simplified shapes of a layer around a tile."""
    return compiled_of(connection, _statement(kind))


def _statement(kind: Kind) -> Select[Any]:
    found = found_in(kind)
    simple = func.ST_Simplify(found.c.shape, number("unit") * SIMPLIFY_UNITS, True)
    named = [part for c in found.c if c.name.startswith("p_") for part in (c.name[2:], c)]
    said = func.jsonb_build_object(*named, "left_out", found.c.left_out, type_=JSONB)
    return select(
        found.c.key,
        func.ST_AsBinary(func.coalesce(simple, found.c.shape)).label("shape"),
        func.jsonb_strip_nulls(said).cast(Text).label("said"),
        found.c.left_out,
    )


def run_projected(
    connection: Connection, statement: Statement, kind: Kind, tile: Tile
) -> tuple[bytes, int]:
    """The bytes of the layer in a tile, and how many features were left out."""
    values = {**statement.values, **place_of(kind, tile)}
    rows = connection.exec_driver_sql(statement.sql, values).all()
    if not rows:
        return b"", 0
    shapes = shapely.from_wkb(np.array([bytes(row.shape) for row in rows], dtype=object))
    moved = shapely.transform(shapes, lambda xy: np.column_stack(mercator(xy[:, 0], xy[:, 1])))
    west, south, east, north = tile.bounds
    encoded = connection.execute(
        _ENCODE,
        {
            "name": kind.layer.id, "extent": EXTENT, "buffer": BUFFER,
            "west": west, "south": south, "east": east, "north": north,
            "keys": [row.key for row in rows],
            "shapes": shapely.to_wkb(moved).tolist(),
            "said": [row.said for row in rows],
        },
    ).scalar_one()  # fmt: skip
    return bytes(encoded or b""), rows[0].left_out or 0
