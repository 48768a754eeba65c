"""B09 one unit on either side of every threshold."""

from dataclasses import replace
from datetime import date

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from shapely import box

from spatial.context import objects
from spatial.period import day_number
from spatial.situation import Noted
from spatial.testing.making import Planned
from spatial.testing.surroundings import find, found_by, organisations_of, rule_of, situation_of

JAN = day_number(date(2028, 1, 1))
SURE = {"planning_status": "under_construction"}
PARTIES = organisations_of({1: "network_operator", 2: "network_operator"})
AREA = {
    "areas": objects(
        "areas", [box(0, 0, 100, 100)], names=["Noord"], level=["district"], code=["WK01"]
    )
}


def work(number, start=JAN, end=JAN + 20, x=10, **changes):
    given = {"organisation": 1, "facility": "electricity", **SURE, **changes}
    return Planned(box(x, 10, x + 5, 12), start, end, number=number, **given)


def capacity(*rows, unit="works", discipline="electricity", area="", owner=1):
    """Rows are (year, quarter, capacity)."""
    n = len(rows)
    return {
        **AREA,
        "capacity": objects(
            "capacity",
            [None] * n,
            organisation_key=[owner] * n,
            discipline=[discipline] * n,
            area=[area] * n,
            year=[r[0] for r in rows],
            quarter=[r[1] for r in rows],
            capacity=[r[2] for r in rows],
            unit=[unit] * n,
        ),
    }


def b09(works, context, parameters=None, cost=None, **known):
    if cost is not None:
        known["cost_eur"] = np.full(len(works), float(cost))
    return find("B09", works, context, parameters, organisations=PARTIES, **known)


def many(n, **changes):
    return [work(i, **changes) for i in range(1, n + 1)]


@pytest.mark.parametrize(("n", "finds"), [(8, False), (9, True), (10, True)])
def test_warn(n, finds):
    found = b09(many(n), capacity((2028, 1, 10.0)))
    assert bool(found) == finds
    assert bool(b09(many(n), capacity((2028, 1, 10.0)), {"warn": 95})) == (n == 10)
    if finds:
        assert (found[0]["load_percent"], found[0]["score"]) == (10.0 * n, 40.0)
        assert (found[0]["start"], found[0]["end"]) == (JAN, JAN + 91)


@pytest.mark.parametrize(("n", "beyond"), [(9, False), (10, False), (11, True)])
def test_most(n, beyond):
    found = b09(many(n), capacity((2028, 1, 10.0)))[0]
    assert (found["score"] == 80.0) == beyond
    assert ("Dat is te veel" in found["said"].nl) == beyond
    assert b09(many(n), capacity((2028, 1, 10.0)), {"most": 110})[0]["score"] == 40.0


@pytest.mark.parametrize(
    ("change", "finds"),
    [
        ({}, True),
        ({"organisation": 2}, False),
        ({"facility": "gas"}, False),
        ({"start": JAN - 20, "end": JAN}, False),
        ({"start": JAN - 20, "end": JAN + 1}, True),
        ({"start": JAN + 90, "end": JAN + 95}, True),
        ({"start": JAN + 91, "end": JAN + 95}, False),
        ({"planning_status": "completed"}, False),
        ({"planning_status": "withdrawn"}, False),
    ],
)
def test_which_works(change, finds):
    assert bool(b09([work(1, **change)], capacity((2028, 1, 1.0)))) == finds


@pytest.mark.parametrize(("x", "finds"), [(10, True), (100, True), (101, False)])
def test_in_the_area(x, finds):
    assert bool(b09([work(1, x=x)], capacity((2028, 1, 1.0), area="WK01"))) == finds
    assert b09([work(1, x=x)], capacity((2028, 1, 1.0)))
    assert not b09([work(1, x=x)], capacity((2028, 1, 1.0), area="WK99"))


@pytest.mark.parametrize(("cost", "finds"), [(89, False), (90, True), (91, True)])
def test_euros_follow_the_days_in_the_quarter(cost, finds):
    half = [work(1, JAN + 81, JAN + 101)]
    assert bool(b09(half, capacity((2028, 1, 50.0), unit="eur"), cost=cost)) == finds
    two = [work(1, project=5), work(2, project=5)]
    assert bool(b09(two, capacity((2028, 1, 100.0), unit="eur"), cost=cost)) == finds


def test_quarters_in_a_row_are_one_finding():
    rows = [(2028, q, 1.0) for q in (1, 2, 3, 4)]
    (found,) = b09([work(1, end=JAN + 200)], capacity(*rows))
    assert (found["quarters"], found["end"]) == (3, day_number(date(2028, 10, 1)))
    assert len(b09([work(1), work(2, JAN + 200, JAN + 210)], capacity(*rows))) == 2


@pytest.mark.parametrize(("base", "score"), [(79, 79.0), (80, 80.0), (81, 81.0)])
def test_base_score(base, score):
    found = b09(many(2), capacity((2028, 1, 1.0)), {"base_score": base})
    assert found[0]["score"] == score


def test_it_says_how_full_whose_discipline_is():
    said = b09(many(3), capacity((2028, 1, 2.0), area="WK01"))[0]["said"]
    assert said.title_nl == "Elektriciteit: 150% van de capaciteit van Partij 1"
    assert (
        "Elektriciteit van Partij 1 in Noord: 150% van de capaciteit in het eerste kwartaal"
        in said.nl
    )
    assert said.title_en == "Electricity: 150% of the capacity of Partij 1"
    assert "150% of the capacity in the first quarter of 2028. That is too much" in said.en


@settings(deadline=None, max_examples=60)
@given(
    placed=st.lists(
        st.tuples(st.integers(0, 300), st.integers(0, 140), st.integers(1, 2)), max_size=12
    ),
    judged=st.lists(st.booleans(), min_size=2, max_size=2),
)
def test_judging_some_gives_what_judging_all_does(placed, judged):
    rows = [(2028, q, 2.0) for q in (1, 2, 3, 4)]
    context = capacity(*rows, area="WK01")
    keys = context["capacity"].columns["organisation_key"]
    keys[::2] = 2
    flags, rule = np.array(judged), rule_of("B09")
    works = [
        work(n, JAN + s, JAN + s + 60, x, organisation=o) for n, (s, x, o) in enumerate(placed, 1)
    ]
    situation = situation_of(works, context, organisations=PARTIES)
    everything = found_by(rule, situation)[1]
    wanted = {i.tobytes() for i in PARTIES.id[flags]}
    assert found_by(rule, situation, flags)[1] == [f for f in everything if f["subject"] in wanted]


@pytest.mark.parametrize(
    ("crews", "unit", "finds"),
    [
        ((2.0, 2.0), "crews", True),
        ((1.0, 1.0), "crews", False),
        ((np.nan, np.nan), "crews", False),
        ((np.nan, 2.0), "crews", True),
        ((2.0, 2.0), "works", False),
    ],
)
def test_crews_are_those_that_owners_tell(crews, unit, finds):
    """Two works and a capacity of three: three crews are all of it, four too many."""
    noted = replace(Noted.nothing(2), crews=np.array(crews))
    found = b09(many(2), capacity((2028, 1, 3.0), unit=unit), noted=noted)
    assert bool(found) == finds
