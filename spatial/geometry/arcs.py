"""Arcs of circles as chords."""

from __future__ import annotations

from math import atan2, ceil, cos, hypot, pi, sin

Point = tuple[float, float]

MAX_STEP = pi / 32
"""Largest angle of a chord, in radians: 16 chords to a quarter."""


def chords(points: list[Point]) -> list[Point]:
    """Arcs through each three points (start, on the arc, end; the end starts the next).

    Points that cannot be arcs (fewer than three, an even number) stay as they are.

    >>> len(chords([(0.0, 0.0), (1.0, 1.0), (2.0, 0.0)]))
    33
    """
    if len(points) < 3 or len(points) % 2 == 0:  # noqa: PLR2004  # an arc has three points
        return points
    found = points[:1]
    for k in range(0, len(points) - 2, 2):
        found += _arc(*points[k : k + 3])
    return found


def _arc(start: Point, middle: Point, end: Point) -> list[Point]:
    """Points after ``start`` along the arc; of a full circle ``middle`` lies opposite."""
    if start == end:
        centre = ((start[0] + middle[0]) / 2, (start[1] + middle[1]) / 2)
        sweep = 2 * pi
    else:
        found = _centre(start, middle, end)
        if found is None:
            return [middle, end]
        centre = found
        sweep = _sweep(centre, start, middle, end)
    radius = hypot(start[0] - centre[0], start[1] - centre[1])
    first = atan2(start[1] - centre[1], start[0] - centre[0])
    count = max(2, ceil(abs(sweep) / MAX_STEP - 1e-9))
    angles = [first + sweep * k / count for k in range(1, count)]
    return [
        *((centre[0] + radius * cos(a), centre[1] + radius * sin(a)) for a in angles),
        end,
    ]


def _centre(a: Point, b: Point, c: Point) -> Point | None:
    """Centre of the circle through three points; None where they lie on one line."""
    bx, by, cx, cy = b[0] - a[0], b[1] - a[1], c[0] - a[0], c[1] - a[1]
    twice_area = 2 * (bx * cy - by * cx)
    if abs(twice_area) <= 1e-12 * (hypot(bx, by) * hypot(cx, cy)):
        return None
    b2, c2 = bx * bx + by * by, cx * cx + cy * cy
    return (
        a[0] + (cy * b2 - by * c2) / twice_area,
        a[1] + (bx * c2 - cx * b2) / twice_area,
    )


def _sweep(centre: Point, start: Point, middle: Point, end: Point) -> float:
    """Signed angle from start to end by way of middle."""
    a, b, c = (atan2(p[1] - centre[1], p[0] - centre[0]) for p in (start, middle, end))
    to_middle, to_end = (b - a) % (2 * pi), (c - a) % (2 * pi)
    return to_end if to_middle <= to_end else to_end - 2 * pi
