"""GeoParquet, and plain Parquet with the place in ordinary columns.

Source: GeoParquet 1.1.0 (https://geoparquet.org/releases/v1.1.0/). The "geo"
metadata names the primary geometry column, its encoding and its CRS as
PROJJSON; no CRS there means CRS84, ``null`` means unknown. A row is numbered
by its place in the file. Other geometry columns are left out.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
import shapely

from spatial.errors import FileTooLarge, UnreadableFile
from spatial.geoarrow import DEPTH, from_native
from spatial.geometry import from_wkb
from spatial.reader import Fault, RawBatch, RawLayer, ReadOptions
from spatial.reading import CRS84, fault, named, normalise_crs, refuse
from spatial.work import Objects

MAGIC = b"PAR1"
GEO_KEY = b"geo"
EXTENSION_NAME = b"ARROW:extension:name"
USUAL_NAMES = ("geometry", "geom", "wkb_geometry", "the_geom", "shape")
BYTES_PER_VERTEX = 16


@dataclass(frozen=True, slots=True)
class _Place:
    """The geometry column, its encoding and CRS, and the columns that only serve it."""

    column: str | None = None
    encoding: str = "WKB"
    crs: str | None = None
    hidden: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Parquet:
    """Reader of Parquet files, with or without "geo" metadata."""

    name: str = "parquet"
    extensions: tuple[str, ...] = (".parquet", ".geoparquet", ".pq")

    def recognises(self, path: Path, head: bytes) -> bool:
        """Say whether the file begins with the mark of Parquet."""
        del path
        return head.startswith(MAGIC)

    def read(self, path: Path, options: ReadOptions) -> Iterator[RawLayer]:
        """Yield the one layer of the file.

        Raises
        ------
        UnreadableFile
            The file is damaged, cut off or encrypted.
        FileTooLarge
            It unpacks to more than is allowed.
        """
        try:
            file = pq.ParquetFile(path)
        except (pa.ArrowException, OSError, ValueError) as broken:
            _refuse_broken(broken)
        groups = range(file.metadata.num_row_groups)
        unpacked = sum(file.metadata.row_group(i).total_byte_size for i in groups)
        if unpacked > options.max_unpacked_bytes:
            refuse(
                FileTooLarge,
                f"The file unpacks to {unpacked / 1e6:,.0f} MB, more than the "
                f"{options.max_unpacked_bytes / 1e6:,.0f} MB that is allowed. Deliver it in parts.",
            )
        place = _place(file.schema_arrow)
        hidden = place.hidden | {place.column}
        layer = RawLayer(
            name=path.stem,
            crs=place.crs,
            columns=tuple(n for n in file.schema_arrow.names if n not in hidden),
            batches=_batches(file, place, options, path.stem),
            row_count=file.metadata.num_rows,
        )
        yield from named([layer], options.layer)


READER = Parquet()


def _refuse_broken(broken: Exception) -> None:
    told = " ".join(str(broken).split())[:200]
    refuse(
        UnreadableFile,
        f"The Parquet file cannot be read ({told}). Write it anew and deliver the whole file.",
    )


def _place(schema: pa.Schema) -> _Place:
    """Where the geometry is, by the metadata, the extension type or a usual name."""
    metadata = schema.metadata or {}
    if GEO_KEY in metadata:
        try:
            return _declared(json.loads(metadata[GEO_KEY]))
        except (ValueError, KeyError, TypeError, AttributeError):
            refuse(
                UnreadableFile,
                "The “geo” metadata of the Parquet file is broken. Write it anew as GeoParquet.",
            )
    binary = [f for f in schema if pa.types.is_binary(f.type) or pa.types.is_large_binary(f.type)]
    marked = [f.name for f in binary if b"wkb" in (f.metadata or {}).get(EXTENSION_NAME, b"")]
    usual = [f.name for f in binary if f.name.lower() in USUAL_NAMES]
    return _Place(next(iter([*marked, *usual]), None))


def _declared(geo: Mapping[str, Any]) -> _Place:
    primary = geo["primary_column"]
    told = geo["columns"][primary]
    hidden = {name for name in geo["columns"] if name != primary}
    box = told.get("covering", {}).get("bbox", {})
    hidden |= {path[0] for path in box.values() if path}
    encoding = told.get("encoding", "WKB")
    if encoding != "WKB" and encoding not in DEPTH:
        raise ValueError
    return _Place(primary, encoding, _crs(told), frozenset(hidden))


def _crs(told: Mapping[str, Any]) -> str | None:
    if "crs" not in told:
        return CRS84
    if told["crs"] is None:
        return None
    crs = told["crs"]
    return normalise_crs(json.dumps(crs) if isinstance(crs, dict) else str(crs))


def _batches(
    file: pq.ParquetFile, place: _Place, options: ReadOptions, layer: str
) -> Iterator[RawBatch]:
    read = 0
    total = max(1, file.metadata.num_rows)
    wanted = [n for n in file.schema_arrow.names if n not in place.hidden]
    try:
        # A column of structs is asked for by its name; all its members come along.
        for batch in file.iter_batches(batch_size=options.batch_rows, columns=wanted):
            yield _batch(batch, place, read, options, layer)
            read += batch.num_rows
            if options.on_progress:
                options.on_progress(read / total)
    except (pa.ArrowException, OSError) as broken:
        _refuse_broken(broken)
    finally:
        file.close()


def _batch(batch: Any, place: _Place, before: int, options: ReadOptions, layer: str) -> RawBatch:
    rows = np.arange(before + 1, before + batch.num_rows + 1, dtype=np.int64)
    columns: dict[str, list[object]] = {
        name: batch.column(i).to_pylist()
        for i, name in enumerate(batch.schema.names)
        if name != place.column
    }
    if place.column is None:
        return RawBatch(rows, columns, None)
    shapes, keep, faults = _geometry(batch.column(place.column), place, rows, options, layer)
    kept = np.flatnonzero(keep)
    if len(kept) < len(rows):
        columns = {name: [values[i] for i in kept] for name, values in columns.items()}
    return RawBatch(rows[kept], columns, shapes[kept], tuple(faults))


def _geometry(
    column: Any, place: _Place, rows: Any, options: ReadOptions, layer: str
) -> tuple[Objects, Any, list[Fault]]:
    """Geometries, which rows to keep, and the faults of the others."""
    filled = column.is_valid().to_numpy(zero_copy_only=False)
    if place.encoding == "WKB":
        shapes, large = _from_wkb(column, options.max_vertices)
    else:
        shapes, large = from_native(column, place.encoding), np.zeros(len(rows), dtype=np.bool_)
    large |= shapely.get_num_coordinates(shapes) > options.max_vertices
    broken = shapely.is_missing(shapes) & filled & ~large
    faults = [
        fault(code, "error", detail=detail, row=int(rows[i]), field=place.column, layer=layer)
        for mask, code, detail in (
            (large, "too-many-vertices", options.max_vertices),
            (broken, "geometry-structure", "its bytes are no geometry"),
        )
        for i in np.flatnonzero(mask)
    ]
    return shapes, ~(large | broken), faults


def _from_wkb(column: Any, max_vertices: int) -> tuple[Objects, Any]:
    """Decode what is not too large; what cannot be decoded stays ``None``."""
    most = pa.scalar(2 * BYTES_PER_VERTEX * max_vertices + (1 << 16), type=pa.int64())
    too_large = pc.greater(pc.binary_length(column), most).fill_null(False)
    large = too_large.to_numpy(zero_copy_only=False).copy()
    shapes, _ = from_wkb(pc.if_else(too_large, None, column).to_pylist())
    return shapes, large
