"""B13 one unit on either side of every threshold."""

import pytest
from shapely import LineString, Point, box

from spatial.context import objects
from spatial.testing.making import Planned
from spatial.testing.surroundings import find

SURE = {"planning_status": "under_construction"}
AXIS = LineString([(0, 0), (100, 0)])
FACILITIES = ["sewer", "heat", "water", "gas", "electricity", "telecom"]
METRES = [3.0, 2.5, 1.0, 1.0, 0.8, 0.8]


def street(width, *there, trees=(), line=AXIS):
    context = {
        "streets": objects("streets", [AXIS], street=["Dorpsstraat"], width_m=[width]),
        "pipes": objects("pipes", [line] * len(there), facility=there),
    }
    if trees:
        context["trees"] = objects("trees", [Point(*at) for at in trees])
    return context


def lay(facility="heat", number=1, **changes):
    given = {"activity": "new", "organisation": number, **SURE, **changes}
    shape = given.pop("shape", box(0, -1, 100, 1))
    days = 100 * number, 100 * number + 30
    return Planned(shape, *days, number=number, facility=facility, **given)


@pytest.mark.parametrize(("width", "finds"), [(6.4, True), (6.5, False), (6.6, False)])
def test_the_strips_must_fit_in_the_width(width, finds):
    found = find("B13", [lay()], street(width, "sewer", "water"))
    assert bool(found) == finds
    if finds:
        assert found[0]["lacking_m"] == pytest.approx(0.1)
        assert found[0]["needed_m"] == pytest.approx(6.5)


@pytest.mark.parametrize(("facility", "metres"), [*zip(FACILITIES, METRES, strict=True)])
def test_each_strip(facility, metres):
    """sewer_m, heat_m, water_m, gas_m, electricity_m and telecom_m: planned and existing."""
    name = f"{facility}_m"
    other = "gas" if facility != "gas" else "water"
    for works, there in (([lay(facility)], [other]), ([lay(other)], [facility])):
        needed = metres + 1.0
        assert find("B13", works, street(needed - 0.1, *there))
        assert not find("B13", works, street(needed, *there))
        assert find("B13", works, street(needed, *there), {name: metres + 0.1})
        assert not find("B13", works, street(needed - 0.1, *there), {name: metres - 0.1})


@pytest.mark.parametrize(
    ("trees", "reserve"),
    [
        ((), 0),
        ([(50, 3)], 2),
        ([(50, 3), (80, 4)], 2),
        ([(50, 3), (80, -4)], 4),
        ([(50, 10)], 2),
        ([(50, 10.1)], 0),
    ],
)
def test_tree_m(trees, reserve):
    assert find("B13", [lay()], street(6.4 + reserve, "sewer", "water", trees=trees))
    assert not find("B13", [lay()], street(6.5 + reserve, "sewer", "water", trees=trees))
    wider = find(
        "B13", [lay()], street(6.5 + reserve, "sewer", "water", trees=trees), {"tree_m": 3}
    )
    assert bool(wider) == (reserve > 0)


@pytest.mark.parametrize(
    ("change", "finds"),
    [
        ({}, True),
        ({"activity": "reinforce"}, True),
        ({"activity": "renew"}, False),
        ({"activity": "relocate"}, False),
        ({"activity": "remove"}, False),
        ({"activity": "survey"}, False),
        ({"activity": "repair"}, False),
        ({"activity": "new_connection"}, False),
        ({"excavation": "trenchless"}, True),
        ({"planning_status": "withdrawn"}, False),
        ({"planning_status": "completed"}, False),
        ({"shape": box(0, 11, 100, 12)}, False),
    ],
)
def test_what_takes_a_strip_beside_what_lies_there(change, finds):
    """A water main lies there; 1.9 m is too little for two."""
    assert bool(find("B13", [lay("water", **change)], street(1.9, "water"))) == finds


@pytest.mark.parametrize(("there", "finds"), [((), True), (("gas",), False)])
def test_renewal_takes_a_strip_where_none_lies(there, finds):
    works = [lay("gas", activity="renew")]
    assert bool(find("B13", works, street(0.9, *there))) == finds


@pytest.mark.parametrize(
    ("second", "needed"),
    [
        ({"organisation": 1}, 1.8),
        ({"organisation": 2}, 2.6),
        ({"organisation": 2, "planning_status": "withdrawn"}, 1.8),
    ],
)
def test_each_organisation_lays_its_own(second, needed):
    works = [lay("telecom", 1), lay("telecom", 2, **second)]
    (found,) = find("B13", works, street(1.0, "gas"))
    assert found["needed_m"] == pytest.approx(needed)


@pytest.mark.parametrize(
    ("line", "finds"),
    [
        (LineString([(0, 10), (20, 10)]), True),
        (LineString([(0, 10), (19, 10)]), False),
        (LineString([(50, -50), (50, 50)]), False),
        (LineString([(0, 0), (100, 55)]), True),
        (LineString([(0, 0), (100, 60)]), False),
        (LineString([(0, 11), (100, 11)]), False),
    ],
)
def test_a_pipe_that_crosses_does_not_lie_there(line, finds):
    """At least 20 m within 10 m of the axis, at no more than 30 degrees."""
    works = [lay("heat")]
    assert bool(find("B13", works, street(3.4, "water", line=line))) == finds


@pytest.mark.parametrize(("facility", "finds"), [("sewer", True), ("paving", False)])
def test_which_facilities_take_a_strip(facility, finds):
    assert bool(find("B13", [lay(facility)], street(0.5, "gas"))) == finds


@pytest.mark.parametrize(
    ("line", "finds"),
    [(LineString([(0, 0), (100, 0)]), True), (LineString([(50, -50), (50, 50)]), False)],
)
def test_a_work_that_crosses_takes_no_strip(line, finds):
    work = lay(shape=line, footprint=line.buffer(1.25, cap_style="flat"))
    assert bool(find("B13", [work], street(2.0, "gas"))) == finds


def test_without_a_width_nothing_is_said():
    assert not find("B13", [lay()], street(float("nan"), "sewer"))


@pytest.mark.parametrize(("base", "score"), [(74.0, 74.0), (75.0, 75.0), (76.0, 76.0)])
def test_base_score(base, score):
    found = find("B13", [lay()], street(1.0, "sewer", "water"), {"base_score": base})
    assert found[0]["score"] == score


@pytest.mark.parametrize(("full", "score"), [(1.5, 75.0), (3.0, 37.5), (3.1, 36.3)])
def test_full_m(full, score):
    found = find("B13", [lay()], street(5.0, "sewer", "water"), {"full_m": full})
    assert found[0]["score"] == score


def test_it_says_what_must_fit():
    works = [lay(), lay("telecom", 2)]
    (found,) = find("B13", works, street(8.0, "sewer", "water", trees=[(50, 3)]))
    assert (found["works"], found["start"], found["end"]) == ([1, 2], 100, 230)
    assert found["subject"] == (1).to_bytes(16, "big")
    said = found["said"]
    assert said.title_nl == "Geen plaats in de ondergrond: Dorpsstraat"
    assert "een profiel van 8 m, waarvan 2 m voor bomen, biedt geen plaats voor de 7,3 m" in said.nl
    assert "1,3 m te weinig. Er ligt al riool en drinkwater. Gepland van" in said.nl
    assert "a profile of 8 m, 2 m of it for trees, has no room for the 7.3 m" in said.en
    assert "There already is sewer and drinking water." in said.en
