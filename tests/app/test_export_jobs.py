"""Exports that a job makes: asked, followed, fetched, and nobody else's."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid4

import pyogrio
import pytest
from fastapi.testclient import TestClient
from sqlalchemy import select, update

from app.export import store
from app.export.tasks import make
from app.kit.db import make_engine
from app.main import create_app
from app.settings import Settings
from app.tables import exports, works
from tests.filling import fill, visible


@pytest.fixture(scope="module")
def filled(clone):
    engine = make_engine(clone())
    yield fill(engine, 300, 60)
    engine.dispose()


@pytest.fixture
def at_home(filled, tmp_path):
    address = filled.engine.url.render_as_string(hide_password=False)
    return Settings(home=tmp_path, database_url=address)


@pytest.fixture
def client(filled, at_home):
    with TestClient(create_app(at_home, filled.engine)) as found:
        found.headers["X-API-Key"] = filled.keys["gemeente"]
        yield found
    with filled.engine.begin() as connection:
        connection.execute(exports.delete())


def asked(client, filled, settings, **more):
    body = {"layer": "works", "format": "gpkg", **more}
    answer = client.post("/api/exports", json=body)
    assert answer.status_code == 202, answer.text
    place = answer.headers["location"]
    assert client.get(place).json()["state"] == "queued"
    assert client.get(f"{place}/file").status_code == 409
    make(filled.engine, settings, UUID(place.rsplit("/", 1)[1]))
    return place, client.get(place).json()


def test_an_export_is_made_and_fetched(client, filled, at_home, tmp_path):
    place, told = asked(client, filled, at_home, filters={"facility": "gas"}, crs="EPSG:25831")
    mine = filled.organisations["gemeente"]
    page = client.get("/ogc/collections/works/items?facility=gas&limit=1").json()
    assert told["state"] == "ready"
    assert told["features"] == page["numberMatched"] > 0
    (link,) = [one for one in told["links"] if one["rel"] == "enclosure"]
    answer = client.get(link["href"])
    assert answer.headers["content-type"] == "application/geopackage+sqlite3"
    assert 'filename="works.gpkg"' in answer.headers["content-disposition"]
    path = tmp_path / "read.gpkg"
    path.write_bytes(answer.content)
    assert told["size_bytes"] == len(answer.content)
    frame = pyogrio.read_dataframe(path, layer="works")
    assert frame.crs.to_epsg() == 25831
    gas = {str(w["id"]) for w in filled.works if not w["withdrawn"] and visible(w, mine)}
    assert set(frame["id"]) <= gas
    assert set(frame["facility"]) == {"gas"}
    part = client.get(link["href"], headers={"Range": "bytes=0-15"})
    assert (part.status_code, part.content) == (206, b"SQLite format 3\0")
    assert client.delete(place).status_code == 204
    assert client.get(place).status_code == 404
    assert list((at_home.home / "exports").iterdir()) == []


def test_nobody_else_sees_it(client, filled, at_home):
    place, _ = asked(client, filled, at_home)
    other = {"X-API-Key": filled.keys["waterbedrijf"]}
    for path in (place, f"{place}/file"):
        assert client.get(path, headers=other).status_code == 404
        assert client.get(path).status_code == 200
        del client.headers["X-API-Key"]
        assert client.get(path).status_code == 401
        client.headers["X-API-Key"] = filled.keys["gemeente"]
    assert client.delete(place, headers=other).status_code == 404
    assert client.get(f"/api/exports/{uuid4()}").status_code == 404


def test_it_has_what_may_be_seen_when_it_is_made(client, filled, at_home):
    body = {"layer": "works", "format": "csv"}
    place = client.post("/api/exports", json=body).headers["location"]
    before = client.get("/ogc/collections/works/items?limit=1").json()["numberMatched"]
    mine = filled.organisations["gemeente"]
    own = works.c.visibility == "own"
    with filled.engine.begin() as connection:
        hidden = connection.scalars(
            select(works.c.id).where(~own, works.c.organisation_id != mine, ~works.c.withdrawn)
        ).all()
        connection.execute(update(works).where(works.c.id == hidden[0]).values(visibility="own"))
    make(filled.engine, at_home, UUID(place.rsplit("/", 1)[1]))
    assert client.get(place).json()["features"] == before - 1


def test_its_day_passes(client, filled, at_home):
    place, _ = asked(client, filled, at_home)
    (file,) = (at_home.home / "exports").iterdir()
    with filled.engine.begin() as connection:
        past = datetime.now(UTC) - timedelta(seconds=1)
        connection.execute(update(exports).values(expires_at=past))
    assert client.get(place).status_code == 404
    assert file.exists()
    asked(client, filled, at_home)
    assert not file.exists()


def test_a_job_twice_and_a_job_too_late(client, filled, at_home):
    place, told = asked(client, filled, at_home)
    id_ = UUID(place.rsplit("/", 1)[1])
    make(filled.engine, at_home, id_)
    again = client.get(place).json()
    assert (again["state"], again["features"]) == ("ready", told["features"])
    client.delete(place)
    make(filled.engine, at_home, id_)
    assert client.get(place).status_code == 404


def test_what_fails_says_why(client, filled, at_home):
    broken = replace(at_home, home=at_home.home / "nothing")
    broken.home.write_text("a file where a folder should be")
    answer = client.post("/api/exports", json={"layer": "works", "format": "csv"})
    place = answer.headers["location"]
    with pytest.raises(OSError, match="nothing"):
        make(filled.engine, broken, UUID(place.rsplit("/", 1)[1]))
    told = client.get(place).json()
    assert (told["state"], told["problem"]) == ("failed", "The file could not be made.")


@pytest.mark.parametrize(
    "body",
    [
        {"layer": "unicorns", "format": "csv"},
        {"layer": "works", "format": "dwg"},
        {"layer": "works", "format": "csv", "crs": "EPSG:1"},
        {"layer": "works", "format": "csv", "filters": {"colour": "red"}},
        {"layer": "works", "format": "csv", "filters": {"filter": "pg_sleep(9) IS NULL"}},
        {"layer": "works", "format": "csv", "filters": {"bbox": "1"}},
        {"layer": "works", "format": "csv", "more": 1},
        {"format": "csv"},
    ],
)
def test_what_cannot_be_made_is_refused_at_once(client, body):
    answer = client.post("/api/exports", json=body)
    assert answer.status_code == 422
    assert answer.headers["content-type"] == "application/problem+json"


def test_there_is_an_end_to_it(client, filled, at_home, monkeypatch):
    monkeypatch.setattr(store, "MOST", 2)
    body = {"layer": "areas", "format": "csv"}
    assert [client.post("/api/exports", json=body).status_code for _ in range(3)] == [202, 202, 409]
