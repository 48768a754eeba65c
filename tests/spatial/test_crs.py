from __future__ import annotations

import numpy as np
import pyproj
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st
from pyproj import CRS

from spatial import crs, rd
from spatial.errors import CrsUnknown

RD_ESRI = (
    'PROJCS["RD_New",GEOGCS["GCS_Amersfoort",DATUM["D_Amersfoort",'
    'SPHEROID["Bessel_1841",6377397.155,299.1528128]],PRIMEM["Greenwich",0.0],'
    'UNIT["Degree",0.0174532925199433]],PROJECTION["Double_Stereographic"],'
    'PARAMETER["False_Easting",155000.0],PARAMETER["False_Northing",463000.0],'
    'PARAMETER["Central_Meridian",5.38763888888889],PARAMETER["Scale_Factor",0.9999079],'
    'PARAMETER["Latitude_Of_Origin",52.15616055555555],UNIT["Meter",1.0]]'
)
RD_BOUND = (
    'PROJCS["Amersfoort_RD_New",GEOGCS["GCS_Bessel 1841",DATUM["unknown",'
    'SPHEROID["bessel",6377397.155,299.1528128],TOWGS84[565.2,50.0,465.5,-0.4,0.34,-1.87,4.07]],'
    'PRIMEM["Greenwich",0],UNIT["Degree",0.017453292519943295]],'
    'PROJECTION["Oblique_Stereographic"],PARAMETER["latitude_of_origin",52.15616055555555],'
    'PARAMETER["central_meridian",5.38763888888889],PARAMETER["scale_factor",0.9999079],'
    'PARAMETER["false_easting",155000],PARAMETER["false_northing",463000],UNIT["Meter",1]]'
)
RD_WITHOUT_SCALE = (
    'PROJCS["Stereographic",GEOGCS["GCS_Bessel",DATUM["D_Bessel",'
    'SPHEROID["Bessel_1841",6377397.155,299.1528128]],PRIMEM["Greenwich",0.0],'
    'UNIT["Degree",0.0174532925199433]],PROJECTION["Stereographic_North_Pole"],'
    'PARAMETER["False_Easting",155000.0],PARAMETER["False_Northing",463000.0],'
    'PARAMETER["Central_Meridian",5.38763888888889],'
    'PARAMETER["standard_parallel_1",52.15616055555555],UNIT["Meter",1.0]]'
)
LAMBERT_93_ESRI = CRS.from_epsg(2154).to_wkt("WKT1_ESRI")


@pytest.mark.parametrize(
    ("text", "code"),
    [
        (28992, "EPSG:28992"),
        ("28992", "EPSG:28992"),
        (" epsg:28992 ", "EPSG:28992"),
        ("EPSG::28992", "EPSG:28992"),
        ("EPSG 28992", "EPSG:28992"),
        ("[EPSG:28992]", "EPSG:28992"),
        ("urn:ogc:def:crs:EPSG::28992", "EPSG:28992"),
        ("urn:x-ogc:def:crs:EPSG:6.9:28992", "EPSG:28992"),
        ("http://www.opengis.net/def/crs/EPSG/0/28992", "EPSG:28992"),
        ("https://www.opengis.net/def/crs/EPSG/9.9.1/28992", "EPSG:28992"),
        ("http://www.opengis.net/gml/srs/epsg.xml#28992", "EPSG:28992"),
        ("http://spatialreference.org/ref/epsg/28992/", "EPSG:28992"),
        ("http://www.opengis.net/def/crs/OGC/1.3/CRS84", "OGC:CRS84"),
        ("urn:ogc:def:crs:OGC:1.3:CRS84", "OGC:CRS84"),
        ("urn:ogc:def:crs:OGC::CRS84", "OGC:CRS84"),
        ("OGC:CRS84", "OGC:CRS84"),
        ("CRS84", "OGC:CRS84"),
        ("WGS 84", "OGC:CRS84"),
        ("WGS84", "OGC:CRS84"),
        (4326, "EPSG:4326"),
        (7415, "EPSG:28992"),  # RD New + NAP height
        (4979, "EPSG:4326"),  # WGS 84 with height
        (RD_ESRI, "EPSG:28992"),
        (RD_BOUND, "EPSG:28992"),
        (RD_WITHOUT_SCALE, "EPSG:28992"),
        (LAMBERT_93_ESRI, "EPSG:2154"),
        (CRS.from_epsg(28992).to_wkt(), "EPSG:28992"),
        (CRS.from_epsg(31370).to_json(), "EPSG:31370"),
        (CRS.from_epsg(7415).to_json(), "EPSG:28992"),
    ],
)
def test_every_way_to_name_a_crs(text, code):
    assert crs.code_of(text) == code


