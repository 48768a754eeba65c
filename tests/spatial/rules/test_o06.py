"""O06 one unit on either side of every threshold."""

import pytest

PAVING = {"facility": "paving", "activity": "renew"}
SURE = {"planning_status": "under_construction"}


def late(pair, start, room=9_999, **changes):
    """The first paves on days 0 to 29; the second digs 10 days, ``room`` days earlier if asked."""
    return pair.first(**PAVING).second(
        start=start, end=start + 10, earliest=start - room, latest=start + 10, **changes
    )


@pytest.mark.parametrize(
    ("start", "since"), [(29, None), (30, 0), (31, 1), (1_855, 1_825), (1_856, None), (1_857, None)]
)
def test_no_dig_days(boxes, start, since):
    pair = late(boxes("O06"), start)
    found = pair.find()
    if since is None:
        assert found is None
    else:
        assert found["gap_days"] == since
        assert found["shift_days"] == since + 10
        assert (found["first"], found["second"]) == (1, 2)
        assert (found["start"], found["end"]) == (20, 30)
    assert (pair.find({"no_dig_days": 1_900}) is not None) == (start >= 30)


@pytest.mark.parametrize(("room", "finds"), [(19, False), (20, True), (21, True)])
def test_the_window_must_let_the_dig_end_before_the_paving_ends(boxes, room, finds):
    """10 days after delivery, 10 days long: 20 days forward."""
    assert (late(boxes("O06"), 40, room).find() is not None) == finds


@pytest.mark.parametrize(
    ("status", "start", "finds"),
    [
        ("committed", 30 + 81, True),
        ("committed", 30 + 82, False),
        ("provisional", 30 + 355, True),
        ("provisional", 30 + 356, False),
        ("under_construction", 30, False),
    ],
)
def test_without_a_given_window_the_status_decides(boxes, status, start, finds):
    pair = boxes("O06").first(**PAVING).second(start=start, end=start + 10, planning_status=status)
    assert (pair.find() is not None) == finds


def test_a_coarse_plan_takes_as_long_as_its_facility_usually_does(boxes):
    """A sewer planned for a quarter takes 120 days: 130 forward, with 365 to spare."""
    pair = boxes("O06").first(**PAVING)
    found = pair.second(
        start=40, end=130, precision="quarter", planning_status="provisional"
    ).find()
    assert found["shift_days"] == 130
    assert (found["start"], found["end"]) == (-90, 30)


@pytest.mark.parametrize(
    ("square_metres", "finds"), [(2.9, False), (2.999, False), (3.0, True), (3.1, True)]
)
def test_shared_area_m2(boxes, square_metres, finds):
    pair = late(boxes("O06", gap=-square_metres, width=1.0), 40)
    assert (pair.find() is not None) == finds
    assert pair.find({"shared_area_m2": 2}) is not None


@pytest.mark.parametrize(
    ("change", "finds"),
    [
        ({}, True),
        ({"organisation": 1}, True),
        ({"activity": "urgent_repair"}, False),
        ({"activity": "new_connection"}, False),
        ({"activity": "survey"}, False),
        ({"excavation": "trenchless"}, False),
        ({"facility": "green"}, False),
        ({"planning_status": "completed"}, False),
        ({"planning_status": "withdrawn"}, False),
    ],
)
def test_who_digs(boxes, change, finds):
    assert (late(boxes("O06"), 40, **change).find() is not None) == finds


@pytest.mark.parametrize(
    ("change", "finds"),
    [
        ({"planning_status": "completed"}, True),
        ({"planning_status": "withdrawn"}, False),
        ({"activity": "maintain"}, False),
        ({"facility": "trees", "activity": "redesign"}, True),
    ],
)
def test_who_renews_the_surface(boxes, change, finds):
    assert (late(boxes("O06"), 40).first(**change).find() is not None) == finds


def test_works_of_one_project_are_never_a_pair(boxes):
    assert late(boxes("O06"), 40, project=7).first(project=7).find() is None


def test_the_surface_work_may_be_listed_second(boxes):
    pair = boxes("O06").second(**PAVING).first(start=40, end=50, earliest=0, latest=50)
    found = pair.find()
    assert (found["first"], found["second"]) == (2, 1)


def test_an_interrupted_dig_moves_as_a_whole(boxes):
    """Its second part would open the new surface; the whole must end on day 30: 60 forward."""
    pair = boxes("O06").first(**PAVING)
    parts = {"start": 10, "end": 90, "periods": ((10, 20), (60, 90)), "latest": 90}
    assert pair.second(**parts, earliest=-49).find() is None
    found = pair.second(**parts, earliest=-50).find()
    assert found["shift_days"] == 60
    assert found["gap_days"] == 30
    assert (found["start"], found["end"]) == (-50, 30)


def test_a_short_dig_in_several_periods_may_need_no_shift(boxes):
    """It takes 5 days of the 80 between its first and last; those fit before the paving ends."""
    pair = boxes("O06").first(**PAVING)
    found = pair.second(
        start=10, end=90, periods=((10, 20), (60, 90)), duration_days=5, earliest=10, latest=90
    ).find()
    assert found["shift_days"] == 0
    assert (found["start"], found["end"]) == (25, 30)


def test_worth(boxes):
    pair = late(boxes("O06", gap=-100.0, width=20.0, **SURE), 30)
    found = pair.find()
    assert found["shared_area_m2"] == pytest.approx(2_000)
    assert found["saving_eur"] == pytest.approx(200_000)
    assert found["score"] == 80.0
    assert pair.find({"saving_eur_m2": 10})["saving_eur"] == pytest.approx(20_000)
    assert pair.find({"trench_m": 100})["saving_eur"] > 1_000_000
    assert pair.find({"full_saving_eur": 200_000})["score"] == 100.0


@pytest.mark.parametrize(("fading", "score"), [(20, 50.0), (11, 9.1), (10, 0.0), (9, 0.0)])
def test_fading_days(boxes, fading, score):
    pair = late(boxes("O06", **SURE), 40)
    assert pair.find({"fading_days": fading, "full_saving_eur": 1})["score"] == score


def test_it_says_before_when_and_by_how_much(boxes):
    said = late(boxes("O06"), 40).said()
    assert said.title_nl == "Eerst graven, dan verharden: Werk 1 en Werk 2"
    assert "Door ‘Werk 2’ van Partij 2 vóór 31 januari 1970 uit te voeren" in said.nl
    assert "van 21 januari 1970 t/m 30 januari 1970" in said.nl
    assert "‘Werk 1’ van Partij 1 heel: 100 m²" in said.nl
    assert "20 dagen naar voren" in said.nl
    assert "is done before 31 January 1970" in said.en
    assert "stays whole: 100 m²" in said.en
    assert "comes forward 20 days" in said.en
