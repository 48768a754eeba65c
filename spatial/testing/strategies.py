"""Hypothesis strategies: streets full of works, close enough to meet.

Coordinates are multiples of 1/8 m near an origin, so that a shift by whole
metres changes no bit of a distance.
"""

from __future__ import annotations

from dataclasses import replace

import shapely
from hypothesis import strategies as st
from shapely.geometry.base import BaseGeometry

from spatial.testing.making import Planned
from spatial.vocabulary import (
    ACTIVITY,
    COMMITMENT,
    EXCAVATION,
    FACILITY,
    PLANNING_STATUS,
    PRECISION,
    ROAD_IMPACT,
)

HALF_WIDTH_M = 0.5


def _metres(least: int, most: int) -> st.SearchStrategy[float]:
    return st.integers(least * 8, most * 8).map(lambda n: n / 8)


@st.composite
def places(draw: st.DrawFn) -> tuple[BaseGeometry, BaseGeometry]:
    """A delivered geometry and its footprint: a line, an area or a point along a street."""
    x, y = draw(_metres(0, 60)), draw(_metres(0, 25))
    kind = draw(st.sampled_from(("line", "line", "polygon", "point")))
    if kind == "point":
        point = shapely.Point(x, y)
        return point, shapely.buffer(point, 2.5)
    length = draw(_metres(4, 60))
    if kind == "line":
        line = shapely.LineString([(x, y), (x + length, y)])
        return line, shapely.buffer(line, HALF_WIDTH_M, cap_style="flat")
    box = shapely.box(x, y, x + length, y + draw(_metres(1, 20)))
    return box, box


@st.composite
def planned_works(draw: st.DrawFn) -> Planned:
    """Any work: soft or hard, dug or paved, with one period or several."""
    geometry, footprint = draw(places())
    start = draw(st.integers(0, 2_500))
    days = draw(st.sampled_from((1, 2, 30, 90, 365)))
    work = Planned(
        geometry,
        start,
        start + days,
        footprint=footprint,
        organisation=draw(st.integers(0, 3)),
        department=draw(st.integers(-1, 1)),
        accepted_bundle=draw(st.sampled_from((-1, -1, 1))),
        facility=draw(st.sampled_from(("sewer", "water", "paving", *FACILITY.ids))),
        activity=draw(st.sampled_from(("renew", "renew", "redesign", *ACTIVITY.ids))),
        excavation=draw(st.sampled_from(("unknown", "open", *EXCAVATION.ids))),
        road_impact=draw(st.sampled_from(ROAD_IMPACT.ids)),
        planning_status=draw(st.sampled_from(PLANNING_STATUS.ids)),
        commitment=draw(st.sampled_from(COMMITMENT.ids)),
        precision=draw(st.sampled_from(PRECISION.ids)),
    )
    return draw(_timed(work))


@st.composite
def _timed(draw: st.DrawFn, work: Planned) -> Planned:
    """The work as it is, or with a window, a duration or several periods."""
    how = draw(st.sampled_from(("plain", "window", "duration", "periods")))
    if how == "window":
        before, after = draw(st.integers(0, 800)), draw(st.integers(0, 800))
        return replace(work, earliest=work.start - before, latest=work.end + after)
    if how == "duration":
        return replace(work, duration_days=draw(st.integers(1, 400)))
    if how == "periods":
        steps = draw(
            st.lists(st.integers(1, 60), min_size=3, max_size=7).filter(lambda s: len(s) % 2)
        )
        days = [work.start]
        for step in steps:
            days.append(days[-1] + step)
        periods = tuple(zip(days[::2], days[1::2], strict=True))
        return replace(work, end=days[-1], periods=periods)
    return work


def streets(most: int = 12) -> st.SearchStrategy[list[Planned]]:
    """A street with a few works, numbered, of which some share a project."""
    works = st.lists(planned_works(), min_size=2, max_size=most)
    projects = st.lists(st.integers(0, 20), min_size=most, max_size=most)
    return st.tuples(works, projects).map(
        lambda drawn: [
            replace(w, number=n + 1, project=drawn[1][n]) for n, w in enumerate(drawn[0])
        ]
    )


@st.composite
def lanes(draw: st.DrawFn) -> list[Planned]:
    """A few parties with long cables, pipes and lanes side by side in one street."""
    made = []
    for n in range(draw(st.integers(2, 5))):
        x, y = draw(_metres(0, 20)), draw(_metres(0, 6))
        length = draw(_metres(30, 90))
        end = (x + length, y + draw(st.sampled_from((0, 0, 1, 9))))
        line = shapely.LineString([(x, y), (x + length / 2, y), end])
        facility = draw(st.sampled_from(("sewer", "heat", "gas", "water", "telecom", "road")))
        work = replace(
            draw(planned_works()),
            geometry=line,
            footprint=shapely.buffer(line, HALF_WIDTH_M, cap_style="flat"),
            number=n + 1,
            organisation=n,
            project=n,
            facility=facility,
            activity=draw(st.sampled_from(("renew", "redesign", "relocate", "new"))),
            excavation="open",
            road_impact=draw(st.sampled_from(("closed", "lane"))),
            planning_status=draw(st.sampled_from(("committed", "provisional", "idea"))),
        )
        made.append(work)
    return made
