"""Every bad file we have goes through the whole ingest: a clear answer, nothing half stored."""

from __future__ import annotations

import io
import json
import os
import zipfile
from pathlib import Path

import pytest
from sqlalchemy import func, select

from app.tables import projects, uploads, work_versions, works
from tests.app.conftest import Delivery, collection, work

SHARED = Path(os.environ.get("KANSENKAART_SHARED", Path(__file__).parents[2] / ".." / "shared"))
FOLDERS = sorted((SHARED / "data").glob("torture-*"))
FILES = [p for f in FOLDERS for p in sorted(f.rglob("*")) if p.is_file()]

pytestmark = pytest.mark.acceptance


@pytest.fixture
def deliver(engine, settings):
    return Delivery(engine, settings)


def standing(engine):
    with engine.connect() as connection:
        return {
            table.name: connection.scalar(select(func.count()).select_from(table))
            for table in (works, projects, work_versions)
        }


def check(report, before, after, name):
    """The promise of every upload, whatever is in it."""
    assert report.state in {"done", "unchanged", "refused"}, name
    if report.state == "refused":
        assert report.exit_code == 2
        assert after == before, name
        if report.problem is None:  # not the file as a whole, but each of its rows
            check_every_row_is_refused(report, name)
        else:
            assert report.problem["detail"], name
            assert "unexpected" not in report.problem["type"], (name, report.problem)
        return
    c = report.counts
    assert after["works"] - before["works"] == c["new"], name
    total = c["stored"] + c["repeated"] + c["refused"] + c["constraints"] + c["diversions"]
    assert c["read"] == total, (name, c)
    assert c["stored"] == c["new"] + c["changed"] + c["unchanged"] + c["restored"], name
    errors = {(f.layer, f.row) for f in report.faults if f.severity == "error" and f.row}
    assert bool(errors) == bool(c["refused"]), (name, errors)
    check_texts(report, name)


def check_every_row_is_refused(report, name):
    assert report.counts["refused"] == report.counts["read"] > 0, name
    rows = {(f.layer, f.row) for f in report.faults if f.severity == "error"}
    assert len(rows) == report.counts["refused"], (name, rows)
    check_texts(report, name)


def check_texts(report, name):
    for fault in report.faults:
        assert fault.reason["nl"], name
        assert fault.reason["en"], name
        assert fault.remedy["nl"], name
        assert fault.remedy["en"], name


@pytest.mark.skipif(not FILES, reason="../shared/data is not there")
@pytest.mark.parametrize("folder", FOLDERS, ids=lambda f: f.name)
def test_no_file_is_half_stored_or_ends_in_a_traceback(deliver, engine, folder):
    before = standing(engine)
    for i, path in enumerate(p for p in FILES if folder in p.parents):
        name = str(path.relative_to(SHARED))
        report = deliver(path.read_bytes() or b" ", filename=path.name, dataset=f"set-{i}")
        after = standing(engine)
        check(report, before, after, name)
        before = after


def zipped(**members):
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(name.replace("__", "."), content)
    return target.getvalue()


VRT = b"""<OGRVRTDataSource><OGRVRTLayer name="passwd"><SrcDataSource>/etc/passwd</SrcDataSource>
</OGRVRTLayer></OGRVRTDataSource>"""
HEADER = "reference;title;start;end;wkt\n"
LINE = "LINESTRING (93000 463000, 93100 463000)"
MADE_UP = {
    "spaces.csv": b"   \n\n",
    "nul.csv": b"\x00" * 4096,
    "text.gpkg": b"this is no GeoPackage",
    "sqlite.gpkg": b"SQLite format 3\x00" + b"\x00" * 2000,
    "empty.zip": zipped(),
    "zero.zip": zipped(plan__shp=b""),
    "bomb.zip": zipped(plan__csv=b"0" * 2_500_000_000) if os.environ.get("ZIP_BOMB") else zipped(
        plan__zip=zipped(plan__zip=zipped(plan__csv=b"0" * 50_000_000))
    ),
    "vrt.vrt": VRT,
    "vrt.gml": VRT,
    "vrt.zip": zipped(plan__vrt=VRT),
    "path.geojson": b"/etc/passwd",
    "url.geojson": b"http://127.0.0.1/plan.geojson",
    "vsi.kml": b"/vsizip//etc/passwd",
    "slip.zip": zipped(**{"../../plan__csv": HEADER}),
    "geojson.csv": collection([work("A")]),
    "csv.geojson": (HEADER + f"A;Riool;2028-01-01;2028-02-01;{LINE}\n").encode(),
    "wide.csv": (
        ";".join([*[f"kolom {i}" for i in range(300)], "wkt"])
        + "\n"
        + ";".join(["x"] * 300 + [LINE])
        + "\n"
    ).encode(),
    "nuls.csv": (HEADER + f"A\x00B;Ri\x00ool;2028-01-01;2028-02-01;{LINE}\n").encode(),
    "no-such-day.csv": (HEADER + f"A;Riool;2028-02-30;2028-03-01;{LINE}\n").encode(),
    "backwards.csv": (HEADER + f"A;Riool;2028-03-01;2028-02-01;{LINE}\n").encode(),
    "header.csv": HEADER.encode(),
    "truncated.geojson": collection([work("A"), work("B", y=40)])[:-40],
    "deep.geojson": b"[" * 100_000,
    "lying.geojson": collection([work("A")], crs="EPSG:4326"),
    "nonsense-crs.geojson": collection([work("A")], crs="EPSG:999999"),
    "infinite.csv": (HEADER + "A;Riool;2028-01-01;2028-02-01;POINT (1e999 1)\n").encode(),
    "lone-quote.csv": (HEADER + f'A;"Riool;2028-01-01;2028-02-01;{LINE}\n').encode(),
    "entities.xml": b'<?xml version="1.0"?><!DOCTYPE a [<!ENTITY b SYSTEM "file:///etc/passwd">]>'
    b"<a>&b;</a>",
}  # fmt: skip


@pytest.mark.parametrize("name", MADE_UP)
def test_made_up_files(deliver, engine, name):
    before = standing(engine)
    report = deliver(MADE_UP[name], filename=name)
    check(report, before, standing(engine), name)
    kept = json.dumps(report.to_json())
    assert "root:" not in kept


def test_a_polygon_of_ten_million_vertices_is_refused_by_its_row(deliver, engine, settings):
    ring = ",".join(f"{93000 + i % 3000}.{i} {463000 + i % 2000}.{i}" for i in range(10_000_000))
    row = f'A;Riool;2028-01-01;2028-02-01;"POLYGON (({ring},93000.0 463000.0))"\n'
    report = deliver((HEADER + row).encode(), filename="huge.csv")
    assert report.exit_code in {1, 2}
    assert standing(engine)["works"] == 0
    assert report.problem is None or "unexpected" not in report.problem["type"]


def test_the_originals_are_all_kept(deliver, engine, settings):
    deliver(b"this is no GeoPackage", filename="text.gpkg")
    with engine.connect() as connection:
        digest = connection.scalar(select(uploads.c.digest))
    assert (settings.files / digest[:2] / digest).read_bytes() == b"this is no GeoPackage"
