"""Filters in CQL2 against an oracle in Python, on real PostGIS."""

from __future__ import annotations

import json

import cql2
import numpy as np
import pytest
import shapely
from fastapi.testclient import TestClient
from hypothesis import HealthCheck, example, given
from hypothesis import settings as hypothesis_settings

from app.kit.db import make_engine
from app.main import create_app
from app.settings import Settings
from spatial.crs import transform
from tests import cql2_oracle as oracle
from tests.filling import STORAGE, fill, visible

CRS = "http://www.opengis.net/def/crs/EPSG/0/"
QUICK = hypothesis_settings(
    max_examples=120, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)


@pytest.fixture(scope="module")
def filled(clone):
    engine = make_engine(clone())
    yield fill(engine, 400, 100)
    engine.dispose()


@pytest.fixture(scope="module")
def client(filled, tmp_path_factory):
    settings = Settings(home=tmp_path_factory.mktemp("home"))
    with TestClient(create_app(settings, filled.engine)) as client:
        yield client


@pytest.fixture(scope="module")
def key(filled):
    return filled.keys["gemeente"]


@pytest.fixture(scope="module")
def rows(client, filled, key):
    """Works as a partner sees them: properties as served, footprint in degrees."""
    shapes = {str(w["id"]): w["footprint_degrees"] for w in filled.works}
    features = ask(client, "works", key)["features"]
    return oracle.Rows({**f["properties"], "geometry": shapes[f["id"]]} for f in features)


def get(client, collection, key=None, **parameters):
    headers = {"X-API-Key": key} if key else {}
    named = {name.replace("_", "-"): value for name, value in parameters.items()}
    return client.get(f"/ogc/collections/{collection}/items", params=named, headers=headers)


def ask(client, collection, key=None, **parameters):
    answer = get(client, collection, key, **{"limit": 10000, **parameters})
    assert answer.status_code == 200, answer.text
    page = answer.json()
    if "numberMatched" in page and page["numberReturned"] < 10000 and "limit" not in parameters:
        assert page["numberMatched"] == page["numberReturned"]
    return page


def ids(client, collection, key=None, **parameters):
    page = ask(client, collection, key, properties="id", skipGeometry="true", **parameters)
    return {f["id"] for f in page["features"]}


@QUICK
@given(oracle.filters)
@example({"op": "=", "args": [{"property": "title"}, "x\\y"]})
def test_random_filters_find_what_the_oracle_finds(client, rows, key, node):
    expected = {row["id"] for row in rows if oracle.holds(node, row)}
    as_json = json.dumps(node)
    assert ids(client, "works", key, filter=as_json, filter_lang="cql2-json") == expected
    text = cql2.parse_json(as_json).to_text()
    assert ids(client, "works", key, filter=text) == expected, text


FOUND = [
    ("score BETWEEN 20 AND 40", lambda f: 20 <= f["score"] <= 40),
    ("A_CONTAINS(organisations, ('gemeente'))", lambda f: "gemeente" in f["slugs"]),
    ("A_CONTAINS(organisations, ('gemeente', 'waterbedrijf'))", lambda f: f["slugs"] >= {"gemeente", "waterbedrijf"}),
    ("A_CONTAINEDBY(organisations, ('gemeente', 'waterbedrijf', 'x'))", lambda f: f["slugs"] <= {"gemeente", "waterbedrijf"}),
    ("A_EQUALS(('waterbedrijf', 'gemeente'), organisations)", lambda f: f["slugs"] == {"gemeente", "waterbedrijf"}),
    ("A_OVERLAPS(organisations, ('x', 'gemeente'))", lambda f: "gemeente" in f["slugs"]),
    ("NOT A_OVERLAPS(organisations, ('x'))", lambda _: True),
    ("A_EQUALS(solves, ())", lambda _: True),
    ("organisations LIKE '%gemeente%'", lambda f: "gemeente" in f["slugs"]),
]  # fmt: skip


@pytest.mark.parametrize(("text", "meets"), FOUND, ids=[text for text, _ in FOUND])
def test_lists_and_numbers_of_findings(client, filled, text, meets):
    seen = [f for f in filled.findings if f["state"] != "resolved" and visible(f, None)]
    for f in seen:
        f["slugs"] = {w["slug"] for w in f["works"]}
    for collection, kind in (("opportunities", "opportunity"), ("bottlenecks", "bottleneck")):
        expected = {str(f["id"]) for f in seen if f["kind"] == kind and meets(f)}
        assert ids(client, collection, filter=text) == expected


