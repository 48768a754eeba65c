from __future__ import annotations

import json
from itertools import pairwise

import numpy as np
import pytest
import shapely
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from spatial.errors import LayerNotFound, UnknownFormat, UnreadableFile
from spatial.json_items import Cutter
from spatial.reader import ReadOptions
from spatial.readers.geojson import READER

POINT = {"type": "Point", "coordinates": [4.5, 52.0]}


def feature(geometry=POINT, **properties):
    return {"type": "Feature", "geometry": geometry, "properties": properties}


def collection(*features, **members):
    return {"type": "FeatureCollection", **members, "features": list(features)}


@pytest.fixture
def read(tmp_path):
    def reading(content, *, name="works.geojson", **options):
        path = tmp_path / name
        if isinstance(content, dict | list):
            content = json.dumps(content)
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        (layer,) = READER.read(path, ReadOptions(**options))
        return layer, list(layer.batches)

    return reading


def faults(batches):
    return [(f.row, f.code, f.severity) for b in batches for f in b.faults]


coordinates = st.tuples(st.floats(-180, 180), st.floats(-90, 90)).map(
    lambda p: [round(p[0], 6), round(p[1], 6)]
)
geometries = st.one_of(
    st.none(),
    coordinates.map(lambda c: {"type": "Point", "coordinates": c}),
    st.lists(coordinates, min_size=2, max_size=5).map(
        lambda c: {"type": "LineString", "coordinates": c}
    ),
    st.lists(coordinates, min_size=3, max_size=5).map(
        lambda c: {"type": "Polygon", "coordinates": [[*c, c[0]]]}
    ),
    st.lists(coordinates, min_size=1, max_size=5).map(
        lambda c: {"type": "MultiPoint", "coordinates": c}
    ),
)
values = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-(2**53), 2**53),
    st.floats(allow_nan=False, allow_infinity=False),
    st.text(max_size=12),
    st.lists(st.integers(0, 9), max_size=3),
)
names = st.text(min_size=1, max_size=6).filter(lambda n: n != "id")


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=60)
@given(
    st.lists(st.tuples(geometries, st.dictionaries(names, values, max_size=4)), max_size=9),
    st.integers(1, 4),
    st.booleans(),
)
def test_what_is_written_is_read(read, rows, batch_rows, pretty):
    written = collection(*(feature(g) | {"properties": p} for g, p in rows))
    text = json.dumps(written, indent=1 if pretty else None, ensure_ascii=pretty)
    layer, batches = read(text.encode("utf-8", "surrogatepass"), batch_rows=batch_rows)
    assert layer.crs == "OGC:CRS84"
    assert [n for b in batches for n in b.row] == list(range(1, len(rows) + 1))
    got = []
    for batch in batches:
        for i, shape in enumerate(batch.geometry):
            got.append((shape, {k: v[i] for k, v in batch.columns.items() if v[i] is not None}))
    for (geometry, properties), (shape, columns) in zip(rows, got, strict=True):
        assert columns == {k: v for k, v in properties.items() if v is not None}
        expected = None if geometry is None else shapely.geometry.shape(geometry)
        assert (shape is None) == (expected is None)
        assert expected is None or shapely.equals_exact(shape, expected)


@settings(max_examples=80)
@given(st.data(), st.lists(st.recursive(values, lambda v: st.dictionaries(names, v)), max_size=6))
def test_the_cutter_finds_the_items_wherever_the_chunks_end(data, items):
    objects = [{"v": item} for item in items]
    text = json.dumps(objects, ensure_ascii=False).encode("utf-8", "surrogatepass")[1:] + b" tail"
    cuts = sorted(data.draw(st.sets(st.integers(0, len(text)), max_size=12)))
    cutter = Cutter(offset=1)
    got = []
    for begin, end in pairwise([0, *cuts, len(text)]):
        if not cutter.done:
            got += [item.text for item in cutter.feed(text[begin:end])]
    assert cutter.done
    decoded = [json.loads(t.decode("utf-8", "surrogatepass")) for t in got]
    assert decoded == objects


