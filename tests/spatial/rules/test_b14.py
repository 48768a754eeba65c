"""B14 one unit on either side of every threshold."""

from dataclasses import replace

import numpy as np
import pytest
import shapely

from spatial.context import objects
from spatial.rule import rules
from spatial.testing.making import Planned
from spatial.testing.surroundings import found_by, situation_of

SURE = {"planning_status": "under_construction"}


@pytest.fixture
def mains(lines):
    """A heat main and a water main side by side."""

    def make(offset=1.0, length=100.0, **changes):
        pair = lines("B14", offset=offset, length=length, **changes)
        return pair.first(facility="heat", activity="new").second(facility="water")

    return make


def across(degrees, distance=0.0):
    """A water main of 20 m that crosses the heat main at an angle, or ends so far above it."""
    angle = np.radians(degrees)
    step = 20 * np.array([np.cos(angle), np.sin(angle)])
    start = np.array([50.0, distance])
    if not distance:
        start = start - step / 2
    return shapely.LineString([start, start + step])


@pytest.mark.parametrize(
    ("offset", "finds"), [(0.0, True), (1.0, True), (1.499, True), (1.5, False), (1.501, False)]
)
def test_parallel_m(mains, offset, finds):
    """Between the lines; at 1.5 m it is far enough."""
    found = mains(offset).find()
    assert (found is not None) == finds
    assert mains(offset).find({"parallel_m": 2.0}) is not None
    if finds:
        assert found["line_distance_m"] == pytest.approx(offset)
        assert found["beside_m"] == pytest.approx(100)


@pytest.mark.parametrize(
    ("length", "finds"), [(4.0, False), (5.0, False), (5.001, True), (6.0, True)]
)
def test_over_m(mains, length, finds):
    assert (mains(1.0, length).find() is not None) == finds
    assert mains(1.0, length).find({"over_m": 3.0}) is not None


@pytest.mark.parametrize(("degrees", "finds"), [(14.0, True), (16.0, False)])
def test_angle_deg(mains, degrees, finds):
    """It ends 0.6 m above the heat main: no crossing, and near over some metres only."""
    place = across(degrees, 0.6)
    pair = mains().second(geometry=place, footprint=place.buffer(0.5))
    near = {"parallel_m": 3.0}
    assert (pair.find(near) is not None) == finds
    assert pair.find(near | {"angle_deg": 17.0}) is not None
    assert pair.find(near | {"angle_deg": 13.0}) is None


@pytest.mark.parametrize(
    ("distance", "finds"), [(0.0, True), (0.499, True), (0.5, False), (0.501, False)]
)
def test_crossing_m(mains, distance, finds):
    place = across(90.0, distance)
    pair = mains().second(geometry=place, footprint=place.buffer(0.5))
    found = pair.find()
    assert (found is not None) == finds
    assert pair.find({"crossing_m": 0.6}) is not None
    if finds:
        assert found["line_distance_m"] == pytest.approx(distance)
        assert found["beside_m"] == 0


@pytest.mark.parametrize(("gap", "finds"), [(3_651, True), (3_652, True), (3_653, False)])
def test_gap_days(mains, gap, finds):
    pair = mains().second(start=30 + gap, end=60 + gap)
    found = pair.find()
    assert (found is not None) == finds
    assert pair.find({"gap_days": 4_000}) is not None
    if finds:
        assert (found["start"], found["end"]) == (0, 60 + gap)


@pytest.mark.parametrize(
    ("one", "other", "finds"),
    [
        ("heat", "water", True),
        ("water", "heat", True),
        ("heat", "heat", False),
        ("water", "water", False),
        ("heat", "sewer", False),
        ("gas", "water", False),
        ("heat", "water_management", False),
    ],
)
def test_which_facilities(mains, one, other, finds):
    found = mains().first(facility=one).second(facility=other).find()
    assert (found is not None) == finds
    if finds:
        assert found["first"] == (1 if one == "heat" else 2)


@pytest.mark.parametrize(
    ("change", "finds"),
    [
        ({}, True),
        ({"organisation": 1}, True),
        ({"excavation": "trenchless"}, True),
        ({"activity": "survey"}, False),
        ({"activity": "remove"}, False),
        ({"planning_status": "completed"}, False),
        ({"planning_status": "withdrawn"}, False),
        ({"geometry": shapely.box(0, 0.5, 100, 1.5)}, False),
        ({"geometry": shapely.Point(50, 0)}, False),
    ],
)
def test_who_and_what(mains, change, finds):
    assert (mains().second(**change).find() is not None) == finds


def test_works_of_one_project_are_never_a_pair(mains):
    assert mains(project=7).find() is None


