"""XLSX: one sheet, real dates, a column of WKT.

A cell holds 32,767 characters: a longer geometry is left out, and the column
beside it says how long it was. Text is always written as text, so that a title
that starts with "=" is no formula.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pyarrow as pa
import shapely
from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE
from openpyxl.styles import Font

from app.encoder import GEOMETRY, ExportRefused, Extract, as_text

CELL_CHARACTERS = 32_767
SHEET_ROWS = 1_048_576


@dataclass(frozen=True)
class Xlsx:
    """Writes a workbook row by row."""

    name: str = "xlsx"
    media_type: str = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
    suffix: str = ".xlsx"
    lonlat: bool = False

    def write(self, path: Path, extract: Extract) -> None:
        """Write the file; ``ExportRefused`` where a sheet cannot hold the rows."""
        book = Workbook(write_only=True)
        sheet = book.create_sheet(extract.name[:31])
        sheet.freeze_panes = "A2"
        names = [name for name in extract.schema.names if name != GEOMETRY]
        sheet.append([_head(sheet, name) for name in (*names, "geometry_wkt", "geometry_note")])
        written = 1
        for batch in extract.batches:
            written += batch.num_rows
            if written > SHEET_ROWS:
                msg = f"A sheet holds {SHEET_ROWS:,} rows and the layer has more: take .gpkg."
                raise ExportRefused(msg)
            for row in _rows(batch, names):
                sheet.append([_cell(sheet, value) for value in row])
        book.save(path)


def _rows(batch: pa.RecordBatch, names: list[str]) -> Iterator[list[Any]]:
    shapes = shapely.from_wkb(batch.column(GEOMETRY).to_numpy(zero_copy_only=False))
    texts = shapely.to_wkt(shapes, rounding_precision=-1, trim=True).tolist()
    columns = [batch.column(name).to_pylist() for name in names]
    for values, text in zip(zip(*columns, strict=True), texts, strict=True):
        fits = len(text) <= CELL_CHARACTERS
        note = None if fits else f"{len(text)} characters do not fit in a cell"
        yield [*values, text if fits else None, note]


def _head(sheet: Any, name: str) -> Any:
    cell = WriteOnlyCell(sheet, name)
    cell.font = Font(bold=True)
    return cell


def _cell(sheet: Any, value: Any) -> Any:
    if hasattr(value, "hour"):  # a workbook knows no time zone
        value = as_text(value)
    if not isinstance(value, str):
        return value
    cell = WriteOnlyCell(sheet, ILLEGAL_CHARACTERS_RE.sub("", value))
    cell.data_type = "s"
    return cell


ENCODER = Xlsx()
