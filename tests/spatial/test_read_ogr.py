from __future__ import annotations

import datetime as dt
import zipfile

import geopandas
import numpy as np
import pyogrio
import pytest
import shapely
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from spatial.errors import LayerNotFound, UnreadableFile
from spatial.opening import open_file
from spatial.reader import ReadOptions
from spatial.readers.ogr import READER

FORMATS = {
    "GPKG": ".gpkg",
    "FlatGeobuf": ".fgb",
    "ESRI Shapefile": ".shp",
    "KML": ".kml",
    "GML": ".gml",
    "MapInfo File": ".tab",
    "OpenFileGDB": ".gdb",
}
DEGREES = {"KML"}
MADE_BY_DRIVERS = {
    "fid",
    "gml_id",
    "OBJECTID",
    "FID",
    "Name",
    "description",
    "timestamp",
    "begin",
    "end",
    "id",
}


def write(path, frame, driver, **more):
    pyogrio.write_dataframe(frame, path, driver=driver, **more)
    return path


def frame(n=3, crs="EPSG:28992"):
    x, y = (4.5, 52.1) if crs == "EPSG:4326" else (93_000.0, 463_000.0)
    return geopandas.GeoDataFrame(
        {
            "ref": [f"W-{i}" for i in range(n)],
            "straat": ["Café é", None, "Vliet"][:n] + ["x"] * (n - 3),
            "metres": [1.5 * i for i in range(n)],
        },
        geometry=[shapely.Point(x + i * 0.1, y) for i in range(n)],
        crs=crs,
    )


def read(path, **options):
    _, layers = open_file(path, ReadOptions(**options))
    return [(layer, list(layer.batches)) for layer in layers]


@pytest.mark.parametrize("driver", FORMATS)
def test_every_format_gives_back_what_was_written(tmp_path, driver):
    crs = "EPSG:4326" if driver in DEGREES else "EPSG:28992"
    written = frame(crs=crs)
    # An indexed FlatGeobuf is stored along a Hilbert curve, not in the order of writing.
    more = {"SPATIAL_INDEX": "NO"} if driver == "FlatGeobuf" else {}
    path = write(tmp_path / f"werken{FORMATS[driver]}", written, driver, **more)
    ((layer, batches),) = read(path)
    (batch,) = batches
    assert layer.crs == ("OGC:CRS84" if driver in DEGREES else crs)
    assert batch.row.tolist() == [1, 2, 3]
    assert set(layer.columns) - MADE_BY_DRIVERS == {"ref", "straat", "metres"}
    assert list(batch.columns["ref"]) == ["W-0", "W-1", "W-2"]
    assert list(batch.columns["straat"]) == ["Café é", None, "Vliet"]
    assert [float(v) for v in batch.columns["metres"]] == [0.0, 1.5, 3.0]
    # MapInfo stores whole numbers on a grid over the whole country.
    tolerance = 0.05 if driver == "MapInfo File" else 1e-6
    assert shapely.equals_exact(batch.geometry, written.geometry.to_numpy(), tolerance).all()


SHAPES = st.one_of(
    st.none(),
    st.tuples(st.integers(0, 99), st.integers(0, 99)).map(shapely.Point),
    st.lists(
        st.tuples(st.integers(0, 99), st.integers(0, 99)), min_size=2, max_size=5, unique=True
    ).map(shapely.LineString),
    st.tuples(st.integers(0, 99), st.integers(0, 99)).map(
        lambda p: shapely.box(*p, p[0] + 3, p[1] + 2)
    ),
)
TEXTS = st.text(
    st.characters(codec="utf-8", exclude_categories=["Cs", "Cc"]), min_size=1, max_size=12
)


@settings(
    suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=8, deadline=None
)
@given(st.lists(st.tuples(SHAPES, TEXTS, st.integers(-(2**31), 2**31)), min_size=1, max_size=12))
def test_geopackage_round_trip(tmp_path, rows):
    path = tmp_path / "round.gpkg"
    path.unlink(missing_ok=True)
    shapes, texts, numbers = zip(*rows, strict=True)
    written = geopandas.GeoDataFrame(
        {"t": list(texts), "n": list(numbers)}, geometry=list(shapes), crs="EPSG:28992"
    )
    write(path, written, "GPKG", geometry_type="Unknown")
    ((_, batches),) = read(path, batch_rows=5)
    assert [n for b in batches for n in b.row] == list(range(1, len(rows) + 1))
    assert [v for b in batches for v in b.columns["t"]] == list(texts)
    assert [v for b in batches for v in b.columns["n"]] == list(numbers)
    got = [g for b in batches for g in b.geometry]
    for expected, shape in zip(shapes, got, strict=True):
        assert (expected is None) == (shape is None)
        assert expected is None or shapely.equals_exact(expected, shape)


