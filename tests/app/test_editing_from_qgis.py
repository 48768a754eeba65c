"""The requests that QGIS 3.32 and newer send when a layer is edited, one after the other.

QGIS of Debian (3.22) reads only; these are the requests of its later provider: plain OPTIONS on
items and on the first feature, Basic credentials, coordinates in the storage CRS with Content-Crs,
no If-Match, and a feature fetched anew after each change.
"""

from __future__ import annotations

import base64

import orjson
import pytest
from fastapi.testclient import TestClient

from app.main import create_app
from app.organisations.issue_key import issue_key

LINES = "/ogc/collections/works-lines"
RD = "http://www.opengis.net/def/crs/EPSG/0/28992"
WRITES = {"Content-Type": "application/geo+json", "Content-Crs": f"<{RD}>"}
PATCHES = {**WRITES, "Content-Type": "application/merge-patch+json"}


@pytest.fixture
def qgis(deliver, a_work, engine, settings):
    """A client that sends what QGIS sends; another organisation delivered works before."""
    deliver([a_work("S", y=300)], "stedin")
    deliver([a_work("A")])
    with engine.begin() as connection:
        key = issue_key(connection, "leiden")
    credentials = base64.b64encode(f"leiden:{key}".encode()).decode()
    headers = {
        "User-Agent": "Mozilla/5.0 QGIS/33200", "Authorization": f"Basic {credentials}",
        "Accept-Encoding": "gzip, deflate", "Accept-Language": "nl",
    }  # fmt: skip
    return TestClient(create_app(settings, engine), headers=headers)


def allowed(answer):
    assert answer.status_code == 200
    return set(answer.headers["Allow"].split(", "))


def test_a_layer_is_opened_for_editing(qgis):
    collection = qgis.get(LINES, headers={"Accept": "application/json"}).json()
    assert collection["storageCrs"] == RD
    first = qgis.get(f"{LINES}/items?limit=10&crs={RD}", headers={"Accept": "application/geo+json"})
    assert "POST" in allowed(qgis.options(f"{LINES}/items"))
    feature_id = first.json()["features"][0]["id"]
    assert {"PUT", "PATCH", "DELETE"} <= allowed(qgis.options(f"{LINES}/items/{feature_id}"))
    empty = LINES.replace("lines", "points")
    assert qgis.get(f"{empty}/items?limit=10&crs={RD}").json()["features"] == []
    assert {"PUT", "PATCH", "DELETE"} <= allowed(qgis.options(f"{empty}/items/unknown_id"))


def test_a_feature_is_drawn_moved_typed_over_and_thrown_away(qgis):
    shape = {
        "type": "MultiLineString",
        "coordinates": [[[93_000.123456789, 463_100.5], [93_080.75, 463_100.5]]],
    }
    fields = [
        p for p in qgis.get(f"{LINES}/items?limit=10").json()["features"][0]["properties"]
        if p != "id"
    ]  # fmt: skip
    drawn = dict.fromkeys(fields) | {"title": "Getekend", "start": "2028-03-01"}
    body = orjson.dumps({"type": "Feature", "geometry": shape, "properties": drawn})
    made = qgis.post(f"{LINES}/items", content=body, headers=WRITES)
    assert made.status_code == 201, made.text
    feature_id = made.headers["Location"].rsplit("/items/", 1)[1]
    address = f"{LINES}/items/{feature_id}"

    def fetched():
        return qgis.get(f"{address}?crs={RD}").json()

    assert fetched()["geometry"]["coordinates"][0][0] == [93_000.123, 463_100.5]
    moved = {**shape, "coordinates": [[[93_000, 463_120], [93_080, 463_120]]]}
    answer = qgis.patch(address, content=orjson.dumps({"geometry": moved}), headers=PATCHES)
    assert answer.status_code in {200, 204}
    assert fetched()["geometry"] == moved
    typed = orjson.dumps({"properties": {"facility": "gas", "end": "2028-04-30"}})
    assert qgis.patch(address, content=typed, headers=PATCHES).status_code in {200, 204}
    whole = fetched()
    assert (whole["properties"]["facility"], whole["geometry"]) == ("gas", moved)
    whole["properties"]["title"] = "Vervangen"
    sent = {n: whole[n] for n in ("type", "id", "geometry", "properties")}
    assert qgis.put(address, content=orjson.dumps(sent), headers=WRITES).status_code in {200, 204}
    assert fetched()["properties"]["title"] == "Vervangen"
    assert qgis.delete(address).status_code in {200, 204}
    assert qgis.get(address).status_code == 404
    ids = [f["id"] for f in qgis.get(f"{LINES}/items").json()["features"]]
    assert feature_id not in ids


def test_the_schema_tells_which_columns_take_input(qgis):
    schema = qgis.get(f"{LINES}/schema").json()["properties"]
    shut = {name for name, one in schema.items() if one.get("readOnly")}
    assert shut == {"id", "project", "updated"}
    derived = qgis.get("/ogc/collections/works/schema").json()["properties"]
    assert all(one.get("readOnly") for one in derived.values())
