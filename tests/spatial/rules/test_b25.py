"""B25 one unit on either side of every threshold."""

import numpy as np
import pytest
from shapely import Point, box

from spatial.context import objects
from spatial.testing.making import Planned
from spatial.testing.surroundings import find

SURE = {"planning_status": "under_construction"}


def site(*, away=0.0, shape=None, start=None, end=None, **given):
    columns = {k: [v] for k, v in given.items()}
    return {
        "development_sites": objects(
            "development_sites",
            [shape or box(0, 10 + away, 50, 60 + away)],
            names=["Plan Zuidkade"],
            start=None if start is None else [start],
            end=None if end is None else [end],
            **columns,
        )
    }


def work(number=1, start=0, **changes):
    given = {"organisation": number, **SURE, **changes}
    return Planned(box(0, 0, 100, 10), start, start + 30, number=number, **given)


@pytest.mark.parametrize(
    ("away", "finds"), [(0.0, True), (24.0, True), (25.0, True), (25.001, False), (26.0, False)]
)
def test_distance_m(away, finds):
    found = find("B25", [work()], site(away=away))
    assert bool(found) == finds
    assert find("B25", [work()], site(away=away), {"distance_m": 26.0})
    if finds:
        assert found[0]["distance_m"] == pytest.approx(away)


@pytest.mark.parametrize(
    ("contact", "agreement", "finds"),
    [(False, False, True), (True, False, False), (False, True, False), (True, True, False)],
)
def test_neither_contact_nor_agreement(contact, agreement, finds):
    given = site(has_contact=contact, has_agreement=agreement)
    assert bool(find("B25", [work()], given)) == finds


@pytest.mark.parametrize(
    ("change", "finds"),
    [
        ({}, True),
        ({"facility": "paving"}, True),
        ({"facility": "development"}, False),
        ({"planning_status": "withdrawn"}, False),
        ({"planning_status": "completed"}, False),
    ],
)
def test_which_works(change, finds):
    assert bool(find("B25", [work(**change)], site())) == finds


@pytest.mark.parametrize(("base", "score"), [(59.0, 59.0), (60.0, 60.0), (61.0, 61.0)])
def test_base_score(base, score):
    found = find("B25", [work()], site(dwellings=100), {"base_score": base})
    assert found[0]["score"] == score


@pytest.mark.parametrize(("full", "score"), [(50, 60.0), (51, 59.4), (100, 45.0)])
def test_full_dwellings(full, score):
    given = {"full_dwellings": full}
    assert find("B25", [work()], site(dwellings=50), given)[0]["score"] == score
    assert find("B25", [work()], site(), given)[0]["score"] == 30.0


def test_it_says_who_builds_when_beside_what():
    plan = site(away=12.0, start=365, end=1095, dwellings=80, developer="Bouwfonds")
    (found,) = find("B25", [work(2, 50), work()], plan)
    assert (found["works"], found["start"], found["end"]) == ([1, 2], 365, 1095)
    assert found["subject"] == (1).to_bytes(16, "big")
    said = found["said"]
    assert said.title_nl == "Niet aan tafel: Plan Zuidkade"
    assert said.nl.startswith("Bouwfonds bouwt hier vanaf 1971 80 woningen: Plan Zuidkade ligt op")
    assert "op 12 m van ‘Werk 1’ van Partij 1 en ‘Werk 2’ van Partij 2" in said.nl
    assert said.en.startswith("Bouwfonds builds here from 1971 80 dwellings")
    (bare,) = find("B25", [work()], site(shape=Point(50, 5)))
    assert (bare["start"], bare["end"]) == (0, 30)
    assert bare["said"].nl.startswith("Een derde bouwt hier: Plan Zuidkade ligt tegen of over")
    assert bare["said"].en.startswith("A third party builds here: Plan Zuidkade lies against")


def test_judging_some_sites():
    two = objects("development_sites", [box(0, 0, 5, 5), box(50, 0, 55, 5)])
    found = find("B25", [work()], {"development_sites": two}, None, np.array([False, True]))
    assert [f["subject"] for f in found] == [(2).to_bytes(16, "big")]
