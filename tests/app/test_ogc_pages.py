"""Landing page, conformance, collections, queryables, the API document, HTML: shape and links."""

from __future__ import annotations

import os
import re
from pathlib import Path

import jsonschema
import pytest
import yaml
from fastapi.testclient import TestClient
from openapi_spec_validator import validate
from referencing import Registry, Resource
from referencing.jsonschema import DRAFT202012

from app.kit.db import make_engine
from app.layer import layers
from app.main import create_app
from app.settings import Settings
from tests.filling import fill

ROOT = Path(__file__).parents[2]
SHARED = Path(os.environ.get("KANSENKAART_SHARED", ROOT.parent / "shared"))
SCHEMAS = SHARED / "data" / "std-ogcapi-features" / "core" / "openapi" / "schemas"


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


def official(name):
    """A validator for a schema of the standard, with its references."""
    if not SCHEMAS.is_dir():
        pytest.skip(f"the schemas of the standard are not in {SCHEMAS}")

    def retrieve(uri):
        content = yaml.safe_load((SCHEMAS / Path(uri).name).read_text(encoding="utf-8"))
        return Resource.from_contents(
            _current(content),
            default_specification=DRAFT202012,
        )

    schema = _current(yaml.safe_load((SCHEMAS / f"{name}.yaml").read_text(encoding="utf-8")))
    return jsonschema.Draft202012Validator(schema, registry=Registry(retrieve=retrieve))


def _current(schema):
    """OpenAPI 3.0's ``type: null`` written by YAML as None is the word "null"."""
    if isinstance(schema, dict):
        return {
            key: "null" if key == "type" and value is None else _current(value)
            for key, value in schema.items()
        }
    return [_current(value) for value in schema] if isinstance(schema, list) else schema


@pytest.mark.parametrize(
    ("path", "schema"),
    [
        ("/ogc", "landingPage"),
        ("/ogc/", "landingPage"),
        ("/ogc/conformance", "confClasses"),
        ("/ogc/collections", "collections"),
        ("/ogc/collections/works", "collection"),
        ("/ogc/collections/areas", "collection"),
        ("/ogc/collections/opportunities/items", "featureCollectionGeoJSON"),
        ("/ogc/collections/works-points/items", "featureCollectionGeoJSON"),
    ],
)
def test_documents_follow_the_schemas_of_the_standard(client, path, schema):
    answer = client.get(path, headers={"Accept": "application/json"})
    assert answer.status_code == 200
    official(schema).validate(answer.json())


def links_of(document):
    return {(link["rel"], link["type"]): link["href"] for link in document["links"]}


def test_the_landing_page_has_what_qgis_needs(client):
    found = links_of(client.get("/ogc").json())
    assert found["service-desc", "application/vnd.oai.openapi+json;version=3.0"]
    assert found["data", "application/json"].endswith("/ogc/collections")
    assert found["conformance", "application/json"]


def test_every_link_leads_somewhere(client):
    seen = set()
    for path in ("/ogc", "/ogc/conformance", "/ogc/collections", "/ogc/collections/works",
                 "/ogc/collections/works/items?limit=2"):  # fmt: skip
        document = client.get(path).json()
        entries = [document, *document.get("collections", [])]
        seen |= {(link["href"], link["type"]) for entry in entries for link in entry["links"]}
    assert len(seen) > 40
    for href, type_ in sorted(seen):
        answer = client.get(href)
        assert answer.status_code == 200, href
        assert answer.headers["content-type"].split(";")[0] == type_.split(";")[0], href


def test_only_what_is_there_is_declared(client):
    declared = client.get("/ogc/conformance").json()["conformsTo"]
    assert len(declared) == len(set(declared))
    parts = ("ogcapi-features-1/", "ogcapi-features-2/")
    first = [uri for uri in declared if any(part in uri for part in parts)]
    assert {uri.rsplit("/", 1)[1] for uri in first} == {
        "core",
        "geojson",
        "html",
        "oas30",
        "crs",
    }


def test_collections(client):
    document = client.get("/ogc/collections").json()
    assert [c["id"] for c in document["collections"]] == list(layers())
    for found in document["collections"]:
        assert found["crs"][0] == "http://www.opengis.net/def/crs/OGC/1.3/CRS84"
        assert found["storageCrs"] == "http://www.opengis.net/def/crs/EPSG/0/28992"
        assert found["storageCrs"] in found["crs"]
        west, south, east, north = found["extent"]["spatial"]["bbox"][0]
        assert 4 < west < east < 5
        assert 52 < south < north < 53
        assert found["itemCount"] > 0
        alone = client.get(f"/ogc/collections/{found['id']}").json()
        assert alone == found
    works = document["collections"][0]
    assert works["extent"]["temporal"]["interval"][0][0] == "2026-01-01T00:00:00Z"
    (areas,) = (c for c in document["collections"] if c["id"] == "areas")
    assert "temporal" not in areas["extent"]


def test_the_extent_shows_nothing_that_may_not_be_seen(client, filled):
    public = client.get("/ogc/collections/works").json()
    partner = client.get(f"/ogc/collections/works?apikey={filled.keys['gemeente']}").json()
    assert public["itemCount"] < partner["itemCount"]


def test_queryables_have_plain_types(client):
    for name in layers():
        schema = client.get(f"/ogc/collections/{name}/queryables").json()
        jsonschema.Draft202012Validator.check_schema(schema)
        for property_name, property_ in schema["properties"].items():
            if property_name == "geometry":
                assert "type" not in property_, "QGIS would make an attribute of it"
            else:
                assert isinstance(property_["type"], str)


