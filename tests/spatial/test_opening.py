from __future__ import annotations

import gc
import gzip
import io
import json
import stat
import struct
import tempfile
import zipfile
from contextlib import suppress
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from spatial import archive
from spatial.errors import (
    EmptyFile,
    FileRefused,
    FileTooLarge,
    LayerNotFound,
    UnknownFormat,
    UnreadableFile,
    UnsafeFile,
    WrongExtension,
)
from spatial.opening import open_file
from spatial.reader import ReadOptions

GEOJSON = json.dumps(
    {
        "type": "FeatureCollection",
        "features": [
            {
                "type": "Feature",
                "properties": {"n": i},
                "geometry": {"type": "Point", "coordinates": [4, 52]},
            }
            for i in range(5)
        ],
    }
).encode()
CSV = b"id;wkt\n1;POINT (1 2)\n2;POINT (3 4)\n"


@pytest.fixture
def read(tmp_path):
    def reading(content, name, **options):
        path = tmp_path / "stored-file"
        path.write_bytes(content)
        reader, layers = open_file(path, ReadOptions(**options), name)
        got = [(layer, sum(len(b) for b in layer.batches)) for layer in layers]
        return reader.name, [(layer.name, n) for layer, n in got]

    return reading


def zipped(members, compression=zipfile.ZIP_DEFLATED):
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", compression) as archive_:
        for name, content in members.items():
            archive_.writestr(name, content)
    return out.getvalue()


@pytest.mark.parametrize(
    ("content", "name", "reader", "layers"),
    [
        (
            zipped({"x/a.csv": CSV, "y/a.csv": CSV}),
            "w.zip",
            "delimited",
            [("a", 2), ("a (a)", 2)],
        ),
        (GEOJSON, "werken.geojson", "geojson", [("werken", 5)]),
        (GEOJSON, "Mijn werken (2027).json", "geojson", [("Mijn werken (2027)", 5)]),
        (GEOJSON, "werken", "geojson", [("werken", 5)]),
        (CSV, "werken.csv", "delimited", [("werken", 2)]),
        (CSV, "werken.txt", "delimited", [("werken", 2)]),
        (
            zipped({"a/werken.csv": CSV, "leesmij.docx": b"x"}),
            "w.zip",
            "delimited",
            [("werken", 2)],
        ),
        (
            zipped({"a.geojson": GEOJSON, "b.json": GEOJSON}),
            "w.zip",
            "geojson",
            [("a", 5), ("b", 5)],
        ),
        (gzip.compress(GEOJSON), "werken.geojson.gz", "geojson", [("werken", 5)]),
        (zipped({"__MACOSX/._a.csv": b"x", "a.csv": CSV}), "w.zip", "delimited", [("a", 2)]),
    ],
)
def test_files_are_known_by_their_content(read, content, name, reader, layers):
    assert read(content, name) == (reader, layers)


