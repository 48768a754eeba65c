"""B06 one unit on either side of every threshold."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from shapely import LineString, box

from spatial.context import objects
from spatial.testing.making import Planned
from spatial.testing.surroundings import find, found_by, rule_of, situation_of

SURE = {"planning_status": "under_construction", "road_impact": "closed"}
HERE = box(-50, -50, 50, 50)
# A crossing in the middle with a short way out to the west and one to the east,
# which meet far outside: 100 m each, and 200 m along the north.
WEST = LineString([(0, 0), (-100, 0)])
EAST = LineString([(0, 0), (100, 0)])
NORTH = LineString([(0, 0), (0, 100)])


def loop(north):
    """From the north gate on to the west and to the east gate, so many metres each."""
    up = (north - 200) / 2
    return [
        LineString([(0, 100), (0, 100 + up), (-100, 100 + up), (-100, 0)]),
        LineString([(0, 100), (0, 100 + up), (100, 100 + up), (100, 0)]),
    ]


def around(*lines, level="neighbourhood", **columns):
    n = len(lines)
    names = [*("West", "East", "North"), *("Ring",) * n][:n]
    return {
        "streets": objects("streets", lines, street=names, **columns),
        "areas": objects("areas", [HERE], names=["Centrum"], level=[level]),
    }


def closed(number, line, start=0, end=30, **changes):
    part = LineString([line.interpolate(15), line.interpolate(95)]).buffer(1)
    return Planned(part, start, end, number=number, **{"organisation": number, **SURE, **changes})


SIDES = [closed(1, WEST), closed(2, EAST)]


@pytest.mark.parametrize(("n", "finds"), [(1, False), (2, True)])
def test_least_access(n, finds):
    found = find("B06", SIDES[:n], around(WEST, EAST))
    assert bool(found) == finds
    three = around(WEST, EAST, NORTH)
    assert not find("B06", SIDES, three)
    assert find("B06", SIDES, three, {"least_access": 2})
    if finds:
        assert (found[0]["open_access"], found[0]["works"]) == (0, [1, 2])


@pytest.mark.parametrize(("extra", "finds"), [(199, True), (200, True), (201, False)])
def test_extra(extra, finds):
    """From three gates 100 m each; then 100 + 2 x (300 + 100): 900 is 200% more than 300."""
    context = around(WEST, EAST, NORTH, *loop(300))
    found = find("B06", SIDES, context, {"extra": extra})
    assert bool(found) == finds
    assert find("B06", SIDES, context)[0]["extra_percent"] == pytest.approx(200)


@pytest.mark.parametrize(("around_m", "finds"), [(1, False), (40, False), (1000, True)])
def test_around_m(around_m, finds):
    far = [LineString([(0, 100), (0, 150)]), LineString([(0, 150), (-100, 150), (-100, 0)])]
    more = LineString([(0, 150), (100, 150), (100, 0)])
    context = around(WEST, EAST, NORTH, *far, more)
    assert bool(find("B06", SIDES, context, {"around_m": around_m})) == finds


@pytest.mark.parametrize(
    ("change", "finds"),
    [
        ({}, True),
        ({"end": 1}, True),
        ({"start": 29}, True),
        ({"start": 30, "end": 40}, False),
        ({"road_impact": "one_direction_closed"}, False),
        ({"road_impact": "lane"}, False),
        ({"road_impact": "unknown"}, False),
        ({"organisation": 1}, True),
        ({"facility": "trees"}, True),
        ({"planning_status": "completed"}, False),
        ({"planning_status": "withdrawn"}, False),
    ],
)
def test_which_works_close_at_once(change, finds):
    works = [closed(1, WEST), closed(2, EAST, **change)]
    found = find("B06", works, around(WEST, EAST))
    assert bool(found) == finds
    if finds:
        days = found[0]["start"], found[0]["end"]
        assert days == (change.get("start", 0), change.get("end", 30))


@pytest.mark.parametrize(("flags", "finds"), [((True, False), True), ((False, True), False)])
def test_an_emergency_route_always(flags, finds):
    context = around(WEST, EAST, is_emergency_route=flags)
    assert bool(find("B06", SIDES[:1], context)) == finds


@pytest.mark.parametrize(
    ("groups", "finds"),
    [(("a", "a", ""), True), (("a", "b", ""), False), (("", "", ""), False)],
)
def test_both_of_a_fixed_pair(groups, finds):
    context = around(WEST, EAST, NORTH, closure_group=groups)
    assert bool(find("B06", SIDES, context)) == finds
    assert not find("B06", SIDES[:1], context)


def test_a_graph_in_pieces_cuts_off_nobody():
    island = LineString([(-20, 30), (20, 30)])
    assert not find("B06", [closed(1, WEST)], around(WEST, EAST, NORTH, island))
    assert find("B06", SIDES, around(WEST, EAST, island))


def test_ends_that_nearly_meet_are_one_crossing():
    east = LineString([(0.1, 0.1), (100, 0)])
    assert not find("B06", [closed(1, WEST), closed(2, NORTH)], around(WEST, east, NORTH))


def test_footpaths_carry_no_traffic():
    classes = ["access", "access", "path"]
    assert find("B06", SIDES, around(WEST, EAST, NORTH, road_class=classes))


def test_only_neighbourhoods():
    assert not find("B06", SIDES, around(WEST, EAST, level="district"))


def test_days_in_a_row_are_one_finding():
    works = [closed(1, WEST, 0, 100), closed(2, EAST, 0, 30), closed(3, EAST, 30, 60)]
    (found,) = find("B06", works, around(WEST, EAST))
    assert (found["works"], found["start"], found["end"]) == ([2, 1, 3], 0, 60)
    apart = [closed(1, WEST, 0, 100), closed(2, EAST, 0, 30), closed(3, EAST, 40, 60)]
    found = find("B06", apart, around(WEST, EAST))
    assert [f["key"].split(":")[1:] for f in found] == [["1970Q1"], ["1970Q1", "2"]]


@pytest.mark.parametrize(("base", "score"), [(94, 94.0), (95, 95.0), (96, 96.0)])
def test_base_score(base, score):
    assert find("B06", SIDES, around(WEST, EAST), {"base_score": base})[0]["score"] == score


@pytest.mark.parametrize(("full", "score"), [(199, 95.0), (200, 95.0), (400, 47.5)])
def test_full_extra(full, score):
    context = around(WEST, EAST, NORTH, *loop(300))
    assert find("B06", SIDES, context, {"full_extra": full})[0]["score"] == score


def test_it_says_which_roads_are_closed_and_what_that_does():
    said = find("B06", SIDES, around(WEST, EAST))[0]["said"]
    assert said.title_nl == "Centrum is slecht bereikbaar"
    assert "Van 1 januari 1970 t/m 30 januari 1970 zijn West en East dicht" in said.nl
    assert "Centrum heeft te weinig open toegangswegen" in said.nl
    assert "From 1 January 1970 to 30 January 1970 West and East are closed" in said.en
    far = find("B06", SIDES, around(WEST, EAST, NORTH, *loop(300)))[0]["said"]
    assert "de weg naar Centrum wordt gemiddeld 200% langer" in far.nl
    assert "the way to Centrum becomes 200% longer on average" in far.en
    one = around(WEST, EAST, is_emergency_route=[True, False])
    alone = find("B06", SIDES[:1], one)[0]["said"]
    assert "is West dicht; een calamiteitenroute is dicht" in alone.nl
    assert "West is closed; an emergency route is closed" in alone.en
    pair = find("B06", SIDES, around(WEST, EAST, NORTH, closure_group=["a", "a", ""]))[0]["said"]
    assert "deze wegen mogen niet tegelijk dicht" in pair.nl
    assert "these roads may not be closed at the same time" in pair.en


@settings(deadline=None, max_examples=40)
@given(
    placed=st.lists(
        st.tuples(st.integers(0, 60), st.integers(1, 30), st.integers(0, 11)), max_size=9
    ),
    judged=st.lists(st.booleans(), min_size=3, max_size=3),
)
def test_judging_some_gives_what_judging_all_does(placed, judged):
    def moved(line, x):
        return LineString([(a + x, b) for a, b in line.coords])

    lines = [moved(one, 200 * i) for i in range(3) for one in (WEST, EAST, NORTH, *loop(300)[:1])]
    boxes = [box(200 * i - 50, -50, 200 * i + 50, 50) for i in range(3)]
    context = {
        "streets": objects("streets", lines, street=["S"] * 12),
        "areas": objects("areas", boxes, names=["B"] * 3, level=["neighbourhood"] * 3),
    }
    many = [closed(n, lines[at], s, s + d) for n, (s, d, at) in enumerate(placed, 1)]
    flags, rule = np.array(judged), rule_of("B06", {"extra": 10})
    situation = situation_of(many, context)
    everything = found_by(rule, situation)[1]
    wanted = {i.tobytes() for i in context["areas"].id[flags]}
    assert found_by(rule, situation, flags)[1] == [f for f in everything if f["subject"] in wanted]
