"""Context layers over HTTP and on the command line: delivered, listed, read, removed."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from uuid import UUID

import pytest
from fastapi.testclient import TestClient
from sqlalchemy import select

from app.context.changed import changed_layers
from app.context.geojson import visible
from app.context.loaded import loaded_layers
from app.context.read_context import read_context
from app.context.remove import remove
from app.main import create_app
from app.organisations.add import add
from app.organisations.issue_key import issue_key
from app.organisations.viewer import ADMINISTRATOR, PUBLIC, Viewer
from app.tables import context_objects
from spatial.context import context_layers

ROOT = Path(__file__).parents[2]
SEES = {
    "public": {"public"},
    "stedin": {"public", "partners"},
    "leiden": {"public", "partners", "own"},
}


def trees(*names, **properties):
    features = [
        {
            "type": "Feature",
            "properties": {"id": name, "naam": name, **properties},
            "geometry": {"type": "Point", "coordinates": [4.49 + i / 1000, 52.16]},
        }
        for i, name in enumerate(names)
    ]
    return json.dumps({"type": "FeatureCollection", "features": features}).encode()


@pytest.fixture
def owners(engine):
    with engine.begin() as connection:
        return {slug: add(connection, slug, slug.title()) for slug in ("leiden", "stedin")}


@pytest.fixture
def clients(engine, settings, owners):
    app = create_app(settings, engine)
    found = {"public": TestClient(app)}
    for slug in owners:
        with engine.begin() as connection:
            key = issue_key(connection, slug)
        found[slug] = TestClient(app, headers={"X-API-Key": key})
    return found


def send(client, content, layer="trees", **fields):
    return client.post(f"/api/context/{layer}", files={"file": ("f.geojson", content)}, data=fields)


@pytest.fixture
def three(clients):
    """Leiden delivered one tree of each visibility."""
    for visibility in ("public", "partners", "own"):
        answer = send(
            clients["leiden"], trees(visibility), visibility=visibility, dataset=visibility
        )
        assert answer.status_code == 200, answer.text


def test_the_answer_is_the_report(clients):
    answer = send(clients["leiden"], trees("a", "b"))
    report = answer.json()
    assert (answer.status_code, report["state"]) == (200, "done")
    assert report["counts"]["new"] == 2
    assert set(report) >= {"id", "state", "counts", "faults", "timings_s", "problem", "layers"}


def test_a_refused_file_is_a_problem_with_the_report(clients, engine):
    answer = send(clients["leiden"], trees("a", kroonstraal=-3))
    problem = answer.json()
    assert answer.status_code == 422
    assert answer.headers["content-type"] == "application/problem+json"
    assert problem["type"] == "/problems/context-refused"
    [fault] = problem["report"]["faults"]
    assert (fault["row"], fault["field"], fault["value"]) == (1, "crown_radius_m", "-3")
    assert fault["reason"]["nl"]
    with engine.connect() as connection:
        assert loaded_layers(connection) == {}


def test_a_dry_run_stores_nothing(clients, engine):
    answer = send(clients["leiden"], trees("a"), dry_run="true")
    assert answer.json()["state"] == "dry_run"
    with engine.connect() as connection:
        assert loaded_layers(connection) == {}


def test_delivering_needs_a_key_of_ones_own(clients):
    assert send(clients["public"], trees("a")).status_code == 401
    assert send(clients["stedin"], trees("a"), organisation="leiden").status_code == 403
    assert send(clients["leiden"], trees("a"), layer="unicorns").status_code == 404
    assert send(clients["leiden"], trees("a"), layer="areas").status_code == 400
    assert send(clients["leiden"], trees("a"), complete="true").status_code == 400
    assert send(clients["leiden"], trees("a"), visibility="secret").status_code == 400


@pytest.mark.parametrize("viewer", SEES)
def test_everyone_reads_what_they_may_see(clients, three, viewer):
    answer = clients[viewer].get("/api/context/trees.geojson")
    features = answer.json()["features"]
    assert {f["properties"]["name"] for f in features} == SEES[viewer]
    listed = clients[viewer].get("/api/context").json()["layers"]
    [told] = [x for x in listed if x["id"] == "trees"]
    assert told["count"] == len(SEES[viewer])
    assert bool(told["datasets"]) == (viewer != "public")


def test_visible_says_what_the_clause_says(clients, three, engine, owners):
    viewers = [PUBLIC, ADMINISTRATOR]
    viewers += [Viewer("partner", id_) for id_ in owners.values()]
    viewers.append(Viewer("partner", owners["stedin"], (owners["leiden"],)))
    with engine.connect() as connection:
        table = read_context(connection, ["trees"])["trees"]
        for viewer in viewers:
            clause = viewer.sees_rows_of(context_objects)
            expected = set(connection.scalars(select(context_objects.c.id).where(clause)))
            seen = {UUID(bytes=i) for i in table.id[visible(viewer, table)].tolist()}
            assert seen == expected


def test_geojson_has_every_field_and_lies_where_it_was(clients):
    send(clients["leiden"], trees("a", boomsoort="linde", kroondiameter=6))
    [feature] = clients["leiden"].get("/api/context/trees.geojson").json()["features"]
    assert feature["geometry"]["coordinates"] == pytest.approx([4.49, 52.16], abs=2e-7)
    assert feature["properties"] == {
        "name": "a",
        "crown_radius_m": 3.0,
        "is_protected": False,
        "species": "linde",
        "planted_year": None,
        "visibility": "partners",
    }


def test_days_are_inclusive_in_geojson(clients):
    content = json.loads(trees("feest", van="2027-10-02", tot="2027-10-03"))
    send(clients["leiden"], json.dumps(content).encode(), layer="events")
    [feature] = clients["leiden"].get("/api/context/events.geojson").json()["features"]
    assert (feature["properties"]["start"], feature["properties"]["end"]) == (
        "2027-10-02",
        "2027-10-03",
    )


def test_a_box_limits_the_answer(clients):
    send(clients["leiden"], trees("a", "b", "c"))
    get = clients["leiden"].get
    near = get("/api/context/trees.geojson", params={"bbox": "4.4905,52.15,4.4915,52.17"}).json()
    assert [f["properties"]["name"] for f in near["features"]] == ["b"]
    for bad in ("1,2,3", "a,b,c,d", "5,52,4,53", "nan,1,2,3"):
        assert get("/api/context/trees.geojson", params={"bbox": bad}).status_code == 400


def test_what_was_never_loaded_is_not_there(clients):
    assert clients["public"].get("/api/context/trees.geojson").status_code == 404
    assert clients["public"].get("/api/context/unicorns.geojson").status_code == 404
    assert clients["public"].get("/api/context/trees").status_code == 404
    listed = clients["public"].get("/api/context").json()["layers"]
    assert [x["id"] for x in listed] == [x.id for x in context_layers()]
    assert not any(x["loaded"] for x in listed)
    assert all(x["title"]["nl"] and x["note"]["en"] and x["fields"] for x in listed)


def test_removing_makes_a_layer_unloaded(clients, three, engine, owners):
    with engine.begin() as connection:
        assert remove(connection, "trees", dataset="own", by="test") == 1
        assert loaded_layers(connection)["trees"][0] == 2
        assert remove(connection, "trees", organisation_id=owners["stedin"], by="test") is None
        assert remove(connection, "trees", by="test") == 2
        assert loaded_layers(connection) == {}
        assert remove(connection, "trees", by="test") is None
        assert changed_layers(connection) == {"trees"}


def test_the_command_line(engine, settings, tmp_path):
    environment = {
        **os.environ,
        "DATABASE_URL": settings.database_url,
        "KANSENKAART_HOME": str(settings.home),
        "PYTHONPATH": str(ROOT),
    }

    def run(*arguments):
        return subprocess.run(
            [sys.executable, "-m", "app.cli", *arguments],
            cwd=tmp_path,
            env=environment,
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )

    (tmp_path / "trees.geojson").write_bytes(trees("a", "b"))
    (tmp_path / "bad.geojson").write_bytes(trees("a", kroonstraal="groot"))
    (tmp_path / "mapping.json").write_text('{"constants": {"species": "linde"}}')
    run("organisation", "add", "leiden")
    good = run("context", "import", "trees", "trees.geojson", "--organisation", "leiden", "--json",
               "--mapping", "mapping.json")  # fmt: skip
    assert (good.returncode, json.loads(good.stdout)["counts"]["new"]) == (0, 2), good.stderr
    bad = run("context", "import", "trees", "bad.geojson", "--organisation", "leiden")
    assert bad.returncode == 2
    assert "row 1" in bad.stdout
    assert "nothing was stored" in bad.stderr
    listed = json.loads(run("context", "list", "--json").stdout)["layers"]
    assert [x["count"] for x in listed if x["loaded"]] == [2]
    assert "not loaded" in run("context", "list").stdout
    assert run("context", "remove", "trees").stdout == "2 object(s) removed from trees.\n"
    again = run("context", "remove", "trees")
    assert (again.returncode, again.stderr.count("Nothing like that")) == (2, 1)
    for wrong in (
        ("context", "import", "trees", "trees.geojson", "--organisation", "nobody"),
        ("context", "remove", "unicorns"),
    ):
        assert run(*wrong).returncode == 2
