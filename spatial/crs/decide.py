"""Which CRS the coordinates of a file are really in."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
import shapely
from numpy.typing import ArrayLike
from pyproj import CRS

from spatial.crs import faults
from spatial.crs.parse import CrsLike, name_of, parse
from spatial.crs.transform import Bounds, region_of, transform, transform_coordinates
from spatial.errors import CrsUnknown
from spatial.reader import Fault
from spatial.work import Flags, Floats, Objects

How = Literal["declared", "given", "content", "default"]

FITS = 0.8
"""Share of the features that must lie in the region before a CRS is believed."""
MARGIN_DEGREES = 0.75
"""How far outside the region a place may be and still be near: about 50 to 80 km."""
WORLDWIDE_DEGREES = 300.0
LARGEST_DEGREES = (360.0, 90.0)
KNOWN = ("OGC:CRS84", 3857, 28992, 25831, 25832, 25833, 31370, 3812, 2154, 27700, 3035, 3067)
"""What a file may be in without saying so; each counts only inside its own area of use."""


@dataclass(frozen=True, slots=True)
class CrsDecision:
    """The CRS of a file, how it was found, and what the uploader should know.

    ``swapped`` says that the file has y before x; :meth:`bring` mends it.
    """

    crs: CRS
    how: How
    faults: tuple[Fault, ...] = ()
    swapped: bool = False

    def bring(self, geometries: Objects, target: CrsLike) -> Objects:
        """The file's geometries in ``target``, with x first; ``None`` stays ``None``."""
        if self.swapped:
            geometries = shapely.transform(geometries, _flip, include_z=False)
        return transform(geometries, self.crs, target)


def decide(
    declared: str | None,
    given: str | None,
    bounds: ArrayLike,
    storage: CrsLike,
    region: Bounds | None = None,
    *,
    default: str | None = None,
) -> CrsDecision:
    """Say which CRS a file is in, from what it declares, what we are told, and where it lies.

    Parameters
    ----------
    declared : what the file itself says; what cannot be read counts as nothing
    given : what the uploader says; always wins
    bounds : shape (4,) of all, or better (n, 4), one box per feature in the
        file's own coordinates: then a few stray features decide nothing
    storage : the CRS of the deployment
    region : west, south, east, north in degrees where works are expected; the
        area of use of ``storage`` where not given
    default : what the format prescribes where the file says nothing

    Returns
    -------
    CrsDecision
        A declaration that the coordinates contradict is set aside only where
        they lie outside the area the CRS is meant for and exactly one other
        reading puts them in the region, and always with a warning. Coordinates
        that lie far from the region under every reading keep their
        declaration, with a warning.

    Raises
    ------
    CrsUnknown
        Where nothing is declared or given and no single reading fits, where two
        readings fit equally well, or where ``given`` is impossible.

    >>> decide(None, None, (93000, 463000, 94000, 464000), 28992).how
    'content'
    >>> found = decide("EPSG:4326", None, (52.1, 4.4, 52.2, 4.5), 28992)
    >>> found.swapped, found.faults[0].code
    (True, 'axes-swapped')
    """
    where = _Where(_centres(bounds), region or region_of(storage), storage)
    if given:
        return _given(parse(given), declared, where)
    named = _readable(declared)
    if named is not None:
        return _declared(named, "declared", where)
    if default is not None:
        return _declared(parse(default), "default", where)
    return _by_content(where, declared)


@dataclass(frozen=True, slots=True)
class _Where:
    """The places of a file and where they ought to be."""

    centres: Floats
    region: Bounds
    storage: CrsLike

    def fits(self, crs: CRS, *, swapped: bool = False, own_area: bool = False) -> bool:
        centres = self.centres[:, ::-1] if swapped else self.centres
        if not len(centres):
            return False
        inside = _inside(centres, crs, self.region, MARGIN_DEGREES)
        if own_area:
            inside &= _inside(centres, crs, region_of(crs), 0.0)
        return bool(inside.mean() >= FITS)

    def is_at_home(self, crs: CRS) -> bool:
        """Whether the places lie where this CRS is meant for, if that is not the whole world.

        Then it is believed, wherever the region is: Lambert-93 in Paris has
        the numbers of web mercator in the Netherlands.
        """
        west, _, east, _ = area = region_of(crs)
        if east - west > WORLDWIDE_DEGREES:
            return False
        return bool(_inside(self.centres, crs, area, 0.0).mean() >= FITS)

    def readings(self, besides: CRS | None = None) -> list[tuple[CRS, bool]]:
        """Every known CRS, in both axis orders, that puts the places in the region."""
        known = dict.fromkeys(parse(crs) for crs in (self.storage, *KNOWN))
        others = [crs for crs in known if besides is None or not _equal(crs, besides)]
        return [
            (crs, swapped)
            for swapped in (False, True)
            for crs in others
            if self.fits(crs, swapped=swapped, own_area=True)
        ]


def far_outside(bounds: ArrayLike, crs: CrsLike, region: Bounds) -> Flags:
    """Which features (boxes of shape (n, 4) in ``crs``) lie far outside a region in degrees.

    >>> far_outside([(5, 52, 5, 52), (-70, 52, -70, 52)], 4326, (3.2, 50.75, 7.22, 53.7)).tolist()
    [False, True]
    """
    boxes = np.asarray(bounds, dtype=np.float64).reshape(-1, 4)
    centres = (boxes[:, :2] + boxes[:, 2:]) / 2
    known = np.isfinite(centres).all(axis=1)
    outside = np.zeros(len(boxes), dtype=np.bool_)
    outside[known] = ~_inside(centres[known], parse(crs), region, MARGIN_DEGREES)
    return outside


