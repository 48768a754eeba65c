"""B21 one unit on either side of every threshold."""

import pytest
from shapely import box

from spatial.testing.making import Planned
from spatial.testing.surroundings import find

TODAY = 10_000
KINDS = [
    ("relocate_days", 273, {"activity": "relocate", "facility": "gas"}),
    ("heat_days", 1_095, {"facility": "heat", "activity": "new"}),
    ("sewer_days", 547, {"facility": "sewer", "activity": "renew"}),
    ("housing_days", 730, {"facility": "housing", "activity": "renovate"}),
    ("dig_days", 60, {"facility": "water", "activity": "renew"}),
]


def work(left, *, area=51.0, end=None, **changes):
    given = {"accepted_bundle": 3, "organisation": 1, "planning_status": "committed", **changes}
    start = TODAY + left
    return Planned(box(0, 0, area, 1), start, end or start + 30, number=1, **given)


@pytest.mark.parametrize(("name", "days", "change"), KINDS, ids=[k[0] for k in KINDS])
def test_each_lead_time(name, days, change):
    for left, finds in ((days - 1, True), (days, False), (days + 1, False)):
        found = find("B21", [work(left, **change)], {}, as_of=TODAY)
        assert bool(found) == finds
        if finds:
            assert (found[0]["lead_days"], found[0]["left_days"]) == (days, left)
    assert find("B21", [work(days, **change)], {}, {name: days + 1}, as_of=TODAY)
    assert not find("B21", [work(days - 1, **change)], {}, {name: days - 1}, as_of=TODAY)


@pytest.mark.parametrize(("area", "finds"), [(49.0, False), (50.0, False), (51.0, True)])
def test_least_area_m2(area, finds):
    small = work(10, area=area, facility="water")
    assert bool(find("B21", [small], {}, as_of=TODAY)) == finds
    assert find("B21", [small], {}, {"least_area_m2": 40.0}, as_of=TODAY)


@pytest.mark.parametrize(
    ("change", "finds"),
    [
        ({}, True),
        ({"accepted_bundle": -1}, False),
        ({"planning_status": "under_construction"}, False),
        ({"planning_status": "withdrawn"}, False),
        ({"planning_status": "completed"}, False),
        ({"activity": "repair"}, True),
        ({"activity": "survey"}, False),
        ({"excavation": "trenchless", "activity": "repair"}, False),
        ({"facility": "paving"}, False),
        ({"facility": "housing", "activity": "new"}, False),
        ({"facility": "housing", "activity": "renew"}, True),
    ],
)
def test_which_works(change, finds):
    assert bool(find("B21", [work(10, **change)], {}, as_of=TODAY)) == finds


@pytest.mark.parametrize(("left", "finds"), [(-29, True), (-30, False), (-31, False)])
def test_what_is_over_needs_no_preparation(left, finds):
    found = find("B21", [work(left)], {}, as_of=TODAY)
    assert bool(found) == finds
    if finds:
        assert found[0]["left_days"] == 0


@pytest.mark.parametrize(("base", "score"), [(79.0, 37.5), (80.0, 38.0), (81.0, 38.5)])
def test_base_score(base, score):
    half = work(30, facility="water")
    found = find("B21", [half], {}, {"base_score": base}, as_of=TODAY)
    assert found[0]["score"] == score


def test_it_says_how_many_months():
    (found,) = find("B21", [work(365, facility="heat", activity="new")], {}, as_of=TODAY)
    said = found["said"]
    assert said.nl.startswith("Partij 1 heeft 36 maanden nodig voor ‘Werk 1’")
    assert "er resten 12." in said.nl
    assert said.en.startswith("Partij 1 needs 36 months")
    assert "12 are left" in said.en
    assert not find("B21", [work(10)], {})


def test_a_work_of_a_kind_without_lead_time_is_never_late():
    """Also where its first day has passed: no time was needed before it."""
    assert not find("B21", [work(-5, facility="paving")], {}, as_of=TODAY)
