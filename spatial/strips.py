"""What already takes room below a street: pipes and trees along each segment."""

from __future__ import annotations

import numpy as np
import shapely

from spatial.near_length import lengths_beside, spans_near
from spatial.situation import Situation
from spatial.street_use import HALF, LEAST_M, NEAR_M
from spatial.work import Flags, Floats, Keys, Objects

STRIPS = {
    "sewer": 3.0,
    "heat": 2.5,
    "water": 1.0,
    "gas": 1.0,
    "electricity": 0.8,
    "telecom": 0.8,
}
"""Width in metres that each facility takes [D]."""
ANGLE_DEG = 30.0
"""A line at a larger angle crosses the street [D]."""
_STEP_M = 0.5


def pipes_there(situation: Situation, wanted: Flags) -> Flags:
    """For each segment and facility of ``STRIPS`` whether such a pipe lies along it.

    Segments that are not wanted have none.
    """
    streets, pipes = situation.objects("streets"), situation.objects("pipes")
    there = np.zeros((len(streets), len(STRIPS)), dtype=np.bool_)
    pipe, segment = lying_along(streets.geometry, wanted, pipes.geometry)
    words = [*STRIPS]
    kinds = [words.index(f) if f in STRIPS else -1 for f in pipes.columns["facility"].tolist()]
    kind = np.array(kinds, dtype=np.int64)[pipe]
    there[segment[kind >= 0], kind[kind >= 0]] = True
    return there


def lying_along(segments: Objects, wanted: Flags, things: Objects) -> tuple[Keys, Keys]:
    """Lines and areas that lie along wanted segments: positions of the thing and the segment.

    Within 10 m of the axis, a line at no more than ``ANGLE_DEG`` with it, over
    at least 20 m or half of the segment.
    """
    thing, segment = _near(things, segments, wanted)
    along = np.zeros(len(thing))
    line = shapely.get_dimensions(things[thing]) == 1
    rows = np.flatnonzero(line)
    along[rows] = lengths_beside(segments[segment[rows]], things[thing[rows]], NEAR_M, ANGLE_DEG)
    rows = np.flatnonzero(~line)
    from_m, to_m = spans_near(segments[segment[rows]], things[thing[rows]], NEAR_M)
    along[rows] = to_m - from_m
    half = HALF * shapely.length(segments)[segment]
    found = (along > 0) & (along >= np.minimum(LEAST_M, half))
    return thing[found], segment[found]


def tree_sides(situation: Situation, wanted: Flags) -> Floats:
    """On how many sides of each wanted segment trees stand within 10 m; 0 without the layer."""
    segments = situation.objects("streets").geometry
    sides = np.zeros((len(segments), 2), dtype=np.bool_)
    if "trees" in situation.context and wanted.any():
        trees = shapely.centroid(situation.objects("trees").geometry)
        tree, segment = _near(trees, segments, wanted)
        left = _left_of(segments[segment], trees[tree])
        sides[segment, left.astype(np.int64)] = True
    count: Floats = sides.sum(axis=1).astype(np.float64)
    return count


def _near(things: Objects, segments: Objects, wanted: Flags) -> tuple[Keys, Keys]:
    """Things within 10 m of wanted segments: positions of the thing and of the segment."""
    rows = np.flatnonzero(wanted)
    at, thing = shapely.STRtree(things).query(segments[rows], predicate="dwithin", distance=NEAR_M)
    return thing.astype(np.int64), rows[at]


def _left_of(lines: Objects, points: Objects) -> Flags:
    """Whether points lie left of lines, in the direction in which these are drawn."""
    at = shapely.line_locate_point(lines, points)
    length = shapely.length(lines)
    before = shapely.line_interpolate_point(lines, np.maximum(at - _STEP_M, 0.0))
    after = shapely.line_interpolate_point(lines, np.minimum(at + _STEP_M, length))
    ahead_x, ahead_y = (f(after) - f(before) for f in (shapely.get_x, shapely.get_y))
    to_x, to_y = (f(points) - f(before) for f in (shapely.get_x, shapely.get_y))
    left: Flags = ahead_x * to_y - ahead_y * to_x > 0
    return left
