"""Every layer in every format over HTTP: by ending, by ``f`` and by ``Accept``; pages too."""

from __future__ import annotations

import csv
import io
import json
import zipfile
from urllib.parse import parse_qs, urlsplit

import pyogrio
import pytest
import shapely
from fastapi.testclient import TestClient

from app.encoder import by_name, encoders
from app.kit.db import make_engine
from app.layer import layers
from app.main import create_app
from app.settings import Settings
from tests.filling import fill, visible

RD = "http://www.opengis.net/def/crs/EPSG/0/28992"
GPKG = "application/geopackage+sqlite3"


@pytest.fixture(scope="module")
def filled(clone):
    engine = make_engine(clone())
    yield fill(engine, 700, 60)
    engine.dispose()


@pytest.fixture(scope="module")
def client(filled, tmp_path_factory):
    address = filled.engine.url.render_as_string(hide_password=False)
    settings = Settings(home=tmp_path_factory.mktemp("home"), database_url=address)
    with TestClient(create_app(settings, filled.engine)) as found:
        yield found


def ids_of(filled, who=None):
    return {str(w["id"]) for w in filled.works if not w["withdrawn"] and visible(w, who)}


def read(answer, suffix, tmp_path):
    path = tmp_path / f"x{suffix}"
    path.write_bytes(answer.content)
    layer = "works" if suffix == ".gpkg" else None  # the styles are a table too
    return pyogrio.read_dataframe(path, layer=layer)


@pytest.mark.parametrize("name", list(by_name()))
def test_ending_f_and_accept_give_the_same_format(client, name):
    encoder = by_name()[name]
    by_ending = client.get(f"/layers/works{encoder.suffix}?facility=gas")
    by_f = client.get(f"/layers/works?f={name}&facility=gas")
    by_type = client.get("/layers/works?facility=gas", headers={"Accept": encoder.media_type})
    for answer in (by_ending, by_f, by_type):
        assert answer.status_code == 200
        assert answer.headers["content-type"].split(";")[0] == encoder.media_type
        assert answer.headers["content-crs"].startswith("<http")
        assert answer.headers["etag"] == by_ending.headers["etag"]
    again = client.get(
        f"/layers/works?f={name}&facility=gas", headers={"If-None-Match": by_f.headers["etag"]}
    )
    assert (again.status_code, again.content) == (304, b"")


@pytest.mark.parametrize("suffix", [".gpkg", ".fgb", ".shp.zip", ".geojson", ".geojsons"])
def test_a_file_has_what_the_caller_may_see(client, filled, tmp_path, suffix):
    frame = read(client.get(f"/layers/works{suffix}"), suffix, tmp_path)
    assert set(frame["id"]) == ids_of(filled)
    key = {"X-API-Key": filled.keys["gemeente"]}
    frame = read(client.get(f"/layers/works{suffix}", headers=key), suffix, tmp_path)
    assert set(frame["id"]) == ids_of(filled, filled.organisations["gemeente"])


@pytest.mark.parametrize("name", list(layers()))
@pytest.mark.parametrize("form", list(by_name()))
def test_every_collection_has_pages_in_every_format(client, name, form):
    answer = client.get(f"/ogc/collections/{name}/items?f={form}&limit=3")
    assert answer.status_code == 200, answer.text
    assert answer.headers["content-type"].split(";")[0] == by_name()[form].media_type
    matched = int(answer.headers["ogc-numbermatched"])
    assert int(answer.headers["ogc-numberreturned"]) == min(3, matched)
    assert ("link" in answer.headers) == (matched > 3)


@pytest.mark.parametrize("form", ["fgb", "csv", "jsonfg"])
@pytest.mark.parametrize("sortby", ["", "&sortby=-start"])
def test_pages_follow_the_link_in_the_header(client, filled, tmp_path, form, sortby):
    encoder = by_name()[form]
    place, seen = f"/ogc/collections/works/items?limit=300{sortby}", []
    while place:
        answer = client.get(place, headers={"Accept": encoder.media_type})
        assert answer.headers["content-type"].split(";")[0] == encoder.media_type
        if form == "csv":
            seen += [row["id"] for row in csv.DictReader(io.StringIO(answer.text))]
        elif form == "jsonfg":
            seen += [feature["id"] for feature in answer.json()["features"]]
        else:
            seen += list(read(answer, ".fgb", tmp_path)["id"])
        link = answer.headers.get("link")
        if link:
            assert f'rel="next"; type="{encoder.media_type}"' in link
            assert parse_qs(urlsplit(link).query)["f"] == [form]
        place = link.split(">")[0][1:] if link else ""
    assert len(seen) == len(set(seen))
    assert set(seen) == ids_of(filled)


