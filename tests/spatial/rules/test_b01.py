"""B01 one unit on either side of every threshold."""

import pytest

MAJOR = {"road_impact": "closed"}


@pytest.mark.parametrize(("start", "days"), [(0, 30), (29, 1), (30, None), (31, None)])
def test_shared_days(boxes, start, days):
    found = boxes("B01").second(start=start, end=start + 40).find()
    if days is None:
        assert found is None
    else:
        assert found["shared_days"] == days
        assert (found["start"], found["end"]) == (start, 30)


@pytest.mark.parametrize(
    ("gap", "finds"), [(0.0, True), (9.999, True), (10.0, False), (10.001, False)]
)
def test_margin_m(boxes, gap, finds):
    """Zones of 5 m around both: they meet below 10 m, not at it."""
    found = boxes("B01", gap=gap).find()
    assert (found is not None) == finds
    if finds:
        assert found["distance_m"] == pytest.approx(gap, abs=1e-9)


@pytest.mark.parametrize(("gap", "finds"), [(14.999, True), (15.0, False), (15.001, False)])
def test_margin_m_beside_major_margin_m(boxes, gap, finds):
    assert (boxes("B01", gap=gap).first(**MAJOR).find() is not None) == finds
    assert (boxes("B01", gap=gap).second(**MAJOR).find() is not None) == finds


@pytest.mark.parametrize(("gap", "finds"), [(19.999, True), (20.0, False), (20.001, False)])
def test_major_margin_m(boxes, gap, finds):
    assert (boxes("B01", gap=gap, **MAJOR).find() is not None) == finds


@pytest.mark.parametrize(
    ("impact", "major"),
    [
        ("closed", True),
        ("one_direction_closed", True),
        ("carriageway_occupied", False),
        ("alternating", False),
        ("lane", False),
        ("unknown", False),
    ],
)
def test_what_counts_as_major_hindrance(boxes, impact, major):
    assert (boxes("B01", gap=12.0).first(road_impact=impact).find() is not None) == major


def test_a_corner_is_as_far_as_its_diagonal(boxes):
    """6 m east and 8 m north are 10 m; a box search alone would find them."""
    import shapely

    pair = boxes("B01")
    near = pair.second(geometry=shapely.box(106, 17.999, 120, 30))
    assert near.find() is not None
    assert pair.second(geometry=shapely.box(106, 18, 120, 30)).find() is None


@pytest.mark.parametrize(
    ("status", "days", "score"),
    [
        ("under_construction", 30, 66.7),
        ("committed", 30, 60.2),
        ("idea", 30, 6.0),
        ("indicative", 90, 25.0),
    ],
)
def test_score_of_works_that_meet(boxes, status, days, score):
    pair = boxes("B01", planning_status=status).first(end=days).second(end=days)
    assert pair.find()["score"] == score


@pytest.mark.parametrize(
    ("cap", "score"), [(29.0, 29.0), (30.0, 30.0), (66.6, 66.6), (66.8, 66.7), (100.0, 66.7)]
)
def test_light_score(boxes, cap, score):
    pair = boxes("B01", planning_status="under_construction")
    light = pair.second(precision="quarter")
    assert light.find()["light"] == 1
    assert light.find({"light_score": cap})["score"] == score
    assert pair.find({"light_score": cap})["score"] == 66.7


@pytest.mark.parametrize(
    ("change", "light"),
    [
        ({"precision": "month"}, 0),
        ({"precision": "quarter"}, 1),
        ({"planning_status": "indicative"}, 1),
        ({"planning_status": "provisional"}, 0),
    ],
)
def test_what_is_light(boxes, change, light):
    assert boxes("B01").first(**change).find()["light"] == light


@pytest.mark.parametrize(("days", "score"), [(89, 99.4), (90, 100.0), (91, 100.0)])
def test_full_days(boxes, days, score):
    pair = boxes("B01", planning_status="under_construction").first(end=days).second(end=days)
    assert pair.find()["score"] == score
    assert pair.find({"full_days": 180})["score"] == round(50 + 50 * days / 180, 1)


@pytest.mark.parametrize(("gap", "weight"), [(0.0, 1.0), (0.001, 0.6)])
def test_apart_weight(boxes, gap, weight):
    pair = boxes("B01", gap=gap, planning_status="under_construction").first(end=90).second(end=90)
    assert pair.find()["score"] == 100 * weight
    assert pair.find({"apart_weight": 1.0})["score"] == 100


def test_one_accepted_bundle_is_an_agreement(boxes):
    pair = boxes("B01").first(accepted_bundle=3)
    assert pair.find() is not None
    assert pair.second(accepted_bundle=4).find() is not None
    assert pair.second(accepted_bundle=3).find() is None


@pytest.mark.parametrize(
    ("change", "finds"),
    [
        ({}, True),
        ({"organisation": 1}, False),
        ({"facility": "housing"}, True),
        ({"activity": "survey"}, True),
        ({"planning_status": "withdrawn"}, False),
        ({"planning_status": "completed"}, False),
    ],
)
def test_who_and_what(boxes, change, finds):
    assert (boxes("B01").second(**change).find() is not None) == finds


def test_interrupted_works_conflict_only_on_days_that_both_have(boxes):
    pair = boxes("B01").first(start=0, end=110, periods=((0, 10), (100, 110)))
    assert pair.second(start=10, end=100).find() is None
    found = pair.second(start=9, end=101).find()
    assert found["shared_days"] == 2
    assert (found["start"], found["end"]) == (9, 101)
