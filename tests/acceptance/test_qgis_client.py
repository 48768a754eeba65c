"""QGIS 3.22 of Debian, headless, loads every collection through /ogc."""

from __future__ import annotations

import json
import os
import subprocess
import urllib.request
from pathlib import Path
from urllib.parse import quote

import pytest

from app.kit.db import make_engine
from app.layer import layers
from tests.acceptance.serving import serving
from tests.filling import fill, visible

pytestmark = pytest.mark.acceptance
CLIENT = Path(__file__).with_name("qgis_client.py")
PYTHON = Path("/usr/bin/python3")
DATES = {"start", "end", "earliest", "latest"}


@pytest.fixture(scope="module")
def qgis():
    environment = {**os.environ, "QT_QPA_PLATFORM": "offscreen", "XDG_RUNTIME_DIR": "/tmp"}
    environment.pop("PYTHONPATH", None)

    def run(*arguments):
        done = subprocess.run(
            [PYTHON, CLIENT, *map(str, arguments)],
            capture_output=True, text=True, timeout=120, env=environment, check=False,
        )  # fmt: skip
        line = next((s for s in done.stdout.splitlines() if s.startswith("RESULT ")), None)
        assert line, done.stderr[-2000:]
        return json.loads(line.removeprefix("RESULT "))

    probe = subprocess.run(
        [PYTHON, "-c", "import qgis.core"], capture_output=True, env=environment, check=False
    )
    if probe.returncode:
        pytest.skip("QGIS is not installed (apt-get install python3-qgis)")
    return run


@pytest.fixture(scope="module")
def filled(clone):
    engine = make_engine(clone())
    yield fill(engine, 5200, 2600)
    engine.dispose()


@pytest.fixture(scope="module")
def service(filled, tmp_path_factory):
    with serving(filled.engine, tmp_path_factory.mktemp("home")) as running:
        yield running


@pytest.fixture(scope="module")
def loaded(service, qgis):
    service.forget()
    found = qgis(f"{service.url}/ogc", *layers())
    return found, service.log


def shown(filled, name):
    """Ids that the public should get of a layer of works or findings."""
    if name == "works":
        rows = [w for w in filled.works if not w["withdrawn"]]
    else:
        kind = {"opportunities": "opportunity", "bottlenecks": "bottleneck"}[name]
        rows = [f for f in filled.findings if f["kind"] == kind and f["state"] != "resolved"]
    return {str(row["id"]) for row in rows if visible(row, None)}


@pytest.mark.parametrize("name", list(layers()))
def test_every_collection_loads_with_its_types(loaded, name):
    found = loaded[0][name]
    assert found["valid"], found
    assert found["geometry"] == layers()[name].geometry_type
    assert found["crs"] == "EPSG:4326", "3.22 knows Part 1 only: longitude and latitude"
    expected = {
        p.name: {"date": "Date", "date-time": "DateTime"}.get(
            p.format, "Real" if p.type == "number" else "String"
        )
        for p in layers()[name].properties
    }
    assert found["fields"] == expected


@pytest.mark.parametrize("name", list(layers()))
def test_every_feature_arrives_once(loaded, filled, name):
    found = loaded[0][name]
    assert len(found["ids"]) == len(set(found["ids"])) == found["count"]
    if name in {"works", "opportunities", "bottlenecks"}:
        assert set(found["ids"]) == shown(filled, name)


