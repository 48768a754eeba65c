"""What every reader keeps to, whichever formats it reads.

A sample of each format is written here; a reader without a sample fails.
"""

from __future__ import annotations

import ast
import inspect
import json
import zipfile
from pathlib import Path

import geopandas
import openpyxl
import pyogrio
import pytest
import shapely

from spatial.errors import FileRefused, LayerNotFound
from spatial.fault_texts import TEXTS
from spatial.opening import open_file
from spatial.reader import Fault, ReadOptions, readers

ROWS = 7
DATEX2 = """<?xml version="1.0" encoding="UTF-8"?>
<mc:messageContainer xmlns:mc="http://datex2.eu/schema/3/messageContainer"
  xmlns:com="http://datex2.eu/schema/3/common" xmlns:sit="http://datex2.eu/schema/3/situation"
  xmlns:loc="http://datex2.eu/schema/3/locationReferencing"
  xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">
<mc:payload xsi:type="sit:SituationPublication" lang="nl" modelBaseVersion="3">
{situations}
</mc:payload></mc:messageContainer>
"""
SITUATION = """<sit:situation id="S{n}"><sit:situationRecord xsi:type="sit:MaintenanceWorks" id="R{n}" version="1">
<sit:situationRecordCreationTime>2026-01-01T00:00:00Z</sit:situationRecordCreationTime>
<sit:validity><com:validityStatus>definedByValidityTimeSpec</com:validityStatus>
<com:validityTimeSpecification><com:overallStartTime>2027-03-01T00:00:00Z</com:overallStartTime>
<com:overallEndTime>2027-04-01T00:00:00Z</com:overallEndTime></com:validityTimeSpecification></sit:validity>
<sit:locationReference xsi:type="loc:PointLocation"><loc:pointByCoordinates><loc:pointCoordinates>
<loc:latitude>52.1</loc:latitude><loc:longitude>4.{n}</loc:longitude>
</loc:pointCoordinates></loc:pointByCoordinates></sit:locationReference>
</sit:situationRecord></sit:situation>"""


def frame():
    shapes = [shapely.Point(4.5 + i / 10, 52.1) for i in range(ROWS)]
    return geopandas.GeoDataFrame(
        {"ref": [f"W-{i}" for i in range(ROWS)]}, geometry=shapes, crs=4326
    )


def write_geojson(path):
    path.write_text(frame().to_json())


def write_sequence(path):
    path.write_text("\n".join(json.dumps(f) for f in frame().iterfeatures(na="null")))


def write_csv(path):
    frame().assign(wkt=lambda f: f.geometry.to_wkt()).drop(columns="geometry").to_csv(
        path, index=False
    )


def write_workbook(path):
    book = openpyxl.Workbook()
    book.active.append(["ref", "wkt"])
    for row in frame().itertuples():
        book.active.append([row.ref, row.geometry.wkt])
    book.save(path)


def write_shapefile_zip(path):
    shape = path.with_suffix(".shp")
    pyogrio.write_dataframe(frame(), shape, driver="ESRI Shapefile")
    with zipfile.ZipFile(path, "w") as out:
        for part in shape.parent.glob(f"{shape.stem}.*"):
            if part != path:
                out.write(part, part.name)


def by_driver(driver):
    return lambda path: pyogrio.write_dataframe(frame(), path, driver=driver)


def write_datex2(path):
    path.write_text(DATEX2.format(situations="".join(SITUATION.format(n=n) for n in range(ROWS))))


SAMPLES = {
    "w.geojson": ("geojson", write_geojson),
    "w.geojsonl": ("geojson", write_sequence),
    "w.csv": ("delimited", write_csv),
    "w.xlsx": ("workbook", write_workbook),
    "w.parquet": ("parquet", lambda path: frame().to_parquet(path)),
    "w.gpkg": ("ogr", by_driver("GPKG")),
    "w.fgb": ("ogr", by_driver("FlatGeobuf")),
    "w.zip": ("ogr", write_shapefile_zip),
    "w.kml": ("ogr", by_driver("KML")),
    "w.gml": ("ogr", by_driver("GML")),
    "w.tab": ("ogr", by_driver("MapInfo File")),
    "w.mif": ("ogr", by_driver("MapInfo File")),
    "w.xml": ("datex2", write_datex2),
}


@pytest.fixture(params=SAMPLES)
def sample(request, tmp_path):
    reader, write = SAMPLES[request.param]
    path = tmp_path / request.param
    write(path)
    return reader, path


