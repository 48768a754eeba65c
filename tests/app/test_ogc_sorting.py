"""Order, choice of properties, schemas and bad requests of /ogc, on real PostGIS."""

from __future__ import annotations

import base64
import json
import re
from urllib.parse import parse_qsl, urlsplit

import jsonschema
import pytest
from fastapi.testclient import TestClient
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from sqlalchemy import text as sql

from app.kit.db import make_engine
from app.layer import layer, layers
from app.main import create_app
from app.ogc.crs import read_crs
from app.ogc.filtering.read import read_filter
from app.ogc.question import Question
from app.ogc.rows import rows_of
from app.ogc.sorting import sortables
from app.organisations.viewer import Viewer
from app.settings import Settings
from tests.filling import fill

ITEMS = "/ogc/collections/works/items"
LARGE = {"limit": 10000, "skipGeometry": "true"}


@pytest.fixture(scope="module")
def filled(clone):
    engine = make_engine(clone())
    yield fill(engine, 300, 100)
    engine.dispose()


@pytest.fixture(scope="module")
def client(filled, tmp_path_factory):
    settings = Settings(home=tmp_path_factory.mktemp("home"))
    with TestClient(create_app(settings, filled.engine)) as client:
        yield client


def pages(client, url, **parameters):
    """All features, page by page; every page but the last is full."""
    found = []
    answer = client.get(url, params=parameters)
    while True:
        assert answer.status_code == 200, answer.text
        page = answer.json()
        found += page["features"]
        following = [link["href"] for link in page["links"] if link["rel"] == "next"]
        if not following:
            return found
        assert page["numberReturned"] == parameters["limit"]
        answer = client.get(following[0])


def in_order(features, keys):
    """As the standard has it, what is empty last and the order of keys behind."""
    for name, descending in reversed(keys):
        known = [f for f in features if f["properties"][name] is not None]
        empty = [f for f in features if f["properties"][name] is None]
        values = sorted({f["properties"][name] for f in known}, reverse=descending)
        place = {value: i for i, value in enumerate(values)}
        known.sort(key=lambda f, name=name, place=place: place[f["properties"][name]])
        features = [*known, *empty]
    return features


names = st.sampled_from(
    ["title", "facility", "project_cost_eur", "start", "end", "earliest", "department", "reference"]
)
orders = st.lists(st.tuples(names, st.booleans()), min_size=1, max_size=3, unique_by=lambda k: k[0])


@hypothesis_settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(keys=orders, limit=st.integers(20, 170), narrowed=st.booleans())
def test_sorted_pages_visit_each_once_in_order(client, keys, limit, narrowed):
    narrow = {"filter": "title LIKE '%1%' OR start IS NULL"} if narrowed else {}
    everything = client.get(ITEMS, params={**LARGE, **narrow}).json()["features"]
    sortby = ",".join(("-" if descending else "") + name for name, descending in keys)
    found = pages(client, ITEMS, limit=limit, sortby=sortby, skipGeometry="true", **narrow)
    assert [f["id"] for f in found] == [f["id"] for f in in_order(everything, keys)]


