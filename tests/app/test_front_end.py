"""Findings near a place and of a work, the timeline and the summary, against shapely and Python."""

from __future__ import annotations

import json
import re
from collections import Counter
from datetime import date, timedelta
from pathlib import Path
from uuid import uuid4

import numpy as np
import pytest
import shapely
from fastapi.testclient import TestClient
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from sqlalchemy import insert, text, update
from sqlalchemy.dialects import postgresql

from app.findings.reading import LAYER
from app.kit.db import make_engine
from app.main import create_app
from app.nearby.asked import layer_near
from app.nearby.place import MOST_RADIUS_M, PIECES, Place
from app.ogc.crs import read_crs
from app.ogc.question import Question
from app.ogc.rows import rows_of
from app.organisations.viewer import PUBLIC
from app.settings import Settings
from app.summary.sum_areas import summed
from app.tables import areas, findings, works
from spatial.crs import transform
from tests.filling import STORAGE, _ewkt, fill, visible

SIDE_M = 2_000
GEOJSON = "application/geo+json"


def _square(column: int, row: int) -> shapely.Geometry:
    x, y = 88_000 + column * SIDE_M, 458_000 + row * SIDE_M
    return shapely.MultiPolygon([shapely.box(x, y, x + SIDE_M, y + SIDE_M)])


