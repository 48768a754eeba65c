"""B15 one unit on either side of every threshold."""

import pytest
from shapely import LineString, Point, box

from spatial.context import objects
from spatial.testing.making import Planned
from spatial.testing.surroundings import find

SURE = {"planning_status": "under_construction"}
PIPE = LineString([(0, 0), (100, 0)])


def pipes(material="grey_cast_iron", *, facility="gas", renewal_on=None, lines=(PIPE,)):
    n = len(lines)
    more = {} if renewal_on is None else {"renewal_on": [renewal_on] * n}
    return {
        "pipes": objects("pipes", lines, material=[material] * n, facility=[facility] * n, **more)
    }


def dig(away=0.0, number=1, **changes):
    given = {"facility": "water", "organisation": number, **SURE, **changes}
    start = given.pop("start", 0)
    return Planned(box(0, away, 100, away + 1), start, start + 30, number=number, **given)


@pytest.mark.parametrize(
    ("away", "finds"), [(4.0, True), (5.0, True), (5.001, False), (6.0, False)]
)
def test_distance_m(away, finds):
    found = find("B15", [dig(away)], pipes())
    assert bool(found) == finds
    assert find("B15", [dig(away)], pipes(), {"distance_m": 6.0})
    if finds:
        assert found[0]["distance_m"] == pytest.approx(away)


@pytest.mark.parametrize(
    ("after", "finds"), [(-400, False), (1825, False), (1826, False), (1827, True)]
)
def test_renewal_days(after, finds):
    """By the register, or by a work on the pipe; a pipe renewed before the dig is gone."""
    assert bool(find("B15", [dig()], pipes(renewal_on=after))) == finds
    renewal = dig(0.0, 2, facility="gas", activity="renew", start=after)
    found = find("B15", [dig(), renewal], pipes())
    assert (1 in [f["works"][0] for f in found]) == finds
    assert find("B15", [dig()], pipes(renewal_on=after), {"renewal_days": 1000}) or after < 1001


@pytest.mark.parametrize(
    ("change", "finds"),
    [
        ({}, False),
        ({"activity": "remove"}, False),
        ({"activity": "relocate"}, False),
        ({"activity": "repair"}, True),
        ({"facility": "electricity"}, True),
        ({"planning_status": "withdrawn"}, True),
        ({"planning_status": "completed"}, True),
    ],
)
def test_what_renews_the_pipe(change, finds):
    renewal = dig(0.0, 2, **{"facility": "gas", "start": 100, **change})
    found = find("B15", [dig(), renewal], pipes())
    assert (1 in [f["works"][0] for f in found]) == finds


@pytest.mark.parametrize(("east", "finds"), [(24.0, False), (25.0, False), (26.0, True)])
def test_a_renewal_far_along_the_pipe_does_not_help(east, finds):
    far = Planned(
        box(100 + east, 0, 300, 1), 0, 30, number=2, facility="gas", activity="renew", **SURE
    )
    long = LineString([(0, 0), (400, 0)])
    found = find("B15", [dig(), far], pipes(lines=(long,)))
    assert (1 in [f["works"][0] for f in found]) == finds


@pytest.mark.parametrize(
    ("material", "finds"),
    [
        ("grey_cast_iron", True),
        ("asbestos_cement", True),
        ("brittle_pvc", True),
        ("pvc", False),
        ("ductile_iron", False),
        ("unknown", False),
        ("", False),
    ],
)
def test_which_materials(material, finds):
    assert bool(find("B15", [dig()], pipes(material))) == finds


@pytest.mark.parametrize(
    ("change", "finds"),
    [
        ({}, True),
        ({"excavation": "trenchless"}, False),
        ({"activity": "survey"}, False),
        ({"facility": "paving"}, False),
        ({"facility": "trees", "activity": "relocate"}, True),
        ({"planning_status": "completed"}, False),
        ({"planning_status": "withdrawn"}, False),
    ],
)
def test_who_digs(change, finds):
    assert bool(find("B15", [dig(**change)], pipes())) == finds


@pytest.mark.parametrize(("base", "score"), [(79.0, 55.3), (80.0, 56.0), (81.0, 56.7)])
def test_base_score_and_shallow_factor(base, score):
    assert find("B15", [dig()], pipes(), {"base_score": base})[0]["score"] == score
    sewer = dig(facility="sewer")
    assert find("B15", [sewer], pipes(), {"base_score": base})[0]["score"] == base
    assert find("B15", [dig()], pipes(), {"shallow_factor": 1.0})[0]["score"] == 80.0
    assert find("B15", [dig(5.0)], pipes())[0]["score"] == 28.0


def test_it_counts_the_pipes_and_names_their_materials():
    two = pipes(lines=(PIPE, LineString([(0, 3), (100, 3)])))
    (found,) = find("B15", [dig()], two)
    assert (found["pipes"], found["works"], found["subject"]) == (2, [1], bytes(16))
    said = found["said"]
    assert said.title_nl == "Brosse leiding naast ontgraving: Werk 1"
    assert "graaft tegen 2 brosse leidingen van grijs gietijzer (gas)" in said.nl
    assert "digs against 2 brittle pipes of grey cast iron (gas)" in said.en
    (one,) = find("B15", [dig(2.0)], pipes())
    assert one["subject"] == (1).to_bytes(16, "big")
    assert "2 m van 1 brosse leiding" in one["said"].nl
    assert "from 1 January 1970 to 30 January 1970" in one["said"].en


def test_without_the_layer_it_is_not_assessed():
    assert not find("B15", [dig()], {})
    assert not find("B15", [dig()], {"trees": objects("trees", [Point(0, 0)])})
