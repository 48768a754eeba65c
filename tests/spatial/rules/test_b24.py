"""B24 one unit on either side of every threshold."""

from dataclasses import replace

import numpy as np
import pytest
from shapely import box

from spatial.period import NO_DAY
from spatial.testing.making import Planned
from spatial.testing.surroundings import find, organisations_of

TODAY = 10_000
PARTIES = organisations_of({1: "municipality", 2: "network_operator"})


def work(**changes):
    given = {"organisation": 1, "planning_status": "under_construction", **changes}
    return Planned(box(0, 0, 10, 10), TODAY + 100, TODAY + 130, number=1, **given)


def found_after(days, parameters=None, declared=None, **changes):
    """Confirmed so many days ago, None for never; declared so many days ago by party 1 and 2."""
    confirmed = NO_DAY if days is None else TODAY - days
    last = [NO_DAY if d is None else TODAY - d for d in declared or (None, None)]
    return find(
        "B24",
        [work(**changes)],
        {},
        parameters,
        as_of=TODAY,
        confirmed_on=np.array([confirmed], dtype=np.int32),
        organisations=replace(PARTIES, declared_on=np.array(last, dtype=np.int32)),
    )


@pytest.mark.parametrize(
    ("days", "finds"), [(0, False), (181, False), (182, False), (183, True), (None, False)]
)
def test_confirm_days(days, finds):
    found = found_after(days)
    assert bool(found) == finds
    if days:
        assert found_after(days, {"confirm_days": 100})
        assert not found_after(days, {"confirm_days": 200})
    if finds:
        assert found[0]["days_since_confirmed"] == days


@pytest.mark.parametrize(
    ("declared", "finds"),
    [
        ((182, None), False),
        ((183, None), True),
        ((None, 10), True),
        ((10, None), False),
        ((None, None), False),
        ((10, 400), False),
    ],
)
def test_declare_days(declared, finds):
    """Of the owner; who never declared is late once others do."""
    assert bool(found_after(30, declared=declared)) == finds
    assert bool(found_after(30, {"declare_days": 500}, declared)) == (
        declared[0] is None and declared[1] is not None
    )


@pytest.mark.parametrize(
    ("change", "finds"),
    [
        ({}, True),
        ({"planning_status": "idea"}, True),
        ({"planning_status": "withdrawn"}, False),
        ({"planning_status": "completed"}, False),
    ],
)
def test_who(change, finds):
    assert bool(found_after(400, **change)) == finds


@pytest.mark.parametrize(("base", "score"), [(39.0, 39.0), (40.0, 40.0), (41.0, 41.0)])
def test_base_score(base, score):
    assert found_after(730, {"base_score": base})[0]["score"] == score


@pytest.mark.parametrize(("full", "score"), [(365, 40.0), (730, 20.0), (1_460, 10.0)])
def test_full_days(full, score):
    assert found_after(365, {"full_days": full})[0]["score"] == score
    assert found_after(30, {"full_days": full}, (None, 10))[0]["score"] == 40.0


def test_it_says_since_when_nothing_was_heard():
    (found,) = found_after(400, declared=(270, 10))
    assert (found["start"], found["end"]) == (TODAY + 100, TODAY + 130)
    said = found["said"]
    assert said.nl.startswith("Bevestig of wijzig ‘Werk 1’ van Partij 1")
    assert "voor het laatst bevestigd 400 dagen (ongeveer 13 maanden) geleden" in said.nl
    assert "laatste opgave van de eigenaar 270 dagen" in said.nl
    assert "confirmed 400 days (about 13 months) ago" in said.en
    assert "its owner last declared 270 days" in said.en
    (never,) = found_after(30, declared=(None, 10))
    assert "de eigenaar deed nog geen opgave" in never["said"].nl
    assert "its owner never declared" in never["said"].en
    assert "bevestigd" not in never["said"].nl


def test_without_a_day_that_counts_as_today_it_is_not_assessed():
    assert not find("B24", [work()], {}, confirmed_on=np.array([0], dtype=np.int32))
