"""B08 one unit on either side of every threshold."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from shapely import LineString, Point, box

from spatial.context import objects
from spatial.testing.making import Planned
from spatial.testing.surroundings import find, found_by, rule_of, situation_of

SURE = {"planning_status": "under_construction"}
STREET = LineString([(0, 0), (100, 0)])


def around(*points, lines=(STREET,)):
    n = len(points)
    return {
        "streets": objects("streets", lines, street=["Dorpsstraat"] * len(lines)),
        "dwellings": objects("dwellings", [Point(p) for p in points], dwellings=[2] * n),
    }


HERE = around((50, 11))


def work(number, start, end, away=0.0, **changes):
    given = {"organisation": number, **SURE, **changes}
    return Planned(box(0, -1 - away, 100, 1 - away), start, end, number=number, **given)


@pytest.mark.parametrize(("days", "finds"), [(179, False), (180, True), (181, True)])
def test_open_days(days, finds):
    works = [work(1, 0, 100), work(2, 300, 200 + days)]
    found = find("B08", works, HERE)
    assert bool(found) == finds
    assert bool(find("B08", works, HERE, {"open_days": 181})) == (days >= 181)
    if finds:
        assert (found[0]["open_days"], found[0]["start"], found[0]["end"]) == (days, 0, 200 + days)


@pytest.mark.parametrize(("last", "finds"), [(1094, True), (1095, True), (1096, False)])
def test_within_days(last, finds):
    works = [work(1, 0, 100), work(2, last - 80, last)]
    assert bool(find("B08", works, HERE)) == finds
    assert find("B08", works, HERE, {"within_days": 1100})


@pytest.mark.parametrize(("away", "finds"), [(39, True), (40, True), (40.1, False)])
def test_near_m(away, finds):
    works = [work(1, 0, 200, away)]
    assert bool(find("B08", works, HERE)) == finds
    assert find("B08", works, HERE, {"near_m": 51})


@pytest.mark.parametrize(("y", "finds"), [(99, True), (100, True), (101, False)])
def test_street_m(y, finds):
    works = [Planned(box(0, y, 100, y + 2), 0, 200, number=1, **SURE)]
    assert bool(find("B08", works, around((50, y)))) == finds
    assert find("B08", works, around((50, y)), {"street_m": 110})


def test_a_day_counts_once():
    assert not find("B08", [work(1, 0, 179), work(2, 0, 179)], HERE)


@pytest.mark.parametrize(
    ("change", "finds"),
    [
        ({}, True),
        ({"facility": "paving"}, True),
        ({"facility": "trees"}, False),
        ({"excavation": "trenchless"}, False),
        ({"planning_status": "completed"}, False),
        ({"planning_status": "withdrawn"}, False),
    ],
)
def test_which_works(change, finds):
    assert bool(find("B08", [work(1, 0, 200, **change)], HERE)) == finds


def test_one_finding_for_a_segment_with_all_its_addresses():
    lines = (STREET, LineString([(100, 0), (200, 0)]))
    context = around((20, 11), (40, 11), (140, 11), (190, 11), lines=lines)
    found = find("B08", [work(1, 0, 200)], context)
    assert [(f["addresses"], f["dwellings"]) for f in found] == [(2, 4), (1, 2)]


@pytest.mark.parametrize(("base", "score"), [(84, 42.0), (85, 42.5), (86, 43.0)])
def test_base_score(base, score):
    assert find("B08", [work(1, 0, 270)], HERE, {"base_score": base})[0]["score"] == score


@pytest.mark.parametrize(("full", "score"), [(269, 85.0), (270, 85.0), (540, 42.5)])
def test_full_days(full, score):
    assert find("B08", [work(1, 0, 270)], HERE, {"full_days": full})[0]["score"] == score


def test_it_says_how_many_addresses_have_how_many_days():
    said = find("B08", [work(1, 0, 200)], around((20, 11), (40, 11)))[0]["said"]
    assert said.title_nl == "Dorpsstraat: 200 dagen een open straat"
    assert "2 adressen hebben aan Dorpsstraat tot 200 dagen een open straat in 3 jaar" in said.nl
    assert "2 addresses have up to 200 days of open street at Dorpsstraat in 3 years" in said.en
    assert find("B08", [work(1, 0, 200)], HERE)[0]["said"].nl.startswith("1 adres heeft")
    assert find("B08", [work(1, 0, 200)], HERE)[0]["said"].en.startswith("1 address has")


@settings(deadline=None, max_examples=60)
@given(
    placed=st.lists(
        st.tuples(st.integers(0, 2000), st.integers(1, 150), st.integers(0, 300)), max_size=12
    ),
    judged=st.lists(st.booleans(), min_size=4, max_size=4),
)
def test_judging_some_gives_what_judging_all_does(placed, judged):
    lines = [LineString([(0, 100 * y), (100, 100 * y)]) for y in range(4)]
    context = around(*((x, 50 * y) for x in (10, 90) for y in range(7)), lines=lines)
    many = [work(n, s, s + d, -y) for n, (s, d, y) in enumerate(placed, 1)]
    flags, rule = np.array(judged), rule_of("B08", {"open_days": 60})
    situation = situation_of(many, context)
    everything = found_by(rule, situation)[1]
    wanted = {i.tobytes() for i in context["streets"].id[flags]}
    assert found_by(rule, situation, flags)[1] == [f for f in everything if f["subject"] in wanted]


@settings(deadline=None, max_examples=100)
@given(
    placed=st.lists(st.tuples(st.integers(0, 60), st.integers(1, 20)), min_size=1, max_size=8),
    window=st.integers(1, 60),
)
def test_most_open_days_are_those_of_counting_day_by_day(placed, window):
    days = {d for s, n in placed for d in range(s, s + n)}
    most = max(sum(d in days for d in range(s, s + window)) for s in range(-60, 90))
    works = [work(n, s, s + d) for n, (s, d) in enumerate(placed, 1)]
    (found,) = find("B08", works, HERE, {"open_days": 1, "within_days": window})
    assert found["open_days"] == most
