from __future__ import annotations

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from spatial.geometry import DISC_RADIUS_M, clean, footprints, from_wkb, from_wkt, kind_of, width_m
from spatial.vocabulary import ACTIVITY, FACILITY

UNKNOWN = FACILITY.code("unknown")


def column(*geometries):
    found = np.empty(len(geometries), dtype=object)
    found[:] = geometries
    return found


def codes(n, vocabulary, term="unknown"):
    return np.full(n, vocabulary.code(term), dtype=np.int8)


def printed(geometries, facility="unknown", activity="unknown"):
    n = len(geometries)
    return footprints(geometries, codes(n, FACILITY, facility), codes(n, ACTIVITY, activity))


# Cleaning


def test_each_shape_is_stored_or_refused_and_told(shape):
    cleaned, told = clean(column(shape.geometry), [7], 1_000)
    assert tuple(fault.code for fault in told) == shape.codes
    assert all(fault.row == 7 and fault.field == "geometry" for fault in told)
    assert all(set(fault.reason) == {"nl", "en"} for fault in told)
    if shape.kind is None:
        assert cleaned[0] is None
        assert told[0].severity == "error"
    else:
        assert kind_of(cleaned).tolist() == [shape.kind]
        assert cleaned[0].is_valid
        assert not cleaned[0].has_z
        assert all(fault.severity == "warning" for fault in told)


def test_a_file_of_all_shapes_is_cleaned_like_each_alone(shapes):
    together, told = clean(column(*(s.geometry for s in shapes)), range(len(shapes)), 1_000)
    for i, shape in enumerate(shapes):
        alone, its = clean(column(shape.geometry), [i], 1_000)
        assert (together[i] is None) == (alone[0] is None)
        assert together[i] is None or shapely.equals_exact(together[i], alone[0])
        assert [f for f in told if f.row == i] == its


def test_cleaning_twice_changes_nothing_more(shapes):
    once, _ = clean(column(*(s.geometry for s in shapes)), range(len(shapes)), 1_000)
    stored = column(*(g for g in once if g is not None))
    twice, told = clean(stored, range(len(stored)), 1_000)
    assert told == []
    assert shapely.equals_exact(stored, twice).all()


def test_what_was_given_is_untouched():
    bow_tie = shapely.from_wkt("POLYGON ((0 0, 2 2, 2 0, 0 2, 0 0))")
    file = column(bow_tie, None)
    clean(file, [1, 2], 100)
    assert file[0] is bow_tie
    assert not bow_tie.is_valid


def test_a_repair_tells_area_and_parts_before_and_after():
    hole_outside = shapely.from_wkt(
        "POLYGON ((0 0, 4 0, 4 4, 0 4, 0 0), (1 1, 1 6, 2 6, 2 1, 1 1))"
    )
    cleaned, told = clean(column(hole_outside), [1], 100)
    assert cleaned[0].area == pytest.approx(13.0)
    assert "11.00 → 13.00 m²" in told[0].reason["en"]
    assert "1 → 1" in told[0].reason["nl"]


def test_what_a_mixed_geometry_loses_is_told():
    mixed = shapely.from_wkt("GEOMETRYCOLLECTION (POINT (0 0), POINT (1 0), LINESTRING (0 0, 5 0))")
    cleaned, told = clean(column(mixed), [1], 100)
    assert cleaned[0].wkt == "LINESTRING (0 0, 5 0)"
    assert "2 points were left out" in told[0].reason["en"]
    assert "2 punten zijn weggelaten" in told[0].reason["nl"]


def test_the_limit_of_vertices():
    line = shapely.LineString([(k, 0) for k in range(11)])
    kept, told = clean(column(line), [1], 11)
    assert kept[0] is not None
    assert told == []
    refused, told = clean(column(line), [3], 10)
    assert refused[0] is None
    assert (told[0].code, told[0].severity, told[0].row, told[0].value) == (
        "too-many-vertices",
        "error",
        3,
        "11",
    )


def test_no_rows_at_all():
    cleaned, told = clean(column(), [], 10)
    assert len(cleaned) == 0
    assert told == []


