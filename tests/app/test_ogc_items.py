"""Items of /ogc against an oracle in Python: filters, paging, visibility, CRS."""

from __future__ import annotations

from datetime import date, timedelta

import numpy as np
import orjson
import pytest
import shapely
from fastapi.testclient import TestClient
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from pyproj import Transformer

from app.kit.db import make_engine
from app.layer import layer, layers
from app.main import create_app
from app.ogc import counts
from app.settings import Settings
from spatial.crs import transform
from tests.filling import SLUGS, STORAGE, fill, half_periods, visible

CRS = "http://www.opengis.net/def/crs/EPSG/0/"


@pytest.fixture(scope="module")
def filled(clone):
    engine = make_engine(clone())
    yield fill(engine)
    engine.dispose()


@pytest.fixture(scope="module")
def client(filled, tmp_path_factory):
    settings = Settings(home=tmp_path_factory.mktemp("home"))
    with TestClient(create_app(settings, filled.engine)) as client:
        yield client


def items(client, collection, key=None, **parameters):
    headers = {"X-API-Key": key} if key else {}
    named = {name.replace("_", "-"): value for name, value in parameters.items()}
    answer = client.get(f"/ogc/collections/{collection}/items", params=named, headers=headers)
    assert answer.status_code == 200, answer.text
    return answer.json()


def all_ids(client, collection, key=None, **parameters):
    """Every id over all pages, in order; checks what must hold of every page."""
    found = []
    page = items(client, collection, key, **parameters)
    while True:
        assert page["numberReturned"] == len(page["features"])
        found += [f["id"] for f in page["features"]]
        following = [link for link in page["links"] if link["rel"] == "next"]
        if not following:
            return found
        assert page["features"], "an empty page in between makes QGIS stop"
        assert following[0]["type"] == "application/geo+json"
        answer = client.get(following[0]["href"], headers={"X-API-Key": key} if key else {})
        page = answer.json()


def standing(filled, who=None):
    return [w for w in filled.works if not w["withdrawn"] and visible(w, who)]


def ids(rows):
    return {str(row["id"]) for row in rows}


@pytest.mark.parametrize("who", [None, *SLUGS])
def test_everyone_sees_exactly_what_they_may(client, filled, who):
    key = filled.keys[who] if who else None
    viewer = filled.organisations[who] if who else None
    assert set(all_ids(client, "works", key)) == ids(standing(filled, viewer))
    for collection, kind in (("opportunities", "opportunity"), ("bottlenecks", "bottleneck")):
        expected = [
            f
            for f in filled.findings
            if f["kind"] == kind and f["state"] != "resolved" and visible(f, viewer)
        ]
        assert set(all_ids(client, collection, key)) == ids(expected)


def test_a_feature_that_may_not_be_seen_is_not_there(client, filled):
    hidden = next(w for w in filled.works if w["visibility"] == "own")
    path = f"/ogc/collections/works/items/{hidden['id']}"
    other = next(k for slug, k in filled.keys.items() if slug != hidden["slug"])
    assert client.get(path).status_code == 404
    assert client.get(path, headers={"X-API-Key": other}).status_code == 404
    mine = client.get(path, headers={"X-API-Key": filled.keys[hidden["slug"]]})
    assert mine.json()["properties"]["title"] == hidden["title"]


def test_each_work_is_in_exactly_one_layer_of_its_kind(client, filled):
    parts = [all_ids(client, f"works-{kind}") for kind in ("points", "lines", "polygons")]
    together = [id_ for part in parts for id_ in part]
    assert len(together) == len(set(together))
    assert set(together) == set(all_ids(client, "works"))


@hypothesis_settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    limit=st.integers(1, 700),
    facility=st.sampled_from([None, "sewer", "unknown"]),
    organisation=st.sampled_from([None, *SLUGS]),
)
def test_paging_visits_each_feature_once(client, filled, limit, facility, organisation):
    asked = {"facility": facility, "organisation": organisation}
    given_ = {name: value for name, value in asked.items() if value}
    if not given_:
        limit = max(limit, 60)
    found = all_ids(client, "works", limit=limit, **given_)
    expected = [
        w
        for w in standing(filled)
        if facility in {None, w["facility"]} and organisation in {None, w["slug"]}
    ]
    assert len(found) == len(set(found))
    assert set(found) == ids(expected)
    assert items(client, "works", limit=limit, **given_)["numberMatched"] == len(expected)


