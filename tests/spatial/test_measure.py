"""Exact measures of two places, each against a known answer or GEOS."""

from itertools import pairwise

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from spatial import measure
from spatial.near_length import lengths_beside, lengths_near
from spatial.testing.asserts import assert_drawable, assert_same_place
from spatial.traits import LINE, POINT, POLYGON

metres = st.integers(-400, 400).map(lambda n: n / 8)
points = st.tuples(metres, metres)
lines = st.lists(points, min_size=2, max_size=6, unique=True).map(shapely.LineString)


def column(*geometries):
    made = np.empty(len(geometries), dtype=object)
    made[:] = geometries
    return made


@st.composite
def areas(draw):
    """Thin strips, thick discs, rings with a hole, and several parts at once."""
    x, y = draw(points)
    kind = draw(st.sampled_from(("strip", "disc", "ring", "parts")))
    if kind == "strip":
        return draw(lines).buffer(0.5, cap_style="flat")
    disc = shapely.Point(x, y).buffer(draw(st.integers(3, 45)))
    if kind == "disc":
        return disc
    if kind == "ring":
        return disc.difference(shapely.Point(x, y).buffer(draw(st.integers(1, 40))))
    return shapely.union(disc, shapely.box(x + 60, y, x + 90, y + 4))


@settings(max_examples=100, deadline=None)
@given(st.lists(st.tuples(lines, areas()), min_size=1, max_size=6))
def test_lengths_near_lie_between_those_of_two_very_fine_buffers(drawn):
    drawn = [(line, area) for line, area in drawn if not area.is_empty]
    if not drawn:
        return
    line, area = (column(*c) for c in zip(*drawn, strict=True))
    found = lengths_near(line, area, 10.0)
    # A circle of 200 segments a quarter falls 0.1 mm short; a line may graze it at a slant.
    low, high = (
        shapely.length(shapely.intersection(line, shapely.buffer(area, r, quad_segs=200)))
        for r in (9.999, 10.001)
    )
    assert (found >= low - 1e-6).all()
    assert (found <= high + 1e-6).all()


@pytest.mark.parametrize(
    ("line", "area", "metres"),
    [
        ("LINESTRING (0 0, 100 0)", "POLYGON ((0 10, 100 10, 100 11, 0 11, 0 10))", 100),
        ("LINESTRING (0 0, 100 0)", "POLYGON ((0 10.001, 100 10.001, 100 11, 0 11, 0 10.001))", 0),
        ("LINESTRING (0 0, 100 0)", "POLYGON ((40 8, 60 8, 60 9, 40 9, 40 8))", 32),
        ("LINESTRING (0 0, 50 0, 50 0, 100 0)", "POLYGON ((40 8, 60 8, 60 9, 40 9, 40 8))", 32),
        ("LINESTRING (-50 0, 50 0)", "POLYGON ((-40 -40, 40 -40, 40 40, -40 40, -40 -40))", 100),
        (
            "LINESTRING (-60 0, 60 0)",
            "POLYGON ((-40 -40, 40 -40, 40 40, -40 40, -40 -40), (-30 -30, -30 30, 30 30, 30 -30, -30 -30))",
            60,
        ),
        ("MULTILINESTRING ((0 0, 5 0), (500 0, 509 0))", "POLYGON ((0 1, 510 1, 510 2, 0 1))", 14),
    ],
)
def test_lengths_near_of_known_places(line, area, metres):
    found = lengths_near(column(shapely.from_wkt(line)), column(shapely.from_wkt(area)), 10.0)
    assert found[0] == pytest.approx(metres, abs=1e-9)


def test_lengths_near_in_blocks_are_the_same(monkeypatch):
    line = column(*[shapely.LineString([(0, y), (50, y), (60, y + 9)]) for y in range(20)])
    area = column(*[shapely.Point(30, 5).buffer(12)] * 20)
    whole = lengths_near(line, area, 10.0)
    monkeypatch.setattr("spatial.near_length.MOST_COMBINATIONS", 100)
    assert lengths_near(line, area, 10.0).tolist() == whole.tolist()


@settings(max_examples=100, deadline=None)
@given(lines, lines, st.sampled_from((5.0, 15.0, 40.0)))
def test_lengths_beside_are_those_of_the_segments_that_run_the_same_way(a, b, most_deg):
    """By a loop over segments and very fine buffers of those that are parallel enough."""

    def segments(line):
        xy = list(line.coords)
        return [shapely.LineString(pair) for pair in pairwise(xy)]

    def angle(s, t):
        (a0, a1), (b0, b1) = (np.array(x.coords) for x in (s, t))
        d, v = a1 - a0, b1 - b0
        cosine = abs(d @ v) / np.linalg.norm(d) / np.linalg.norm(v)
        return np.degrees(np.arccos(min(1.0, cosine)))

    low = high = 0.0
    for s in segments(a):
        near = [t for t in segments(b) if angle(s, t) <= most_deg + 1e-7]
        for t in near:
            if abs(angle(s, t) - most_deg) < 1e-4:
                return
        if near:
            low += s.intersection(shapely.MultiLineString(near).buffer(1.999, quad_segs=200)).length
            high += s.intersection(
                shapely.MultiLineString(near).buffer(2.001, quad_segs=200)
            ).length
    found = lengths_beside(column(a), column(b), 2.0, most_deg)[0]
    assert low - 1e-6 <= found <= high + 1e-6


