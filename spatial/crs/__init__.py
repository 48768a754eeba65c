"""Coordinate reference systems: naming, deciding and transforming, with exact RD New."""

from spatial.crs.decide import CrsDecision, decide, far_outside
from spatial.crs.parse import CrsLike, code_of, is_northing_first, name_of, parse, storage, uri_of
from spatial.crs.transform import (
    Bounds,
    region_of,
    transform,
    transform_bounds,
    transform_coordinates,
)

__all__ = [
    "Bounds",
    "CrsDecision",
    "CrsLike",
    "code_of",
    "decide",
    "far_outside",
    "is_northing_first",
    "name_of",
    "parse",
    "region_of",
    "storage",
    "transform",
    "transform_bounds",
    "transform_coordinates",
    "uri_of",
]
