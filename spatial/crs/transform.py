"""Coordinates from one CRS to another, whole arrays at a time, x before y on both sides."""

from __future__ import annotations

from functools import lru_cache

import numpy as np
import shapely
from pyproj import CRS, Transformer

from spatial import rd
from spatial.crs.parse import CrsLike, parse
from spatial.work import Floats, Objects

Bounds = tuple[float, float, float, float]
"""West, south, east, north: (min x, min y, max x, max y)."""

WHOLE_PLANE_M = 1e8
"""Stands for "no limit" on a side of a projected box, in metres."""
VAST_M = 5e6
EDGE_POINTS = 33
WORLD: Bounds = (-180.0, -90.0, 180.0, 90.0)
AMERSFOORT = 4289
RD_NEW = 28992
HUB = 4258
"""ETRS89 longitude and latitude: what RD New is transformed through; equal to WGS 84 here."""


def transform(geometries: Objects, source: CrsLike, target: CrsLike) -> Objects:
    """Geometries in another CRS; ``None`` stays ``None``, Z and M are dropped.

    One call transforms all vertices of the array together: about a million
    vertices a second. Where source and target are the same CRS the array
    itself comes back. RD New goes through RDNAPTRANS2018 (:mod:`spatial.rd`).
    Coordinates without an image become ``inf``; :func:`spatial.geometry.clean`
    refuses those.

    >>> point = np.array([shapely.Point(4.4908, 52.1601)], dtype=object)
    >>> shapely.to_wkt(transform(point, "CRS84", 28992)[0], rounding_precision=3)
    'POINT (93663.229 463926.982)'
    """
    source_crs, target_crs = parse(source), parse(target)
    if _same(source_crs, target_crs):
        return geometries
    moved: Objects = shapely.transform(
        geometries, lambda xy: _transform(xy, source_crs, target_crs), include_z=False
    )
    return moved


def transform_coordinates(xy: Floats, source: CrsLike, target: CrsLike) -> Floats:
    """Coordinates of shape (n, 2) in another CRS; as :func:`transform`."""
    source_crs, target_crs = parse(source), parse(target)
    if _same(source_crs, target_crs):
        return xy
    return _transform(np.asarray(xy, dtype=np.float64), source_crs, target_crs)


def transform_bounds(bounds: Bounds, source: CrsLike, target: CrsLike) -> Bounds:
    """A box that holds the image of every point of ``bounds``.

    The edges of the box become curves, so they are sampled (33 points a side)
    and the result is widened by what twice as coarse a sample would have
    missed. From longitude and latitude to a projection the box is first cut to
    ten degrees around the area where the projection is meant to be used; a
    side that was cut is answered with "no limit" (1e8 m), so a box of the
    whole world finds everything; so does a box of more than 5,000 km.

    >>> box = transform_bounds((4.4, 52.1, 4.6, 52.2), "CRS84", 28992)
    >>> [round(side, -2) for side in box]
    [87400.0, 457200.0, 101200.0, 468400.0]
    >>> transform_bounds((-180, -90, 180, 90), "CRS84", 28992)
    (-100000000.0, -100000000.0, 100000000.0, 100000000.0)
    """
    source_crs, target_crs = parse(source), parse(target)
    if _same(source_crs, target_crs):
        return bounds
    cut = _sensible(bounds, source_crs, target_crs)
    fine = _transform(_outline(cut, EDGE_POINTS), source_crs, target_crs)
    limits = WORLD if target_crs.is_geographic else tuple(np.sign(WORLD) * WHOLE_PLANE_M)
    if not np.isfinite(fine).all() or _is_vast(bounds, source_crs):
        return _box(limits)
    coarse = fine.reshape(4, EDGE_POINTS, 2)[:, ::2].reshape(-1, 2)
    outer = np.concatenate((fine.min(axis=0), fine.max(axis=0)))
    margin = np.abs(outer - np.concatenate((coarse.min(axis=0), coarse.max(axis=0))))
    outer += np.where([True, True, False, False], -1.0, 1.0) * (margin + 1e-9)
    was_cut = np.array(cut) != np.array(bounds)
    return _box(np.where(was_cut, limits, outer))


