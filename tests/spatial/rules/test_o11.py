"""O11 one unit on either side of every threshold."""

import pytest

SURE = {"planning_status": "under_construction"}


@pytest.fixture
def homes(boxes):
    """Homes that are renovated on days 0 to 29, and a heat network 5 m away."""

    def make(gap=5.0, **changes):
        pair = boxes("O11", gap=gap, **changes)
        return pair.first(facility="housing", activity="renovate").second(
            facility="heat", activity="new"
        )

    return make


@pytest.mark.parametrize(
    ("gap", "finds"), [(0.0, True), (24.999, True), (25.0, True), (25.001, False), (26.0, False)]
)
def test_near_m(homes, gap, finds):
    found = homes(gap).find()
    assert (found is not None) == finds
    assert homes(gap).find({"near_m": 30}) is not None
    if finds:
        assert found["distance_m"] == pytest.approx(gap)


@pytest.mark.parametrize("start", [30 + 729, 30 + 730, 30 + 731])
def test_gap_days(homes, start):
    pair = homes().second(start=start, end=start + 10)
    found = pair.find()
    assert (found is not None) == (start <= 30 + 730)
    assert pair.find({"gap_days": 800}) is not None
    if found:
        assert (found["start"], found["end"]) == (0, start + 10)
        assert (found["first"], found["second"]) == (1, 2)


def test_the_connection_may_come_first(homes):
    found = homes().second(start=-100, end=-70).find()
    assert (found["first"], found["second"]) == (1, 2)
    assert (found["start"], found["end"]) == (-100, 30)


@pytest.mark.parametrize(
    ("facility", "activity", "finds"),
    [
        ("heat", "new", True),
        ("electricity", "reinforce", True),
        ("sewer", "renew", True),
        ("heat", "new_connection", True),
        ("gas", "new", False),
        ("water", "renew", False),
        ("telecom", "new", False),
        ("heat", "repair", False),
        ("heat", "survey", False),
        ("sewer", "remove", False),
        ("electricity", "maintain", False),
        ("electricity", "relocate", False),
    ],
)
def test_which_works_are_about_connections(homes, facility, activity, finds):
    pair = homes().second(facility=facility, activity=activity)
    assert (pair.find() is not None) == finds


@pytest.mark.parametrize(
    ("change", "finds"),
    [
        ({}, True),
        ({"activity": "new"}, False),
        ({"activity": "survey"}, False),
        ({"facility": "development"}, False),
        ({"organisation": 2}, False),
        ({"planning_status": "completed"}, False),
        ({"planning_status": "withdrawn"}, False),
        ({"organisation_kind": "housing_corporation"}, True),
        ({"organisation_kind": "unknown"}, True),
        ({"organisation_kind": "developer"}, False),
        ({"organisation_kind": "municipality"}, False),
    ],
)
def test_who_renovates(homes, change, finds):
    assert (homes().first(**change).find() is not None) == finds


@pytest.mark.parametrize(("base", "score"), [(49.0, 49.0), (50.0, 50.0), (51.0, 51.0)])
def test_base_score(homes, base, score):
    assert homes(0.0, **SURE).find({"base_score": base})["score"] == score


@pytest.mark.parametrize(("far", "score"), [(0.0, 0.0), (0.5, 25.0), (1.0, 50.0)])
def test_far_weight(homes, far, score):
    assert homes(25.0, **SURE).find({"far_weight": far})["score"] == score


@pytest.mark.parametrize(("fading", "score"), [(20, 25.0), (11, 4.5), (10, 0.0), (9, 0.0)])
def test_fading_days(homes, fading, score):
    pair = homes(0.0, **SURE).second(start=40, end=70)
    assert pair.find({"fading_days": fading})["score"] == score


def test_it_says_who_renovates_and_what_lies_near(homes):
    said = homes(12.3).second(start=40, end=70).said()
    assert said.title_en == "Natural moment: Werk 1 and Werk 2"
    assert "Partij 1 renoveert woningen van 1 januari 1970 t/m 30 januari 1970" in said.nl
    assert "‘Werk 2’ van Partij 2 (warmte, aanleg) ligt 12,3 m verderop" in said.nl
    assert "10 dagen uit elkaar" in said.nl
    assert "Partij 1 renovates homes from 1 January 1970 to 30 January 1970" in said.en
    assert "‘Werk 2’ by Partij 2 (heat, new) lies 12.3 m away and is 10 days apart" in said.en
    assert "direct ernaast en is 30 dagen tegelijk" in homes(0.0).said().nl