def boxes_meet(bounds, box):
    west, south, east, north = box
    return (
        (bounds[:, 0] <= east)
        & (bounds[:, 2] >= west)
        & (bounds[:, 1] <= north)
        & (bounds[:, 3] >= south)
    )


@pytest.mark.parametrize("name", ["CRS84", "4326", "28992", "3857"])
def test_bbox_finds_what_lies_in_the_box(client, filled, name):
    rng = np.random.default_rng(8)
    rows = standing(filled)
    footprints = np.array([w["footprint"] for w in rows], dtype=object)
    target = {"CRS84": "OGC:CRS84", "4326": "OGC:CRS84"}.get(name, f"EPSG:{name}")
    bounds = shapely.bounds(transform(footprints, STORAGE, target))
    digits = 8e-6 if target == "OGC:CRS84" else 1.0  # PostGIS compares boxes in single precision
    for _ in range(12):
        row = bounds[rng.integers(len(bounds))]
        size = (row[2] - row[0]) * rng.uniform(1, 60)
        box = [row[0] - size, row[1] - size, row[0] + size, row[1] + size]
        asked = [box[1], box[0], box[3], box[2]] if name == "4326" else box
        parameters = {"bbox": ",".join(f"{side:.17g}" for side in asked)}
        if name != "CRS84":
            parameters["bbox_crs"] = CRS + name
        found = set(all_ids(client, "works", **parameters))
        surely = boxes_meet(
            bounds, [box[0] + digits, box[1] + digits, box[2] - digits, box[3] - digits]
        )
        perhaps = boxes_meet(
            bounds, [box[0] - digits, box[1] - digits, box[2] + digits, box[3] + digits]
        )
        assert ids(r for r, hit in zip(rows, surely, strict=True) if hit) <= found
        assert found <= ids(r for r, hit in zip(rows, perhaps, strict=True) if hit)


@pytest.mark.parametrize(
    "box",
    [
        "-180,-90,180,90",
        "-180,-90,-10,180,90,10",
        "170,-90,100,90",
        "3,50,8,54",
        "-180.0000001,-90.0000001,180.0000001,90.0000001",
    ],
)
def test_a_large_box_finds_everything(client, filled, box):
    found = items(client, "works", bbox=box, limit=1)
    assert found["numberMatched"] == len(standing(filled))


def test_the_box_of_a_point_layer_is_that_of_its_points(client, filled):
    west, south = 4.45, 52.12
    box = (west, south, west + 0.02, south + 0.02)
    rows = [w for w in standing(filled) if shapely.get_dimensions(w["geometry"]) == 0]
    bounds = shapely.bounds(np.array([w["degrees"] for w in rows], dtype=object))
    hits = boxes_meet(bounds, box)
    assert hits.any()
    found = all_ids(client, "works-points", bbox=",".join(map(str, box)))
    assert set(found) == ids(r for r, hit in zip(rows, hits, strict=True) if hit)


def overlaps(work, first, last):
    return work["start"] is not None and any(
        (last is None or a <= last) and (first is None or b >= first) for a, b in half_periods(work)
    )


@pytest.mark.parametrize(
    ("asked", "first", "last"),
    [
        ("2027-03-01", date(2027, 3, 1), date(2027, 3, 1)),
        ("2027-03-01T12:00:00Z", date(2027, 3, 1), date(2027, 3, 1)),
        ("2027-02-28T23:30:00Z", date(2027, 3, 1), date(2027, 3, 1)),
        ("2027-03-01/2027-03-10", date(2027, 3, 1), date(2027, 3, 10)),
        ("../2026-02-01", None, date(2026, 2, 1)),
        ("/2026-02-01", None, date(2026, 2, 1)),
        ("2029-10-01/..", date(2029, 10, 1), None),
        ("2029-10-01/", date(2029, 10, 1), None),
        ("0000-01-01T00:00:00Z/2026-02-01T00:00:00Z", None, date(2026, 2, 1)),
        ("2029-10-01T00:00:00Z/9999-12-31T00:00:00Z", date(2029, 10, 1), None),
    ],
)  # fmt: skip
def test_datetime_finds_what_shares_a_day(client, filled, asked, first, last):
    found = set(all_ids(client, "works", datetime=asked))
    expected = ids(w for w in standing(filled) if overlaps(w, first, last))
    assert expected
    assert found == expected


