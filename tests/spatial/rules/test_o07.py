"""O07 one unit on either side of every threshold."""

import numpy as np
import pytest
from shapely import box

from spatial.context import objects
from spatial.situation import Noted
from spatial.testing.making import Planned
from spatial.testing.surroundings import find

SURE = {"planning_status": "under_construction"}


def scores(heat=np.nan, flood=np.nan, *, width=50.0, shapes=None):
    shapes = shapes or [box(0, 0, width, 100)]
    n = len(shapes)
    return {
        "climate_scores": objects(
            "climate_scores", shapes, heat_score=[heat] * n, flood_score=[flood] * n
        )
    }


def work(number=1, **changes):
    return Planned(box(0, 0, 100, 10), 0, 30, number=number, **{**SURE, **changes})


@pytest.mark.parametrize(
    ("score", "finds"), [(0.59, False), (0.6, True), (0.61, True), (1.0, True)]
)
def test_least_score(score, finds):
    for context in (scores(heat=score), scores(flood=score)):
        assert bool(find("O07", [work()], context)) == finds
        assert find("O07", [work()], context, {"least_score": 0.5})


@pytest.mark.parametrize(
    ("width", "finds"), [(29.0, False), (29.999, False), (30.0, True), (31.0, True)]
)
def test_least_share(width, finds):
    assert bool(find("O07", [work()], scores(0.8, width=width))) == finds
    found = find("O07", [work()], scores(0.8, width=width), {"least_share": 29.0})
    assert found[0]["share_percent"] == pytest.approx(width)


@pytest.mark.parametrize(
    ("shapes", "finds"),
    [
        ([box(0, 0, 20, 10), box(80, 0, 95, 10)], True),
        ([box(0, 0, 20, 10), box(0, 0, 20, 10)], False),
    ],
)
def test_areas_count_together_and_once(shapes, finds):
    assert bool(find("O07", [work()], scores(0.8, shapes=shapes))) == finds


def test_heat_and_flooding_each_need_the_share():
    split = {
        "climate_scores": objects(
            "climate_scores",
            [box(0, 0, 20, 10), box(20, 0, 40, 10)],
            heat_score=[0.9, 0.1],
            flood_score=[0.1, 0.9],
        )
    }
    assert not find("O07", [work()], split)
    assert find("O07", [work()], split, {"least_share": 20.0})


@pytest.mark.parametrize(
    ("change", "finds"),
    [
        ({}, True),
        ({"facility": "paving"}, True),
        ({"facility": "public_space", "activity": "redesign"}, True),
        ({"facility": "public_space"}, False),
        ({"facility": "gas"}, False),
        ({"facility": "telecom"}, False),
        ({"activity": "survey"}, False),
        ({"activity": "urgent_repair"}, False),
        ({"planning_status": "withdrawn"}, False),
        ({"planning_status": "completed"}, False),
    ],
)
def test_which_works(change, finds):
    assert bool(find("O07", [work(**change)], scores(0.8))) == finds


@pytest.mark.parametrize(("has", "finds"), [(True, False), (False, True)])
def test_a_work_with_a_climate_measure_needs_none(has, finds):
    noted = Noted(np.array([has]), np.array([False]), np.array([np.nan]), np.array([0], np.int32))
    assert bool(find("O07", [work()], scores(0.8), noted=noted)) == finds


@pytest.mark.parametrize(("unit", "saving"), [(99.0, 49_500), (100.0, 50_000), (101.0, 50_500)])
def test_unit_eur_m2(unit, saving):
    (found,) = find("O07", [work()], scores(0.8), {"unit_eur_m2": unit})
    assert found["saving_eur"] == pytest.approx(saving)
    assert found["score"] == pytest.approx(saving / 2_500, abs=0.06)


@pytest.mark.parametrize(("full", "score"), [(50_000, 100.0), (51_000, 98.0), (250_000, 20.0)])
def test_full_saving_eur(full, score):
    found = find("O07", [work()], scores(0.8), {"full_saving_eur": full})
    assert found[0]["score"] == score
    soft = find("O07", [work(planning_status="idea")], scores(0.8), {"full_saving_eur": full})
    assert soft[0]["score"] == pytest.approx(0.3 * score, abs=0.06)


def test_it_says_on_what_the_street_scores_and_is_one_finding():
    (found,) = find("O07", [work()], scores(0.8, 0.75))
    assert (found["heat_score"], found["flood_score"], found["works"]) == (0.8, 0.75, [1])
    said = found["said"]
    assert said.title_nl == "Klimaatkans: Werk 1"
    assert "ligt voor 50% waar de straat hoog scoort op hittestress (0,8)" in said.nl
    assert "en wateroverlast (0,75). Neem afkoppelen en groen mee" in said.nl
    assert "€ 50.000" in said.nl
    assert "high on heat stress (0.8) and flooding (0.75)" in said.en
    (heat,) = find("O07", [work()], scores(0.8, 0.2))
    assert "flood_score" not in heat
    assert "wateroverlast" not in heat["said"].nl
