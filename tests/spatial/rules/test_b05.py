"""B05 one unit on either side of every threshold."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from shapely import LineString, box

from spatial.context import objects
from spatial.period import NO_DAY
from spatial.testing.making import Planned
from spatial.testing.surroundings import find, found_by, rule_of, situation_of

SURE = {"planning_status": "under_construction"}
ROUTE = LineString([(0, 0), (500, 0)])


def routes(*lines, start=100, end=130, project=7):
    n = len(lines)
    days = {"start": [start] * n, "end": [end] * n, "project_key": [project] * n}
    return {"diversions": objects("diversions", lines, names=["via de Kerkstraat"] * n, **days)}


def closing(**changes):
    given = {"organisation": 1, "project": 7, **SURE, **changes}
    return Planned(box(0, 900, 10, 910), 100, 130, number=1, **given)


def work(number=2, start=110, end=120, away=0.0, **changes):
    shape = box(100, away, 140, away + 3)
    return Planned(shape, start, end, number=number, **{"organisation": 2, **SURE, **changes})


@pytest.mark.parametrize(("away", "finds"), [(0, True), (4.9, True), (5.0, False), (5.1, False)])
def test_margin_m(away, finds):
    works = [closing(), work(away=away)]
    assert bool(find("B05", works, routes(ROUTE))) == finds
    assert find("B05", works, routes(ROUTE), {"margin_m": 6})


@pytest.mark.parametrize(("start", "finds"), [(128, True), (129, True), (130, False), (131, False)])
def test_shared_days(start, finds):
    works = [closing(), work(2, start, start + 10)]
    found = find("B05", works, routes(ROUTE))
    assert bool(found) == finds
    assert bool(find("B05", works, routes(ROUTE), {"shared_days": 2})) == (start <= 128)
    if finds:
        assert (found[0]["start"], found[0]["end"]) == (start, 130)


@pytest.mark.parametrize(
    ("change", "finds"),
    [
        ({}, True),
        ({"facility": "trees"}, True),
        ({"project": 7}, False),
        ({"organisation": 1}, False),
        ({"organisation": 1, "department": 6}, True),
        ({"organisation": 1, "department": 5}, False),
        ({"department": 5}, True),
        ({"planning_status": "completed"}, False),
        ({"planning_status": "withdrawn"}, False),
    ],
)
def test_which_works(change, finds):
    assert bool(find("B05", [closing(department=5), work(**change)], routes(ROUTE))) == finds


def test_a_diversion_without_days_has_those_of_its_works():
    unset = routes(ROUTE, start=NO_DAY, end=NO_DAY)
    (found,) = find("B05", [closing(), work(2, 90, 105)], unset)
    assert (found["works"], found["start"], found["end"]) == ([2, 1], 100, 105)
    assert not find("B05", [work()], unset)


@pytest.mark.parametrize("status", ["completed", "withdrawn"])
def test_a_diversion_of_a_work_that_is_off_is_not_in_force(status):
    assert not find("B05", [closing(planning_status=status), work()], routes(ROUTE))
    two = [closing(planning_status=status), work(3, project=7, organisation=1, away=50), work()]
    assert [f["works"] for f in find("B05", two, routes(ROUTE))] == [[2, 3]]


def test_a_diversion_of_nobody_known():
    (found,) = find("B05", [work()], routes(ROUTE, project=-1))
    assert found["works"] == [2]
    assert "op de omleiding ‘via de Kerkstraat’, 10 dagen tegelijk." in found["said"].nl


def test_valid_periods_decide():
    works = [closing(), work(2, 0, 300, periods=((0, 50), (140, 300)))]
    assert not find("B05", works, routes(ROUTE))


@pytest.mark.parametrize(("base", "score"), [(89, 44.5), (90, 45.0), (91, 45.5)])
def test_base_score(base, score):
    works = [closing(), work()]
    assert find("B05", works, routes(ROUTE), {"base_score": base})[0]["score"] == score


@pytest.mark.parametrize(("full", "score"), [(9, 90.0), (10, 90.0), (16, 56.2), (21, 45.0)])
def test_full_days(full, score):
    works = [closing(), work()]
    assert find("B05", works, routes(ROUTE), {"full_days": full})[0]["score"] == score


def test_it_says_which_work_lies_on_whose_diversion():
    said = find("B05", [closing(), work()], routes(ROUTE))[0]["said"]
    assert said.title_nl == "Werk 2 ligt op een omleiding"
    assert (
        "‘Werk 2’ van Partij 2 ligt van 21 april 1970 t/m 30 april 1970 op de omleiding " in said.nl
    )
    assert "‘via de Kerkstraat’ van ‘Werk 1’ van Partij 1, 10 dagen tegelijk." in said.nl
    assert "‘Werk 2’ by Partij 2 lies on the diversion ‘via de Kerkstraat’ of ‘Werk 1’" in said.en


@settings(deadline=None, max_examples=60)
@given(
    placed=st.lists(st.tuples(st.integers(60, 140), st.integers(0, 260)), max_size=10),
    judged=st.lists(st.booleans(), min_size=3, max_size=3),
)
def test_judging_some_gives_what_judging_all_does(placed, judged):
    context = routes(*(LineString([(0, 100 * i), (500, 100 * i)]) for i in range(3)))
    many = [closing(), *(work(n, s, s + 20, y) for n, (s, y) in enumerate(placed, 2))]
    flags, rule = np.array(judged), rule_of("B05")
    situation = situation_of(many, context)
    everything = found_by(rule, situation)[1]
    wanted = {i.tobytes() for i in context["diversions"].id[flags]}
    assert found_by(rule, situation, flags)[1] == [f for f in everything if f["subject"] in wanted]