def test_the_days_between_two_valid_periods_do_not_count(client, filled):
    work = next(w for w in standing(filled) if w["halves"])
    between = work["start"] + timedelta(days=5)
    assert str(work["id"]) not in all_ids(client, "works", datetime=str(between))
    assert str(work["id"]) in all_ids(client, "works", datetime=str(work["start"]))


def test_areas_have_no_time_and_are_always_there(client):
    assert items(client, "areas", datetime="1900-01-01")["numberMatched"] == 2


@pytest.mark.parametrize("code", [28992, 3857, 25831, 25832, 3035, 4326])
def test_coordinates_follow_the_crs_and_its_axes(client, filled, code):
    rows = {str(w["id"]): w for w in filled.works}
    page = items(client, "works-points", crs=f"{CRS}{code}", limit=30)
    official = Transformer.from_crs("OGC:CRS84", f"EPSG:{code}", always_xy=False)
    for feature in page["features"]:
        degrees = rows[feature["id"]]["degrees"]
        if code == STORAGE:
            expected = shapely.get_coordinates(rows[feature["id"]]["geometry"])
        else:
            expected = np.array(
                [official.transform(*xy) for xy in shapely.get_coordinates(degrees)]
            )
        served = np.array(feature["geometry"]["coordinates"])
        tolerance = 1e-6 if code == 4326 else 0.002
        assert np.allclose(served, expected, rtol=0, atol=tolerance)


def test_content_crs_is_always_said(client):
    path = "/ogc/collections/works/items"
    assert "CRS84" in client.get(path).headers["Content-Crs"]
    said = client.get(path, params={"crs": f"{CRS}28992"}).headers["Content-Crs"]
    assert said == f"<{CRS}28992>"


def test_types_are_the_same_in_every_feature(client, filled):
    kinds = {"string": str, "number": float, "integer": int}
    for name, found in layers().items():
        page = items(client, name, filled.keys["gemeente"], limit=10000)
        assert page["features"], name
        for feature in page["features"]:
            assert feature["geometry"]["type"] == found.geometry_type
            assert feature["properties"]["id"] == feature["id"]
            assert list(feature["properties"]) == [p.name for p in found.properties]
            for property_ in found.properties:
                value = feature["properties"][property_.name]
                assert value is None or type(value) is kinds[property_.type], property_.name


def test_dates_are_inclusive_days_and_times_end_in_z(client, filled):
    rows = {str(w["id"]): w for w in filled.works}
    for feature in items(client, "works", limit=200)["features"]:
        work, served = rows[feature["id"]], feature["properties"]
        assert served["start"] == (str(work["start"]) if work["start"] else None)
        assert served["end"] == (str(work["end"]) if work["end"] else None)
        assert len(served["updated"]) == 20
        assert served["updated"].endswith("Z")


@pytest.mark.parametrize("collection", ["works", "works-lines"])
def test_the_first_few_features_show_every_type(client, filled, collection):
    page = items(client, collection, limit=10)
    assert len(page["features"]) == 10
    for name in ("earliest", "latest", "project_cost_eur", "start"):
        assert any(f["properties"][name] is not None for f in page["features"]), name
    assert len(set(all_ids(client, collection, limit=10))) == page["numberMatched"]


def test_language(client):
    dutch = items(client, "opportunities", limit=1)["features"][0]["properties"]
    english = items(client, "opportunities", limit=1, lang="en")["features"][0]["properties"]
    assert dutch["explanation"] == "Uitleg in het Nederlands."
    assert english["explanation"] == "In English."
    answer = client.get(
        "/ogc/collections/opportunities/items?limit=1",
        headers={"Accept-Language": "en-GB,nl;q=0.5"},
    )
    assert answer.json()["features"][0]["properties"]["explanation"] == "In English."
    assert answer.headers["Content-Language"] == "en"