def test_a_page_is_in_the_crs_asked(client, tmp_path):
    place = "/ogc/collections/works-points/items?limit=5"
    degrees = read(client.get(place + "&f=fgb"), ".fgb", tmp_path)
    assert degrees.crs.to_epsg() in {4326, None}
    assert 4 < degrees.total_bounds[0] < 5
    answer = client.get(f"{place}&f=fgb&crs={RD}")
    assert answer.headers["content-crs"] == f"<{RD}>"
    metres = read(answer, ".fgb", tmp_path)
    assert metres.crs.to_epsg() == 28992
    assert metres.total_bounds[0] > 50_000


def test_json_fg_has_place_and_time(client):
    plain = client.get("/ogc/collections/works/items?f=jsonfg&limit=3").json()
    assert plain["conformsTo"]
    assert plain["coordRefSys"].endswith("CRS84")
    assert all(one["place"] is None and one["geometry"] for one in plain["features"])
    north = "http://www.opengis.net/def/crs/EPSG/0/4326"
    turned = client.get(f"/ogc/collections/works/items?f=jsonfg&limit=3&crs={north}").json()
    for one, other in zip(plain["features"], turned["features"], strict=True):
        there = shapely.from_geojson(json.dumps(one["geometry"]))
        here = shapely.from_geojson(json.dumps(other["place"]))
        assert here.bounds[0] == pytest.approx(there.bounds[1]), "latitude before longitude"
        days = one["properties"]["start"], one["properties"]["end"]
        assert one["time"] == (
            {"interval": [days[0] or "..", days[1] or ".."]} if any(days) else None
        )


def test_a_shapefile_tells_its_short_names_in_a_header(client):
    answer = client.get("/layers/works.shp.zip")
    assert "project_cost_eur=project_co" in answer.headers["kansenkaart-names-cut"]
    inside = zipfile.ZipFile(io.BytesIO(answer.content)).namelist()
    assert "LEESMIJ-README.txt" in inside
    assert "kansenkaart-names-cut" not in client.get("/layers/works.gpkg").headers


def test_properties_and_filter_narrow_a_file(client):
    answer = client.get("/layers/works.csv?properties=title&filter=facility='gas'")
    rows = list(csv.reader(io.StringIO(answer.text)))
    assert rows[0] == ["id", "title", "geometry_wkt"]
    whole = client.get("/ogc/collections/works/items?facility=gas&limit=1").json()
    assert len(rows) - 1 == whole["numberMatched"]


@pytest.mark.parametrize(
    ("place", "status"),
    [
        ("/layers/works?f=dwg", 400),
        ("/ogc/collections/works/items?f=dwg", 400),
        ("/ogc/collections/works/items?f=csv&skipGeometry=true", 400),
        ("/ogc/collections/works/items?f=gpkg&limit=0", 400),
        ("/layers/works.csv?crs=EPSG:999999", 400),
        ("/layers/works.dwg", 404),
        ("/layers/unicorns.gpkg", 404),
        ("/layers/works.gpkg?colour=red", 400),
    ],
)
def test_what_cannot_be_is_refused(client, place, status):
    answer = client.get(place)
    assert answer.status_code == status
    assert answer.headers["content-type"] == "application/problem+json"
    if "f=dwg" in place:
        assert all(name in answer.json()["detail"] for name in by_name())


def test_a_large_layer_is_asked_as_a_job(client, monkeypatch):
    monkeypatch.setattr("app.layers.endpoints.AT_ONCE", 100)
    answer = client.get("/layers/works.gpkg")
    assert answer.status_code == 422
    assert "/api/exports" in answer.json()["detail"]
    assert client.get("/layers/works.csv").status_code == 200


def test_every_format_is_linked_and_documented(client):
    links = client.get("/ogc/collections/works").json()["links"]
    files = {link["href"].rsplit("/works", 1)[1] for link in links if link["rel"] == "enclosure"}
    assert files == set(encoders())
    items = {link["type"] for link in links if link["rel"] == "items"}
    assert {"application/geo+json", "application/flatgeobuf"} <= items
    document = client.get("/ogc/api").json()
    offered = document["components"]["responses"]["features"]["content"]
    assert {encoder.media_type for encoder in encoders().values()} <= set(offered)
    told = client.get("/openapi.json").json()["paths"]["/layers/{name}"]["get"]["responses"]["200"]
    assert GPKG in told["content"]
