"""Every context layer says what it is, in two languages, so that a file can be mapped to it."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from app.context.describe import markdown
from spatial.context import DTYPES, EMPTY, context_layer, context_layers, objects
from spatial.context_mapping import fields_of, propose
from spatial.rule import rules
from spatial.words import normalise

ROOT = Path(__file__).parents[2]
EXPECTED = [
    "areas",
    "budgets",
    "capacity",
    "climate_scores",
    "decision_moments",
    "development_sites",
    "dike_zones",
    "diversions",
    "dwellings",
    "events",
    "gas_end_dates",
    "grid_congestion",
    "partnership_areas",
    "peil_areas",
    "pipes",
    "recent_paving",
    "signatures",
    "soil",
    "streets",
    "subsidence",
    "transit_routes",
    "transit_stops",
    "trees",
]
UNITS = ("_m", "_mm", "_m3", "_kw", "_eur", "_days", "_years", "_mm_per_year", "_m_nap", "_per_day")
UNITLESS = {"capacity", "heat_score", "flood_score"}
"""Numbers whose unit another field gives, or that have none."""

every_layer = pytest.mark.parametrize("layer", context_layers(), ids=lambda x: x.id)


def test_the_layers_are_those_that_rules_know():
    assert [x.id for x in context_layers()] == EXPECTED


@every_layer
def test_it_is_named_and_explained_in_both_languages(layer):
    for note in (layer.note_nl, layer.note_en):
        assert len(note) > 40
        assert re.search(r"\b[BO]\d\d\b", note), "says which rule needs it"
        assert "  " not in note
        assert note.endswith(".")
    assert len({layer.nl, layer.en, layer.note_nl, layer.note_en}) == 4


@every_layer
def test_its_fields_are_named_once_and_titled(layer):
    assert layer.fields
    names = [f.name for f in layer.fields]
    assert len(set(names)) == len(names)
    assert not {"name", "reference", "start", "end"} & set(names)
    for field in layer.fields:
        assert re.fullmatch(r"[a-z][a-z0-9_]*", field.name)
        assert field.nl
        assert field.en
        assert field.type in DTYPES
        assert field.type in EMPTY
        assert layer.name_field == "" or layer.name_field in names


@every_layer
def test_numbers_have_their_unit_in_the_name(layer):
    for field in layer.fields:
        if field.type == "number" and field.name not in UNITLESS:
            assert field.name.endswith(UNITS), field.name


@every_layer
def test_words_are_words(layer):
    for field in layer.fields:
        assert not field.spellings or field.words
        assert {word for _, word in field.spellings} <= set(field.words)
        spelled = [normalise(s) for s, _ in field.spellings]
        assert all(spelled)
        by_spelling = {}
        for spelling, word in field.spellings:
            assert by_spelling.setdefault(normalise(spelling), word) == word, spelling


@every_layer
def test_no_spelling_says_another_word(layer):
    for field in layer.fields:
        for spelling, word in field.spellings:
            if normalise(spelling) in {normalise(w) for w in field.words}:
                assert normalise(spelling) == normalise(word)


@every_layer
def test_a_file_with_our_own_names_maps_itself(layer):
    fields = fields_of(layer)
    found = propose(layer, [f.name for f in fields])
    assert {name: s.column for name, s in found.fields.items()} == {f.name: f.name for f in fields}
    assert found.unused == ()


@every_layer
def test_every_other_name_finds_its_field(layer):
    """Unless an earlier field of the layer is called so as well."""
    required = {f.name: f.default or 1 for f in layer.fields if f.required}
    for field in fields_of(layer):
        others = {k: v for k, v in required.items() if k != field.name}
        for name in (*field.names, *(n for n, *_ in field.scaled)):
            found = propose(layer, [name], {"constants": others})
            assert [s.column for s in found.fields.values()] == [name]


@every_layer
def test_an_object_without_values_is_empty_everywhere(layer):
    table = objects(layer.id, [None])
    assert set(table.columns) == {f.name for f in layer.fields}
    assert len(table.take([0])) == 1


def test_rules_only_ask_for_layers_that_there_are():
    asked = {layer for rule in rules() for layer in rule.context}
    assert asked <= set(EXPECTED)


def test_an_unknown_layer_or_field_is_an_error():
    with pytest.raises(KeyError):
        context_layer("unicorns")
    with pytest.raises(KeyError):
        objects("trees", [None], colour=["red"])


def test_the_page_of_the_layers_is_that_of_the_code():
    assert (ROOT / "docs/context-layers.md").read_text(encoding="utf-8") == markdown(), (
        "kansenkaart context list --markdown > docs/context-layers.md"
    )
