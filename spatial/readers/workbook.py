"""Excel workbooks (XLSX): each sheet with a table is a layer.

Rows carry the number that stands at their left in Excel. Formulas give the
value Excel last computed. The header is the first row that names about as many
columns as the rows below it have; what stands above is a title.
"""

from __future__ import annotations

import re
import warnings
import zipfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, time
from itertools import islice
from pathlib import Path
from typing import Any

import numpy as np
from openpyxl import load_workbook
from openpyxl.utils.exceptions import InvalidFileException

from spatial.archive import members
from spatial.errors import EmptyFile, UnreadableFile
from spatial.reader import Fault, RawBatch, RawLayer, ReadOptions
from spatial.reading import fault, header_names, named, refuse

HEADER_ROWS = 25
EMPTY_ROWS = 2_000
"""Empty rows in a row after which a sheet is taken to have ended."""
MOST_COLUMNS = 2_000
ENOUGH = 0.5
ERRORS = frozenset({"#REF!", "#N/A", "#VALUE!", "#NAME?", "#DIV/0!", "#NUM!", "#NULL!"})
MIDNIGHT = time()
Row = tuple[int, tuple[Any, ...]]


@dataclass(frozen=True)
class Workbook:
    """Reader of XLSX and XLSM."""

    name: str = "workbook"
    extensions: tuple[str, ...] = (".xlsx", ".xlsm")

    def recognises(self, path: Path, head: bytes) -> bool:
        """Say whether the file is a zip with a workbook in it."""
        if not head.startswith(b"PK"):
            return False
        try:
            with zipfile.ZipFile(path) as archive:
                return "xl/workbook.xml" in archive.namelist()
        except (zipfile.BadZipFile, OSError, ValueError):
            return False

    def read(self, path: Path, options: ReadOptions) -> Iterator[RawLayer]:
        """Yield the visible sheets that hold a table.

        Raises
        ------
        UnreadableFile
            The workbook is damaged or has a password.
        EmptyFile
            No sheet has a header and rows.
        FileTooLarge
            It unpacks to more than is allowed.
        """
        members(path, options.max_unpacked_bytes)
        sheets = _sheets(path)
        found = False
        for layer in named(_layers(path, sheets, options), options.layer):
            found = True
            yield layer
        if not found:
            refuse(EmptyFile, "No sheet of the workbook has a row of column names with rows below.")


READER = Workbook()


@contextmanager
def _quiet() -> Iterator[None]:
    """Without what openpyxl says of styles and odd dates.

    Held only while something runs to its end, never across a ``yield`` of rows:
    the filters belong to the whole process.
    """
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", UserWarning)
        yield


@contextmanager
def _opened(path: Path) -> Iterator[Any]:
    """The workbook, to be read row by row."""
    with path.open("rb") as stream:
        try:
            with _quiet():
                book = load_workbook(stream, read_only=True, data_only=True, keep_links=False)
        except (
            InvalidFileException, zipfile.BadZipFile, KeyError, ValueError, TypeError, OSError,
            SyntaxError, AttributeError, IndexError,
        ) as broken:  # fmt: skip  # openpyxl fails in as many ways as a workbook can be wrong
            refuse(
                UnreadableFile,
                f"The workbook cannot be read ({str(broken)[:200]}). Open it in Excel, save it as "
                ".xlsx without a password and deliver that.",
            )
        try:
            yield book
        finally:
            book.close()


def _sheets(path: Path) -> list[str]:
    with _opened(path) as book:
        return [s.title for s in book.worksheets if s.sheet_state == "visible"]


def _layers(path: Path, sheets: list[str], options: ReadOptions) -> Iterator[RawLayer]:
    for sheet in sheets:
        rows = _rows(path, sheet, [])
        with _quiet():
            top = list(islice(rows, HEADER_ROWS))
        rows.close()
        header = find_header(top)
        if header is not None:
            yield _layer(path, sheet, top[header], options, skipped=header > 0)


