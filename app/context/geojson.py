"""A context layer as GeoJSON, as far as a viewer may see it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any
from uuid import UUID

import numpy as np
import orjson
import shapely
from numpy.typing import NDArray
from pyproj import CRS

from app.organisations.viewer import Viewer
from spatial.context import EMPTY, ContextField, ContextLayer, ContextObjects
from spatial.crs import transform
from spatial.period import NO_DAY, day
from spatial.vocabulary import VISIBILITY
from spatial.work import Flags, Ints

SLAB = 5_000
DECIMALS = 1e-7
"""Degrees to which places are written: about a centimetre."""


def visible(viewer: Viewer, objects: ContextObjects) -> Flags:
    """Which objects the viewer may see, as ``Viewer.sees_rows_of`` says it of tables."""
    if viewer.role == "administrator":
        return np.ones(len(objects), dtype=np.bool_)
    if viewer.role == "public":
        open_to_all: Flags = objects.visibility == VISIBILITY.code("public")
        return open_to_all
    mine = np.array([i.bytes for i in viewer.organisation_ids], dtype="S16")
    owned = np.isin(objects.organisation_id.view("S16"), mine)
    seen: Flags = (objects.visibility != VISIBILITY.code("own")) | owned
    return seen


def stream(layer: ContextLayer, objects: ContextObjects, storage_crs: int) -> Iterator[bytes]:
    """A FeatureCollection in longitude and latitude, some features at a time."""
    yield b'{"type":"FeatureCollection","features":['
    for first in range(0, len(objects), SLAB):
        part = objects.take(np.arange(first, min(first + SLAB, len(objects))))
        yield (b"," if first else b"") + b",".join(_features(layer, part, storage_crs))
    yield b"]}"


def _features(layer: ContextLayer, part: ContextObjects, storage_crs: int) -> Iterator[bytes]:
    served = transform(part.geometry, CRS.from_epsg(storage_crs), CRS.from_epsg(4326))
    places = shapely.to_geojson(shapely.set_precision(served, DECIMALS, mode="pointwise"))
    columns = {
        "name": [n or None for n in part.name.tolist()],
        **{f.name: told(f, part.columns[f.name]) for f in layer.fields if not f.computed},
        "visibility": [VISIBILITY.ids[v] for v in part.visibility.tolist()],
    }
    if layer.has_period:
        columns["start"] = _dates(part.start)
        columns["end"] = [None if d == NO_DAY else day(d - 1) for d in part.end.tolist()]
    ids = [str(UUID(bytes=i)) for i in part.id.view("V16").tolist()]
    for id_, place, *values in zip(ids, places, *columns.values(), strict=True):
        properties = orjson.dumps(dict(zip(columns, values, strict=True)))
        geometry = b"null" if place is None else place.encode()
        yield b'{"type":"Feature","id":"%b","geometry":%b,"properties":%b}' % (
            id_.encode(),
            geometry,
            properties,
        )


def told(field: ContextField, column: NDArray[Any]) -> list[Any]:
    """Values as JSON has them: ``None`` where nothing is given, days as dates."""
    if field.type == "day":
        return _dates(column)
    if field.type == "month_day":
        return [f"{v // 100:02d}-{v % 100:02d}" if v > 0 else None for v in column.tolist()]
    if field.type == "number":
        return [None if np.isnan(v) else v for v in column.tolist()]
    if field.type in {"integer", "text"}:
        return [None if v == EMPTY[field.type] else v for v in column.tolist()]
    values: list[Any] = column.tolist()
    return values


def _dates(column: Ints) -> list[Any]:
    return [None if d == NO_DAY else day(d) for d in column.tolist()]
