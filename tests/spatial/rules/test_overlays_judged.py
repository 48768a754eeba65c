"""Rules over overlays: what is judged alone is what the full run says of it."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from shapely import LineString, Point, box

from spatial.context import objects
from spatial.situation import Shares
from spatial.testing.making import Planned
from spatial.testing.surroundings import found_by, rule_of, situation_of

SMALL = {"B27": {"beyond_m": 5}, "O17": {"trench_m": 5}, "B21": {"least_area_m2": 5}}
FACILITIES = ["sewer", "gas", "water", "telecom", "electricity", "paving", "public_space"]
ACTIVITIES = ["renew", "new", "redesign", "raise", "remove"]
CODES = ["B11", "B15", "B16", "B17", "B18", "B19", "B20", "B21", "B24", "B26", "B27"]
CODES += ["O07", "O09", "O17"]
ABOUT_OBJECTS = {"B13": "streets", "B25": "development_sites"}


def context():
    """Something of every layer on a field of 100 by 100 m."""
    left, right = box(0, 0, 60, 100), box(40, 0, 100, 100)
    line, other = LineString([(0, 50), (100, 50)]), LineString([(50, 0), (50, 100)])
    return {
        "pipes": objects(
            "pipes",
            [line, other],
            material=["grey_cast_iron", "asbestos_cement"],
            facility=["gas", "water"],
        ),
        "trees": objects(
            "trees", [Point(20, 20), Point(70, 70)], is_protected=[True] * 2, crown_radius_m=[4, 6]
        ),
        "dike_zones": objects("dike_zones", [left, right], zone=["core", "protection"]),
        "events": objects(
            "events",
            [left, right],
            kind=["event", "embargo"],
            start=[20, -(2**31)],
            end=[40, -(2**31)],
        ),
        "transit_routes": objects(
            "transit_routes", [line, other], line=["5", "12"], mode=["bus"] * 2
        ),
        "subsidence": objects("subsidence", [left, right], subsidence_mm_per_year=[6.0, 9.0]),
        "soil": objects("soil", [left, right], theme=["archaeology", "ecology"]),
        "climate_scores": objects(
            "climate_scores", [left, right], heat_score=[0.7, 0.2], flood_score=[0.3, 0.9]
        ),
        "streets": objects("streets", [line, other], width_m=[4.0, 5.0]),
        "development_sites": objects("development_sites", [box(0, 0, 9, 9), box(80, 80, 99, 99)]),
        "partnership_areas": objects("partnership_areas", [box(-900, -900, 50, 900)]),
        "gas_end_dates": objects("gas_end_dates", [left, right], gas_ends_on=[3000, 9000]),
    }


@st.composite
def plans(draw):
    n = draw(st.integers(1, 6))
    works = []
    for number in range(1, n + 1):
        x, y = draw(st.integers(0, 90)), draw(st.integers(0, 90))
        start = draw(st.integers(0, 4000))
        works.append(
            Planned(
                box(x, y, x + draw(st.integers(1, 40)), y + draw(st.integers(1, 40))),
                start,
                start + draw(st.integers(1, 400)),
                number=number,
                organisation=draw(st.integers(1, 3)),
                facility=draw(st.sampled_from(FACILITIES)),
                activity=draw(st.sampled_from(ACTIVITIES)),
                road_impact=draw(st.sampled_from(["closed", "unknown"])),
                planning_status=draw(st.sampled_from(["committed", "idea", "withdrawn"])),
                accepted_bundle=draw(st.sampled_from([-1, 4])),
                project=draw(st.integers(1, 5)),
            )
        )
    return works, np.array(draw(st.lists(st.booleans(), min_size=n, max_size=n)), dtype=np.bool_)


def said(found):
    return [{k: v for k, v in f.items() if k != "geometry"} for f in found]


def known(works):
    """Money and confirmations of some of these works."""
    states = np.array(["requested", "allotted"] * 3, dtype=object)[:5]
    shares = Shares(
        np.arange(1, 6), np.ones(5, np.int64), np.full(5, 1971, np.int32), np.ones(5), states
    )
    confirmed = np.array([w.start % 700 for w in works], dtype=np.int32)
    return {"as_of": 500, "shares": shares, "confirmed_on": confirmed}


@pytest.mark.parametrize("code", CODES)
@settings(max_examples=25, deadline=None)
@given(plans())
def test_judging_some_works_gives_what_the_full_run_says_of_them(code, drawn):
    works, judged = drawn
    rule, situation = rule_of(code, SMALL.get(code)), situation_of(works, context(), **known(works))
    _, everything = found_by(rule, situation)
    _, some = found_by(rule, situation, judged)
    wanted = [f for f in everything if judged[f["works"][0] - 1]]
    assert said(some) == said(wanted)
    assert len({f["key"] for f in everything}) == len(everything)


@pytest.mark.parametrize(("code", "layer"), ABOUT_OBJECTS.items(), ids=[*ABOUT_OBJECTS])
@settings(max_examples=25, deadline=None)
@given(plans(), st.lists(st.booleans(), min_size=2, max_size=2))
def test_judging_some_objects_gives_what_the_full_run_says_of_them(code, layer, drawn, judged):
    works, _ = drawn
    rule, situation = rule_of(code), situation_of(works, context(), **known(works))
    ids = situation.objects(layer).id
    wanted = {i.tobytes() for i, is_judged in zip(ids, judged, strict=True) if is_judged}
    _, everything = found_by(rule, situation)
    _, some = found_by(rule, situation, np.array(judged))
    assert said(some) == said([f for f in everything if f["subject"] in wanted])


@pytest.mark.parametrize("code", [*CODES, *ABOUT_OBJECTS])
def test_without_works_or_objects_there_is_nothing(code):
    rule = rule_of(code)
    empty = {layer: objects(layer, []) for layer in rule.context | rule.any_context}
    today = {"as_of": 500}
    assert not found_by(rule, situation_of([], empty, **today))[1]
    assert not found_by(rule, situation_of([], context(), **today))[1]
    one = Planned(box(0, 0, 20, 10), 0, 30, number=1, facility="housing")
    assert not found_by(rule, situation_of([one], empty, **today))[1]