def _layer(path: Path, sheet: str, header: Row, options: ReadOptions, *, skipped: bool) -> RawLayer:
    number, cells = header
    width = max(i for i, cell in enumerate(cells, start=1) if _text(cell))
    names, notes = header_names([_text(c) for c in cells[:width]], sheet)
    if skipped:
        notes.append(fault("rows-above-header", "note", detail=number, layer=sheet))
    return RawLayer(
        name=sheet,
        crs=None,
        columns=tuple(names),
        batches=_batches(_rows(path, sheet, notes), number, names, options),
        notes=notes,
    )


def find_header(rows: Sequence[Row]) -> int | None:
    """Position of the header among the first rows; ``None`` where there is no table.

    >>> find_header([(1, ("Planned works 2027", None)), (3, ("id", "street")), (4, (7, "Main"))])
    1
    """
    filled = [sum(bool(_text(c)) for c in cells) for _, cells in rows]
    for position, (_, cells) in enumerate(rows[:-1]):
        below = max(filled[position + 1 :])
        words = sum(isinstance(c, str) and not _number(c) and bool(_text(c)) for c in cells)
        enough = filled[position] > 1 or max(filled) == 1
        if enough and below and filled[position] >= ENOUGH * below and words * 2 > filled[position]:
            return position
    return None


def _number(text: str) -> bool:
    return re.fullmatch(r"\s*[-+]?[\d.,]+\s*", text) is not None


def _text(cell: object) -> str:
    return "" if cell is None else str(cell).strip()


def _rows(path: Path, sheet: str, notes: list[Fault]) -> Any:
    """Rows with their numbers, empty ones left out, up to the last that holds anything."""
    last = 0
    try:
        with _opened(path) as book:
            table = book[sheet]
            # The size a sheet states may be wrong either way; the rows themselves tell.
            table.reset_dimensions()
            for number, cells in enumerate(table.iter_rows(values_only=True), start=1):
                if any(c is not None and c != "" for c in cells):
                    last = number
                    yield number, cells[:MOST_COLUMNS]
                elif number - last > EMPTY_ROWS:
                    notes.append(fault("sheet-ended-early", "warning", detail=last, layer=sheet))
                    return
    except (ValueError, KeyError, TypeError, SyntaxError, zipfile.BadZipFile, OSError) as broken:
        refuse(
            UnreadableFile,
            f"Sheet “{sheet}” cannot be read past row {last} ({str(broken)[:200]}). "
            "Open the workbook in Excel, save it again and deliver that.",
        )


def _batches(
    rows: Iterator[Row], header: int, names: list[str], options: ReadOptions
) -> Iterator[RawBatch]:
    below = (row for row in rows if row[0] > header)
    while some := _taken(below, options.batch_rows):
        yield _batch(some, names)
    if options.on_progress:
        options.on_progress(1.0)


def _taken(rows: Iterator[Row], count: int) -> list[Row]:
    with _quiet():
        return list(islice(rows, count))


def _batch(rows: list[Row], names: list[str]) -> RawBatch:
    width = len(names)
    cells = [(*values[:width], *(None,) * (width - len(values))) for _, values in rows]
    columns: dict[str, list[object]] = {
        name: [_value(cell) for cell in column]
        for name, column in zip(names, zip(*cells, strict=True), strict=True)
    }
    return RawBatch(np.array([number for number, _ in rows], dtype=np.int64), columns, None)


def _value(cell: object) -> object:
    """A cell as Python has it: a date where Excel keeps midnight, ``None`` for errors.

    >>> _value(datetime(2027, 3, 1)), _value("#N/A"), _value(" x ")
    (datetime.date(2027, 3, 1), None, ' x ')
    """
    if isinstance(cell, datetime):
        return cell.date() if cell.time() == MIDNIGHT else cell
    if isinstance(cell, str) and (not cell.strip() or cell in ERRORS):
        return None
    return cell
