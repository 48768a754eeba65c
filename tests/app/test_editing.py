"""Works edited through OGC API Features Part 4, as QGIS and scripts do it."""

from __future__ import annotations

import threading

import openapi_spec_validator
import pytest
from fastapi.testclient import TestClient
from sqlalchemy import func, select

from app.layer import layers
from app.main import create_app
from app.organisations.issue_key import issue_key
from app.tables import datasets, findings, projects, work_versions, works

LINES = "/ogc/collections/works-lines/items"
CRS = "http://www.opengis.net/def/crs/EPSG/0/"
LINE = {"type": "LineString", "coordinates": [[4.49, 52.16], [4.492, 52.16]]}
FACTS = {"title": "Riool Dorpsstraat", "start": "2028-03-01", "end": "2028-05-31"}
MERGE = {"Content-Type": "application/merge-patch+json"}
READS = "GET, HEAD, OPTIONS"
CHANGES = "GET, HEAD, OPTIONS, PUT, PATCH, DELETE"


def feature(geometry=LINE, **properties):
    return {"type": "Feature", "geometry": geometry, "properties": {**FACTS, **properties}}


@pytest.fixture
def callers(deliver, engine, settings):
    """A client per caller: the public, Leiden, and Stedin."""
    for slug in ("leiden", "stedin"):
        deliver.organisation(slug)
    app = create_app(settings, engine)
    found = {"public": TestClient(app)}
    for slug in ("leiden", "stedin"):
        with engine.begin() as connection:
            key = issue_key(connection, slug)
        found[slug] = TestClient(app, headers={"X-API-Key": key})
    return found


@pytest.fixture
def leiden(callers):
    return callers["leiden"]


def made(client, **properties):
    answer = client.post(LINES, json=feature(**properties))
    assert answer.status_code == 201, answer.text
    return answer.headers["Location"].removeprefix("http://testserver")


@pytest.fixture
def places(deliver, a_work, engine):
    """A work of Leiden, one of Leiden's that nobody else sees, one that Leiden reports, by name."""
    named = {"own": a_work("A"), "hidden": a_work("H", y=40)}
    deliver([named["own"]])
    deliver([named["hidden"]], visibility="own", dataset="h")
    deliver([a_work("R", y=80, organisation="Jansen BV")], dataset="r")
    with engine.connect() as connection:
        query = select(projects.c.reference, works.c.id).join(works)
        return {r.reference: f"{LINES}/{r.id}" for r in connection.execute(query)}


RIGHTS = {  # caller: items, A (Leiden), H (Leiden, own), R (reported by Leiden), unknown_id
    "public": (READS, 404, 404, 404, READS),
    "stedin": (f"{READS}, POST", READS, 404, READS, CHANGES),
    "leiden": (f"{READS}, POST", CHANGES, CHANGES, CHANGES, CHANGES),
}


@pytest.mark.parametrize("caller", RIGHTS)
def test_options_tells_the_rights_of_the_caller(callers, places, caller):
    asked = [LINES, *(places[r] for r in "AHR"), f"{LINES}/unknown_id"]
    for path, expected in zip(asked, RIGHTS[caller], strict=True):
        answer = callers[caller].options(path)
        if expected == 404:
            assert answer.status_code == 404
        else:
            assert (answer.status_code, answer.headers["Allow"]) == (200, expected)
            assert ("Accept-Patch" in answer.headers) == ("PATCH" in expected)


STATUS = {  # caller: POST, then PUT, PATCH, DELETE of A, H and R
    "public": (401, 401, 401, 401),
    "stedin": (201, 403, 404, 403),
    "leiden": (201, 204, 204, 204),
}


