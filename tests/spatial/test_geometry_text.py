from __future__ import annotations

import json

import numpy as np
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st

from spatial.geometry_text import notation, parse

numbers = st.floats(-1e6, 1e6, allow_nan=False).map(lambda v: round(v, 3))
points = st.tuples(numbers, numbers).map(shapely.Point)
lines = st.lists(st.tuples(numbers, numbers), min_size=2, max_size=8).map(shapely.LineString)
boxes = st.tuples(numbers, numbers).map(lambda p: shapely.box(p[0], p[1], p[0] + 5, p[1] + 7))
multis = st.lists(points, min_size=1, max_size=4).map(shapely.MultiPoint)
shapes = st.lists(st.one_of(points, lines, boxes, multis), min_size=1, max_size=6)


def read(cells, **more):
    return parse(cells, np.arange(1, len(cells) + 1), field_name="geo", **more)


@given(shapes)
def test_every_notation_gives_back_what_was_written(geometries):
    written = {
        "wkt": [g.wkt for g in geometries],
        "wkb": [g.wkb_hex for g in geometries],
        "geojson": [json.dumps(shapely.geometry.mapping(g)) for g in geometries],
    }
    for kind, cells in written.items():
        assert notation(cells) == kind
        got = read(cells)
        assert got.faults == []
        assert shapely.equals_exact(got.geometry, np.array(geometries), 1e-9).all()


def test_ewkt_says_its_crs_and_another_crs_is_a_fault():
    cells = ["SRID=28992;POINT(155000 463000)", "srid=28992; POINT (1 2)", "SRID=4326;POINT(5 52)"]
    got = read(cells)
    assert got.crs == "EPSG:28992"
    assert got.geometry[2] is None
    assert [(f.code, f.row, f.field) for f in got.faults] == [("geometry-several-crs", 3, "geo")]


def test_ewkb_says_its_crs():
    shape = shapely.set_srid(shapely.Point(1, 2), 28992)
    got = read([shapely.to_wkb(shape, hex=True, include_srid=True)])
    assert got.crs == "EPSG:28992"
    assert got.geometry[0].wkt == "POINT (1 2)"


def test_pairs_are_latitude_first_unless_they_cannot_be():
    assert read(["52.1, 4.5"]).geometry[0].wkt == "POINT (4.5 52.1)"
    assert read(["(52.1 4.5)"]).crs == "OGC:CRS84"
    metres = read(["155000, 463000", "12, 400001"])
    assert [g.wkt for g in metres.geometry] == ["POINT (155000 463000)", "POINT (12 400001)"]
    assert metres.crs is None


def test_decimal_commas_need_another_separator():
    assert read(["52,1; 4,5"]).geometry[0].wkt == "POINT (4.5 52.1)"


@pytest.mark.parametrize(
    "cells",
    [
        ["Surface (m2)", "Point de vente", "Lijn 3"],
        ["2027-01-01"],
        ["12"],
        [None, "", " - "],
        ['{"a": 1}'],
        ["Breestraat 12, Leiden"],
    ],
)
def test_ordinary_text_is_no_geometry(cells):
    assert notation(cells) is None


def test_one_bad_cell_costs_only_its_row():
    got = read(["POINT (1 2)", "POINT (1 2", None, "", "LINESTRING (0 0, 1 1)", "POINT (5 6)"])
    assert [g is None for g in got.geometry] == [False, True, True, True, False, False]
    assert [(f.row, f.code, f.severity) for f in got.faults] == [(2, "geometry-text", "error")]
    assert set(got.faults[0].reason) == {"nl", "en"}


def test_curves_in_text_become_chords():
    half = "CIRCULARSTRING (0 0, 1 1, 2 0)"
    got = read([half, f"SRID=28992;{half}", "POINT (1 2)"])
    assert got.faults == []
    assert got.crs == "EPSG:28992"
    assert [round(g.length, 2) for g in got.geometry] == [3.14, 3.14, 0.0]


def test_curves_in_wkb_become_chords_and_odd_hexadecimal_is_a_fault():
    curve = "01080000000300000000000000000000000000000000000000000000000000f03f000000000000f03f"
    curve += "00000000000000400000000000000000"
    got = read([curve, "0101000000000000000000F03F0000000000000040", curve + "0"])
    assert round(got.geometry[0].length, 2) == 3.14
    assert [(f.row, f.code) for f in got.faults] == [(3, "geometry-text")]


def test_geojson_objects_features_and_faults():
    cells = [
        {"type": "Point", "coordinates": [4.5, 52.0]},
        '{"type": "Feature", "geometry": {"type": "Point", "coordinates": [1, 2]}}',
        '{"type": "Polygon", "coordinates": [[[0,0],[1,0],[1,1]]]}',
        '{"type": "Point", "coordinates": [1,',
    ]
    got = read(cells)
    assert [g and g.geom_type for g in got.geometry] == ["Point", "Point", "Polygon", None]
    assert [(f.row, f.code, f.severity) for f in got.faults] == [
        (4, "geometry-text", "error"),
        (3, "ring-closed", "warning"),
    ]
