"""O05 one unit on either side of every threshold."""

import pytest

REDESIGN = {"facility": "public_space", "activity": "redesign"}
SURE = {"planning_status": "under_construction"}


def ride(pair, start, **changes):
    """The first renews the surface on days 0 to 29, the second digs from ``start``."""
    return pair.first(**REDESIGN).second(start=start, end=start + 10, **changes)


@pytest.mark.parametrize(
    ("start", "finds"), [(-1_827, False), (-1_826, True), (-1_825, True), (0, True)]
)
def test_before_days(boxes, start, finds):
    """The first day of the dig against the first of the renewal."""
    pair = ride(boxes("O05"), start)
    found = pair.find()
    assert (found is not None) == finds
    assert pair.find({"before_days": 2_000}) is not None
    if finds:
        assert (found["first"], found["second"]) == (1, 2)
        assert (found["start"], found["end"]) == (0, 30)


@pytest.mark.parametrize(
    ("start", "finds"), [(30, True), (30 + 1_825, True), (30 + 1_826, True), (30 + 1_827, False)]
)
def test_after_days(boxes, start, finds):
    pair = ride(boxes("O05"), start)
    found = pair.find()
    assert (found is not None) == finds
    assert pair.find({"after_days": 2_000}) is not None
    if finds:
        assert found["gap_days"] == start - 30


def test_a_long_dig_that_is_still_running_counts_from_its_first_day(boxes):
    pair = boxes("O05").first(**REDESIGN).second(start=-1_827, end=10)
    assert pair.find() is None
    assert pair.second(start=-1_826).find()["shared_days"] == 10


@pytest.mark.parametrize(
    ("length", "finds"), [(24.0, False), (24.999, False), (25.0, True), (26.0, True)]
)
def test_shared_length_m(lines, length, finds):
    pair = ride(lines("O05", length=length, offset=3.0), 40)
    assert (pair.find() is not None) == finds
    assert pair.find({"shared_length_m": 20}) is not None


@pytest.mark.parametrize(
    ("square_metres", "finds"), [(49.0, False), (49.999, False), (50.0, True), (51.0, True)]
)
def test_shared_area_m2(boxes, square_metres, finds):
    pair = ride(boxes("O05", gap=-square_metres / 5, width=5.0), 40)
    assert (pair.find({"shared_length_m": 1_000}) is not None) == finds
    assert pair.find({"shared_length_m": 1_000, "shared_area_m2": 40}) is not None


@pytest.mark.parametrize(
    ("change", "finds"),
    [
        ({}, True),
        ({"facility": "paving", "activity": "renew"}, True),
        ({"facility": "road", "activity": "new"}, True),
        ({"facility": "road", "activity": "raise"}, True),
        ({"facility": "paving", "activity": "maintain"}, False),
        ({"facility": "sewer", "activity": "renew"}, False),
        ({"planning_status": "completed"}, False),
        ({"planning_status": "withdrawn"}, False),
        ({"organisation": 2}, False),
    ],
)
def test_who_renews(boxes, change, finds):
    assert (ride(boxes("O05"), 40).first(**change).find() is not None) == finds


@pytest.mark.parametrize(
    ("change", "finds"),
    [
        ({}, True),
        ({"facility": "telecom", "activity": "new"}, True),
        ({"facility": "trees"}, False),
        ({"facility": "paving", "activity": "maintain"}, False),
        ({"excavation": "trenchless"}, False),
        ({"activity": "survey"}, False),
        ({"planning_status": "completed"}, False),
        ({"planning_status": "withdrawn"}, False),
    ],
)
def test_who_digs(boxes, change, finds):
    assert (ride(boxes("O05"), 40, **change).find() is not None) == finds


def test_works_of_one_project_are_never_a_pair(boxes):
    assert ride(boxes("O05"), 40, project=7).first(project=7).find() is None


def test_where_either_could_carry_the_other_the_first_carries(boxes):
    """A sewer that is raised with its street digs and renews the surface."""
    raised = {"facility": "sewer", "activity": "raise"}
    pair = boxes("O05").first(start=50, end=80, **raised).second(start=0, end=30, **raised)
    found = pair.find()
    assert (found["first"], found["second"]) == (2, 1)


def test_the_dig_may_come_first_in_the_list(boxes):
    pair = boxes("O05").second(start=40, end=70, **REDESIGN)
    found = pair.find()
    assert (found["first"], found["second"]) == (2, 1)
    assert (found["start"], found["end"]) == (40, 70)


def test_worth(lines):
    pair = ride(lines("O05", offset=3.0, **SURE), 0)
    found = pair.find()
    assert found["saving_eur"] == pytest.approx(15_000)
    assert found["score"] == 6.0
    assert pair.find({"saving_eur_m2": 10})["saving_eur"] == pytest.approx(1_500)
    assert pair.find({"trench_m": 1})["saving_eur"] == pytest.approx(10_000)
    assert pair.find({"full_saving_eur": 15_000})["score"] == 100.0


@pytest.mark.parametrize(("fading", "score"), [(20, 50.0), (11, 9.1), (10, 0.0), (9, 0.0)])
def test_fading_days(lines, fading, score):
    pair = ride(lines("O05", offset=3.0, **SURE), 40)
    assert pair.find({"fading_days": fading, "full_saving_eur": 1})["score"] == score


def test_it_says_which_street_opens_and_who_rides_along(boxes):
    said = ride(boxes("O05"), 40).said()
    assert said.title_nl == "Meeliften: Werk 1 en Werk 2"
    assert "van 1 januari 1970 t/m 30 januari 1970 toch open voor ‘Werk 1’ van Partij 1" in said.nl
    assert "(herinrichting)" in said.nl
    assert "van 10 februari 1970 t/m 19 februari 1970, 10 dagen ertussen, kan meeliften" in said.nl
    assert "opens anyway from 1 January 1970 to 30 January 1970 for ‘Werk 1’" in said.en
    assert "(redesign)" in said.en
    assert "from 10 February 1970 to 19 February 1970 with 10 days between" in said.en
    assert "€" in said.nl
