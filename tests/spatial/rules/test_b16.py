"""B16 one unit on either side of every threshold."""

import pytest
from shapely import Point, box

from spatial.context import objects
from spatial.testing.making import Planned
from spatial.testing.surroundings import find

SURE = {"planning_status": "under_construction"}


def trees(*places, crown=4.0, protected=True, species=""):
    n = len(places)
    more = {} if crown is None else {"crown_radius_m": [crown] * n}
    return {
        "trees": objects(
            "trees", places, is_protected=[protected] * n, species=[species] * n, **more
        )
    }


def dig(**changes):
    return Planned(box(0, 0, 100, 1), 0, 30, number=1, **{**SURE, **changes})


@pytest.mark.parametrize(
    ("beyond", "finds"), [(0.0, True), (1.499, True), (1.501, False), (2.5, False)]
)
def test_margin_m(beyond, finds):
    """Beyond a crown of 4 m."""
    near = trees(Point(50, 5 + beyond))
    found = find("B16", [dig()], near)
    assert bool(found) == finds
    assert bool(find("B16", [dig()], near, {"margin_m": 2.5})) == (beyond <= 2.5)
    assert bool(find("B16", [dig()], near, {"margin_m": 0.0})) == (beyond == 0)
    if finds:
        assert found[0]["into_root_zone_m"] == pytest.approx(1.5 - beyond)


@pytest.mark.parametrize(("away", "finds"), [(5.4, True), (5.6, False)])
def test_crown_m(away, finds):
    """Where the register gives no crown."""
    near = trees(Point(50, 1 + away), crown=None)
    assert bool(find("B16", [dig()], near)) == finds
    assert find("B16", [dig()], near, {"crown_m": 5.0})
    assert not find("B16", [dig()], near, {"crown_m": 3.0})


@pytest.mark.parametrize(("away", "finds"), [(1.4, True), (1.6, False)])
def test_a_crown_may_be_drawn(away, finds):
    crown = box(40, 1 + away, 60, 20 + away)
    assert bool(find("B16", [dig()], trees(crown))) == finds


@pytest.mark.parametrize(
    ("change", "finds"),
    [
        ({}, True),
        ({"excavation": "trenchless"}, False),
        ({"activity": "survey"}, False),
        ({"facility": "paving", "activity": "maintain"}, False),
        ({"facility": "trees", "activity": "relocate"}, True),
        ({"planning_status": "completed"}, False),
        ({"planning_status": "withdrawn"}, False),
    ],
)
def test_who_digs(change, finds):
    assert bool(find("B16", [dig(**change)], trees(Point(50, 3)))) == finds


@pytest.mark.parametrize(("protected", "finds"), [(True, True), (False, False)])
def test_protected_trees_only(protected, finds):
    assert bool(find("B16", [dig()], trees(Point(50, 3), protected=protected))) == finds


@pytest.mark.parametrize(("base", "score"), [(69.0, 41.4), (70.0, 42.0), (71.0, 42.6)])
def test_base_score(base, score):
    assert find("B16", [dig()], trees(Point(50, 3)), {"base_score": base})[0]["score"] == score


@pytest.mark.parametrize(("full", "score"), [(1, 70.0), (2, 70.0), (4, 52.5)])
def test_full_trees(full, score):
    two = trees(Point(20, 3), Point(50, 3))
    assert find("B16", [dig()], two, {"full_trees": full})[0]["score"] == score


def test_many_trees_are_one_finding():
    some = trees(*(Point(x, 3) for x in (10, 30, 50)), species="Zomereik")
    (found,) = find("B16", [dig()], some)
    assert (found["trees"], found["works"], found["subject"]) == (3, [1], bytes(16))
    said = found["said"]
    assert said.title_nl == "Wortelzone van 3 beschermde bomen: Werk 1"
    assert "in de wortelzone van 3 beschermde bomen: Zomereik (van 1 januari 1970" in said.nl
    assert "in the root zone of 3 protected trees: Zomereik (from 1 January 1970" in said.en
    (one,) = find("B16", [dig(planning_status="idea")], trees(Point(50, 3)))
    assert one["subject"] == (1).to_bytes(16, "big")
    assert "1 beschermde boom (" in one["said"].nl
    assert one["said"].nl.endswith("eerste signaal.")
    assert one["said"].en.endswith("first sign.")
