"""What shows when the objects of a layer are seen together."""

from __future__ import annotations

import numpy as np
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st

from spatial.context import context_layer
from spatial.context_checks import (
    check_no_dig,
    check_period,
    check_shape,
    check_streets,
    no_dig,
    pieces,
)
from spatial.period import NO_DAY


def days(*values):
    return np.array(values, dtype=np.int32)


def shapes(*values):
    found = np.empty(len(values), dtype=object)
    found[:] = values
    return found


def plain_pieces(lines):
    """Lengths of connected pieces, by walking from line to line."""
    left, lengths = list(range(len(lines))), []
    while left:
        todo, length = [left.pop()], 0.0
        while todo:
            i = todo.pop()
            length += lines[i].length
            near = [j for j in left if set(lines[i].coords) & set(lines[j].coords)]
            left = [j for j in left if j not in near]
            todo += near
        lengths.append(length)
    return sorted(lengths, reverse=True)


spots = st.tuples(st.integers(0, 6), st.integers(0, 6))
lines_of = st.lists(
    st.lists(spots, min_size=2, max_size=3, unique=True).map(shapely.LineString), max_size=14
)


@given(lines_of)
def test_pieces_are_those_of_a_walk(lines):
    found = pieces(shapes(*lines))
    assert found.tolist() == pytest.approx(plain_pieces(lines))


def test_a_long_street_of_many_segments_is_one_piece():
    n = 5_000
    order = np.random.default_rng(1).permutation(n)
    ends = np.stack([order, order + 1], axis=1).astype(float)
    lines = shapely.linestrings(np.stack([ends, np.zeros_like(ends)], axis=2))
    assert pieces(lines).tolist() == [n]


def test_streets_that_only_cross_do_not_hang_together():
    cross = shapely.from_wkt(["LINESTRING (0 0, 10 0)", "LINESTRING (5 -5, 5 5)"])
    assert len(pieces(shapes(*cross))) == 2
    assert check_streets(shapes(*cross))[0].severity == "warning"
    assert check_streets(shapes()) == []


def test_the_shape_a_layer_takes():
    three = shapes(
        shapely.Point(0, 0), shapely.LineString([(0, 0), (1, 1)]), shapely.box(0, 0, 1, 1)
    )
    rows = np.array([1, 2, 3])
    for layer, right in (("trees", 1), ("streets", 2), ("soil", 3)):
        told = check_shape(context_layer(layer), three, rows)
        assert {f.row for f in told} == {1, 2, 3} - {right}
    assert check_shape(context_layer("events"), three, rows) == []


def test_the_end_may_not_come_before_the_start():
    told = check_period(days(10, 10, NO_DAY, 10), days(11, 10, 3, NO_DAY), np.array([1, 2, 3, 4]))
    assert [f.row for f in told] == [2]


def test_no_dig_days_follow_from_a_period():
    completed, length, start, end = no_dig(days(NO_DAY), np.array([-1]), days(100), days(130))
    assert (completed[0], length[0], start[0], end[0]) == (99, 30, 100, 130)
    completed, length, start, end = no_dig(days(99), np.array([-1]), days(NO_DAY), days(NO_DAY))
    assert (completed[0], length[0], start[0], end[0]) == (99, -1, 100, NO_DAY)


SQUARE, BESIDE, OVER = (
    shapely.box(0, 0, 10, 10),
    shapely.box(10, 0, 20, 10),
    shapely.box(5, 0, 15, 10),
)


@pytest.mark.parametrize(
    ("other", "completed", "end", "refused"),
    [
        (OVER, 0, 101, False),
        (OVER, 0, 100, True),
        (OVER, 1, 102, True),
        (OVER, 99, 200, True),
        (OVER, 100, 201, False),
        (BESIDE, 1, 102, False),
        (shapely.box(9.95, 0, 20, 10), 1, 102, False),
        (shapely.box(9.85, 0, 20, 10), 1, 102, True),
    ],
)
def test_no_dig_zones_that_share_ground_and_time_and_differ(other, completed, end, refused):
    """The first zone runs from day 1 up to 101; the other begins the day after its paving."""
    told = check_no_dig(
        shapes(SQUARE, other),
        np.array([1, 2]),
        days(0, completed),
        days(1, completed + 1),
        days(101, end),
    )
    assert [f.row for f in told] == ([2] if refused else [])


def test_lines_of_paving_overlap_along_more_than_a_metre():
    line, along, across = shapely.from_wkt(
        ["LINESTRING (0 0, 10 0)", "LINESTRING (5 0, 15 0)", "LINESTRING (5 -5, 5 5)"]
    )
    for other, refused in ((along, True), (across, False)):
        told = check_no_dig(
            shapes(line, other), np.array([1, 2]), days(0, 5), days(1, 6), days(100, 105)
        )
        assert bool(told) == refused
