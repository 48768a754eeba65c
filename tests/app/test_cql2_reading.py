"""CQL2 as it is read: the standard's examples, the library cql2 beside ours, bad input."""

from __future__ import annotations

import json
import os
import re
import time
from dataclasses import fields, is_dataclass, replace
from pathlib import Path
from zoneinfo import ZoneInfo

import cql2
import pytest
from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from sqlalchemy import DateTime, Double, Text, column
from sqlalchemy.dialects import postgresql
from sqlalchemy.dialects.postgresql import ARRAY

from app.layer import Property, layer
from app.layer import Text as Words
from app.ogc.crs import read_crs
from app.ogc.filtering.compile import clause_of
from app.ogc.filtering.nodes import MOST_CHARACTERS, MOST_DEPTH
from app.ogc.filtering.operands import Terms
from app.ogc.filtering.parse_json import parse_json
from app.ogc.filtering.parse_text import parse_text
from app.ogc.filtering.read import read_filter
from app.ogc.filtering.refusal import FilterRefused
from app.settings import Settings
from tests import cql2_oracle as oracle

ROOT = Path(__file__).parents[2]
SHARED = Path(os.environ.get("KANSENKAART_SHARED", ROOT.parent / "shared"))
EXAMPLES = SHARED / "data" / "std-ogcapi-features" / "cql2" / "standard" / "schema" / "examples"
ZONE = ZoneInfo("Europe/Amsterdam")
SETTINGS = Settings(home=Path("/nonexistent"))
NAMES = sorted(p.stem for p in (EXAMPLES / "json").glob("*.json"))

NUMBERS = [
    "floors",
    "taxes",
    "depth",
    "category",
    "value",
    "foo",
    "bar",
    "x",
    "eo:cloud_cover",
    "landsat:wrs_row",
    "landsat:wrs_path",
    "windSpeed",
    "balance",
    "vehicle_height",
    "bridge_clearance",
]
TEXTS = [
    "city",
    "cityName",
    "name",
    "road_class",
    "etat_vol",
    "owner",
    "material",
    "id",
    "eo:instrument",
    "landsat:scene_id",
    "beamMode",
    "swathDirection",
    "polarization",
    "geophys:SURVEY_NAME",
]
TIMES = [
    "updated",
    "updated_at",
    "built",
    "event_time",
    "touchdown",
    "liftOff",
    "starts_at",
    "ends_at",
]
LISTS = ("layer:ids", "values")
PLACES = re.compile(r"\b(footprint|location|road)\b(?!_)")

REFUSED = {
    **dict.fromkeys(("clause6_01", "clause6_02b", "clause7_18", "example68", "example69"), "function"),
    **dict.fromkeys(("clause6_02c", "clause7_19", "example85"), "arithmetic"),
    **{f"example{number}": "arithmetic" for number in range(72, 79)},
    **{f"example{number}": "no layer has a truth value" for number in range(14, 19)},
    **dict.fromkeys(("example03", "example40"), "texts in a list of numbers"),
    **dict.fromkeys(("example46", "example49"), "a polygon that crosses itself"),
    **dict.fromkeys(("example81", "example82"), "a list of texts and other things"),
    "example84": "a collection of points and lines in S_EQUALS",
}  # fmt: skip


def _property(name: str, type_: str, sql: object, **more: object) -> Property:
    return Property(name, column(name, sql), Words(name, name), type_, **more)


def _standard_layer():
    """A layer with the properties that the standard's examples name."""
    properties = [_property(n, "number", Double()) for n in NUMBERS]
    properties += [_property(n, "string", Text()) for n in TEXTS]
    properties += [
        _property(n, "string", DateTime(timezone=True), format="date-time") for n in TIMES
    ]
    properties += [
        _property(n, "string", Text(), several=column(f"{n}_list", ARRAY(Text))) for n in LISTS
    ]
    return replace(layer("works"), properties=tuple(properties))


def compiled(node, of=None):
    """The SQL and the bound values of a tree; nothing but names from the layer is in the SQL."""
    terms = Terms(of or layer("works"), "nl", read_crs(None, "crs", 28992), 28992, ZONE)
    made = clause_of(node, terms).compile(dialect=postgresql.dialect())
    return str(made), {k: str(v) for k, v in made.params.items()}


def outcome(parse, text, of=None):
    try:
        return compiled(parse(text), of)
    except FilterRefused:
        return "refused"


def plain(node):
    """A tree without the places."""
    if is_dataclass(node):
        shown = [(f.name, plain(getattr(node, f.name))) for f in fields(node) if f.name != "at"]
        return (type(node).__name__, *shown)
    return [plain(n) for n in node] if isinstance(node, tuple) else node