def test_a_bad_feature_costs_only_itself(read):
    bad = [
        {"type": "Polygon", "coordinates": [[[0, 0], [1, 1]]]},
        {"type": "Point", "coordinates": ["4", "52"]},
        {"type": "Blob", "coordinates": [1, 2]},
        {"type": "LineString", "coordinates": [[0, 0]]},
        {"type": "Point"},
        "POINT (1 2)",
    ]
    _, batches = read(collection(feature(n=0), *(feature(g) for g in bad), feature(n=9)))
    assert [n for b in batches for n in b.row] == [1, 8]
    assert {row for row, _, severity in faults(batches) if severity == "error"} == {
        2,
        3,
        4,
        5,
        6,
        7,
    }
    assert batches[0].columns["n"] == [0, 9]


def test_an_unclosed_ring_is_closed_and_told_of(read):
    ring = [[0, 0], [1, 0], [1, 1], [0, 1]]
    _, batches = read(collection(feature({"type": "Polygon", "coordinates": [ring]})))
    assert faults(batches) == [(1, "ring-closed", "warning")]
    assert batches[0].geometry[0].area == 1.0


def test_features_that_are_none(read):
    content = '{"type":"FeatureCollection","features":[null, 3, {"type":"Feature"}, "x", [1], {}, '
    _, batches = read(content + json.dumps(POINT) + "]}")
    rows = [n for b in batches for n in b.row]
    assert 3 in rows
    assert {code for _, code, s in faults(batches) if s == "error"} == {"feature-structure"}
    assert len(faults(batches)) == 6


def test_kinds_of_root(read):
    assert len(read(feature(a=1))[1][0]) == 1
    assert read(POINT)[1][0].geometry[0].wkt == "POINT (4.5 52)"
    lines = "\n".join(json.dumps(feature(n=i)) for i in range(3))
    assert [len(b) for b in read(lines + "\n")[1]] == [3]
    records = "".join(f"\x1e{json.dumps(feature(n=i), indent=1)}\n" for i in range(3))
    assert read(records)[1][0].columns["n"] == [0, 1, 2]
    assert len(read([feature(n=1), feature(n=2)])[1][0]) == 2
    assert read("\ufeff" + json.dumps(collection(feature(n=1))))[1][0].columns["n"] == [1]
    assert read(collection())[1] == []


def test_a_broken_line_of_a_sequence_costs_only_itself(read):
    lines = [json.dumps(feature(n=1)), '{"type": "Feature", "geom', json.dumps(feature(n=3))]
    _, batches = read("\n".join(lines))
    assert [n for b in batches for n in b.row] == [1, 3]
    assert faults(batches) == [(2, "feature-not-json", "error")]


@pytest.mark.parametrize(
    ("crs", "expected"),
    [
        ({"type": "name", "properties": {"name": "urn:ogc:def:crs:EPSG::28992"}}, "EPSG:28992"),
        ({"type": "name", "properties": {"name": "EPSG:4258"}}, "EPSG:4258"),
        ({"type": "EPSG", "properties": {"code": 28992}}, "EPSG:28992"),
        ({"type": "name", "properties": {"name": "urn:ogc:def:crs:OGC:1.3:CRS84"}}, "OGC:CRS84"),
        ({"type": "link", "properties": {"href": "http://example.org"}}, None),
        (None, None),
    ],
)
@pytest.mark.parametrize("late", [False, True])
def test_the_crs_member_is_honoured_wherever_it_stands(read, crs, expected, late):
    whole = collection(feature(), bbox=[1, 2, 3, 4])
    whole = {**whole, "crs": crs} if late else {"crs": crs, **whole}
    assert read(whole)[0].crs == expected


def test_ids_nested_properties_and_geometry_collections(read):
    nested = feature(core={"name": "A", "dates": {"start": "2027"}}, place=POINT, tags=[1, 2])
    both = {
        "type": "GeometryCollection",
        "geometries": [POINT, {"type": "LineString", "coordinates": [[0, 0], [1, 1]]}],
    }
    layer, (batch,) = read(collection(nested | {"id": "w-1"}, feature(both)))
    assert layer.columns == ("id", "core.name", "core.dates.start", "place", "tags")
    assert batch.columns["id"] == ["w-1", None]
    assert batch.columns["place"][0] == POINT
    assert batch.geometry[1].geom_type == "GeometryCollection"


def test_columns_that_come_late_are_told_of(read):
    layer, batches = read(collection(feature(a=1), feature(a=2, b=3)), batch_rows=1)
    assert layer.columns == ("a",)
    assert batches[1].columns["b"] == [3]
    assert [n.code for n in layer.notes] == ["late-columns"]


