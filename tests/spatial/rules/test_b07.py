"""B07 one unit on either side of every threshold."""

from dataclasses import replace
from datetime import date

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from shapely import Point, box

from spatial.context import objects
from spatial.period import day_number
from spatial.testing.making import Planned
from spatial.testing.surroundings import find, found_by, rule_of, situation_of

JAN = day_number(date(2027, 1, 1))
SURE = {"planning_status": "under_construction"}


def areas(*boxes, level="neighbourhood"):
    codes = [f"BU{n}" for n in range(len(boxes))]
    names = [f"Buurt {n}" for n in range(1, len(boxes) + 1)]
    return {"areas": objects("areas", boxes, names=names, level=[level] * len(boxes), code=codes)}


HERE = areas(box(0, 0, 1000, 1000))


def work(number, start=JAN, end=JAN + 20, at=(10, 10), **changes):
    shape = box(at[0], at[1], at[0] + 10, at[1] + 2)
    return Planned(shape, start, end, number=number, organisation=number, **{**SURE, **changes})


def works(n, **changes):
    return [work(i, **changes) for i in range(1, n + 1)]


@pytest.mark.parametrize(("n", "finds"), [(3, False), (4, True), (5, True)])
def test_works(n, finds):
    found = find("B07", works(n), HERE)
    assert bool(found) == finds
    assert bool(find("B07", works(n), HERE, {"works": 5})) == (n >= 5)
    if finds:
        assert (found[0]["works_at_once"], found[0]["works"]) == (n, [*range(1, n + 1)])


@pytest.mark.parametrize(("day", "finds"), [(date(2027, 3, 31), True), (date(2027, 4, 1), False)])
def test_in_one_quarter(day, finds):
    start = day_number(day)
    assert bool(find("B07", [*works(3), work(4, start, start + 5)], HERE)) == finds


def test_quarters_in_a_row_are_one_finding():
    found = find("B07", works(4, end=day_number(date(2027, 7, 1))), HERE)
    assert [(f["start"], f["end"]) for f in found] == [(JAN, day_number(date(2027, 7, 1)))]
    apart = works(4) + [work(n, JAN + 200, JAN + 210) for n in (5, 6, 7, 8)]
    assert len(find("B07", apart, HERE)) == 2


@pytest.mark.parametrize(
    ("change", "finds"),
    [
        ({}, True),
        ({"organisation": 1}, True),
        ({"facility": "trees"}, True),
        ({"planning_status": "idea"}, True),
        ({"planning_status": "completed"}, False),
        ({"planning_status": "withdrawn"}, False),
    ],
)
def test_which_works_count(change, finds):
    four = works(4)
    four[3] = replace(four[3], **change)
    assert bool(find("B07", four, HERE)) == finds


@pytest.mark.parametrize(("x", "finds"), [(995, True), (1000, True), (1000.5, False)])
def test_in_the_neighbourhood(x, finds):
    assert bool(find("B07", [*works(3), work(4, at=(x, 10))], HERE)) == finds


def test_only_neighbourhoods():
    assert not find("B07", works(4), areas(box(0, 0, 1000, 1000), level="district"))


def homes(near, far, x=10):
    points = [Point(x, 20)] * near + [Point(900, 900)] * far
    return {**HERE, "dwellings": objects("dwellings", points, dwellings=[1] * (near + far))}


@pytest.mark.parametrize(("near", "finds"), [(29, False), (30, True), (31, True)])
def test_dwellings_share(near, finds):
    found = find("B07", works(1), homes(near, 100 - near))
    assert bool(found) == finds
    assert bool(find("B07", works(1), homes(near, 100 - near), {"dwellings_share": 31})) == (
        near > 30
    )
    if finds:
        assert found[0]["dwellings_share"] == near


@pytest.mark.parametrize(("away", "finds"), [(49, True), (50, True), (50.1, False)])
def test_affected_m(away, finds):
    assert bool(find("B07", works(1), homes(50, 50, x=20 + away) | {}, {"affected_m": 50})) == (
        np.hypot(away, 8) <= 50
    )
    point = objects("dwellings", [Point(20 + away, 11)], dwellings=[1])
    assert bool(find("B07", works(1), {**HERE, "dwellings": point})) == finds


def test_a_work_that_does_not_open_the_street_bothers_nobody():
    assert not find("B07", works(1, facility="trees"), homes(50, 50))
    assert find("B07", works(1, facility="trees", road_impact="closed"), homes(50, 50))


@pytest.mark.parametrize(("base", "score"), [(79, 26.3), (80, 26.7), (81, 27.0)])
def test_base_score(base, score):
    assert find("B07", works(4), HERE, {"base_score": base})[0]["score"] == score


@pytest.mark.parametrize(("full", "score"), [(3, 80.0), (4, 80.0), (5, 64.0)])
def test_full_works(full, score):
    assert find("B07", works(4), HERE, {"full_works": full})[0]["score"] == score


def test_it_says_how_many_where_and_when():
    said = find("B07", works(7), homes(40, 60))[0]["said"]
    assert said.title_nl == "7 werken tegelijk in Buurt 1"
    assert "in het eerste kwartaal van 2027 tot 7 werken in één kwartaal: ‘Werk 1’" in said.nl
    assert "en 2 andere. Tot 40% van de woningen ligt aan een werk." in said.nl
    assert "Buurt 1 has up to 7 works in one quarter in the first quarter of 2027" in said.en
    assert "and 2 more. Up to 40% of the dwellings lie beside a work." in said.en


def test_it_speaks_of_one_work_as_one():
    said = find("B07", works(1), homes(50, 50))[0]["said"]
    assert said.title_nl == "Veel woningen aan het werk in Buurt 1"
    assert said.title_en == "Many dwellings beside the work in Buurt 1"
    assert "is in het eerste kwartaal van 2027 één werk: ‘Werk 1’" in said.nl
    assert "has one work in the first quarter of 2027: ‘Werk 1’" in said.en
    assert said.nl.endswith("Voer het in delen uit en vertel bewoners op tijd wat er komt.")


def test_without_areas_it_is_not_assessed():
    assert find("B07", works(4), {}) == []


@settings(deadline=None, max_examples=60)
@given(
    placed=st.lists(
        st.tuples(st.integers(0, 400), st.integers(1, 300), st.integers(0, 290)), max_size=14
    ),
    judged=st.lists(st.booleans(), min_size=3, max_size=3),
)
def test_judging_some_gives_what_judging_all_does(placed, judged):
    three = areas(*(box(100 * i, 0, 100 * i + 100, 100) for i in range(3)))
    three["dwellings"] = objects(
        "dwellings", [Point(50 * i, 30) for i in range(7)], dwellings=[3] * 7
    )
    many = [work(n, JAN + s, JAN + s + d, at=(x, 10)) for n, (s, d, x) in enumerate(placed, 1)]
    flags, rule = np.array(judged), rule_of("B07", {"works": 2})
    situation = situation_of(many, three)
    everything = found_by(rule, situation)[1]
    wanted = {i.tobytes() for i in three["areas"].id[flags]}
    assert found_by(rule, situation, flags)[1] == [f for f in everything if f["subject"] in wanted]
