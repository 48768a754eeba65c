"""What every encoder writes is read back equal."""

from __future__ import annotations

import csv
import json
import subprocess
import sys
import zipfile
from datetime import UTC, date, datetime
from pathlib import Path

import geopandas
import numpy as np
import openpyxl
import pandas as pd
import pyarrow as pa
import pyogrio
import pytest
import shapely
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from app.encoder import GEOMETRY, Extract, cut_names, encoder_for, encoders
from spatial.crs import parse

SCHEMA = pa.schema(
    [
        pa.field("id", pa.string()),
        pa.field("title", pa.string()),
        pa.field("start", pa.date32()),
        pa.field("updated", pa.timestamp("ms", tz="UTC")),
        pa.field("distance_m", pa.float64()),
        pa.field(GEOMETRY, pa.binary(), metadata={b"ARROW:extension:name": b"geoarrow.wkb"}),
    ]
)
texts = st.text(
    st.characters(
        codec="utf-8", exclude_categories=["Cc", "Cs"], exclude_characters="\ufffe\uffff"
    ),
    max_size=40,
)
rows = st.lists(
    st.tuples(
        st.none() | texts,
        st.none() | st.dates(date(1990, 1, 1), date(2090, 1, 1)),
        st.integers(1, 3_786_912_000).map(lambda seconds: datetime.fromtimestamp(seconds, UTC)),
        st.none() | st.floats(-1e6, 1e6, allow_nan=False).map(lambda x: round(x, 3)),
        st.tuples(st.integers(0, 250_000), st.integers(300_000, 600_000)),
    ),
    max_size=7,
)


def extract_of(values, crs="EPSG:28992", split=3):
    """Rows as an extract in batches of ``split``."""
    table = [
        (str(i), *rest, shapely.to_wkb(shapely.MultiPoint([place])))
        for i, (*rest, place) in enumerate(values)
    ]
    batches = []
    for at in range(0, len(table), split):
        columns = zip(*table[at : at + split], strict=True)
        arrays = [pa.array(c, f.type) for c, f in zip(columns, SCHEMA, strict=True)]
        batches.append(pa.RecordBatch.from_arrays(arrays, schema=SCHEMA))
    return Extract("works-points", "Werken", "MultiPoint", parse(crs), SCHEMA, iter(batches))


def plain(value):
    """A value as read back by any of the readers, in one form."""
    if pd.isna(value) or value == "":
        return None
    if hasattr(value, "hour"):
        value = value.to_pydatetime() if hasattr(value, "to_pydatetime") else value
        midnight = (value.hour, value.minute, value.second) == (0, 0, 0) and value.tzinfo is None
        return str(value.date()) if midnight else value.strftime("%Y-%m-%dT%H:%M:%SZ")
    if hasattr(value, "isoformat"):
        return value.isoformat()
    return round(float(value), 3) if isinstance(value, float | int | np.floating) else str(value)


def read_frame(frame):
    return [[plain(row[n]) for n in SCHEMA.names[:-1]] for _, row in frame.iterrows()], list(
        shapely.to_wkb(frame.geometry.to_numpy())
    )


def read_csv(path):
    with path.open(encoding="utf-8", newline="") as file:
        found = list(csv.reader(file))[1:]
    return [
        [plain(v) for v in row[:4]] + [plain(float(row[4])) if row[4] else None] for row in found
    ], [shapely.to_wkb(shapely.from_wkt(row[-1])) for row in found]


def read_xlsx(path):
    book = openpyxl.load_workbook(path, read_only=True)
    found = list(book.active.iter_rows(min_row=2, values_only=True))
    book.close()
    return [[plain(v) for v in row[:5]] for row in found], [
        shapely.to_wkb(shapely.from_wkt(row[5])) for row in found
    ]


def read_shapefile(path):
    frame = pyogrio.read_dataframe(path)
    frame["updated"] = pd.to_datetime(frame["updated"])
    return read_frame(frame)