def test_layers_of_a_file_and_the_one_that_is_named(tmp_path):
    path = write(tmp_path / "two.gpkg", frame(), "GPKG", layer="riool")
    write(path, frame(4), "GPKG", layer="water", append=False)
    assert [(layer.name, layer.row_count) for layer, _ in read(path)] == [
        ("riool", 3),
        ("water", 4),
    ]
    ((layer, batches),) = read(path, layer="water")
    assert (layer.name, sum(map(len, batches))) == ("water", 4)
    with pytest.raises(LayerNotFound, match="riool"):
        read(path, layer="gas")


def test_layers_can_be_read_interleaved_and_left_half_read(tmp_path):
    path = write(tmp_path / "two.gpkg", frame(9), "GPKG", layer="a")
    write(path, frame(9), "GPKG", layer="b")
    _, layers = open_file(path, ReadOptions(batch_rows=2))
    first, second = layers
    one, two = next(first.batches), next(second.batches)
    assert [*one.row, *two.row] == [1, 2, 1, 2]
    assert sum(len(b) for b in second.batches) == 7


def test_dates_stay_dates(tmp_path):
    written = frame()
    written["start"] = np.array(["2027-03-01", "2028-01-01", "NaT"], dtype="datetime64[ms]")
    ((_, (batch,)),) = read(write(tmp_path / "d.gpkg", written, "GPKG"))
    start = batch.columns["start"]
    assert isinstance(start[0], dt.date)
    assert (start[0].year, start[0].month, start[2]) == (2027, 3, None)


@pytest.mark.parametrize(
    ("cpg", "language", "encoding", "code"),
    [
        ("UTF-8", 0, "utf-8", "encoding-declared"),
        ("1252", 0, "cp1252", "encoding-declared"),
        ("ISO-8859-1", 0, "cp1252", "encoding-declared"),
        (None, 0x57, "cp1252", "encoding-declared"),
        (None, 0x02, "cp850", "encoding-declared"),
        (None, 0, "utf-8", "encoding-guessed"),
        (None, 0, "cp1252", "encoding-guessed"),
        ("UTF-8", 0, "cp1252", "encoding-wrong"),
        ("1252", 0, "utf-8", "encoding-wrong"),
    ],
)
def test_shapefile_text_in_the_encoding_that_was_used(tmp_path, cpg, language, encoding, code):
    text = "Groenstraat é à ï café"
    written = frame()
    written["straat"] = "#" * 40
    path = write(tmp_path / "werk.shp", written, "ESRI Shapefile")
    table = path.with_suffix(".dbf")
    content = bytearray(table.read_bytes().replace(b"#" * 40, text.encode(encoding).ljust(40)))
    content[29] = language
    table.write_bytes(content)
    path.with_suffix(".cpg").unlink()
    if cpg:
        path.with_suffix(".cpg").write_text(cpg)
    packed = tmp_path / "werk.zip"
    with zipfile.ZipFile(packed, "w") as out:
        for part in tmp_path.glob("werk.*"):
            if part != packed:
                out.write(part, f"map/{part.name}")
    ((layer, (batch,)),) = read(packed)
    assert batch.columns["straat"][0] == text
    assert [n.code for n in layer.notes] == [code]


def test_a_shapefile_without_its_table_says_what_is_missing(tmp_path):
    path = write(tmp_path / "werk.shp", frame(), "ESRI Shapefile")
    path.with_suffix(".dbf").unlink()
    path.with_suffix(".shx").unlink()
    with pytest.raises(UnreadableFile, match=r"\.dbf and \.shx"):
        read(path)


def test_kmz_and_zipped_file_geodatabase(tmp_path):
    kml = write(tmp_path / "doc.kml", frame(crs="EPSG:4326"), "KML")
    kmz = tmp_path / "werken.kmz"
    with zipfile.ZipFile(kmz, "w") as out:
        out.write(kml, "doc.kml")
        out.writestr("files/icon.png", b"\x89PNG")
    ((layer, (batch,)),) = read(kmz)
    assert (layer.crs, len(batch)) == ("OGC:CRS84", 3)

    folder = write(tmp_path / "werken.gdb", frame(), "OpenFileGDB")
    packed = tmp_path / "gdb.zip"
    with zipfile.ZipFile(packed, "w") as out:
        for part in folder.iterdir():
            out.write(part, f"map/werken.gdb/{part.name}")
    ((layer, (batch,)),) = read(packed)
    assert (layer.crs, batch.columns["ref"]) == ("EPSG:28992", ["W-0", "W-1", "W-2"])


def test_mif_and_mid_in_a_zip(tmp_path):
    write(tmp_path / "werk.mif", frame(), "MapInfo File")
    packed = tmp_path / "mif.zip"
    with zipfile.ZipFile(packed, "w") as out:
        for part in tmp_path.glob("werk.mi*"):
            out.write(part, part.name)
    ((_, (batch,)),) = read(packed)
    assert batch.columns["ref"] == ["W-0", "W-1", "W-2"]


