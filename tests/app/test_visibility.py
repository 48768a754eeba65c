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


SHARED = {"public": set(), "stedin": {"S"}, "leiden": {"R"}}
"""What each sees of the works of Jansen BV that both organisations deliver for themselves."""


@pytest.fixture
def shared(clients, deliver, a_work, engine):
    """Works R of Leiden and S of Stedin for one firm without a key, crossing; ids by reference."""
    row = {"organisation": "Jansen BV", "opmerking": "geheim"}
    deliver([a_work("R", y=900, **row)], visibility="own", dataset="r")
    deliver([a_work("S", y=901, facility="gas", **row)], "stedin", visibility="own")
    with engine.connect() as connection:
        query = select(projects.c.reference, works.c.id).join(works)
        return {r.reference: r.id for r in connection.execute(query)}


@pytest.mark.parametrize("viewer", SHARED)
def test_of_two_who_report_each_sees_what_it_delivered(clients, shared, viewer):
    client = clients[viewer]
    for reference in "RS":
        id_, seen = shared[reference], reference in SHARED[viewer]
        for path in (f"/api/works/{id_}", f"/ogc/collections/works-lines/items/{id_}"):
            assert client.get(path).status_code == (200 if seen else 404)
        page = client.get(f"/api/works?reference={reference}")
        assert ("geheim" in page.text) == seen == bool(page.json()["works"])
        assert bool(client.get(f"/api/projects?reference={reference}").json()["projects"]) == seen


@pytest.mark.parametrize("viewer", ["stedin", "leiden"])
def test_of_two_who_report_each_changes_what_it_delivered(clients, shared, viewer):
    for reference in "RS":
        path = f"/api/works/{shared[reference]}"
        answer = clients[viewer].patch(path, json={"title": "Nieuw"}, headers={"If-Match": '"1"'})
        assert answer.status_code == (200 if reference in SHARED[viewer] else 404)
        path = f"/ogc/collections/works-lines/items/{shared[reference]}"
        answer = clients[viewer].options(path)
        assert answer.status_code == (200 if reference in SHARED[viewer] else 404)
        assert reference not in SHARED[viewer] or "PATCH" in answer.headers["Allow"]


def test_with_its_first_key_a_firm_takes_over_from_all_who_report(clients, shared, engine):
    firm = clients["leiden"].get(f"/api/works/{shared['R']}").json()["organisation"]
    theirs = _client(clients, engine, firm)
    for id_ in (shared[reference] for reference in "RS"):
        assert theirs.get(f"/api/works/{id_}").status_code == 200
        for viewer in SHARED:
            assert clients[viewer].get(f"/api/works/{id_}").status_code == 404


def _findings(client):
    pages = [
        client.get(f"/ogc/collections/{name}/items").json()["features"]
        for name in ("opportunities", "bottlenecks")
    ]
    return {f["id"]: f["properties"]["works"] for page in pages for f in page}


def test_a_finding_of_shared_works_is_for_who_delivered_all_that_is_private(
    clients, shared, deliver, a_work, engine
):
    deliver([a_work("T", y=902, facility="water")], visibility="own", dataset="t")
    ids = {n: str(i) for n, i in shared.items()}
    of_leiden = _findings(clients["leiden"])
    assert of_leiden
    assert not any(ids["S"] in works for works in of_leiden.values())
    assert not any(ids["R"] in works for works in _findings(clients["stedin"]).values())


def test_who_reports_a_work_may_assess_what_is_found_of_it(clients, deliver, a_work):
    named = [a_work("R", y=900, organisation="Jansen BV"),
             a_work("T", y=901, facility="gas", organisation="Pietersen BV")]  # fmt: skip
    deliver(named, visibility="partners", dataset="r")
    found = next(iter(_findings(clients["leiden"])))
    path, said = f"/api/findings/{found}/review", {"state": "confirmed"}
    assert clients["stedin"].post(path, json=said).status_code == 403
    assert clients["leiden"].post(path, json=said).status_code < 300
    told = clients["leiden"].get(f"/api/findings/{found}").json()["history"]
    assert told[-1]["by"] == "leiden"
    hidden = clients["stedin"].get(f"/api/findings/{found}").json()["history"]
    assert "by" not in hidden[-1]


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
