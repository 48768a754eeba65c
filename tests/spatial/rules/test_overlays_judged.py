"""Rules over overlays: what is judged alone is what the full run says of it."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from shapely import LineString, Point, box

from spatial.context import objects
from spatial.testing.making import Planned
from spatial.testing.surroundings import found_by, rule_of, situation_of

FACILITIES = ["sewer", "gas", "water", "telecom", "electricity", "paving", "public_space"]
ACTIVITIES = ["renew", "new", "redesign", "raise", "remove"]
CODES = ["B15", "B16", "B17", "B18", "B19", "B20", "B26", "O07", "O09"]


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
            )
        )
    return works, np.array(draw(st.lists(st.booleans(), min_size=n, max_size=n)), dtype=np.bool_)


def said(found):
    return [{k: v for k, v in f.items() if k != "geometry"} for f in found]


@pytest.mark.parametrize("code", CODES)
@settings(max_examples=25, deadline=None)
@given(plans())
def test_judging_some_works_gives_what_the_full_run_says_of_them(code, drawn):
    works, judged = drawn
    rule, situation = rule_of(code), situation_of(works, context(), as_of=500)
    _, everything = found_by(rule, situation)
    _, some = found_by(rule, situation, judged)
    wanted = [f for f in everything if judged[f["works"][0] - 1]]
    assert said(some) == said(wanted)
    assert len({f["key"] for f in everything}) == len(everything)


@pytest.mark.parametrize("code", CODES)
def test_without_works_or_objects_there_is_nothing(code):
    rule = rule_of(code)
    layer = next(iter(rule.context | rule.any_context))
    empty = {layer: objects(layer, [])}
    assert not found_by(rule, situation_of([], empty))[1]
    assert not found_by(rule, situation_of([], context()))[1]
    one = Planned(box(0, 0, 100, 10), 0, 30, number=1)
    assert not found_by(rule, situation_of([one], empty))[1]
