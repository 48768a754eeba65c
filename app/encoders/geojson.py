"""GeoJSON (RFC 7946): longitude and latitude, 7 digits; another CRS is named in ``crs``."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

import numpy as np
import orjson
import pyarrow as pa
import shapely

from app.encoder import GEOMETRY, Extract, as_text
from spatial.crs import code_of

DEGREE_DIGITS, METRE_DIGITS = 7, 3


@dataclass(frozen=True)
class GeoJson:
    """Writes a FeatureCollection, a batch at a time."""

    suffix: str = ".geojson"
    lonlat: bool = True

    def write(self, path: Path, extract: Extract) -> None:
        """Write the file."""
        digits = DEGREE_DIGITS if extract.crs.is_geographic else METRE_DIGITS
        with path.open("wb") as file:
            file.write(b'{"type":"FeatureCollection","name":' + orjson.dumps(extract.name))
            file.write(_crs_member(extract))
            file.write(b',"features":[\n')
            before = b""
            for batch in extract.batches:
                _write_batch(file, batch, digits, before)
                before = b",\n" if batch.num_rows else before
            file.write(b"\n]}\n")


def _crs_member(extract: Extract) -> bytes:
    code = code_of(extract.crs)
    if code in {"OGC:CRS84", "EPSG:4326", None}:
        return b""
    name = "urn:ogc:def:crs:" + str(code).replace(":", "::")
    return b',"crs":' + orjson.dumps({"type": "name", "properties": {"name": name}})


def _write_batch(file: BinaryIO, batch: pa.RecordBatch, digits: int, before: bytes) -> None:
    shapes = shapely.from_wkb(batch.column(GEOMETRY).to_numpy(zero_copy_only=False))
    texts = shapely.to_geojson(shapely.transform(shapes, lambda xy: np.round(xy, digits)))
    rows = batch.drop_columns([GEOMETRY]).to_pylist()
    features = [
        orjson.dumps(
            {
                "type": "Feature",
                "id": row["id"],
                "geometry": orjson.Fragment(text),
                "properties": {name: as_text(value) for name, value in row.items()},
            }
        )
        for row, text in zip(rows, texts.tolist(), strict=True)
    ]
    if features:
        file.write(before + b",\n".join(features))


ENCODER = GeoJson()
