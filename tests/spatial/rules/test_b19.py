"""B19 one unit on either side of every threshold."""

import pytest
from shapely import LineString, Point, box

from spatial.context import objects
from spatial.testing.making import Planned
from spatial.testing.surroundings import find

SURE = {"planning_status": "under_construction"}


def route(y, *lines, mode="bus", start=None, end=None):
    lines = lines or ("5",)
    shape = LineString([(-500, y), (500, y)])
    n = len(lines)
    given = {} if start is None else {"start": [start] * n, "end": [end] * n}
    return {
        "transit_routes": objects(
            "transit_routes", [shape] * n, line=lines, mode=[mode] * n, **given
        )
    }


def stop(y, name="Markt", mode="bus"):
    return {"transit_stops": objects("transit_stops", [Point(5, y)], names=[name], mode=[mode])}


def work(**changes):
    return Planned(box(0, 0, 100, 10), 0, 30, number=1, **{**SURE, **changes})


CLOSED = {"road_impact": "closed"}


@pytest.mark.parametrize(
    ("away", "change", "finds"),
    [
        (0.0, {}, True),
        (8.9, {}, True),
        (9.0, {}, False),
        (9.1, {}, False),
        (13.9, CLOSED, True),
        (14.0, CLOSED, False),
        (13.9, {"road_impact": "one_direction_closed"}, True),
        (13.9, {"road_impact": "carriageway_occupied"}, False),
    ],
)
def test_route_m(away, change, finds):
    assert bool(find("B19", [work(**change)], route(10 + away))) == finds
    assert find("B19", [work(**change)], route(10 + away), {"route_m": 10.0})


@pytest.mark.parametrize(
    ("away", "change", "finds"),
    [
        (0.0, {}, True),
        (14.9, {}, True),
        (15.0, {}, False),
        (19.9, CLOSED, True),
        (20.0, CLOSED, False),
    ],
)
def test_stop_m(away, change, finds):
    found = find("B19", [work(**change)], stop(10 + away))
    assert bool(found) == finds
    assert find("B19", [work(**change)], stop(10 + away), {"stop_m": 16.0})
    if finds:
        assert (found[0]["lines"], found[0]["stops"]) == (0, 1)


@pytest.mark.parametrize(
    ("mode", "finds"),
    [
        ("bus", True),
        ("tram", True),
        ("", True),
        ("metro", False),
        ("train", False),
        ("ferry", False),
    ],
)
def test_buses_and_trams(mode, finds):
    assert bool(find("B19", [work()], route(5, mode=mode))) == finds
    assert bool(find("B19", [work()], stop(5, mode=mode))) == finds


@pytest.mark.parametrize(
    ("start", "end", "finds"), [(29, 40, True), (30, 40, False), (-10, 1, True), (-10, 0, False)]
)
def test_a_route_may_run_for_some_days(start, end, finds):
    assert bool(find("B19", [work()], route(5, start=start, end=end))) == finds


@pytest.mark.parametrize(
    ("change", "finds"),
    [
        ({}, True),
        ({"road_impact": "footway"}, True),
        ({"planning_status": "withdrawn"}, False),
        ({"planning_status": "completed"}, False),
    ],
)
def test_who(change, finds):
    assert bool(find("B19", [work(**change)], route(5))) == finds


@pytest.mark.parametrize(("base", "score"), [(74.0, 46.2), (75.0, 46.9), (76.0, 47.5)])
def test_base_score(base, score):
    found = find("B19", [work(**CLOSED)], route(5), {"base_score": base})
    assert found[0]["score"] == score


@pytest.mark.parametrize(("factor", "score"), [(0.4, 18.8), (0.5, 23.4), (1.0, 46.9)])
def test_open_factor(factor, score):
    found = find("B19", [work()], route(5), {"open_factor": factor})
    assert found[0]["score"] == pytest.approx(score, abs=0.05)


@pytest.mark.parametrize(("full", "score"), [(1, 75.0), (2, 75.0), (3, 62.5), (4, 56.2)])
def test_full_lines(full, score):
    found = find("B19", [work(**CLOSED)], route(5, "5", "12"), {"full_lines": full})
    assert found[0]["score"] == score


def test_lines_and_stops_of_one_work_are_one_finding():
    both = route(5, "12", "5", "5") | stop(5)
    (found,) = find("B19", [work(**CLOSED)], both)
    assert (found["lines"], found["stops"], found["works"]) == (2, 1, [1])
    said = found["said"]
    assert said.title_nl == "Openbaar vervoer: lijnen 5 en 12 en 1 halte (Markt), Werk 1"
    assert "De straat is dicht: de lijnen moeten omrijden." in said.nl
    assert "lines 5 and 12 and 1 stop (Markt)" in said.en
    assert "must divert" in said.en
    (one,) = find("B19", [work()], route(5))
    assert one["subject"] == (1).to_bytes(16, "big")
    assert "Mogelijk moet de lijn omrijden." in one["said"].nl
    assert "may have to divert" in one["said"].en
    (halt,) = find("B19", [work()], stop(5))
    assert "halte is dan niet of slecht bereikbaar" in halt["said"].nl
    assert "hardly be reached" in halt["said"].en


def test_either_layer_is_enough():
    assert not find("B19", [work()], {})
    assert find("B19", [work()], stop(5))
    assert find("B19", [work()], route(5))
