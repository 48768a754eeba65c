"""Exact measures of pairs of places, in metres of the storage CRS.

These are the costly facts: 1 to 50 microseconds a pair. GEOS runs without the
interpreter lock, so callers share the work over threads.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import shapely

from spatial.near_length import lengths_beside, lengths_near, simple_parts
from spatial.traits import LINE, POINT
from spatial.work import Codes, Flags, Floats, Keys, Objects

NEAR_M = 10.0
"""A line shares its street with another work as far as it lies within this distance."""
POLYGON_REACH_M = 5.0
"""By how much two polygons are widened before their common outline is halved."""
ARC_SEGMENTS = 32
"""Segments of a quarter circle where a buffer measures: at 5 m it misses at most 2 mm."""
DRAWN_ARC_SEGMENTS = 4
"""Segments of a quarter circle where a zone is only drawn: at 5 m it is 10 cm off, and the
findings of a country are half as large to store and to send as with the usual 8."""
SPOT_M = 0.5
"""How far the shortest line is widened where two zones share no area to draw."""


def overlay(call: Callable[..., Objects], a: Objects, b: Objects) -> Objects:
    """``call(a, b)``, and once more on repaired geometry where GEOS gives up."""
    try:
        return call(a, b)
    except shapely.GEOSException:
        return call(shapely.make_valid(a), shapely.make_valid(b))


def distances(a: Objects, b: Objects, meets: Flags) -> Floats:
    """Distance of each pair, 0 where it is known that they meet."""
    found = np.zeros(len(a))
    apart = ~meets
    found[apart] = shapely.distance(a[apart], b[apart])
    return found


def shared_areas(a: Objects, b: Objects) -> Floats:
    """Area of each intersection in square metres; touching is 0."""
    areas: Floats = shapely.area(overlay(shapely.intersection, a, b))
    return areas


def widened(geometries: Objects, rows: Keys, distance_m: float, segments: int) -> Objects:
    """Buffers of ``geometries[rows]``, each distinct one made once."""
    unique, back = np.unique(rows, return_inverse=True)
    made: Objects = shapely.buffer(geometries[unique], distance_m, quad_segs=segments)
    spread: Objects = made[back]
    return spread


def shared_lengths(
    geometry: Objects, footprint: Objects, shape: Codes, first: Keys, second: Keys
) -> Floats:
    """Length in metres that two works have in common along a street.

    The smaller of the length of line A within ``NEAR_M`` of footprint B and
    that of line B within ``NEAR_M`` of footprint A, over those of the two that
    were lines. Two polygons: half the outline of what both share after each is
    widened by ``POLYGON_REACH_M``. Where either is a point: 0, for a point has
    no length to share.
    """
    found = np.zeros(len(first))
    kinds = shape[first], shape[second]
    no_point = (kinds[0] != POINT) & (kinds[1] != POINT)
    lines = [k == LINE for k in kinds]
    both = np.full(len(first), np.inf)
    for is_line, mine, theirs in ((lines[0], first, second), (lines[1], second, first)):
        rows = np.flatnonzero(is_line & no_point)
        length = lengths_near(geometry[mine[rows]], footprint[theirs[rows]], NEAR_M)
        both[rows] = np.minimum(both[rows], length)
    with_line = (lines[0] | lines[1]) & no_point
    found[with_line] = both[with_line]
    rows = np.flatnonzero(~lines[0] & ~lines[1] & no_point)
    zones = [widened(footprint, w[rows], POLYGON_REACH_M, ARC_SEGMENTS) for w in (first, second)]
    found[rows] = shapely.length(overlay(shapely.intersection, *zones)) / 2
    return found


def beside_lengths(
    lines: Objects, others: Objects, within_m: float, most_angle_deg: float
) -> Floats:
    """Length in metres over which two lines run side by side: the smaller of both sides.

    See :func:`spatial.near_length.lengths_beside`.
    """
    both = (
        lengths_beside(lines, others, within_m, most_angle_deg),
        lengths_beside(others, lines, within_m, most_angle_deg),
    )
    return np.minimum(*both)


def drawn(
    footprint: Objects, first: Keys, second: Keys, margin_first: Floats, margin_second: Floats
) -> Objects:
    """MultiPolygons of findings: what both zones share, else the spot between them.

    ``(fpA + margin) and (fpB + margin)``, polygon parts only; where nothing with
    an area is left, the shortest line between the footprints widened by
    ``SPOT_M``.
    """
    a = _zones(footprint, first, margin_first)
    b = _zones(footprint, second, margin_second)
    polygons = polygon_parts(overlay(shapely.intersection, a, b))
    rows = np.flatnonzero(shapely.area(polygons) == 0)
    line = shapely.shortest_line(footprint[first[rows]], footprint[second[rows]])
    spots = shapely.buffer(line, SPOT_M, quad_segs=DRAWN_ARC_SEGMENTS)
    polygons[rows] = polygon_parts(spots)
    return polygons


def _zones(footprint: Objects, rows: Keys, margins: Floats) -> Objects:
    zones = footprint[rows]
    for margin in np.unique(margins):
        if margin > 0:
            these = margins == margin
            zones[these] = widened(footprint, rows[these], float(margin), DRAWN_ARC_SEGMENTS)
    return zones


def polygon_parts(geometries: Objects) -> Objects:
    """Each geometry as one MultiPolygon of its polygons, empty where it has none."""
    parts, owner = simple_parts(geometries)
    flat = shapely.get_type_id(parts) == shapely.GeometryType.POLYGON
    made = np.full(len(geometries), shapely.MultiPolygon(), dtype=object)
    owners = np.unique(owner[flat])
    if len(owners):
        dense = np.searchsorted(owners, owner[flat])
        made[owners] = shapely.multipolygons(parts[flat], indices=dense)
    return made
