"""QGIS 3.22 of Debian, headless, opens the project and the layer definitions that we write."""

from __future__ import annotations

import json
import os
import subprocess
import urllib.request
import zipfile
from pathlib import Path

import pytest

from app.kit.db import make_engine
from app.layer import layers
from app.qgis.maplayers import layer_id
from app.qgis.words import titles_of
from tests.acceptance.serving import serving
from tests.filling import fill

pytestmark = pytest.mark.acceptance
CLIENT = Path(__file__).with_name("qgis_project.py")
PYTHON = Path("/usr/bin/python3")
FILLED = set(layers()) - {"bundles"}
PICTURES = os.environ.get("KANSENKAART_PICTURES", "")


@pytest.fixture(scope="module")
def opened(tmp_path_factory):
    environment = {**os.environ, "QT_QPA_PLATFORM": "offscreen", "XDG_RUNTIME_DIR": "/tmp"}
    environment.pop("PYTHONPATH", None)
    environment["HOME"] = str(tmp_path_factory.mktemp("profile"))
    probe = subprocess.run(
        [PYTHON, "-c", "import qgis.core"], capture_output=True, env=environment, check=False
    )
    if probe.returncode:
        pytest.skip("QGIS is not installed (apt-get install python3-qgis)")

    def run(*arguments):
        done = subprocess.run(
            [PYTHON, "-X", "faulthandler", CLIENT, *map(str, arguments)],
            capture_output=True, text=True, timeout=200, env=environment, check=False,
        )  # fmt: skip
        line = next((s for s in done.stdout.splitlines() if s.startswith("RESULT ")), None)
        assert line, (done.returncode, done.stderr.splitlines()[-3:])
        return json.loads(line.removeprefix("RESULT "))

    return run


@pytest.fixture(scope="module")
def filled(clone):
    engine = make_engine(clone())
    yield fill(engine, 600, 300)
    engine.dispose()


@pytest.fixture(scope="module")
def service(filled, tmp_path_factory):
    with serving(filled.engine, tmp_path_factory.mktemp("home")) as running:
        yield running


def fetched(service, folder, place, key="", name=""):
    request = urllib.request.Request(f"{service.url}{place}")
    if key:
        request.add_header("X-API-Key", key)
    path = folder / (name or place.split("?")[0].rsplit("/", 1)[1])
    with urllib.request.urlopen(request, timeout=60) as answer:
        path.write_bytes(answer.read())
    return path


@pytest.fixture(scope="module", params=["nl", "en"])
def project(request, service, opened, tmp_path_factory):
    folder = Path(PICTURES) if PICTURES else tmp_path_factory.mktemp("project")
    path = fetched(service, folder, f"/qgis/kansenkaart.qgz?lang={request.param}")
    return request.param, opened(path, folder / f"project-{request.param}.png")


def test_every_layer_of_the_project_is_valid(project):
    _, found = project
    assert found["read"] is True
    expected = {layer_id(name) for name in layers()} | {"kansenkaart_kansenkaart_tiles"}
    assert set(found["layers"]) == expected
    for name, layer in found["layers"].items():
        assert layer["valid"], (name, layer["error"])
    assert found["crs"] == "EPSG:28992"
    assert len(found["groups"]) == 3
    assert found["time"][0] < found["time"][1]


def test_every_symbol_label_and_form_is_there(project):
    language, found = project
    for name, layer in layers().items():
        shown = found["layers"][layer_id(name)]
        if not shown["count"]:  # QGIS before 3.44 takes a collection without features for a table
            assert name not in FILLED
            continue
        scored = any(p.name == "score" for p in layer.properties)
        assert shown["renderer"] == ("RuleRenderer" if scored else "categorizedSymbol")
        assert len(shown["symbols"]) == len([label for label in shown["legend"] if label])
        assert all(parts for parts in shown["symbols"])
        assert shown["labels"]
        assert shown["label_valid"]
        assert shown["read_only"], "the public edits nothing"
        for p in layer.properties:
            assert shown["aliases"][p.name] == p.title.in_(language)
            if p.words:
                kind, config = shown["widgets"][p.name]
                assert kind == "ValueMap"
                pairs = {k: v for one in config["map"] for k, v in one.items()}
                assert {v: k for k, v in pairs.items()} == titles_of(p, language)
    assert "Riool" in found["layers"]["kansenkaart_works"]["legend"] or language == "en"


def test_features_have_their_period_as_time(project):
    for name, layer in layers().items():
        if name not in FILLED:
            continue
        active, mode, start, end = project[1]["layers"][layer_id(name)]["time"]
        if layer.period is None:
            assert not active
        else:
            assert (active, mode, start, end) == (True, 2, "start", "end")


def test_findings_are_related_to_their_works(project):
    found = project[1]["relations"]
    assert {name for name in found if found[name]["found"]} >= {
        "kansenkaart_bottlenecks_work_1",
        "kansenkaart_opportunities_work_2",
    }
    assert all(one["valid"] for one in found.values())
    tabs = project[1]["layers"]["kansenkaart_works"]["tabs"]
    assert all(one["title"] in tabs for one in found.values())


def test_the_map_is_drawn(project):
    drawn = project[1]["drawn"]
    assert drawn["errors"] == []
    assert len(drawn["colours"]) > 30


def test_a_partner_may_edit_and_no_key_is_in_the_file(service, filled, opened, tmp_path):
    key = filled.keys["gemeente"]
    path = fetched(service, tmp_path, "/qgis/kansenkaart.qgz?authcfg=a1b2c3d", key)
    written = zipfile.ZipFile(path).read("kansenkaart.qgs").decode()
    assert key not in written
    assert "kk_" not in written
    assert "authcfg=a1b2c3d" in written
    path = fetched(service, tmp_path, f"/qgis/kansenkaart.qgz?apikey={key}&with_key=true")
    found = opened(path)["layers"]
    for name, layer in layers().items():
        assert key in found[layer_id(name)]["source"]
        if name in FILLED:
            assert found[layer_id(name)]["read_only"] == (not layer.editable)
    public = opened(fetched(service, tmp_path, "/qgis/works.qlr"))["layers"]
    more = found["kansenkaart_works"]["count"]
    assert more > next(iter(public.values()))["count"] > 0


@pytest.mark.parametrize("name", list(layers()))
def test_a_layer_definition_loads(service, opened, tmp_path, name):
    found = opened(fetched(service, tmp_path, f"/qgis/{name}.qlr?lang=en"))
    assert found["read"] is True
    (layer,) = found["layers"].values()
    assert layer["valid"]
    assert name not in FILLED or layer["symbols"]
    assert "apikey" not in layer["source"]


@pytest.mark.parametrize("name", ["works", "bottlenecks"])
def test_a_geopackage_brings_its_style(service, opened, tmp_path, name):
    found = opened(fetched(service, tmp_path, f"/layers/{name}.gpkg"), name)
    (layer,) = found["layers"].values()
    assert layer["valid"]
    expected = {"works": "categorizedSymbol", "bottlenecks": "RuleRenderer"}
    assert layer["renderer"] == expected[name]
    assert layer["aliases"]["start"] == "Eerste dag"
