"""O04 one unit on either side of every threshold."""

import numpy as np
import pytest
import shapely

FREE = {"earliest": -5_000, "latest": 9_000}


@pytest.fixture
def trench(lines):
    """A sewer and a telecom line a metre apart, over 100 m, in one month."""

    def make(**changes):
        return lines("O04", offset=1.0).second(**{"facility": "telecom", **changes})

    return make


def turned(degrees, length=100.0):
    """A line from the first one's middle that turns away by so many degrees."""
    angle = np.radians(degrees)
    x, y = length / 2 * np.cos(angle), length / 2 * np.sin(angle)
    return shapely.LineString([(50 - x, -y), (50 + x, y)])


@pytest.mark.parametrize(
    ("offset", "finds"), [(1.999, True), (2.0, True), (2.001, False), (2.5, False)]
)
def test_apart_m(lines, offset, finds):
    """Between the lines; the footprints of both are half a metre nearer."""
    found = lines("O04", offset=offset).find()
    assert (found is not None) == finds
    assert (lines("O04", offset=offset).find({"apart_m": 3.0})) is not None


@pytest.mark.parametrize(
    ("length", "finds"), [(49.0, False), (49.999, False), (50.0, True), (51.0, True)]
)
def test_beside_m(lines, length, finds):
    found = lines("O04", offset=1.0, length=length).find()
    assert (found is not None) == finds
    if finds:
        assert found["beside_m"] == pytest.approx(length)


@pytest.mark.parametrize(("degrees", "finds"), [(14.0, True), (16.0, False), (-14.0, True)])
def test_angle_deg(trench, degrees, finds):
    """Within 20 m of each other all the way; only the angle decides."""
    place = turned(degrees, 90.0)
    pair = trench(geometry=place, footprint=place.buffer(0.5))
    wide = {"apart_m": 10.0, "beside_m": 30.0}
    assert (pair.find(wide) is not None) == finds
    assert pair.find(wide | {"angle_deg": 17.0}) is not None
    assert pair.find(wide | {"angle_deg": 13.0}) is None


def test_a_line_drawn_the_other_way_runs_along_just_as_well(trench):
    place = shapely.LineString([(100, 1), (0, 1)])
    assert trench(geometry=place).find()["beside_m"] == pytest.approx(100)


@pytest.mark.parametrize(("start", "days"), [(0, 30), (29, 1), (30, None), (31, None)])
def test_without_room_to_shift_they_must_share_a_day(trench, start, days):
    found = (
        trench(start=start, end=start + 40, commitment="result_obligation")
        .first(commitment="result_obligation")
        .find()
    )
    if days is None:
        assert found is None
    else:
        assert found["shared_days"] == days
        assert found["shift_days"] == 0
        assert (found["start"], found["end"]) == (start, 30)


@pytest.mark.parametrize(("gap", "finds"), [(1_825, True), (1_826, True), (1_827, False)])
def test_gap_days(trench, gap, finds):
    pair = trench(start=30 + gap, end=60 + gap, **FREE).first(**FREE)
    found = pair.find()
    assert (found is not None) == finds
    assert pair.find({"gap_days": 2_000}) is not None
    if finds:
        assert found["gap_days"] == gap
        assert found["shift_days"] == gap + 30


@pytest.mark.parametrize(("short", "finds"), [(0, True), (1, False)])
def test_the_windows_must_cover_the_gap_and_the_shorter_work(trench, short, finds):
    """10 days between and 20 days of work; A may end 18 days later, B start 12 earlier."""
    pair = trench(start=40, end=60, earliest=28, latest=60).first(earliest=0, latest=48 - short)
    found = pair.find()
    assert (found is not None) == finds
    if finds:
        assert (found["first"], found["second"]) == (1, 2)
        assert (found["shift_a_days"], found["shift_b_days"]) == (18, 12)
        assert (found["start"], found["end"]) == (28, 48)


@pytest.mark.parametrize(
    ("one", "other", "finds"),
    [
        ("heat", "water", False),
        ("heat", "sewer", True),
        ("heat", "gas", True),
        ("water", "sewer", True),
        ("gas", "electricity", False),
        ("gas", "telecom", True),
        ("electricity", "telecom", True),
    ],
)
def test_which_may_share_a_trench(trench, one, other, finds):
    assert (trench().first(facility=one).second(facility=other).find() is not None) == finds


@pytest.mark.parametrize(("agreed", "finds"), [(0.0, False), (0.5, False), (1.0, True)])
def test_gas_with_electricity(trench, agreed, finds):
    pair = trench().first(facility="gas")
    pair = pair.second(facility="electricity")
    assert (pair.find({"gas_with_electricity": agreed}) is not None) == finds
    heat = pair.first(facility="heat").second(facility="water")
    assert heat.find({"gas_with_electricity": agreed}) is None


@pytest.mark.parametrize(
    ("change", "finds"),
    [
        ({}, True),
        ({"organisation": 1}, False),
        ({"facility": "paving"}, False),
        ({"facility": "unknown", "activity": "unknown"}, False),
        ({"activity": "survey"}, False),
        ({"excavation": "trenchless"}, False),
        ({"planning_status": "withdrawn"}, False),
        ({"planning_status": "completed"}, False),
        ({"geometry": shapely.box(0, 0.5, 100, 1.5)}, False),
        ({"geometry": shapely.Point(50, 1)}, False),
    ],
)
def test_who_and_what(trench, change, finds):
    assert (trench(**change).find() is not None) == finds


def test_worth(trench):
    pair = trench(planning_status="under_construction").first(planning_status="under_construction")
    found = pair.find()
    assert found["saving_eur"] == pytest.approx(15_000)
    assert found["score"] == 6.0
    assert pair.find({"saving_eur_m2": 10})["saving_eur"] == pytest.approx(1_500)
    assert pair.find({"trench_m": 1})["saving_eur"] == pytest.approx(10_000)
    assert pair.find({"full_saving_eur": 15_000})["score"] == 100.0


@pytest.mark.parametrize(("fading", "score"), [(100, 90.2), (20, 45.1), (10, 0.0), (9, 0.0)])
def test_fading_days(trench, fading, score):
    pair = trench(start=40, end=70, **FREE).first(**FREE)
    if fading == 100:
        score = round(90.25 * 0.9, 1)
    assert pair.find({"fading_days": fading, "full_saving_eur": 1})["score"] == score


def test_it_says_how_long_and_when(trench):
    said = trench().said()
    assert said.title_nl == "Eén sleuf mogelijk: Werk 1 en Werk 2"
    assert "Over 100 m liggen ‘Werk 1’ van Partij 1 en ‘Werk 2’ van Partij 2 naast" in said.nl
    assert "van 1 januari 1970 t/m 30 januari 1970, want dan werken beide daar" in said.nl
    assert "€ 15.000" in said.nl
    assert "Over 100 m ‘Werk 1’ by Partij 1 and ‘Werk 2’ by Partij 2 lie side by" in said.en
    assert "€15,000" in said.en
    later = trench(start=40, end=60, earliest=28, latest=60).first(earliest=0, latest=48).said()
    assert "het eerste werk 18 dagen naar achteren schuift en het tweede 12 dagen" in later.nl
    assert "the first work moves back 18 days and the second comes forward 12 days" in later.en