coordinate = st.floats(-1_000, 1_000).map(lambda v: round(v, 3))
ring = st.lists(st.tuples(coordinate, coordinate), min_size=3, max_size=12)


@settings(deadline=None)
@given(ring)
def test_any_ring_becomes_a_valid_polygon_or_is_refused(points):
    cleaned, told = clean(column(shapely.Polygon(points)), [1], 1_000)
    if cleaned[0] is None:
        assert told[-1].code == "zero-area"
    else:
        assert cleaned[0].is_valid
        assert cleaned[0].area > 0
        assert kind_of(cleaned)[0] == "polygon"


# Footprints


@pytest.mark.parametrize(
    ("facility", "width"),
    [
        ("sewer", 3.0),
        ("heat", 2.5),
        ("water", 1.0),
        ("gas", 1.0),
        ("electricity", 0.8),
        ("telecom", 0.8),
        ("road", 6.0),
        ("paving", 6.0),
        ("green", 3.0),
        ("lighting", 2.0),
        ("trees", 2.0),
        ("unknown", 2.0),
    ],
)
def test_a_line_takes_the_width_of_its_facility_and_is_not_longer(facility, width):
    line = column(shapely.LineString([(93_000, 463_000), (93_100, 463_000)]))
    strip = printed(line, facility)[0]
    assert strip.bounds == (93_000, 463_000 - width / 2, 93_100, 463_000 + width / 2)
    assert strip.area == pytest.approx(100 * width)


def test_a_redesign_is_ten_metres_wide_whatever_the_facility():
    for facility in FACILITY.ids:
        assert width_m(codes(1, FACILITY, facility), codes(1, ACTIVITY, "redesign")) == [10.0]


def test_a_point_is_a_disc_of_two_and_a_half_metres():
    disc = printed(column(shapely.Point(93_000, 463_000)), "road")[0]
    assert disc.bounds == pytest.approx((92_997.5, 462_997.5, 93_002.5, 463_002.5))
    assert disc.area == pytest.approx(np.pi * DISC_RADIUS_M**2, rel=0.002)


def test_a_polygon_is_its_own_footprint():
    square = shapely.box(0, 0, 10, 10)
    assert printed(column(square))[0].equals_exact(shapely.MultiPolygon([square]))


def test_bends_are_round_and_crossings_counted_once():
    bend = printed(column(shapely.LineString([(0, 0), (10, 0), (10, 10)])), "sewer")[0]
    quarter = np.pi * 1.5**2 / 4
    assert bend.area == pytest.approx(2 * 8.5 * 3 + 1.5**2 * 3 + quarter, rel=0.001)
    cross = printed(
        column(shapely.MultiLineString([[(0, 0), (10, 0)], [(5, -5), (5, 5)]])), "sewer"
    )[0]
    assert cross.area == pytest.approx(30 + 30 - 9)


def test_each_shape_has_a_valid_footprint_that_holds_it(shape):
    cleaned, _ = clean(column(shape.geometry), [1], 1_000)
    found = printed(cleaned)[0]
    if shape.kind is None:
        assert found is None
    else:
        assert found.geom_type == "MultiPolygon"
        assert found.is_valid
        assert found.area > 0
        assert found.buffer(1e-6).covers(cleaned[0])


def test_many_footprints_at_once_are_those_of_each(shapes):
    cleaned, _ = clean(column(*(s.geometry for s in shapes)), range(len(shapes)), 1_000)
    facilities = np.arange(len(shapes), dtype=np.int8) % len(FACILITY)
    activities = np.arange(len(shapes), dtype=np.int8) % len(ACTIVITY)
    together = footprints(cleaned, facilities, activities)
    for i in range(len(shapes)):
        alone = footprints(cleaned[i : i + 1], facilities[i : i + 1], activities[i : i + 1])[0]
        assert alone is together[i] or alone.equals_exact(together[i])


walk = st.lists(st.tuples(coordinate, coordinate), min_size=2, max_size=15)


