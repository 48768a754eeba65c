"""B27 one unit on either side of every threshold."""

import pytest
from shapely import box

from spatial.context import objects
from spatial.testing.making import Planned
from spatial.testing.surroundings import find

SURE = {"planning_status": "under_construction"}


def scope(members="", *, areas=True, shapes=None):
    shapes = shapes or [box(0, 0, 1000, 1000)]
    context = {
        "partnership_areas": objects("partnership_areas", shapes, members=[members] * len(shapes))
    }
    if areas:
        context["areas"] = objects(
            "areas",
            [box(0, 0, 1000, 1000), box(1000, 0, 2000, 1000), box(1000, 0, 1100, 100)],
            names=["Leiden", "Leiderdorp", "Buurt 3"],
            level=["municipality", "municipality", "neighbourhood"],
        )
    return context


def work(beyond, *, west=900.0, **changes):
    return Planned(box(west, 500, 1000 + beyond, 503), 0, 30, number=1, **{**SURE, **changes})


@pytest.mark.parametrize(
    ("beyond", "finds"), [(-30.0, False), (0.0, False), (49.0, False), (50.0, True), (51.0, True)]
)
def test_beyond_m(beyond, finds):
    found = find("B27", [work(beyond)], scope())
    assert bool(found) == finds
    assert bool(find("B27", [work(beyond)], scope(), {"beyond_m": 49.0})) == (beyond >= 49)
    if finds:
        assert found[0]["beyond_m"] == pytest.approx(beyond)
        assert found[0]["outside_m2"] == pytest.approx(3 * beyond)


@pytest.mark.parametrize(
    ("west", "finds"), [(999.0, True), (1000.0, False), (1010.0, False), (100.0, True)]
)
def test_it_lies_on_either_side(west, finds):
    assert bool(find("B27", [work(150.0, west=west)], scope())) == finds


@pytest.mark.parametrize(
    ("members", "areas", "finds"),
    [
        ("", True, True),
        ("Leiden; leiderdorp", True, False),
        ("Leiden;Voorschoten", True, True),
        ("Leiden;Leiderdorp", False, True),
        ("Buurt 3", True, True),
    ],
)
def test_the_neighbour_may_be_a_partner(members, areas, finds):
    assert bool(find("B27", [work(150.0)], scope(members, areas=areas))) == finds


@pytest.mark.parametrize(("share", "finds"), [(9.0, True), (10.0, False), (11.0, False)])
def test_own_share(share, finds):
    """A municipality that lies partly in the area is no neighbour."""
    shapes = [box(0, 0, 1000 + 10 * share, 1000)]
    far = Planned(box(900, 500, 1400, 503), 0, 30, number=1, **SURE)
    assert bool(find("B27", [far], scope(shapes=shapes))) == finds
    assert find("B27", [far], scope(shapes=shapes), {"own_share": 12.0})


def test_areas_of_one_partnership_are_one():
    two = [box(0, 0, 1000, 1000), box(1000, 0, 2000, 1000)]
    assert not find("B27", [work(150.0)], scope(shapes=two))


@pytest.mark.parametrize(
    ("change", "finds"),
    [
        ({}, True),
        ({"planning_status": "withdrawn"}, False),
        ({"planning_status": "completed"}, False),
    ],
)
def test_who(change, finds):
    assert bool(find("B27", [work(100.0, **change)], scope())) == finds


@pytest.mark.parametrize(("base", "score"), [(48.0, 36.0), (50.0, 37.5), (52.0, 39.0)])
def test_base_score(base, score):
    """Half of the footprint lies outside."""
    assert find("B27", [work(100.0)], scope(), {"base_score": base})[0]["score"] == score


def test_it_says_how_far_and_whom_to_involve():
    (found,) = find("B27", [work(100.0)], scope())
    said = found["said"]
    assert said.title_nl == "Betrek Leiderdorp: Werk 1"
    assert "reikt 100 m over de grens van het programmeerverband. Betrek Leiderdorp" in said.nl
    assert "reaches 100 m across the boundary" in said.en
    (bare,) = find("B27", [work(100.0)], scope(areas=False))
    assert "Betrek de buurgemeente" in bare["said"].title_nl
    assert "Involve the neighbouring municipality" in bare["said"].title_en
