"""Tile grids (tile matrix sets) and the tiles in them.

Both grids are square: one tile at zoom 0, each tile split in four. Row 0 is the
northernmost, column 0 the westernmost (OGC two-dimensional tile matrix sets 2.0).
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from app.kit.problems import NotFound
from spatial.crs import Bounds

EARTH_RADIUS_M = 6_378_137.0
"""Semi-major axis of WGS 84, the radius of the sphere of Web Mercator."""
PIXEL_M = 0.00028
"""Side of the standardised pixel by which scale denominators are defined."""
EXTENT = 4096
"""Units along the side of a tile."""
BUFFER = 64
"""Units around a tile that are in it too, so that outlines meet without a seam."""
TILE_PIXELS = 256
MERCATOR = 3857
Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Grid:
    """A tile grid.

    ``west`` and ``north`` are the corner of tile 0, 0 and ``side`` the side of
    the one tile of zoom 0, in metres of the CRS. ``ahead`` is what is added to a
    zoom of this grid to find the Web Mercator zoom in which things in the
    Netherlands are about as large. Tiles are made up to zoom ``deepest``;
    clients enlarge those of ``detailed`` beyond it.
    """

    id: str
    title: str
    uri: str
    crs: int
    west: float
    north: float
    side: float
    deepest: int
    detailed: int
    ahead: int
    scale_set: str = ""

    def tile(self, zoom: str, row: str, column: str) -> Tile:
        """The tile that three parts of a path name; ``NotFound`` where the grid has none."""
        numbers = [int(t) if t.isascii() and t.isdigit() and len(t) < 10 else -1  # noqa: PLR2004  # more digits than any grid has
                   for t in (zoom, row, column)]  # fmt: skip
        z, y, x = numbers
        if not (0 <= z <= self.deepest and 0 <= y < 2**z and 0 <= x < 2**z):
            msg = (
                f"{self.id} has no tile {zoom[:20]}/{row[:20]}/{column[:20]}: zooms are 0 to "
                f"{self.deepest}, rows and columns from 0 to 2^zoom - 1, row before column."
            )
            raise NotFound(msg)
        return Tile(self, z, y, x)

    def document(self) -> dict[str, Any]:
        """The definition as JSON (OGC 17-083r4)."""
        corner = [self.west, self.north]
        return {
            "id": self.id,
            "title": self.title,
            "uri": self.uri,
            "crs": f"http://www.opengis.net/def/crs/EPSG/0/{self.crs}",
            "orderedAxes": ["X", "Y"],
            **({"wellKnownScaleSet": self.scale_set} if self.scale_set else {}),
            "tileMatrices": [
                {
                    "id": str(zoom),
                    "scaleDenominator": self.side / TILE_PIXELS / 2**zoom / PIXEL_M,
                    "cellSize": self.side / TILE_PIXELS / 2**zoom,
                    "cornerOfOrigin": "topLeft",
                    "pointOfOrigin": corner,
                    "tileWidth": TILE_PIXELS,
                    "tileHeight": TILE_PIXELS,
                    "matrixWidth": 2**zoom,
                    "matrixHeight": 2**zoom,
                }
                for zoom in range(self.deepest + 1)
            ],
        }


@dataclass(frozen=True, slots=True)
class Tile:
    """One tile of a grid."""

    grid: Grid
    zoom: int
    row: int
    column: int

    @property
    def side(self) -> float:
        """The side of the tile, in metres of the CRS."""
        return self.grid.side / float(2**self.zoom)

    @property
    def scale(self) -> int:
        """The Web Mercator zoom that shows as much: what is in a tile depends on this."""
        return self.zoom + self.grid.ahead

    @property
    def bounds(self) -> Bounds:
        """West, south, east and north in the CRS of the grid, without the buffer.

        >>> WEB_MERCATOR_QUAD.tile("1", "0", "1").bounds[:2]
        (0.0, 0.0)
        """
        west = self.grid.west + self.column * self.side
        north = self.grid.north - self.row * self.side
        return west, north - self.side, west + self.side, north

    @property
    def buffered(self) -> Bounds:
        """The bounds with the buffer around them."""
        west, south, east, north = self.bounds
        more = self.side * BUFFER / EXTENT
        return west - more, south - more, east + more, north + more


_HALF = math.pi * EARTH_RADIUS_M
WEB_MERCATOR_QUAD = Grid(
    id="WebMercatorQuad",
    title="Google Maps Compatible for the World",
    uri="http://www.opengis.net/def/tilematrixset/OGC/1.0/WebMercatorQuad",
    crs=MERCATOR,
    west=-_HALF,
    north=_HALF,
    side=2 * _HALF,
    deepest=22,
    detailed=16,
    ahead=0,
    scale_set="http://www.opengis.net/def/wkss/OGC/1.0/GoogleMapsCompatible",
)
RD_QUAD = Grid(
    id="NetherlandsRDNewQuad",
    title="Amersfoort / RD New scheme for the Netherlands",
    uri="http://www.opengis.net/def/tilematrixset/OGC/1.0/NetherlandsRDNewQuad",
    crs=28992,
    west=-285_401.92,
    north=903_401.92,
    side=3440.64 * TILE_PIXELS,
    deepest=16,
    detailed=11,
    ahead=5,
)


def grids(storage: int) -> dict[str, Grid]:
    """The grids of a deployment: the world's, and that of the Netherlands where it stores RD.

    >>> list(grids(28992)), list(grids(2154))
    (['WebMercatorQuad', 'NetherlandsRDNewQuad'], ['WebMercatorQuad'])
    """
    return {g.id: g for g in (WEB_MERCATOR_QUAD, RD_QUAD) if g.crs in {MERCATOR, storage}}


def grid(id_: str, storage: int) -> Grid:
    """The grid with this id; ``NotFound`` where there is none."""
    found = grids(storage)
    if id_ not in found:
        msg = f"There is no tile matrix set {id_[:80]!r}. There are: {', '.join(found)}."
        raise NotFound(msg)
    return found[id_]


def mercator(longitude: Floats, latitude: Floats) -> tuple[Floats, Floats]:
    """Web Mercator x and y in metres of longitudes and latitudes in degrees.

    >>> x, y = mercator(np.array([180.0]), np.array([0.0]))
    >>> round(float(x[0]), 3), abs(round(float(y[0]), 3))
    (20037508.343, 0.0)
    """
    x = EARTH_RADIUS_M * np.radians(longitude)
    y = EARTH_RADIUS_M * np.log(np.tan(np.pi / 4 + np.radians(latitude) / 2))
    return x, y


def latitude(y: float) -> float:
    """The latitude in degrees of a Web Mercator y.

    >>> round(latitude(6_800_125.454), 6)
    52.0
    """
    return math.degrees(2 * math.atan(math.exp(y / EARTH_RADIUS_M)) - math.pi / 2)


def degrees(bounds: Bounds) -> Bounds:
    """Web Mercator bounds in degrees: a box there is a box here."""
    west, south, east, north = bounds
    turn = math.degrees(1 / EARTH_RADIUS_M)
    return west * turn, latitude(south), east * turn, latitude(north)


def flattened(bounds: Bounds) -> Bounds:
    """The box in degrees whose even division in latitude comes closest to Web Mercator.

    In Web Mercator y grows faster than latitude. Within one tile of side H metres the
    two differ at most by H² sin(latitude) / 16R, half of it to either side, once
    the box is moved so that the middle errs as much as the edges: 0.1 of a 4096th
    of the tile at zoom 14, 0.8 at zoom 11. That is below what a tile can hold at zoom 14
    and half a pixel at most above it, so stored degrees need no transformation.

    >>> tile = WEB_MERCATOR_QUAD.tile("14", "5400", "8400")
    >>> west, south, east, north = flattened(tile.bounds)
    >>> middle = (tile.bounds[1] + tile.bounds[3]) / 2
    >>> off = (latitude(middle) - south) / (north - south) * 4096 - 2048
    >>> 0.05 < abs(off) < 0.1
    True
    """
    west, south, east, north = degrees(bounds)
    bulge = (latitude((bounds[1] + bounds[3]) / 2) - (south + north) / 2) / 2
    return west, south + bulge, east, north + bulge
