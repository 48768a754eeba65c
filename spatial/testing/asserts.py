"""Asserts about geometry that say what differs."""

from __future__ import annotations

import shapely
from shapely.geometry.base import BaseGeometry


def assert_same_place(found: BaseGeometry, expected: BaseGeometry, within_m2: float = 1e-6) -> None:
    """Fail unless the two areas differ by at most ``within_m2`` square metres.

    >>> assert_same_place(shapely.box(0, 0, 1, 1), shapely.box(0, 0, 1, 1))
    """
    missing = shapely.area(shapely.difference(expected, found))
    extra = shapely.area(shapely.difference(found, expected))
    if missing + extra > within_m2:
        msg = f"{missing:g} m² is missing and {extra:g} m² is too much"
        raise AssertionError(msg)


def assert_drawable(geometry: BaseGeometry) -> None:
    """Fail unless this can be drawn as the place of a finding: a valid MultiPolygon with an area.

    >>> assert_drawable(shapely.MultiPolygon([shapely.box(0, 0, 1, 1)]))
    """
    if geometry.geom_type != "MultiPolygon":
        msg = f"a finding is drawn as a MultiPolygon, not a {geometry.geom_type}"
        raise AssertionError(msg)
    if not shapely.is_valid(geometry) or shapely.area(geometry) <= 0:
        msg = (
            f"not a valid area: {shapely.is_valid_reason(geometry)}, {shapely.area(geometry):g} m²"
        )
        raise AssertionError(msg)
