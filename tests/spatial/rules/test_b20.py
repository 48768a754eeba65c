"""B20 one unit on either side of every threshold."""

import pytest
from shapely import box

from spatial.context import objects
from spatial.testing.making import Planned
from spatial.testing.surroundings import find

SURE = {"planning_status": "under_construction"}


def sinking(*rates, cycle=None, shape=None):
    n = len(rates)
    more = {} if cycle is None else {"raising_cycle_years": [cycle] * n}
    return {
        "subsidence": objects(
            "subsidence",
            [shape or box(0, 0, 100, 100)] * n,
            names=["Polder"] * n,
            subsidence_mm_per_year=rates,
            **more,
        )
    }


def work(number=1, start=0, *, shape=None, **changes):
    given = {"organisation": number, **SURE, **changes}
    return Planned(shape or box(10, 10, 30, 20), start, start + 30, number=number, **given)


@pytest.mark.parametrize(("rate", "finds"), [(4.0, False), (4.9, False), (5.0, True), (6.0, True)])
def test_rate_mm(rate, finds):
    assert bool(find("B20", [work()], sinking(rate))) == finds
    assert find("B20", [work()], sinking(rate), {"rate_mm": 4.0})


@pytest.mark.parametrize(
    ("gap", "finds"), [(0, False), (1825, False), (1826, False), (1827, True), (-1886, False)]
)
def test_raising_days(gap, finds):
    """A raising by somebody else, before or after."""
    raising = work(2, 30 + gap, facility="paving", activity="raise")
    found = find("B20", [work(), raising], sinking(8.0))
    assert ([1] in [f["works"] for f in found]) == finds
    assert not find("B20", [work(), raising], sinking(8.0), {"raising_days": 1900})


@pytest.mark.parametrize(
    ("change", "finds"),
    [
        ({}, False),
        ({"shape": box(40, 10, 60, 20)}, True),
        ({"activity": "renew"}, True),
        ({"planning_status": "withdrawn"}, True),
        ({"planning_status": "completed"}, True),
    ],
)
def test_which_raising_counts(change, finds):
    raising = work(2, 0, **{"facility": "paving", "activity": "raise", **change})
    found = find("B20", [work(), raising], sinking(8.0))
    assert ([1] in [f["works"] for f in found]) == finds


@pytest.mark.parametrize(
    ("change", "finds"),
    [
        ({}, True),
        ({"excavation": "trenchless"}, False),
        ({"activity": "survey"}, False),
        ({"facility": "paving"}, True),
        ({"facility": "road", "activity": "new"}, True),
        ({"facility": "public_space", "activity": "redesign"}, True),
        ({"facility": "paving", "activity": "maintain"}, False),
        ({"facility": "paving", "activity": "raise"}, False),
        ({"facility": "trees", "activity": "new"}, False),
        ({"facility": "green", "activity": "new"}, False),
        ({"planning_status": "withdrawn"}, False),
        ({"planning_status": "completed"}, False),
    ],
)
def test_dig_or_paving(change, finds):
    assert bool(find("B20", [work(**change)], sinking(8.0))) == finds


@pytest.mark.parametrize(
    ("shape", "finds"),
    [(box(99, 0, 120, 10), True), (box(100, 0, 120, 10), False), (box(200, 0, 220, 10), False)],
)
def test_only_in_the_area(shape, finds):
    assert bool(find("B20", [work(shape=shape)], sinking(8.0))) == finds


@pytest.mark.parametrize(("base", "score"), [(59.0, 59.0), (60.0, 60.0), (61.0, 61.0)])
def test_base_score(base, score):
    assert find("B20", [work()], sinking(20.0), {"base_score": base})[0]["score"] == score


@pytest.mark.parametrize(("full", "score"), [(8.0, 60.0), (15.0, 32.0), (16.0, 30.0)])
def test_full_mm(full, score):
    assert find("B20", [work()], sinking(8.0), {"full_mm": full})[0]["score"] == score


def test_it_says_how_fast_and_which_cycle():
    (found,) = find("B20", [work()], sinking(6.0, 8.5, cycle=12))
    assert found["subsidence_mm_per_year"] == 8.5
    assert found["shared_area_m2"] == pytest.approx(200)
    said = found["said"]
    assert said.title_nl == "Straat zakt 8,5 mm per jaar: Werk 1"
    assert "waar de bodem 8,5 mm per jaar daalt (Polder)" in said.nl
    assert "ophoogcyclus van 12 jaar." in said.nl
    assert "sinks 8.5 mm a year (Polder)" in said.en
    assert "raising cycle of 12 years." in said.en
    (bare,) = find("B20", [work()], sinking(6.0))
    assert "ophoogcyclus." in bare["said"].nl
    assert bare["subject"] == (1).to_bytes(16, "big")