def _flip(xy: Floats) -> Floats:
    return xy[:, ::-1]


def _equal(one: CRS, other: CRS) -> bool:
    return one.equals(other, ignore_axis_order=True)


def _centres(bounds: ArrayLike) -> Floats:
    """Middle of each box; without unknown ones and the point (0, 0), which stands for nothing."""
    boxes = np.asarray(bounds, dtype=np.float64).reshape(-1, 4)
    centres: Floats = (boxes[:, :2] + boxes[:, 2:]) / 2
    kept: Flags = np.isfinite(centres).all(axis=1) & (centres != 0).any(axis=1)
    found: Floats = centres[kept]
    return found


def _inside(centres: Floats, crs: CRS, region: Bounds, margin: float) -> Flags:
    west, south, east, north = region
    possible = _possible(centres, crs)
    lonlat = np.full_like(centres, np.inf)
    lonlat[possible] = transform_coordinates(centres[possible], crs, "OGC:CRS84")
    lon, lat = lonlat.T
    inside: Flags = np.logical_and.reduce(
        (lon >= west - margin, lon <= east + margin, lat >= south - margin, lat <= north + margin)
    )
    return inside


def _possible(centres: Floats, crs: CRS) -> Flags:
    """Where the numbers can be coordinates of this CRS at all."""
    if not crs.is_geographic:
        return np.ones(len(centres), dtype=np.bool_)
    possible: Flags = np.all(np.abs(centres) <= LARGEST_DEGREES, axis=1)
    return possible


def _readable(declared: str | None) -> CRS | None:
    try:
        return parse(declared)
    except CrsUnknown:
        return None


def _given(crs: CRS, declared: str | None, where: _Where) -> CrsDecision:
    notes = []
    named = _readable(declared)
    if named is not None and not _equal(named, crs):
        notes.append(faults.overridden(name_of(named), name_of(crs)))
    if len(where.centres) and not _possible(where.centres, crs).any():
        if _possible(where.centres[:, ::-1], crs).any() and where.fits(crs, swapped=True):
            return CrsDecision(crs, "given", (*notes, faults.swapped(crs)), swapped=True)
        msg = f"The coordinates cannot be {name_of(crs)}. {_suggestion(where, crs)}"
        raise CrsUnknown(msg)
    if not len(where.centres) or where.fits(crs):
        return CrsDecision(crs, "given", tuple(notes))
    if where.fits(crs, swapped=True) and not where.readings(besides=crs):
        return CrsDecision(crs, "given", (*notes, faults.swapped(crs)), swapped=True)
    return CrsDecision(crs, "given", (*notes, faults.far(crs)))


def _declared(crs: CRS, how: How, where: _Where) -> CrsDecision:
    if not len(where.centres) or where.fits(crs):
        return CrsDecision(crs, how)
    if where.is_at_home(crs):
        return CrsDecision(crs, how, (faults.far(crs),))
    readings = where.readings(besides=crs)
    swapped = where.fits(crs, swapped=True)
    if swapped and not readings:
        return CrsDecision(crs, how, (faults.swapped(crs),), swapped=True)
    if len(readings) == 1 and not swapped:
        found, other_way = readings[0]
        return CrsDecision(
            found, "content", (faults.lying(crs, found, swapped=other_way),), other_way
        )
    if readings:
        names = [(crs, True)] * swapped + readings
        msg = (
            f"The file says {name_of(crs)}, but its coordinates do not lie there. They may be "
            f"{_listed(names)}. Give the right one with --source-crs."
        )
        raise CrsUnknown(msg)
    if not _possible(where.centres, crs).any():
        msg = (
            f"The file says {name_of(crs)}, but its coordinates cannot be that."
            f" {_suggestion(where, crs)}"
        )
        raise CrsUnknown(msg)
    return CrsDecision(crs, how, (faults.far(crs),))


def _by_content(where: _Where, declared: str | None) -> CrsDecision:
    unread = f" (what it says, {declared.strip()[:60]!r}, is not known)" if declared else ""
    readings = where.readings()
    if len(readings) == 1:
        crs, swapped = readings[0]
        return CrsDecision(crs, "content", (faults.guessed(crs, swapped=swapped),), swapped)
    if readings:
        msg = (
            f"The file does not say which coordinate reference system it is in{unread}, and its"
            f" coordinates may be {_listed(readings)}. Give the right one with --source-crs."
        )
        raise CrsUnknown(msg)
    msg = (
        f"The file does not say which coordinate reference system it is in{unread}, and its"
        " coordinates fit none that we know of in this region. Give it with --source-crs, for"
        " instance --source-crs EPSG:28992."
    )
    raise CrsUnknown(msg)


def _listed(readings: list[tuple[CRS, bool]]) -> str:
    return " or ".join(name_of(crs) + " with y first" * swapped for crs, swapped in readings)


def _suggestion(where: _Where, crs: CRS) -> str:
    readings = where.readings(besides=crs)
    if not readings:
        return "Give the right one with --source-crs, for instance --source-crs EPSG:28992."
    return f"They look like {_listed(readings)}: give that with --source-crs."
