"""A context file replaces what its dataset held, whole or not at all, and says what is wrong."""

from __future__ import annotations

import json

import pytest
import shapely
from sqlalchemy import func, select, text

from app.context.changed import changed_layers, settle
from app.context.loaded import loaded_layers
from app.context.options import ContextOptions
from app.context.read_context import read_context
from app.context.take_in import ContextFile, take_in
from app.kit.problems import BadRequest
from app.organisations.add import add
from app.tables import context_loads, context_objects
from spatial.context import context_layer
from spatial.period import NO_DAY, day

X, Y = 93_000, 463_000
RD = {"type": "name", "properties": {"name": "urn:ogc:def:crs:EPSG::28992"}}


def line(x=0, y=0, length=100, **properties):
    """A line going east, metres from Leiden in RD New."""
    return _feature(shapely.LineString([(X + x, Y + y), (X + x + length, Y + y)]), properties)


def square(x=0, side=100, **properties):
    return _feature(shapely.box(X + x, Y, X + x + side, Y + side), properties)


def point(x=0, **properties):
    return _feature(shapely.Point(X + x, Y), properties)


def _feature(geometry, properties):
    place = None if geometry is None else json.loads(shapely.to_geojson(geometry))
    return {"type": "Feature", "properties": properties, "geometry": place}


@pytest.fixture
def owner(engine):
    with engine.begin() as connection:
        return add(connection, "leiden", "Leiden")


@pytest.fixture
def load(engine, settings, owner, tmp_path):
    """Imports features (RD New), or a text as it is, into a layer."""

    def run(layer, content, filename="context.geojson", **options):
        path = tmp_path / filename
        if isinstance(content, list):
            content = json.dumps({"type": "FeatureCollection", "crs": RD, "features": content})
        path.write_text(content, encoding="utf-8")
        file = ContextFile(path, filename, owner, "test")
        return take_in(engine, settings, context_layer(layer), file, ContextOptions(**options))

    return run


@pytest.fixture
def objects(engine):
    """Reads the objects of a layer."""

    def read(layer):
        with engine.connect() as connection:
            return read_context(connection, [layer])[layer]

    return read


def codes(report):
    return {(f.code, f.row, f.field) for f in report.faults if f.severity == "error"}


def test_streets_are_stored_with_names_and_classes(load, objects):
    report = load(
        "streets",
        [line(naam="Breestraat", wegklasse="Erftoegangsweg", breedte="7,5"), line(y=50, naam=None)],
    )
    assert (report.state, report.counts["stored"], report.counts["new"]) == ("done", 2, 2)
    found = objects("streets")
    assert found.name.tolist() == ["Breestraat", ""]
    assert found.columns["road_class"].tolist() == ["access", "unknown"]
    assert found.columns["width_m"].tolist()[0] == 7.5
    assert found.geometry[0].length == pytest.approx(100)


def test_a_new_delivery_replaces_what_changed_and_removes_what_is_gone(load, objects, engine):
    first = [line(id="a", naam="A"), line(y=50, id="b", naam="B"), line(y=90, id="c", naam="C")]
    load("streets", first)
    before = dict(zip(objects("streets").name, map(bytes, objects("streets").id), strict=True))
    again = load("streets", first)
    assert (again.state, again.counts["unchanged"]) == ("unchanged", 3)
    report = load("streets", [first[0], line(y=55, id="b", naam="B"), line(y=10, id="d", naam="D")])
    counts = {n: report.counts[n] for n in ("new", "changed", "unchanged", "withdrawn")}
    assert counts == {"new": 1, "changed": 1, "unchanged": 1, "withdrawn": 1}
    after = dict(zip(objects("streets").name, map(bytes, objects("streets").id), strict=True))
    assert set(after) == {"A", "B", "D"}
    assert (after["A"], after["B"]) == (before["A"], before["B"])
    load("streets", first)
    returned = dict(zip(objects("streets").name, map(bytes, objects("streets").id), strict=True))
    assert returned["C"] == before["C"]


def test_datasets_stand_beside_each_other(load, objects):
    load("trees", [point(id="1")], dataset="north")
    load("trees", [point(50, id="1")], dataset="south")
    assert len(objects("trees")) == 2
    load("trees", [point(60, id="9")], dataset="south")
    assert len(objects("trees")) == 2