def region_of(crs: CrsLike) -> Bounds:
    """The area in which a CRS is meant to be used, in degrees; the world where it does not say.

    >>> region_of(28992)
    (3.2, 50.75, 7.22, 53.7)
    """
    area = parse(crs).area_of_use
    return (area.west, area.south, area.east, area.north) if area else WORLD


def _box(sides: object) -> Bounds:
    west, south, east, north = np.asarray(sides, dtype=np.float64).tolist()
    return west, south, east, north


def _sensible(bounds: Bounds, source: CRS, target: CRS) -> Bounds:
    if not source.is_geographic:
        return bounds
    west, south, east, north = region_of(target)
    low = np.maximum(bounds[:2], np.maximum((west - 10, south - 10), WORLD[:2]))
    high = np.minimum(bounds[2:], np.minimum((east + 10, north + 10), WORLD[2:]))
    if (low > high).any():
        return bounds
    return _box((*low, *high))


def _is_vast(bounds: Bounds, source: CRS) -> bool:
    """Whether a box in metres is so large that it may hold a pole or the far side of the earth."""
    return source.is_projected and max(bounds[2] - bounds[0], bounds[3] - bounds[1]) > VAST_M


def _outline(bounds: Bounds, count: int) -> Floats:
    west, south, east, north = bounds
    x, y = np.linspace(west, east, count), np.linspace(south, north, count)
    same = np.ones(count)
    sides = ((x, south * same), (x, north * same), (west * same, y), (east * same, y))
    return np.concatenate([np.column_stack(side) for side in sides])


def _transform(xy: Floats, source: CRS, target: CRS) -> Floats:
    if _uses_grid(source, target):
        return _by_proj(rd.to_rd(_to_lonlat(xy, source))[0], RD_NEW, target)
    if _uses_grid(target, source):
        lonlat, _ = rd.from_rd(_by_proj(xy, source, parse(RD_NEW)))
        return _by_proj(lonlat, HUB, target)
    return _by_proj(xy, source, target)


def _to_lonlat(xy: Floats, source: CRS) -> Floats:
    return _by_proj(xy, source, parse(HUB))


def _uses_grid(source: CRS, target: CRS) -> bool:
    """Whether the way to ``target`` crosses into the Dutch datum, where the grid is needed."""
    return _is_amersfoort(target) and not _is_amersfoort(source)


@lru_cache(maxsize=256)
def _is_amersfoort(crs: CRS) -> bool:
    geodetic = crs.geodetic_crs
    return geodetic is not None and geodetic.to_epsg() == AMERSFOORT


def _by_proj(xy: Floats, source: CrsLike, target: CRS) -> Floats:
    """By PROJ alone; free where the two are the same, or both longitude and latitude of WGS 84."""
    source_crs = parse(source)
    if _same(source_crs, target) or (_is_lonlat(source_crs) and _is_lonlat(target)):
        return xy
    x, y = _transformer(source_crs, target).transform(
        np.ascontiguousarray(xy[:, 0]), np.ascontiguousarray(xy[:, 1])
    )
    return np.column_stack((x, y))


@lru_cache(maxsize=256)
def _transformer(source: CRS, target: CRS) -> Transformer:
    return Transformer.from_crs(source, target, always_xy=True)


def _same(source: CRS, target: CRS) -> bool:
    return source is target or _equal(source, target)


@lru_cache(maxsize=256)
def _equal(source: CRS, target: CRS) -> bool:
    """The same CRS for us, who always keep x first: CRS84 is EPSG:4326."""
    return source.equals(target, ignore_axis_order=True)


@lru_cache(maxsize=64)
def _is_lonlat(crs: CRS) -> bool:
    """Longitude and latitude of WGS 84 or ETRS89, which are taken to be one."""
    return crs.to_epsg() in {4326, HUB} or _equal(crs, parse("OGC:CRS84"))
