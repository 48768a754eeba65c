"""JSON-FG 1.0 (OGC 21-045): GeoJSON that knows its CRS and its time.

A system other than longitude and latitude stands in ``coordRefSys``, with the
geometry in ``place`` in the axis order of the authority. ``time`` is the period
of a feature, its last day included, as RFC 3339 days; ".." is an open end.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import orjson
import pyarrow as pa

from app.encoder import Extract, write_pieces
from app.features_as_json import digits_of, geometries, properties
from spatial.crs import code_of, is_northing_first, uri_of

CONFORMS = ["http://www.opengis.net/spec/json-fg-1/1.0/conf/core"]
DIMENSIONS = {"MultiPoint": 0, "MultiLineString": 1, "MultiPolygon": 2}


@dataclass(frozen=True)
class JsonFg:
    """Writes a FeatureCollection, a batch at a time."""

    name: str = "jsonfg"
    media_type: str = "application/fg+json"
    suffix: str = ".fg.json"
    lonlat: bool = True

    def write(self, path: Path, extract: Extract) -> None:
        """Write the file."""
        write_pieces(path, self.pieces(extract))

    def pieces(self, extract: Extract) -> Iterator[bytes]:
        """The head, then the features of a batch at a time."""
        head = {
            "type": "FeatureCollection",
            "conformsTo": CONFORMS,
            "title": extract.title,
            "featureType": extract.name,
            "geometryDimension": DIMENSIONS[extract.geometry_type],
            "coordRefSys": uri_of(extract.crs),
        }
        yield orjson.dumps(head)[:-1] + b',"features":[\n'
        before = b""
        for batch in extract.batches:
            if batch.num_rows:
                yield before + b",\n".join(_features(batch, extract))
                before = b",\n"
        yield b"\n]}\n"


def _features(batch: pa.RecordBatch, extract: Extract) -> list[bytes]:
    plain = code_of(extract.crs) == "OGC:CRS84"
    flipped = is_northing_first(extract.crs)
    shapes = geometries(batch, digits_of(extract.crs), flipped=flipped)
    return [
        orjson.dumps(
            {
                "type": "Feature",
                "id": row["id"],
                "time": _time(row),
                "place": None if plain else shape,
                "geometry": shape if plain else None,
                "properties": row,
            }
        )
        for row, shape in zip(properties(batch), shapes, strict=True)
    ]


def _time(row: dict[str, Any]) -> dict[str, list[str]] | None:
    """The period of a feature; None where it has no days at all.

    >>> _time({"start": "2027-01-01", "end": None}), _time({"name": "a"})
    ({'interval': ['2027-01-01', '..']}, None)
    """
    first, last = row.get("start"), row.get("end")
    if first is None and last is None:
        return None
    return {"interval": [first or "..", last or ".."]}


ENCODER = JsonFg()
