"""GeoParquet 1.1: WKB, zstd, a box for each row group's readers to skip by."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import orjson
import pyarrow as pa
import pyarrow.parquet as pq
import shapely

from app.encoder import GEOMETRY, Extract

BBOX = "bbox"
_SIDES = ("xmin", "ymin", "xmax", "ymax")
_BOX = pa.struct([(side, pa.float64()) for side in _SIDES])


@dataclass(frozen=True)
class GeoParquet:
    """Writes a row group for every batch, with the covering boxes of version 1.1."""

    name: str = "parquet"
    media_type: str = "application/vnd.apache.parquet"
    suffix: str = ".parquet"
    lonlat: bool = False

    def write(self, path: Path, extract: Extract) -> None:
        """Write the file."""
        bounds = np.array([np.inf, np.inf, -np.inf, -np.inf])
        schema = extract.schema.append(pa.field(BBOX, _BOX))
        with pq.ParquetWriter(path, schema, compression="zstd") as writer:
            for batch in extract.batches:
                boxes = _boxes(batch)
                low = np.minimum(bounds[:2], np.nanmin(boxes[:, :2], axis=0, initial=np.inf))
                high = np.maximum(bounds[2:], np.nanmax(boxes[:, 2:], axis=0, initial=-np.inf))
                bounds = np.concatenate((low, high))
                writer.write_batch(batch.append_column(BBOX, _as_struct(boxes)))
            writer.add_key_value_metadata({"geo": _metadata(extract, bounds).decode()})


def _boxes(batch: pa.RecordBatch) -> np.ndarray:
    shapes = shapely.from_wkb(batch.column(GEOMETRY).to_numpy(zero_copy_only=False))
    boxes: np.ndarray = shapely.bounds(shapes)
    return boxes


def _as_struct(boxes: np.ndarray) -> pa.StructArray:
    columns = [pa.array(boxes[:, i]) for i in range(4)]
    return pa.StructArray.from_arrays(columns, fields=list(_BOX))


def _metadata(extract: Extract, bounds: np.ndarray) -> bytes:
    covering = {BBOX: {side: [BBOX, side] for side in _SIDES}}
    column = {
        "encoding": "WKB",
        "geometry_types": [extract.geometry_type],
        "crs": extract.crs.to_json_dict(),
        "covering": covering,
        **({"bbox": bounds.tolist()} if np.isfinite(bounds).all() else {}),
    }
    return orjson.dumps(
        {"version": "1.1.0", "primary_column": GEOMETRY, "columns": {GEOMETRY: column}}
    )


ENCODER = GeoParquet()