def example(kind, name):
    text = (EXAMPLES / kind / f"{name}.{ {'text': 'txt'}.get(kind, kind) }").read_text(
        encoding="utf-8"
    )
    return text.strip()


@pytest.fixture(scope="module", autouse=True)
def _examples_there():
    if not EXAMPLES.is_dir():
        pytest.skip(f"the examples of the standard are not in {EXAMPLES}")


@pytest.mark.parametrize("name", NAMES)
def test_text_and_json_of_an_example_are_the_same_question(name):
    of = _standard_layer()
    text, as_json = (PLACES.sub("geometry", example(kind, name)) for kind in ("text", "json"))
    from_text, from_json = outcome(parse_text, text, of), outcome(parse_json, as_json, of)
    assert from_text == from_json
    assert (from_text == "refused") == (name in REFUSED)


@pytest.mark.parametrize("name", sorted(p.stem for p in (EXAMPLES / "text").glob("*-alt*.txt")))
def test_another_way_to_write_an_example_is_the_same_question(name):
    of = _standard_layer()
    assert outcome(parse_text, example("text", name), of) == outcome(
        parse_text, example("text", name.split("-")[0]), of
    )


@pytest.mark.parametrize("name", [n for n in NAMES if REFUSED.get(n) != "arithmetic"])
def test_the_library_reads_the_examples_as_we_do(name):
    text = example("text", name)
    try:
        ours = plain(parse_text(text))
    except FilterRefused:
        assert REFUSED[name] == "a polygon that crosses itself"
        return
    assert ours == plain(parse_json(json.dumps(cql2.parse_text(text).to_json())))


@hypothesis_settings(max_examples=150, deadline=None)
@given(oracle.filters)
def test_the_library_reads_random_filters_as_we_do(node):
    as_json = json.dumps(node)
    text = cql2.parse_json(as_json).to_text()
    assert outcome(parse_text, text) == outcome(parse_json, as_json) != "refused"


@hypothesis_settings(max_examples=300, deadline=None)
@given(
    st.lists(
        st.sampled_from(
            ["title", "=", "'x'", "1", "AND", "OR", "NOT", "IN", "(", ")", ",", "LIKE", "IS", "NULL",
             "BETWEEN", "<", "casei(", '"end"', "-", "TRUE", "DATE('2020-01-01')", "POINT(1 2)"]
        ),
        max_size=9,
    )
)  # fmt: skip
def test_where_the_library_finds_no_sense_we_find_none(words):
    text = " ".join(words)
    try:
        ours = clause = parse_text(text)
    except FilterRefused:
        return
    assert clause is ours
    cql2.parse_text(text)


@hypothesis_settings(max_examples=300, deadline=None)
@given(st.text(max_size=40))
def test_any_text_is_read_or_refused(text):
    assert outcome(parse_text, text)
    assert outcome(parse_json, text)


