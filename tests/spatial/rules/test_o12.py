"""O12 one unit on either side of every threshold."""

import pytest

SURE = {"planning_status": "under_construction"}


@pytest.fixture
def closed(boxes):
    """Two works that close the road on days 0 to 29."""

    def make(gap=5.0, **changes):
        return boxes("O12", gap=gap, **{"road_impact": "closed", **changes})

    return make


@pytest.mark.parametrize(
    ("gap", "finds"), [(0.0, True), (19.0, True), (19.999, True), (20.0, False), (21.0, False)]
)
def test_closure_margin_m(closed, gap, finds):
    """Zones of 10 m around both: they meet below 20 m, not at it."""
    assert (closed(gap).find() is not None) == finds
    assert closed(gap).find({"closure_margin_m": 11}) is not None
    assert (closed(gap).find({"closure_margin_m": 9.6}) is not None) == (gap < 19.2)


@pytest.mark.parametrize(("gap", "finds"), [(0, True), (90, True), (91, True), (92, False)])
def test_gap_days(closed, gap, finds):
    pair = closed().second(start=30 + gap, end=60 + gap)
    found = pair.find()
    assert (found is not None) == finds
    assert pair.find({"gap_days": 100}) is not None
    if finds:
        assert (found["start"], found["end"]) == (0, 60 + gap)


def test_where_days_are_shared_the_period_is_those_days(closed):
    found = closed().second(start=20, end=50).find()
    assert (found["start"], found["end"]) == (20, 30)
    assert found["shared_days"] == 10


@pytest.mark.parametrize(
    ("impact", "finds"),
    [
        ("closed", True),
        ("one_direction_closed", True),
        ("carriageway_occupied", False),
        ("alternating", False),
        ("lane", False),
        ("none", False),
        ("unknown", False),
    ],
)
def test_both_must_close_the_road(closed, impact, finds):
    assert (closed().first(road_impact=impact).find() is not None) == finds
    assert (closed().second(road_impact=impact).find() is not None) == finds


@pytest.mark.parametrize(
    ("change", "finds"),
    [
        ({}, True),
        ({"organisation": 1}, False),
        ({"facility": "structure"}, True),
        ({"planning_status": "completed"}, False),
        ({"planning_status": "withdrawn"}, False),
    ],
)
def test_who_and_what(closed, change, finds):
    assert (closed().second(**change).find() is not None) == finds


@pytest.mark.parametrize(("base", "score"), [(49.0, 49.0), (50.0, 50.0), (51.0, 51.0)])
def test_base_score(closed, base, score):
    assert closed(0.0, **SURE).find({"base_score": base})["score"] == score


@pytest.mark.parametrize(("far", "score"), [(0.0, 25.0), (0.5, 37.5), (1.0, 50.0)])
def test_far_weight(closed, far, score):
    """10 m is half of the way to where zones no longer meet."""
    assert closed(10.0, **SURE).find({"far_weight": far})["score"] == score


@pytest.mark.parametrize(("fading", "score"), [(20, 25.0), (11, 4.5), (10, 0.0), (9, 0.0)])
def test_fading_days(closed, fading, score):
    pair = closed(0.0, **SURE).second(start=40, end=70)
    assert pair.find({"fading_days": fading})["score"] == score


def test_it_says_who_closes_the_road_and_when(closed):
    said = closed(0.0).second(start=40, end=70).said()
    assert said.title_nl == "Eén afsluiting voor beide: Werk 1 en Werk 2"
    assert "‘Werk 1’ van Partij 1 sluit de weg af van 1 januari 1970 t/m 30 januari" in said.nl
    assert "10 dagen uit elkaar, en het tweede werk ligt direct ernaast" in said.nl
    assert "‘Werk 1’ by Partij 1 closes the road from 1 January 1970 to 30 January" in said.en
    assert "10 days apart, and the second work lies right beside it" in said.en
    assert "direct ervoor of erna" in closed().second(start=30, end=40).said().nl
    assert "right before or after" in closed().second(start=30, end=40).said().en