def read_json_fg(path):
    document = json.loads(path.read_text(encoding="utf-8"))
    assert document["coordRefSys"] == "http://www.opengis.net/def/crs/EPSG/0/28992"
    rows_, shapes = [], []
    for feature in document["features"]:
        own = feature["properties"]
        assert feature["geometry"] is None, "the place is in RD New, which GeoJSON cannot say"
        assert (feature["time"] is None) == (own["start"] is None)
        rows_.append([plain(own[n]) for n in SCHEMA.names[:-1]])
        shapes.append(shapely.to_wkb(shapely.from_geojson(json.dumps(feature["place"]))))
    return rows_, shapes


READ = {
    ".geojson": lambda path: read_frame(pyogrio.read_dataframe(path)),
    ".geojsons": lambda path: read_frame(pyogrio.read_dataframe(path)),
    ".fg.json": read_json_fg,
    ".shp.zip": read_shapefile,
    ".gpkg": lambda path: read_frame(pyogrio.read_dataframe(path)),
    ".fgb": lambda path: read_frame(pyogrio.read_dataframe(path).sort_values("id")),
    ".parquet": lambda path: read_frame(geopandas.read_parquet(path)),
    ".csv": read_csv,
    ".xlsx": read_xlsx,
}


def test_f_and_accept_name_one_format_each():
    assert len({e.name for e in encoders().values()}) == len(encoders())
    assert len({e.media_type for e in encoders().values()}) == len(encoders())


def test_every_ending_of_the_interface_has_an_encoder():
    assert set(encoders()) == set(READ)


def kept(suffix, title):
    """dBase fills a text up with blanks, so those at its end do not come back."""
    return (title.rstrip(" ") or None) if title and suffix == ".shp.zip" else title