def test_bytes_that_are_no_geometry_are_faults_of_their_rows(tmp_path):
    import sqlite3

    path = write(tmp_path / "broken.gpkg", frame(), "GPKG", SPATIAL_INDEX="NO")
    with sqlite3.connect(path) as database:
        database.execute("DROP TABLE IF EXISTS gpkg_ogr_contents")
        for (name,) in database.execute(
            "SELECT name FROM sqlite_master WHERE type='trigger'"
        ).fetchall():
            database.execute(f'DROP TRIGGER "{name}"')
        database.execute("UPDATE broken SET geom = x'4750000140710000010100' WHERE ref = 'W-1'")
    database.close()
    ((_, batches),) = read(path)
    assert [n for b in batches for n in b.row if n != 2] == [1, 3]
    told = {f.row for b in batches for f in b.faults}
    empty = {int(n) for b in batches for n, g in zip(b.row, b.geometry, strict=True) if g is None}
    assert told | empty == {2}


def test_a_geometry_with_too_many_vertices_is_refused_and_the_rest_read(tmp_path):
    written = frame()
    written.loc[1, "geometry"] = shapely.Point(0, 0).buffer(1, quad_segs=2_000)
    ((_, (batch,)),) = read(write(tmp_path / "big.gpkg", written, "GPKG"), max_vertices=1_000)
    assert batch.row.tolist() == [1, 3]
    assert [(f.row, f.code) for f in batch.faults] == [(2, "too-many-vertices")]


def test_progress_goes_to_one(tmp_path):
    told = []
    path = write(tmp_path / "p.fgb", frame(9), "FlatGeobuf")
    (layer,) = READER.read(path, ReadOptions(batch_rows=4, on_progress=told.append))
    assert sum(len(b) for b in layer.batches) == 9
    assert told == sorted(told)
    assert told[-1] == 1.0


def test_gml_that_names_its_crs_at_some_geometries_only(tmp_path):
    def member(n, crs):
        point = f"<gml:Point{crs}><gml:pos>{93_000 + n} 463000</gml:pos></gml:Point>"
        return f"<gml:featureMember><f><a>{n}</a><g>{point}</g></f></gml:featureMember>"

    def written(crs):
        path = tmp_path / "w.gml"
        members = member(1, f' srsName="{crs}"') + member(2, "")
        path.write_text(
            f'<?xml version="1.0"?><c xmlns:gml="http://www.opengis.net/gml">{members}</c>'
        )
        return path

    ((layer, (batch,)),) = read(written("urn:ogc:def:crs:EPSG::28992"))
    assert (layer.crs, len(batch)) == ("EPSG:28992", 2)
    ((layer, _),) = read(written("urn:ogc:def:crs:EPSG::4258"))
    assert layer.crs is None


def test_kml_with_extended_data_time_spans_and_folders(tmp_path):
    def placemark(n):
        return (
            f"<Placemark><name>W-{n}</name><description>riool</description>"
            "<TimeSpan><begin>2027-03-01</begin><end>2027-09-30</end></TimeSpan>"
            '<ExtendedData><Data name="aannemer"><value>Jansen</value></Data></ExtendedData>'
            f"<Point><coordinates>4.{n},52.1,0</coordinates></Point></Placemark>"
        )

    path = tmp_path / "w.kml"
    folders = "".join(
        f"<Folder><name>{f}</name>{placemark(1)}{placemark(2)}</Folder>" for f in "ab"
    )
    path.write_text(
        f'<kml xmlns="http://www.opengis.net/kml/2.2"><Document>{folders}</Document></kml>'
    )
    got = read(path)
    assert [layer.name for layer, _ in got] == ["a", "b"]
    layer, (batch,) = got[0]
    assert {"Name", "description", "begin", "end", "aannemer"} <= set(layer.columns)
    assert "extrude" not in layer.columns
    assert batch.columns["aannemer"] == ["Jansen", "Jansen"]
    assert (batch.columns["begin"][0].year, batch.columns["begin"][0].month) == (2027, 3)


def test_a_reading_process_that_dies_is_a_refusal(tmp_path):
    # More than the pipe between the processes holds.
    path = write(tmp_path / "dies.gpkg", frame(20_000), "GPKG")
    (layer,) = READER.read(path, ReadOptions(batch_rows=500))
    next(layer.batches)
    layer.batches.gi_frame.f_locals["child"].process.kill()
    with pytest.raises(UnreadableFile, match="ended with code"):
        list(layer.batches)


def test_no_reading_process_is_left_behind(tmp_path):
    import gc
    import os

    path = write(tmp_path / "left.gpkg", frame(50), "GPKG")
    (layer,) = READER.read(path, ReadOptions(batch_rows=5))
    next(layer.batches)
    pid = layer.batches.gi_frame.f_locals["child"].process.pid
    os.kill(pid, 0)
    del layer
    gc.collect()
    with pytest.raises(ProcessLookupError):
        os.kill(pid, 0)