@pytest.mark.parametrize(("base", "score"), [(79.0, 79.0), (80.0, 80.0), (81.0, 81.0)])
def test_base_score(mains, base, score):
    assert mains(**SURE).find({"base_score": base})["score"] == score


@pytest.mark.parametrize(("full", "score"), [(99.0, 80.0), (100.0, 80.0), (200.0, 60.0)])
def test_full_m(mains, full, score):
    assert mains(**SURE).find({"full_m": full})["score"] == score


def test_it_says_how_near_and_over_which_length(mains):
    said = mains(1.2).said()
    assert said.title_nl == "Warmte bij drinkwater: Werk 1 en Werk 2"
    assert "‘Werk 1’ van Partij 1 komt tot 1,2 m van ‘Werk 2’ van Partij 2" in said.nl
    assert "en ligt er over 100 m naast (van 1 januari 1970 t/m 30 januari 1970)" in said.nl
    assert "‘Werk 1’ by Partij 1 comes to 1.2 m of ‘Werk 2’ by Partij 2" in said.en
    assert "lies beside it over 100 m (from 1 January 1970" in said.en
    place = across(90.0)
    crossing = mains().second(geometry=place, footprint=place.buffer(0.5)).said()
    assert "komt tot 0 m van ‘Werk 2’ van Partij 2, bij een kruising" in crossing.nl
    assert "at a crossing" in crossing.en


def beside_pipe(away=1.0, length=60.0, angle=None, parameters=None, facility="water", **changes):
    """What is found about a heat main of 100 m and an existing pipe beside it."""
    main, footprint = shapely.LineString([(0, 0), (100, 0)]), shapely.box(0, -1.25, 100, 1.25)
    work = Planned(main, 0, 30, footprint=footprint, facility="heat", activity="new")
    pipe = shapely.LineString(angle or [(10, away), (10 + length, away)])
    (rule,) = (r for r in rules() if r.code == "B14")
    pipes = objects("pipes", [pipe], facility=[facility])
    situation = situation_of([replace(work, **changes)], {"pipes": pipes})
    return found_by(rule.with_parameters(parameters or {}).companion, situation)[1]


@pytest.mark.parametrize(
    ("given", "finds"),
    [
        ({}, True),
        ({"away": 1.499}, True),
        ({"away": 1.5}, False),
        ({"away": 1.7, "parameters": {"parallel_m": 2.0}}, True),
        ({"length": 5.0}, False),
        ({"length": 5.001}, True),
        ({"length": 4.5, "parameters": {"over_m": 4.0}}, True),
        ({"angle": [(50, -50), (50, 50)]}, True),
        ({"angle": [(50, 0.499), (50, 50)]}, True),
        ({"angle": [(50, 0.5), (50, 50)]}, False),
        ({"angle": [(50, 0.7), (50, 50)], "parameters": {"crossing_m": 0.8}}, True),
        ({"facility": "gas"}, False),
        ({"activity": "survey"}, False),
        ({"activity": "remove"}, False),
        ({"planning_status": "withdrawn"}, False),
        ({"planning_status": "completed"}, False),
        ({"geometry": shapely.box(0, -1, 100, 1)}, False),
    ],
)
def test_a_heat_main_beside_an_existing_pipe(given, finds):
    found = beside_pipe(**given)
    assert len(found) == finds
    if finds:
        assert (found[0]["works"], found[0]["start"], found[0]["end"]) == ([1], 0, 30)


def test_pipes_in_pieces_are_measured_together():
    pieces = [shapely.LineString([(x, 1.0), (x + 2.0, 1.0)]) for x in (10, 20, 30)]
    main = Planned(
        shapely.LineString([(0, 0), (100, 0)]),
        0,
        30,
        footprint=shapely.box(0, -1.25, 100, 1.25),
        facility="heat",
        planning_status="under_construction",
    )
    (rule,) = (r for r in rules() if r.code == "B14")
    pipes = objects("pipes", pieces, facility=["water"] * 3)
    (found,) = found_by(rule.companion, situation_of([main], {"pipes": pipes}))[1]
    assert (found["pipes"], found["line_distance_m"]) == (3, 1.0)
    assert found["beside_m"] == pytest.approx(6.0)
    assert found["score"] == pytest.approx(80 * (0.5 + 0.5 * 0.06), abs=0.05)
    assert "bestaande drinkwaterleiding en ligt er over 6" in found["said"].nl
    assert "an existing water main and lies beside it over 6" in found["said"].en


def test_no_pipes_no_finding():
    (rule,) = (r for r in rules() if r.code == "B14")
    main = Planned(shapely.LineString([(0, 0), (100, 0)]), 0, 30, facility="heat")
    assert found_by(rule.companion, situation_of([main], {"pipes": objects("pipes", [])}))[1] == []
    assert found_by(rule.companion, situation_of([main], {}))[1] == []