@pytest.mark.parametrize(
    ("content", "name", "error", "words"),
    [
        (b"", "leeg.geojson", EmptyFile, "0 bytes"),
        (b"", "leeg.zip", EmptyFile, "0 bytes"),
        (zipped({}), "leeg.zip", EmptyFile, "no files"),
        (zipped({"a.shp": b"", "a.dbf": b""}), "leeg.zip", EmptyFile, "empty"),
        (b"Beste collega,\nhierbij de werken.\n", "werken.gpkg", UnreadableFile, "not a .gpkg"),
        (b"a;b\n1;2\n3;4\n5;6\n", "werken.gpkg", WrongExtension, r"\.csv"),
        (GEOJSON, "werken.csv", WrongExtension, r"\.geojson"),
        (GEOJSON, "werken.shp", WrongExtension, r"\.geojson"),
        (CSV, "werken.xlsx", WrongExtension, r"\.csv"),
        (b"<html><body>Inloggen</body></html>", "werken.csv", UnreadableFile, "web page"),
        (b"<html><body>Inloggen</body></html>", "werken.gml", UnreadableFile, "web page"),
        (b"\xd0\xcf\x11\xe0" + bytes(99), "werken.xls", UnknownFormat, "xlsx"),
        (b"%PDF-1.7 ...", "kaart.pdf", UnknownFormat, "PDF"),
        (b"SQLite format 3\0" + bytes(200), "werken.sqlite", UnknownFormat, "GeoPackage"),
        (b"SQLite format 3\0" + bytes(200), "werken.gpkg", UnreadableFile, "GeoPackage"),
        (b"\x00\x00\x27\x0a" + bytes(96), "werken.shx", UnknownFormat, "one zip"),
        (b"\x00\x00\x27\x0a" + bytes(96), "werken.shp", UnreadableFile, "missing"),
        (zipped({"leesmij.docx": b"x"}), "w.zip", UnknownFormat, "leesmij.docx"),
        (zipped({"a.zip": zipped({"a.csv": CSV})}), "w.zip", UnreadableFile, "inside the archive"),
        (gzip.compress(zipped({"a.csv": CSV})), "w.gz", UnreadableFile, "inside the archive"),
        (gzip.compress(GEOJSON)[:60], "w.geojson.gz", UnreadableFile, "damaged"),
        (zipped({"a.csv": CSV})[:-30], "w.zip", UnreadableFile, "damaged"),
        (zipped({"../a.csv": CSV}), "w.zip", UnsafeFile, "leads out"),
        (zipped({"/etc/a.csv": CSV}), "w.zip", UnsafeFile, "leads out"),
        (zipped({"..\\a.csv": CSV}), "w.zip", UnsafeFile, "leads out"),
        (zipped({"C:\\a.csv": CSV}), "w.zip", UnsafeFile, "leads out"),
        (zipped({"a.csv": CSV, "A.csv": CSV}), "w.zip", UnsafeFile, "twice"),
        (bytes(range(256)) * 9, "werken.bin", UnknownFormat, "not known"),
    ],
)
def test_what_cannot_be_read_is_refused_with_a_reason_and_a_remedy(
    read, content, name, error, words
):
    with pytest.raises(error, match=words) as refusal:
        read(content, name)
    assert "/tmp" not in str(refusal.value)
    assert len(str(refusal.value)) > 40


def test_a_zip_bomb_is_refused_before_it_is_unpacked(read, tmp_path):
    bomb = zipped({"werken.csv": b"a;b\n" + b"0" * 120_000_000})
    with pytest.raises(FileTooLarge, match="zip bomb"):
        read(bomb, "w.zip")
    with pytest.raises(FileTooLarge, match="more than the 50 MB"):
        read(bomb, "w.zip", max_unpacked_bytes=50_000_000)


def test_a_zip_that_lies_about_its_size_is_caught_while_unpacking(tmp_path):
    honest = zipped({"werken.csv": b"0" * 5_000_000})
    lying = honest.replace(struct.pack("<I", 5_000_000), struct.pack("<I", 10))
    path = tmp_path / "w.zip"
    path.write_bytes(lying)
    with pytest.raises(FileRefused):
        archive.unpack(path, tmp_path / "out", 1_000_000)
    assert sum(p.stat().st_size for p in (tmp_path / "out").rglob("*")) <= 1_000_000


def test_a_gzip_bomb_is_stopped(read):
    with pytest.raises(FileTooLarge):
        read(gzip.compress(bytes(30_000_000)), "w.geojson.gz", max_unpacked_bytes=10_000_000)


def test_too_many_members(read):
    with pytest.raises(FileTooLarge, match="10001 files"):
        read(zipped({f"{i}.txt": b"" for i in range(10_001)}), "w.zip")