def test_findings_of_a_work_by_array(client, filled):
    finding = next(
        f for f in filled.findings if f["state"] == "new" and visible(f, None) and f["kind"] == "opportunity"
    )  # fmt: skip
    work = finding["works"][0]["id"]
    found = ids(client, "opportunities", filter=f"A_CONTAINS(works, ('{work}'))")
    assert str(finding["id"]) in found
    assert found == ids(client, "opportunities", work=str(work))


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("CASEI(title) = CASEI('WERK 17')", "title = 'Werk 17'"),
        ("CASEI('straße') = CASEI('STRASSE')", "TRUE"),
        ("CASEI('ΟΔΟΣ') = CASEI('οδος')", "TRUE"),
        ("ACCENTI('débárquér') = ACCENTI('debarquer')", "TRUE"),
        ("ACCENTI('Beyonce\u0301') = 'Beyonce'", "TRUE"),
        ("ACCENTI(CASEI(title)) LIKE ACCENTI(CASEI('wérk 1%'))", "title LIKE 'Werk 1%'"),
        ("title NOT LIKE 'Werk 1%'", "NOT (title LIKE 'Werk 1%')"),
        ("title <> 'Werk 17'", "title != 'Werk 17'"),
        ("(((title = 'Werk 17')))", "'Werk 17' = title"),
        ("NOT NOT title = 'Werk 17'", "title = 'Werk 17'"),
        ("start = '2027-03-01'", "start = DATE('2027-03-01')"),
        ("start = DATE('2027-03-01')", "start = TIMESTAMP('2027-02-28T23:30:00Z')"),
        ("updated > DATE('2020-01-01')", "T_AFTER(updated, DATE('2020-01-01'))"),
        ("T_INTERSECTS(datetime, DATE('2027-03-01'))", "NOT T_DISJOINT(datetime, DATE('2027-03-01'))"),
        ("T_BEFORE(INTERVAL(start, end), DATE('2027-03-01'))", "end < DATE('2027-03-01')"),
        ("T_DURING(datetime, INTERVAL('2026-12-31','2028-01-01'))", "T_DURING(INTERVAL(start,end), INTERVAL('2026-12-31','2028-01-01'))"),
        ("project_cost_eur BETWEEN 60 AND 70", "project_cost_eur >= 60 AND project_cost_eur <= 70"),
        ("project_cost_eur IN (60, 62, +64, 6.6e1)", "project_cost_eur = 60 OR project_cost_eur IN (62, 64.0, 66)"),
        ("start > end", "FALSE"),
        ("geometry IS NULL", "FALSE"),
        ("datetime IS NULL", "start IS NULL"),
        ("id = 'no id'", "FALSE"),
        ("id <> 'no id'", "TRUE"),
        ("S_INTERSECTS(geometry, geometry)", "TRUE"),
        ("S_INTERSECTS(geometry, BBOX(-180,-90,180,90))", "S_INTERSECTS(geometry, POLYGON((-180 -90,180 -90,180 90,-180 90,-180 -90)))"),
        ("S_DISJOINT(geometry, BBOX(170,-90,-170,90))", "TRUE"),
        ("S_WITHIN(geometry, BBOX(-180,-90,0,180,90,10))", "TRUE"),
        ("S_INTERSECTS(POINT(1 2), BBOX(0,0,3,3))", "TRUE"),
    ],
)  # fmt: skip
def test_two_ways_to_say_the_same(client, one, other):
    assert ids(client, "works", filter=one) == ids(client, "works", filter=other)


@pytest.mark.parametrize(
    "text",
    ["CASEI('straße') = CASEI('STRASSE')", "title LIKE 'Werk 1%'", "geometry IS NOT NULL", "start IS NULL"],
)  # fmt: skip
def test_they_find_something(client, text):
    assert ids(client, "works", filter=text)


def test_an_id_is_found_whatever_its_case(client, rows):
    id_ = rows[5]["id"]
    for said in (id_, id_.upper()):
        assert ids(client, "works", filter=f"id = '{said}' AND \"id\" IN ('{said}', 'x')") <= {id_}


def test_a_time_is_found_as_it_is_shown(client, rows):
    at = rows[0]["updated"]
    assert ids(client, "works", filter=f"updated = TIMESTAMP('{at}')")
    assert ids(client, "works", updated=at) == ids(client, "works", filter=f"updated = '{at}'")


@pytest.mark.parametrize("code", ["CRS84", "4326", "28992", "3857", "25831"])
@pytest.mark.parametrize("collection", ["works", "works-lines", "works-points"])
def test_a_place_in_any_crs_finds_the_same(client, filled, rows, code, collection):
    square = shapely.box(92_000, 462_000, 94_000, 464_000)
    target = "OGC:CRS84" if code in {"CRS84", "4326"} else f"EPSG:{code}"
    moved = transform(np.array([shapely.segmentize(square, 50)]), STORAGE, target)[0]
    if code == "4326":
        moved = shapely.transform(moved, lambda xy: xy[:, ::-1])
    kind = {"works": "footprint", "works-lines": "geometry", "works-points": "geometry"}[collection]
    dimension = {"works": None, "works-points": 0, "works-lines": 1}[collection]
    near = (
        shapely.box(92_001, 462_001, 93_999, 463_999),
        shapely.box(91_999, 461_999, 94_001, 464_001),
    )
    works = [
        w
        for w in filled.works
        if not w["withdrawn"]
        and visible(w, None)
        and dimension in {None, shapely.get_dimensions(w["geometry"])}
    ]
    parameters = {} if code == "CRS84" else {"filter_crs": CRS + code}
    found = ids(client, collection, filter=f"S_INTERSECTS(geometry, {moved.wkt})", **parameters)
    surely, perhaps = (
        {str(w["id"]) for w in works if shapely.intersects(w[kind], n)} for n in near
    )
    assert surely
    assert surely <= found <= perhaps


