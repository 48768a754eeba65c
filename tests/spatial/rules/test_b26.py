"""B26 both ways of every condition."""

import pytest
from shapely import box

from spatial.context import objects
from spatial.testing.making import Planned
from spatial.testing.surroundings import find

SURE = {"planning_status": "under_construction"}
THEMES = ["polluted_soil", "protected_soil", "unexploded_ordnance", "archaeology", "ecology"]


def soil(*themes, shape=None, **given):
    n = len(themes)
    columns = {k: [v] * n for k, v in given.items()}
    return {"soil": objects("soil", [shape or box(0, 0, 50, 100)] * n, theme=themes, **columns)}


def dig(*, shape=None, **changes):
    return Planned(shape or box(0, 0, 100, 10), 0, 30, number=1, **{**SURE, **changes})


@pytest.mark.parametrize("theme", THEMES)
def test_each_theme(theme):
    (found,) = find("B26", [dig()], soil(theme))
    assert found["key"].endswith(f":{theme}")
    assert found["shared_area_m2"] == pytest.approx(500)
    assert found["subject"] == (1).to_bytes(16, "big")


@pytest.mark.parametrize(
    ("given", "finds"),
    [
        ({}, True),
        ({"is_surveyed": True}, False),
        ({"is_surveyed": False}, True),
        ({"surveyed_on": 400}, False),
    ],
)
def test_without_a_survey(given, finds):
    assert bool(find("B26", [dig()], soil("archaeology", **given))) == finds


@pytest.mark.parametrize(
    ("change", "finds"),
    [
        ({}, True),
        ({"excavation": "trenchless"}, False),
        ({"activity": "survey"}, False),
        ({"facility": "paving", "activity": "maintain"}, False),
        ({"planning_status": "withdrawn"}, False),
        ({"planning_status": "completed"}, False),
        ({"shape": box(49, 0, 100, 10)}, True),
        ({"shape": box(50, 0, 100, 10)}, False),
        ({"shape": box(60, 0, 100, 10)}, False),
    ],
)
def test_who_digs_where(change, finds):
    assert bool(find("B26", [dig(**change)], soil("ecology"))) == finds


@pytest.mark.parametrize(("base", "score"), [(64.0, 48.0), (65.0, 48.8), (66.0, 49.5)])
def test_base_score(base, score):
    """Half of the footprint lies in the area."""
    found = find("B26", [dig()], soil("unexploded_ordnance"), {"base_score": base})
    assert found[0]["score"] == pytest.approx(score, abs=0.06)


@pytest.mark.parametrize(("factor", "score"), [(0.6, 29.25), (0.7, 34.1), (1.0, 48.75)])
def test_other_factor(factor, score):
    found = find("B26", [dig()], soil("archaeology"), {"other_factor": factor})
    assert found[0]["score"] == pytest.approx(score, abs=0.06)
    other = find("B26", [dig()], soil("unexploded_ordnance"), {"other_factor": factor})
    assert other[0]["score"] == pytest.approx(48.75, abs=0.06)


def test_areas_of_one_theme_are_one_finding():
    found = find("B26", [dig()], soil("ecology", "ecology", "archaeology", from_depth_m=0.3))
    assert [f["key"].split(":")[1] for f in found] == ["archaeology", "ecology"]
    assert found[1]["shared_area_m2"] == pytest.approx(500)
    assert found[1]["subject"] == bytes(16)
    said = found[0]["said"]
    assert said.title_nl == "Onderzoek nodig: archeologie, Werk 1"
    assert "graaft over 500 m² in een aandachtsgebied voor archeologie" in said.nl
    assert "(vanaf 0,3 m diep)" in said.nl
    assert "digs over 500 m² in an area of attention for archaeology (from 0.3 m deep)" in said.en