@pytest.mark.parametrize("name", list(layers()))
def test_every_sortable_sorts_both_ways(client, name):
    url = f"/ogc/collections/{name}/items"
    whole = {f["id"] for f in client.get(url, params=LARGE).json()["features"]}
    limit = max(len(whole) // 3, 1)
    listed = client.get(f"/ogc/collections/{name}/sortables").json()["properties"]
    assert list(listed) == [p.name for p in sortables(layer(name))]
    for property_ in listed:
        for sortby in (property_, f"-{property_}"):
            found = pages(client, url, limit=limit, sortby=sortby, skipGeometry="true")
            assert {f["id"] for f in found} == whole
            assert len(found) == len(whole)


def test_times_sort_to_the_microsecond(client, filled):
    with filled.engine.begin() as connection:
        connection.execute(
            sql("update works set updated_at = '2027-01-01Z'::timestamptz + key * interval '1 us'")
        )
    found = pages(client, ITEMS, limit=17, sortby="-updated", properties="id")
    assert len({f["id"] for f in found}) == len(found)
    keys = [f["id"] for f in client.get(ITEMS, params=LARGE).json()["features"]]
    assert [f["id"] for f in found] == keys[::-1]


def test_a_plus_and_a_space_mean_upwards(client):
    plain = client.get(f"{ITEMS}?sortby=title&limit=20").json()["features"]
    for query in ("sortby=%2Btitle", "sortby=+title"):
        assert client.get(f"{ITEMS}?{query}&limit=20").json()["features"] == plain


def test_next_keeps_order_filter_and_choice(client):
    asked = {
        "sortby": "-start,title", "filter": "title LIKE 'W%'", "filter-lang": "cql2-text", "limit": "5",
        "filter-crs": "http://www.opengis.net/def/crs/EPSG/0/28992", "properties": "title,start",
    }  # fmt: skip
    page = client.get(ITEMS, params=asked).json()
    following = next(link["href"] for link in page["links"] if link["rel"] == "next")
    found = dict(parse_qsl(urlsplit(following).query))
    assert found.pop("cursor")
    assert found == asked
    assert [list(f["properties"]) for f in page["features"]] == [["title", "start"]] * 5


def _cursor(*content):
    return base64.urlsafe_b64encode(json.dumps(content).encode()).decode().rstrip("=")


@pytest.mark.parametrize(
    ("sortby", "cursor"),
    [
        ("start", "MTA"), ("start", ""), ("start", "!!"), ("start", _cursor("start", ["2027-01-01"])),
        ("start", _cursor("-start", ["2027-01-01"], 5)), ("start", _cursor("start", ["morgen"], 5)),
        ("start", _cursor("start", [5], 5)), ("start", _cursor("start", [], 5)), ("start", _cursor("start", {}, 5)),
        ("start", _cursor("start", ["2027-01-01"], 2**70)), ("start", _cursor("start", ["2027-01-01"], True)),
        ("title", _cursor("title", ["a\0b"], 5)), ("title", _cursor("title", [["a"]], 5)),
        ("project_cost_eur", _cursor("project_cost_eur", ["x"], 5)),
        ("updated", _cursor("updated", ["2027-01-01T00:00:00"], 5)), ("id", _cursor("id", ["x"], 5)),
        ("", _cursor("start", ["2027-01-01"], 5)), ("start", _cursor("start", 5, 5)), ("start", _cursor(5)),
    ],
)  # fmt: skip
def test_a_forged_or_foreign_cursor_is_refused(client, sortby, cursor):
    asked = {"cursor": cursor, **({"sortby": sortby} if sortby else {})}
    answer = client.get(ITEMS, params=asked)
    assert answer.status_code == 400
    assert "cursor" in answer.json()["detail"]


@pytest.mark.parametrize(
    ("query", "told"),
    [
        ("sortby=nothing", "sorteert op: id, project"), ("sortby=", "sorteert op"), ("sortby=title,", "sorteert op"),
        ("sortby=--title", "sorteert op"), ("sortby=title,-title", "elk één keer"), ("sortby=geometry", "sorteert op"),
        ("sortby=id,title,start,end,facility", "hoogstens 4"), ("properties=title,nothing", "nothing"),
        ("properties=geometry", "geometry"), ("filter=title", "voorwaarde"), ("filter-lang=sql&filter=TRUE", "cql2-text"),
        ("filter-crs=EPSG:99999&filter=TRUE", "filter-crs"), ("filter=nothing%3D1&lang=en", "You can ask: id"),
        ("filter=nothing%3D1&lang=nl", "Te vragen zijn: id"), ("filter=THIS%20IS%20NOT%20A%20FILTER", "teken"),
        ("filter=TRUE&filter=FALSE", "Meer dan één keer"), ("project_cost_eur=veel", "een getal"),
        ("start=morgen", "een dag"), ("updated=2027-01-01", "een tijdstip"), ("updated=2027-01-01T00:00:00", "een tijdstip"),
        ("project_cost_eur=nan", "een getal"), ("title=%00", "NUL"),
    ],
)  # fmt: skip
def test_a_bad_question_tells_what_to_do(client, query, told):
    answer = client.get(f"{ITEMS}?{query}")
    assert answer.status_code == 400, answer.text
    assert answer.headers["content-type"] == "application/problem+json"
    assert told in answer.json()["detail"]


def test_a_filter_that_is_too_long_is_refused(client):
    answer = client.get(ITEMS, params={"filter": "title = '" + "x" * 62_000 + "'", "lang": "en"})
    assert answer.status_code == 400
    assert "60000" in answer.json()["detail"]


@pytest.mark.parametrize(
    "text",
    [
        "(" * 10000 + "title = 'x'" + ")" * 10000, "NOT " * 10000 + "TRUE", "pg_sleep(10) IS NULL",
        "current_setting('server_version') LIKE '15%'", "title = '\0'", "title LIKE '\\'",
        "S_INTERSECTS(geometry, LINESTRING(" + ",".join(["4 52", "5 52"] * 2000) + "))",
    ],
)  # fmt: skip
@pytest.mark.parametrize(
    "path", [ITEMS, "/layers/works.geojson", "/ogc/collections/works/items?f=html"]
)
def test_no_filter_makes_the_service_fail(client, text, path):
    answer = client.get(
        path, params={"filter": text, "limit": 1} if path == ITEMS else {"filter": text}
    )
    assert answer.status_code in {200, 400}
    assert answer.elapsed.total_seconds() < 20


def test_what_is_left_out_is_left_out_everywhere(client):
    feature = client.get(ITEMS, params={"limit": 1, "properties": "title"}).json()["features"][0]
    assert list(feature["properties"]) == ["title"]
    assert feature["geometry"]
    one = client.get(
        f"{ITEMS}/{feature['id']}", params={"properties": "title", "skipGeometry": "true"}
    )
    assert one.json()["properties"] == feature["properties"]
    assert one.json()["geometry"] is None
    page = client.get(ITEMS, params={"limit": 1, "properties": "title", "f": "html"}).text
    assert "<th>Titel</th>" in page
    assert "<th>Kenmerk</th>" not in page


def test_the_page_tells_its_filter_as_text(client):
    asked = {"f": "html", "filter": "title <> '<script>x</script>'"}
    page = client.get(ITEMS, params=asked).text
    assert "title &lt;&gt; &#39;&lt;script&gt;x" in page
    assert "<script" not in page


@pytest.mark.parametrize("kind", ["schema", "queryables", "sortables"])
@pytest.mark.parametrize("name", list(layers()))
def test_schemas_are_what_the_standard_asks(client, name, kind):
    answer = client.get(
        f"/ogc/collections/{name}/{kind}", headers={"Accept": "application/schema+json"}
    )
    assert answer.status_code == 200
    assert answer.headers["content-type"] == "application/schema+json"
    document = answer.json()
    jsonschema.Draft202012Validator.check_schema(document)
    assert document["$schema"] == "https://json-schema.org/draft/2020-12/schema"
    assert document["$id"].endswith(f"/ogc/collections/{name}/{kind}")
    assert document["type"] == "object"
    assert document["additionalProperties"] is False
    described = list(document["properties"].values())
    assert [p["x-ogc-propertySeq"] for p in described] == list(range(1, len(described) + 1))
    assert sum(p.get("x-ogc-role") == "id" for p in described) == 1
    known = {"title", "description", "type", "format", "enum", "items", "readOnly", "$ref"}
    for property_ in described:
        assert all(key in known or key.startswith("x-ogc-") for key in property_)
        assert property_["title"]
        if property_.get("x-ogc-role") == "primary-geometry":
            assert re.fullmatch("geometry-multi(point|linestring|polygon)", property_["format"])
            assert "type" not in property_
        else:
            assert property_["type"] in {"string", "number", "array"}
    roles = {p.get("x-ogc-role") for p in described}
    assert ("primary-geometry" in roles) == (kind != "sortables")
    assert ({"primary-interval-start", "primary-interval-end"} <= roles) == (
        layers()[name].period is not None
    )


def test_the_schema_describes_what_is_served(client):
    for name in layers():
        schema = client.get(f"/ogc/collections/{name}/schema").json()
        features = client.get(f"/ogc/collections/{name}/items?limit=50").json()["features"]
        properties = {k: v for k, v in schema["properties"].items() if k != "geometry"}
        assert list(properties) == list(features[0]["properties"])
        nullable = {
            k: {**v, "type": [v["type"], "null"], "enum": [*v["enum"], None]} if "enum" in v
            else {**v, "type": [v["type"], "null"]}
            for k, v in properties.items()
        }  # fmt: skip
        validator = jsonschema.Draft202012Validator(
            {**schema, "properties": nullable}, format_checker=jsonschema.FormatChecker()
        )
        for feature in features:
            validator.validate(feature["properties"])
        assert "$ref" not in schema["properties"]["geometry"]


def test_queryables_show_qgis_the_geometry(client):
    for name, found in layers().items():
        geometry = client.get(f"/ogc/collections/{name}/queryables").json()["properties"][
            "geometry"
        ]
        assert geometry["$ref"] == f"https://geojson.org/schema/{found.geometry_type}.json"


def test_every_queryable_can_stand_in_a_filter_and_single_values_as_parameter(client):
    for name in layers():
        queryables = client.get(f"/ogc/collections/{name}/queryables").json()["properties"]
        parameters = client.get("/ogc/api").json()["paths"][f"/collections/{name}/items"]["get"]
        named = {p["name"]: p["schema"] for p in parameters["parameters"] if "name" in p}
        for queryable, schema in queryables.items():
            answer = client.get(
                f"/ogc/collections/{name}/items",
                params={"filter": f'"{queryable}" IS NULL', "limit": 5, "skipGeometry": "true"},
            )
            assert answer.status_code == 200, (name, queryable)
            single = schema.get("type") in {"string", "number"} and queryable != "datetime"
            assert (queryable in named) == single
            if single:
                assert named[queryable]["type"] == schema["type"]
                assert named[queryable].get("enum") == schema.get("enum")


def test_the_api_document_lists_the_parameters(client):
    document = client.get("/ogc/api").json()
    listed = document["paths"]["/collections/works/items"]["get"]["parameters"]
    names = {p.get("$ref", "").rsplit("/", 1)[-1] for p in listed}
    assert {"filter", "filter-lang", "filter-crs", "sortby", "properties", "skipGeometry"} <= names
    assert document["components"]["parameters"]["filter-lang"]["schema"]["default"] == "cql2-text"


def test_the_schemas_are_linked_and_have_a_page(client):
    for name in layers():
        links = client.get(f"/ogc/collections/{name}").json()["links"]
        for kind in ("schema", "queryables", "sortables"):
            relation = f"http://www.opengis.net/def/rel/ogc/1.0/{kind}"
            found = {link["type"]: link["href"] for link in links if link["rel"] == relation}
            assert set(found) == {"application/schema+json", "text/html"}
            for language, word in (("nl", "Soort"), ("en", "Kind")):
                page = client.get(found["text/html"], params={"lang": language, "f": "html"}).text
                assert f"<th>{word}</th>" in page
                assert "<code>id</code>" in page


def plan_of(filled, text, **more):
    """How PostgreSQL answers a question of a partner; without statistics it may not scan."""
    crs = read_crs(None, "crs", 28992)
    settings = Settings(home=None)
    name = more.pop("name", "works")
    filter_ = read_filter({"filter": text}, layer(name), "nl", settings)
    question = Question(layer(name), "nl", crs, filter=filter_, **more)
    viewer = Viewer("partner", filled.organisations["gemeente"])
    compiled = rows_of(question, viewer, 28992).limit(1001).compile(filled.engine)
    with filled.engine.begin() as connection:
        connection.execute(sql("set local enable_seqscan = off"))
        raw = connection.connection.cursor()
        parameters = {
            key: process(value) if (process := compiled._bind_processors.get(key)) else value
            for key, value in compiled.params.items()
        }
        raw.execute(f"explain {compiled}", parameters)
        return "\n".join(row[0] for row in raw.fetchall())


@pytest.mark.parametrize("name", ["works", "works-lines", "opportunities", "areas"])
@pytest.mark.parametrize("function", ["S_INTERSECTS", "S_WITHIN", "S_CONTAINS", "S_TOUCHES"])
def test_a_spatial_filter_uses_the_index(filled, name, function):
    text = f"{function}(geometry, POLYGON((4.450 52.130,4.451 52.130,4.451 52.131,4.450 52.130)))"
    plan = plan_of(filled, text, name=name)
    index = {"opportunities": "ix_findings_geometry_period", "areas": "ix_areas_geometry"}
    assert index.get(name, "ix_works_footprint_period") in plan, plan
    assert re.search(r"Index Cond: \((footprint|geometry) &&", plan), plan


def test_an_id_uses_its_index(filled):
    id_ = filled.works[0]["id"]
    assert "pk_works" in plan_of(filled, f"id = '{id_}'")
    assert "pk_works" in plan_of(filled, f"id IN ('{id_}', '{filled.works[1]['id']}')")


@pytest.mark.parametrize(
    ("asked", "nl", "en"),
    [
        ({"sortby": "colour"}, "sortby noemt 'colour'; works sorteert op: id,", "sortby names"),
        ({"sortby": "start,-start"}, "sortby neemt hoogstens 4", "sortby takes at most 4"),
        ({"sortby": "start", "cursor": "x"}, "Deze cursor komt niet van hier", "The cursor is not"),
        ({"properties": "colour"}, "properties noemt 'colour'; works heeft:", "properties names"),
        ({"facility": "unicorn"}, "facility is een van", "facility must be one of"),
        ({"start": "soon"}, "start is een dag (2027-03-01), niet 'soon'", "start must be a day"),
        ({"project_cost_eur": "nan"}, "project_cost_eur is een getal", "must be a number"),
        ({"colour": "red"}, "Onbekende parameter: colour. Hier bekend:", "Unknown parameter"),
        ({"skipGeometry": "1"}, "skipGeometry is true of false, niet '1'", "must be true or false"),
    ],
)
def test_refusals_are_told_in_the_language_of_the_request(client, asked, nl, en):
    for language, said in (("nl", nl), ("en", en)):
        answer = client.get(ITEMS, params=asked, headers={"Accept-Language": language})
        assert answer.status_code == 400
        assert said in answer.json()["detail"]