@settings(deadline=None)
@given(walk, st.sampled_from(FACILITY.ids), st.sampled_from(ACTIVITY.ids))
def test_any_line_has_a_footprint_around_it(points, facility, activity):
    cleaned, _ = clean(column(shapely.LineString(points)), [1], 1_000)
    found = printed(cleaned, facility, activity)[0]
    assert found.geom_type == "MultiPolygon"
    assert found.is_valid
    assert found.area > 0
    assert found.buffer(1e-6).covers(cleaned[0])
    farthest = max(width_m(codes(1, FACILITY, facility), codes(1, ACTIVITY, activity))[0] / 2, 2.5)
    assert cleaned[0].buffer(farthest * 1.001, quad_segs=64).covers(found)


@settings(deadline=None)
@given(walk, st.integers(-50, 50), st.integers(-50, 50))
def test_moving_a_work_moves_its_footprint(points, right, up):
    line = shapely.LineString(points)
    moved = shapely.transform(line, lambda xy: xy + np.array([right, up]))
    first, _ = clean(column(line), [1], 1_000)
    second, _ = clean(column(moved), [1], 1_000)
    assert printed(second)[0].area == pytest.approx(printed(first)[0].area, rel=1e-6)


# Curves


@pytest.mark.parametrize(
    ("curve", "kind", "length", "area"),
    [
        ("CIRCULARSTRING (0 0, 1 1, 2 0)", "LineString", np.pi, 0),
        ("CIRCULARSTRING (0 0, 1 -1, 2 0)", "LineString", np.pi, 0),
        ("CIRCULARSTRING (0 0, 1 1, 2 0, 3 -1, 4 0)", "LineString", 2 * np.pi, 0),
        ("CIRCULARSTRING (0 0, 2 0, 0 0)", "LineString", 2 * np.pi, 0),
        ("CIRCULARSTRING (0 0, 1 0, 2 0)", "LineString", 2, 0),
        ("CIRCULARSTRING Z (0 0 5, 1 1 5, 2 0 5)", "LineString", np.pi, 0),
        ("COMPOUNDCURVE ((-1 0, 0 0), CIRCULARSTRING (0 0, 1 1, 2 0))", "LineString", 1 + np.pi, 0),
        ("CURVEPOLYGON (CIRCULARSTRING (0 0, 2 0, 0 0))", "Polygon", 2 * np.pi, np.pi),
        (
            "CURVEPOLYGON ((0 0, 9 0, 9 9, 0 0), CIRCULARSTRING (5 2, 7 2, 5 2))",
            "Polygon",
            None,
            40.5 - np.pi,
        ),
        (
            "CURVEPOLYGON (COMPOUNDCURVE (CIRCULARSTRING (0 0, 1 1, 2 0), (2 0, 0 0)))",
            "Polygon",
            None,
            np.pi / 2,
        ),
        (
            "MULTICURVE ((0 0, 1 0), CIRCULARSTRING (0 0, 1 1, 2 0))",
            "MultiLineString",
            1 + np.pi,
            0,
        ),
        (
            "MULTISURFACE (CURVEPOLYGON (CIRCULARSTRING (0 0, 2 0, 0 0)), ((5 0, 6 0, 6 1, 5 0)))",
            "MultiPolygon",
            None,
            np.pi + 0.5,
        ),
        ("TIN (((0 0, 1 0, 1 1, 0 0)), ((5 0, 6 0, 6 1, 5 0)))", "MultiPolygon", None, 1.0),
        ("TRIANGLE ((0 0, 1 0, 1 1, 0 0))", "Polygon", None, 0.5),
        ("POLYHEDRALSURFACE Z (((0 0 0, 1 0 0, 1 1 0, 0 0 0)))", "MultiPolygon", None, 0.5),
        (
            "GEOMETRYCOLLECTION (POINT (1 1), MULTIPOINT (1 1, (2 2)), TRIANGLE ((0 0, 1 0, 1 1, 0 0)))",
            "GeometryCollection",
            None,
            0.5,
        ),
    ],
)
def test_curves_become_chords(curve, kind, length, area):
    (found,), unreadable = from_wkt([curve])
    assert unreadable == []
    assert found.geom_type == kind
    assert found.area == pytest.approx(area, rel=0.01)
    assert length is None or found.length == pytest.approx(length, rel=0.002)


