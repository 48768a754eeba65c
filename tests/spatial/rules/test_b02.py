"""B02 one unit on either side of every threshold."""

import pytest

PAVING = {"facility": "paving", "activity": "renew"}
SURE = {"planning_status": "under_construction"}


def after(pair, start, **changes):
    return pair.first(**PAVING).second(start=start, end=start + 30, **changes)


@pytest.mark.parametrize(
    ("start", "since"), [(29, None), (30, 0), (31, 1), (1_855, 1_825), (1_856, None), (1_857, None)]
)
def test_no_dig_days(boxes, start, since):
    """From the day after the surface work until 1,825 days later; 1,826 is free again."""
    found = after(boxes("B02"), start).find()
    if since is None:
        assert found is None
    else:
        assert found["days_after_renewal"] == since
        assert (found["start"], found["end"]) == (start, start + 30)
        assert (found["first"], found["second"]) == (1, 2)


@pytest.mark.parametrize(
    ("square_metres", "finds"), [(2.9, False), (2.999, False), (3.0, True), (3.1, True)]
)
def test_shared_area_m2(boxes, square_metres, finds):
    pair = after(boxes("B02", gap=-square_metres, width=1.0), 40)
    found = pair.find()
    assert (found is not None) == finds
    if finds:
        assert found["shared_area_m2"] == pytest.approx(square_metres)


@pytest.mark.parametrize(("square_metres", "part"), [(49.0, 0.99), (50.0, 1.0), (51.0, 1.0)])
def test_full_area_m2(boxes, square_metres, part):
    pair = after(boxes("B02", gap=-square_metres, width=1.0, **SURE), 30)
    assert pair.find()["score"] == round(100 * part, 1)


def test_score_fades_to_the_end_of_the_no_dig_period(boxes):
    pair = boxes("B02", gap=-50.0, **SURE)
    assert after(pair, 30 + 913).find()["score"] == 50.0
    assert after(pair, 30 + 100).find({"no_dig_days": 400})["score"] == 75.0
    assert after(pair, 30 + 400).find({"no_dig_days": 400}) is None


def test_the_surface_work_may_be_listed_second(boxes):
    pair = boxes("B02").first(start=40, end=70).second(**PAVING)
    found = pair.find()
    assert (found["first"], found["second"]) == (2, 1)


def test_digging_first_and_paving_after_is_fine(boxes):
    assert boxes("B02").first(start=0, end=30).second(**PAVING, start=40, end=70).find() is None


@pytest.mark.parametrize(
    ("change", "finds"),
    [
        ({}, True),
        ({"organisation": 1}, True),
        ({"activity": "urgent_repair"}, False),
        ({"activity": "new_connection"}, False),
        ({"activity": "repair"}, True),
        ({"excavation": "trenchless"}, False),
        ({"excavation": "none"}, False),
        ({"facility": "green"}, False),
        ({"facility": "green", "activity": "relocate"}, True),
        ({"planning_status": "completed"}, False),
        ({"planning_status": "withdrawn"}, False),
    ],
)
def test_who_digs(boxes, change, finds):
    assert (after(boxes("B02"), 40, **change).find() is not None) == finds


@pytest.mark.parametrize(
    ("change", "finds"),
    [
        ({"planning_status": "completed"}, True),
        ({"planning_status": "withdrawn"}, False),
        ({"activity": "maintain"}, False),
        ({"facility": "trees", "activity": "redesign"}, True),
        ({"facility": "road", "activity": "new"}, True),
        ({"facility": "sewer", "activity": "raise"}, True),
    ],
)
def test_who_renews_the_surface(boxes, change, finds):
    assert (after(boxes("B02"), 40).first(**change).find() is not None) == finds


def test_works_of_one_project_are_never_a_pair(boxes):
    assert after(boxes("B02"), 40, project=7).first(project=7).find() is None


def test_an_interrupted_dig_counts_from_its_first_period_in_the_new_surface(boxes):
    pair = boxes("B02").first(**PAVING).second(start=10, end=90, periods=((10, 20), (60, 90)))
    found = pair.find()
    assert found["days_after_renewal"] == 30
    assert (found["start"], found["end"]) == (60, 90)