@pytest.mark.parametrize("caller", STATUS)
@pytest.mark.parametrize("method", ["PUT", "PATCH", "DELETE"])
def test_each_method_for_each_caller(callers, places, caller, method):
    client, (post, *changes) = callers[caller], STATUS[caller]
    assert client.post(LINES, json=feature()).status_code == post
    before = {r: callers["leiden"].get(p).json() for r, p in places.items()}
    for reference, expected in zip("AHR", changes, strict=True):
        body = None if method == "DELETE" else feature(title="Anders")
        answer = client.request(method, places[reference], json=body)
        assert answer.status_code == expected, (reference, answer.text)
        if expected != 204:
            assert answer.headers["content-type"] == "application/problem+json"
            assert callers["leiden"].get(places[reference]).json() == before[reference]
        else:
            now = callers["leiden"].get(places[reference])
            assert now.status_code == (404 if method == "DELETE" else 200)
            assert method == "DELETE" or now.json()["properties"]["title"] == "Anders"


def test_hidden_and_unknown_works_are_refused_alike(callers, places):
    unknown = f"{LINES}/00000000-0000-4000-8000-000000000000"
    for method in ("OPTIONS", "PUT", "PATCH", "DELETE"):
        told = []
        for path in (places["H"], unknown):
            answer = callers["stedin"].request(method, path, json=feature())
            told.append(answer.text.replace(path.rsplit("/", 1)[1], "ID"))
        assert told[0] == told[1]


@pytest.mark.parametrize("name", list(layers()))
def test_derived_layers_are_read_only(callers, name):
    editable = name in {"works-points", "works-lines", "works-polygons"}
    items = f"/ogc/collections/{name}/items"
    expected = f"{READS}, POST" if editable else READS
    assert callers["leiden"].options(items).headers["Allow"] == expected
    answer = callers["leiden"].put(items, json=feature())
    assert (answer.status_code, answer.headers["Allow"]) == (405, expected)
    if not editable:
        answer = callers["leiden"].post(items, json=feature())
        assert (answer.status_code, answer.headers["Allow"]) == (405, READS)
        for method in ("PUT", "PATCH", "DELETE"):
            answer = callers["leiden"].request(method, f"{items}/unknown_id", json=feature())
            assert (answer.status_code, answer.headers["Allow"]) == (405, READS)


def test_405_names_every_method_of_the_address(callers):
    for path, expected in {
        "/api/works/00000000-0000-4000-8000-000000000000": {"GET", "PATCH", "DELETE"},
        "/ogc/conformance": {"GET", "HEAD", "OPTIONS"},
        f"{LINES}/x": {"GET", "HEAD", "OPTIONS", "PUT", "PATCH", "DELETE"},
        "/api/uploads": {"GET", "POST"},
    }.items():
        method = "PUT" if path == "/api/uploads" else "POST"
        answer = callers["leiden"].request(method, path)
        assert answer.status_code == 405, path
        assert set(answer.headers["Allow"].split(", ")) == expected
        assert answer.headers["content-type"] == "application/problem+json"
    assert callers["leiden"].get("/ogc/nothing").status_code == 404


def test_a_work_is_made_with_its_project_in_the_dataset_for_edits(leiden, engine):
    answer = leiden.post(LINES, json=feature(reference="P1", department="Riolering"))
    assert answer.status_code == 201
    place = answer.headers["Location"].removeprefix("http://testserver")
    got = leiden.get(place)
    assert got.headers["ETag"] == answer.headers["ETag"] == '"1-1.nl"'
    properties = got.json()["properties"]
    assert {n: properties[n] for n in ("reference", "organisation", "department", "visibility")} == {
        "reference": "P1", "organisation": "leiden", "department": "Riolering",
        "visibility": "partners",
    }  # fmt: skip
    with engine.connect() as connection:
        names = select(datasets.c.name).join(projects)
        assert connection.scalars(names).all() == ["edited"]
        version = connection.execute(select(work_versions)).one()
        assert (version.change, version.by, version.upload_id) == ("created", "leiden", None)


def test_the_dataset_and_the_organisation_can_be_named(callers, places, engine):
    leiden = callers["leiden"]
    assert leiden.post(f"{LINES}?dataset=plan", json=feature()).status_code == 201
    theirs = leiden.get(places["R"]).json()["properties"]["organisation"]
    answer = leiden.post(LINES, json=feature(organisation=theirs, title="Voor Jansen"))
    assert answer.status_code == 201
    assert leiden.get(answer.headers["Location"]).json()["properties"]["organisation"] == theirs
    for other in ("stedin", "nobody"):
        assert leiden.post(LINES, json=feature(organisation=other)).status_code == 403
    assert leiden.post(f"{LINES}?dataset=", json=feature()).status_code == 400
    assert leiden.post(f"{LINES}?colour=red", json=feature()).status_code == 400
    with engine.connect() as connection:
        assert set(connection.scalars(select(datasets.c.name))) == {
            "main", "h", "r", "plan", "edited",
        }  # fmt: skip


