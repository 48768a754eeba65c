"""A work changed by hand: with the version it changes, by its owner, detected at once."""

from __future__ import annotations

import pytest
from fastapi.testclient import TestClient
from sqlalchemy import func, select

from app.main import create_app
from app.organisations.issue_key import issue_key
from app.tables import findings, project_versions, projects, work_versions, works


@pytest.fixture
def client(deliver, engine, settings):
    for slug in ("leiden", "stedin"):
        deliver.organisation(slug)
    with engine.begin() as connection:
        keys = {slug: issue_key(connection, slug) for slug in ("leiden", "stedin")}
    with TestClient(create_app(settings, engine)) as client:
        client.headers["X-API-Key"] = keys["leiden"]
        client.keys = keys
        yield client


@pytest.fixture
def place(deliver, a_work, engine):
    deliver([a_work("A")])
    with engine.connect() as connection:
        return f"/api/works/{connection.scalar(select(works.c.id))}"


def etag(client, place):
    return {"If-Match": client.get(place).headers["etag"]}


def test_a_change_is_a_new_version(client, place, engine):
    answer = client.patch(
        place, json={"title": "Nieuw", "end": "2028-06-30"}, headers=etag(client, place)
    )
    assert answer.status_code == 200
    assert answer.headers["etag"] == '"2"'
    assert (answer.json()["title"], answer.json()["end"]) == ("Nieuw", "2028-06-30")
    version = answer.json()["versions"][-1]
    assert version["by"] == "leiden"
    assert version["upload"] is None
    assert version["difference"]["title"] == {"old": "Werk A", "new": "Nieuw"}
    with engine.connect() as connection:
        assert str(connection.scalar(select(func.upper(works.c.period)))) == "2028-07-01"


def test_without_if_match_428_and_with_an_old_one_412(client, place):
    assert client.patch(place, json={"title": "x"}).status_code == 428
    old = etag(client, place)
    assert client.patch(place, json={"title": "x"}, headers=old).status_code == 200
    assert client.patch(place, json={"title": "y"}, headers=old).status_code == 412
    assert client.patch(place, json={"title": "y"}, headers={"If-Match": "*"}).status_code == 412
    assert client.delete(place).status_code == 428


def test_only_the_owner_changes_and_nobody_else_learns_more(client, place):
    match = etag(client, place)
    other = {"X-API-Key": client.keys["stedin"]}
    assert client.patch(place, json={"title": "x"}, headers=match | other).status_code == 403
    unknown = "/api/works/00000000-0000-0000-0000-000000000000"
    assert client.patch(unknown, json={"title": "x"}, headers=match).status_code == 404
    public = TestClient(client.app)
    assert public.patch(place, json={"title": "x"}, headers=match).status_code == 401


@pytest.mark.parametrize(
    "patch",
    [
        {"facility": "unicorn"},
        {"end": "2027-01-01"},
        {"start": None},
        {"start": "2028-02-30"},
        {"start": "1899-12-31"},
        {"end": "9999-12-31"},
        {"latest": "2200-01-01"},
        {"title": ""},
        {"colour": "red"},
        {"duration_days": 0},
        {"geometry": {"type": "Point", "coordinates": []}},
        {"geometry": {"type": "Nothing"}},
        {"geometry": {"type": "Polygon", "coordinates": [[[4.5, 52.1], [4.5, 52.1], [4.5, 52.1]]]}},
    ],
)
def test_what_cannot_be_stored_is_refused_and_nothing_changes(client, place, patch):
    before = client.get(place)
    answer = client.patch(place, json=patch, headers=etag(client, place))
    assert answer.status_code == 422
    assert answer.headers["content-type"] == "application/problem+json"
    assert client.get(place).json() == before.json()


def test_a_new_place_is_stored_in_the_storage_crs(client, place, engine):
    line = {"type": "LineString", "coordinates": [[4.49, 52.16], [4.491, 52.16]]}
    answer = client.patch(place, json={"geometry": line}, headers=etag(client, place))
    assert answer.json()["geometry"]["coordinates"][0] == pytest.approx([4.49, 52.16], abs=1e-6)
    with engine.connect() as connection:
        x = connection.scalar(select(func.ST_X(func.ST_StartPoint(works.c.geometry))))
        assert x == pytest.approx(93_600, abs=100)


def test_a_new_facility_gives_a_new_footprint(client, place, engine):
    client.patch(place, json={"facility": "telecom"}, headers=etag(client, place))
    with engine.connect() as connection:
        assert connection.scalar(select(func.ST_Area(works.c.footprint))) == pytest.approx(80.0)


def test_the_status_is_the_projects_and_changes_for_all_its_works(client, deliver, a_work, engine):
    deliver([a_work("A"), a_work("A", y=40)])
    with engine.connect() as connection:
        id_ = connection.scalar(select(works.c.id).order_by(works.c.key))
    place = f"/api/works/{id_}"
    client.patch(place, json={"planning_status": "committed"}, headers=etag(client, place))
    with engine.connect() as connection:
        assert set(connection.scalars(select(works.c.planning_status))) == {"committed"}
        assert connection.scalar(select(projects.c.planning_status)) == "committed"
        assert connection.scalar(select(func.max(project_versions.c.version))) == 2


def test_what_changes_nothing_makes_no_version(client, place, engine):
    answer = client.patch(place, json={"title": "Werk A"}, headers=etag(client, place))
    assert answer.headers["etag"] == '"1"'
    with engine.connect() as connection:
        assert connection.scalar(select(func.count()).select_from(work_versions)) == 1


def test_delete_withdraws_the_work_and_its_project(client, place, engine):
    answer = client.delete(place, headers=etag(client, place))
    assert answer.json()["withdrawn"] is True
    assert client.get("/api/works").json()["works"] == []
    assert client.get("/api/projects").json()["projects"] == []
    with engine.connect() as connection:
        assert connection.scalar(select(projects.c.withdrawn)) is True


def test_findings_follow_an_edit(client, deliver, a_work, engine):
    deliver([a_work("A")])
    deliver([a_work("B", facility="gas")], organisation="stedin")

    def standing():
        with engine.connect() as connection:
            query = select(findings.c.rule).where(findings.c.state != "resolved")
            return set(connection.scalars(query))

    assert "B01" in standing()
    with engine.connect() as connection:
        id_ = connection.scalar(
            select(works.c.id).where(works.c.organisation_id == deliver.ids["leiden"])
        )
    place = f"/api/works/{id_}"
    moved = {"start": "2048-03-01", "end": "2048-05-31"}
    client.patch(place, json=moved, headers=etag(client, place))
    assert standing() == set()


def test_a_nul_character_is_left_out(client, place):
    answer = client.patch(place, json={"title": "a\x00b"}, headers=etag(client, place))
    assert answer.json()["title"] == "ab"
    assert client.get("/api/works?reference=%00").status_code == 400
    sent = client.post("/api/uploads", files={"file": ("a\x00b", b"x")}, data={"dataset": "a\x00b"})
    assert sent.status_code == 202


def test_a_change_that_is_no_change_is_refused_by_size_and_form(client, place):
    path, headers = place, etag(client, place)
    huge = b'{"title": "' + b"x" * 1_000_001 + b'"}'
    assert client.patch(path, content=huge, headers=headers).status_code == 413
    assert client.patch(path, content=b'{"title"', headers=headers).status_code == 400
    assert client.patch(path, json={"colour": "red"}, headers=headers).status_code == 422