def test_a_collection_that_hides_a_curve_is_cleaned():
    hidden = shapely.from_wkt("GEOMETRYCOLLECTION (POINT (1 1), CIRCULARSTRING (0 0, 1 1, 2 0))")
    cleaned, told = clean(column(hidden), [1], 1_000)
    assert cleaned[0].length == pytest.approx(np.pi, rel=0.002)
    assert [fault.code for fault in told] == ["mixed-geometry"]


def _wkb(kind, *rest, order="<"):
    import struct

    return (b"\x01" if order == "<" else b"\x00") + struct.pack(order + "I", kind) + b"".join(rest)


@pytest.mark.parametrize("order", ["<", ">"])
@pytest.mark.parametrize(
    ("kind", "size"), [(8, 2), (1008, 3), (2008, 3), (3008, 4), (0x80000008, 3), (0xC0000008, 4)]
)
def test_arcs_in_wkb_of_every_dialect(order, kind, size):
    import struct

    points = np.zeros((3, size))
    points[:, :2] = [(0, 0), (1, 1), (2, 0)]
    data = _wkb(
        kind, struct.pack(order + "I", 3), points.astype(order + "f8").tobytes(), order=order
    )
    (found,), unreadable = from_wkb([data])
    assert unreadable == []
    assert found.length == pytest.approx(np.pi, rel=0.002)


def test_an_srid_in_wkb_is_passed_over():
    import struct

    points = np.array([(0, 0), (1, 1), (2, 0)], dtype="<f8").tobytes()
    data = _wkb(0x20000008, struct.pack("<I", 28992), struct.pack("<I", 3), points)
    assert from_wkb([data])[0][0].length == pytest.approx(np.pi, rel=0.002)


def test_a_curve_polygon_in_wkb():
    import struct

    circle = np.array([(0, 0), (2, 0), (0, 0)], dtype="<f8").tobytes()
    data = _wkb(10, struct.pack("<I", 1), _wkb(8, struct.pack("<I", 3), circle))
    assert from_wkb([data])[0][0].area == pytest.approx(np.pi, rel=0.01)


@pytest.mark.parametrize(
    "text",
    [
        "rubbish",
        "CIRCULARSTRING",
        "CIRCULARSTRING (0 0, 1 1",
        "CIRCULARSTRING (0, 1 1, 2 0)",
        "CURVEPOLYGON (CIRCULARSTRING (0 0, 1 1))",
        "CIRCULARSTRING (a b, c d, e f)",
        "HYPERCUBE (0 0, 1 1)",
        "MULTISURFACE (" * 500,
        "GEOMETRYCOLLECTION (" * 50 + "TRIANGLE ((0 0, 1 0, 1 1, 0 0))" + ")" * 50,
    ],
)
def test_text_that_is_no_geometry_is_named_by_its_place(text):
    found, unreadable = from_wkt(["POINT (1 1)", text, None, "CIRCULARSTRING (0 0, 1 1, 2 0)"])
    assert unreadable == [1]
    assert [g is None for g in found] == [False, True, True, False]


@given(st.binary(max_size=60))
def test_no_bytes_can_harm(data):
    found, unreadable = from_wkb([data, shapely.to_wkb(shapely.Point(1, 2))])
    assert found[1].equals(shapely.Point(1, 2))
    assert (found[0] is None) == (unreadable == [0]) or data == b""


@given(st.text(alphabet="CIRULASTNGPOE (),.0123456789-", max_size=40))
def test_no_text_can_harm(text):
    found, unreadable = from_wkt([text, "POINT (1 2)"])
    assert found[1].equals(shapely.Point(1, 2))
    assert found[0] is not None or unreadable == [0] or text == ""


@pytest.mark.parametrize("count", [2**31, 2**32 - 1])
def test_a_count_that_lies_allocates_nothing(count):
    import struct

    assert from_wkb([_wkb(8, struct.pack("<I", count))])[1] == [0]
    assert from_wkb([_wkb(11, struct.pack("<I", count))])[1] == [0]
