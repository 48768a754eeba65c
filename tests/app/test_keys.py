"""Organisations and their keys: hashed, shown once, read from four places."""

from __future__ import annotations

import base64

import pytest
from fastapi.testclient import TestClient
from sqlalchemy import select, update

from app.kit.problems import BadRequest, Conflict, NotFound
from app.main import create_app
from app.organisations.add import add
from app.organisations.issue_key import digest, issue_key
from app.organisations.spellings import resolve
from app.tables import api_keys, organisations


def test_a_key_is_stored_only_as_its_digest(connection):
    add(connection, "leiden", "Gemeente Leiden", "municipality")
    key = issue_key(connection, "leiden")
    row = connection.execute(select(api_keys)).one()
    assert key.startswith("kk_")
    assert len(key) == 3 + 43
    assert row.digest == digest(key)
    assert key not in str(row)


def test_two_keys_differ(connection):
    add(connection, "leiden")
    assert issue_key(connection, "leiden") != issue_key(connection, "leiden")


@pytest.mark.parametrize(
    ("slug", "kind", "error"),
    [("Leiden", "unknown", BadRequest), ("", "unknown", BadRequest), ("a b", "unknown", BadRequest),
     ("leiden", "castle", BadRequest), ("taken", "unknown", Conflict)],
)  # fmt: skip
def test_bad_organisations_are_refused(connection, slug, kind, error):
    add(connection, "taken")
    with pytest.raises(error):
        add(connection, slug, "", kind)


def test_no_key_for_nobody(connection):
    with pytest.raises(NotFound):
        issue_key(connection, "nobody")


@pytest.fixture
def service(engine, settings):
    with engine.begin() as connection:
        add(connection, "leiden", "Gemeente Leiden", "municipality")
        key = issue_key(connection, "leiden")
    with TestClient(create_app(settings, engine)) as client:
        yield client, key


def _basic(user, password):
    return "Basic " + base64.b64encode(f"{user}:{password}".encode()).decode()


def test_a_key_is_read_from_everywhere_clients_put_it(service):
    client, key = service
    ways = [
        client.get("/api/uploads", headers={"Authorization": f"Bearer {key}"}),
        client.get("/api/uploads", headers={"X-API-Key": key}),
        client.get("/api/uploads", headers={"Authorization": _basic("anna", key)}),
        client.get("/api/uploads", headers={"Authorization": _basic(key, "")}),
        client.get("/api/uploads", params={"apikey": key}),
    ]
    assert [w.status_code for w in ways] == [200] * len(ways)


@pytest.mark.parametrize(
    "headers",
    [
        {"Authorization": "Bearer kk_wrong"},
        {"X-API-Key": "kk_wrong"},
        {"Authorization": _basic("a", "b")},
        {"Authorization": "Basic ~"},
    ],
)
def test_a_wrong_key_is_refused_even_where_the_public_may_read(service, headers):
    client, _ = service
    answer = client.get("/api/works", headers=headers)
    assert answer.status_code == 401
    assert answer.headers["content-type"] == "application/problem+json"


def test_a_revoked_key_is_refused(service, engine):
    client, key = service
    with engine.begin() as connection:
        connection.execute(update(api_keys).values(revoked_at="2026-01-01T00:00:00Z"))
    assert client.get("/api/works", headers={"X-API-Key": key}).status_code == 401


def test_the_public_may_read_but_not_deliver(service):
    client, _ = service
    assert client.get("/api/works").status_code == 200
    assert client.get("/api/uploads").status_code == 401
    assert client.post("/api/uploads", files={"file": b"x"}).status_code == 401


def test_organisations_are_listed_in_pages(service, engine):
    client, _ = service
    with engine.begin() as connection:
        for i in range(3):
            add(connection, f"org-{i}")
            issue_key(connection, f"org-{i}")
        add(connection, "without-key-and-works")
    seen, url = [], "/api/organisations?limit=3"
    while url:
        page = client.get(url).json()
        seen += [o["slug"] for o in page["organisations"]]
        url = page.get("next")
    assert seen == ["leiden", "org-0", "org-1", "org-2"]


def test_spellings_of_one_name_are_one_organisation(connection):
    uploader = add(connection, "stad")
    found = resolve(connection, ["Liander N.V.", "LIANDER nv", "Stedin"], uploader)
    assert found["Liander N.V."].id == found["LIANDER nv"].id != found["Stedin"].id
    row = connection.execute(
        select(organisations).where(organisations.c.id == found["Stedin"].id)
    ).one()
    assert row.reported_by == uploader


def test_a_known_organisation_is_recognised_by_name(connection):
    known = add(connection, "liander", "Liander", "network_operator")
    found = resolve(connection, ["LIANDER N.V."], add(connection, "stad"))
    assert found["LIANDER N.V."].id == known
    assert not found["LIANDER N.V."].is_new


def test_a_name_for_many_parties_is_flagged(connection):
    uploader = add(connection, "paris")
    owner = resolve(connection, ["Propriétés privées"], uploader)["Propriétés privées"]
    row = connection.execute(select(organisations).where(organisations.c.id == owner.id)).one()
    assert row.is_collective
    assert row.kind == "other"
