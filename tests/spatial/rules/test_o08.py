"""O08 one unit on either side of every threshold."""

import pytest

SURE = {"planning_status": "under_construction"}


@pytest.fixture
def street(lines):
    """A heat network and, beside it, a sewer; 3 m apart, both on days 0 to 29."""

    def make(length=100.0, **changes):
        pair = lines("O08", offset=3.0, length=length, **changes)
        return pair.first(facility="heat", activity="new")

    return make


@pytest.mark.parametrize(
    ("length", "finds"), [(49.0, False), (49.999, False), (50.0, True), (51.0, True)]
)
def test_shared_length_m(street, length, finds):
    found = street(length).find()
    assert (found is not None) == finds
    assert street(length).find({"shared_length_m": 40}) is not None
    if finds:
        assert found["shared_length_m"] == pytest.approx(length)


@pytest.mark.parametrize(("gap", "finds"), [(1_094, True), (1_095, True), (1_096, False)])
def test_gap_days(street, gap, finds):
    """No window is asked: that both fall within three years is worth a call."""
    pair = street().second(start=30 + gap, end=60 + gap)
    found = pair.find()
    assert (found is not None) == finds
    assert pair.find({"gap_days": 2_000}) is not None
    if finds:
        assert found["gap_days"] == gap
        assert (found["start"], found["end"]) == (0, 60 + gap)


def test_where_days_are_shared_the_period_is_those_days(street):
    found = street().second(start=20, end=50).find()
    assert (found["start"], found["end"]) == (20, 30)
    assert (found["first"], found["second"]) == (1, 2)


@pytest.mark.parametrize(
    ("one", "other", "finds"),
    [
        ("heat", "sewer", True),
        ("heat", "gas", True),
        ("gas", "heat", True),
        ("heat", "heat", False),
        ("heat", "water", False),
        ("heat", "electricity", False),
        ("sewer", "gas", False),
    ],
)
def test_which_facilities(street, one, other, finds):
    found = street().first(facility=one).second(facility=other).find()
    assert (found is not None) == finds
    if finds:
        assert found["first"] == (1 if one == "heat" else 2)


@pytest.mark.parametrize(
    ("change", "finds"),
    [
        ({}, True),
        ({"organisation": 1}, False),
        ({"activity": "survey"}, False),
        ({"activity": "remove"}, True),
        ({"excavation": "trenchless"}, True),
        ({"planning_status": "completed"}, False),
        ({"planning_status": "withdrawn"}, False),
        ({"planning_status": "idea"}, True),
    ],
)
def test_who_and_what(street, change, finds):
    assert (street().second(**change).find() is not None) == finds


def test_worth(street):
    pair = street(**SURE)
    found = pair.find()
    assert found["saving_eur"] == pytest.approx(15_000)
    assert found["score"] == 6.0
    assert pair.find({"saving_eur_m2": 10})["saving_eur"] == pytest.approx(1_500)
    assert pair.find({"trench_m": 1})["saving_eur"] == pytest.approx(10_000)
    assert pair.find({"full_saving_eur": 15_000})["score"] == 100.0


@pytest.mark.parametrize(("fading", "score"), [(20, 50.0), (11, 9.1), (10, 0.0), (9, 0.0)])
def test_fading_days(street, fading, score):
    pair = street(**SURE).second(start=40, end=70)
    assert pair.find({"fading_days": fading, "full_saving_eur": 1})["score"] == score


def test_it_says_what_when_and_how_much(street):
    said = street().second(start=400, end=430).said()
    assert said.title_nl == "Warmte samen met riool: Werk 1 en Werk 2"
    assert "Warmte (aanleg) en riool (vervanging) vallen 370 dagen" in said.nl
    assert "na elkaar (van 1 januari 1970 t/m 6 maart 1971) en delen 100 m" in said.nl
    assert "€ 15.000" in said.nl
    assert "Heat (new) and sewer (renewal) fall 370 days" in said.en
    assert "share 100 m" in said.en
    both = street().said()
    assert "vallen 30 dagen samen (van 1 januari 1970 t/m 30 januari 1970)" in both.nl
    assert "fall together for 30 days (from 1 January 1970" in both.en