@pytest.mark.parametrize(
    "text",
    [
        None,
        "",
        "  ",
        "rubbish",
        "EPSG:999999",
        "+proj=sterea +nadgrids=@/etc/passwd",
        "/etc/passwd",
        'PROJCS["half',
        "{}",
        '{"type": "Nothing"}',
        "{" * 5_000,
        "x" * 100_000,
        4978,  # geocentric
        5709,  # NAP height alone
    ],
)
def test_what_names_nothing_is_refused_with_a_remedy(text):
    with pytest.raises(CrsUnknown, match="--source-crs"):
        crs.parse(text)


@pytest.mark.parametrize("code", [28992, 4326, 3857, 2154, "OGC:CRS84"])
def test_a_uri_leads_back_to_the_crs(code):
    assert crs.parse(crs.uri_of(code)) == crs.parse(code)


def test_a_crs_without_a_code_is_told_as_wkt():
    mine = CRS.from_proj4(
        "+proj=tmerc +lat_0=52 +lon_0=5.5 +x_0=1234 +ellps=GRS80 +units=m"
    ).to_wkt()
    assert crs.code_of(mine) is None
    assert crs.uri_of(mine).startswith("PROJCRS[")
    assert crs.parse(crs.uri_of(mine)).equals(crs.parse(mine))


@pytest.mark.parametrize(
    ("code", "first"),
    [(4326, True), (4258, True), (31467, True), (28992, False), ("CRS84", False), (3857, False)],
)
def test_axis_order(code, first):
    assert crs.is_northing_first(code) is first


@pytest.mark.parametrize("code", [28992, 2154, 25831, 31370])
def test_a_national_system_in_metres_can_be_stored(code):
    assert crs.storage(code).to_epsg() == code


@pytest.mark.parametrize("code", [4326, "CRS84", 3857, 2263])  # degrees, stretched, feet
def test_what_does_not_measure_in_metres_cannot_be_stored(code):
    with pytest.raises(CrsUnknown, match="STORAGE_CRS"):
        crs.storage(code)


def test_pyproj_never_goes_to_the_network():
    assert not pyproj.network.is_network_enabled()


# Transforming


def _points(*places):
    return np.array([shapely.Point(p) for p in places], dtype=object)


def test_rd_goes_through_the_correction_grid():
    lonlat = np.array([[4.4908, 52.1601], [6.5, 53.2]])
    found = crs.transform_coordinates(lonlat, 4326, 28992)
    assert np.array_equal(found, rd.to_rd(lonlat)[0])
    assert np.array_equal(crs.transform_coordinates(lonlat, "CRS84", 7415), found)
    plain = pyproj.Transformer.from_crs(4326, 28992, always_xy=True).transform(*lonlat.T)
    assert np.hypot(*(found - np.column_stack(plain)).T).max() > 0.02


@pytest.mark.parametrize("other", [3857, 25831, 31370, 2154, 4258, 4289, 28991])
def test_every_way_into_rd_and_back_is_exact(other):
    xy = np.array([[93_663.0, 463_927.0], [233_000.0, 581_000.0]])
    there = crs.transform_coordinates(xy, 28992, other)
    back = crs.transform_coordinates(there, other, 28992)
    assert np.abs(back - xy).max() < 0.001


def test_rd_old_is_rd_new_with_another_origin():
    xy = np.array([[155_000.0, 463_000.0]])
    assert np.abs(crs.transform_coordinates(xy, 28992, 28991)).max() < 1e-6
    lonlat = crs.transform_coordinates(np.array([[0.0, 0.0]]), 28991, 4326)
    assert np.abs(lonlat - crs.transform_coordinates(xy, 28992, 4326)).max() < 1e-9


