"""The official self-validation points of RDNAPTRANS2018 (file Z001 of NSGI)."""

from __future__ import annotations

import os
from pathlib import Path

import numpy as np
import pytest

from spatial import rd

SHARED = Path(os.environ.get("KANSENKAART_SHARED", Path(__file__).parents[2] / "../shared"))
POINTS = SHARED / "data/rdnaptrans-z001/Z001_ETRS89andRDNAP.txt"

pytestmark = [
    pytest.mark.acceptance,
    pytest.mark.skipif(
        not POINTS.exists(), reason="the official RDNAPTRANS2018 points are not here"
    ),
]


@pytest.fixture(scope="module")
def points():
    """Longitude, latitude, x and y of all points."""
    table = np.loadtxt(POINTS, usecols=(1, 2, 4, 5))
    return table[:, [1, 0]], table[:, 2:]


def test_every_point_inside_the_grid_is_within_a_millimetre(points):
    lonlat, xy = points
    found, inside = rd.to_rd(lonlat)
    off_m = np.hypot(*(found - xy).T)
    assert inside.sum() == 7_870
    assert off_m[inside].max() < 0.001
    assert off_m[inside].max() == pytest.approx(0.0002, abs=0.0001)
    assert off_m[~inside].max() < 0.001


def test_the_way_back_is_within_a_millimetre(points):
    lonlat, xy = points
    found, inside = rd.from_rd(xy)
    metres_per_degree = np.column_stack(
        (111_320 * np.cos(np.radians(lonlat[:, 1])), np.full(len(lonlat), 111_250))
    )
    off_m = np.hypot(*((found - lonlat) * metres_per_degree).T)
    assert inside.sum() == 7_870
    assert off_m[inside].max() < 0.001
