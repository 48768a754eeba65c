"""O15 one unit on either side of every threshold."""

from dataclasses import replace

import numpy as np
import pytest
import shapely

from spatial.context import objects
from spatial.rule import rules
from spatial.testing.making import Planned
from spatial.testing.surroundings import found_by, situation_of

SURE = {"planning_status": "under_construction"}


@pytest.fixture
def plot(boxes):
    """A development on days 0 to 29, and a sewer some metres away."""

    def make(gap=5.0, **changes):
        pair = boxes("O15", gap=gap, **changes)
        return pair.first(facility="development", activity="new")

    return make


@pytest.mark.parametrize(
    ("gap", "finds"), [(0.0, True), (49.999, True), (50.0, True), (50.001, False), (51.0, False)]
)
def test_near_m(plot, gap, finds):
    found = plot(gap).find()
    assert (found is not None) == finds
    assert (plot(gap).find({"near_m": 40}) is not None) == (gap <= 40)
    if finds:
        assert found["distance_m"] == pytest.approx(gap)


@pytest.mark.parametrize("gap", [729, 730, 731])
def test_gap_days(plot, gap):
    pair = plot().second(start=30 + gap, end=60 + gap)
    found = pair.find()
    assert (found is not None) == (gap <= 730)
    assert pair.find({"gap_days": 800}) is not None
    if found:
        assert (found["start"], found["end"]) == (0, 60 + gap)


def test_the_development_comes_first_whenever_it_is_built(plot):
    found = plot().second(start=-100, end=-70).find()
    assert (found["first"], found["second"]) == (1, 2)
    assert (found["start"], found["end"]) == (-100, 30)


@pytest.mark.parametrize(
    ("change", "finds"),
    [
        ({}, True),
        ({"facility": "paving", "activity": "renew"}, True),
        ({"facility": "unknown", "activity": "unknown"}, True),
        ({"facility": "paving", "activity": "maintain"}, False),
        ({"facility": "trees"}, False),
        ({"facility": "housing"}, False),
        ({"facility": "development"}, False),
        ({"activity": "survey"}, False),
        ({"excavation": "trenchless"}, False),
        ({"organisation": 1}, False),
        ({"planning_status": "completed"}, False),
        ({"planning_status": "withdrawn"}, False),
    ],
)
def test_which_work_opens_the_street(plot, change, finds):
    assert (plot().second(**change).find() is not None) == finds


@pytest.mark.parametrize(
    ("change", "finds"),
    [
        ({"activity": "unknown"}, True),
        ({"activity": "survey"}, False),
        ({"facility": "housing"}, False),
        ({"planning_status": "idea"}, True),
        ({"planning_status": "completed"}, False),
    ],
)
def test_what_is_a_development(plot, change, finds):
    assert (plot().first(**change).find() is not None) == finds


@pytest.mark.parametrize(("base", "score"), [(49.0, 49.0), (50.0, 50.0), (51.0, 51.0)])
def test_base_score(plot, base, score):
    assert plot(0.0, **SURE).find({"base_score": base})["score"] == score


@pytest.mark.parametrize(("far", "score"), [(0.0, 0.0), (0.5, 25.0), (1.0, 50.0)])
def test_far_weight(plot, far, score):
    assert plot(50.0, **SURE).find({"far_weight": far})["score"] == score


@pytest.mark.parametrize(("fading", "score"), [(20, 25.0), (11, 4.5), (10, 0.0), (9, 0.0)])
def test_fading_days(plot, fading, score):
    pair = plot(0.0, **SURE).second(start=40, end=70)
    assert pair.find({"fading_days": fading})["score"] == score


def test_it_says_what_is_built_and_what_lies_near(plot):
    said = plot(12.3).second(start=40, end=70).said()
    assert said.title_nl == "Ontwikkelaar kan aanhaken: Werk 1 en Werk 2"
    assert "‘Werk 1’ van Partij 1 heeft van 1 januari 1970 t/m 30 januari 1970" in said.nl
    assert "‘Werk 2’ van Partij 2 opent de straat 12,3 m verderop" in said.nl
    assert "10 dagen uit elkaar" in said.nl
    assert "‘Werk 1’ by Partij 1 needs connections and a finished street from 1 Jan" in said.en
    assert "opens the street 12.3 m away and is 10 days apart" in said.en


def beside_site(away=20.0, first=100, last=200, parameters=None, connected=None, **changes):
    """What is found about a site and a work of days 0 to 29 so far from it."""
    street = shapely.box(0, 0, 100, 2)
    work = Planned(street, 0, 30, planning_status="under_construction")
    site = shapely.box(0, 2 + away, 50, 80 + away)
    (rule,) = (r for r in rules() if r.code == "O15")
    known = {"names": ["Plan Kade"], "dwellings": [60]}
    if connected is not None:
        known["connected_from"] = [connected]
    elif first is not None:
        known |= {"start": [first], "end": [last]}
    sites = objects("development_sites", [site], **known)
    situation = situation_of([replace(work, **changes)], {"development_sites": sites})
    return found_by(rule.with_parameters(parameters or {}).companion, situation)[1]


@pytest.mark.parametrize(
    ("given", "finds"),
    [
        ({}, True),
        ({"away": 50.0}, True),
        ({"away": 50.001}, False),
        ({"away": 45.0, "parameters": {"near_m": 40}}, False),
        ({"first": 30 + 730, "last": 900}, True),
        ({"first": 30 + 731, "last": 900}, False),
        ({"first": 40, "parameters": {"gap_days": 9}}, False),
        ({"first": -900, "last": -730}, True),
        ({"first": -900, "last": -731}, False),
        ({"first": None}, False),
        ({"connected": 30 + 730}, True),
        ({"connected": 30 + 731}, False),
        ({"facility": "housing"}, False),
        ({"facility": "development"}, False),
        ({"activity": "survey"}, False),
        ({"planning_status": "withdrawn"}, False),
        ({"planning_status": "completed"}, False),
    ],
)
def test_a_site_beside_a_work(given, finds):
    assert len(beside_site(**given)) == finds


def test_a_site_names_its_works_and_what_it_needs():
    (found,) = beside_site(first=10)
    assert (found["works"], found["start"], found["end"]) == ([1], 0, 200)
    assert (found["distance_m"], found["gap_days"], found["dwellings"]) == (20.0, 0.0, 60.0)
    assert found["score"] == pytest.approx(50 * (1 - 0.5 * 20 / 50))
    assert found["said"].nl.startswith("Plan Kade (60 woningen) heeft in 1970 aansluitingen")
    assert found["said"].en.startswith("Plan Kade (60 dwellings) needs connections")


def test_only_sites_that_are_judged():
    (rule,) = (r for r in rules() if r.code == "O15")
    sites = [shapely.box(0, 10, 50, 50), shapely.box(50, 10, 90, 50)]
    layer = objects("development_sites", sites, start=[0, 0], end=[9, 9])
    situation = situation_of(
        [Planned(shapely.box(0, 0, 100, 2), 0, 30)], {"development_sites": layer}
    )
    _, found = found_by(rule.companion, situation, np.array([False, True]))
    assert [f["subject"] for f in found] == [layer.id[1].tobytes()]
