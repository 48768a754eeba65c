"""``kansenkaart export``: one layer to one file, whole or not at all."""

from __future__ import annotations

import os
from collections.abc import Generator, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import shapely
from pyproj import CRS
from sqlalchemy import Connection, Engine, Select, Text, cast, func, select

from app.encoder import GEOMETRY, ExportRefused, Extract, encoder_for
from app.layer import Layer, Property
from app.organisations.viewer import Viewer
from spatial.crs import parse, transform
from spatial.errors import CrsUnknown
from spatial.vocabulary import Language

BATCH = 2_000
CRS84 = "OGC:CRS84"

_TYPES: dict[tuple[str, str], pa.DataType] = {
    ("string", ""): pa.string(),
    ("string", "uuid"): pa.string(),
    ("string", "date"): pa.date32(),
    ("string", "date-time"): pa.timestamp("ms", tz="UTC"),
    ("number", ""): pa.float64(),
    ("integer", ""): pa.int64(),
}


@dataclass
class _Cut:
    """What is cut out of which layer, for whom and in which CRS; counts its rows."""

    layer: Layer
    viewer: Viewer
    language: Language
    storage: int
    target: CRS
    rows: int = field(default=0)

    @property
    def lonlat(self) -> bool:
        """Whether the stored copy in longitude and latitude serves."""
        return self.target in {parse(CRS84), parse(4326)}


def export(
    engine: Engine,
    layer: Layer,
    path: Path,
    viewer: Viewer,
    *,
    storage: int,
    crs: str | None = None,
    language: Language = "nl",
) -> int:
    """Write all features of a layer that ``viewer`` may see; returns how many.

    ``crs`` is any CRS that :func:`spatial.crs.parse` knows; left out it is the
    storage CRS, or CRS84 for GeoJSON. The file appears under its name only when
    it is complete; an older one of that name stays until then.
    """
    encoder = encoder_for(path)
    default = CRS84 if encoder.lonlat else storage
    cut = _Cut(layer, viewer, language, storage, _target(crs or default))
    if not path.parent.is_dir():
        msg = f"The folder {str(path.parent)!r} does not exist."
        raise ExportRefused(msg)
    unfinished = path.with_name(f".{path.stem}.{os.getpid()}{encoder.suffix}")
    try:
        with engine.connect() as connection, closing(_batches(connection, cut)) as batches:
            encoder.write(unfinished, _extract(cut, batches))
        unfinished.replace(path)
    except OSError as error:
        msg = f"{str(path)!r} cannot be written: {error.strerror or error}."
        raise ExportRefused(msg) from error
    finally:
        unfinished.unlink(missing_ok=True)
    return cut.rows


def _target(crs: str | int) -> CRS:
    try:
        return parse(crs)
    except CrsUnknown as error:
        msg = f"{crs!r} is not known. Give a code, for instance --crs EPSG:28992."
        raise CrsUnknown(msg) from error


def _extract(cut: _Cut, batches: Iterator[pa.RecordBatch]) -> Extract:
    return Extract(
        name=cut.layer.id,
        title=cut.layer.title.in_(cut.language),
        geometry_type=cut.layer.geometry_type,
        crs=cut.target,
        schema=_schema(cut.layer),
        batches=batches,
    )


def _schema(layer: Layer) -> pa.Schema:
    fields = [pa.field(p.name, _TYPES[p.type, p.format]) for p in layer.properties]
    named = {b"ARROW:extension:name": b"geoarrow.wkb"}
    return pa.schema([*fields, pa.field(GEOMETRY, pa.binary(), metadata=named)])


def _select(cut: _Cut) -> Select[Any]:
    layer = cut.layer
    geometry = layer.geometry_4326 if cut.lonlat else layer.geometry
    columns = [_column(p, cut.language).label(f"p_{p.name}") for p in layer.properties]
    return (
        select(*columns, func.ST_AsBinary(geometry).label(GEOMETRY))
        .select_from(layer.source)
        .where(layer.condition, layer.sees(cut.viewer))
        .order_by(layer.key)
    )


def _column(property_: Property, language: Language) -> Any:
    column = property_.expression(language)
    if property_.format == "uuid":
        return cast(column, Text)
    if property_.format == "date-time":
        return func.date_trunc("milliseconds", column)
    return column


def _batches(connection: Connection, cut: _Cut) -> Generator[pa.RecordBatch, None, None]:
    schema = _schema(cut.layer)
    streaming = connection.execution_options(yield_per=BATCH)
    with streaming.execute(_select(cut)) as result:
        for rows in result.partitions():
            cut.rows += len(rows)
            yield _batch(rows, schema, cut)


def _batch(rows: Sequence[Sequence[Any]], schema: pa.Schema, cut: _Cut) -> pa.RecordBatch:
    *columns, geometry = zip(*rows, strict=True)
    arrays = [pa.array(c, f.type) for c, f in zip(columns, schema, strict=False)]
    wkb = np.array([bytes(value) for value in geometry], dtype=object)
    if not cut.lonlat and cut.target != parse(cut.storage):
        wkb = shapely.to_wkb(transform(shapely.from_wkb(wkb), cut.storage, cut.target))
    return pa.RecordBatch.from_arrays([*arrays, pa.array(wkb, pa.binary())], schema=schema)
