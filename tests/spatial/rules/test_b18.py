"""B18 one unit on either side of every threshold."""

from datetime import date

import pytest
from shapely import box

from spatial.context import objects
from spatial.period import day_number
from spatial.testing.making import Planned
from spatial.testing.surroundings import find

SURE = {"planning_status": "under_construction"}


def events(*names, kind="event", start=None, end=None, shape=None, **given):
    n = len(names)
    columns = {k: [v] * n for k, v in given.items()}
    return {
        "events": objects(
            "events",
            [shape or box(0, 0, 50, 50)] * n,
            names=names,
            kind=[kind] * n,
            start=None if start is None else [start] * n,
            end=None if end is None else [end] * n,
            **columns,
        )
    }


def work(start=0, end=30, *, away=-10.0, number=1, **changes):
    shape = box(50 + away, 0, 150 + away, 10)
    return Planned(shape, start, end, number=number, **{**SURE, **changes})


def dated(first, last, **changes):
    days = (day_number(date.fromisoformat(d)) for d in (first, last))
    start, last_day = days
    return work(start, last_day + 1, **changes)


FAIR = {"start": 10, "end": 13}


@pytest.mark.parametrize(
    ("away", "impact", "finds"),
    [
        (9.9, "unknown", True),
        (10.0, "unknown", False),
        (10.1, "unknown", False),
        (14.9, "closed", True),
        (15.0, "one_direction_closed", False),
        (14.9, "carriageway_occupied", False),
    ],
)
def test_event_m(away, impact, finds):
    near = work(away=away, road_impact=impact)
    assert bool(find("B18", [near], events("Kermis", **FAIR))) == finds
    assert find("B18", [near], events("Kermis", **FAIR), {"event_m": 11.0})


@pytest.mark.parametrize(
    ("away", "impact", "finds"),
    [
        (4.9, "unknown", True),
        (5.0, "unknown", False),
        (9.9, "closed", True),
        (10.0, "closed", False),
    ],
)
def test_an_embargo_area_has_no_margin_of_its_own(away, impact, finds):
    shops = events("Haarlemmerstraat", kind="embargo")
    near = dated("2028-12-01", "2028-12-10", away=away, road_impact=impact)
    assert bool(find("B18", [near], shops)) == finds


@pytest.mark.parametrize(
    ("start", "end", "days"), [(0, 10, 0), (0, 11, 1), (12, 20, 1), (13, 20, 0), (0, 30, 3)]
)
def test_days_of_an_event(start, end, days):
    found = find("B18", [work(start, end)], events("Kermis", **FAIR))
    assert sum(f["shared_days"] for f in found) == days


@pytest.mark.parametrize(
    ("first", "last", "days"),
    [
        ("2028-11-01", "2028-11-14", 0),
        ("2028-11-01", "2028-11-15", 1),
        ("2029-01-06", "2029-01-31", 1),
        ("2029-01-07", "2029-01-31", 0),
        ("2028-06-01", "2029-06-01", 53),
    ],
)
def test_days_of_an_embargo_without_days(first, last, days):
    found = find("B18", [dated(first, last)], events("Winkels", kind="embargo"))
    assert sum(f["shared_days"] for f in found) == days


@pytest.mark.parametrize(("start", "finds"), [(1114, True), (1115, True), (1116, False)])
def test_embargo_from(start, finds):
    shops = events("Winkels", kind="embargo")
    early = dated("2028-11-01", "2028-11-15")
    assert bool(find("B18", [early], shops, {"embargo_from": start})) == finds


@pytest.mark.parametrize(("until", "finds"), [(105, False), (106, True), (107, True)])
def test_embargo_to(until, finds):
    shops = events("Winkels", kind="embargo")
    late = dated("2029-01-06", "2029-01-20")
    assert bool(find("B18", [late], shops, {"embargo_to": until})) == finds


@pytest.mark.parametrize(
    ("kind", "given", "finds"),
    [
        ("event", {}, False),
        ("building_holiday", {}, False),
        ("event", {"yearly_from": 701, "yearly_to": 710}, True),
        ("building_holiday", {"yearly_from": 710, "yearly_to": 731}, True),
        ("embargo", {"yearly_from": 701, "yearly_to": 710}, True),
        ("embargo", {"yearly_from": 801, "yearly_to": 810}, False),
    ],
)
def test_days_of_every_year(kind, given, finds):
    july = dated("2028-07-05", "2028-07-20")
    assert bool(find("B18", [july], events("Zomer", kind=kind, **given))) == finds


@pytest.mark.parametrize(
    ("change", "finds"),
    [
        ({}, True),
        ({"facility": "development"}, True),
        ({"planning_status": "withdrawn"}, False),
        ({"planning_status": "completed"}, False),
    ],
)
def test_who(change, finds):
    assert bool(find("B18", [work(**change)], events("Kermis", **FAIR))) == finds


@pytest.mark.parametrize(("base", "score"), [(59.0, 59.0), (60.0, 60.0), (61.0, 61.0)])
def test_base_score(base, score):
    given = {"base_score": base, "full_days": 3}
    assert find("B18", [work()], events("Kermis", **FAIR), given)[0]["score"] == score


@pytest.mark.parametrize(("full", "score"), [(3, 60.0), (4, 52.5), (6, 45.0)])
def test_full_days(full, score):
    found = find("B18", [work()], events("Kermis", **FAIR), {"full_days": full})
    assert found[0]["score"] == score


@pytest.mark.parametrize(("visitors", "full"), [(9_999, False), (10_000, True), (10_001, True)])
def test_many_visitors(visitors, full):
    fair = events("Kermis", visitors=visitors, **FAIR)
    found = find("B18", [work()], fair)
    assert (found[0]["score"] == 60.0) == full
    assert found[0]["visitors"] == visitors
    assert find("B18", [work()], fair, {"many_visitors": 5_000})[0]["score"] == 60.0


def test_what_it_says_and_one_finding_for_each_kind():
    (found,) = find("B18", [work()], events("Kermis", "Markt", **FAIR))
    assert (found["events"], found["start"], found["end"]) == (2, 10, 13)
    said = found["said"]
    assert said.title_nl == "Valt samen met Kermis en Markt: Werk 1"
    assert "valt 3 dagen samen met Kermis en Markt (van 11 januari 1970" in said.nl
    assert "coincides with Kermis and Markt for 3 days (from 11 January 1970" in said.en
    (one,) = find("B18", [work()], events("", kind="building_holiday", **FAIR))
    assert "samen met de bouwvak (" in one["said"].nl
    assert "the construction holiday" in one["said"].title_en
