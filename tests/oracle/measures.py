"""Measures between two plans, one pair at a time, by loops over vertices and periods.

shapely gives distances, areas and the outline of a widened shape. The length
of a line near a shape is found here by hand: each stretch of the line is cut
where it comes within reach of an edge, so no buffer and its polygon of arcs
comes into it. The last few answers are kept, for several rules ask the same.
"""

from __future__ import annotations

from functools import lru_cache
from itertools import pairwise
from math import atan2, degrees, inf, pi, sqrt

import shapely
from shapely.geometry.base import BaseGeometry

from tests.oracle.plan import Period, Plan, is_area, is_line

Point = tuple[float, float]
Part = tuple[float, float]
"""A piece of a stretch, from metre to metre along it."""
NEAR_M = 10.0
WIDENED_M = 5.0
ROUNDING_DEG = 1e-9
ARC = 32
"""Chords that stand for a quarter circle where an outline is measured: millimetres off,
centimetres where two zones barely meet."""


def shared_days(a: Plan, b: Plan) -> int:
    """Days on which both are at work."""
    return sum(max(0, min(p[1], q[1]) - max(p[0], q[0])) for p in a.periods for q in b.periods)


def gap_days(a: Plan, b: Plan) -> int:
    """Days between the two, where they come closest."""
    return min(max(0, max(p[0], q[0]) - min(p[1], q[1])) for p in a.periods for q in b.periods)


def shared_period(a: Plan, b: Plan) -> Period:
    """First to last day on which both are at work; only where there is one."""
    common = [
        (max(p[0], q[0]), min(p[1], q[1]))
        for p in a.periods
        for q in b.periods
        if min(p[1], q[1]) > max(p[0], q[0])
    ]
    return min(s for s, _ in common), max(e for _, e in common)


@lru_cache(maxsize=8)
def distance_m(a: Plan, b: Plan) -> float:
    return float(shapely.distance(a.footprint, b.footprint))


@lru_cache(maxsize=8)
def shared_area_m2(a: Plan, b: Plan) -> float:
    return float(shapely.area(shapely.intersection(a.footprint, b.footprint)))


def lines_apart_m(a: Plan, b: Plan) -> float:
    """Distance of the shapes as delivered."""
    return float(shapely.distance(a.geometry, b.geometry))


def facing(a: Plan, b: Plan) -> tuple[Plan, Period, Plan, Period]:
    """The works with their nearest periods, the earlier first; the first such gap where it ties.

    Only for works that share no day.
    """
    meetings = []
    for p in a.periods:
        for q in b.periods:
            earlier, later = ((a, p), (b, q)) if p[1] <= q[0] else ((b, q), (a, p))
            meetings.append((later[1][0] - earlier[1][1], earlier[1][0], earlier, later))
    _, _, (one, first), (other, second) = min(meetings, key=lambda m: m[:2])
    return one, first, other, second


@lru_cache(maxsize=8)
def shared_length_m(a: Plan, b: Plan, arc: int = ARC) -> float:
    shapes = (a.geometry, b.geometry)
    if not all(is_line(g) or is_area(g) for g in shapes) or distance_m(a, b) > NEAR_M:
        return 0.0
    lengths = []
    if is_line(a.geometry):
        lengths.append(length_near(a.geometry, b.footprint, NEAR_M))
    if is_line(b.geometry):
        lengths.append(length_near(b.geometry, a.footprint, NEAR_M))
    if lengths:
        return min(lengths)
    widened = [shapely.buffer(w.footprint, WIDENED_M, quad_segs=arc) for w in (a, b)]
    return float(shapely.length(shapely.intersection(*widened))) / 2


def length_near(line: BaseGeometry, shape: BaseGeometry, reach_m: float) -> float:
    """Metres of a line that lie within `reach_m` of a polygon; inside it the distance is 0."""
    outline = edges(shape)
    total = 0.0
    for stretch in edges(line):
        near = inside(stretch, outline, shape)
        for edge in outline:
            near.extend(within(stretch, edge, reach_m))
        total += covered(near)
    return total


def length_beside(
    line: BaseGeometry, other: BaseGeometry, reach_m: float, angle_deg: float
) -> float:
    """Metres of a line along which a stretch of the other runs, near and in about its direction."""
    total = 0.0
    for stretch in edges(line):
        near = []
        for edge in edges(other):
            if angle_between(stretch, edge) <= angle_deg + ROUNDING_DEG:
                near.extend(within(stretch, edge, reach_m))
        total += covered(near)
    return total


