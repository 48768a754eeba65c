"""B10 one unit on either side of every threshold."""

from datetime import date

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from shapely import box

from spatial.context import objects
from spatial.period import day_number
from spatial.testing.making import Planned
from spatial.testing.surroundings import (
    find,
    found_by,
    organisations_of,
    rule_of,
    shares_of,
    situation_of,
)

JAN = day_number(date(2028, 1, 1))
SURE = {"planning_status": "under_construction"}
PARTIES = organisations_of({1: "municipality", 2: "network_operator"})


def work(number=1, project=1, **changes):
    given = {"organisation": 1, **SURE, **changes}
    return Planned(box(0, 0, 10, 10), JAN, JAN + 20, number=number, project=project, **given)


def budgets(amount=100_000.0, state="allotted", project=-1, year=2028, owner=1):
    return {
        "budgets": objects(
            "budgets",
            [None],
            organisation_key=[owner],
            project_key=[project],
            year=[year],
            amount_eur=[amount],
            state=[state],
        )
    }


def b10(amount, context=None, parameters=None, works=None, year=2028):
    shares = shares_of([(1, 1, year, amount)])
    given = [work()] if works is None else works
    return find(
        "B10", given, context or budgets(), parameters, organisations=PARTIES, shares=shares
    )


@pytest.mark.parametrize(("amount", "finds"), [(89_999, False), (90_000, True), (90_001, True)])
def test_warn(amount, finds):
    found = b10(amount)
    assert bool(found) == finds
    assert not b10(amount, parameters={"warn": 91})
    if finds:
        assert "short_eur" not in found[0]
        assert (found[0]["start"], found[0]["end"]) == (JAN, JAN + 366)


@pytest.mark.parametrize(("amount", "short"), [(99_999, None), (100_000, None), (100_001, 1.0)])
def test_most(amount, short):
    assert b10(amount)[0].get("short_eur") == short
    assert b10(amount, parameters={"most": 101})[0].get("short_eur") is None


@pytest.mark.parametrize(
    ("change", "finds"),
    [
        ({}, True),
        ({"state": "reserved"}, True),
        ({"project": 1}, False),
        ({"year": 2029}, False),
        ({"owner": 2}, False),
        ({"amount": 500_000.0}, False),
    ],
)
def test_which_budget(change, finds):
    assert bool(b10(120_000, budgets(**change))) == finds


def test_what_is_only_requested_is_nothing():
    (found,) = b10(120_000, budgets(state="requested"))
    assert (found["allotted_eur"], found["short_eur"]) == (0.0, 120_000.0)


@pytest.mark.parametrize(
    ("change", "finds"),
    [
        ({}, True),
        ({"project": 2}, False),
        ({"organisation": 2}, True),
        ({"planning_status": "completed"}, False),
        ({"planning_status": "withdrawn"}, False),
    ],
)
def test_which_works(change, finds):
    assert bool(b10(120_000, works=[work(**change)])) == finds


def test_a_project_of_several_works_counts_once():
    (found,) = b10(120_000, works=[work(1), work(2)])
    assert (found["cost_eur"], found["works"]) == (120_000.0, [1, 2])


@pytest.mark.parametrize(
    ("base", "amount", "score"), [(79, 120_000, 79.0), (80, 120_000, 80.0), (80, 95_000, 40.0)]
)
def test_base_score(base, amount, score):
    assert b10(amount, parameters={"base_score": base})[0]["score"] == score


def test_it_says_who_is_short_of_how_much():
    said = b10(120_000)[0]["said"]
    assert said.title_nl == "Partij 1: € 20.000 te weinig in 2028"
    assert said.title_en == "Partij 1: €20,000 short in 2028"
    assert "De werken vragen € 120.000, toegekend is € 100.000." in said.nl
    assert "The works ask €120,000, €100,000 is allotted." in said.en
    assert b10(95_000)[0]["said"].title_nl == "Partij 1: budget van 2028 bijna op"
    assert b10(95_000)[0]["said"].title_en == "Partij 1: budget of 2028 nearly spent"


@settings(deadline=None, max_examples=60)
@given(
    rows=st.lists(
        st.tuples(
            st.integers(1, 4),
            st.integers(1, 2),
            st.sampled_from([2027, 2028]),
            st.integers(0, 90_000),
        ),
        max_size=8,
    ),
    judged=st.lists(st.booleans(), min_size=2, max_size=2),
)
def test_judging_some_gives_what_judging_all_does(rows, judged):
    flags, rule = np.array(judged), rule_of("B10")
    situation = situation_of(
        [work(n, n) for n in (1, 2, 3)],
        budgets(50_000.0),
        organisations=PARTIES,
        shares=shares_of([(p, o, y, float(a)) for p, o, y, a in rows]),
    )
    everything = found_by(rule, situation)[1]
    wanted = {i.tobytes() for i in PARTIES.id[flags]}
    assert found_by(rule, situation, flags)[1] == [f for f in everything if f["subject"] in wanted]
