"""Stretches of segments that works use, and what two works share of them."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from shapely import LineString, Polygon, box

from spatial.context import objects
from spatial.near_length import lengths_near, spans_near
from spatial.street_use import shared_m, street_use
from spatial.testing.making import Planned
from spatial.testing.surroundings import situation_of

LINES = [LineString([(0, 0), (100, 0)]), LineString([(100, 0), (200, 0)])]


def used(*shapes, lines=LINES):
    works = [Planned(shape, 0, 10, number=n) for n, shape in enumerate(shapes, 1)]
    return street_use(situation_of(works, {"streets": objects("streets", lines)}))


def test_from_where_to_where_along_the_segment():
    use = used(box(30, 0, 150, 1))
    rows = [
        (int(s), round(a, 6), round(b, 6))
        for s, a, b in zip(use.segment, use.from_m, use.to_m, strict=True)
    ]
    assert rows == [(0, 20.0, 100.0), (1, 0.0, 60.0)]


def test_a_work_on_the_corner_is_in_the_nearest_street_alone():
    side = LineString([(100, 0), (100, 80)])
    use = used(box(40, -1, 99, 1), lines=[LINES[0], side])
    assert use.segment.tolist() == [0]


def test_half_of_a_short_segment_is_use():
    short = LineString([(0, 5), (0, 12)])
    assert sorted(used(box(0, -1, 80, 1), lines=[LINES[0], short]).segment.tolist()) == [0, 1]


def test_wide_inside_a_polygon_is_use_from_end_to_end():
    use = used(box(-500, -500, 700, 500))
    assert use.from_m.tolist() == [0.0, 0.0]
    assert use.to_m.tolist() == [100.0, 100.0]


def test_shared_street_is_the_overlap_of_stretches():
    use = used(box(30, 0, 150, 1), box(60, -3, 190, -1), box(0, 50, 10, 60))
    first, second = np.array([0, 1, 0]), np.array([1, 0, 2])
    assert shared_m(use, first, second) == pytest.approx([110.0, 110.0, 0.0], abs=0.5)


def test_nothing_is_shared_without_use():
    use = used(box(0, 50, 10, 60))
    assert shared_m(use, np.array([0]), np.array([0])).tolist() == [0.0]


@settings(deadline=None, max_examples=100)
@given(st.integers(-40, 120), st.integers(-30, 30), st.integers(1, 60), st.integers(1, 40))
def test_a_span_along_one_straight_stretch_is_as_long_as_the_length_near(x, y, w, h):
    """A convex polygon has one stretch of a straight line near it."""
    line = np.array([LINES[0]])
    shape = np.array([Polygon(box(x, y, x + w, y + h))])
    first, last = spans_near(line, shape, 10.0)
    near = lengths_near(line, shape, 10.0)
    assert max(float(last[0] - first[0]), 0.0) == pytest.approx(float(near[0]), abs=1e-6)