def test_filters_narrow_one_another(client, key):
    parts = {
        "filter": "title LIKE '%1%' AND S_INTERSECTS(geometry, BBOX(4.44,52.1,4.55,52.19))",
        "bbox": "4.45,52.12,4.53,52.18",
        "datetime": "2026-06-01/2028-06-01",
        "visibility": "public",
    }
    alone = [ids(client, "works", key, **{name: value}) for name, value in parts.items()]
    together = ids(client, "works", key, **parts)
    assert together == set.intersection(*alone)
    assert together


ESCAPES = [
    "TRUE", "visibility = 'own'", "visibility = 'own' OR TRUE", "NOT (visibility = 'public')",
    "NOT FALSE", "title = 'x' OR 1 = 1", "geometry IS NOT NULL", "visibility <> 'x'",
    "TRUE) OR (TRUE", "title = '' OR 1=1 --'",
]  # fmt: skip


@pytest.mark.parametrize("text", ESCAPES)
def test_no_filter_shows_what_may_not_be_seen(client, filled, text):
    hidden = {str(w["id"]) for w in filled.works if not visible(w, None) or w["withdrawn"]}
    assert hidden
    answer = get(client, "works", limit=10000, filter=text)
    assert answer.status_code in {200, 400}
    if answer.status_code == 200:
        assert not {f["id"] for f in answer.json()["features"]} & hidden
        assert answer.json()["numberMatched"] == len(answer.json()["features"])


def test_a_hidden_work_cannot_be_guessed_at(client, filled):
    hidden = next(w for w in filled.works if w["visibility"] == "own" and not w["withdrawn"])
    point = hidden["footprint_degrees"].representative_point()
    mine = filled.keys[hidden["slug"]]
    for text in (
        f"id = '{hidden['id']}'",
        f"title = '{hidden['title']}'",
        f"title LIKE '{hidden['title']}' AND S_INTERSECTS(geometry, {point.wkt})",
        f"reference = 'R-{hidden['number']}'",
    ):
        assert str(hidden["id"]) in ids(client, "works", mine, filter=text)
        assert str(hidden["id"]) not in ids(client, "works", filter=text)
        assert ask(client, "works", filter=text, limit=1).get("numberMatched") == 0


@pytest.mark.parametrize("limit", [1, 7, 60])
def test_paging_with_a_filter_visits_each_once(client, rows, key, limit):
    text = "title LIKE '%3%' OR project_cost_eur < 80"
    expected = ids(client, "works", key, filter=text)
    found, query = [], {"filter": text, "limit": limit}
    answer = get(client, "works", key, **query)
    while True:
        page = answer.json()
        assert page["numberMatched"] == len(expected)
        found += [f["id"] for f in page["features"]]
        following = [link["href"] for link in page["links"] if link["rel"] == "next"]
        if not following:
            break
        answer = client.get(following[0], headers={"X-API-Key": key})
    assert len(found) == len(set(found))
    assert set(found) == expected


def test_other_ways_out_take_filters_too(client, filled):
    text = "A_CONTAINS(organisations, ('gemeente')) AND score >= 10"
    expected = ids(client, "opportunities", filter=text)
    whole = client.get("/layers/opportunities.geojson", params={"filter": text}).json()
    assert {f["id"] for f in whole["features"]} == expected
    both = {"filter": text, "limit": 1000}
    listed = client.get("/api/findings", params={**both, "kind": "opportunity"}).json()
    assert {f["id"] for f in listed["findings"]} == expected
    drawn = client.get("/api/overlaps", params={**both, "kind": "opportunity"}).json()
    assert {f["id"] for f in drawn["features"]} == expected


def test_the_etag_of_a_whole_layer_knows_its_filter(client):
    tags = {
        client.get("/layers/works.geojson", params={"filter": text}).headers["ETag"]
        for text in ("TRUE", "FALSE", "title = 'x'")
    }
    assert len(tags) == 3


def test_language_decides_which_title_is_asked(client):
    assert ids(client, "opportunities", filter="title LIKE 'Kans%'", lang="nl")
    assert not ids(client, "opportunities", filter="title LIKE 'Kans%'", lang="en")
    assert ids(client, "opportunities", filter="title LIKE 'Finding%'", lang="en")