@pytest.mark.parametrize(
    ("a", "b", "metres"),
    [
        ("LINESTRING (0 0, 100 0)", "LINESTRING (0 2, 60 2)", 60),
        ("LINESTRING (0 0, 100 0)", "LINESTRING (60 2, 0 2)", 60),
        ("LINESTRING (0 0, 100 0)", "LINESTRING (0 2.001, 60 2.001)", 0),
        ("LINESTRING (0 0, 100 0)", "LINESTRING (50 -50, 50 50)", 0),
        ("LINESTRING (0 0, 0 0, 100 0)", "LINESTRING (0 1, 30 1, 30 9, 70 9, 70 1, 80 1)", 40),
        ("MULTILINESTRING ((0 0, 10 0), (50 0, 60 0))", "LINESTRING (0 1, 100 1)", 20),
    ],
)
def test_lines_side_by_side(a, b, metres):
    both = column(shapely.from_wkt(a)), column(shapely.from_wkt(b))
    assert measure.beside_lengths(*both, 2.0, 15.0)[0] == pytest.approx(metres, abs=1e-9)
    assert measure.beside_lengths(*both[::-1], 2.0, 15.0)[0] == pytest.approx(metres, abs=1e-9)


@settings(max_examples=100, deadline=None)
@given(areas(), areas())
def test_measures_are_the_same_from_either_side(a, b):
    if a.is_empty or b.is_empty:
        return
    both = column(a, b)
    kinds = np.array([POLYGON, POLYGON], dtype=np.int8)
    one, other = np.array([0]), np.array([1])
    lengths = [measure.shared_lengths(both, both, kinds, *p) for p in ((one, other), (other, one))]
    assert lengths[0][0] == pytest.approx(lengths[1][0])
    areas_ = [measure.shared_areas(both[p], both[q]) for p, q in ((one, other), (other, one))]
    assert areas_[0][0] == pytest.approx(areas_[1][0])


def test_a_pair_with_a_point_shares_no_length():
    line = shapely.LineString([(0, 0), (100, 0)])
    geometry = column(line, shapely.Point(50, 0))
    footprint = shapely.buffer(geometry, 2.5)
    kinds = np.array([LINE, POINT], dtype=np.int8)
    assert measure.shared_lengths(geometry, footprint, kinds, np.array([0]), np.array([1])) == [0.0]


def test_a_line_beside_an_area_counts_the_line_alone():
    line = shapely.LineString([(0, 0), (100, 0)])
    square = shapely.box(40, 5, 60, 25)
    geometry, footprint = column(line, square), column(line.buffer(0.5), square)
    kinds = np.array([LINE, POLYGON], dtype=np.int8)
    found = measure.shared_lengths(geometry, footprint, kinds, np.array([0]), np.array([1]))
    assert found[0] == pytest.approx(20 + 2 * np.sqrt(75))


def drawn(a, b, margin_a, margin_b):
    made = measure.drawn(
        column(a, b), np.array([0]), np.array([1]), np.array([margin_a]), np.array([margin_b])
    )
    assert_drawable(made[0])
    return made[0]


def test_a_finding_is_drawn_where_both_zones_are():
    a, b = shapely.box(0, 0, 10, 10), shapely.box(12, 0, 20, 10)
    assert_same_place(
        drawn(a, b, 5.0, 10.0), a.buffer(5, quad_segs=4).intersection(b.buffer(10, quad_segs=4))
    )


def test_without_margins_only_what_is_shared_is_drawn():
    a, b = shapely.box(0, 0, 10, 10), shapely.box(8, 0, 20, 10)
    assert_same_place(drawn(a, b, 0.0, 0.0), shapely.box(8, 0, 10, 10))


def test_of_an_area_and_a_line_only_the_area_is_drawn():
    """The two share a square and, elsewhere, a mere border."""
    a = shapely.union(shapely.box(0, 0, 10, 10), shapely.box(20, 0, 30, 10))
    b = shapely.union(shapely.box(5, 5, 9, 9), shapely.box(30, 0, 40, 10))
    assert_same_place(drawn(a, b, 0.0, 0.0), shapely.box(5, 5, 9, 9))


@pytest.mark.parametrize("gap", [0.0, 4.0])
def test_where_no_area_is_shared_a_spot_is_drawn(gap):
    a, b = shapely.box(0, 0, 10, 10), shapely.box(10 + gap, 10, 20 + gap, 20)
    place = drawn(a, b, 0.0, 0.0)
    assert place.buffer(0.001).covers(shapely.Point(10 + gap / 2, 10))
    assert place.area == pytest.approx(0.5**2 * np.pi + gap, rel=0.1)
