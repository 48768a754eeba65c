"""CSV: UTF-8, commas, a column of WKT."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pyarrow as pa
import shapely

from app.encoder import GEOMETRY, Extract, as_text, write_pieces


@dataclass(frozen=True)
class Csv:
    """Writes one line for every feature; the geometry stands last, as ``geometry_wkt``."""

    name: str = "csv"
    media_type: str = "text/csv"
    suffix: str = ".csv"
    lonlat: bool = False

    def write(self, path: Path, extract: Extract) -> None:
        """Write the file."""
        write_pieces(path, self.pieces(extract))

    def pieces(self, extract: Extract) -> Iterator[bytes]:
        """The head, then the lines of a batch at a time."""
        names = [name for name in extract.schema.names if name != GEOMETRY]
        yield _lines([[*names, "geometry_wkt"]])
        for batch in extract.batches:
            yield _lines(_rows(batch, names))


def _lines(rows: list[list[object]]) -> bytes:
    text = io.StringIO(newline="")
    csv.writer(text, lineterminator="\r\n").writerows(rows)
    return text.getvalue().encode()


def _rows(batch: pa.RecordBatch, names: list[str]) -> list[list[object]]:
    shapes = shapely.from_wkb(batch.column(GEOMETRY).to_numpy(zero_copy_only=False))
    texts = shapely.to_wkt(shapes, rounding_precision=-1, trim=True).tolist()
    columns = [batch.column(name).to_pylist() for name in names]
    values = [[as_text(value) for value in row] for row in zip(*columns, strict=True)]
    return [[*row, text] for row, text in zip(values, texts, strict=True)]


ENCODER = Csv()
