"""The version of the data: it changes with every change that commits, and with nothing else."""

from __future__ import annotations

import mapbox_vector_tile
import pytest
from fastapi.testclient import TestClient
from sqlalchemy import select, text

from app.kit.data_version import data_version
from app.layer import layers
from app.main import create_app
from app.ogc.versions import tables_of
from app.organisations.add import add
from app.organisations.issue_key import issue_key
from app.tables import data_changes


def version(engine, *tables):
    with engine.connect() as connection:
        return data_version(connection, tables)


def test_a_change_counts_when_it_commits(engine):
    before = version(engine, "organisations")
    with engine.connect() as writer:
        add(writer, "een", "Een")
        assert version(engine, "organisations") == before
        assert data_version(writer, ["organisations"]) != before
        writer.commit()
    after = version(engine, "organisations")
    assert after != before
    assert version(engine, "organisations") == after


def test_a_change_that_is_taken_back_counts_for_nothing(engine):
    before = version(engine, "organisations")
    with engine.connect() as writer:
        add(writer, "een", "Een")
        writer.rollback()
    assert version(engine, "organisations") == before


def test_other_tables_keep_their_version(engine):
    before = version(engine, "works")
    with engine.begin() as writer:
        add(writer, "een", "Een")
    assert version(engine, "works") == before
    assert version(engine, "works", "organisations") != before


def test_two_writers_at_once_do_not_wait_and_both_count(engine):
    seen = {version(engine, "organisations")}
    with engine.connect() as first, engine.connect() as second:
        for connection in (first, second):
            connection.execute(text("set lock_timeout = '2s'"))
        add(first, "een", "Een")
        add(second, "twee", "Twee")
        add(first, "drie", "Drie")
        second.commit()
        seen.add(version(engine, "organisations"))
        first.commit()
        seen.add(version(engine, "organisations"))
    assert len(seen) == 3
    with engine.begin() as third:
        add(third, "vier", "Vier")
    with engine.connect() as connection:
        left = connection.scalars(
            select(data_changes.c.stamp).where(data_changes.c.table_name == "organisations")
        ).all()
    assert len(left) == 1, "old stamps are removed"


@pytest.mark.parametrize("name", layers())
def test_every_table_that_a_layer_reads_leaves_a_stamp(connection, name):
    found = connection.scalars(
        text(
            "select c.relname from pg_trigger t join pg_class c on c.oid = t.tgrelid "
            "where t.tgname = 'note_change'"
        )
    )
    assert tables_of(name) <= set(found), "give the table the trigger note_change (docs/tiles.md)"


@pytest.fixture
def service(deliver, a_work, engine, settings):
    """A service with two works of two organisations that meet, and a way to ask for tags."""
    deliver([a_work("A"), a_work("B", y=500)], "leiden", visibility="public")
    deliver([a_work("C", y=1)], "stedin", visibility="public")
    with engine.begin() as connection:
        key = issue_key(connection, "leiden")
    app = create_app(settings, engine)
    with TestClient(app) as client:
        yield client, key


PLACE = "WebMercatorQuad/12/1350/2098"


def tags(client, key=None):
    """The tag of one tile of each layer, and of all of them together."""
    headers = {"X-API-Key": key} if key else {}
    found = {}
    for name in (*layers(), ""):
        path = f"/ogc/collections/{name}/tiles/{PLACE}" if name else f"/ogc/tiles/{PLACE}"
        found[name] = client.get(path, headers=headers).headers["etag"]
    return found


def changed(before, after):
    return {name for name in before if before[name] != after[name]}


def test_tags_change_with_an_upload_and_not_without_one(service, deliver, a_work):
    client, _ = service
    before = tags(client)
    for path in ("/ogc/collections", "/ogc/collections/works/items", "/api/works", "/"):
        client.get(path)
    assert tags(client) == before
    deliver([a_work("C", y=1)], "stedin", visibility="public")
    assert tags(client) == before, "the same file again changes nothing"
    deliver([a_work("C", y=1), a_work("D", y=800)], "stedin", visibility="public")
    after = tags(client)
    assert {"works", "works-lines", ""} <= changed(before, after)
    assert {"areas", "constraints"}.isdisjoint(changed(before, after))
    assert tags(client) == after


def test_tags_of_findings_change_with_a_review(service):
    client, key = service
    found = client.get("/ogc/collections/opportunities/items").json()["features"]
    found += client.get("/ogc/collections/bottlenecks/items").json()["features"]
    assert found
    before, before_own = tags(client), tags(client, key)
    assert set(before.values()).isdisjoint(before_own.values())
    answer = client.post(
        f"/api/findings/{found[0]['id']}/review",
        json={"state": "rejected", "reason": "geen kans"},
        headers={"X-API-Key": key},
    )
    assert answer.status_code < 300, answer.text
    assert changed(before, tags(client)) == {"opportunities", "bottlenecks", ""}
    assert changed(before_own, tags(client, key)) == {"opportunities", "bottlenecks", ""}


def test_a_kept_tile_is_not_served_after_a_change(service, deliver, a_work):
    client, _ = service

    def references():
        seen = set()
        for row in (5398, 5399, 5400, 5401, 5402):
            for column in (8390, 8391, 8392, 8393, 8394, 8395, 8396):
                path = f"/ogc/collections/works/tiles/WebMercatorQuad/14/{row}/{column}"
                answer = client.get(path)
                if answer.status_code == 200:
                    part = mapbox_vector_tile.decode(answer.content)["works"]
                    seen |= {f["properties"]["reference"] for f in part["features"]}
        return seen

    assert references() == {"A", "B", "C"}
    deliver([a_work("C", y=1), a_work("D", y=30)], "stedin", visibility="public")
    assert references() == {"A", "B", "C", "D"}
    deliver([a_work("C", y=1)], "stedin", visibility="own")
    assert "C" not in references(), "what is no longer public is gone at once"
