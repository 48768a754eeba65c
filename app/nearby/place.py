"""The place that a request asks about: a point, a line or an area, and how far around it."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from hashlib import blake2b
from typing import Any

import numpy as np
import orjson
import shapely
from numpy.typing import NDArray
from shapely.geometry.base import BaseGeometry

from app.kit.problems import BadRequest, BodyRefused
from app.ogc.crs import CRS84, ServedCrs, is_in_world
from spatial.crs import transform
from spatial.errors import KansenkaartError
from spatial.vocabulary import Language

MOST_RADIUS_M = 10_000
MOST_LENGTH_M = 500_000
"""Along a line; the Netherlands are 300 km long."""
MOST_VERTICES = 5_000
PIECES = 48
"""Boxes along a line for the index: one box of a slanting line holds mostly what is not near it."""
RADIUS_M = {0: 100.0, 1: 25.0, 2: 0.0}
"""How far around a point, a line and an area, where the request does not say."""
TYPES = ("Point", "LineString", "Polygon", "MultiPoint", "MultiLineString", "MultiPolygon")
Bounds = tuple[float, float, float, float]


@dataclass(frozen=True)
class Place:
    """A geometry in the storage CRS and how many metres around it count too."""

    geometry: BaseGeometry
    radius_m: float

    @cached_property
    def wkb(self) -> bytes:
        """The geometry as PostGIS reads it."""
        return shapely.to_wkb(self.geometry)

    @cached_property
    def subject(self) -> tuple[str, float]:
        """What names this place, short."""
        return blake2b(self.wkb, digest_size=12).hexdigest(), self.radius_m

    @property
    def is_area(self) -> bool:
        """Whether what lies inside is asked, so that nothing is nearer than another."""
        return self.radius_m == 0 and shapely.get_dimensions(self.geometry) == len(RADIUS_M) - 1

    @cached_property
    def boxes(self) -> tuple[Bounds, ...]:
        """Boxes that together hold all that can be near, for the index.

        >>> line = shapely.LineString([(0, 0), (1000, 1000)])
        >>> boxes = Place(line, 10).boxes
        >>> len(boxes) <= PIECES, sum((e - w) * (n - s) for w, s, e, n in boxes) < 100_000
        (True, True)
        """
        parts = shapely.get_parts(self.geometry)
        lines = shapely.get_dimensions(self.geometry) == 1 and len(parts) <= PIECES
        bounds = _pieces(parts) if lines else shapely.bounds(np.array([self.geometry]))
        around = bounds + np.array([-1, -1, 1, 1]) * (self.radius_m + 1)
        return tuple(tuple(box) for box in around.tolist())


def _pieces(lines: NDArray[np.object_]) -> NDArray[np.float64]:
    """The boxes of ``PIECES`` pieces of lines, of about the same length each."""
    longest = max(float(shapely.length(lines).sum()) / PIECES, 1e-3)
    xy, line = shapely.get_coordinates(shapely.segmentize(lines, longest), return_index=True)
    within = line[1:] == line[:-1]
    start, end = xy[:-1][within], xy[1:][within]
    length = np.hypot(*(end - start).T)
    piece = ((np.cumsum(length) - length) / longest).astype(np.int64)
    first = np.flatnonzero(np.diff(piece, prepend=-1))
    low = np.minimum.reduceat(np.minimum(start, end), first)
    high = np.maximum.reduceat(np.maximum(start, end), first)
    return np.hstack([low, high])


def read_point(given: Mapping[str, str], storage: int) -> BaseGeometry:
    """The point of ``lon`` and ``lat``, in the storage CRS."""
    if not {"lon", "lat"} <= given.keys():
        msg = "Give both lon and lat, in degrees."
        raise BadRequest(msg, "Geef lon én lat, in graden.")
    point = shapely.Point(_number(given, "lon"), _number(given, "lat"))
    return placed(point, None, storage)


def read_wkt(text: str, storage: int) -> BaseGeometry:
    """The geometry of ``geometry``: WKT in longitude and latitude, in the storage CRS."""
    try:
        with np.errstate(over="ignore"):
            geometry = shapely.from_wkt(text)
    except (shapely.errors.ShapelyError, ValueError) as error:
        said = " ".join(str(error).split())[:120]
        msg = f"geometry cannot be read as WKT ({said})."
        raise BadRequest(msg, f"geometry is niet als WKT te lezen ({said}).") from error
    return placed(geometry, None, storage)


def read_body(raw: bytes, crs: ServedCrs, storage: int, language: Language) -> BaseGeometry:
    """The GeoJSON geometry, or that of the feature, in a body, in the storage CRS.

    BadRequest where it is no JSON, BodyRefused where it is no geometry that can be used.
    """
    try:
        content = orjson.loads(raw)
    except orjson.JSONDecodeError as error:
        msg = f"The body is not JSON: {error}."
        raise BadRequest(msg, f"De body is geen JSON: {error}.") from error
    try:
        return placed(_from_geojson(content), crs, storage)
    except BadRequest as refused:
        raise BodyRefused(str(refused.told_in(language))) from refused


def _from_geojson(content: Any) -> BaseGeometry | None:
    if isinstance(content, dict) and content.get("type") == "Feature":
        content = content.get("geometry")
    if not isinstance(content, dict) or content.get("type") not in TYPES:
        choices = ", ".join(TYPES)
        msg = f"Send a GeoJSON geometry, or a Feature with one: {choices}."
        raise BadRequest(msg, f"Stuur een GeoJSON-geometrie, of een Feature ermee: {choices}.")
    try:
        geometry: BaseGeometry | None = shapely.from_geojson(orjson.dumps(content))
    except (shapely.errors.ShapelyError, ValueError) as error:
        said = " ".join(str(error).split())[:120]
        msg = f"The geometry cannot be read ({said})."
        raise BadRequest(msg, f"De geometrie is niet te lezen ({said}).") from error
    return geometry


def placed(geometry: BaseGeometry | None, crs: ServedCrs | None, storage: int) -> BaseGeometry:
    """A geometry as it was given, in the storage CRS; BadRequest where it cannot be used.

    Without ``crs`` it is in longitude and latitude.
    """
    flat = _flat(geometry)
    if crs is not None and crs.flipped:
        flat = shapely.transform(flat, lambda xy: xy[:, ::-1])
    uri = CRS84 if crs is None else crs.uri
    if (crs is None or crs.way == "degrees") and not is_in_world(flat.bounds):
        msg = "The place lies outside the world: longitude is -180 to 180, latitude -90 to 90."
        nl = "De plek ligt buiten de wereld: lengte is -180 tot 180, breedte -90 tot 90."
        raise BadRequest(msg, nl)
    _check_shape(flat)
    try:
        moved = transform(np.array([flat], dtype=object), uri, storage)[0]
    except (KansenkaartError, ValueError):
        moved = None
    if moved is None or not np.isfinite(shapely.get_coordinates(moved)).all():
        msg = "The place lies outside the area of the coordinate system in which works are stored."
        nl = "De plek ligt buiten het gebied van het stelsel waarin werken worden bewaard."
        raise BadRequest(msg, nl)
    if shapely.get_dimensions(moved) == 1 and shapely.length(moved) > MOST_LENGTH_M:
        most = MOST_LENGTH_M // 1000
        msg = f"The line is longer than {most} km. Ask a part of it at a time."
        raise BadRequest(msg, f"De lijn is langer dan {most} km. Vraag telkens een deel ervan.")
    found: BaseGeometry = moved
    return found


def _flat(geometry: BaseGeometry | None) -> BaseGeometry:
    if geometry is None or geometry.is_empty:
        msg = "The geometry is empty."
        raise BadRequest(msg, "De geometrie is leeg.")
    if geometry.geom_type not in TYPES:
        choices = ", ".join(TYPES)
        msg = f"A geometry must be one of {choices}, not {geometry.geom_type}."
        raise BadRequest(msg, f"Een geometrie is een van {choices}, niet {geometry.geom_type}.")
    flat = shapely.force_2d(geometry)
    if not np.isfinite(shapely.get_coordinates(flat)).all():
        msg = "The geometry has a coordinate without a value."
        raise BadRequest(msg, "De geometrie heeft een coördinaat zonder waarde.")
    return flat


def _check_shape(flat: BaseGeometry) -> None:
    if shapely.get_num_coordinates(flat) > MOST_VERTICES:
        msg = f"The geometry has more than {MOST_VERTICES} vertices. Simplify it."
        nl = f"De geometrie heeft meer dan {MOST_VERTICES} punten. Vereenvoudig haar."
        raise BadRequest(msg, nl)
    if not flat.is_valid:
        why = shapely.is_valid_reason(flat)
        msg = f"The geometry is not valid ({why}). Repair it."
        raise BadRequest(msg, f"De geometrie is niet geldig ({why}). Herstel haar.")


def read_radius(given: Mapping[str, str], geometry: BaseGeometry) -> float:
    """Metres around the place: 0 to ``MOST_RADIUS_M``."""
    if "radius" not in given:
        return RADIUS_M[int(shapely.get_dimensions(geometry))]
    radius = _number(given, "radius")
    if not 0 <= radius <= MOST_RADIUS_M:
        msg = f"radius is in metres, from 0 to {MOST_RADIUS_M}, not {given['radius'][:40]!r}."
        nl = f"radius is in meters, van 0 tot {MOST_RADIUS_M}, niet {given['radius'][:40]!r}."
        raise BadRequest(msg, nl)
    return radius


def _number(given: Mapping[str, str], name: str) -> float:
    try:
        number = float(given[name])
    except ValueError:
        number = math.nan
    if not math.isfinite(number):
        said = given[name][:40]
        msg = f"{name} must be a number, not {said!r}."
        raise BadRequest(msg, f"{name} is een getal, niet {said!r}.")
    return number
