"""Nobody reads more than they may: every read of projects, works and their history."""

from __future__ import annotations

import pytest
from fastapi.testclient import TestClient
from sqlalchemy import select

from app.main import create_app
from app.organisations.issue_key import issue_key
from app.tables import projects, works

SEES = {
    "public": {"public"},
    "stedin": {"public", "partners"},
    "leiden": {"public", "partners", "own"},
}


@pytest.fixture
def clients(deliver, a_work, engine, settings):
    """A client per viewer; Leiden delivered one work of each visibility."""
    for slug in ("leiden", "stedin"):
        deliver.organisation(slug)
    for i, visibility in enumerate(("public", "partners", "own")):
        deliver([a_work(visibility, y=40 * i)], visibility=visibility, dataset=visibility)
    app = create_app(settings, engine)
    found = {"public": TestClient(app)}
    for slug in ("leiden", "stedin"):
        with engine.begin() as connection:
            key = issue_key(connection, slug)
        found[slug] = TestClient(app, headers={"X-API-Key": key})
    return found


@pytest.mark.parametrize("viewer", SEES)
def test_lists_hold_what_the_viewer_may_see(clients, viewer):
    got = clients[viewer].get("/api/works").json()["works"]
    assert {w["visibility"] for w in got} == SEES[viewer]
    got = clients[viewer].get("/api/projects").json()["projects"]
    assert {p["visibility"] for p in got} == SEES[viewer]


@pytest.mark.parametrize("viewer", SEES)
@pytest.mark.parametrize("visibility", ["public", "partners", "own"])
def test_single_things_are_there_or_not_found(clients, engine, viewer, visibility):
    expected = 200 if visibility in SEES[viewer] else 404
    for table, path in ((works, "works"), (projects, "projects")):
        with engine.connect() as connection:
            id_ = connection.scalar(select(table.c.id).where(table.c.visibility == visibility))
        assert clients[viewer].get(f"/api/{path}/{id_}").status_code == expected


@pytest.mark.parametrize("viewer", SEES)
def test_filters_do_not_tell_what_is_hidden(clients, viewer):
    for visibility in ("public", "partners", "own"):
        page = clients[viewer].get("/api/works", params={"reference": visibility}).json()
        assert len(page["works"]) == (visibility in SEES[viewer])


def test_columns_without_a_field_are_for_the_owner(clients, deliver, a_work):
    deliver([a_work("X", y=300, contactpersoon_opmerking="geheim")], visibility="public")
    ours = clients["leiden"].get("/api/works?reference=X").text
    for viewer in ("public", "stedin"):
        theirs = clients[viewer].get("/api/works?reference=X").text
        assert "geheim" not in theirs
        assert "extra" not in theirs
    assert "extra" in ours


def test_what_was_private_once_stays_so_in_the_history(clients, deliver, a_work, engine):
    deliver([a_work("H", y=600, title="Geheim plan")], visibility="own")
    deliver([a_work("H", y=600, title="Plan")], visibility="public")
    with engine.connect() as connection:
        id_ = connection.scalar(select(works.c.id).where(works.c.title == "Plan"))
        project = connection.scalar(select(works.c.project_id).where(works.c.id == id_))
    for path in (f"/api/works/{id_}", f"/api/projects/{project}"):
        for viewer in ("public", "stedin"):
            answer = clients[viewer].get(path)
            assert "Geheim" not in answer.text
            assert [v["version"] for v in answer.json()["versions"]] == [2]
        assert len(clients["leiden"].get(path).json()["versions"]) == 2


def test_paging_visits_each_work_once(clients, deliver, a_work):
    deliver([a_work(f"P{i}", y=1000 + 30 * i) for i in range(7)], visibility="public")
    for viewer, sees in SEES.items():
        seen, url = [], "/api/works?limit=3"
        while url:
            page = clients[viewer].get(url).json()
            seen += [w["id"] for w in page["works"]]
            url = page.get("next")
        assert len(seen) == len(set(seen)) == 7 + len(sees)


def test_unknown_parameters_are_refused(clients):
    assert clients["public"].get("/api/works?colour=red").status_code == 400
    assert clients["public"].get("/api/works?cursor=zz").status_code == 400
    assert clients["public"].get("/api/works?limit=0").status_code == 400


def _client(clients, engine, slug):
    with engine.begin() as connection:
        key = issue_key(connection, slug)
    return TestClient(clients["public"].app, headers={"X-API-Key": key})


def test_who_reports_on_an_organisation_without_a_key_speaks_for_it(
    clients, deliver, a_work, engine
):
    deliver([a_work("R", y=900, organisation="Jansen BV")], visibility="own", dataset="r")

    def seen(viewer):
        return viewer.get("/api/works?reference=R").json()["works"]

    (work,) = seen(clients["leiden"])
    assert "extra" in work
    assert not seen(clients["stedin"])
    assert not seen(clients["public"])
    path, headers = f"/api/works/{work['id']}", {"If-Match": '"1"'}
    patched = clients["leiden"].patch(path, json={"title": "Anders"}, headers=headers)
    assert patched.status_code == 200
    assert clients["stedin"].patch(path, json={"title": "x"}, headers=headers).status_code == 404
    theirs = _client(clients, engine, work["organisation"])
    assert [w["id"] for w in seen(theirs)] == [work["id"]]
    assert not seen(clients["leiden"])


def test_who_reports_sees_nothing_that_another_delivers_of_it(clients, deliver, a_work):
    deliver([a_work("R", y=900, organisation="Jansen BV")], visibility="own", dataset="r")
    deliver([a_work("S", y=990, organisation="Jansen BV")], "stedin", visibility="own")
    for viewer in clients.values():
        assert not viewer.get("/api/works?reference=S").json()["works"]


def test_findings_of_reported_works_are_for_who_reports_them(clients, deliver, a_work):
    named = [a_work("R", y=900, organisation="Jansen BV"), a_work("T", y=905)]
    deliver(named, visibility="own", dataset="r")
    counts = {}
    for viewer, client in clients.items():
        found = [
            client.get(f"/ogc/collections/{name}/items").json()["numberMatched"]
            for name in ("opportunities", "bottlenecks")
        ]
        counts[viewer] = sum(found)
    assert counts["leiden"] > counts["stedin"]


def test_organisations_are_shown_with_a_key_or_a_work_to_be_seen(clients, deliver, a_work):
    for i, visibility in enumerate(("public", "partners", "own")):
        row = a_work(f"O{i}", y=900 + 40 * i, organisation=f"Buurman {visibility}")
        deliver([row], visibility=visibility, dataset="o")
    for viewer, sees in SEES.items():
        listed = clients[viewer].get("/api/organisations").json()["organisations"]
        expected = {"leiden", "stedin"} | {f"buurman-{v}" for v in sees}
        assert {o["slug"] for o in listed} == expected
    assert clients["public"].get("/api/organisations?colour=red").status_code == 400


@pytest.mark.parametrize("path", ["works", "projects", "organisations"])
def test_the_next_page_keeps_the_key_of_the_address(clients, path):
    key = clients["leiden"].headers["X-API-Key"]
    anonymous = clients["public"]
    url, seen = f"/api/{path}?limit=1&apikey={key}", []
    while url:
        page = anonymous.get(url).json()
        seen += [one["id"] for one in page[path]]
        url = page.get("next")
    whole = clients["leiden"].get(f"/api/{path}").json()[path]
    assert seen == [one["id"] for one in whole]