def test_it_pages_by_a_thousand(loaded):
    found, log = loaded
    for name, layer in found.items():
        asked = [line for line in log if f"/{name}/items" in line and "limit=10&" not in f"{line}&"]
        assert len(asked) == max(1, -(-layer["count"] // 1000)), (name, asked)
        assert all("limit=1000" in line for line in asked)
    assert found["works"]["count"] > 3000


def test_it_asks_for_what_is_in_the_box(service, qgis, filled):
    service.forget()
    found = qgis(f"{service.url}/ogc", "works", "--box", 4.45, 52.13, 4.46, 52.14)["works"]
    asked = [line for line in service.asked("/works/items") if "bbox=" in line]
    assert asked
    assert 0 < len(found["ids"]) < 200
    assert set(found["ids"]) <= shown(filled, "works")


def test_a_key_in_the_address_shows_what_partners_share(service, qgis, filled):
    key = filled.keys["gemeente"]
    found = qgis(f"{service.url}/ogc?apikey={key}", "works")["works"]
    mine = filled.organisations["gemeente"]
    rows = [w for w in filled.works if not w["withdrawn"] and visible(w, mine)]
    assert set(found["ids"]) == {str(w["id"]) for w in rows}


def test_an_expression_selects_the_same_whoever_works_it_out(service, qgis, filled):
    """QGIS 3.22 loads all and selects itself; from 3.32 on it would send ``filter``."""
    where = """"facility" = 'sewer' AND "start" >= to_date('2027-03-01') AND "title" ILIKE '%7%'"""
    found = qgis(f"{service.url}/ogc", "works", "--where", where)["works"]
    filter_ = (
        "facility = 'sewer' AND start >= DATE('2027-03-01') AND CASEI(title) LIKE CASEI('%7%')"
    )
    address = f"{service.url}/ogc/collections/works/items?limit=10000&filter={quote(filter_)}"
    with urllib.request.urlopen(address, timeout=30) as answer:
        served = [feature["id"] for feature in json.load(answer)["features"]]
    assert served
    assert set(found["ids"]) == set(served)
    assert set(served) <= shown(filled, "works")


# As the expression compiler of QGIS 3.32 and later writes them, unencoded spaces and all.
PUSHED_DOWN = [
    """((facility = 'sewer') AND ("planning_status" <> 'x'))""",
    """((facility = 'sewer') AND ("start" >= DATE('2027-03-01')))""",
    """("updated" > TIMESTAMP('2020-01-01T00:00:00.000Z'))""",
    """(CASEI(title) LIKE CASEI('%7%'))""",
    """(title LIKE '%7%') AND (S_INTERSECTS(geometry,BBOX(4.4,52.1,4.5,52.2)))""",
    """S_INTERSECTS(geometry,POINT(4.45 52.13))""",
    """("department" IS NULL)""",
    """("project_cost_eur" IN (60,62))""",
    """(title = 'a\\\\b') OR (title = 'O''Brien')""",
    """(NOT ("earliest" IS NOT NULL))""",
]


@pytest.mark.parametrize("filter_", PUSHED_DOWN)
@pytest.mark.parametrize("crs", ["", "http://www.opengis.net/def/crs/EPSG/0/28992"])
def test_what_newer_qgis_sends_is_understood(service, filter_, crs):
    if crs:
        filter_ = filter_.replace("4.4,52.1,4.5,52.2", "90000,460000,95000,465000")
        filter_ = filter_.replace("4.45 52.13", "93000 463000")
    asked = f"limit=10&filter={quote(filter_)}&filter-lang=cql2-text"
    asked += f"&crs={quote(crs)}&filter-crs={quote(crs)}" if crs else ""
    address = f"{service.url}/ogc/collections/works/items?{asked}"
    with urllib.request.urlopen(address, timeout=30) as answer:
        assert json.load(answer)["type"] == "FeatureCollection"


def test_all_that_qgis_looks_for_is_declared(service):
    with urllib.request.urlopen(f"{service.url}/ogc/conformance", timeout=30) as answer:
        declared = set(json.load(answer)["conformsTo"])
    spec = "http://www.opengis.net/spec"
    needed = {f"{spec}/ogcapi-features-3/1.0/conf/{name}" for name in ("filter", "features-filter")}
    needed |= {f"{spec}/cql2/1.0/conf/{name}" for name in ("cql2-text", "basic-cql2")}
    needed.add(f"{spec}/ogcapi-features-5/1.0/conf/schemas")
    assert needed <= declared
