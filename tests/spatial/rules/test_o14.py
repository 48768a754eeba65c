"""O14 one unit on either side of every threshold."""

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
from spatial.testing.surroundings import find, found_by, rule_of, situation_of

JAN = day_number(date(2027, 1, 1))
SURE = {"planning_status": "under_construction"}


def areas(*boxes):
    names = [f"Buurt {n}" for n in range(1, len(boxes) + 1)]
    return {"areas": objects("areas", boxes, names=names, level=["neighbourhood"] * len(boxes))}


HERE = areas(box(0, 0, 3000, 1000))


def work(number, start=JAN, end=JAN + 20, x=10.0, **changes):
    shape = box(x, 10, x + 10, 12)
    return Planned(shape, start, end, number=number, **{"organisation": number, **SURE, **changes})


@pytest.mark.parametrize(("away", "finds"), [(0, True), (499, True), (500, True), (501, False)])
def test_near_m(away, finds):
    works = [work(1), work(2, x=20 + away)]
    assert bool(find("O14", works, HERE)) == finds
    assert find("O14", works, HERE, {"near_m": 600})


@pytest.mark.parametrize(("gap", "finds"), [(181, True), (182, True), (183, False)])
def test_within_days(gap, finds):
    works = [work(1), work(2, JAN + 20 + gap, JAN + 30 + gap)]
    found = find("O14", works, HERE)
    assert bool(found) == finds
    assert find("O14", works, HERE, {"within_days": 183})
    if finds:
        assert (found[0]["works"], found[0]["end"]) == ([1, 2], JAN + 30 + gap)


def test_the_gap_counts_from_the_end_of_a_long_work():
    assert find("O14", [work(1, JAN, JAN + 400), work(2, JAN + 500, JAN + 520)], HERE)


@pytest.mark.parametrize(
    ("change", "finds"),
    [
        ({}, True),
        ({"organisation": 1}, True),
        ({"activity": "new"}, True),
        ({"project": 7}, False),
        ({"facility": "water"}, False),
        ({"activity": "survey"}, False),
        ({"planning_status": "completed"}, False),
        ({"planning_status": "withdrawn"}, False),
    ],
)
def test_which_works(change, finds):
    works = [work(1, project=7), replace(work(2), **change)]
    assert bool(find("O14", works, HERE)) == finds


def test_unknown_is_no_kind():
    assert not find("O14", [work(n, facility="unknown") for n in (1, 2)], HERE)


def test_in_one_neighbourhood():
    two = areas(box(0, 0, 100, 100), box(101, 0, 300, 100))
    assert not find("O14", [work(1), work(2, x=150)], two)
    assert find("O14", [work(1), work(2, x=80)], two)


def test_only_who_lies_near_takes_part():
    (found,) = find("O14", [work(1), work(2, x=300), work(3, x=2000)], HERE)
    assert found["works"] == [1, 2]


def test_works_on_one_spot_are_near():
    (found,) = find("O14", [work(1), work(2), work(3)], HERE)
    assert (found["works"], found["organisations"]) == ([1, 2, 3], 3)


@pytest.mark.parametrize(("base", "score"), [(49, 19.6), (50, 20.0), (51, 20.4)])
def test_base_score(base, score):
    assert find("O14", [work(1), work(2)], HERE, {"base_score": base})[0]["score"] == score


@pytest.mark.parametrize(("full", "score"), [(1, 50.0), (2, 50.0), (3, 33.3)])
def test_full_works(full, score):
    assert find("O14", [work(1), work(2)], HERE, {"full_works": full})[0]["score"] == score


def test_it_says_what_where_and_when():
    said = find("O14", [work(1), work(2)], HERE)[0]["said"]
    assert said.title_nl == "2 werken aan riool in Buurt 1: samen voorbereiden"
    assert "In Buurt 1 liggen van 1 januari 2027 t/m 20 januari 2027 2 werken aan riool" in said.nl
    assert "Combineer voorbereiding, depot of aanbesteding." in said.nl
    assert "Buurt 1 has 2 works on sewer near each other from 1 January 2027" in said.en


@settings(deadline=None, max_examples=60)
@given(
    placed=st.lists(
        st.tuples(st.integers(0, 1000), st.integers(0, 2900), st.sampled_from(["gas", "heat"])),
        max_size=14,
    ),
    judged=st.lists(st.booleans(), min_size=3, max_size=3),
)
def test_judging_some_gives_what_judging_all_does(placed, judged):
    three = areas(*(box(1000 * i, 0, 1000 * i + 1000, 100) for i in range(3)))
    many = [work(n, JAN + s, JAN + s + 40, x, facility=f) for n, (s, x, f) in enumerate(placed, 1)]
    flags, rule = np.array(judged), rule_of("O14")
    situation = situation_of(many, three)
    everything = found_by(rule, situation)[1]
    wanted = {i.tobytes() for i in three["areas"].id[flags]}
    assert found_by(rule, situation, flags)[1] == [f for f in everything if f["subject"] in wanted]


@pytest.mark.parametrize(
    ("classes", "facilities", "finds"),
    [
        (("grond en weg", "grond en weg"), ("sewer", "road"), [[1, 2]]),
        (("grond en weg", "staal"), ("sewer", "road"), []),
        (("", ""), ("sewer", "road"), []),
        (("grond en weg", "grond en weg"), ("sewer", "sewer"), [[1, 2]]),
        (("grond en weg", "grond en weg"), ("sewer", "unknown"), [[1, 2]]),
    ],
)
def test_a_class_of_contractor_joins_facilities(classes, facilities, finds):
    """Once, also where facility and class say the same."""
    works = [work(n, facility=f) for n, f in enumerate(facilities, 1)]
    noted = replace(Noted.nothing(2), contractor_class=np.array(classes, dtype=object))
    found = find("O14", works, HERE, noted=noted)
    assert [f["works"] for f in found] == finds
    if finds and facilities[0] != facilities[1]:
        assert "2 werken voor grond en weg dicht bij elkaar" in found[0]["said"].nl
        assert "2 works for grond en weg near each other" in found[0]["said"].en
