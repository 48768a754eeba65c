"""O13 one unit on either side of every threshold."""

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
from spatial.testing.surroundings import find, found_by, rule_of, situation_of

JAN = day_number(date(2027, 1, 1))
SURE = {"planning_status": "under_construction"}


def areas(*boxes, level="neighbourhood"):
    names = [f"Buurt {n}" for n in range(1, len(boxes) + 1)]
    return {"areas": objects("areas", boxes, names=names, level=[level] * len(boxes))}


HERE = areas(box(0, 0, 1000, 1000))


def work(number, start=JAN, end=JAN + 20, x=10, **changes):
    shape = box(x, 10, x + 10, 12)
    return Planned(shape, start, end, number=number, **{"organisation": number, **SURE, **changes})


@pytest.mark.parametrize(("n", "finds"), [(1, False), (2, True), (3, True)])
def test_organisations(n, finds):
    works = [work(i) for i in range(1, n + 1)]
    found = find("O13", works, HERE)
    assert bool(found) == finds
    assert bool(find("O13", works, HERE, {"organisations": 3})) == (n >= 3)
    if finds:
        assert (found[0]["organisations"], found[0]["works"]) == (n, [*range(1, n + 1)])
    assert not find("O13", [replace(w, organisation=1) for w in works], HERE)


@pytest.mark.parametrize(("gap", "finds"), [(364, True), (365, True), (366, False)])
def test_within_days(gap, finds):
    works = [work(1), work(2, JAN + 20 + gap, JAN + 40 + gap)]
    found = find("O13", works, HERE)
    assert bool(found) == finds
    assert find("O13", works, HERE, {"within_days": 400})
    if finds:
        assert (found[0]["start"], found[0]["end"]) == (JAN, JAN + 40 + gap)


@pytest.mark.parametrize(("away", "finds"), [(249, True), (250, True), (250.5, False)])
def test_near_m(away, finds):
    works = [work(1, x=900), work(2, x=910 + away)]
    assert bool(find("O13", works, areas(box(0, 0, 1000, 1000)))) == finds
    assert find("O13", works, HERE, {"near_m": 300})


def test_anywhere_in_one_neighbourhood():
    assert find("O13", [work(1, x=10), work(2, x=950)], HERE)
    assert not find("O13", [work(1, x=10), work(2, x=1100)], HERE)


@pytest.mark.parametrize("status", ["completed", "withdrawn"])
def test_what_is_over_tells_nothing(status):
    assert not find("O13", [work(1), work(2, planning_status=status)], HERE)


def test_only_neighbourhoods():
    assert not find("O13", [work(1), work(2)], areas(box(0, 0, 1000, 1000), level="municipality"))


def test_a_busy_neighbourhood_has_a_finding_a_year():
    works = [work(n, JAN + 100 * n, JAN + 100 * n + 30, organisation=n % 3) for n in range(1, 11)]
    found = find("O13", works, HERE)
    assert [f["works"] for f in found] == [[1, 2, 3], [4, 5, 6, 7], [8, 9, 10]]


def test_a_year_with_one_party_is_left_out_where_another_year_has_two():
    works = [work(1), work(2), work(3, JAN + 380, JAN + 390, organisation=1)]
    assert [f["works"] for f in find("O13", works, HERE)] == [[1, 2]]


@pytest.mark.parametrize(("base", "score"), [(39, 7.8), (40, 8.0), (41, 8.2)])
def test_base_score(base, score):
    assert find("O13", [work(1), work(2)], HERE, {"base_score": base})[0]["score"] == score


@pytest.mark.parametrize(("full", "score"), [(1, 40.0), (2, 40.0), (3, 26.7)])
def test_full_works(full, score):
    assert find("O13", [work(1), work(2)], HERE, {"full_works": full})[0]["score"] == score


def test_it_says_how_many_messages_of_whom():
    said = find("O13", [work(1), work(2)], HERE)[0]["said"]
    assert said.title_nl == "Samen communiceren in Buurt 1: 2 werken"
    assert (
        "Bewoners van Buurt 1 krijgen van 1 januari 2027 t/m 20 januari 2027 2 keer bericht"
        in said.nl
    )
    assert "maak één verhaal" in said.nl
    assert "Residents of Buurt 1 hear 2 times from 2 organisations from 1 January 2027" in said.en
    assert "‘Werk 1’ by Partij 1 and ‘Werk 2’ by Partij 2" in said.en


@settings(deadline=None, max_examples=60)
@given(
    placed=st.lists(
        st.tuples(st.integers(0, 3000), st.integers(0, 1400), st.integers(1, 3)), max_size=14
    ),
    judged=st.lists(st.booleans(), min_size=3, max_size=3),
)
def test_judging_some_gives_what_judging_all_does(placed, judged):
    three = areas(*(box(500 * i, 0, 500 * i + 500, 100) for i in range(3)))
    many = [
        work(n, JAN + s, JAN + s + 40, x, organisation=o) for n, (s, x, o) in enumerate(placed, 1)
    ]
    flags, rule = np.array(judged), rule_of("O13")
    situation = situation_of(many, three)
    everything = found_by(rule, situation)[1]
    wanted = {i.tobytes() for i in three["areas"].id[flags]}
    assert found_by(rule, situation, flags)[1] == [f for f in everything if f["subject"] in wanted]