def edges(shape: BaseGeometry) -> list[Stretch]:
    """All edges of a line or an outline, holes included."""
    found = []
    for part in getattr(shape, "geoms", [shape]):
        rings = [part.exterior, *part.interiors] if part.geom_type == "Polygon" else [part]
        for ring in rings:
            vertices = [(x, y) for x, y, *_ in ring.coords]
            found.extend(Stretch(p, q) for p, q in pairwise(vertices) if p != q)
    return found


class Stretch:
    """A straight piece from one point to another: its length and its direction."""

    def __init__(self, start: Point, end: Point) -> None:
        (self.x, self.y), (self.end_x, self.end_y) = start, end
        across, up = self.end_x - self.x, self.end_y - self.y
        self.length = sqrt(across * across + up * up)
        self.east, self.north = across / self.length, up / self.length

    def along(self, x: float, y: float) -> float:
        """How far along this stretch a point lies, in metres from its start."""
        return (x - self.x) * self.east + (y - self.y) * self.north

    def beside(self, x: float, y: float) -> float:
        """How far to the left of this stretch a point lies; negative to the right."""
        return (y - self.y) * self.east - (x - self.x) * self.north

    def clipped(self, low: float, high: float) -> list[Part]:
        """What lies on this stretch of the part from low to high: one part or none."""
        low, high = max(low, 0.0), min(high, self.length)
        return [(low, high)] if low < high else []


def angle_between(one: Stretch, other: Stretch) -> float:
    """Degrees between two stretches, 0 to 90, whichever way they were drawn."""
    turned = abs(atan2(one.north, one.east) - atan2(other.north, other.east)) % pi
    return degrees(min(turned, pi - turned))


def inside(stretch: Stretch, outline: list[Stretch], shape: BaseGeometry) -> list[Part]:
    """The parts of a stretch in a polygon: cut at each crossing, a point between tells."""
    cuts = {0.0, stretch.length}
    for edge in outline:
        start, end = (
            stretch.beside(edge.x, edge.y),
            stretch.beside(edge.end_x, edge.end_y),
        )
        if start == end:
            continue
        share = start / (start - end)
        at = stretch.along(
            edge.x + share * (edge.end_x - edge.x), edge.y + share * (edge.end_y - edge.y)
        )
        if 0 <= share <= 1 and 0 < at < stretch.length:
            cuts.add(at)
    ordered = sorted(cuts)
    return [
        (low, high) for low, high in pairwise(ordered) if contains(shape, stretch, (low + high) / 2)
    ]


def contains(shape: BaseGeometry, stretch: Stretch, at: float) -> bool:
    x, y = stretch.x + at * stretch.east, stretch.y + at * stretch.north
    return bool(shapely.contains_xy(shape, x, y))


def within(stretch: Stretch, edge: Stretch, reach_m: float) -> list[Part]:
    """The parts of a stretch within reach of an edge: near either end of it, or beside it."""
    return [
        *near_point(stretch, edge.x, edge.y, reach_m),
        *near_point(stretch, edge.end_x, edge.end_y, reach_m),
        *alongside(stretch, edge, reach_m),
    ]


def near_point(stretch: Stretch, x: float, y: float, reach_m: float) -> list[Part]:
    """The chord that a circle cuts from a stretch."""
    middle, aside = stretch.along(x, y), stretch.beside(x, y)
    if abs(aside) > reach_m:
        return []
    half = sqrt(reach_m * reach_m - aside * aside)
    return stretch.clipped(middle - half, middle + half)


def alongside(stretch: Stretch, edge: Stretch, reach_m: float) -> list[Part]:
    """The part of a stretch in the rectangle that reaches out to both sides of an edge."""
    turned = stretch.east * edge.east + stretch.north * edge.north
    leaning = stretch.north * edge.east - stretch.east * edge.north
    ahead = between(edge.along(stretch.x, stretch.y), turned, 0.0, edge.length)
    aside = between(edge.beside(stretch.x, stretch.y), leaning, -reach_m, reach_m)
    if ahead is None or aside is None:
        return []
    return stretch.clipped(max(ahead[0], aside[0]), min(ahead[1], aside[1]))


def between(first: float, per_metre: float, low: float, high: float) -> Part | None:
    """From where to where a value that changes evenly lies between low and high."""
    if per_metre == 0:
        return (-inf, inf) if low <= first <= high else None
    ends = (low - first) / per_metre, (high - first) / per_metre
    return min(ends), max(ends)


def covered(parts: list[Part]) -> float:
    """How many metres these parts cover together; where they overlap counts once."""
    total, low, high = 0.0, 0.0, 0.0
    for start, end in sorted(parts):
        if start > high:
            total, low = total + (high - low), start
        high = max(high, end)
    return total + (high - low)
