"""O02 one unit on either side of every threshold."""

import pytest

FREE = {"earliest": -5_000, "latest": 9_000}


def later(pair, start, days=30, **changes):
    return pair.second(start=start, end=start + days, **changes)


@pytest.mark.parametrize(("start", "gap"), [(29, None), (30, 0), (31, 1)])
def test_no_day_may_be_shared(lines, start, gap):
    found = later(lines("O02", **FREE), start).find()
    if gap is None:
        assert found is None
    else:
        assert (found["gap_days"], found["shared_days"]) == (gap, 0)


@pytest.mark.parametrize(
    ("gap", "finds"), [(1_825, True), (1_826, True), (1_827, False), (3_000, False)]
)
def test_gap_days(lines, gap, finds):
    assert (later(lines("O02", **FREE), 30 + gap).find() is not None) == finds


@pytest.mark.parametrize(("gap", "long_term"), [(1_095, 0), (1_096, 0), (1_097, 1)])
def test_long_term_days(lines, gap, long_term):
    assert later(lines("O02", **FREE), 30 + gap).find()["long_term"] == long_term


@pytest.mark.parametrize(
    ("length", "finds"), [(24.9, False), (24.999, False), (25.0, True), (25.1, True)]
)
def test_shared_length_m(lines, length, finds):
    pair = lines("O02", length=length, offset=3.0, **FREE)
    assert (later(pair, 40).find() is not None) == finds


@pytest.mark.parametrize(("square_metres", "finds"), [(49.9, False), (50.0, True), (50.1, True)])
def test_shared_area_m2(boxes, square_metres, finds):
    pair = later(boxes("O02", gap=-square_metres / 5, width=5.0, **FREE), 40)
    assert (pair.find({"shared_length_m": 1_000}) is not None) == finds


@pytest.mark.parametrize(("slack", "finds"), [(39, False), (40, True), (41, True)])
def test_the_windows_together_must_meet_gap_and_shorter_work(lines, slack, finds):
    """Gap 10 and 30 days of the shorter: 40 days are needed, wherever they come from."""
    for of_a in (0, 17, slack):
        pair = lines("O02").first(earliest=0, latest=30 + of_a)
        pair = later(pair, 40, 50, earliest=40 - (slack - of_a), latest=90)
        found = pair.find()
        assert (found is not None) == finds
        if finds:
            assert found["shift_days"] == 40
            assert found["shift_a_days"] + found["shift_b_days"] == 40
            assert found["end"] - found["start"] == 30


@pytest.mark.parametrize(
    ("status", "slack"),
    [("idea", 1_826), ("indicative", 730), ("provisional", 365), ("committed", 91)],
)
@pytest.mark.parametrize("short", [0, 1])
def test_default_windows_of_the_planning_status(lines, status, slack, short):
    """A is fixed; the need is one day of work and the gap, exactly met or one short."""
    pair = lines("O02").first(planning_status="under_construction")
    pair = later(pair, 30 + slack - 1 + short, 1, planning_status=status)
    assert (pair.find() is None) == bool(short)
    assert pair.second(commitment="result_obligation").find() is None


@pytest.mark.parametrize("status", ["under_construction", "unknown"])
def test_statuses_that_move_nothing(lines, status):
    assert later(lines("O02", planning_status=status), 31, 1).find() is None


def test_a_given_window_goes_before_a_result_obligation(lines):
    pair = later(lines("O02", commitment="result_obligation"), 40)
    assert pair.find() is None
    assert pair.second(earliest=0, latest=70).find()["shift_b_days"] == 40


def test_shifts_in_proportion_and_the_remainder_to_b(lines):
    """A may move 100 days, B 50; 40 are needed: 26 and 14."""
    pair = lines("O02").first(earliest=0, latest=130)
    found = later(pair, 40, 30, earliest=-10, latest=70).find()
    assert (found["shift_a_days"], found["shift_b_days"]) == (26, 14)
    assert (found["start"], found["end"]) == (26, 56)
    assert (found["first"], found["second"]) == (1, 2)


@pytest.mark.parametrize(
    ("change", "need"),
    [
        ({}, 40),
        ({"precision": "month"}, 40),
        ({"precision": "quarter"}, 130),
        ({"precision": "quarter", "facility": "telecom"}, 40),
        ({"precision": "quarter", "duration_days": 5}, 15),
        ({"duration_days": 12}, 22),
    ],
)
def test_duration(lines, change, need):
    """A sewer plan that is coarser than a month takes 120 days; telecom takes 30."""
    pair = lines("O02", **FREE).first(start=0, end=30)
    assert later(pair, 40, 150, **change).find()["shift_days"] == min(need, 40)
    pair = pair.first(start=-200, end=30)
    assert later(pair, 40, 30, **change).find()["shift_days"] == need


def test_fading_days_and_score(lines):
    """The score fades with the gap, to nil at ten years."""
    pair = later(lines("O02", offset=3.0, planning_status="under_construction", **FREE), 395)
    full = 100 * 15_000 / 250_000
    assert pair.find()["score"] == round(full * (1 - 365 / 3_652), 1)
    assert pair.find({"fading_days": 366})["score"] == 0.0
    assert pair.find({"fading_days": 365})["score"] == 0
    assert pair.find({"fading_days": 730})["score"] == round(full / 2, 1)


def test_worth(lines):
    pair = later(lines("O02", offset=3.0, **FREE), 40)
    assert pair.find()["saving_eur"] == pytest.approx(15_000)
    assert pair.find({"saving_eur_m2": 10})["saving_eur"] == pytest.approx(1_500)
    assert pair.find({"trench_m": 1})["saving_eur"] == pytest.approx(10_000)
    assert pair.find({"full_saving_eur": 100})["score"] == pytest.approx(
        round(90.25 * (1 - 10 / 3_652), 1)
    )


def test_a_work_between_two_periods_of_another_moves_to_the_nearer(lines):
    """Periods 0-10 and 100-110; the other work at 80-90 lies 20 days before the second."""
    pair = lines("O02", **FREE).first(start=0, end=110, periods=((0, 10), (100, 110)))
    found = later(pair, 80, 10).find()
    assert found["gap_days"] == 10
    assert (found["first"], found["second"]) == (2, 1)
    assert found["shift_days"] == 20


@pytest.mark.parametrize(
    ("change", "finds"),
    [
        ({}, True),
        ({"organisation": 1}, False),
        ({"planning_status": "withdrawn"}, False),
        ({"planning_status": "completed"}, False),
        ({"excavation": "trenchless"}, False),
    ],
)
def test_who_and_what(lines, change, finds):
    assert (later(lines("O02", **FREE), 40, **change).find() is not None) == finds
