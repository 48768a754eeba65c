"""Context comes out of the database as columns; what was never loaded is left out."""

from __future__ import annotations

from uuid import UUID, uuid4

import numpy as np
import pytest
from sqlalchemy import insert, text

from app.context.loaded import loaded_layers
from app.context.read_context import read_context
from app.context.sources import FED
from app.organisations.add import add
from app.tables import context_loads, context_objects, datasets
from spatial.context import context_layers
from spatial.period import NO_DAY, day_number

LINE = "SRID=28992;LINESTRING({x} 463000, {x} 463100)"
SQUARE = "SRID=28992;MULTIPOLYGON(((93000 463000, 93010 463000, 93010 463010, 93000 463000)))"
LONLAT = "SRID=4326;MULTIPOLYGON(((4.4 52.1, 4.5 52.1, 4.5 52.2, 4.4 52.1)))"


@pytest.fixture
def owner(connection):
    return add(connection, "leiden", "Leiden")


@pytest.fixture
def load(connection, owner):
    """Makes a load of a layer with objects of these attributes, one per 100 m eastwards."""

    def make(layer, *attributes, state="loaded", **more):
        load_id = connection.scalar(
            insert(context_loads)
            .values(layer=layer, organisation_id=owner, dataset="main", state=state)
            .returning(context_loads.c.id)
        )
        rows = [
            {
                "id": uuid4(),
                "layer": layer,
                "organisation_id": owner,
                "dataset": "main",
                "reference": str(i),
                "name": f"object {i}",
                "attributes": told,
                "load_id": load_id,
                "geometry": LINE.format(x=93_000 + 100 * i),
                **more,
            }
            for i, told in enumerate(attributes)
        ]
        if rows:
            connection.execute(insert(context_objects), rows)
        return [r["id"] for r in rows]

    return make


@pytest.fixture
def zone(connection, owner):
    """Makes a constraint zone of a kind, with a period as range text."""
    dataset = connection.scalar(
        insert(datasets).values(organisation_id=owner, name="zones").returning(datasets.c.id)
    )

    def make(kind, period=None, *, valid_periods=None):
        connection.execute(
            text(
                "INSERT INTO constraint_zones (dataset_id, organisation_id, reference, kind, title,"
                " period, valid_periods, geometry, geometry_4326) VALUES (:d, :o, :r, :k, :k,"
                " :p ::daterange, :v ::datemultirange, ST_GeomFromEWKT(:g), ST_GeomFromEWKT(:l))"
            ),
            {
                "d": dataset,
                "o": owner,
                "r": str(uuid4()),
                "k": kind,
                "p": period,
                "v": valid_periods,
                "g": SQUARE,
                "l": LONLAT,
            },
        )

    return make


def test_nothing_loaded_is_no_layer_at_all(connection):
    assert read_context(connection) == {}
    assert loaded_layers(connection) == {}


def test_a_layer_loaded_without_objects_is_an_empty_table(connection, load):
    load("trees")
    assert list(read_context(connection)) == ["trees"]
    assert len(read_context(connection)["trees"]) == 0
    assert loaded_layers(connection)["trees"][0] == 0


def test_a_layer_that_was_removed_is_not_loaded(connection, load):
    load("trees", {})
    connection.execute(text("DELETE FROM context_objects"))
    load("trees", state="removed")
    assert read_context(connection) == {}


def test_values_come_in_the_type_of_their_field(connection, load):
    [_, given] = load(
        "recent_paving",
        {},
        {"completed_on": "2027-05-31", "no_dig_days": 1826},
        period="[2027-06-01,2032-05-31)",
    )
    found = read_context(connection)["recent_paving"]
    assert found.columns["completed_on"].tolist() == [NO_DAY, day_number(_date(2027, 5, 31))]
    assert found.columns["no_dig_days"].tolist() == [-1, 1826]
    assert found.start[1] == day_number(_date(2027, 6, 1))
    assert found.end[1] - found.start[1] == 1826
    assert found.name.tolist() == ["object 0", "object 1"]
    assert UUID(bytes=found.id[1].tobytes()) == given
    assert found.geometry[1].wkt == "LINESTRING (93100 463000, 93100 463100)"


