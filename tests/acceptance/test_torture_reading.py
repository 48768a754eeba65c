"""Every bad file gives layers with faults or a refusal; every real file gives its rows.

The files lie in ``../shared/data`` (or ``$KANSENKAART_SHARED/data``); its README
has the numbers that are expected here. Run with ``-s`` to see the table.
"""

from __future__ import annotations

import os
import zipfile
from collections import Counter
from pathlib import Path

import pytest

from spatial.errors import EmptyFile, FileRefused, UnknownFormat, UnreadableFile
from spatial.opening import open_file
from spatial.reader import ReadOptions

ROOT = Path(__file__).resolve().parents[2]
SHARED = Path(os.environ.get("KANSENKAART_SHARED", ROOT.parent / "shared"))
DATA = SHARED / "data"
pytestmark = [
    pytest.mark.acceptance,
    pytest.mark.skipif(not DATA.is_dir(), reason="the real data of ../shared/data is absent"),
]


def outcome(path, name=None):
    """Rows per layer and faults, or the refusal; anything else is an error of the test."""
    faults: Counter[str] = Counter()
    rows: dict[str, int] = {}
    try:
        _, layers = open_file(path, ReadOptions(), name or path.name)
        for layer in layers:
            count = 0
            for batch in layer.batches:
                assert len(batch) == len(batch.row)
                assert all(len(column) == len(batch) for column in batch.columns.values())
                assert batch.geometry is None or len(batch.geometry) == len(batch)
                count += len(batch)
                faults.update(f"{f.severity} {f.code}" for f in batch.faults)
                assert all(f.row is not None and f.reason["nl"] for f in batch.faults)
            faults.update(f"{n.severity} {n.code}" for n in layer.notes)
            rows[layer.name] = rows.get(layer.name, 0) + count
    except FileRefused as refusal:
        assert len(str(refusal)) > 30  # noqa: PT017  # a refusal is one of two good outcomes
        return type(refusal), {}, faults
    return None, rows, faults


def torture_files():
    if not DATA.is_dir():
        return []
    return sorted(p for d in DATA.glob("torture-*") for p in d.rglob("*") if p.is_file())


def test_every_torture_file_gives_layers_or_a_refusal(capsys):
    table = []
    for path in torture_files():
        refusal, rows, faults = outcome(path)
        told = refusal.__name__ if refusal else f"{sum(rows.values())} rows in {len(rows)} layers"
        if faults:
            told += ", " + ", ".join(f"{n}x {code}" for code, n in sorted(faults.items()))
        table.append(f"{path.relative_to(DATA)!s:95} {told}")
    with capsys.disabled():
        print("\n" + "\n".join(table))  # noqa: T201  # the table is what is asked for
    assert len(table) > 300


def test_a_zip_of_every_torture_shapefile(tmp_path):
    """As they are delivered: zipped with what belongs to them."""
    for shape in [p for p in torture_files() if p.suffix == ".shp"]:
        packed = tmp_path / f"{shape.stem}.zip"
        with zipfile.ZipFile(packed, "w") as out:
            for part in shape.parent.glob(f"{shape.stem}.*"):
                out.write(part, part.name)
        refusal, rows, _ = outcome(packed)
        assert refusal in {None, UnreadableFile, EmptyFile, UnknownFormat}
        assert refusal or rows


REAL = {
    "paris-chantiers-a-paris-2024-03/chantiers-a-paris.csv": 1_725,
    "paris-chantiers-a-paris-2024-03/chantiers-perturbants.csv": 52,
    "paris-chantiers-perturbants/chantiers-perturbants.geojson": 1_136,
    "uk-tyne-wear-roadworks-2014/roadworks.geojson": 2_597,
    "roadwork-server-samples/berlin.json": 241,
    "roadwork-server-samples/montpellier.json": 33,
    "roadwork-server-samples/Issy-les-Moulineaux.json": 10,
    "roadwork-server-samples/avignon.json": 2,
    "nyc-capital-projects/projects.geojson": 2_010,
    "chicago-ward-menu/CDOT Bikeway Installations.geojson": 80,
    "nl-amsterdam-buurten/buurten.geojson": 598,
    "nl-amsterdam-buurten/wijken.geojson": 168,
    "nl-amsterdam-buurten/gebieden.geojson": 32,
    "nl-amsterdam-buurten/stadsdelen.geojson": 18,
    "nl-utrecht-wijk-buurt/buurt.geojson": 111,
    "nl-utrecht-wijk-buurt/wijk.geojson": 10,
    "nl-utrecht-wijk-buurt/mastoverzicht.geojson": 9_793,
    "nl-gemeente-2017-cbs/gemeente_2017_derived.gpkg": 388,
    "nl-cbs-wijk-gemeente-provincie/nl_admin_derived.gpkg": 12 + 393 + 2_745,
    "nl-leiden-streets/ways.geojson": 7_929,
    "nl-wageningen-nwb/Roads_TestGround.gml": 232,
    "nl-wageningen-nwb/Roads_data.gml": 247,
    "nl-otterlo-bgt-bag/0221PND15092020.zip": 13_098,
    "nl-pygeoapi-dutch-addresses/dutch_addresses_28992.gpkg": 2_481,
    "nl-pygeoapi-dutch-addresses/dutch_addresses_4326.gpkg": 2_481,
    "nl-pygeoapi-dutch-addresses/dutch_addresses_shape_28992.zip": 2_481,
}


@pytest.mark.parametrize("name", REAL)
def test_real_files_give_the_rows_they_hold(name):
    refusal, rows, _ = outcome(DATA / name)
    assert refusal is None
    assert sum(rows.values()) == REAL[name]


def test_the_base_map_of_otterlo_with_its_curves_and_empty_layers():
    refusal, rows, faults = outcome(DATA / "nl-otterlo-bgt-bag/otterlo.zip")
    assert refusal is None
    # 1,031 buildings, and the 1,242 labels of house numbers that stand inside them.
    assert (rows["TrafficArea"], rows["BuildingPart"]) == (2_444, 1_031 + 1_242)
    assert not [f for f in faults if f.startswith("error")]


def test_unclosed_rings_of_chicago_cost_only_their_own_rows():
    refusal, rows, faults = outcome(DATA / "chicago-ward-menu/2019-2022 data_geocoded.geojson")
    assert refusal is None
    broken = faults["error geometry-structure"]
    assert sum(rows.values()) + broken == 9_939
    assert (broken, faults["warning ring-closed"]) == (21, 78)


def test_bytes_of_utrecht_that_are_not_utf8_are_told_of():
    _, _, faults = outcome(DATA / "nl-utrecht-wijk-buurt/mastoverzicht.geojson")
    assert faults["warning not-utf8"] == 85


def test_both_encodings_of_one_table_are_read(tmp_path):
    _, rows, faults = outcome(DATA / "torture-csv-latin1/csv_latin1.csv")
    assert (sum(rows.values()), faults["warning encoding-guessed"]) == (60, 1)
    _, rows, faults = outcome(DATA / "torture-csv-latin1/csv_utf8.csv")
    assert (sum(rows.values()), sum(faults.values())) == (37, 0)


@pytest.mark.parametrize("name", ["curve", "curvepolygon", "multisurface", "line_zm"])
def test_curves_and_measures_come_out_as_segments(name):
    _, layers = open_file(DATA / f"torture-pyogrio/{name}.gpkg", ReadOptions())
    shapes = [g for layer in layers for batch in layer.batches for g in batch.geometry]
    assert [g.geom_type in {"LineString", "Polygon", "MultiPolygon"} for g in shapes] == [True]
