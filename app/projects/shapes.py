"""Geometry of works on its way to the database: copies for serving, EWKB."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import shapely
from pyproj import CRS

from spatial.crs import transform
from spatial.work import Objects


@dataclass(frozen=True, slots=True)
class Shapes:
    """The four geometry columns of works, as hexadecimal EWKB or ``None``."""

    geometry: Objects
    footprint: Objects
    geometry_4326: Objects
    footprint_4326: Objects


def ewkb(geometries: Objects, srid: int) -> Objects:
    """Hexadecimal EWKB with the SRID; ``None`` stays ``None``."""
    texts = shapely.to_wkb(
        shapely.set_srid(geometries, srid), hex=True, include_srid=True, output_dimension=2
    )
    return np.asarray(texts, dtype=object)


def shapes(geometry: Objects, footprint: Objects, storage_crs: int) -> Shapes:
    """What is stored for geometries in the storage CRS."""
    source, target = CRS.from_epsg(storage_crs), CRS.from_epsg(4326)
    return Shapes(
        geometry=ewkb(geometry, storage_crs),
        footprint=ewkb(footprint, storage_crs),
        geometry_4326=ewkb(transform(geometry, source, target), 4326),
        footprint_4326=ewkb(transform(footprint, source, target), 4326),
    )


def keys(geometries: Objects) -> list[bytes | None]:
    """Bytes that are equal where two geometries are the same set of points drawn alike.

    The start of a ring and the direction of a line make no difference.
    """
    normal = shapely.normalize(shapely.force_2d(geometries))
    found: list[bytes | None] = shapely.to_wkb(normal).tolist()
    return found


def objects(values: Sequence[object]) -> Objects:
    """A one-dimensional array of objects, whatever the objects are."""
    array: Objects = np.empty(len(values), dtype=object)
    array[:] = list(values)
    return array