def _date(*parts):
    from datetime import date

    return date(*parts)


@pytest.mark.parametrize("layer", [x.id for x in context_layers()])
def test_every_layer_is_read_with_all_its_fields(connection, load, layer):
    load(layer, {}, {})
    found = read_context(connection, [layer])[layer]
    assert list(found.columns) == [
        f.name for f in next(x for x in context_layers() if x.id == layer).fields
    ]
    assert all(len(c) == 2 for c in found.columns.values())
    assert len(found.take(np.array([1]))) == 1


def test_only_what_lies_near_and_only_these_objects(connection, load):
    ids = load("streets", {}, {}, {})
    near = read_context(connection, ["streets"], near=(93_090, 463_000, 93_110, 463_010))
    assert near["streets"].name.tolist() == ["object 1"]
    some = read_context(connection, ["streets"], ids=[ids[2]])
    assert some["streets"].name.tolist() == ["object 2"]
    nowhere = read_context(connection, ["streets"], near=(0, 0, 1, 1))
    assert len(nowhere["streets"]) == 0


def test_tables_without_places_are_read_whole(connection, load, owner):
    load("capacity", {"organisation": "leiden", "year": 2028}, geometry=None)
    found = read_context(connection, near=(0, 0, 1, 1))["capacity"]
    key = connection.scalar(text("SELECT key FROM organisations WHERE slug = 'leiden'"))
    assert found.columns["organisation_key"].tolist() == [key]
    assert found.geometry.tolist() == [None]
    assert found.organisation_id[0].tobytes() == owner.bytes


def test_visibility_comes_along(connection, load):
    load("soil", {"theme": "ecology"}, visibility="own")
    load("streets", {}, visibility="public")
    found = read_context(connection)
    assert found["soil"].visibility.tolist() == [2]
    assert found["streets"].visibility.tolist() == [0]


def test_month_days_are_numbers(connection, load):
    load("dike_zones", {"closed_from": "10-01", "closed_to": "04-01"}, {})
    found = read_context(connection)["dike_zones"].columns
    assert found["closed_from"].tolist() == [1001, -1]
    assert found["closed_to"].tolist() == [401, -1]


@pytest.mark.parametrize(
    ("kind", "layer", "told"),
    [
        ("event", "events", ("kind", "event")),
        ("embargo", "events", ("kind", "embargo")),
        ("no_dig", "recent_paving", ("no_dig_days", 31)),
        ("closed_season", "dike_zones", ("closed_to", 131)),
        ("protected_tree", "trees", ("is_protected", True)),
        ("soil", "soil", ("theme", "polluted_soil")),
    ],
)
def test_zones_feed_their_layers(connection, zone, kind, layer, told):
    zone(kind, "[2028-01-01,2028-02-01)")
    zone("other", "[2028-01-01,2028-02-01)")
    found = read_context(connection)
    assert list(found) == [layer]
    column, value = told
    assert found[layer].columns[column].tolist() == [value]
    assert loaded_layers(connection)[layer][0] == 1


def test_a_zone_with_several_periods_comes_once_for_each(connection, zone):
    zone(
        "event",
        "[2028-01-01,2028-02-01)",
        valid_periods="{[2028-01-01,2028-01-03),[2028-01-30,2028-02-01)}",
    )
    found = read_context(connection)["events"]
    assert (found.end - found.start).tolist() == [2, 2]
    assert len({i.tobytes() for i in found.id}) == 2


def test_a_zone_without_a_period_comes_too(connection, zone):
    zone("event")
    assert read_context(connection)["events"].start.tolist() == [NO_DAY]


def test_every_table_that_feeds_can_be_read(connection, load):
    for layer in FED:
        load(layer)
    assert set(read_context(connection)) == set(FED)
