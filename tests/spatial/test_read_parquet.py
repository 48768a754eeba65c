from __future__ import annotations

import json
import struct
from contextlib import suppress

import geopandas
import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import shapely
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from spatial.errors import FileTooLarge, UnreadableFile
from spatial.reader import ReadOptions
from spatial.readers.parquet import READER


def read(path, **options):
    (layer,) = READER.read(path, ReadOptions(**options))
    return layer, list(layer.batches)


POINT = st.tuples(st.integers(0, 99), st.integers(0, 99))
KINDS = {
    "point": POINT.map(shapely.Point),
    "linestring": st.lists(POINT, min_size=2, max_size=4).map(shapely.LineString),
    "polygon": POINT.map(
        lambda p: shapely.box(p[0], p[1], p[0] + 9, p[1] + 9).difference(
            shapely.box(p[0] + 2, p[1] + 2, p[0] + 3, p[1] + 3)
        )
    ),
    "multipoint": st.lists(POINT, min_size=1, max_size=3).map(shapely.MultiPoint),
    "multilinestring": st.lists(
        st.lists(POINT, min_size=2, max_size=4).map(shapely.LineString), min_size=1, max_size=3
    ).map(shapely.MultiLineString),
    "multipolygon": POINT.map(
        lambda p: shapely.MultiPolygon(
            [shapely.box(*p, p[0] + 1, p[1] + 1), shapely.box(200, 0, 201, 1)]
        )
    ),
}


@pytest.mark.parametrize("encoding", ["WKB", "geoarrow"])
@pytest.mark.parametrize("kind", KINDS)
@settings(
    suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=8, deadline=None
)
@given(st.data())
def test_what_is_written_is_read(tmp_path, kind, encoding, data):
    shapes = data.draw(st.lists(st.one_of(st.none(), KINDS[kind]), min_size=1, max_size=7))
    if all(s is None for s in shapes):
        shapes.append(data.draw(KINDS[kind]))
    texts = [f"t{i}" for i in range(len(shapes))]
    frame = geopandas.GeoDataFrame({"t": texts}, geometry=shapes, crs="EPSG:28992")
    path = tmp_path / "w.parquet"
    frame.to_parquet(path, geometry_encoding=encoding, write_covering_bbox=True)
    layer, batches = read(path, batch_rows=3)
    assert (layer.crs, layer.columns, layer.row_count) == ("EPSG:28992", ("t",), len(shapes))
    assert [n for b in batches for n in b.row] == list(range(1, len(shapes) + 1))
    assert [t for b in batches for t in b.columns["t"]] == texts
    got = [g for b in batches for g in b.geometry]
    for expected, shape in zip(shapes, got, strict=True):
        assert (expected is None) == (shape is None)
        assert expected is None or shapely.equals_exact(expected, shape)


def write(path, columns, geo=None):
    table = pa.table(columns)
    if geo is not None:
        table = table.replace_schema_metadata({"geo": json.dumps(geo)})
    pq.write_table(table, path)
    return path


WKB = [shapely.Point(1, 2).wkb, b"\x01\x01", None]


@pytest.mark.parametrize(
    ("column", "expected"),
    [
        ({}, "OGC:CRS84"),
        ({"crs": None}, None),
        ({"crs": {"id": {"authority": "EPSG", "code": 28992}, "type": "x"}}, None),
    ],
)
def test_the_crs_of_the_metadata(tmp_path, column, expected):
    geo = {
        "version": "1.1.0",
        "primary_column": "g",
        "columns": {"g": {"encoding": "WKB", **column}},
    }
    layer, _ = read(write(tmp_path / "c.parquet", {"g": WKB[:1]}, geo))
    assert layer.crs == expected or (expected is None and "28992" in layer.crs)


def test_bytes_that_are_no_geometry_are_faults(tmp_path):
    geo = {"primary_column": "g", "columns": {"g": {"encoding": "WKB"}}}
    _, (batch,) = read(write(tmp_path / "b.parquet", {"g": WKB, "n": [1, 2, 3]}, geo))
    assert batch.columns["n"] == [1, 3]
    assert [(f.row, f.code) for f in batch.faults] == [(2, "geometry-structure")]


def test_wkb_without_metadata_and_tables_without_geometry(tmp_path):
    layer, (batch,) = read(write(tmp_path / "g.parquet", {"geom": WKB[:1], "n": [1]}))
    assert (layer.crs, layer.columns, batch.geometry[0].wkt) == (None, ("n",), "POINT (1 2)")
    layer, (batch,) = read(write(tmp_path / "t.parquet", {"lon": [4.5], "lat": [52.0]}))
    assert (layer.columns, batch.geometry) == (("lon", "lat"), None)


def test_curves_become_chords(tmp_path):
    curve = struct.pack("<BII6d", 1, 8, 3, 0, 0, 1, 1, 2, 0)
    geo = {"primary_column": "g", "columns": {"g": {"encoding": "WKB"}}}
    _, (batch,) = read(write(tmp_path / "c.parquet", {"g": [curve, WKB[0]]}, geo))
    assert batch.row.tolist() == [1, 2]
    assert round(batch.geometry[0].length, 2) == 3.14
    assert list(batch.faults) == []


def test_limits(tmp_path):
    big = shapely.Point(0, 0).buffer(1, quad_segs=1_000)
    path = write(tmp_path / "l.parquet", {"geometry": [big.wkb, WKB[0]]})
    _, (batch,) = read(path, max_vertices=100)
    assert batch.row.tolist() == [2]
    assert [f.code for f in batch.faults] == ["too-many-vertices"]
    with pytest.raises(FileTooLarge):
        read(path, max_unpacked_bytes=1_000)


@pytest.mark.parametrize(
    "geo",
    [
        b"{",
        b"[]",
        b'{"primary_column": "x", "columns": {}}',
        b'{"primary_column": "g", "columns": {"g": {"encoding": "ABC"}}}',
    ],
)
def test_broken_metadata_is_refused(tmp_path, geo):
    path = tmp_path / "m.parquet"
    pq.write_table(pa.table({"g": WKB}).replace_schema_metadata({"geo": geo}), path)
    with pytest.raises(UnreadableFile, match="metadata"):
        read(path)


def test_damage_is_refused_wherever_it_is(tmp_path):
    path = write(
        tmp_path / "d.parquet", {"geom": WKB[:1] * 5_000, "t": [f"{i}" * 9 for i in range(5_000)]}
    )
    whole = path.read_bytes()
    random = np.random.default_rng(7)
    for cut in (4, 100, len(whole) // 2, len(whole) - 4):
        path.write_bytes(whole[:cut])
        with pytest.raises(UnreadableFile):
            read(path)
    for _ in range(60):
        hurt = bytearray(whole)
        for at in random.integers(4, len(whole), 20):
            hurt[at] ^= int(random.integers(1, 256))
        path.write_bytes(hurt)
        # Any other exception, or a crash, fails the test.
        with suppress(UnreadableFile, FileTooLarge):
            read(path)
