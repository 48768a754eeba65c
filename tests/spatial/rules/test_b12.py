"""B12 one unit on either side of every threshold."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from shapely import box

from spatial.context import objects
from spatial.period import NO_DAY
from spatial.situation import Noted
from spatial.testing.making import Planned
from spatial.testing.surroundings import find

READY = 10_000


def net(ready=READY, *, shapes=None, **given):
    shapes = shapes or [box(0, 0, 1000, 1000)]
    n = len(shapes)
    columns = {k: [v] * n for k, v in {"direction": "both", "station": "Noord", **given}.items()}
    return {
        "grid_congestion": objects("grid_congestion", shapes, reinforced_on=[ready] * n, **columns)
    }


def plan(day=READY - 365, kw=800.0, *, shape=None, start=None):
    return {
        "development_sites": objects(
            "development_sites",
            [shape or box(100, 100, 200, 200)],
            names=["Plan Zuidkade"],
            demand_kw=[kw],
            connected_from=[day],
            start=None if start is None else [start],
            end=None if start is None else [start + 300],
        )
    }


def grid_work(number=1, *, shape=None, facility="electricity", **changes):
    given = {"organisation": number, "planning_status": "under_construction", **changes}
    place = shape or box(500, 500, 600, 502)
    return Planned(place, 5_000, 5_100, number=number, facility=facility, **given)


def needing(kw=800.0, day=READY - 365):
    no = np.zeros(1, dtype=np.bool_)
    return Noted(no, no, np.array([kw]), np.array([day], dtype=np.int32))


@pytest.mark.parametrize(
    ("day", "finds"),
    [
        (READY - 700, True),
        (READY, True),
        (READY + 90, True),
        (READY + 91, False),
        (READY + 92, False),
    ],
)
def test_margin_days(day, finds):
    found = find("B12", [grid_work()], net() | plan(day))
    assert bool(found) == finds
    assert find("B12", [grid_work()], net() | plan(day), {"margin_days": 93})
    own = find("B12", [grid_work()], net(), noted=needing(day=day))
    assert bool(own) == finds
    if finds:
        assert own[0]["days_late"] == READY - day
        assert (found[0]["start"], found[0]["end"]) == (day, max(READY, day + 1))


@pytest.mark.parametrize(
    ("given", "finds"),
    [
        ({}, True),
        ({"direction": "consumption"}, True),
        ({"direction": "feed_in"}, False),
        ({"ready": NO_DAY}, False),
        ({"available_kw": 799.0}, True),
        ({"available_kw": 800.0}, False),
        ({"shapes": [box(300, 0, 1000, 1000)]}, False),
    ],
)
def test_which_areas(given, finds):
    assert bool(find("B12", [grid_work()], net(**given) | plan())) == finds


@pytest.mark.parametrize(
    ("given", "finds"),
    [
        ({}, True),
        ({"kw": 0.0}, False),
        ({"kw": float("nan")}, False),
        ({"day": NO_DAY}, False),
        ({"day": NO_DAY, "start": READY - 365}, True),
        ({"day": NO_DAY, "start": READY + 365}, False),
        ({"day": READY + 365, "start": READY - 365}, False),
    ],
)
def test_which_sites(given, finds):
    assert bool(find("B12", [grid_work()], net() | plan(**given))) == finds


@pytest.mark.parametrize(
    ("change", "kw", "day", "finds"),
    [
        ({}, 800.0, READY - 365, True),
        ({}, np.nan, READY - 365, False),
        ({}, 0.0, READY - 365, False),
        ({}, 800.0, NO_DAY, True),
        ({"facility": "heat"}, 800.0, READY - 365, True),
        ({"planning_status": "withdrawn"}, 800.0, READY - 365, False),
        ({"planning_status": "completed"}, 800.0, READY - 365, False),
        ({"shape": box(2000, 0, 2010, 10)}, 800.0, READY - 365, False),
    ],
)
def test_which_works(change, kw, day, finds):
    found = find("B12", [grid_work(**change)], net(), noted=needing(kw, day))
    assert bool(found) == finds
    if finds:
        assert found[0]["start"] == (5_100 if day == NO_DAY else day)


@pytest.mark.parametrize(
    ("works", "named"),
    [
        ([grid_work()], [1]),
        ([grid_work(), grid_work(2), grid_work(3, facility="gas")], [1, 2]),
        ([grid_work(facility="gas", shape=box(200, 100, 210, 110))], [1]),
        ([grid_work(facility="gas")], None),
        ([grid_work(shape=box(2000, 0, 2010, 10))], None),
        ([], None),
    ],
)
def test_works_that_a_finding_about_a_site_names(works, named):
    found = find("B12", works, net() | plan())
    assert [f["works"] for f in found] == ([] if named is None else [named])


@pytest.mark.parametrize(("away", "finds"), [(24.0, True), (25.0, True), (26.0, False)])
def test_beside_m(away, finds):
    beside = grid_work(facility="gas", shape=box(200 + away, 100, 300, 110))
    assert bool(find("B12", [beside], net() | plan())) == finds
    assert find("B12", [beside], net() | plan(), {"beside_m": 26.0})


@pytest.mark.parametrize(("base", "score"), [(84.0, 84.0), (85.0, 85.0), (86.0, 86.0)])
def test_base_score(base, score):
    early = needing(day=READY - 1_000)
    found = find("B12", [grid_work()], net(), {"base_score": base}, noted=early)
    assert found[0]["score"] == score
    sites = find("B12", [grid_work()], net() | plan(READY - 1_000), {"base_score": base})
    assert sites[0]["score"] == pytest.approx(0.75 * score, abs=0.06)


@pytest.mark.parametrize(("full", "score"), [(182, 85.0), (364, 42.5), (730, 21.2)])
def test_full_days(full, score):
    """91 days before completion, and the margin of 91."""
    found = find("B12", [grid_work()], net(), {"full_days": full}, noted=needing(day=READY - 91))
    assert found[0]["score"] == pytest.approx(score, abs=0.06)


def test_it_says_who_needs_what_from_when():
    (found,) = find("B12", [grid_work()], net() | plan())
    assert found["subject"] == (1).to_bytes(16, "big")
    said = found["said"]
    assert said.title_nl == "Netcapaciteit te laat: Plan Zuidkade"
    assert said.nl.startswith("Plan Zuidkade heeft 800 kW nodig vanaf 19 mei 1996; de verzwaring")
    assert "van Noord is 19 mei 1997 gereed. Werk daar: ‘Werk 1’ van Partij 1." in said.nl
    assert "needs 800 kW from 19 May 1996; the reinforcement of Noord is completed on" in said.en
    (own,) = find("B12", [grid_work()], net(), noted=needing())
    assert own["said"].nl.startswith("‘Werk 1’ van Partij 1 heeft 800 kW nodig")
    assert "Works there" not in own["said"].en


@settings(max_examples=30, deadline=None)
@given(st.lists(st.booleans(), min_size=2, max_size=2), st.integers(0, 1500))
def test_judging_some_areas_gives_what_the_full_run_says_of_them(judged, east):
    context = net(shapes=[box(0, 0, 900, 1000), box(150, 0, 2000, 1000)]) | plan()
    works = [grid_work(shape=box(east, 0, east + 50, 10)), grid_work(2)]
    no = np.zeros(2, dtype=np.bool_)
    days = np.full(2, READY, dtype=np.int32)
    noted = Noted(no, no, np.array([100.0, np.nan]), days)
    everything = find("B12", works, context, noted=noted)
    some = find("B12", works, context, None, np.array(judged), noted=noted)
    wanted = [n.to_bytes(16, "big") for n, is_judged in enumerate(judged, 1) if is_judged]
    assert some == [f for f in everything if f["subject"] in wanted]


def test_without_anything_there_is_nothing():
    empty = {"grid_congestion": objects("grid_congestion", [])}
    assert not find("B12", [], net() | plan())
    assert not find("B12", [grid_work()], empty | plan())
    assert not find("B12", [grid_work()], plan())
