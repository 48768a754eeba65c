"""CSV: UTF-8, commas, a column of WKT."""

from __future__ import annotations

import csv
from dataclasses import dataclass
from pathlib import Path

import pyarrow as pa
import shapely

from app.encoder import GEOMETRY, Extract, as_text


@dataclass(frozen=True)
class Csv:
    """Writes one line for every feature; the geometry stands last, as ``geometry_wkt``."""

    suffix: str = ".csv"
    lonlat: bool = False

    def write(self, path: Path, extract: Extract) -> None:
        """Write the file."""
        names = [name for name in extract.schema.names if name != GEOMETRY]
        with path.open("w", encoding="utf-8", newline="") as file:
            writer = csv.writer(file, lineterminator="\r\n")
            writer.writerow([*names, "geometry_wkt"])
            for batch in extract.batches:
                writer.writerows(_rows(batch, names))


def _rows(batch: pa.RecordBatch, names: list[str]) -> list[list[object]]:
    shapes = shapely.from_wkb(batch.column(GEOMETRY).to_numpy(zero_copy_only=False))
    texts = shapely.to_wkt(shapes, rounding_precision=-1, trim=True).tolist()
    columns = [batch.column(name).to_pylist() for name in names]
    values = [[as_text(value) for value in row] for row in zip(*columns, strict=True)]
    return [[*row, text] for row, text in zip(values, texts, strict=True)]


ENCODER = Csv()