def test_the_same_crs_costs_nothing():
    places = _points((1, 2), (3, 4))
    assert crs.transform(places, 28992, "urn:ogc:def:crs:EPSG::28992") is places
    assert (
        crs.transform(places, 4326, "CRS84") is places
        or shapely.equals_exact(crs.transform(places, 4326, "CRS84"), places).all()
    )


def test_geometries_are_transformed_as_one_array():
    mixed = np.array(
        [
            shapely.from_wkt("POINT Z (4.49 52.16 3)"),
            None,
            shapely.from_wkt("LINESTRING (4.49 52.16, 4.5 52.17)"),
            shapely.from_wkt("POLYGON ((4.49 52.16, 4.5 52.16, 4.5 52.17, 4.49 52.16))"),
            shapely.from_wkt("GEOMETRYCOLLECTION (POINT (4.49 52.16))"),
        ],
        dtype=object,
    )
    moved = crs.transform(mixed, "CRS84", 28992)
    assert moved[1] is None
    assert [g.geom_type for g in moved if g] == [g.geom_type for g in mixed if g]
    assert not shapely.has_z(moved).any()
    expected = rd.to_rd(shapely.get_coordinates(mixed))[0]
    assert np.array_equal(shapely.get_coordinates(moved), expected)
    assert mixed[0].has_z  # what was given is untouched


def test_coordinates_out_of_reach_become_infinite():
    moved = crs.transform(_points((5, 95), (5, 52)), "CRS84", 28992)
    assert np.isfinite(shapely.get_coordinates(moved)).all(axis=1).tolist() == [False, True]


corner = st.tuples(st.floats(3.3, 7.0), st.floats(50.8, 53.4))


@settings(deadline=None)
@given(corner, st.floats(0.001, 2.0), st.floats(0.001, 2.0), st.data())
def test_a_transformed_box_holds_every_point_of_the_box(low, wide, high, data):
    box = (low[0], low[1], low[0] + wide, low[1] + high)
    place = data.draw(st.tuples(st.floats(box[0], box[2]), st.floats(box[1], box[3])))
    for target in (28992, 3857, 25832):
        west, south, east, north = crs.transform_bounds(box, "CRS84", target)
        x, y = crs.transform_coordinates(np.array([place]), "CRS84", target)[0]
        assert west <= x <= east
        assert south <= y <= north


@settings(deadline=None)
@given(
    st.tuples(st.floats(10_000, 250_000), st.floats(310_000, 600_000)),
    st.floats(1, 100_000),
    st.data(),
)
def test_a_box_in_rd_holds_its_points_in_degrees(low, size, data):
    box = (low[0], low[1], low[0] + size, low[1] + size)
    place = data.draw(st.tuples(st.floats(box[0], box[2]), st.floats(box[1], box[3])))
    west, south, east, north = crs.transform_bounds(box, 28992, "CRS84")
    lon, lat = crs.transform_coordinates(np.array([place]), 28992, "CRS84")[0]
    assert west <= lon <= east
    assert south <= lat <= north


def test_a_small_box_stays_small():
    west, south, east, north = crs.transform_bounds((4.49, 52.16, 4.5, 52.17), "CRS84", 28992)
    assert east - west < 720
    assert north - south < 1_150


@pytest.mark.parametrize("target", [28992, 3857, 2154])
def test_a_box_of_the_world_holds_everything(target):
    west, south, east, north = crs.transform_bounds((-180, -90, 180, 90), "CRS84", target)
    assert west <= -1e7 < 1e7 <= east
    assert south <= -1e7 < 1e7 <= north


def test_a_box_without_end_in_metres_is_the_world():
    assert crs.transform_bounds((-1e9, -1e9, 1e9, 1e9), 28992, "CRS84") == (-180, -90, 180, 90)


def test_a_box_elsewhere_is_transformed_as_it_is():
    box = crs.transform_bounds((-74.1, 40.6, -73.9, 40.8), "CRS84", 3857)
    assert box == pytest.approx((-8_248_774.3, 4_953_717.3, -8_226_510.4, 4_983_021.4), rel=1e-3)
