"""The ground a work takes: what every measure between works is taken over."""

from __future__ import annotations

import numpy as np
import shapely

from spatial.vocabulary import ACTIVITY, FACILITY
from spatial.work import Codes, Flags, Floats, Keys, Objects

DISC_RADIUS_M = 2.5
"""A work drawn as a point takes a disc of this radius (domain.md section 4)."""
DISC_QUAD_SEGS = 16
"""The disc is a polygon of 64 corners: its area is 0.16% below that of the circle."""
JOIN_QUAD_SEGS = 8
"""Outer bends of a widened line: at most half a percent of the half width inside the arc."""
DEFAULT_WIDTH_M = 2.0
WIDTHS_M = {
    "sewer": 3.0,
    "heat": 2.5,
    "water": 1.0,
    "gas": 1.0,
    "electricity": 0.8,
    "telecom": 0.8,
    "road": 6.0,
    "paving": 6.0,
    "green": 3.0,
}
"""Width of the ground that a line of a facility takes, in metres ([D], domain.md section 4)."""
REDESIGN_WIDTH_M = 10.0
"""A redesign takes the street from front to front, whatever the facility ([D])."""

_POINT, _LINE, _POLYGON = "point", "line", "polygon"
_KINDS = np.array(
    [_POINT, _LINE, _LINE, _POLYGON, _POINT, _LINE, _POLYGON, None, None], dtype=object
)
"""By GEOS type number; a collection and "missing" (-1) are no kind."""
_BY_FACILITY = np.array([WIDTHS_M.get(term, DEFAULT_WIDTH_M) for term in FACILITY.ids])
_MULTI_POLYGON = int(shapely.GeometryType.MULTIPOLYGON)


def kind_of(geometries: Objects) -> Objects:
    """What each geometry is: "point", "line" or "polygon"; None for missing and mixed.

    >>> kind_of(np.array([shapely.Point(0, 0), None], dtype=object)).tolist()
    ['point', None]
    """
    kinds: Objects = _KINDS[shapely.get_type_id(geometries)]
    return kinds


def width_m(facility_codes: Codes, activity_codes: Codes) -> Floats:
    """Width in metres of the ground that a work drawn as a line takes.

    >>> width_m(np.array([0, 0], np.int8), np.array([0, ACTIVITY.code("redesign")], np.int8))
    array([ 3., 10.])
    """
    redesign = activity_codes == ACTIVITY.code("redesign")
    return np.where(redesign, REDESIGN_WIDTH_M, _BY_FACILITY[facility_codes])


def footprints(geometries: Objects, facility_codes: Codes, activity_codes: Codes) -> Objects:
    """The ground each work takes, as a valid MultiPolygon in metres.

    Parameters
    ----------
    geometries : cleaned geometries (:func:`spatial.geometry.clean`) in a CRS in
        metres, each of one kind; None where a row was refused
    facility_codes, activity_codes : positions in the vocabularies, same length

    Returns
    -------
    A polygon stays as it is; a line is widened by half the width of its
    facility with flat ends (it does not grow longer) and round bends; a point
    becomes a disc of 2.5 m. None stays None.

    >>> line = np.array([shapely.LineString([(0, 0), (100, 0)])], dtype=object)
    >>> sewer, new = np.array([0], np.int8), np.array([0], np.int8)
    >>> footprints(line, sewer, new)[0].area
    300.0
    """
    kinds = kind_of(geometries)
    result: Objects = np.array(geometries, dtype=object)
    lines, points = kinds == _LINE, kinds == _POINT
    if lines.any():
        result[lines] = _widened(
            geometries[lines], width_m(facility_codes[lines], activity_codes[lines]) / 2
        )
    if points.any():
        result[points] = shapely.buffer(geometries[points], DISC_RADIUS_M, quad_segs=DISC_QUAD_SEGS)
    return _multi(result)


def _widened(lines: Objects, half_widths_m: Floats) -> Objects:
    """Lines as strips; a line too short to have a direction becomes a disc of its width."""
    strips: Objects = shapely.buffer(
        lines, half_widths_m, quad_segs=JOIN_QUAD_SEGS, cap_style="flat"
    )
    lost: Flags = shapely.is_empty(strips)
    if lost.any():
        strips[lost] = shapely.buffer(lines[lost], half_widths_m[lost], quad_segs=DISC_QUAD_SEGS)
    return strips


def _multi(polygons: Objects) -> Objects:
    single: Keys = np.flatnonzero(
        (shapely.get_type_id(polygons) != _MULTI_POLYGON) & ~shapely.is_missing(polygons)
    )
    if len(single):
        polygons[single] = shapely.multipolygons(polygons[single], indices=np.arange(len(single)))
    return polygons