def test_bytes_that_are_not_utf8_are_told_of_with_their_place(read):
    content = (
        json.dumps(collection(feature(s="a"), feature(s="caf#"))).encode().replace(b"#", b"\xe9")
    )
    _, (batch,) = read(content)
    assert batch.columns["s"] == ["a", "café"]
    (told,) = batch.faults
    assert (told.code, told.row, told.severity) == ("not-utf8", 2, "warning")
    assert str(content.index(b"\xe9")) in told.reason["en"]


@pytest.mark.parametrize(
    ("content", "error"),
    [
        ('{"type":"Topology","objects":{}}', UnknownFormat),
        ('{"hello": 1}', UnknownFormat),
        ('{"type":"featurecollection","features":[]}', UnknownFormat),
        ('{"geometryType":"esriGeometryPoint","features":[]}', UnknownFormat),
        ('{"type":"FeatureCollection"}', UnreadableFile),
        ('{"type":"FeatureCollection","features":{}}', UnreadableFile),
        ('{"type":"FeatureCollection","features":[{"type":"Feature"', UnreadableFile),
        ('{"type":"FeatureCollection","features":[{"type":"Feature"} {"a":1}]}', UnreadableFile),
        ('{"type":"FeatureCollection" "x"', UnreadableFile),
        ('{"type":', UnreadableFile),
        ("{" + '"a":[' * 100_000, UnreadableFile),
    ],
)
def test_what_is_no_geojson_is_refused_with_advice(read, content, error):
    with pytest.raises(error) as refusal:
        read(content)
    assert len(str(refusal.value)) > 40


def test_a_feature_with_too_many_vertices_is_refused_and_the_rest_read(read):
    ring = [[i, i % 7] for i in range(3_000)]
    big = feature({"type": "Polygon", "coordinates": [[*ring, ring[0]]]}, n=2)
    just = feature({"type": "LineString", "coordinates": ring[:1_000]}, n=4)
    over = feature({"type": "LineString", "coordinates": ring[:1_001]}, n=5)
    _, batches = read(collection(feature(n=1), big, feature(n=3), just, over), max_vertices=1_000)
    assert batches[0].columns["n"] == [1, 3, 4]
    assert faults(batches) == [(2, "too-many-vertices", "error"), (5, "too-many-vertices", "error")]


def test_memory_does_not_grow_with_a_giant_polygon(tmp_path):
    import tracemalloc

    path = tmp_path / "giant.geojson"
    with path.open("w") as out:
        out.write('{"type":"FeatureCollection","features":[' + json.dumps(feature(n=1)))
        out.write(
            ',{"type":"Feature","properties":{},"geometry":{"type":"Polygon","coordinates":[['
        )
        for _ in range(200):
            out.write("[4.123456,52.123456]," * 10_000)
        out.write("[4.123456,52.123456]]]}}," + json.dumps(feature(n=3)) + "]}")
    tracemalloc.start()
    (layer,) = READER.read(path, ReadOptions(max_vertices=100_000))
    batches = list(layer.batches)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert faults(batches) == [(2, "too-many-vertices", "error")]
    assert batches[0].columns["n"] == [1, 3]
    assert (
        peak < path.stat().st_size * 2.5
    )  # 42 MB of text; the arrays of one chunk, no copy of it all


def test_progress_and_layer_names(read, tmp_path):
    told = []
    layer, _ = read(collection(feature(), name="werken"), on_progress=told.append)
    assert layer.name == "werken"
    assert told[-1] == 1.0
    with pytest.raises(LayerNotFound, match="werken"):
        read(collection(feature(), name="werken"), layer="other")


def test_positions_keep_z_and_drop_what_follows(read):
    four = {"type": "LineString", "coordinates": [[0, 0, 5, 9], [1, 1, 6, 9]]}
    mixed = {"type": "LineString", "coordinates": [[0, 0, 5], [1, 1]]}
    _, (batch,) = read(collection(feature(four), feature(mixed)))
    assert np.array_equal(shapely.has_z(batch.geometry), [True, False])


def test_records_of_an_opendatasoft_portal(read):
    records = [{"recordid": "r1", "fields": {"voie": "Rue A"}, "geometry": POINT}]
    layer, (batch,) = read({"nhits": 1, "records": [*records, {"recordid": "r2"}]})
    assert batch.columns == {"id": ["r1"], "voie": ["Rue A"]}
    assert batch.geometry[0].wkt == "POINT (4.5 52)"
    assert (layer.crs, faults([batch])) == ("OGC:CRS84", [(2, "feature-structure", "error")])
