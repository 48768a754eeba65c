"""B03 one unit on either side of every threshold."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from shapely import LineString, box

from spatial.context import objects
from spatial.testing.making import Planned
from spatial.testing.surroundings import find, found_by, rule_of, situation_of

STREET = LineString([(0, 0), (100, 0)])
SURE = {"planning_status": "under_construction"}


def streets(*lines, names=None):
    return {"streets": objects("streets", lines, street=names or ["Dorpsstraat"] * len(lines))}


def work(number, start, end, *, shape=None, **changes):
    given = {"organisation": number, **SURE, **changes}
    return Planned(shape or box(0, -1, 100, 1), start, end, number=number, **given)


def three(*starts, **changes):
    return [work(n, s, s + 10, **changes) for n, s in enumerate(starts, 1)]


@pytest.mark.parametrize(("n", "finds"), [(2, False), (3, True), (4, True)])
def test_openings(n, finds):
    works = three(*(200 * i for i in range(n)))
    found = find("B03", works, streets(STREET))
    assert bool(found) == finds
    assert bool(find("B03", works, streets(STREET), {"openings": 4})) == (n >= 4)
    if finds:
        assert (found[0]["openings"], found[0]["works"]) == (n, [*range(1, n + 1)])


@pytest.mark.parametrize(("last", "finds"), [(1825, True), (1826, True), (1827, False)])
def test_within_days(last, finds):
    assert bool(find("B03", three(0, 400, last), streets(STREET))) == finds
    assert find("B03", three(0, 400, last), streets(STREET), {"within_days": 1900})


@pytest.mark.parametrize(("gap", "finds"), [(89, False), (90, False), (91, True)])
def test_gap_days(gap, finds):
    works = three(0, 10 + gap, 400)
    assert bool(find("B03", works, streets(STREET))) == finds
    assert not find("B03", works, streets(STREET), {"gap_days": 91})
    assert find("B03", works, streets(STREET), {"gap_days": 80})


@pytest.mark.parametrize(("length", "finds"), [(19, False), (20, True), (21, True)])
def test_least_m(length, finds):
    """A crossing is no work in the street: its own street lies nearer."""
    cross = LineString([(-50 + length, 60), (-50 + length, -60)])
    shape = box(-60, -1, length - 10, 1)
    lines = (STREET, LineString([(-60, 0), (0, 0)]), cross)
    works = [work(n, 200 * n, 200 * n + 10, shape=shape) for n in (1, 2, 3)]
    first = {"streets": objects("streets", lines[:2], street=["A", "B"])}
    found = find("B03", works, first)
    assert ("A" in {f["said"].title_nl[0] for f in found}) == finds
    assert bool(
        [f for f in find("B03", works, first, {"least_m": 20.5}) if f["said"].nl[0] == "A"]
    ) == (length > 20)


@pytest.mark.parametrize(("away", "finds"), [(9.9, True), (10.0, True), (10.1, False)])
def test_only_within_ten_metres_of_the_axis(away, finds):
    works = three(0, 200, 400, shape=box(0, away, 100, away + 1))
    assert bool(find("B03", works, streets(STREET))) == (finds and away < 10) or away == 10.0


@pytest.mark.parametrize(
    ("change", "finds"),
    [
        ({}, True),
        ({"facility": "unknown"}, True),
        ({"facility": "paving"}, True),
        ({"facility": "trees"}, False),
        ({"excavation": "trenchless"}, False),
        ({"activity": "survey"}, False),
        ({"facility": "housing"}, False),
        ({"planning_status": "withdrawn"}, False),
        ({"planning_status": "completed"}, False),
        ({"organisation": 1}, True),
        ({"activity": "urgent_repair"}, True),
    ],
)
def test_which_works_open(change, finds):
    works = three(0, 200, 400)
    works[1] = replace(works[1], **change)
    assert bool(find("B03", works, streets(STREET))) == finds


def test_valid_periods_are_openings_of_their_own():
    one = work(1, 0, 410, periods=((0, 10), (200, 210), (400, 410)))
    (found,) = find("B03", [one], streets(STREET))
    assert (found["works"], found["openings"], found["open_days"]) == ([1], 3, 30)


@pytest.mark.parametrize(("base", "score"), [(89, 44.5), (90, 45.0), (91, 45.5)])
def test_base_score(base, score):
    assert (
        find("B03", three(0, 200, 400), streets(STREET), {"base_score": base})[0]["score"] == score
    )


@pytest.mark.parametrize(("full", "score"), [(2, 90.0), (3, 90.0), (4, 67.5)])
def test_full_openings(full, score):
    found = find("B03", three(0, 200, 400), streets(STREET), {"full_openings": full})
    assert found[0]["score"] == score


def test_it_says_which_street_how_often_and_for_whom():
    (found,) = find("B03", three(0, 200, 400), streets(STREET))
    said = found["said"]
    assert said.title_nl == "Dorpsstraat gaat 3 keer open in 1,1 jaar"
    assert "‘Werk 1’ van Partij 1, ‘Werk 2’ van Partij 2 en ‘Werk 3’ van Partij 3" in said.nl
    assert "Dorpsstraat is opened 3 times in 1.1 years from 1 January 1970" in said.en
    assert (found["start"], found["end"]) == (0, 410)


def test_two_times_of_trouble_are_two_findings():
    found = find("B03", three(0, 200, 400, 6000, 6200, 6400), streets(STREET))
    assert [f["works"] for f in found] == [[1, 2, 3], [4, 5, 6]]


def test_without_streets_it_is_not_assessed():
    assert find("B03", three(0, 200, 400), {}) == []


@settings(deadline=None, max_examples=60)
@given(
    starts=st.lists(st.tuples(st.integers(0, 3000), st.integers(0, 3)), min_size=1, max_size=14),
    judged=st.lists(st.booleans(), min_size=4, max_size=4),
)
def test_judging_some_gives_what_judging_all_does(starts, judged):
    lines = [LineString([(0, 100 * y), (100, 100 * y)]) for y in range(4)]
    works = [
        work(n, start, start + 20, shape=box(0, 100 * y - 1, 100, 100 * y + 1))
        for n, (start, y) in enumerate(starts, 1)
    ]
    flags, rule = np.array(judged), rule_of("B03")
    situation = situation_of(works, streets(*lines))
    everything = found_by(rule, situation)[1]
    some = found_by(rule, situation, flags)[1]
    wanted = {i.tobytes() for i in situation.objects("streets").id[flags]}
    assert some == [f for f in everything if f["subject"] in wanted]
