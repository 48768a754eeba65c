"""B17 one unit on either side of every threshold."""

from datetime import date

import pytest
from shapely import box

from spatial.context import objects
from spatial.period import day_number
from spatial.testing.making import Planned
from spatial.testing.surroundings import find

SURE = {"planning_status": "under_construction"}


def dike(shape=None, zone="protection", **given):
    columns = {k: [v] for k, v in given.items()}
    return {
        "dike_zones": objects(
            "dike_zones", [shape or box(0, 0, 100, 100)], names=["Rijndijk"], zone=[zone], **columns
        )
    }


def work(first, last, *, shape=None, **changes):
    start, end = day_number(date.fromisoformat(first)), day_number(date.fromisoformat(last)) + 1
    return Planned(shape or box(10, 10, 20, 20), start, end, number=1, **{**SURE, **changes})


@pytest.mark.parametrize(
    ("first", "last", "days"),
    [
        ("2028-04-01", "2028-09-30", 0),
        ("2028-04-01", "2028-10-01", 1),
        ("2028-03-31", "2028-09-30", 1),
        ("2028-01-01", "2028-01-31", 31),
        ("2027-12-31", "2028-01-01", 2),
        ("2028-06-01", "2029-06-30", 182),
        ("2027-09-01", "2030-09-30", 183 + 182 + 182),
    ],
)
def test_the_closed_season_runs_over_new_year(first, last, days):
    found = find("B17", [work(first, last)], dike())
    assert [f["shared_days"] for f in found] == ([days] if days else [])


@pytest.mark.parametrize(("start", "days"), [(1001, 1), (1002, 0), (930, 2)])
def test_season_from(start, days):
    found = find("B17", [work("2028-05-01", "2028-10-01")], dike(), {"season_from": start})
    assert sum(f["shared_days"] for f in found) == days


@pytest.mark.parametrize(("until", "days"), [(331, 1), (330, 0), (401, 2)])
def test_season_to(until, days):
    found = find("B17", [work("2028-03-31", "2028-08-01")], dike(), {"season_to": until})
    assert sum(f["shared_days"] for f in found) == days


@pytest.mark.parametrize(("first", "finds"), [("2028-05-15", True), ("2028-05-16", False)])
def test_the_season_of_the_water_board_goes_first(first, finds):
    own = dike(closed_from=1101, closed_to=515)
    assert bool(find("B17", [work(first, "2028-10-31")], own)) == finds


def test_the_last_of_february_is_in_every_year():
    own = dike(closed_from=201, closed_to=229)
    assert not find("B17", [work("2027-03-01", "2027-03-02")], own)
    assert find("B17", [work("2027-02-28", "2027-03-02")], own)[0]["shared_days"] == 1
    assert find("B17", [work("2028-02-29", "2028-03-02")], own)[0]["shared_days"] == 1


@pytest.mark.parametrize(
    ("shape", "finds"),
    [
        (box(99.7, 0, 200, 10), True),
        (box(100, 0, 200, 10), False),
        (box(100.2, 0, 200, 10), False),
    ],
)
def test_only_what_lies_in_the_zone(shape, finds):
    assert bool(find("B17", [work("2028-01-01", "2028-01-31", shape=shape)], dike())) == finds


@pytest.mark.parametrize(
    ("zone", "finds"), [("core", True), ("protection", True), ("outer", False)]
)
def test_which_zones(zone, finds):
    assert bool(find("B17", [work("2028-01-01", "2028-01-31")], dike(zone=zone))) == finds


@pytest.mark.parametrize(
    ("change", "finds"),
    [
        ({}, True),
        ({"facility": "paving"}, True),
        ({"planning_status": "withdrawn"}, False),
        ({"planning_status": "completed"}, False),
    ],
)
def test_who(change, finds):
    assert bool(find("B17", [work("2028-01-01", "2028-01-31", **change)], dike())) == finds


def test_valid_periods_count_and_not_their_hull():
    spring, autumn = (day_number(date(2028, m, 1)) for m in (5, 9))
    some = Planned(
        box(10, 10, 20, 20),
        spring,
        autumn + 366,
        number=1,
        periods=((spring, spring + 10), (autumn + 360, autumn + 366)),
        **SURE,
    )
    assert not find("B17", [some], dike())


@pytest.mark.parametrize(("base", "score"), [(84.0, 84.0), (85.0, 85.0), (86.0, 86.0)])
def test_base_score(base, score):
    long = work("2028-01-01", "2028-03-31")
    assert find("B17", [long], dike(), {"base_score": base})[0]["score"] == score


@pytest.mark.parametrize(("full", "score"), [(29, 85.0), (30, 85.0), (31, 83.6), (60, 63.75)])
def test_full_days(full, score):
    thirty = work("2028-01-01", "2028-01-30")
    found = find("B17", [thirty], dike(), {"full_days": full})
    assert found[0]["score"] == pytest.approx(score, abs=0.06)


def test_it_says_how_long_and_whom_to_ask():
    (found,) = find("B17", [work("2028-03-01", "2028-05-31")], dike(water_board="Rijnland"))
    assert (found["start"], found["end"]) == tuple(day_number(date(2028, m, 1)) for m in (3, 4))
    said = found["said"]
    assert "in de dijkzone van Rijndijk en valt 31 dagen in het gesloten seizoen" in said.nl
    assert "vraag Rijnland om ontheffing" in said.nl
    assert "dike zone of Rijndijk" in said.en
    assert "31 days (from 1 March 2028 to 31 March 2028)" in said.en
