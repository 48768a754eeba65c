"""What every layer must be, so that each way out of the service can rely on it."""

from __future__ import annotations

import re

import pytest
from sqlalchemy import Date, DateTime, Double, select
from sqlalchemy import types as sql_types
from sqlalchemy.dialects.postgresql import UUID

from app.layer import ORDER, layers
from app.organisations.viewer import ADMINISTRATOR, PUBLIC
from app.tables import metadata

WORK = {
    "id", "project", "reference", "title", "organisation", "department", "facility", "activity",
    "excavation", "planning_status", "commitment", "start", "end", "precision", "earliest",
    "latest", "road_impact", "project_cost_eur", "visibility", "updated",
}  # fmt: skip
FINDING = {
    "id", "rule", "kind", "title", "explanation", "score", "state", "organisations", "works",
    "start", "end", "solves", "solved_by", "distance_m", "shared_area_m2", "shared_length_m",
    "shared_days", "gap_days", "shift_days", "saving_eur", "measures",
}  # fmt: skip

each = pytest.mark.parametrize("layer", layers().values(), ids=list(layers()))


def test_the_layers_of_the_interface_are_there_in_their_order():
    assert tuple(layers()) == ORDER


@pytest.mark.parametrize("name", ["works", "works-points", "works-lines", "works-polygons"])
def test_work_layers_carry_the_properties_of_the_interface(name):
    assert {p.name for p in layers()[name].properties} == WORK


@pytest.mark.parametrize("name", ["opportunities", "bottlenecks"])
def test_finding_layers_carry_the_properties_of_the_interface(name):
    assert {p.name for p in layers()[name].properties} == FINDING


@each
def test_names(layer):
    assert re.fullmatch(r"[a-z][a-z-]*", layer.id)
    names = [p.name for p in layer.properties]
    assert len(names) == len(set(names))
    assert names[0] == "id"
    for name in names:
        assert re.fullmatch(r"[a-z][a-z0-9_]*", name)


@each
def test_everything_has_a_dutch_and_an_english_text(layer):
    texts = [layer.title, layer.description]
    for property_ in (*layer.properties, *layer.questions):
        texts += [property_.title, *([property_.description] if property_.description else [])]
    for text in texts:
        assert text.nl.strip()
        assert text.en.strip()
    assert layer.description.nl != layer.description.en


@each
def test_columns_have_the_type_that_is_promised(layer):
    for property_ in layer.properties:
        for language in ("nl", "en"):
            found = property_.expression(language).type
            if property_.type == "number":
                assert isinstance(found, Double), property_.name
            elif property_.format == "date":
                # lower() and upper() of a range carry no type of their own in SQLAlchemy
                assert isinstance(found, Date | sql_types.NullType), property_.name
            elif property_.format == "date-time":
                assert isinstance(found, DateTime), property_.name
            elif property_.format == "uuid":
                assert isinstance(found, UUID | sql_types.Uuid), property_.name


@each
def test_the_index_column_has_a_gist_index(layer):
    indexes = metadata.tables[layer.table.name].indexes
    gist = [i for i in indexes if i.dialect_options["postgresql"]["using"] == "gist"]
    assert any(layer.indexed.name == next(iter(i.columns)).name for i in gist)


@each
def test_visibility_narrows_what_the_public_sees(layer):
    public = str(select(layer.key).where(layer.sees(PUBLIC)))
    everyone = str(select(layer.key).where(layer.sees(ADMINISTRATOR)))
    if layer.id == "areas":
        assert public == everyone
    else:
        assert "visibility" in public
        assert "visibility" not in everyone


@each
def test_layers_with_a_period_show_its_first_and_last_day(layer):
    names = {p.name for p in layer.properties}
    assert ({"start", "end"} <= names) == (layer.period is not None)
