"""Candidate pairs: each once, none missed, nothing outside the reach."""

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from spatial import grid, pairs
from spatial.pairs import Reach, each_pair, overlapping_pairs
from spatial.period import NO_DAY

coordinates = st.integers(0, 60)
boxes = st.tuples(coordinates, coordinates, st.integers(1, 20), st.integers(1, 20))
plans = st.lists(st.tuples(boxes, st.integers(0, 40), st.integers(1, 15)), max_size=25)


def columns(drawn):
    geometry = np.array([shapely.box(x, y, x + w, y + h) for (x, y, w, h), _, _ in drawn])
    start = np.array([s for _, s, _ in drawn], dtype=np.int32)
    return geometry.astype(object), start, start + np.array([d for *_, d in drawn], dtype=np.int32)


@pytest.fixture(autouse=True, scope="module", params=["grid", "small grid", "tree"])
def ways(request):
    """The grid, a grid that most works are too large for, and the tree, in small portions."""
    before = pairs.LEAST_FOR_GRID, pairs.ROWS_PER_QUERY, grid.MOST_CELLS, grid.PAIRS_PER_BLOCK
    pairs.LEAST_FOR_GRID = 1_000 if request.param == "tree" else 1
    pairs.ROWS_PER_QUERY, grid.PAIRS_PER_BLOCK = 2, 3
    grid.MOST_CELLS = 2 if request.param == "small grid" else 48
    yield
    pairs.LEAST_FOR_GRID, pairs.ROWS_PER_QUERY, grid.MOST_CELLS, grid.PAIRS_PER_BLOCK = before


def candidates(geometry, start, end, reach, **options):
    found = list(each_pair(geometry, start, end, reach, then=lambda block: block, **options))
    return [(int(i), int(j)) for f in found for i, j in zip(*f, strict=True)]


def gap_days(start, end, i, j):
    return max(start[i], start[j]) - min(end[i], end[j])


def apart(a, b):
    """Distance of two boxes along the axis in which they are farther apart."""
    (w1, s1, e1, n1), (w2, s2, e2, n2) = a.bounds, b.bounds
    return max(w1 - e2, w2 - e1, s1 - n2, s2 - n1)


@settings(max_examples=150, deadline=None)
@given(plans, st.sampled_from((1, 2)))
def test_overlapping_pairs_are_those_of_a_double_loop(drawn, threads):
    geometry, start, end = columns(drawn)
    i, j = overlapping_pairs(geometry, start, end, threads=threads)
    found = list(zip(i.tolist(), j.tolist(), strict=True))
    assert len(set(found)) == len(found)
    assert set(found) == {
        (a, b)
        for a in range(len(drawn))
        for b in range(a + 1, len(drawn))
        if geometry[a].intersects(geometry[b]) and gap_days(start, end, a, b) < 0
    }


@settings(max_examples=150, deadline=None)
@given(plans, st.integers(0, 10), st.integers(-20, 0), st.integers(-5, 30))
def test_candidates_are_the_boxes_and_periods_within_reach(drawn, metres, least, most):
    geometry, start, end = columns(drawn)
    found = candidates(geometry, start, end, Reach(metres, least, most))
    assert len(set(found)) == len(found)
    assert set(found) == {
        (a, b)
        for a in range(len(drawn))
        for b in range(a + 1, len(drawn))
        if apart(geometry[a], geometry[b]) <= metres and least <= gap_days(start, end, a, b) <= most
    }


@settings(max_examples=100, deadline=None)
@given(plans, st.sets(st.integers(0, 24)))
def test_focus_keeps_the_pairs_with_a_work_in_focus(drawn, chosen):
    geometry, start, end = columns(drawn)
    reach = Reach(5.0, -100, 20)
    focus = np.array([n in chosen for n in range(len(drawn))], dtype=bool)
    found = candidates(geometry, start, end, reach, focus=focus)
    assert len(set(found)) == len(found)
    every = candidates(geometry, start, end, reach)
    assert set(found) == {(i, j) for i, j in every if focus[i] or focus[j]}


def test_works_without_place_or_period_are_in_no_pair():
    here = shapely.box(0, 0, 1, 1)
    geometry = np.array([here, None, shapely.Polygon(), here, here], dtype=object)
    start = np.array([0, 0, 0, NO_DAY, 0], dtype=np.int32)
    end = np.array([9, 9, 9, NO_DAY, 9], dtype=np.int32)
    assert [x.tolist() for x in overlapping_pairs(geometry, start, end)] == [[0], [4]]


def test_one_work_that_never_ends_meets_them_all():
    geometry = np.array([shapely.box(0, 0, 1, 1)] * 20, dtype=object)
    start = np.array([0, *range(1, 20)], dtype=np.int32)
    end = np.array([10**6, *range(2, 21)], dtype=np.int32)
    first, _ = overlapping_pairs(geometry, start, end)
    assert first.tolist() == [0] * 19


def test_nobody_looks_further_than_fifty_metres():
    geometry = np.array([shapely.box(0, 0, 1, 1)], dtype=object)
    days = np.array([0], dtype=np.int32)
    with pytest.raises(ValueError, match="50"):
        candidates(geometry, days, days + 1, Reach(50.1, 0, 0))


def test_a_fault_on_a_thread_is_raised():
    def fails(item):
        raise RuntimeError(item)

    with pytest.raises(RuntimeError, match="oops"):
        list(pairs.each(fails, ["oops"] * 10, threads=2))


def test_streets_of_works_give_the_same_pairs_by_grid_and_by_tree():
    """Thousands of works, with giants among them that fit no cell."""
    random = np.random.default_rng(5)
    n = 3_000
    west, south = random.uniform(0, 900, (2, n))
    wide, high = random.uniform(1, 60, (2, n))
    wide[::100] *= 50
    days = random.integers(1, 90, n).astype(np.int32)
    days[::70] *= 40
    start = random.integers(0, 3_000, n).astype(np.int32)
    geometry = shapely.box(west, south, west + wide, south + high)
    reach = Reach(20.0, -(2**31), 30)
    found = sorted(candidates(geometry, start, start + days, reach))
    everybody = np.ones(n, dtype=bool)
    assert found == sorted(candidates(geometry, start, start + days, reach, focus=everybody))
    assert len(found) > 1_000
