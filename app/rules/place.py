"""The area in which a change of the rules is tried."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import numpy as np
import shapely
from shapely.geometry.base import BaseGeometry
from sqlalchemy import Connection, func, select

from app.findings.draft import MOST_VERTICES, refuse
from app.ogc.crs import CRS84, is_in_world
from app.tables import areas
from spatial.crs import transform
from spatial.geojson_geometry import build
from spatial.geometry import clean

Area = UUID | tuple[float, float, float, float] | dict[str, Any]
"""The id of an area, a box (west, south, east, north) in degrees, or a GeoJSON polygon."""

MOST_KM2 = 2_500.0
AT = "/area"


def place_of(connection: Connection, area: Area, storage_crs: int) -> BaseGeometry:
    """The area as a polygon in the storage CRS, refused with what to do where it cannot be."""
    if isinstance(area, UUID):
        return _stored(connection, area)
    place = _drawn(area if isinstance(area, dict) else _box(area), storage_crs)
    km2 = shapely.area(place) / 1e6
    if km2 > MOST_KM2:
        msg = (
            f"is {km2:,.0f} km² and may be at most {MOST_KM2:,.0f}; "
            "draw a smaller part, or name a neighbourhood"
        )
        raise refuse(msg, at=AT)
    return place


def _stored(connection: Connection, area: UUID) -> BaseGeometry:
    query = select(func.ST_AsBinary(areas.c.geometry)).where(areas.c.id == area)
    raw = connection.scalar(query)
    if raw is None:
        msg = f"there is no area {area}; /ogc/collections/areas/items lists them"
        raise refuse(msg, at=AT)
    return shapely.from_wkb(bytes(raw))


def _box(box: tuple[float, float, float, float]) -> dict[str, Any]:
    west, south, east, north = box
    if not (west < east and south < north):
        msg = "of four numbers is west, south, east, north in degrees, west before east"
        raise refuse(msg, at=AT)
    ring = [[west, south], [east, south], [east, north], [west, north], [west, south]]
    return {"type": "Polygon", "coordinates": [ring]}


def _drawn(geometry: dict[str, Any], storage_crs: int) -> BaseGeometry:
    if geometry.get("type") not in {"Polygon", "MultiPolygon"}:
        msg = "must be the id of an area, a box of four numbers, or a GeoJSON polygon"
        raise refuse(msg, at=AT)
    shapes, flaws = build([geometry])
    if shapes[0] is None:
        msg = f"is not a polygon: {flaws[0].detail}"
        raise refuse(msg, at=AT)
    if not is_in_world(shapely.bounds(shapes[0]).tolist()):
        msg = "lies outside the world: longitude goes from -180 to 180, latitude from -90 to 90"
        raise refuse(msg, at=AT)
    moved = transform(np.asarray(shapes, dtype=object), CRS84, storage_crs)
    cleaned, faults = clean(moved, [1], MOST_VERTICES)
    if cleaned[0] is None:
        raise refuse(faults[-1].reason["en"], at=AT)
    place: BaseGeometry = cleaned[0]
    return place