def test_a_known_reference_puts_the_work_into_that_project(leiden, engine):
    made(leiden, reference="P1", planning_status="committed")
    north = {"type": "LineString", "coordinates": [[4.49, 52.17], [4.492, 52.17]]}
    second = leiden.post(LINES, json=feature(north, reference="P1"))
    assert second.status_code == 201
    properties = leiden.get(second.headers["Location"]).json()["properties"]
    assert properties["planning_status"] == "committed"
    other = feature(north, reference="P1", planning_status="idea", start="2029-03-01", end=None)
    assert leiden.post(LINES, json=other).status_code == 422
    with engine.connect() as connection:
        assert connection.scalar(select(func.count()).select_from(projects)) == 1


def test_the_same_work_is_not_made_twice_and_comes_back_under_its_id(leiden):
    place = made(leiden)
    again = leiden.post(LINES, json=feature())
    assert again.status_code == 409
    assert place.rsplit("/", 1)[1] in again.json()["detail"]
    assert leiden.delete(place).status_code == 204
    assert leiden.delete(place).status_code == 404
    assert made(leiden) == place
    id_ = place.rsplit("/", 1)[1]
    changes = [v["change"] for v in leiden.get(f"/api/works/{id_}").json()["versions"]]
    assert changes == ["created", "withdrawn", "restored"]


@pytest.mark.parametrize("crs", [None, f"<{CRS}28992>", f"<{CRS}4326>", f"<{CRS}3857>"])
def test_what_was_read_and_is_sent_back_changes_nothing(leiden, engine, crs):
    place = made(leiden, reference="P1", project_cost_eur=1234.56, precision="month")
    asked = {} if crs is None else {"crs": crs.strip("<>")}
    got = leiden.get(place, params=asked)
    sent = {**got.json()}
    headers = {} if crs is None else {"Content-Crs": crs}
    for method in ("PUT", "PATCH"):
        answer = leiden.request(method, place, json=sent, headers=headers)
        assert (answer.status_code, answer.headers["ETag"]) == (204, '"1-1.nl"'), answer.text
    with engine.connect() as connection:
        assert connection.scalar(select(func.count()).select_from(work_versions)) == 1


def test_coordinates_are_read_in_the_order_of_content_crs(leiden):
    north_first = {"type": "LineString", "coordinates": [[52.16, 4.49], [52.16, 4.492]]}
    answer = leiden.post(LINES, json=feature(north_first), headers={"Content-Crs": f"<{CRS}4326>"})
    assert answer.status_code == 201
    place = answer.headers["Location"]
    got = leiden.get(place).json()["geometry"]["coordinates"][0][0]
    assert got == pytest.approx([4.49, 52.16], abs=2e-7)
    rd = {"type": "LineString", "coordinates": [[93_000, 463_000], [93_100, 463_000]]}
    moved = leiden.patch(place, json={"geometry": rd}, headers={"Content-Crs": f"<{CRS}28992>"})
    assert moved.status_code == 204
    got = leiden.get(place, params={"crs": f"{CRS}28992"}).json()["geometry"]["coordinates"][0]
    assert got == rd["coordinates"]


def test_a_merge_patch_changes_what_it_names(leiden):
    place = made(leiden, department="Riolering")
    before = leiden.get(place).json()
    patch = {"properties": {"end": "2028-06-30", "department": None, "project_cost_eur": 5}}
    answer = leiden.patch(place, json=patch, headers=MERGE)
    assert (answer.status_code, answer.headers["ETag"]) == (204, '"2-2.nl"')
    after = leiden.get(place).json()
    expected = {"end": "2028-06-30", "department": None, "project_cost_eur": 5.0}
    told = {n: v for n, v in after["properties"].items() if v != before["properties"][n]}
    told.pop("updated", None)
    assert told == expected
    assert after["geometry"] == before["geometry"]