@pytest.mark.parametrize(
    ("collection", "asked", "meets"),
    [
        ("opportunities", {"rule": "O02"}, lambda f: f["rule"] == "O02"),
        ("bottlenecks", {"state": "new"}, lambda _: True),
        ("bottlenecks", {"state": "rejected"}, lambda _: False),
        (
            "opportunities",
            {"organisation": "gemeente"},
            lambda f: "gemeente" in {w["slug"] for w in f["works"]},
        ),
    ],
)
def test_simple_filters_of_findings(client, filled, collection, asked, meets):
    kind = {"opportunities": "opportunity", "bottlenecks": "bottleneck"}[collection]
    expected = [
        f
        for f in filled.findings
        if f["kind"] == kind and f["state"] != "resolved" and visible(f, None) and meets(f)
    ]
    assert set(all_ids(client, collection, **asked)) == ids(expected)


def test_findings_of_one_work(client, filled):
    finding = next(f for f in filled.findings if f["state"] == "new" and visible(f, None))
    collection = {"opportunity": "opportunities"}.get(finding["kind"], "bottlenecks")
    for work in finding["works"]:
        assert str(finding["id"]) in all_ids(client, collection, work=str(work["id"]))
    assert all_ids(client, collection, work="no-id") == []


def test_numbers_have_a_decimal_point(client):
    text = client.get("/ogc/collections/opportunities/items?limit=3").text
    assert '"distance_m":0.0' in text
    assert '"saving_eur":1500.0' in text


def test_a_count_follows_the_data_at_once(client, filled):
    before = items(client, "areas")["numberMatched"]
    from sqlalchemy import text as sql

    with filled.engine.begin() as connection:
        connection.execute(
            sql(
                "insert into areas (level, code, name, geometry, geometry_4326) select 'own', 'X', "
                "'Proefgebied', geometry, geometry_4326 from areas limit 1"
            )
        )
    try:
        assert items(client, "areas")["numberMatched"] == before + 1
        assert client.get("/ogc/collections/areas").json()["itemCount"] == before + 1
    finally:
        with filled.engine.begin() as connection:
            connection.execute(sql("delete from areas where code = 'X'"))
    assert items(client, "areas")["numberMatched"] == before


def test_a_count_above_the_cap_is_left_out(client, monkeypatch):
    monkeypatch.setattr(counts, "COUNT_CAP", 10)
    page = items(client, "works", limit=5, facility="gas")
    assert "numberMatched" not in page
    assert page["numberReturned"] == 5


def test_every_parameter_comes_back_in_next(client):
    asked = {
        "bbox": "3,50,8,54", "datetime": "2026-01-01/..", "limit": "5", "lang": "en", "f": "json",
        "crs": f"{CRS}28992", "profile": "x", "skipGeometry": "true",
    }  # fmt: skip
    answer = client.get("/ogc/collections/works/items", params=asked)
    page = answer.json()
    following = next(link["href"] for link in page["links"] if link["rel"] == "next")
    from urllib.parse import parse_qsl, urlsplit

    found = dict(parse_qsl(urlsplit(following).query))
    assert found.pop("cursor")
    assert found == asked
    assert following in answer.headers["Link"]
    assert page["features"][0]["geometry"] is None


@pytest.mark.parametrize(
    "query",
    [
        "foo=1", "limit=0", "limit=-1", "limit=x", "limit=1.5", "limit=", "bbox=1,2,3",
        "bbox=1,2,3,x", "bbox=500,52,501,53", "bbox=4,52,5,91", "bbox=181,52,-170,53",
        "bbox=1,2,3,nan", "bbox=5,53,4,52,1", "bbox=4,53,5,52", "bbox=",
        "datetime=yesterday", "datetime=2027-02-30", "datetime=2027-03-01/2027-01-01",
        "datetime=../..", "datetime=/", "datetime=2027-01-01T00:00:00", "datetime=",
        "datetime=2027-01-01/2027-02-01/2027-03-01",
        "crs=EPSG:99999", "crs=http://www.opengis.net/def/crs/EPSG/0/27700", "bbox-crs=x",
        "cursor=x", "cursor=AAAA", "cursor=!!", "cursor=LTE", "f=xml", "lang=de", "limit=1&limit=2",
        "project=1", "facility=riool", "organisation=%00", "skipGeometry=1", "cursor=OTk5OTk5OTk5OTk5OTk5OTk5OTk5OQ",
    ],
)  # fmt: skip
def test_a_bad_query_is_a_problem_object(client, query):
    answer = client.get(f"/ogc/collections/works/items?{query}")
    assert answer.status_code == 400, answer.text
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.json()["detail"]


