"""The areas of one level in memory: polygons to count in, and a point to show the count at."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import shapely
from numpy.typing import NDArray
from sqlalchemy import Connection, func, select

from app.tables import areas
from app.tiles.grid import MERCATOR, Floats, Grid, mercator
from spatial.work import Objects


@dataclass(frozen=True, slots=True)
class AreaPoints:
    """Areas of one level, as columns.

    ``polygons`` are in degrees, ``longitude`` and ``latitude`` a point inside each;
    ``x`` and ``y`` the same in the storage CRS.
    """

    key: NDArray[np.int64]
    code: list[str]
    name: list[str]
    polygons: Objects
    longitude: Floats
    latitude: Floats
    x: Floats
    y: Floats

    def __len__(self) -> int:
        """Bytes, about."""
        return 200 * len(self.key) + 16 * int(shapely.get_num_coordinates(self.polygons).sum())

    def positions(self, grid: Grid) -> tuple[Floats, Floats]:
        """Where the points lie in the CRS of a grid."""
        if grid.crs == MERCATOR:
            return mercator(self.longitude, self.latitude)
        return self.x, self.y

    def around(self, longitude: Floats, latitude: Floats) -> NDArray[np.int64]:
        """For each point the number of the area that it lies in; -1 where it lies in none.

        On a border the first area counts, so that nothing is counted twice.
        """
        found = np.full(len(longitude), len(self.key), dtype=np.int64)
        if len(self.key):
            tree = shapely.STRtree(np.asarray(shapely.points(longitude, latitude)))
            area, point = tree.query(self.polygons, predicate="intersects")
            np.minimum.at(found, point, area)
        return np.where(found == len(self.key), -1, found)


def read_areas(connection: Connection, level: str) -> AreaPoints:
    """All areas of a level."""
    inside = func.ST_PointOnSurface(areas.c.geometry_4326)
    stored = func.ST_PointOnSurface(areas.c.geometry)
    places = [func.ST_X(inside), func.ST_Y(inside), func.ST_X(stored), func.ST_Y(stored)]
    said = [areas.c.key, areas.c.code, areas.c.name, func.ST_AsBinary(areas.c.geometry_4326)]
    rows = connection.execute(
        select(*said, *places)
        .where(areas.c.level == level)
        .order_by(areas.c.key)
    ).all()  # fmt: skip
    where = np.array([row[4:] for row in rows], dtype=np.float64).reshape(-1, 4).T
    polygons = shapely.from_wkb(np.array([bytes(row[3]) for row in rows], dtype=object))
    shapely.prepare(polygons)
    return AreaPoints(
        key=np.array([row[0] for row in rows], dtype=np.int64),
        code=[row[1] for row in rows],
        name=[row[2] for row in rows],
        polygons=polygons,
        longitude=where[0],
        latitude=where[1],
        x=where[2],
        y=where[3],
    )


def levels_loaded(connection: Connection) -> frozenset[str]:
    """Which levels have areas."""
    return frozenset(connection.scalars(select(areas.c.level).distinct()))