@pytest.mark.parametrize("suffix", list(READ))
@hypothesis_settings(
    max_examples=20, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(values=rows)
def test_what_is_written_is_read_back(suffix, values, tmp_path):
    path = tmp_path / f"x{suffix}"
    path.unlink(missing_ok=True)
    encoder_for(path).write(path, extract_of(values))
    found, shapes = READ[suffix](path) if values else ([], [])
    expected = [
        [str(i), plain(kept(suffix, title)), plain(start), plain(updated), plain(distance)]
        for i, (title, start, updated, distance, _) in enumerate(values)
    ]
    assert sorted(found) == sorted(expected, key=lambda row: row[0]) or found == expected
    assert shapes == [shapely.to_wkb(shapely.MultiPoint([place])) for *_, place in values]
    assert path.exists()


LONG = {"project_cost_eur": "project_co", "project_cost_usd": "project_c1", "start": "start"}


def long_extract(count=1, styles=None):
    schema = pa.schema(
        [
            pa.field("id", pa.string()),
            pa.field("project_cost_eur", pa.float64()),
            pa.field("project_cost_usd", pa.string()),
            pa.field("start", pa.date32()),
            SCHEMA.field(GEOMETRY),
        ]
    )
    one = shapely.to_wkb(shapely.MultiPoint([(93000, 463000)]))

    def batches():
        for at in range(0, count, 2000):
            n = min(2000, count - at)
            yield pa.RecordBatch.from_arrays(
                [
                    pa.array([str(at + i) for i in range(n)]),
                    pa.array([1.5] * n),
                    pa.array(["één €" * 60] * n),
                    pa.array([None] * n, pa.date32()),
                    pa.array([one] * n, pa.binary()),
                ],
                schema=schema,
            )

    return Extract("long", "Lang", "MultiPoint", parse(28992), schema, batches(), styles or {})


def test_a_shapefile_tells_what_it_shortened(tmp_path):
    path = tmp_path / "x.shp.zip"
    encoder_for(path).write(path, long_extract(3))
    frame = pyogrio.read_dataframe(path)
    assert list(frame.columns) == ["id", *LONG.values(), "geometry"]
    assert all(len(text.encode()) <= 254 for text in frame["project_c1"])
    assert frame["project_c1"][0] == ("één €" * 60).encode()[:254].decode(errors="ignore")
    with zipfile.ZipFile(path) as archive:
        told = archive.read("LEESMIJ-README.txt").decode()
        assert archive.read("long.cpg") == b"UTF-8"
    for name in ("project_cost_eur", "project_cost_usd"):
        assert told.count(f"{LONG[name]:<12}{name}") == 2, "in both languages"
    assert f"{'project_cost_usd':<20}3" in told
    assert cut_names(encoder_for(path), long_extract().schema) == {
        name: short for name, short in LONG.items() if name != short
    }


@pytest.mark.parametrize("suffix", list(READ))
def test_a_layer_without_features_is_a_file_all_the_same(suffix, tmp_path):
    path = tmp_path / f"x{suffix}"
    encoder_for(path).write(path, long_extract(0))
    assert path.stat().st_size > (0 if suffix != ".geojsons" else -1)
    if suffix in {".geojson", ".gpkg", ".fgb", ".shp.zip"}:
        assert len(pyogrio.read_dataframe(path)) == 0
    if suffix in {".csv", ".xlsx"}:
        assert READ[suffix](path) == ([], [])


def test_styles_go_into_a_geopackage_and_nothing_else_shows(tmp_path):
    path = tmp_path / "x.gpkg"
    encoder_for(path).write(path, long_extract(2, {"Eén": "<qgis/>", "Twee": "<qgis a='1'/>"}))
    found = pyogrio.read_dataframe(path, layer="layer_styles")
    assert list(found["styleName"]) == ["Eén", "Twee"]
    assert list(found["useAsDefault"]) == [True, False]
    assert set(found["f_table_name"]) == {"long"}
    assert len(pyogrio.read_dataframe(path, layer="long")) == 2


PEAK = """
import resource, sys
from pathlib import Path
from app.encoder import encoder_for, encoders
from tests.contracts.test_encoders import long_extract
path = Path(sys.argv[1])
encoders()
encoder_for(path).write(path.with_name("small" + path.name), long_extract(4_000))
before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
encoder_for(path).write(path, long_extract(100_000))
print((resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) / 1024)
"""


@pytest.mark.parametrize("suffix", list(READ))
def test_a_hundred_thousand_rows_take_the_memory_of_a_batch(suffix, tmp_path):
    done = subprocess.run(
        [sys.executable, "-c", PEAK, str(tmp_path / f"x{suffix}")],
        capture_output=True, text=True, check=False, cwd=Path(__file__).parents[2], timeout=120,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr[-2000:]
    assert float(done.stdout) < 60, "MB more than for 4,000 rows; the rows are 40 MB as text"


@pytest.mark.parametrize("suffix", [".geojson", ".gpkg", ".fgb", ".parquet"])
@pytest.mark.parametrize("code", [28992, 25832])
def test_the_crs_is_in_the_file(suffix, code, tmp_path):
    path = tmp_path / f"x{suffix}"
    values = [("a", None, datetime(2027, 1, 1, tzinfo=UTC), 1.0, (1, 2))]
    encoder_for(path).write(path, extract_of(values, f"EPSG:{code}"))
    read = geopandas.read_parquet if suffix == ".parquet" else pyogrio.read_dataframe
    assert read(path).crs.to_epsg() == code


def test_a_title_that_looks_like_a_formula_stays_text(tmp_path):
    path = tmp_path / "x.xlsx"
    values = [("=1+1", None, datetime(2027, 1, 1, tzinfo=UTC), 1.0, (1, 2))]
    encoder_for(path).write(path, extract_of(values))
    cell = openpyxl.load_workbook(path).active["B2"]
    assert (cell.data_type, cell.value) == ("s", "=1+1")


def test_a_geometry_too_long_for_a_cell_is_named(tmp_path):
    path = Path(tmp_path / "x.xlsx")
    many = shapely.MultiPoint([(i, i) for i in range(10_000)])
    extract = extract_of([("a", None, datetime(2027, 1, 1, tzinfo=UTC), 1.0, (1, 2))])
    batch = next(extract.batches)
    arrays = [*batch.columns[:-1], pa.array([shapely.to_wkb(many)])]
    whole = pa.RecordBatch.from_arrays(arrays, schema=SCHEMA)
    encoder_for(path).write(
        path, Extract("x", "x", "MultiPoint", parse(28992), SCHEMA, iter([whole]))
    )
    row = list(openpyxl.load_workbook(path).active.iter_rows(values_only=True))[1]
    assert row[5] is None
    assert "do not fit" in row[6]
