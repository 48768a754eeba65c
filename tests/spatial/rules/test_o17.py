"""O17 one unit on either side of every threshold."""

import pytest
from shapely import LineString, box

from spatial.testing.making import Planned
from spatial.testing.surroundings import find

SURE = {"planning_status": "under_construction"}
COUNTED = {"count_unknown": 1}


def trench(length=100.0, **changes):
    given = {"facility": "water", "activity": "renew", "excavation": "open", **SURE, **changes}
    line = LineString([(0, 0), (length, 0)])
    shape = given.pop("shape", line)
    foot = line.buffer(0.5, cap_style="flat") if shape is line else shape
    return Planned(shape, 0, 30, number=1, organisation=1, footprint=foot, **given)


def redesign(**changes):
    return trench(
        **{
            "shape": box(0, -5, 50, 5),
            "facility": "public_space",
            "activity": "redesign",
            "excavation": "unknown",
            **changes,
        }
    )


def cable(start=1_000, facility="telecom", number=2, *, away=0.0, **changes):
    given = {"activity": "new", "organisation": number, **SURE, **changes}
    shape = box(0, 5 + away, 80, 6 + away)
    return Planned(shape, start, start + 20, number=number, facility=facility, **given)


def of_first(found):
    return [f for f in found if f["works"] == [1]]


@pytest.mark.parametrize(("length", "finds"), [(99.0, False), (100.0, True), (101.0, True)])
def test_trench_m(length, finds):
    works = [trench(length), cable(away=-4.5)]
    assert bool(of_first(find("O17", works, {}))) == finds
    assert of_first(find("O17", works, {}, {"trench_m": 99.0}))


@pytest.mark.parametrize(
    ("start", "finds"), [(30, True), (3_681, True), (3_682, True), (3_683, False)]
)
def test_within_days(start, finds):
    """3,652 days after its last day."""
    works = [redesign(), cable(start), cable(start, "electricity", 3)]
    found = of_first(find("O17", works, {}))
    assert bool(found) == finds
    assert of_first(find("O17", works, {}, {"within_days": 3_653}))
    if finds:
        assert found[0]["gap_days"] == start - 30


@pytest.mark.parametrize(
    ("works", "counted", "only"),
    [
        ([], True, False),
        ([cable()], True, True),
        ([cable(5_000)], True, False),
        ([cable(5_000), cable(5_000, "electricity", 3)], False, False),
        ([cable(5_000), cable(1_000, "electricity", 3)], True, True),
        ([cable(-500)], True, False),
    ],
)
def test_count_unknown(works, counted, only):
    assert bool(of_first(find("O17", [redesign(), *works], {}, COUNTED))) == counted
    assert bool(of_first(find("O17", [redesign(), *works], {}))) == only


@pytest.mark.parametrize(
    ("change", "finds"),
    [
        ({}, True),
        ({"away": 9.9}, True),
        ({"away": 10.1}, False),
        ({"excavation": "trenchless"}, False),
        ({"activity": "survey"}, False),
        ({"facility": "gas"}, False),
        ({"planning_status": "withdrawn"}, False),
        ({"planning_status": "completed"}, False),
        ({"project": 1_000_000}, False),
    ],
)
def test_what_counts_as_expected(change, finds):
    works = [redesign(), cable(**change)]
    assert bool(of_first(find("O17", works, {}))) == finds


@pytest.mark.parametrize(
    ("work", "finds"),
    [
        (redesign(), True),
        (redesign(planning_status="withdrawn"), False),
        (redesign(planning_status="completed"), False),
        (redesign(activity="maintain"), False),
        (redesign(activity="renew"), False),
        (redesign(facility="housing"), False),
        (trench(200.0), True),
        (trench(200.0, excavation="trenchless"), False),
        (trench(200.0, facility="paving"), False),
        (trench(200.0, activity="survey"), False),
        (trench(200.0, facility="telecom"), True),
        (trench(shape=box(0, -5, 200, 5)), False),
    ],
)
def test_which_works(work, finds):
    assert bool(find("O17", [work], {}, COUNTED)) == finds


def test_a_cable_does_not_wait_for_itself():
    other = cable(5_000, "electricity", 3, away=-4.5)
    assert not of_first(find("O17", [trench(200.0, facility="telecom"), other], {}))


@pytest.mark.parametrize(("factor", "score"), [(0.1, 0.6), (0.2, 1.2), (1.0, 6.0)])
def test_unknown_factor(factor, score):
    assert find("O17", [trench()], {}, {**COUNTED, "unknown_factor": factor})[0]["score"] == score


@pytest.mark.parametrize(
    ("name", "value", "saving"),
    [
        ("strip_m", 1.5, 15_000),
        ("strip_m", 1.6, 16_000),
        ("unit_eur_m2", 99.0, 14_850),
        ("unit_eur_m2", 101.0, 15_150),
    ],
)
def test_saving(name, value, saving):
    found = find("O17", [trench()], {}, {**COUNTED, name: value})
    assert found[0]["saving_eur"] == pytest.approx(saving)


@pytest.mark.parametrize(("full", "score"), [(15_000, 100.0), (16_000, 93.8), (250_000, 6.0)])
def test_full_saving_eur(full, score):
    works = [trench(), cable(away=-4.5)]
    found = of_first(find("O17", works, {}, {"full_saving_eur": full}))
    assert found[0]["score"] == pytest.approx(score, abs=0.06)


def test_it_says_what_is_expected_when():
    works = [trench(), cable(away=-4.5)]
    (found,) = of_first(find("O17", works, {}))
    said = found["said"]
    assert said.title_nl == "Lege mantelbuis: Werk 1"
    assert "legt de straat over 100 m open. Daar wordt telecom verwacht vanaf 27" in said.nl
    assert "27 september 1972" in said.nl
    assert "€ 15.000" in said.nl
    assert "telecom follows from 27 September 1972" in said.en
    (bare,) = find("O17", [redesign()], {}, COUNTED)
    assert "Over telecom en elektriciteit is daar niets bekend." in bare["said"].nl
    assert "Nothing is known there of telecom and electricity." in bare["said"].en
    assert bare["length_m"] == pytest.approx(60)
    assert "gap_days" not in bare
