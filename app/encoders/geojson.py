"""GeoJSON (RFC 7946): longitude and latitude, 7 digits; another CRS is named in ``crs``."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import orjson

from app.encoder import Extract, write_pieces
from app.features_as_json import digits_of, features
from spatial.crs import code_of


@dataclass(frozen=True)
class GeoJson:
    """Writes a FeatureCollection, a batch at a time."""

    name: str = "geojson"
    media_type: str = "application/geo+json"
    suffix: str = ".geojson"
    lonlat: bool = True

    def write(self, path: Path, extract: Extract) -> None:
        """Write the file."""
        write_pieces(path, self.pieces(extract))

    def pieces(self, extract: Extract) -> Iterator[bytes]:
        """The head, then the features of a batch at a time."""
        head = b'{"type":"FeatureCollection","name":' + orjson.dumps(extract.name)
        yield head + _crs_member(extract) + b',"features":[\n'
        before = b""
        for batch in extract.batches:
            if batch.num_rows:
                yield before + b",\n".join(features(batch, digits_of(extract.crs)))
                before = b",\n"
        yield b"\n]}\n"


def _crs_member(extract: Extract) -> bytes:
    code = code_of(extract.crs)
    if code in {"OGC:CRS84", "EPSG:4326", None}:
        return b""
    name = "urn:ogc:def:crs:" + str(code).replace(":", "::")
    return b',"crs":' + orjson.dumps({"type": "name", "properties": {"name": name}})


ENCODER = GeoJson()