def first_layer(path, **options):
    _, layers = open_file(path, ReadOptions(**options))
    return next(layers)


def test_every_reader_has_a_sample_and_a_name_of_its_own():
    found = readers()
    assert {r.name for r in found} == {name for name, _ in SAMPLES.values()}
    assert len({r.name for r in found}) == len(found)
    for reader in found:
        assert reader.extensions
        assert all(e.startswith(".") and e == e.lower() for e in reader.extensions)


def test_content_decides_which_reader_it_is(sample):
    expected, path = sample
    reader, _ = open_file(path, ReadOptions())
    assert reader.name == expected


def test_no_other_reader_claims_the_content(sample):
    expected, path = sample
    head = path.read_bytes()[:4096]
    claimed = {r.name for r in readers() if r.recognises(path, head)}
    # A zip is nobody's: it is unpacked first. Any text may look like a table.
    assert claimed - {"delimited"} <= {expected}


def test_rows_are_numbered_upward_and_columns_are_as_long(sample):
    layer = first_layer(sample[1], batch_rows=3)
    rows = []
    for batch in layer.batches:
        rows += batch.row.tolist()
        assert 0 < len(batch) <= 3
        assert set(layer.columns) >= set(batch.columns)
        assert all(len(values) == len(batch) for values in batch.columns.values())
        assert batch.geometry is None or batch.geometry.shape == (len(batch),)
    assert len(rows) == ROWS
    assert rows == sorted(set(rows))
    assert rows[0] >= 1


def test_the_size_of_a_batch_changes_nothing(sample):
    def merged(batch_rows):
        layer = first_layer(sample[1], batch_rows=batch_rows)
        columns = {name: [] for name in layer.columns}
        shapes = []
        for batch in layer.batches:
            for name in layer.columns:
                columns[name] += list(batch.columns.get(name, [None] * len(batch)))
            shapes += [g and g.wkt for g in batch.geometry] if batch.geometry is not None else []
        return columns, shapes

    assert merged(2) == merged(5_000)


def test_coordinates_are_x_before_y_and_the_crs_is_told(sample):
    layer = first_layer(sample[1])
    (batch,) = layer.batches
    if batch.geometry is None:
        assert layer.crs is None
    else:
        assert layer.crs in {"OGC:CRS84", "EPSG:4326"}
        assert all(3 < g.centroid.x < 6 and 51 < g.centroid.y < 53 for g in batch.geometry)


def test_a_layer_that_is_not_there_is_refused_with_the_names_of_those_that_are(sample):
    name = first_layer(sample[1]).name
    with pytest.raises(LayerNotFound, match=name):
        list(open_file(sample[1], ReadOptions(layer="no such layer"))[1])
    assert first_layer(sample[1], layer=name).name == name


def test_progress_never_goes_back_and_ends_at_one(sample):
    told = []
    layer = first_layer(sample[1], batch_rows=2, on_progress=told.append)
    list(layer.batches)
    assert told == sorted(told)
    assert all(0 <= t <= 1 for t in told)


def test_a_file_that_is_cut_off_gives_rows_or_a_refusal(sample):
    _, path = sample
    whole = path.read_bytes()
    for part in (0.05, 0.3, 0.6, 0.9, 0.99):
        path.write_bytes(whole[: int(len(whole) * part)])
        try:
            for layer in open_file(path, ReadOptions())[1]:
                for batch in layer.batches:
                    assert all(isinstance(f, Fault) for f in batch.faults)
        except FileRefused as refusal:
            assert len(str(refusal)) > 30  # noqa: PT017  # a refusal is one of two good outcomes


@pytest.mark.parametrize("reader", readers(), ids=lambda r: r.name)
def test_readers_do_not_know_each_other(reader):
    tree = ast.parse(Path(inspect.getfile(type(reader))).read_text())
    named = [n.module or "" for n in ast.walk(tree) if isinstance(n, ast.ImportFrom)]
    assert not [module for module in named if module.startswith("spatial.readers")]


@pytest.mark.parametrize("code", TEXTS)
def test_every_fault_says_what_happened_and_what_to_do_in_both_languages(code):
    text = TEXTS[code]
    assert code == code.lower()
    for told in text:
        assert told[0].isupper() or told.startswith("{")
        assert told.endswith((".", "}}."))
        told.format(detail="x")
    assert ("{detail}" in text.reason_nl) == ("{detail}" in text.reason_en)