@pytest.mark.parametrize(
    "query", ["title=x", "organisation=nobody", "reference=%27%22;--", "work=1"]
)
def test_a_filter_with_a_strange_value_never_breaks(client, query):
    assert client.get(f"/ogc/collections/works/items?{query}").status_code in {200, 400}


def test_a_limit_above_the_maximum_is_clamped(client, filled):
    page = items(client, "works", limit=10**30)
    assert page["numberReturned"] == len(standing(filled))


def test_what_is_not_there(client):
    for path in (
        "/ogc/collections/nothing",
        "/ogc/collections/nothing/items",
        "/ogc/collections/works/items/unknown_id",
        "/ogc/collections/works/items/00000000-0000-0000-0000-000000000000",
    ):
        answer = client.get(path)
        assert answer.status_code == 404, path
        assert answer.headers["content-type"] == "application/problem+json"


def test_etag_and_not_modified(client):
    path = "/ogc/collections/works/items?limit=3"
    first = client.get(path)
    tag = first.headers["ETag"]
    assert tag.startswith('W/"')
    again = client.get(path, headers={"If-None-Match": f'"other", {tag}'})
    assert again.status_code == 304
    assert again.content == b""
    assert client.get(path + "&lang=en", headers={"If-None-Match": tag}).status_code == 200
    assert first.headers["Cache-Control"] == "private, no-cache"
    for name in ("Authorization", "Accept", "Accept-Encoding", "X-API-Key"):
        assert name in first.headers["Vary"]


def test_a_partner_gets_another_etag_than_the_public(client, filled):
    path = "/layers/works.geojson"
    public = client.get(path).headers["ETag"]
    partner = client.get(path, headers={"X-API-Key": filled.keys["gemeente"]}).headers["ETag"]
    assert public != partner


def test_head_and_options(client):
    for path in (
        "/ogc", "/ogc/", "/ogc/conformance", "/ogc/api", "/ogc/collections", "/ogc/collections/works",
        "/ogc/collections/works/items", "/ogc/collections/works/queryables",
    ):  # fmt: skip
        assert client.head(path).status_code == 200, path
        answer = client.options(path)
        assert answer.status_code == 200, path
        assert answer.headers["Allow"] == "GET, HEAD, OPTIONS"


def test_a_refused_key_is_not_taken_for_the_public(client):
    assert client.get("/ogc/collections/works/items?apikey=wrong").status_code == 401


@pytest.mark.parametrize("name", list(layers()))
def test_whole_layer_is_all_items(client, filled, name):
    key = filled.keys["waterbedrijf"]
    text = client.get(f"/layers/{name}.geojson", headers={"X-API-Key": key}).content
    whole = orjson.loads(text)
    assert [f["id"] for f in whole["features"]] == all_ids(client, name, key)


def test_whole_layer_takes_filters_and_refuses_the_rest(client):
    path = "/layers/opportunities.geojson"
    found = client.get(path, params={"rule": "O02", "bbox": "4.4,52.1,4.5,52.2"}).json()
    assert {f["properties"]["rule"] for f in found["features"]} == {"O02"}
    for query in ("limit=1", "crs=EPSG:1", "x=1", "bbox=1"):
        assert client.get(f"{path}?{query}").status_code == 400, query
    tag = client.get(path).headers["ETag"]
    assert client.get(path, headers={"If-None-Match": tag}).status_code == 304
    assert client.head(path).status_code == 200
    assert client.get("/layers/opportunities.shp").status_code == 404


def test_a_layer_without_rows_is_whole(client):
    found = client.get("/layers/bottlenecks.geojson", params={"state": "rejected"}).json()
    assert found == {"type": "FeatureCollection", "features": []}


def test_layer_of_an_unknown_id_is_named():
    assert layer("works").id == "works"