def test_put_empties_what_it_leaves_out(leiden):
    place = made(leiden, facility="sewer", earliest="2028-01-01", latest="2029-01-01",
                 visibility="own", department="Riolering", project_cost_eur=10)  # fmt: skip
    answer = leiden.put(place, json={"type": "Feature", "geometry": LINE, "properties": FACTS})
    assert answer.status_code == 204
    got = leiden.get(place).json()["properties"]
    blank = {"facility": "unknown", "earliest": None, "latest": None, "department": None,
             "project_cost_eur": None, "visibility": "own"}  # fmt: skip
    assert {n: got[n] for n in blank} == blank


def test_only_the_project_changes_without_a_new_version_of_the_work(leiden):
    place = made(leiden)
    tag = leiden.patch(place, json={"properties": {"project_cost_eur": 7}}).headers["ETag"]
    assert tag == '"1-2.nl"'
    assert leiden.get(place).headers["ETag"] == tag
    assert leiden.get(place, headers={"If-None-Match": tag}).status_code == 304
    assert leiden.get(place, headers={"If-None-Match": '"1-1.nl"'}).status_code == 200


@pytest.mark.parametrize("method", ["PUT", "PATCH", "DELETE"])
def test_conditions_are_kept(leiden, method):
    place = made(leiden)
    body = None if method == "DELETE" else feature(title="Anders")
    for headers in (
        {"If-Match": '"9-9.nl"'}, {"If-Match": 'W/"1-1.nl"'}, {"If-Match": "nonsense"},
        {"If-None-Match": "*"}, {"If-None-Match": '"1-1.nl"'},
    ):  # fmt: skip
        refused = leiden.request(method, place, json=body, headers=headers)
        assert refused.status_code == 412, headers
    assert leiden.get(place).headers["ETag"] == '"1-1.nl"'
    english = leiden.get(place, headers={"Accept-Language": "en"}).headers["ETag"]
    match = {"If-Match": f'"x", {english}'}
    assert leiden.request(method, place, json=body, headers=match).status_code == 204


def test_without_a_condition_the_last_one_wins_and_both_versions_stay(leiden):
    place = made(leiden)
    for title in ("een", "twee"):
        assert leiden.patch(place, json={"properties": {"title": title}}).status_code == 204
    assert leiden.patch(
        place, json={"properties": {"title": "drie"}}, headers={"If-Match": "*"}
    ).status_code == 204  # fmt: skip
    id_ = place.rsplit("/", 1)[1]
    assert len(leiden.get(f"/api/works/{id_}").json()["versions"]) == 4


