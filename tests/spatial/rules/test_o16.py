"""O16 one unit on either side of every threshold."""

from dataclasses import replace
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
    situation_of,
)

JAN = day_number(date(2027, 1, 1))
SURE = {"planning_status": "under_construction"}
PARTIES = organisations_of({1: "municipality", 2: "water_board", 3: "municipality"})


def areas(*boxes, task=None):
    codes = [f"P{n}" for n in range(1, len(boxes) + 1)]
    tasks = {} if task is None else {"storage_task_m3": [task] * len(boxes)}
    boards = ["Waterschap Noord"] * len(boxes)
    return {
        "peil_areas": objects(
            "peil_areas", boxes, names=codes, code=codes, water_board=boards, **tasks
        )
    }


HERE = areas(box(0, 0, 1000, 1000))


def sewer(number=1, start=JAN, end=JAN + 20, x=10.0, **changes):
    given = {"organisation": 1, "facility": "sewer", "activity": "renew", **SURE}
    return Planned(box(x, 10, x + 10, 12), start, end, number=number, **{**given, **changes})


def board(number=2, start=JAN, end=JAN + 20, x=500.0, **changes):
    given = {"organisation": 2, "facility": "structure", "activity": "new", **SURE}
    return Planned(box(x, 10, x + 3, 13), start, end, number=number, **{**given, **changes})


def o16(works, context=HERE, parameters=None):
    return find("O16", works, context, parameters, organisations=PARTIES)


@pytest.mark.parametrize(("gap", "finds"), [(0, True), (1825, True), (1826, True), (1827, False)])
def test_gap_days(gap, finds):
    works = [sewer(), board(2, JAN + 20 + gap, JAN + 40 + gap)]
    found = o16(works)
    assert bool(found) == finds
    assert o16(works, parameters={"gap_days": 1900})
    if finds:
        assert (found[0]["works"], found[0]["gap_days"]) == ([1, 2], gap)


@pytest.mark.parametrize(
    ("change", "finds"),
    [
        ({}, True),
        ({"activity": "new"}, True),
        ({"activity": "redesign", "facility": "road"}, True),
        ({"activity": "repair"}, False),
        ({"facility": "gas"}, False),
        ({"project": 7}, False),
        ({"planning_status": "completed"}, False),
        ({"planning_status": "withdrawn"}, False),
    ],
)
def test_what_decouples(change, finds):
    assert bool(o16([replace(sewer(), **change), board(project=7)])) == finds


@pytest.mark.parametrize(
    ("change", "finds"),
    [
        ({}, True),
        ({"organisation": 3}, False),
        ({"organisation": 3, "facility": "water_management"}, True),
        ({"organisation": 1, "facility": "water_management"}, False),
        ({"activity": "survey"}, False),
        ({"planning_status": "withdrawn"}, False),
    ],
)
def test_what_is_work_of_the_water_board(change, finds):
    assert bool(o16([sewer(), board(**change)])) == finds


def test_in_the_same_water_level_area():
    two = areas(box(0, 0, 400, 100), box(401, 0, 900, 100))
    assert not o16([sewer(), board()], two)
    assert o16([sewer(x=395), board()], two)


@pytest.mark.parametrize(("task", "finds"), [(0.0, False), (0.9, False), (1.0, True), (2.0, True)])
def test_task_m3(task, finds):
    found = o16([sewer()], areas(box(0, 0, 900, 900), task=task))
    assert bool(found) == finds
    if finds:
        assert (found[0]["works"], found[0]["storage_task_m3"]) == ([1], task)


def test_one_finding_for_each_owner():
    works = [sewer(1), sewer(3), sewer(4, organisation=3), board()]
    assert sorted(f["works"] for f in o16(works)) == [[1, 2, 3], [2, 4]]


@pytest.mark.parametrize(("base", "score"), [(48, 16.0), (50, 16.7), (51, 17.0)])
def test_base_score(base, score):
    assert o16([sewer(), board()], parameters={"base_score": base})[0]["score"] == score


@pytest.mark.parametrize(("full", "score"), [(1, 50.0), (2, 25.0), (3, 16.7)])
def test_full_works(full, score):
    assert o16([sewer(), board()], parameters={"full_works": full})[0]["score"] == score


def test_it_says_what_to_combine_with_whom():
    said = o16([sewer(), board()], areas(box(0, 0, 900, 900), task=1200))[0]["said"]
    assert "Combineer afkoppelen met berging van Waterschap Noord in peilgebied P1" in said.nl
    assert "Hier is nog 1.200 m³ berging nodig." in said.nl
    assert "Combine decoupling rain water with storage of Waterschap Noord" in said.en
    assert "Another 1,200 m³ of storage is needed here." in said.en


@settings(deadline=None, max_examples=60)
@given(
    placed=st.lists(
        st.tuples(st.integers(0, 4000), st.integers(0, 1400), st.booleans()), max_size=12
    ),
    judged=st.lists(st.booleans(), min_size=3, max_size=3),
)
def test_judging_some_gives_what_judging_all_does(placed, judged):
    three = areas(*(box(500 * i, 0, 500 * i + 500, 100) for i in range(3)))
    many = [
        (sewer if carries else board)(n, JAN + s, JAN + s + 40, x)
        for n, (s, x, carries) in enumerate(placed, 1)
    ]
    flags, rule = np.array(judged), rule_of("O16")
    situation = situation_of(many, three, organisations=PARTIES)
    everything = found_by(rule, situation)[1]
    wanted = {i.tobytes() for i in three["peil_areas"].id[flags]}
    assert found_by(rule, situation, flags)[1] == [f for f in everything if f["subject"] in wanted]