WRONG = {
    "": 1, " ": 2, "title": 1, "title =": 8, "title = 'x": 9, "title = 'x' junk": 13,
    'title = "x': 9, "title ==  'x'": 8, "title = 'x';": 12, "(title = 'x'": 13, "title = 'x')": 12,
    "title IS": 7, "title IN 'x'": 10, "title IN ()": 7, "title NOT 'x'": 11, "title LIKE 5": 12,
    "title LIKE 'a\\'": 12, "title LIKE title": 12, "title = 5": 9, "score > 5": 1, "'x'": 1,
    "start > 'morgen'": 9, "start = DATE('2020-13-45')": 9, "start = DATE('2020-01-01T00:00:00Z')": 9,
    "updated > TIMESTAMP('2020-01-01')": 11, "start > TIMESTAMP('9999-12-31T23:59:59-23:00')": 9,
    "project_cost_eur = 1e999": 20, "project_cost_eur > 'x'": 20, "project_cost_eur + 1 > 2": 18,
    "project_cost_eur > 2 * 3": 22, "title = TRUE": 9, "title = NULL": 9, "pg_sleep(10) IS NULL": 1,
    "title = pg_sleep(10)": 9, "title = current_setting('x')": 9, "upper(title) = 'X'": 1,
    "casei(pg_sleep(1)) = 'x'": 7, "casei(title, 'x') = 'x'": 1, "casei(start) = 'x'": 1,
    "geometry = 'x'": 1, "datetime = 'x'": 1, "S_INTERSECTS(title, POINT(1 2))": 14,
    "S_INTERSECTS(geometry)": 1, "S_INTERSECTS(geometry, POINT EMPTY)": 24,
    "S_INTERSECTS(geometry, POINT(90 180))": 24, "S_INTERSECTS(geometry, POINT(1e999 2))": 24,
    "S_INTERSECTS(geometry, POLYGON((0 0,1 1)))": 24, "S_INTERSECTS(geometry, POINT(x y))": 24,
    "S_INTERSECTS(geometry, POLYGON((0 0,1 1,1 0,0 1,0 0)))": 24,
    "S_INTERSECTS(geometry, CIRCULARSTRING(0 0,1 1,2 2))": 41, "S_INTERSECTS(geometry, BBOX(1,2,3))": 24,
    "S_INTERSECTS(geometry, BBOX(1000000,1000000,2000000,2000000))": 24,
    "S_DWITHIN(geometry, POINT(1 2), 5)": 1, "S_INTERSECTS(geometry, BBOX(1,2,'x',4))": 24,
    "S_EQUALS(geometry, GEOMETRYCOLLECTION(POINT(1 2), LINESTRING(1 2, 3 4)))": 20,
    "S_INTERSECTS(geometry, POINT(1 2": 33, "A_CONTAINS(title, ('x'))": 12, "A_CONTAINS(title)": 1,
    "T_AFTER(title, DATE('2020-01-01'))": 9, "T_DURING(start, INTERVAL('2020-01-01','..'))": 1,
    "T_AFTER(start, INTERVAL('2021-01-01','2020-01-01'))": 16, "T_AFTER(start, INTERVAL('x','..'))": 25,
    "T_AFTER(start)": 1, "T_AFTER(start, INTERVAL('..'))": 16, "nothing = 1": 1, '"a b" = 1': 1,
    "title = 'a\0b'": 9, "title BETWEEN 'a' 'b'": 19, "1 = 'x'": 5, "start > end > earliest": 13,
}  # fmt: skip


@pytest.mark.parametrize(("text", "at"), WRONG.items(), ids=[repr(text) for text in WRONG])
def test_what_is_wrong_is_said_with_its_place_in_both_languages(text, at):
    with pytest.raises(FilterRefused) as refused:
        compiled(parse_text(text))
    place = f" {at}: " if at else ""
    dutch, english = (str(refused.value.told_in(language)) for language in ("nl", "en"))
    assert dutch.startswith(f"Filter, teken{place}")
    assert english.startswith(f"Filter, character{place}")
    assert len(dutch.split(": ", 1)[1]) > 10


@pytest.mark.parametrize(
    ("text", "at"),
    [
        ("{", 2), ("", 1), ("[" * 400 + "]" * 400, "/0" * 50), ('{"type": "Point", "coordinates": [1, 2]}', "/"), ("null", "/"), ("[]", "/"), ("{}", "/"), ('"x"', "/"), ("5", "/"),
        ('{"op": "pg_sleep", "args": [1]}', "/"), ('{"op": "=", "args": [{"property": "x"}, 1]}', "/args/0"),
        ('{"op": "and", "args": []}', "/"), ('{"op": "not", "args": []}', "/"),
        ('{"op": "=", "args": [{"property": "title"}, null]}', "/args/1"),
        ('{"op": "=", "args": [{"property": "title"}, {"op": "pg_sleep", "args": [1]}]}', "/args/1"),
        ('{"op": "=", "args": [{"property": ["title"]}, 1]}', "/args/0"),
        ('{"op": "=", "args": [{"property": "title"}]}', "/"),
        ('{"op": "in", "args": [{"property": "title"}, "x"]}', "/"),
        ('{"op": "=", "args": [{"property": "title"}, {"date": 5}]}', "/args/1"),
        ('{"op": "s_intersects", "args": [{"property": "geometry"}, {"type": "Point"}]}', "/args/1"),
        ('{"op": "s_intersects", "args": [{"property": "geometry"}, {"type": "Pt", "coordinates": [1, 2]}]}', "/args/1"),
        ('{"op": "s_intersects", "args": [{"property": "geometry"}, {"type": "Point", "coordinates": ["x", 2]}]}', "/args/1"),
        ('{"op": "t_after", "args": [{"property": "start"}, {"interval": ["2020-01-01"]}]}', "/args/1"),
        ('{"op": "a_contains", "args": [{"property": "title"}, []]}', "/args/0"),
    ],
)  # fmt: skip
def test_what_is_wrong_in_json_is_said_with_a_pointer(text, at):
    with pytest.raises(FilterRefused) as refused:
        compiled(parse_json(text))
    place = f"teken {at}" if isinstance(at, int) else at
    assert str(refused.value.told_in("nl")).startswith(f"Filter, {place}: ")


