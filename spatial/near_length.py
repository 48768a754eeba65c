"""Length of lines within a distance of polygons or lines, exactly and for whole columns.

A buffer is a polygon and falls short of the circle it stands for; to make one
and cut the line with it takes some 50 microseconds a pair. Here each segment
of the line meets each edge of the polygon: the points of a straight segment
that lie within a distance of an edge form one interval, for the set of such
points is convex (two discs and a strip), and its ends follow from two
quadratics and two slabs. The length is that of the union of the intervals.
What is left between them is wholly inside or wholly outside the polygon, so
one point decides.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import shapely
from numpy.typing import NDArray

from spatial.work import Floats, Keys, Objects

MOST_COMBINATIONS = 1_000_000
"""Segments times edges handled at once: about 300 MB of columns."""
_PARALLEL = 1e-12

Vectors = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class _Segments:
    """Directed segments: origin, unit direction, length, and whose they are."""

    origin: Vectors
    direction: Vectors
    length: Floats
    owner: Keys

    @classmethod
    def of(cls, geometries: Objects) -> _Segments:
        """Segments of lines, or of all rings of polygons, that have a length."""
        parts, owner = simple_parts(geometries)
        polygon = shapely.get_type_id(parts) == shapely.GeometryType.POLYGON
        rings, ring_of = shapely.get_rings(parts[polygon], return_index=True)
        lines = np.concatenate((parts[~polygon], rings))
        owners = np.concatenate((owner[~polygon], owner[polygon][ring_of]))
        points, line = shapely.get_coordinates(lines, return_index=True)
        follows = line[1:] == line[:-1]
        origin = points[:-1][follows]
        step = points[1:][follows] - origin
        length = np.hypot(step[:, 0], step[:, 1])
        real = length > 0
        direction = step[real] / length[real, None]
        owners = owners[line[:-1][follows][real]]
        order = np.argsort(owners, kind="stable")
        return cls(origin[real][order], direction[order], length[real][order], owners[order])

    def counts(self, n: int) -> Keys:
        """How many segments each of ``n`` owners has."""
        return np.bincount(self.owner, minlength=n).astype(np.int64)


def simple_parts(geometries: Objects) -> tuple[Objects, Keys]:
    """Points, lines and polygons of which geometries are made, however nested, and whose they are.

    >>> wkt = "GEOMETRYCOLLECTION (MULTIPOINT (0 0, 1 1), LINESTRING (0 0, 1 1))"
    >>> [p.geom_type for p in simple_parts(np.array([shapely.from_wkt(wkt)]))[0]]
    ['Point', 'Point', 'LineString']
    """
    parts, owner = shapely.get_parts(geometries, return_index=True)
    while (shapely.get_type_id(parts) > shapely.GeometryType.POLYGON).any():
        parts, inner = shapely.get_parts(parts, return_index=True)
        owner = owner[inner]
    return parts, owner


def lengths_near(lines: Objects, polygons: Objects, distance_m: float) -> Floats:
    """Length of each line that lies within ``distance_m`` of the polygon beside it.

    Parameters
    ----------
    lines
        LineStrings or MultiLineStrings, in metres.
    polygons
        Polygons or MultiPolygons of the same CRS; holes are outside.
    distance_m
        More than 0; points at exactly this distance count.

    >>> line = shapely.from_wkt("LINESTRING (0 0, 100 0)")
    >>> float(lengths_near(np.array([line]), np.array([shapely.box(40, 8, 60, 9)]), 10.0)[0])
    32.0
    """
    line, edge = _Segments.of(lines), _Segments.of(polygons)
    n = len(lines)
    found = np.zeros(n)
    for rows in _blocks(line.counts(n) * edge.counts(n)):
        found += _block(line, edge, rows, polygons, distance_m)
    return found


def lengths_beside(
    lines: Objects, others: Objects, distance_m: float, most_angle_deg: float
) -> Floats:
    """Length of each line that runs along the line beside it.

    A stretch of a segment counts where a segment of the other line lies within
    ``distance_m`` of it and the two make an angle of at most ``most_angle_deg``,
    whichever way either was drawn. Distances are between the lines themselves.

    Parameters
    ----------
    lines, others
        LineStrings or MultiLineStrings, in metres.
    distance_m
        More than 0; points at exactly this distance count.
    most_angle_deg
        0 to 90; at 90 any direction counts.

    >>> a, b = (shapely.from_wkt(f"LINESTRING (0 {y}, {x} {y})") for x, y in ((100, 0), (60, 2)))
    >>> c = shapely.from_wkt("LINESTRING (50 -50, 50 50)")
    >>> one, other = np.array([a, a]), np.array([b, c])
    >>> lengths_beside(one, other, 2.0, 15.0).tolist()
    [60.0, 0.0]
    """
    line, other = _Segments.of(lines), _Segments.of(others)
    n = len(lines)
    most = np.sin(np.radians(min(most_angle_deg, 90.0))) + _PARALLEL
    found = np.zeros(n)
    for rows in _blocks(line.counts(n) * other.counts(n)):
        segment, s, e = _combinations(line, other, rows, n)
        d, v = line.direction[s], other.direction[e]
        along = np.abs(d[:, 0] * v[:, 1] - d[:, 1] * v[:, 0]) <= most
        s, e = s[along], e[along]
        low, high = _intervals(line, other, s, e, distance_m)
        some = high > low
        length, _ = _union(s[some], low[some], high[some], segment, line.length[segment])
        found += _sums(line.owner[segment], length, n)
    return found


def _blocks(combinations: Keys) -> Iterator[tuple[int, int]]:
    """Stretches of pairs with few enough combinations; one pair at least."""
    if not len(combinations):
        return
    block = np.cumsum(combinations) // MOST_COMBINATIONS
    heads = np.flatnonzero(np.diff(block, prepend=-1))
    yield from zip(heads.tolist(), [*heads[1:].tolist(), len(combinations)], strict=True)


def _block(
    line: _Segments, edge: _Segments, rows: tuple[int, int], polygons: Objects, distance_m: float
) -> Floats:
    """Lengths of the pairs in a stretch, 0 for all others."""
    n = len(polygons)
    segment, s, e = _combinations(line, edge, rows, n)
    low, high = _intervals(line, edge, s, e, distance_m)
    some = high > low
    length, gaps = _union(s[some], low[some], high[some], segment, line.length[segment])
    return _sums(line.owner[segment], length, n) + _deep(line, gaps, polygons, distance_m)


def _combinations(
    line: _Segments, edge: _Segments, rows: tuple[int, int], n: int
) -> tuple[Keys, Keys, Keys]:
    """The segments of a stretch of pairs, and each of them with every edge of its pair."""
    begin, end = np.searchsorted(line.owner, rows)
    segment = np.arange(begin, end)
    owner = line.owner[segment]
    edges = edge.counts(n)
    heads = np.cumsum(edges) - edges
    repeated = edges[owner]
    s = np.repeat(segment, repeated)
    inside = np.arange(len(s)) - np.repeat(np.cumsum(repeated) - repeated, repeated)
    return segment, s, np.repeat(heads[owner], repeated) + inside


def _intervals(
    line: _Segments, edge: _Segments, s: Keys, e: Keys, distance_m: float
) -> tuple[Floats, Floats]:
    """From where to where each segment lies within the distance of its edge, in metres along it.

    Empty where ``high <= low``.
    """
    d, length = line.direction[s], edge.length[e]
    v = edge.direction[e]
    w = line.origin[s] - edge.origin[e]
    low, high = _strip(d, v, w, length, distance_m)
    for centre in (w, w - v * length[:, None]):
        disc_low, disc_high = _disc(d, centre, distance_m)
        low, high = np.minimum(low, disc_low), np.maximum(high, disc_high)
    return np.maximum(low, 0.0), np.minimum(high, line.length[s])


def _disc(d: Vectors, w: Vectors, radius: float) -> tuple[Floats, Floats]:
    """Where ``w + t d`` lies within the radius of the origin; (inf, -inf) where it never does."""
    along = w[:, 0] * d[:, 0] + w[:, 1] * d[:, 1]
    across = w[:, 0] * d[:, 1] - w[:, 1] * d[:, 0]
    square = radius * radius - across * across
    half = np.sqrt(np.maximum(square, 0.0))
    never = square < 0
    return np.where(never, np.inf, -along - half), np.where(never, -np.inf, half - along)


def _strip(
    d: Vectors, v: Vectors, w: Vectors, length: Floats, half_width: float
) -> tuple[Floats, Floats]:
    """Where ``w + t d`` lies beside the edge from the origin along ``v``, within the width."""
    along, along_step = (w * v).sum(axis=1), (d * v).sum(axis=1)
    across = w[:, 0] * v[:, 1] - w[:, 1] * v[:, 0]
    across_step = d[:, 0] * v[:, 1] - d[:, 1] * v[:, 0]
    low, high = _slab(along, along_step, np.zeros(len(w)), length)
    wide = np.full(len(w), half_width)
    low_across, high_across = _slab(across, across_step, -wide, wide)
    low, high = np.maximum(low, low_across), np.minimum(high, high_across)
    empty = low > high
    return np.where(empty, np.inf, low), np.where(empty, -np.inf, high)


def _slab(at: Floats, step: Floats, least: Floats, most: Floats) -> tuple[Floats, Floats]:
    """Where ``at + t step`` lies in ``[least, most]``."""
    still = np.abs(step) < _PARALLEL
    safe = np.where(still, 1.0, step)
    one, other = (least - at) / safe, (most - at) / safe
    within = (at >= least) & (at <= most)
    low = np.where(still, np.where(within, -np.inf, np.inf), np.minimum(one, other))
    high = np.where(still, np.where(within, np.inf, -np.inf), np.maximum(one, other))
    return low, high


@dataclass(frozen=True, slots=True)
class _Gaps:
    """Stretches of segments that are not near an edge."""

    segment: Keys
    low: Floats
    high: Floats


def _union(
    s: Keys, low: Floats, high: Floats, segment: Keys, length: Floats
) -> tuple[Floats, _Gaps]:
    """Covered length of each segment, and the gaps between what is covered."""
    zero = np.zeros(len(segment))
    owner = np.concatenate((s, s, segment, segment))
    at = np.concatenate((low, high, zero, length))
    turn = np.concatenate((np.ones(len(s)), -np.ones(len(s)), zero, zero))
    order = np.lexsort((at, owner))
    owner, at = owner[order], at[order]
    depth = np.cumsum(turn[order])[:-1]
    stretch = np.diff(at)
    same = owner[1:] == owner[:-1]
    covered = same & (depth > 0)
    first = segment[0] if len(segment) else 0
    lengths = _sums(owner[:-1][covered] - first, stretch[covered], len(segment))
    gap = np.flatnonzero(same & (depth == 0) & (stretch > 0))
    return lengths, _Gaps(owner[gap], at[gap], at[gap + 1])


def _deep(line: _Segments, gaps: _Gaps, polygons: Objects, distance_m: float) -> Floats:
    """Length of the gaps that lie deep inside their polygon."""
    owner = line.owner[gaps.segment]
    west, south, east, north = shapely.bounds(polygons).T
    thick = np.minimum(east - west, north - south) > 2 * distance_m
    rows = np.flatnonzero(thick[owner])
    segment, owner = gaps.segment[rows], owner[rows]
    middle = (gaps.low[rows] + gaps.high[rows]) / 2
    x, y = (line.origin[segment] + line.direction[segment] * middle[:, None]).T
    inside = shapely.contains_xy(polygons[owner], x, y)
    length = (gaps.high[rows] - gaps.low[rows]) * inside
    return _sums(owner, length, len(polygons))


def _sums(owner: Keys, values: Floats, n: int) -> Floats:
    return np.bincount(owner, weights=values, minlength=n).astype(np.float64)


def spans_near(lines: Objects, polygons: Objects, distance_m: float) -> tuple[Floats, Floats]:
    """From where to where each line lies within the distance of the polygon beside it.

    Metres along the line, as drawn, from the first such point to the last;
    ``(inf, -inf)`` where no stretch of it does.

    >>> line = shapely.from_wkt("LINESTRING (0 0, 50 0, 100 0)")
    >>> box = shapely.box(40, 8, 60, 9)
    >>> [float(at[0]) for at in spans_near(np.array([line]), np.array([box]), 10.0)]
    [34.0, 66.0]
    """
    line, edge = _Segments.of(lines), _Segments.of(polygons)
    n = len(lines)
    total = _sums(line.owner, line.length, n)
    ahead = np.cumsum(line.length) - line.length
    counts = line.counts(n)
    heads = np.cumsum(counts) - counts
    some = counts > 0
    ahead -= np.repeat(ahead[heads[some]], counts[some])
    first, last = np.full(n, np.inf), np.full(n, -np.inf)
    for rows in _blocks(counts * edge.counts(n)):
        _, s, e = _combinations(line, edge, rows, n)
        low, high = _intervals(line, edge, s, e, distance_m)
        near = high > low
        s = s[near]
        np.minimum.at(first, line.owner[s], ahead[s] + low[near])
        np.maximum.at(last, line.owner[s], ahead[s] + high[near])
    for at, end in ((0, first), (-1, last)):
        inside = shapely.contains_properly(polygons, shapely.get_point(_only_lines(lines), at))
        end[inside] = 0.0 if at == 0 else total[inside]
    return first, np.maximum(last, np.where(np.isfinite(first), first, -np.inf))


def _only_lines(lines: Objects) -> Objects:
    """The first or only LineString of each geometry, of which the ends can be asked."""
    several = shapely.get_type_id(lines) == shapely.GeometryType.MULTILINESTRING
    return np.where(several, shapely.get_geometry(lines, 0), lines).astype(object)