def test_of_two_changes_at_once_of_one_state_one_is_refused(leiden):
    place = made(leiden)
    tag = leiden.get(place).headers["ETag"]
    start, statuses = threading.Barrier(4), []

    def change(n):
        start.wait()
        answer = leiden.patch(
            place, json={"properties": {"title": f"Wijziging {n}"}}, headers={"If-Match": tag}
        )
        statuses.append(answer.status_code)

    threads = [threading.Thread(target=change, args=(n,)) for n in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(statuses) == [204, 412, 412, 412]


def test_of_two_equal_works_made_at_once_one_is_made(leiden):
    start, statuses = threading.Barrier(3), []

    def make():
        start.wait()
        statuses.append(leiden.post(LINES, json=feature()).status_code)

    threads = [threading.Thread(target=make) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(statuses) == [201, 409, 409]


BOW_TIE = [[4.49, 52.16], [4.492, 52.162], [4.492, 52.16], [4.49, 52.162], [4.49, 52.16]]


@pytest.mark.parametrize(
    ("geometry", "said"),
    [
        (None, "needs a geometry"),
        ({"type": "Polygon", "coordinates": [BOW_TIE]}, "works-polygons"),
        ({"type": "Point", "coordinates": [4.49, 52.16]}, "works-points"),
        ({"type": "LineString", "coordinates": [[4.49, 52.16], [4.49, 52.16]]}, "works-points"),
        ({"type": "LineString", "coordinates": []}, "empty"),
        ({"type": "LineString", "coordinates": [[4.49, 52.16]]}, "at least 2"),
        ({"type": "LineString", "coordinates": [["x", 1], [2, 3]]}, "not a number"),
        ({"type": "Curve", "coordinates": [[4, 52], [5, 52]]}, "Curve"),
        ({"type": "LineString"}, "coordinates"),
        ({"type": "LineString", "coordinates": [[179.99, 52.1], [180, 52.1]]}, "outside"),
        ({"type": "LineString", "coordinates": [[-180, -17], [-179.9, -17]]}, "outside"),
        ({"type": "LineString", "coordinates": [[500, 52.1], [501, 52.1]]}, "outside the world"),
        ({"type": "LineString", "coordinates": [[1e308, 52.1], [-1e308, 52.1]]}, "world"),
    ],
)
def test_a_geometry_that_cannot_be_stored_is_refused(leiden, geometry, said):
    answer = leiden.post(LINES, json=feature(geometry))
    assert answer.status_code == 422
    assert said in answer.json()["detail"]
    place = made(leiden)
    before = leiden.get(place).json()
    assert leiden.patch(place, json={"geometry": geometry}).status_code == 422
    assert leiden.put(place, json=feature(geometry)).status_code == 422
    assert leiden.get(place).json() == before


def test_a_polygon_that_crosses_itself_is_mended_like_one_of_an_upload(leiden):
    polygons = LINES.replace("lines", "polygons")
    answer = leiden.post(polygons, json=feature({"type": "Polygon", "coordinates": [BOW_TIE]}))
    assert answer.status_code == 201
    got = leiden.get(answer.headers["Location"]).json()["geometry"]
    assert (got["type"], len(got["coordinates"])) == ("MultiPolygon", 2)


@pytest.mark.parametrize(
    "properties",
    [
        {"end": "2027-01-01"},
        {"start": None},
        {"start": "2028-02-30"},
        {"end": "9999-12-31"},
        {"earliest": "2028-01-01"},
        {"earliest": "2029-01-01", "latest": "2028-01-01"},
        {"facility": "unicorn"},
        {"visibility": "secret"},
        {"title": ""},
        {"title": "x" * 1_000_000},
        {"colour": "red"},
        {"project_cost_eur": -1},
        {"project_cost_eur": 1e300},
        {"title": 5},
    ],
)
def test_properties_that_cannot_be_stored_are_refused(leiden, properties):
    assert leiden.post(LINES, json=feature(**properties)).status_code == 422
    place = made(leiden)
    before = leiden.get(place).json()
    assert leiden.put(place, json=feature(**properties)).status_code == 422
    assert leiden.patch(place, json={"properties": properties}).status_code == 422
    assert leiden.get(place).json() == before


def test_reference_and_organisation_stay_as_they_were_made(callers, places):
    leiden = callers["leiden"]
    place = made(leiden, reference="P1")
    for fixed in ({"reference": "P2"}, {"organisation": "stedin"}):
        assert leiden.patch(place, json={"properties": fixed}).status_code == 422
    ours = {"id": "x", "project": "y", "updated": "z", "reference": None, "organisation": "leiden"}
    assert leiden.patch(place, json={"properties": ours}).headers["ETag"] == '"1-1.nl"'


@pytest.mark.parametrize(
    ("content", "status"),
    [
        (b"{", 400),
        (b"", 400),
        (b"\xff", 400),
        (b"[]", 422),
        (b"null", 422),
        (b"[" * 100_000, 400),
        (b'{"type": "FeatureCollection", "features": []}', 422),
        (b'{"type": "Feature", "properties": {"title": "\\ud800"}}', 400),
        (b"x" * 5_000_001, 413),
    ],
)
def test_a_body_that_is_no_feature_is_refused(leiden, content, status):
    place = made(leiden)
    assert leiden.post(LINES, content=content).status_code == status
    assert leiden.put(place, content=content).status_code == status


def test_a_patch_has_the_shape_of_a_feature(leiden):
    place = made(leiden)
    for patch in ({"title": "plat"}, {"properties": None}, []):
        assert leiden.patch(place, json=patch).status_code == 422
    assert leiden.patch(place, json={}).status_code == 204
    assert leiden.patch(place, json={"properties": {}}).headers["ETag"] == '"1-1.nl"'


def test_other_types_of_body_and_other_systems_are_refused(leiden):
    place = made(leiden)
    xml = {"Content-Type": "application/xml"}
    assert leiden.post(LINES, content=b"<a/>", headers=xml).status_code == 415
    assert leiden.patch(place, content=b"{}", headers=xml).status_code == 415
    assert leiden.put(place, json=feature(), headers=MERGE).status_code == 415
    for crs in (f"<{CRS}0>", f"{CRS}2154", "nonsense", "<>", ""):
        answer = leiden.post(LINES, json=feature(), headers={"Content-Crs": crs})
        assert answer.status_code == 400, crs


def test_nul_is_left_out_of_texts(leiden):
    place = made(leiden, title="a\x00b", reference="R\x001")
    properties = leiden.get(place).json()["properties"]
    assert (properties["title"], properties["reference"]) == ("ab", "R1")


def test_a_work_is_edited_in_its_own_collection_only(leiden):
    place = made(leiden)
    for other in ("works-points", "works-polygons"):
        wrong = place.replace("works-lines", other)
        assert leiden.options(wrong).status_code == 404
        assert leiden.delete(wrong).status_code == 404
    assert leiden.delete(f"{LINES}/nonsense").status_code == 404
    assert leiden.post("/ogc/collections/nothing/items", json=feature()).status_code == 404


def test_findings_follow_every_edit(callers, engine):
    leiden, stedin = callers["leiden"], callers["stedin"]

    def standing():
        with engine.connect() as connection:
            query = select(findings.c.rule).where(findings.c.state != "resolved")
            return set(connection.scalars(query))

    place = made(leiden, facility="sewer")
    made(stedin, facility="gas")
    assert "B01" in standing()
    leiden.patch(place, json={"properties": {"start": "2048-03-01", "end": "2048-05-31"}})
    assert "B01" not in standing()
    leiden.put(place, json=feature(facility="sewer"))
    assert "B01" in standing()
    leiden.delete(place)
    assert standing() == set()


def test_the_classes_of_part_4_are_declared(leiden):
    told = leiden.get("/ogc/conformance").json()["conformsTo"]
    part = "http://www.opengis.net/spec/ogcapi-features-4/1.0/conf"
    for name in ("create-replace-delete", "update", "features", "optimistic-locking-etags"):
        assert f"{part}/{name}" in told


def test_the_openapi_document_lists_the_methods(leiden):
    document = leiden.get("/ogc/api?f=json").json()
    openapi_spec_validator.validate(document)
    for layer in layers().values():
        items = document["paths"][f"/collections/{layer.id}/items"]
        item = document["paths"].get(f"/collections/{layer.id}/items/{{featureId}}", {})
        assert ("post" in items) == layer.editable
        assert {"put", "patch", "delete"} <= item.keys() or not layer.editable
    written = document["components"]["schemas"]["GivenProperties"]["properties"]
    editable = {p.name for p in layers()["works-lines"].properties if p.editable}
    assert editable == written.keys() - {"id", "project", "updated"}


def test_the_first_page_shows_a_work_of_the_caller_first_and_each_once(callers, deliver, a_work):
    deliver([a_work(f"S{n}", y=40 * n) for n in range(12)], "stedin")
    deliver([a_work(f"L{n}", y=40 * n) for n in range(12)])
    for caller, first in (("stedin", "S0"), ("leiden", "L0")):
        url, seen = f"{LINES}?limit=10", []
        while url:
            page = callers[caller].get(url).json()
            seen += [f["properties"]["reference"] for f in page["features"]]
            url = next((link["href"] for link in page["links"] if link["rel"] == "next"), None)
        assert seen[0] == first
        assert len(seen) == len(set(seen)) == 24
