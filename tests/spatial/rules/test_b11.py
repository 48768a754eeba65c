"""B11 one unit on either side of every threshold."""

from datetime import date

import numpy as np
import pytest
from shapely import box

from spatial.context import objects
from spatial.period import day_number
from spatial.situation import Shares
from spatial.testing.making import Planned
from spatial.testing.surroundings import find


def on(day):
    return day_number(date.fromisoformat(day))


def work(number=1, first="2029-03-01", last="2029-08-31", **changes):
    given = {"organisation": 1, "project": 7, "planning_status": "committed", **changes}
    return Planned(box(0, 0, 10, 10), on(first), on(last) + 1, number=number, **given)


def money(*rows):
    """Rows of (year, amount, state) for the project of the work."""
    states = np.empty(len(rows), dtype=object)
    states[:] = [r[2] for r in rows]
    return Shares(
        np.full(len(rows), 7, dtype=np.int64),
        np.full(len(rows), 1, dtype=np.int64),
        np.array([r[0] for r in rows], dtype=np.int32),
        np.array([r[1] for r in rows], dtype=np.float64),
        states,
    )


def decides(*days, organisation=1):
    return {
        "decision_moments": objects(
            "decision_moments",
            [None] * len(days),
            organisation_key=[organisation] * len(days),
            decided_on=[on(d) for d in days],
        )
    }


ASKED = money((2029, 500_000, "requested"))


def found_on(today, works=None, context=None, parameters=None, shares=ASKED):
    works = [work()] if works is None else works
    return find("B11", works, context or {}, parameters, as_of=on(today), shares=shares)


@pytest.mark.parametrize(
    ("today", "finds"),
    [("2028-05-16", False), ("2028-05-17", True), ("2028-11-15", True), ("2029-01-10", True)],
)
def test_margin_days(today, finds):
    """182 days before 15 November 2028."""
    moment = decides("2028-11-15")
    assert bool(found_on(today, context=moment)) == finds
    assert found_on(today, context=moment, parameters={"margin_days": 183})


@pytest.mark.parametrize(("today", "finds"), [("2028-05-02", False), ("2028-05-03", True)])
def test_moment_day(today, finds):
    """Nothing is known: 1 November of the year before."""
    assert bool(found_on(today)) == finds
    assert found_on(today, parameters={"moment_day": 1031})
    assert not found_on(today, parameters={"moment_day": 1103})


@pytest.mark.parametrize(
    ("days", "organisation", "finds"),
    [
        (("2028-06-15", "2028-11-15"), 1, False),
        (("2028-06-15",), 1, True),
        (("2028-06-15", "2029-03-02"), 1, True),
        (("2028-06-15",), 2, False),
        (("2027-02-27",), 1, False),
        (("2027-03-02",), 1, True),
    ],
)
def test_the_last_moment_of_the_owner_before_the_work_counts(days, organisation, finds):
    context = decides(*days, organisation=organisation)
    assert bool(found_on("2028-05-01", context=context)) == finds


@pytest.mark.parametrize(
    ("change", "finds"),
    [
        ({}, True),
        ({"planning_status": "provisional"}, False),
        ({"planning_status": "indicative"}, False),
        ({"planning_status": "provisional", "accepted_bundle": 3}, True),
        ({"planning_status": "completed"}, False),
        ({"planning_status": "withdrawn"}, False),
        ({"planning_status": "withdrawn", "accepted_bundle": 3}, False),
        ({"project": 8}, False),
    ],
)
def test_committed_or_bundled(change, finds):
    assert bool(found_on("2028-09-01", [work(**change)])) == finds


@pytest.mark.parametrize(
    ("rows", "amount"),
    [
        ([(2029, 500_000, "requested")], 500_000),
        ([(2029, 500_000, "reserved")], 500_000),
        ([(2029, 500_000, "allotted")], None),
        ([(2029, 300_000, "allotted"), (2029, 200_000, "requested")], 200_000),
        ([(2028, 500_000, "requested")], None),
        ([(2030, 500_000, "requested")], None),
        ([], None),
    ],
)
def test_which_money(rows, amount):
    found = found_on("2028-09-01", shares=money(*rows))
    assert [f["amount_eur"] for f in found] == ([] if amount is None else [amount])


@pytest.mark.parametrize(("base", "score"), [(79.0, 75.05), (80.0, 76.0), (81.0, 76.95)])
def test_base_score(base, score):
    found = found_on("2028-09-01", parameters={"base_score": base, "full_eur": 500_000})
    assert found[0]["score"] == pytest.approx(score, abs=0.06)


@pytest.mark.parametrize(("full", "score"), [(500_000, 76.0), (1_000_000, 57.0), (2e6, 47.5)])
def test_full_eur(full, score):
    assert found_on("2028-09-01", parameters={"full_eur": full})[0]["score"] == score


def test_it_says_how_much_is_not_allotted():
    two = money((2029, 500_000, "requested"), (2030, 100_000, "reserved"))
    (found,) = found_on("2028-09-01", [work(last="2030-02-01")], decides("2028-11-15"), None, two)
    assert (found["amount_eur"], found["days_to_decision"]) == (600_000, 75)
    said = found["said"]
    assert said.title_nl == "Geen dekking in 2029: Werk 1"
    assert "is in 2029 nog geen geld toegekend: € 600.000" in said.nl
    assert "Het beslismoment is 15 november 2028." in said.nl
    assert "€600,000 is merely requested or reserved" in said.en
    (late,) = found_on("2028-12-01", context=decides("2028-11-15"))
    assert "Het beslismoment was 15 november 2028." in late["said"].nl
    assert "The decision was on 15 November 2028." in late["said"].en


def test_without_a_day_that_counts_as_today_it_is_not_assessed():
    assert not find("B11", [work()], {}, shares=ASKED)