def test_links_and_passwords_in_a_zip_are_refused(read):
    link = zipfile.ZipInfo("werken.csv")
    link.external_attr = (stat.S_IFLNK | 0o777) << 16
    with pytest.raises(UnsafeFile, match="is a link"):
        read(zipped_info(link, b"/etc/passwd"), "w.zip")
    locked = bytearray(zipped({"werken.csv": CSV}))
    for mark, at in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        locked[locked.index(mark) + at] |= 1
    with pytest.raises(UnreadableFile, match="password"):
        read(bytes(locked), "w.zip")


def zipped_info(info, content):
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive_:
        archive_.writestr(info, content)
    return out.getvalue()


def test_what_else_is_in_the_zip_is_told_of(tmp_path):
    path = tmp_path / "w.zip"
    path.write_bytes(zipped({"werken.geojson": GEOJSON, "codes.csv": b"a;b\n1;2\n3;4\n"}))
    reader, layers = open_file(path, ReadOptions())
    (layer,) = layers
    assert reader.name == "geojson"
    assert [(n.code, "codes.csv" in n.reason["nl"]) for n in layer.notes] == [
        ("member-skipped", True)
    ]


def test_a_named_layer_among_the_files_of_a_zip(read):
    content = zipped({"a.geojson": GEOJSON, "b.json": GEOJSON})
    assert read(content, "w.zip", layer="b") == ("geojson", [("b", 5)])
    with pytest.raises(LayerNotFound, match="“a”, “b”"):
        read(content, "w.zip", layer="c")


def test_the_folder_goes_when_the_layers_are_let_go(tmp_path, monkeypatch):
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "work"))
    (tmp_path / "work").mkdir()
    path = tmp_path / "w.zip"
    path.write_bytes(zipped({"a.geojson": GEOJSON, "b.geojson": GEOJSON}))
    kept = list(open_file(path, ReadOptions(batch_rows=2))[1])
    assert len(list((tmp_path / "work").iterdir())) == 1
    assert sum(len(b) for layer in kept for b in layer.batches) == 10
    del kept
    gc.collect()
    assert list((tmp_path / "work").iterdir()) == []


def test_the_stored_file_is_left_as_it_was(tmp_path):
    path = tmp_path / "stored"
    path.write_bytes(GEOJSON)
    for layer in open_file(path, ReadOptions(), "werken.geojson")[1]:
        list(layer.batches)
    assert path.read_bytes() == GEOJSON
    assert [p.name for p in tmp_path.iterdir()] == ["stored"]


def test_a_file_that_is_not_there(tmp_path):
    with pytest.raises(UnreadableFile, match="no file"):
        open_file(tmp_path / "nothing.csv", ReadOptions())


STARTS = [
    GEOJSON,
    CSV,
    zipped({"a.csv": CSV}),
    b"fgb\x03fgb\x00",
    b"PAR1",
    b"SQLite format 3\0",
    b"<kml xmlns='http://www.opengis.net/kml/2.2'>",
]
ENDINGS = [
    ".geojson",
    ".csv",
    ".zip",
    ".fgb",
    ".parquet",
    ".gpkg",
    ".kml",
    ".gml",
    ".xlsx",
    ".shp",
    ".tab",
    "",
]


@settings(
    suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=60, deadline=None
)
@given(st.sampled_from(STARTS), st.integers(0, 2**32 - 1), st.sampled_from(ENDINGS))
def test_no_damage_gives_anything_but_layers_or_a_refusal(read, start, seed, ending):
    random = np.random.default_rng(seed)
    content = bytearray(start * int(random.integers(1, 3)))
    for at in random.integers(0, len(content), int(random.integers(0, 12))):
        content[at] = int(random.integers(0, 256))
    # Any other exception, or a crash, fails the test.
    with suppress(FileRefused):
        read(bytes(content[: int(random.integers(1, len(content) + 1))]), f"werken{ending}")


def test_names_are_only_names(read):
    for name in (
        "../../etc/passwd.geojson",
        "..\\x.geojson",
        "\0a.geojson",
        "é" * 300 + ".geojson",
        ".geojson",
    ):
        assert read(GEOJSON, name)[0] == "geojson"
    assert Path("/etc/passwd").exists()