def test_units_are_brought_to_ours(load, objects):
    load("trees", [point(kroondiameter=8, beschermd="ja")])
    assert objects("trees").columns["crown_radius_m"].tolist() == [4.0]
    assert objects("trees").columns["is_protected"].tolist() == [True]
    load("climate_scores", [square(hitteklasse=4), square(200, hitteklasse=3)])
    assert objects("climate_scores").columns["heat_score"].tolist() == [0.75, 0.5]


def test_days_are_the_last_of_a_year(load, objects):
    load("gas_end_dates", [square(aardgasvrij=2035)])
    assert [str(day(d)) for d in objects("gas_end_dates").columns["gas_ends_on"]] == ["2035-12-31"]


def test_no_dig_zones_get_their_period(load, objects):
    load("recent_paving", [square(opgeleverd="2026-05-31", graafrust_jaren=5)])
    found = objects("recent_paving")
    assert found.columns["no_dig_days"].tolist() == [1826]
    assert (str(day(found.start[0])), str(day(found.end[0] - 1))) == ("2026-06-01", "2031-05-31")


def test_an_event_has_a_period_of_inclusive_days(load, objects):
    load("events", [square(naam="Leidens Ontzet", van="2027-10-02", tot="2027-10-03")])
    found = objects("events")
    assert int(found.end[0] - found.start[0]) == 2
    assert found.columns["kind"].tolist() == ["event"]


def test_an_embargo_returns_every_year(load, objects):
    load("events", [square(soort="embargo", jaarlijks_van="15 november", jaarlijks_tot="01-06")])
    found = objects("events").columns
    assert (found["yearly_from"][0], found["yearly_to"][0]) == (1115, 106)
    assert objects("events").start.tolist() == [NO_DAY]


def test_a_table_without_places(load, objects, engine):
    csv = "organisatie;vakgebied;jaar;kwartaal;capaciteit\nLeiden;riool;2028;2;3,5\n"
    assert load("capacity", csv, "capacity.csv").state == "done"
    found = objects("capacity").columns
    with engine.connect() as connection:
        key = connection.scalar(text("SELECT key FROM organisations WHERE slug = 'leiden'"))
    assert found["organisation_key"].tolist() == [key]
    assert (found["discipline"][0], found["capacity"][0]) == ("sewer", 3.5)


def test_a_place_in_columns_of_a_table(load, objects):
    csv = f"id;x;y;kroonstraal\n1;{X};{Y};3\n"
    report = load("trees", csv, "trees.csv", source_crs="EPSG:28992")
    assert report.state == "done", report.problem
    assert objects("trees").geometry[0].x == X


def test_a_mapping_gives_columns_constants_and_words(load, objects):
    report = load(
        "streets",
        [line(WEGTYPE="HWN", waar="Rijnsburgerweg", unused=3)],
        mapping={
            "columns": {"WEGTYPE": "road_class", "waar": "street"},
            "constants": {"width_m": 12},
            "values": {"road_class": {"HWN": "main"}},
        },
    )
    assert report.state == "done", report.problem
    found = objects("streets")
    assert found.columns["road_class"].tolist() == ["main"]
    assert found.columns["width_m"].tolist() == [12.0]
    assert found.name.tolist() == ["Rijnsburgerweg"]
    [note] = [f for f in report.faults if f.code == "column-not-used"]
    assert "unused" in note.reason["en"]


BAD = {
    "no geometry": ("trees", [_feature(None, {})], ("geometry-missing", 1, "geometry")),
    "not a line": ("streets", [point()], ("wrong-shape", 1, "geometry")),
    "unknown word": ("pipes", [line(thema="kabouter")], ("unknown-word", 1, "facility")),
    "no theme": ("soil", [square(thema=None)], ("value-missing", 1, "theme")),
    "crown of a kilometre": (
        "trees",
        [point(kroonstraal=1000)],
        ("out-of-bounds", 1, "crown_radius_m"),
    ),
    "no number": ("trees", [point(kroonstraal="groot")], ("not-a-number", 1, "crown_radius_m")),
    "infinite": ("trees", [point(kroonstraal="inf")], ("not-a-number", 1, "crown_radius_m")),
    "half a year": ("trees", [point(plantjaar=1990.5)], ("not-a-whole-number", 1, "planted_year")),
    "perhaps": ("trees", [point(beschermd="misschien")], ("not-yes-or-no", 1, "is_protected")),
    "31 February": (
        "gas_end_dates",
        [square(einddatum="2030-02-31")],
        ("no-such-date", 1, "gas_ends_on"),
    ),
    "30 February": (
        "dike_zones",
        [square(gesloten_van="02-30")],
        ("no-such-month-day", 1, "closed_from"),
    ),
    "end before start": (
        "events",
        [square(van="2028-02-01", tot="2028-01-01")],
        ("end-before-start", 1, "end"),
    ),
    "overlapping no-dig zones": (
        "recent_paving",
        [
            square(opgeleverd="2026-05-31", graafrust=1826),
            square(50, opgeleverd="2027-05-31", graafrust=1826),
        ],
        ("no-dig-zones-overlap", 2, "geometry"),
    ),
}