def test_every_queryable_can_be_asked(client):
    for name, found in layers().items():
        for filter_ in found.filters.values():
            by_format = {"date": "2027-03-01", "date-time": "2027-03-01T12:00:00Z"}
            other = "1" if filter_.type == "number" else "00000000-0000-0000-0000-000000000000"
            value = filter_.words[0] if filter_.words else by_format.get(filter_.format, other)
            answer = client.get(f"/ogc/collections/{name}/items", params={filter_.name: value})
            assert answer.status_code == 200, (name, filter_.name)


def test_the_api_document_is_valid_and_small(client):
    answer = client.get("/ogc/api")
    assert answer.headers["content-type"] == "application/vnd.oai.openapi+json;version=3.0"
    document = answer.json()
    assert document["openapi"] == "3.0.3"
    validate(document)
    assert len(answer.content) < 70_000
    limit = document["components"]["parameters"]["limit"]["schema"]
    assert limit == {"type": "integer", "minimum": 1, "maximum": 10000, "default": 1000}
    for name in layers():
        parameters = document["paths"][f"/collections/{name}/items"]["get"]["parameters"]
        written = [p for p in parameters if "name" in p]
        assert all(p["style"] == "form" and p["explode"] is False for p in written)


def test_the_api_document_in_the_form_asked_for(client):
    def type_of(accept, query=""):
        return client.get(f"/ogc/api{query}", headers={"Accept": accept}).headers["content-type"]

    assert type_of("application/vnd.oai.openapi+json;version=3.0").startswith("application/vnd.oai")
    assert type_of("application/json").startswith("application/vnd.oai")
    assert type_of("text/html").startswith("text/html")
    assert type_of("text/html", "?f=json").startswith("application/vnd.oai")


BROWSER = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"


@pytest.mark.parametrize("language", ["nl", "en"])
def test_every_page_in_html(client, language):
    work = client.get("/ogc/collections/works/items?limit=1").json()["features"][0]
    paths = ["/ogc", "/ogc/conformance", "/ogc/api", "/ogc/collections"]
    for name in layers():
        paths += [f"/ogc/collections/{name}", f"/ogc/collections/{name}/items?limit=20"]
    paths.append(f"/ogc/collections/works/items/{work['id']}")
    for path in paths:
        answer = client.get(path, headers={"Accept": BROWSER, "Accept-Language": language})
        assert answer.status_code == 200, path
        assert answer.headers["content-type"] == "text/html; charset=utf-8"
        assert f'<html lang="{language}">' in answer.text
        assert "<script" not in answer.text, "titles are text, never markup"
        assert "undefined" not in answer.text.lower()


def test_pages_use_words_and_not_identifiers(client):
    url = "/ogc/collections/works/items"
    work = client.get(f"{url}?limit=1&facility=sewer").json()["features"][0]
    for path in (f"{url}?limit=1&facility=sewer&f=html", f"{url}/{work['id']}?f=html"):
        assert "<td>riool</td>" in client.get(f"{path}&lang=nl").text
        assert "<td>sewer</td>" in client.get(f"{path}&lang=en").text


def test_the_next_page_of_html_is_html(client):
    text = client.get("/ogc/collections/works/items?limit=20&f=html").text
    href = re.search(r'rel="next" href="([^"]+)"', text)
    assert href
    following = client.get(href.group(1).replace("&amp;", "&"))
    assert following.headers["content-type"].startswith("text/html")
    assert following.text != text


def test_addresses_come_from_the_setting_behind_a_proxy(filled, tmp_path):
    settings = Settings(home=tmp_path, base_url="https://kaart.example.org/kk")
    with TestClient(create_app(settings, filled.engine)) as client:
        for path in ("/ogc", "/ogc/collections/works/items?limit=1"):
            for link in client.get(path).json()["links"]:
                assert link["href"].startswith("https://kaart.example.org/kk/"), link


def test_the_bbox_of_a_partner_uses_the_index(filled):
    """The literal is transformed, so the GiST index serves a box in degrees."""
    from sqlalchemy import text

    from app.kit.paging import Cursor
    from app.layer import layer
    from app.ogc.crs import read_crs
    from app.ogc.question import Question
    from app.ogc.rows import rows_of
    from app.organisations.viewer import Viewer

    crs = read_crs(None, "crs", 28992)
    viewer = Viewer("partner", filled.organisations["gemeente"])
    box = ((4.4501, 52.1301, 4.4509, 52.1309),)
    for name, index in (
        ("works", "ix_works_footprint_period"),
        ("works-lines", "ix_works_footprint_period"),
        ("opportunities", "ix_findings_geometry_period"),
    ):
        question = Question(layer(name), "nl", crs, boxes=box, box_crs=crs, cursor=Cursor())
        statement = rows_of(question, viewer, 28992).limit(1001)
        compiled = statement.compile(filled.engine)
        with filled.engine.begin() as connection:
            connection.execute(text("set local enable_seqscan = off"))
            raw = connection.connection.cursor()
            parameters = {
                key: process(value) if (process := compiled._bind_processors.get(key)) else value
                for key, value in compiled.params.items()
            }
            raw.execute(f"explain {compiled}", parameters)
            plan = "\n".join(row[0] for row in raw.fetchall())
        assert index in plan, plan
        assert "Index Cond: (footprint &&" in plan or "Index Cond: (geometry &&" in plan, plan
