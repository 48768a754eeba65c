"""Geometry of works: curves made linear, faults repaired or refused, footprints."""

from spatial.geometry.clean import clean
from spatial.geometry.curves import from_wkb, from_wkt
from spatial.geometry.footprints import DISC_RADIUS_M, footprints, kind_of, width_m

__all__ = [
    "DISC_RADIUS_M",
    "clean",
    "footprints",
    "from_wkb",
    "from_wkt",
    "kind_of",
    "width_m",
]