def test_json_of_any_depth_is_refused():
    nested = '{"type": "GeometryCollection", "geometries": [' * 900 + "]}" * 900
    place = '{"op": "s_intersects", "args": [{"property": "geometry"}, %s]}'
    point = '{"type": "Point", "coordinates": [1, 2]}'
    for content in (nested, nested.replace("[]", f"[{point}]"), "[" * 9000 + "]" * 9000):
        assert outcome(parse_json, place % content)
    assert outcome(parse_json, "[" * 9000) == "refused"


def test_a_collection_of_one_kind_is_one_geometry():
    one = "S_TOUCHES(geometry, GEOMETRYCOLLECTION(POINT(4.5 52.1), POINT(4.6 52.2)))"
    other = "S_TOUCHES(geometry, MULTIPOINT(4.5 52.1, 4.6 52.2))"
    assert outcome(parse_text, one) == outcome(parse_text, other) != "refused"


def test_an_unknown_property_names_the_queryables():
    with pytest.raises(FilterRefused) as refused:
        compiled(parse_text("gemeente = 'Leiden'"))
    assert "organisation" in str(refused.value)
    assert "geometry, datetime" in str(refused.value)


def _within(depth):
    return {
        "brackets": "(" * depth + "title = 'x'" + ")" * depth,
        "open": "(" * depth + "title = 'x'",
        "wrong inside": "(" * depth + "title = 'x' b" + ")" * depth,
        "and": "(title = 'x' AND " * depth + "title = 'x'" + ")" * depth,
        "both": "(title = 'x' OR (title = 'y' AND " * depth + "title = 'x' b" + "))" * depth,
        "not": "NOT (" * depth + "title = 'x'" + ")" * depth,
        "nots": "NOT " * depth + "title = 'x'",
        "casei": "casei(" * depth + "title" + ")" * depth + " = 'x'",
        "wkt": "S_INTERSECTS(geometry, "
        + "GEOMETRYCOLLECTION(" * depth
        + "POINT(1 2)"
        + ")" * depth
        + ")",
        "unknown": "f(" * depth + "1" + ")" * depth + " = 1",
        "equals": "1 = " * depth + "1",
        "minus": "project_cost_eur = " + "-" * depth + "1",
    }


@pytest.mark.parametrize("shape", list(_within(1)))
@pytest.mark.parametrize("depth", [24, 1000, 4000])
def test_depth_costs_nothing(shape, depth):
    text = _within(depth)[shape]
    started = time.process_time()
    assert outcome(parse_text, text)
    assert time.process_time() - started < 2, "in proportion to the text, not to 2 to the depth"


def test_the_deepest_filter_that_is_read_can_be_asked():
    alternating = "(title = 'x' OR NOT (title = 'y' AND " * ((MOST_DEPTH - 1) // 2)
    text = alternating + "title = 'z'" + "))" * ((MOST_DEPTH - 1) // 2)
    assert outcome(parse_text, text) != "refused"


@pytest.mark.parametrize(
    "text",
    [
        "title = '" + "x" * MOST_CHARACTERS + "'",
        "title IN (" + ",".join(["'x'"] * 5000) + ")",
        "S_INTERSECTS(geometry, LINESTRING("
        + ",".join(f"{i % 9} {i % 7}" for i in range(9000))
        + "))",
    ],
    ids=["letters", "values", "vertices"],
)
def test_what_is_too_large_is_refused(text):
    with pytest.raises(FilterRefused) as refused:
        read_filter({"filter": text}, layer("works"), "nl", SETTINGS)
    assert re.search(r"\d", str(refused.value))


ATTACKS = st.sampled_from(
    ["'; drop table works; --", "' OR '1'='1", "%s %(x)s", ":name", "\\'; --", "{0}", "\u2028", "title"]
)  # fmt: skip


@given(ATTACKS, ATTACKS)
def test_no_text_of_a_filter_becomes_sql(one, other):
    node = {"op": "or", "args": [
        {"op": "=", "args": [{"property": "title"}, one]},
        {"op": "like", "args": [{"op": "casei", "args": [{"property": "title"}]}, "x" + other + "x"]},
        {"op": "in", "args": [{"property": "facility"}, [one, other]]},
    ]}  # fmt: skip
    made = outcome(parse_json, json.dumps(node))
    harmless = outcome(parse_json, json.dumps(node).replace(json.dumps(one)[1:-1], "a"))
    if made != "refused" and harmless != "refused":
        assert re.sub(r"\d+", "", made[0]) == re.sub(r"\d+", "", harmless[0])
        assert one not in made[0] or one == "title"
