"""Store areas (neighbourhoods, districts, municipalities, provinces, own areas) from a file."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import shapely
from pyproj import CRS
from sqlalchemy import Connection, func
from sqlalchemy.dialects.postgresql import insert

from app.projects.shapes import ewkb, objects
from app.settings import Settings
from app.tables import areas
from spatial.crs import decide, transform
from spatial.errors import MappingRefused
from spatial.geometry import clean
from spatial.opening import open_file
from spatial.reader import Fault, RawBatch, RawLayer, ReadOptions
from spatial.vocabulary import AREA_LEVEL
from spatial.work import Objects

POLYGON = 2
"""The dimension of what has an area."""


@dataclass(frozen=True, slots=True)
class AreaColumns:
    """Which columns say what; ``level`` is a word where all areas of a file are alike."""

    code: str = "code"
    name: str = "name"
    level_column: str = "level"
    level: str | None = None


@dataclass(frozen=True, slots=True)
class TakenIn:
    """How many areas were stored, and what was wrong with the others."""

    stored: int
    faults: list[Fault]


def take_in(
    connection: Connection,
    settings: Settings,
    path: Path,
    columns: AreaColumns | None = None,
    *,
    layer: str | None = None,
    source_crs: str | None = None,
) -> TakenIn:
    """Store every polygon of a file as an area; an area of that level and code is replaced.

    Raises
    ------
    MappingRefused
        A column is missing, or a level is not in the vocabulary.
    FileRefused, CrsUnknown
        The file cannot be taken in.
    """
    columns = columns or AreaColumns()
    options = ReadOptions(
        layer=layer,
        max_unpacked_bytes=settings.max_unpacked_bytes,
        max_vertices=settings.max_vertices,
    )
    _, layers = open_file(path, options, path.name)
    stored, faults = 0, []
    for found in layers:
        for batch in found.batches:
            shape, told = _shapes(found, batch, settings, source_crs)
            faults.extend([*batch.faults, *told])
            values = list(_values(found, batch, shape, columns))
            stored += len(values)
            if values:
                _write(connection, settings, values, path.name)
    return TakenIn(stored, faults)


def _shapes(
    layer: RawLayer, batch: RawBatch, settings: Settings, source_crs: str | None
) -> tuple[Objects, list[Fault]]:
    geometry = batch.geometry
    if geometry is None:
        msg = "Areas need a file with geometry, such as GeoPackage or GeoJSON."
        raise MappingRefused(msg)
    decision = decide(layer.crs, source_crs, shapely.bounds(geometry), settings.storage_crs)
    brought = decision.bring(geometry, settings.storage_crs)
    shape, faults = clean(brought, batch.row, settings.max_vertices)
    shape[shapely.get_dimensions(shape) != POLYGON] = None
    return shape, faults


def _values(
    layer: RawLayer, batch: RawBatch, shape: Objects, columns: AreaColumns
) -> Iterator[tuple[str, str, str, object]]:
    code, name = (_column(layer, batch, c) for c in (columns.code, columns.name))
    fixed = columns.level
    levels = [fixed] * len(batch) if fixed else _column(layer, batch, columns.level_column)
    for one_level, one_code, one_name, geometry in zip(levels, code, name, shape, strict=True):
        if geometry is None or one_code is None:
            continue
        if one_level not in AREA_LEVEL:
            msg = f"{one_level!r} is no level of areas; use {', '.join(AREA_LEVEL.ids)}."
            raise MappingRefused(msg)
        parts = (
            geometry if geometry.geom_type == "MultiPolygon" else shapely.multipolygons([geometry])
        )
        yield str(one_level), str(one_code), str(one_name or one_code), parts


def _column(layer: RawLayer, batch: RawBatch, name: str) -> Sequence[object]:
    if name not in batch.columns:
        msg = f"Layer {layer.name!r} has no column {name!r}; it has {', '.join(layer.columns)}."
        raise MappingRefused(msg)
    return batch.columns[name]


def _write(
    connection: Connection,
    settings: Settings,
    values: list[tuple[str, str, str, object]],
    source: str,
) -> None:
    storage = CRS.from_epsg(settings.storage_crs)
    shape = objects([v[3] for v in values])
    geometry = ewkb(shape, settings.storage_crs)
    served = ewkb(transform(shape, storage, CRS.from_epsg(4326)), 4326)
    statement = insert(areas)
    fresh = statement.excluded
    connection.execute(
        statement.on_conflict_do_update(
            index_elements=["level", "code"],
            set_={
                "name": fresh.name,
                "source": fresh.source,
                "geometry": fresh.geometry,
                "geometry_4326": fresh.geometry_4326,
                "updated_at": func.now(),
            },
        ),
        [
            {
                "level": v[0],
                "code": v[1],
                "name": v[2],
                "source": source,
                "geometry": g,
                "geometry_4326": s,
            }
            for v, g, s in zip(values, geometry, served, strict=True)
        ],
    )
