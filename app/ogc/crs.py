"""Which coordinate reference systems are offered, and how each is served."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from typing import Literal

from app.kit.problems import BadRequest
from spatial.crs import is_northing_first, parse, uri_of
from spatial.errors import CrsUnknown

CRS84 = "http://www.opengis.net/def/crs/OGC/1.3/CRS84"
WEB_MERCATOR = "http://www.opengis.net/def/crs/EPSG/0/3857"
COMMON = (4326, 3857, 28992, 25831, 25832, 3035)
DEGREE_DIGITS = 7
METRE_DIGITS = 3
"""About a centimetre and a millimetre."""
WORLD = (-180.0, -90.0, 180.0, 90.0)
ROUNDING_DEGREES = 1e-5
"""QGIS asks for a hair more than the world, such as 180.0000001."""


@dataclass(frozen=True, slots=True)
class ServedCrs:
    """A CRS of the list, and where its coordinates come from.

    ``way``: "degrees" is the stored copy in longitude and latitude, "storage"
    the stored geometry; "computed" is transformed after the fetch. ``flipped``
    where the authority puts north before east. ``digits`` after the point.
    """

    uri: str
    way: Literal["degrees", "storage", "computed"]
    flipped: bool
    digits: int


@cache
def offered(storage: int) -> dict[str, ServedCrs]:
    """The offered systems by URI: CRS84 first, then common ones, the storage CRS among them.

    >>> list(offered(2154))[:2], len(offered(28992)), len(offered(2154))
    (['http://www.opengis.net/def/crs/OGC/1.3/CRS84', \
'http://www.opengis.net/def/crs/EPSG/0/4326'], 7, 8)
    """
    codes = dict.fromkeys((COMMON[0], COMMON[1], storage, *COMMON[2:]))
    found = {CRS84: ServedCrs(CRS84, "degrees", flipped=False, digits=DEGREE_DIGITS)}
    for code in codes:
        found[uri_of(code)] = _served(code, storage)
    return found


def _served(code: int, storage: int) -> ServedCrs:
    way: Literal["degrees", "storage", "computed"] = "computed"
    if code == COMMON[0]:
        way = "degrees"
    elif code == storage:
        way = "storage"
    digits = DEGREE_DIGITS if parse(code).is_geographic else METRE_DIGITS
    return ServedCrs(uri_of(code), way, is_northing_first(code), digits)


def read_crs(text: str | None, name: str, storage: int) -> ServedCrs:
    """The CRS that a parameter names; CRS84 where it is not given.

    ``BadRequest`` for a system that the collections do not list (Part 2,
    requirements 7 and 9).
    """
    choices = offered(storage)
    if text is None:
        return choices[CRS84]
    try:
        uri = uri_of(parse(text))
    except CrsUnknown:
        uri = ""
    if uri not in choices:
        msg = f"{name} must be one of the systems that the collection lists, not {text!r}."
        raise BadRequest(msg)
    return choices[uri]


def is_in_world(bounds: Sequence[float]) -> bool:
    """Whether west, south, east and north are degrees on the globe, but for rounding.

    Bounds of nothing (NaN) lie nowhere, and so not outside it.

    >>> is_in_world((-180.0000001, -90, 180.0000001, 90)), is_in_world((500.3, 52, 501, 53))
    (True, False)
    """
    low_high = zip(bounds, (WORLD[0], WORLD[1], WORLD[0], WORLD[1]), strict=True)
    return not any(
        side < low - ROUNDING_DEGREES or side > -low + ROUNDING_DEGREES for side, low in low_high
    )
