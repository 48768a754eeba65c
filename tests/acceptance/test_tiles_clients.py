"""Other programs read the tiles: QGIS draws them with the style, GDAL reads the same features."""

from __future__ import annotations

import json
import os
import subprocess
import urllib.request
from pathlib import Path

import numpy as np
import pyogrio
import pytest

from app.kit.db import make_engine
from app.tiles.grid import WEB_MERCATOR_QUAD, mercator
from app.tiles.signs import COLOURS
from tests.acceptance.serving import serving
from tests.filling import fill

pytestmark = pytest.mark.acceptance
SCRIPT = Path(__file__).parent / "qgis_tiles.py"
PYTHON = Path("/usr/bin/python3")
BOX = ("4.41", "52.11", "4.55", "52.20")


@pytest.fixture(scope="module")
def service(clone, tmp_path_factory):
    engine = make_engine(clone())
    fill(engine, 300, 120)
    with serving(engine, tmp_path_factory.mktemp("home")) as running:
        yield running
    engine.dispose()


@pytest.fixture(scope="module")
def qgis():
    probe = subprocess.run([PYTHON, "-c", "import qgis.core"], check=False, capture_output=True)
    if probe.returncode:
        pytest.skip("QGIS is not installed (apt-get install python3-qgis)")


def read(url):
    with urllib.request.urlopen(url) as answer:
        return answer.read()


def drawn(service, *box):
    environment = {**os.environ, "QT_QPA_PLATFORM": "offscreen"}
    environment.pop("PYTHONPATH", None)
    found = subprocess.run(
        [PYTHON, SCRIPT, service.url, *box],
        env=environment, capture_output=True, text=True, timeout=240, check=True,
    )  # fmt: skip
    return json.loads(found.stdout.strip().splitlines()[-1])


def test_qgis_draws_tiles_with_the_style(service, qgis):
    found = drawn(service, *BOX)
    assert found["result"] == 0
    assert found["valid"]
    beyond = ("Noto Sans", "works-count:", "icon-size type")
    unexpected = [w for w in found["warnings"] if not any(known in w for known in beyond)]
    assert unexpected == [], "only sizes by value and a font are beyond QGIS 3.22"
    assert {"opportunities-fill", "bottlenecks-line", "works-line"} <= set(found["styles"])
    assert {"opportunities-count-number"} <= set(found["labels"])
    for colour in COLOURS.values():
        assert found["colours"].get(colour, 0) > 20, colour


def test_gdal_reads_the_features_of_a_tile(service, tmp_path):
    if "MVT" not in pyogrio.list_drivers():
        pytest.skip("this GDAL has no driver for vector tiles")
    x, y = mercator(np.array([4.48]), np.array([52.15]))
    side = WEB_MERCATOR_QUAD.side / 2**11
    column = int((x[0] - WEB_MERCATOR_QUAD.west) / side)
    row = int((WEB_MERCATOR_QUAD.north - y[0]) / side)
    content = read(f"{service.url}/ogc/collections/works/tiles/WebMercatorQuad/11/{row}/{column}")
    place = tmp_path / "11" / str(column)
    place.mkdir(parents=True)
    tile = place / f"{row}.pbf"
    tile.write_bytes(content)
    frame = pyogrio.read_dataframe(f"MVT:{tile}", layer="works")
    west, south, east, north = frame.to_crs(4326).total_bounds
    assert 4.3 < west < east < 4.7
    assert 52.0 < south < north < 52.3
    items = json.loads(read(f"{service.url}/ogc/collections/works/items?limit=5000"))["features"]
    assert set(frame["id"]) <= {f["id"] for f in items}
    assert len(set(frame["id"])) > 50
