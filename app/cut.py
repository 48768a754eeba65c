"""From a layer to Arrow batches: what every file of features is made from.

Rows come through a cursor of the database, a batch at a time, so memory does
not grow with the layer. Whoever cuts says which rows; visibility is a clause
of theirs like any other.
"""

from __future__ import annotations

from collections.abc import Generator, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pyarrow as pa
import shapely
from pyproj import CRS
from sqlalchemy import ColumnElement, Connection, Select, Text, cast, func, select

from app.encoder import GEOMETRY, Extract
from app.layer import Layer, Property
from spatial.crs import parse, transform
from spatial.vocabulary import Language

BATCH = 2_000
FIRST = 100
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
class Cut:
    """What is cut out of which layer, in which CRS and language; counts its rows.

    ``where`` holds every condition, that of the layer and that of visibility
    among them. ``order`` is that of the rows; the key where it is empty.
    """

    layer: Layer
    where: Sequence[ColumnElement[bool]]
    target: CRS
    language: Language
    storage: int
    selected: tuple[Property, ...] | None = None
    order: Sequence[ColumnElement[Any]] = ()
    styles: Mapping[str, str] = field(default_factory=dict)
    rows: int = field(default=0)

    @property
    def properties(self) -> tuple[Property, ...]:
        """The properties that are cut out; the id always is."""
        if self.selected is None:
            return self.layer.properties
        chosen = {"id", *(p.name for p in self.selected)}
        return tuple(p for p in self.layer.properties if p.name in chosen)

    @property
    def lonlat(self) -> bool:
        """Whether the stored copy in longitude and latitude serves."""
        return self.target in {parse(CRS84), parse(4326)}

    def extract(self, batches: Iterator[pa.RecordBatch]) -> Extract:
        """The extract that an encoder takes, over :func:`batches_of` this cut."""
        return Extract(
            name=self.layer.id,
            title=self.layer.title.in_(self.language),
            geometry_type=self.layer.geometry_type,
            crs=self.target,
            schema=schema_of(self.properties),
            batches=batches,
            styles=self.styles,
        )


def schema_of(properties: Sequence[Property]) -> pa.Schema:
    """The columns of the batches: properties in their order, then geometry."""
    fields = [pa.field(p.name, _TYPES[p.type, p.format]) for p in properties]
    named = {b"ARROW:extension:name": b"geoarrow.wkb"}
    return pa.schema([*fields, pa.field(GEOMETRY, pa.binary(), metadata=named)])


def batches_of(connection: Connection, cut: Cut) -> Generator[pa.RecordBatch, None, None]:
    """The rows of a cut, ``BATCH`` at a time; close it to stop early.

    The first batch is small, so that what is streamed starts at once.
    """
    schema = schema_of(cut.properties)
    streaming = connection.execution_options(stream_results=True, max_row_buffer=BATCH)
    with streaming.execute(_select(cut)) as result:
        size = FIRST
        while rows := result.fetchmany(size):
            cut.rows += len(rows)
            yield _batch(rows, schema, cut)
            size = BATCH


def _select(cut: Cut) -> Select[Any]:
    layer = cut.layer
    geometry = layer.geometry_4326 if cut.lonlat else layer.geometry
    columns = [_column(p, cut.language).label(f"p_{p.name}") for p in cut.properties]
    return (
        select(*columns, func.ST_AsBinary(geometry).label(GEOMETRY))
        .select_from(layer.source)
        .where(*cut.where)
        .order_by(*(cut.order or (layer.key,)))
    )


def _column(property_: Property, language: Language) -> Any:
    column = property_.expression(language)
    if property_.format == "uuid":
        return cast(column, Text)
    if property_.format == "date-time":
        return func.date_trunc("milliseconds", column)
    return column


def _batch(rows: Sequence[Sequence[Any]], schema: pa.Schema, cut: Cut) -> pa.RecordBatch:
    *columns, geometry = zip(*rows, strict=True)
    arrays = [pa.array(c, f.type) for c, f in zip(columns, schema, strict=False)]
    wkb = np.array([bytes(value) for value in geometry], dtype=object)
    if not cut.lonlat and cut.target != parse(cut.storage):
        wkb = shapely.to_wkb(transform(shapely.from_wkb(wkb), cut.storage, cut.target))
    return pa.RecordBatch.from_arrays([*arrays, pa.array(wkb, pa.binary())], schema=schema)