@pytest.mark.parametrize("case", list(BAD))
def test_bad_rows_refuse_the_file_and_leave_the_old_state(load, objects, case, engine):
    layer, features, expected = BAD[case]
    with engine.connect() as connection:
        before = connection.scalar(select(func.count()).select_from(context_loads))
    report = load(layer, features)
    assert report.state == "refused"
    assert codes(report) == {expected}
    assert report.problem is not None
    assert report.exit_code == 2
    assert all(f.reason["nl"] and f.remedy["nl"] and f.remedy["en"] for f in report.faults)
    with engine.connect() as connection:
        assert connection.scalar(select(func.count()).select_from(context_loads)) == before
        assert read_context(connection) == {}


def test_after_a_refusal_the_earlier_objects_still_hold(load, objects):
    load("trees", [point(kroonstraal=3)])
    report = load("trees", [point(kroonstraal=3), point(10, kroonstraal=-1)])
    assert report.state == "refused"
    assert report.counts["refused"] == 1
    assert len(objects("trees")) == 1


@pytest.mark.parametrize(
    ("row", "code"),
    [
        ("leiden;riool;2028;2;0", "not-positive"),
        ("leiden;riool;2028;2;-3", "not-positive"),
        ("leiden;riool;2028;5;3", "out-of-bounds"),
        ("leiden;riool;2028;2;", "value-missing"),
        ("leiden;riool;2028;2;NaN", "not-a-number"),
        ("niemand;riool;2028;2;3", "unknown-organisation"),
        (";riool;2028;2;3", "value-missing"),
    ],
)
def test_bad_capacity(load, row, code):
    report = load("capacity", f"organisatie;vakgebied;jaar;kwartaal;capaciteit\n{row}\n", "c.csv")
    assert {c for c, *_ in codes(report)} == {code}


@pytest.mark.parametrize("amount", ["NaN", "inf", "-5", "veel"])
def test_bad_budgets(load, amount):
    report = load("budgets", f"organisatie;jaar;bedrag\nleiden;2028;{amount}\n", "b.csv")
    assert report.state == "refused"
    assert {f for _, _, f in codes(report)} == {"amount_eur"}


def test_capacity_that_contradicts_itself(load):
    rows = "leiden;riool;2028;2;3\nleiden;riool;2028;2;4\n"
    report = load("capacity", f"organisatie;vakgebied;jaar;kwartaal;capaciteit\n{rows}", "c.csv")
    assert codes(report) == {("contradiction", 2, None)}


def test_the_same_row_twice_is_stored_once(load):
    report = load("trees", [point(kroonstraal=3), point(kroonstraal=3)])
    assert (report.state, report.counts["stored"], report.counts["repeated"]) == ("done", 1, 1)


def test_rows_with_one_reference_are_numbered(load, objects):
    report = load("streets", [line(id="7"), line(y=50, id="7")])
    assert report.counts["stored"] == 2
    assert [f.code for f in report.faults if f.severity == "note"] == ["repeated-reference"]


def test_a_wrong_crs_is_refused(load):
    degrees = json.dumps({"type": "FeatureCollection", "features": [point()]})
    report = load("trees", degrees, source_crs="EPSG:4326")
    assert report.problem["type"] == "/problems/crs-unknown"
    assert load("trees", [point()], source_crs="EPSG:banaan").state == "refused"


def test_a_missing_crs_that_nothing_tells_is_refused(load):
    report = load("trees", "id;x;y\n1;500;700\n", "trees.csv")
    assert report.problem["type"] == "/problems/crs-unknown"


