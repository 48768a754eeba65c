"""GeoJSON text sequences (RFC 8142): one feature a line, to be read while it arrives."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from app.encoder import Extract, write_pieces
from app.features_as_json import digits_of, features

RECORD = b"\x1e"
"""Stands before every feature, so that a reader can find its place again."""


@dataclass(frozen=True)
class GeoJsonSeq:
    """Writes a feature a line, in longitude and latitude unless another CRS is asked for."""

    name: str = "geojsonseq"
    media_type: str = "application/geo+json-seq"
    suffix: str = ".geojsons"
    lonlat: bool = True

    def write(self, path: Path, extract: Extract) -> None:
        """Write the file."""
        write_pieces(path, self.pieces(extract))

    def pieces(self, extract: Extract) -> Iterator[bytes]:
        """The lines of a batch at a time."""
        for batch in extract.batches:
            lines = features(batch, digits_of(extract.crs))
            yield b"".join(RECORD + line + b"\n" for line in lines)


ENCODER = GeoJsonSeq()
