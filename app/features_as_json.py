"""The rows of a batch as GeoJSON features: what the JSON formats share."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
import orjson
import pyarrow as pa
import shapely
from pyproj import CRS

from app.encoder import GEOMETRY, as_text

DEGREE_DIGITS, METRE_DIGITS = 7, 3
"""About a centimetre and a millimetre."""


def digits_of(crs: CRS) -> int:
    """How many digits after the point coordinates have."""
    return DEGREE_DIGITS if crs.is_geographic else METRE_DIGITS


def geometries(batch: pa.RecordBatch, digits: int, *, flipped: bool = False) -> list[Any]:
    """The geometries of a batch as JSON, ready for ``orjson.dumps``.

    ``flipped`` puts y before x, for an answer in the axis order of an authority.
    """
    shapes = shapely.from_wkb(batch.column(GEOMETRY).to_numpy(zero_copy_only=False))

    def finish(xy: np.ndarray[Any, Any]) -> np.ndarray[Any, Any]:
        rounded = np.round(xy, digits)
        return rounded[:, ::-1] if flipped else rounded

    texts = shapely.to_geojson(shapely.transform(shapes, finish)).tolist()
    return [orjson.Fragment(text) for text in texts]


def properties(batch: pa.RecordBatch) -> Iterator[dict[str, Any]]:
    """The properties of every row, days and times as text."""
    for row in batch.drop_columns([GEOMETRY]).to_pylist():
        yield {name: as_text(value) for name, value in row.items()}


def features(batch: pa.RecordBatch, digits: int) -> list[bytes]:
    """The rows of a batch as GeoJSON features, each as text."""
    return [
        orjson.dumps({"type": "Feature", "id": row["id"], "geometry": geometry, "properties": row})
        for row, geometry in zip(properties(batch), geometries(batch, digits), strict=True)
    ]