def test_a_table_has_no_places(load):
    report = load("trees", "id;kroonstraal\n1;3\n", "trees.csv")
    assert report.problem["type"] == "/problems/no-geometry"


def test_touching_or_equal_no_dig_zones_are_no_contradiction(load):
    told = {"opgeleverd": "2026-05-31", "graafrust": 1826}
    later = {"opgeleverd": "2032-05-31", "graafrust": 1826}
    features = [
        square(**told),
        square(100, **told),
        square(50, id=3, **told),
        square(0, id=4, **later),
    ]
    assert load("recent_paving", features).state == "done"


def test_a_network_in_pieces_is_a_warning(load):
    report = load("streets", [line(), line(100), line(y=500, length=50)])
    [warning] = [f for f in report.faults if f.code == "street-graph-in-pieces"]
    assert "2 separate pieces: 200 m, 50 m" in warning.reason["en"]
    assert report.state == "done"
    joined = load("streets", [line(), line(100)])
    assert not [f for f in joined.faults if f.code == "street-graph-in-pieces"]


@pytest.mark.parametrize(
    "mapping",
    [
        {"columns": {"bestaat_niet": "street"}},
        {"columns": {"naam": "kleur"}},
        {"values": {"road_class": {"x": "snelweg"}}},
        {"constants": {"width_m": "breed"}},
        {"columns": []},
        {"kolommen": {}},
    ],
)
def test_a_mapping_that_does_not_fit_is_refused(load, mapping):
    report = load("streets", [line(naam="A")], mapping=mapping)
    assert report.problem["type"] == "/problems/mapping-refused"


def test_a_required_field_without_a_column_is_refused(load):
    assert load("pipes", [line()]).problem["type"] == "/problems/mapping-refused"
    assert load("pipes", [line()], mapping={"constants": {"facility": "gas"}}).state == "done"


def test_a_dry_run_stores_nothing(load, engine):
    report = load("trees", [point()], dry_run=True)
    assert (report.state, report.counts["new"]) == ("dry_run", 1)
    with engine.connect() as connection:
        assert connection.scalar(select(func.count()).select_from(context_objects)) == 0
        assert changed_layers(connection) == frozenset()


def test_an_empty_file_only_counts_when_that_is_said(load, engine):
    nothing = json.dumps({"type": "FeatureCollection", "crs": RD, "features": []})
    assert load("dike_zones", nothing).problem["type"] == "/problems/empty-file"
    assert load("dike_zones", nothing, allow_empty=True).state == "done"
    assert load("dike_zones", "", allow_empty=True).state == "refused"
    with engine.connect() as connection:
        assert loaded_layers(connection)["dike_zones"][0] == 0


def test_what_changed_is_remembered_until_it_is_settled(load, engine):
    load("trees", [point()])
    with engine.begin() as connection:
        assert changed_layers(connection) == {"trees"}
        settle(connection, frozenset({"trees"}))
    load("trees", [point()])
    with engine.begin() as connection:
        assert changed_layers(connection) == frozenset()


def test_areas_are_loaded_elsewhere(load):
    with pytest.raises(BadRequest, match="areas import"):
        load("areas", [square()])


def test_lines_of_several_parts_become_segments(load, objects):
    parts = shapely.MultiLineString([[(X, Y), (X + 10, Y)], [(X, Y + 5), (X + 10, Y + 5)]])
    load("streets", [_feature(parts, {"id": "w1", "naam": "A"})])
    assert objects("streets").name.tolist() == ["A", "A"]
    assert {g.geom_type for g in objects("streets").geometry} == {"LineString"}


def test_a_diversion_belongs_to_the_project_of_its_reference(load, objects, engine, owner):
    with engine.begin() as connection:
        dataset = connection.scalar(
            text("INSERT INTO datasets (organisation_id, name) VALUES (:o, 'main') RETURNING id"),
            {"o": owner},
        )
        key = connection.scalar(
            text(
                "INSERT INTO projects (dataset_id, organisation_id, reference, title)"
                " VALUES (:d, :o, 'P-1', 'Riool') RETURNING key"
            ),
            {"d": dataset, "o": owner},
        )
    load("diversions", [line(project="P-1"), line(y=50, project="P-2"), line(y=90)])
    assert objects("diversions").columns["project_key"].tolist() == [key, -1, -1]
