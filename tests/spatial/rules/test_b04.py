"""B04 one unit on either side of every threshold."""

import pytest

SURE = {"planning_status": "under_construction"}
PAVING = {"facility": "paving", "activity": "renew"}
ORDER = (
    ("sewer", "relocate", 0, "rank_relocation"),
    ("sewer", "renew", 1, "rank_sewer"),
    ("heat", "new", 2, "rank_heat"),
    ("water", "renew", 3, "rank_water_gas"),
    ("gas", "renew", 3, "rank_water_gas"),
    ("electricity", "renew", 4, "rank_cables"),
    ("telecom", "new", 4, "rank_cables"),
    ("lighting", "renew", 4, "rank_cables"),
    ("road", "renew", 5, "rank_paving"),
    ("paving", "renew", 5, "rank_paving"),
    ("public_space", "redesign", 5, "rank_paving"),
    ("green", "new", 6, "rank_green"),
)


def inverted(pair, gap=10, **changes):
    """Paving on days 0 to 29, and a sewer so many days after it."""
    return pair.first(**PAVING).second(start=30 + gap, end=60 + gap, **changes)


@pytest.mark.parametrize(("gap", "finds"), [(0, True), (364, True), (365, True), (366, False)])
def test_within_days(boxes, gap, finds):
    found = inverted(boxes("B04"), gap).find()
    assert (found is not None) == finds
    assert inverted(boxes("B04"), gap).find({"within_days": 400}) is not None
    if finds:
        assert (found["first"], found["second"]) == (1, 2)
        assert (found["start"], found["end"]) == (30 + gap, 60 + gap)
        assert found["ranks_apart"] == 4


@pytest.mark.parametrize(
    ("gap", "finds"), [(366, True), (1_825, True), (1_826, True), (1_827, False)]
)
def test_bundle_days(boxes, gap, finds):
    """Beyond a year only works of one accepted bundle."""
    pair = inverted(boxes("B04"), gap, accepted_bundle=3)
    assert pair.find() is None
    assert pair.first(accepted_bundle=4).find() is None
    found = pair.first(accepted_bundle=3).find()
    assert (found is not None) == finds
    assert pair.first(accepted_bundle=3).find({"bundle_days": 2_000}) is not None
    if finds:
        assert found["one_bundle"] == 1


def test_works_that_share_a_day_have_no_order(boxes):
    assert inverted(boxes("B04"), -1).find() is None


@pytest.mark.parametrize("earlier", ORDER, ids=lambda o: f"{o[0]}-{o[1]}")
@pytest.mark.parametrize("later", ORDER, ids=lambda o: f"{o[0]}-{o[1]}")
def test_which_order_is_wrong(boxes, earlier, later):
    """rank_relocation, rank_sewer, rank_heat, rank_water_gas, rank_cables, rank_paving, rank_green."""
    pair = boxes("B04").first(facility=earlier[0], activity=earlier[1])
    pair = pair.second(start=40, end=70, facility=later[0], activity=later[1])
    found = pair.find()
    assert (found is not None) == (earlier[2] > later[2])
    if found:
        assert found["ranks_apart"] == earlier[2] - later[2]
        assert (found["first"], found["second"]) == (1, 2)
    if earlier[3] != later[3]:
        assert pair.find({earlier[3]: 50}) is not None
        assert pair.find({later[3]: 50}) is None


@pytest.mark.parametrize(
    ("change", "finds"),
    [
        ({}, True),
        ({"facility": "trees"}, True),
        ({"facility": "road", "activity": "maintain"}, True),
        ({"facility": "telecom", "excavation": "trenchless"}, True),
        ({"facility": "telecom", "activity": "survey"}, False),
        ({"facility": "unknown"}, False),
        ({"facility": "structure"}, False),
        ({"facility": "housing", "activity": "renovate"}, False),
        ({"organisation": 2}, False),
        ({"planning_status": "completed"}, False),
        ({"planning_status": "withdrawn"}, False),
    ],
)
def test_what_goes_first(boxes, change, finds):
    assert (inverted(boxes("B04")).first(**change).find() is not None) == finds


@pytest.mark.parametrize(
    ("change", "finds"),
    [
        ({}, True),
        ({"activity": "repair"}, True),
        ({"activity": "survey"}, False),
        ({"excavation": "trenchless"}, False),
        ({"excavation": "none"}, False),
        ({"facility": "unknown"}, False),
        ({"facility": "water_management"}, False),
        ({"planning_status": "completed"}, False),
        ({"planning_status": "withdrawn"}, False),
    ],
)
def test_what_comes_after(boxes, change, finds):
    assert (inverted(boxes("B04"), **change).find() is not None) == finds


@pytest.mark.parametrize(
    ("length", "finds"), [(24.0, False), (24.999, False), (25.0, True), (26.0, True)]
)
def test_shared_length_m(lines, length, finds):
    pair = inverted(lines("B04", length=length, offset=3.0))
    assert (pair.find() is not None) == finds
    assert pair.find({"shared_length_m": 20}) is not None


@pytest.mark.parametrize(
    ("square_metres", "finds"), [(49.0, False), (49.999, False), (50.0, True), (51.0, True)]
)
def test_shared_area_m2(boxes, square_metres, finds):
    pair = inverted(boxes("B04", gap=-square_metres / 5, width=5.0))
    assert (pair.find({"shared_length_m": 1_000}) is not None) == finds
    assert pair.find({"shared_length_m": 1_000, "shared_area_m2": 40}) is not None


def test_interrupted_work_is_judged_by_the_two_nearest_periods(boxes):
    """Paving on days 0 to 39 and 100 to 109: a sewer from day 60 comes after the former."""
    pair = boxes("B04").first(**PAVING, start=0, end=110, periods=((0, 40), (100, 110)))
    found = pair.second(start=60, end=75).find()
    assert found["gap_days"] == 20
    assert (found["start"], found["end"]) == (60, 75)
    assert pair.second(start=65, end=85).find() is None


@pytest.mark.parametrize(("base", "score"), [(59.0, 59.0), (60.0, 60.0), (61.0, 61.0)])
def test_base_score(boxes, base, score):
    assert inverted(boxes("B04", **SURE)).find({"base_score": base})["score"] == score


@pytest.mark.parametrize(("full", "score"), [(3.0, 60.0), (4.0, 60.0), (5.0, 54.0), (8.0, 45.0)])
def test_full_ranks(boxes, full, score):
    assert inverted(boxes("B04", **SURE)).find({"full_ranks": full})["score"] == score


def test_it_says_what_should_go_first(boxes):
    said = inverted(boxes("B04")).said()
    assert said.title_nl == "Verkeerde volgorde: Werk 1 en Werk 2"
    assert "‘Werk 2’ van Partij 2 begint op 10 februari 1970, 10 dagen nadat ‘Werk 1’" in said.nl
    assert "Eerst riool, dan verharding is de gewone volgorde" in said.nl
    assert "100 m²" in said.nl
    assert "‘Werk 2’ by Partij 2 starts on 10 February 1970, 10 days after ‘Werk 1’" in said.en
    assert "First sewer, then paving is the usual order" in said.en
    assert "direct nadat" in inverted(boxes("B04"), 0).said().nl
    assert "right after" in inverted(boxes("B04"), 0).said().en
    bundled = inverted(boxes("B04", accepted_bundle=3)).said()
    assert "in één aanvaarde bundel" in bundled.nl
    assert "in one accepted bundle" in bundled.en
