"""O10 one unit on either side of every threshold."""

from dataclasses import replace
from datetime import date

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from shapely import LineString, box

from spatial.context import objects
from spatial.period import day_number
from spatial.testing.making import Planned
from spatial.testing.surroundings import find, found_by, rule_of, situation_of

JAN = day_number(date(2027, 1, 1))
SURE = {"planning_status": "under_construction"}


def areas(*boxes):
    names = [f"Buurt {n}" for n in range(1, len(boxes) + 1)]
    return {"areas": objects("areas", boxes, names=names, level=["neighbourhood"] * len(boxes))}


HERE = areas(box(0, 0, 1000, 1000))


def redesign(number=1, start=JAN, end=JAN + 20, x=10.0, **changes):
    given = {"organisation": 1, "facility": "public_space", "activity": "redesign", **SURE}
    return Planned(box(x, 10, x + 10, 12), start, end, number=number, **{**given, **changes})


def grid(number=2, start=JAN, end=JAN + 20, x=500.0, **changes):
    given = {"organisation": 2, "facility": "electricity", "activity": "reinforce", **SURE}
    return Planned(box(x, 10, x + 3, 13), start, end, number=number, **{**given, **changes})


@pytest.mark.parametrize(("gap", "finds"), [(0, True), (1094, True), (1095, True), (1096, False)])
def test_gap_days(gap, finds):
    works = [redesign(), grid(2, JAN + 20 + gap, JAN + 40 + gap)]
    found = find("O10", works, HERE)
    assert bool(found) == finds
    assert find("O10", works, HERE, {"gap_days": 1200})
    if finds:
        assert (found[0]["gap_days"], found[0]["end"]) == (gap, JAN + 40 + gap)


@pytest.mark.parametrize(
    ("change", "finds"),
    [
        ({}, True),
        ({"activity": "new"}, True),
        (
            {
                "activity": "new",
                "geometry": LineString([(0, 0), (90, 0)]),
                "footprint": box(0, 0, 90, 1),
            },
            False,
        ),
        ({"activity": "renew"}, False),
        ({"facility": "gas"}, False),
        ({"project": 7}, False),
        ({"organisation": 1}, True),
        ({"planning_status": "completed"}, False),
        ({"planning_status": "withdrawn"}, False),
    ],
)
def test_what_is_grid_work(change, finds):
    assert bool(find("O10", [redesign(project=7), replace(grid(), **change)], HERE)) == finds


@pytest.mark.parametrize(
    ("change", "finds"),
    [
        ({}, True),
        ({"activity": "renovate", "facility": "housing"}, True),
        ({"activity": "renew"}, False),
        ({"planning_status": "completed"}, False),
    ],
)
def test_what_is_a_redesign(change, finds):
    assert bool(find("O10", [replace(redesign(), **change), grid()], HERE)) == finds


def test_in_the_same_neighbourhood():
    two = areas(box(0, 0, 400, 100), box(401, 0, 900, 100))
    assert not find("O10", [redesign(), grid()], two)
    assert find("O10", [redesign(x=395), grid()], two)


def test_one_finding_for_a_redesign_with_all_its_stations():
    (found,) = find("O10", [redesign(), grid(2), grid(3), grid(4)], HERE)
    assert (found["works"], found["stations"], found["room_m2"]) == ([1, 2, 3, 4], 3, 90)


@pytest.mark.parametrize(("room", "total"), [(25, 50), (26, 52), (30, 60)])
def test_station_m2(room, total):
    (found,) = find("O10", [redesign(), grid(2), grid(3)], HERE, {"station_m2": room})
    assert found["room_m2"] == total


@pytest.mark.parametrize(("base", "score"), [(59, 59.0), (60, 60.0), (61, 61.0)])
def test_base_score(base, score):
    assert find("O10", [redesign(), grid()], HERE, {"base_score": base})[0]["score"] == score


@pytest.mark.parametrize(("fading", "score"), [(20, 30.0), (11, 5.5), (10, 0.0)])
def test_fading_days(fading, score):
    works = [redesign(), grid(2, JAN + 30, JAN + 40)]
    assert find("O10", works, HERE, {"fading_days": fading})[0]["score"] == score


def test_it_says_for_how_many_stations_to_keep_room():
    said = find("O10", [redesign(), grid(2, JAN + 30, JAN + 40)], HERE)[0]["said"]
    assert "Reserveer in de herinrichting 1 plek voor een transformatorhuisje" in said.nl
    assert "transformatorhuisje (ongeveer 30 m²)" in said.nl
    assert "met 10 dagen ertussen" in said.nl
    assert "Keep 1 place for a transformer house in the redesign (about 30 m²)" in said.en
    both = find("O10", [redesign(), grid(2), grid(3)], HERE)[0]["said"]
    assert "2 plekken" in both.nl
    assert "at the same time" in both.en


@settings(deadline=None, max_examples=60)
@given(
    placed=st.lists(
        st.tuples(st.integers(0, 2000), st.integers(0, 1400), st.booleans()), max_size=12
    ),
    judged=st.lists(st.booleans(), min_size=3, max_size=3),
)
def test_judging_some_gives_what_judging_all_does(placed, judged):
    three = areas(*(box(500 * i, 0, 500 * i + 500, 100) for i in range(3)))
    many = [
        (redesign if carries else grid)(n, JAN + s, JAN + s + 40, x)
        for n, (s, x, carries) in enumerate(placed, 1)
    ]
    flags, rule = np.array(judged), rule_of("O10")
    situation = situation_of(many, three)
    everything = found_by(rule, situation)[1]
    wanted = {i.tobytes() for i in three["areas"].id[flags]}
    assert found_by(rule, situation, flags)[1] == [f for f in everything if f["subject"] in wanted]
