"""How much longer the way is when segments are closed."""

import numpy as np
import pytest
from shapely import LineString, box

from spatial.context import objects
from spatial.network import Neighbourhood, network
from spatial.testing.surroundings import situation_of

AREA = box(-10, -10, 10, 10)
NOTHING = np.empty(0, dtype=np.int64)


def seen(*lines, **columns):
    whole = network(situation_of([], {"streets": objects("streets", lines, **columns)}))
    return Neighbourhood.of(whole, np.arange(len(lines)), AREA)


WEST, EAST = LineString([(0, 0), (-100, 0)]), LineString([(0, 0), (50, 0)])
OVER = LineString([(-100, 0), (0, 90), (50, 0)])


def test_open_roads_are_as_long_as_they_are():
    here = seen(WEST, EAST, OVER)
    assert here.lengths(NOTHING).ravel().tolist() == [100.0, 50.0]
    assert here.effect(here.lengths(NOTHING), NOTHING) == (0.0, 2)


def test_a_closed_road_is_driven_around():
    here = seen(WEST, EAST, OVER)
    extra, access = here.effect(here.lengths(NOTHING), np.array([0]))
    assert access == 1
    assert extra == pytest.approx(100 * ((2 * 50 + OVER.length) / 150 - 1))


def test_all_closed_leaves_no_access():
    here = seen(WEST, EAST, OVER)
    assert here.effect(here.lengths(NOTHING), np.array([0, 1])) == (0.0, 0)


def test_the_shorter_of_two_parallel_segments_counts():
    here = seen(WEST, LineString([(0, 0), (-50, 80), (-100, 0)]))
    assert here.lengths(NOTHING).min() == 100.0


def test_footpaths_are_left_out():
    assert len(seen(WEST, EAST, road_class=["access", "path"]).gates) == 1


def test_an_area_without_crossings_has_no_gates():
    assert len(seen(LineString([(-100, 50), (100, 50)])).gates) == 0