@pytest.fixture(scope="module")
def filled(clone):
    engine = make_engine(clone())
    made = fill(engine, 400, 200)
    with engine.begin() as connection:
        for n in range(25):
            shape = _square(n % 5, n // 5)
            degrees = transform(np.array([shape]), STORAGE, "OGC:CRS84")[0]
            connection.execute(
                insert(areas).values(
                    level="neighbourhood", code=f"BU{n:02}", name=f"Buurt {n}",
                    geometry=_ewkt(shape, STORAGE), geometry_4326=_ewkt(degrees, 4326),
                )
            )  # fmt: skip
    yield made
    engine.dispose()


@pytest.fixture(scope="module")
def client(filled, tmp_path_factory):
    settings = Settings(home=tmp_path_factory.mktemp("home"))
    with TestClient(create_app(settings, filled.engine)) as client:
        yield client


def holding(filled, who=None):
    return [f for f in filled.findings if f["state"] != "resolved" and visible(f, who)]


def shape_of(finding):
    return finding["works"][0]["footprint"]


def in_degrees(shape):
    return transform(np.array([shape]), STORAGE, "OGC:CRS84")[0]


def pages(client, url, **parameters):
    found = []
    answer = client.get(url, params=parameters)
    while True:
        assert answer.status_code == 200, answer.text
        page = answer.json()
        found += page["features"]
        following = [link["href"] for link in page["links"] if link["rel"] == "next"]
        if not following:
            return found
        answer = client.get(following[0])


coordinates = st.tuples(st.floats(89_000, 97_000), st.floats(459_000, 467_000))
shapes = st.one_of(
    coordinates.map(shapely.Point),
    st.lists(coordinates, min_size=2, max_size=5, unique=True).map(shapely.LineString),
    st.lists(coordinates, min_size=3, max_size=5).map(
        lambda c: shapely.MultiPoint(c).convex_hull.buffer(20)
    ),
)


@hypothesis_settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(shape=shapes, radius=st.sampled_from([0, 30, 400, 3000]), limit=st.sampled_from([7, 1000]))
def test_what_is_near_is_found_nearest_first_on_pages(client, filled, shape, radius, limit):
    degrees = in_degrees(shape)
    back = transform(np.array([degrees]), "OGC:CRS84", STORAGE)[0]
    asked = {"geometry": shapely.to_wkt(degrees, rounding_precision=-1), "radius": radius}
    found = pages(client, "/api/nearby", limit=limit, **asked)
    away = {str(f["id"]): shapely.distance(shape_of(f), back) for f in holding(filled)}
    assert {f["id"] for f in found} >= {i for i, d in away.items() if d < radius - 0.01}
    assert {f["id"] for f in found} <= {i for i, d in away.items() if d <= radius + 0.01}
    assert len({f["id"] for f in found}) == len(found)
    told = [f["properties"]["away_m"] for f in found]
    assert told == pytest.approx([away[f["id"]] for f in found], abs=0.01)
    if radius or shapely.get_dimensions(shape) < 2:
        assert told == sorted(told)


def test_a_point_a_geometry_and_a_body_ask_the_same(client, filled):
    middle = in_degrees(shape_of(holding(filled)[0]).centroid)
    where = {"lon": middle.x, "lat": middle.y, "radius": 900}
    by_point = client.get("/api/nearby", params=where).json()["features"]
    wkt = {"geometry": f"POINT({middle.x!r} {middle.y!r})", "radius": 900}
    assert client.get("/api/nearby", params=wkt).json()["features"] == by_point
    body = {"type": "Point", "coordinates": [middle.x, middle.y]}
    for content in (body, {"type": "Feature", "properties": None, "geometry": body}):
        answer = client.post("/api/nearby?radius=900", json=content)
        assert answer.json()["features"] == by_point
        assert answer.headers["cache-control"] == "no-store"
    stored = transform(np.array([middle]), "OGC:CRS84", STORAGE)[0]
    answer = client.post(
        "/api/nearby?radius=900",
        json={"type": "Point", "coordinates": [stored.x, stored.y]},
        headers={"Content-Crs": "<http://www.opengis.net/def/crs/EPSG/0/28992>"},
    )
    assert [f["id"] for f in answer.json()["features"]] == [f["id"] for f in by_point]
    assert by_point


def test_a_next_page_of_a_body_goes_on_where_the_first_ended(client, filled):
    body = json.loads(shapely.to_geojson(in_degrees(_square(2, 2))))
    url, found = "/api/nearby?limit=3", []
    while url:
        page = client.post(url, json=body).json()
        found += [f["id"] for f in page["features"]]
        url = next((link["href"] for link in page["links"] if link["rel"] == "next"), None)
    inside = [f for f in holding(filled) if shapely.intersects(shape_of(f), _square(2, 2))]
    assert sorted(found) == sorted(str(f["id"]) for f in inside)


def test_inside_an_area(client, filled):
    listed = client.get("/api/summary").json()["areas"]
    area = next(a for a in listed if a["code"] == "BU06")
    found = pages(client, "/api/nearby", area=area["id"], limit=2)
    inside = [f for f in holding(filled) if shapely.intersects(shape_of(f), _square(1, 1))]
    assert {f["id"] for f in found} == {str(f["id"]) for f in inside}
    assert {f["properties"]["away_m"] for f in found} == {0.0}


FILTERS = [
    ({"kind": "bottleneck"}, lambda f: f["kind"] == "bottleneck"),
    ({"rule": "O02"}, lambda f: f["rule"] == "O02"),
    ({"state": "new"}, lambda f: f["state"] == "new"),
    ({"min_score": "50"}, lambda f: f["score"] >= 50),
    ({"filter": "score > 30 AND kind = 'opportunity'"}, lambda f: f["score"] > 30 and f["kind"] == "opportunity"),
    ({"organisation": "gemeente"}, lambda f: "gemeente" in {w["slug"] for w in f["works"]}),
    (
        {"datetime": "2026-02-01/2026-03-15"},
        lambda f: f["start"] <= date(2026, 3, 15) and f["end"] >= date(2026, 2, 1),
    ),
]  # fmt: skip


@pytest.mark.parametrize(("asked", "holds"), FILTERS)
def test_every_way_in_honours_the_filters_of_the_map(client, filled, asked, holds):
    expected = [f for f in holding(filled) if holds(f)]
    assert expected
    whole = "POLYGON((4.3 52.0, 4.7 52.0, 4.7 52.3, 4.3 52.3, 4.3 52.0))"
    found = pages(client, "/api/nearby", geometry=whole, **asked)
    assert {f["id"] for f in found} == {str(f["id"]) for f in expected}
    assert client.get("/api/timeline", params=asked).json()["numberMatched"] == len(expected)
    listed = client.get("/api/summary", params={"level": "municipality", **asked}).json()["areas"]
    assert listed[0]["count"] == len(expected)
    assert listed[0]["kinds"] == {
        kind: sum(f["kind"] == kind for f in expected) for kind in ("opportunity", "bottleneck")
    }


def test_findings_of_a_work_are_those_that_the_caller_may_see(client, filled):
    for who, key in ((None, None), (filled.organisations["gemeente"], filled.keys["gemeente"])):
        headers = {"X-API-Key": key} if key else {}
        for work in filled.works[:12]:
            answer = client.get(f"/api/works/{work['id']}/findings", headers=headers)
            if not visible(work, who):
                assert answer.status_code == 404
                continue
            expected = {
                str(f["id"])
                for f in holding(filled, who)
                if work["id"] in {w["id"] for w in f["works"]}
            }
            assert {f["id"] for f in answer.json()["features"]} == expected
    assert client.get(f"/api/works/{uuid4()}/findings").status_code == 404
    assert client.get("/api/works/none/findings").status_code in {400, 422}


def quarter(day):
    return f"{day.year}-Q{(day.month + 2) // 3}"


def test_the_timeline_counts_a_finding_in_every_quarter_that_it_touches(client, filled):
    for who, key in ((None, None), (filled.organisations["gemeente"], filled.keys["gemeente"])):
        headers = {"X-API-Key": key} if key else {}
        told = client.get("/api/timeline", headers=headers).json()
        kinds, rules = Counter(), Counter()
        for f in holding(filled, who):
            days = (f["start"] + timedelta(n) for n in range((f["end"] - f["start"]).days + 1))
            for one in {quarter(day) for day in days}:
                kinds[one, f["kind"]] += 1
                rules[one, f["rule"]] += 1
        got = {(q["quarter"], k): n for q in told["quarters"] for k, n in q["kinds"].items() if n}
        assert got == dict(kinds)
        got = {(q["quarter"], r): n for q in told["quarters"] for r, n in q["rules"].items()}
        assert got == dict(rules)
        assert all(q["count"] == sum(q["kinds"].values()) for q in told["quarters"])
        first = [date.fromisoformat(q["start"]) for q in told["quarters"]]
        last = [date.fromisoformat(q["end"]) for q in told["quarters"]]
        assert [d + timedelta(1) for d in last[:-1]] == first[1:]


def test_the_timeline_of_some_days_has_their_quarters_only(client):
    told = client.get("/api/timeline", params={"datetime": "2026-02-10/2026-05-01"}).json()
    assert [q["quarter"] for q in told["quarters"]] == ["2026-Q1", "2026-Q2"]
    nothing = client.get("/api/timeline", params={"datetime": "2150-01-01"}).json()
    assert nothing == {"numberMatched": 0, "quarters": []}


def test_a_finding_counts_in_one_neighbourhood_and_the_sums_are_right(client, filled):
    listed = []
    answer = client.get("/api/summary", params={"limit": 7})
    while True:
        page = answer.json()
        listed += page["areas"]
        if not page["links"]:
            break
        answer = client.get(page["links"][0]["href"])
    assert [a["code"] for a in listed] == [f"BU{n:02}" for n in range(25)]
    for n, area in enumerate(listed):
        west, south, east, north = shapely.bounds(_square(n % 5, n // 5))
        inside = []
        for f in holding(filled):
            box = shapely.bounds(shape_of(f))
            x, y = (box[0] + box[2]) / 2, (box[1] + box[3]) / 2
            if west <= x < east and south <= y < north:
                inside.append(f)
        assert area["count"] == len(inside)
        assert area["rules"] == dict(Counter(f["rule"] for f in inside))
        assert area["saving_eur"] == 1500.0 * area["kinds"]["opportunity"]
        assert area["open_bottlenecks"] == area["kinds"]["bottleneck"]
        open_ = Counter(f["rule"] for f in inside if f["kind"] == "bottleneck")
        assert area["open_bottlenecks_by_rule"] == dict(open_)
    assert sum(a["count"] for a in listed) > 50


def test_what_lies_on_a_border_counts_once(engine, tmp_path):
    filled = fill(engine, 40, 4)
    x, y = 90_000, 460_000
    shape = shapely.MultiPolygon([shapely.box(x - 5, y - 5, x + 5, y + 5)])
    degrees = in_degrees(shape)
    with engine.begin() as connection:
        one = filled.findings[0]["id"]
        connection.execute(
            update(findings)
            .where(findings.c.id == one)
            .values(
                geometry=_ewkt(shape, STORAGE), geometry_4326=_ewkt(degrees, 4326),
                visibility="public",
            )
        )  # fmt: skip
        connection.execute(update(findings).where(findings.c.id != one).values(state="resolved"))
        for n, (column, row) in enumerate(((0, 0), (1, 0), (0, 1), (1, 1))):
            connection.execute(
                insert(areas).values(
                    level="own", code=str(n), name=str(n),
                    geometry=_ewkt(_square(column, row), STORAGE),
                    geometry_4326=_ewkt(in_degrees(_square(column, row)), 4326),
                )
            )  # fmt: skip
    with TestClient(create_app(Settings(home=tmp_path), engine)) as client:
        listed = client.get("/api/summary", params={"level": "own"}).json()["areas"]
    assert sorted(a["count"] for a in listed) == [0, 0, 0, 1]


def test_a_rejected_bottleneck_is_not_open_and_a_resolved_one_is_not_there(engine, tmp_path):
    fill(engine, 60, 20)
    with engine.begin() as connection:
        connection.execute(
            update(findings)
            .where(findings.c.kind == "bottleneck", findings.c.state == "new")
            .values(state="rejected")
        )
    with TestClient(create_app(Settings(home=tmp_path), engine)) as client:
        area = client.get("/api/summary", params={"level": "municipality"}).json()["areas"][0]
        assert area["kinds"]["bottleneck"] > 0
        assert area["open_bottlenecks"] == 0
        assert area["open_bottlenecks_by_rule"] == {}


ADDRESSES = ("/api/nearby?lon=4.45&lat=52.13&radius=3000", "/api/timeline", "/api/summary")


@pytest.mark.parametrize("address", ADDRESSES)
def test_answers_are_known_again_until_something_changes(client, filled, address):
    first = client.get(address)
    assert first.headers["cache-control"] == "public, no-cache"
    assert "X-API-Key" in first.headers["vary"]
    known = {"If-None-Match": first.headers["etag"]}
    again = client.get(address, headers=known)
    assert (again.status_code, again.content) == (304, b"")
    partner = known | {"X-API-Key": filled.keys["gemeente"]}
    other = client.get(address, headers=partner)
    assert (other.status_code, other.headers["cache-control"]) == (200, "private, no-cache")
    assert client.get(address, headers=known | {"Accept-Language": "en"}).status_code == 200
    assert client.head(address).headers["etag"] == first.headers["etag"]
    with filled.engine.begin() as connection:
        connection.execute(update(findings).where(text("false")).values(score=0))
    assert client.get(address, headers=known).status_code == 200


BAD = [
    ("", 400, "Zeg waar"),
    ("lon=4.5", 400, "lon én lat"),
    ("lon=NaN&lat=52", 400, "lon is een getal"),
    ("lon=4.5&lat=inf", 400, "lat is een getal"),
    ("lon=400&lat=52", 400, "buiten de wereld"),
    ("lon=4.5&lat=52&radius=-1", 400, "radius is in meters"),
    ("lon=4.5&lat=52&radius=1e9", 400, "radius is in meters"),
    ("lon=4.5&lat=52&radius=nan", 400, "radius is een getal"),
    ("radius=10", 400, "radius hoort bij een plek"),
    ("lon=4.5&lat=52&geometry=POINT(4 52)", 400, "Geef één plek"),
    ("geometry=POINT EMPTY", 400, "is leeg"),
    ("geometry=POINT(NaN 52)", 400, "zonder waarde"),
    ("geometry=NONSENSE", 400, "niet als WKT te lezen"),
    ("geometry=GEOMETRYCOLLECTION(POINT(4 52))", 400, "Een geometrie is een van Point"),
    ("geometry=POLYGON((4 52,4.1 52.1,4.1 52,4 52.1,4 52))", 400, "niet geldig (Self-intersection"),
    ("geometry=LINESTRING(4 52,4 52)", 400, "niet geldig"),
    ("geometry=LINESTRING(-60 10,30 60)", 400, "De lijn is langer dan 500 km"),
    ("area=buurt", 400, "area is het id van een gebied"),
    ("area=00000000-0000-0000-0000-000000000001", 404, ""),
    ("lon=4.5&lat=52&rule=X99", 400, "rule is een van"),
    ("lon=4.5&lat=52&work=x", 400, "work is een id"),
    ("lon=4.5&lat=52&sortby=colour", 400, "sortby noemt"),
    ("lon=4.5&lat=52&cursor=AAAA", 400, "cursor"),
    ("lon=4.5&lat=52&colour=red", 400, "Onbekende parameter"),
    ("lon=4.5&lat=52&filter=pg_sleep(9)=1", 400, "Filter"),
]


@pytest.mark.parametrize(("query", "status", "told"), BAD)
def test_a_bad_place_is_refused_with_what_to_do(client, query, status, told):
    answer = client.get(f"/api/nearby?{query}")
    assert answer.status_code == status, answer.text
    assert answer.headers["content-type"] == "application/problem+json"
    assert told in answer.json()["detail"]
    english = client.get(f"/api/nearby?{query}", headers={"Accept-Language": "en"})
    assert english.status_code == status
    if status == 400:
        assert english.json()["detail"] != answer.json()["detail"] or "cursor" in query


MANY = {"type": "MultiPoint", "coordinates": [[4 + n / 1e5, 52] for n in range(5_001)]}


@pytest.mark.parametrize(
    ("body", "status", "told"),
    [
        (b"{", 400, "geen JSON"),
        (b'{"type":"Point","coordinates":[NaN,52]}', 400, "geen JSON"),
        (b"[]", 422, "Stuur een GeoJSON-geometrie"),
        (b'{"type":"Feature","geometry":null}', 422, "Stuur een GeoJSON-geometrie"),
        (b'{"type":"Point","coordinates":[]}', 422, "leeg"),
        (b'{"type":"Point","coordinates":"here"}', 422, "niet te lezen"),
        (b'{"type":"LineString","coordinates":[[4,52]]}', 422, "niet te lezen"),
        (json.dumps(MANY).encode(), 422, "meer dan 5000 punten"),
        (b'{"type":"Point","coordinates":[1e308,1e308]}', 422, "buiten de wereld"),
        (b" " * 1_000_001, 413, ""),
    ],
)
def test_a_bad_body_is_refused(client, body, status, told):
    answer = client.post("/api/nearby", content=body, headers={"Content-Type": GEOJSON})
    assert answer.status_code == status, answer.text
    assert told in answer.json()["detail"]


def test_a_bad_level_and_a_place_for_the_summary_are_refused(client):
    assert "level is een van" in client.get("/api/summary?level=street").json()["detail"]
    assert client.get("/api/summary?lon=4.5&lat=52").status_code == 400
    assert client.get("/api/timeline?limit=5").status_code == 400


def plan(filled, statement):
    compiled = statement.compile(filled.engine, compile_kwargs={"render_postcompile": True})
    with filled.engine.begin() as connection:
        connection.execute(text("set local enable_seqscan = off"))
        raw = connection.connection.cursor()
        processors = compiled._bind_processors
        parameters = {
            key: processors[key](value) if key in processors else value
            for key, value in compiled.params.items()
        }
        raw.execute(f"explain {compiled}", parameters)
        return "\n".join(row[0] for row in raw.fetchall())


@pytest.mark.parametrize(
    ("shape", "radius"),
    [
        (shapely.Point(92_000, 462_000), 100.0),
        (shapely.LineString([(89_000, 459_000), (97_000, 467_000)]), 25.0),
        (shapely.box(90_000, 460_000, 91_000, 461_000), 0.0),
    ],
)
def test_a_place_is_found_through_the_index_and_nothing_is_transformed(filled, shape, radius):
    crs = read_crs(None, "crs", STORAGE)
    layer = layer_near(LAYER, Place(shape, radius), STORAGE)
    statement = rows_of(Question(layer, "nl", crs), PUBLIC, STORAGE)
    told = plan(filled, statement)
    assert "ix_findings_geometry_period" in told
    assert re.search(r"Index Cond: \(+geometry &&", told), told
    assert "transform" not in str(statement.compile(dialect=postgresql.dialect())).lower()


def test_each_area_of_the_summary_finds_its_findings_through_the_index(filled):
    crs = read_crs(None, "crs", STORAGE)
    statement = summed(Question(LAYER, "nl", crs), PUBLIC, STORAGE, "neighbourhood")
    told = plan(filled, statement)
    assert "Index Cond: (geometry && page.geometry)" in told
    assert "transform" not in str(statement.compile(dialect=postgresql.dialect())).lower()


@hypothesis_settings(max_examples=60, deadline=None)
@given(
    coordinates=st.lists(coordinates, min_size=2, max_size=9, unique=True),
    radius=st.floats(0, MOST_RADIUS_M),
)
def test_the_boxes_along_a_line_hold_all_of_it(coordinates, radius):
    line = shapely.LineString(coordinates)
    boxes = shapely.box(*np.array(Place(line, radius).boxes).T)
    assert len(boxes) <= PIECES
    points = shapely.line_interpolate_point(line, np.linspace(0, 1, 50), normalized=True)
    for angle in (0, 1, 2, 3):
        moved = shapely.transform(
            points, lambda xy, a=angle: xy + radius * np.array([np.cos(a), np.sin(a)])
        )
        assert shapely.intersects(moved[:, None], boxes).any(axis=1).all()


def test_the_document_tells_every_parameter_and_answer(client):
    paths = client.get("/openapi.json").json()["paths"]
    for path, names in (
        ("/api/nearby", {"lon", "lat", "radius", "geometry", "area", "kind", "rule", "limit"}),
        ("/api/timeline", {"kind", "rule", "state", "min_score", "datetime", "bbox", "filter"}),
        ("/api/summary", {"level", "limit", "cursor", "bbox", "organisation"}),
    ):
        told = paths[path]["get"]
        assert names <= {p["name"] for p in told["parameters"]}
        assert {"200", "304", "400"} <= told["responses"].keys()
        assert told["responses"]["200"]["content"]
    body = paths["/api/nearby"]["post"]["requestBody"]["content"][GEOJSON]["schema"]
    assert "Point" in body["properties"]["type"]["enum"]
    assert "/api/works/{work_id}/findings" in paths


def test_the_examples_of_the_page_run(client):
    page = (Path(__file__).parents[2] / "docs" / "front-end.md").read_text(encoding="utf-8")
    examples = set(re.findall(r"http://127\.0\.0\.1:8000(/api/[^'\"\s]+)", page))
    answers = {one: client.get(one).status_code for one in examples}
    place = {"/api/nearby", "/api/nearby?radius=25"}  # what is missing stands in the body
    assert len(answers) >= 7
    assert {one: status for one, status in answers.items() if status != 200}.keys() <= place
    line = re.search(r"geometry=(LINESTRING\([^)]+\))", page)
    body = re.search(r"-d '(\{[^']+\})'", page)
    assert line
    assert body
    along = client.get("/api/nearby", params={"geometry": line.group(1), "radius": 25})
    posted = client.post("/api/nearby?radius=25", json=json.loads(body.group(1)))
    assert along.json()["features"] == posted.json()["features"]


def test_a_page_is_known_again_until_its_layer_changes(client, filled):
    page = "/ogc/collections/works/items?limit=50"
    known = {"If-None-Match": client.get(page).headers["etag"]}
    with filled.engine.begin() as connection:
        connection.execute(update(findings).where(text("false")).values(score=0))
    again = client.get(page, headers=known)
    assert (again.status_code, again.content) == (304, b"")
    for changed in ({"X-API-Key": filled.keys["gemeente"]}, {"Accept-Language": "en"}):
        assert client.get(page, headers=known | changed).status_code == 200
    assert client.get(page, params={"limit": 49}, headers=known).status_code == 200
    with filled.engine.begin() as connection:
        connection.execute(update(works).where(works.c.id == filled.works[0]["id"]).values(part=""))
    assert client.get(page, headers=known).status_code == 200
