"""CSV, TSV and other text with a separator, streamed.

Source: RFC 4180 and its habits in practice: semicolons, tabs and bars, a byte
order mark, Excel's ``sep=`` line, line ends inside quotes. Row numbers count
records: the first after the header is 1, blank ones count too. Geometry stays
in its columns, as text or numbers; the mapping finds it.
"""

from __future__ import annotations

import csv
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from io import TextIOWrapper
from itertools import chain, islice
from pathlib import Path
from typing import TextIO

import numpy as np

from spatial.errors import EmptyFile, FileTooLarge, NoHeader, UnreadableFile
from spatial.geometry_text import notation
from spatial.reader import Fault, RawBatch, RawLayer, ReadOptions
from spatial.reading import fault, header_names, named, refuse
from spatial.text_encoding import find_encoding

SEPARATORS = ",;\t|"
SNIFFED_RECORDS = 50
SNIFFED_CHARACTERS = 64 << 10
LARGEST_CELL = 64 << 20
"""Characters of a cell: a polygon of about 1.5 million vertices as WKT."""
MOST_COLUMNS = 5_000
SWALLOWED_LINES = 200
"""Line ends inside a cell from which on a quote is taken to be left open."""
STEADY = 0.8
MARKUP = (b"<", b"{")
"""What a web page or JSON begins with, often saved under the name of a table by mistake."""
CONTROL = bytes(set(range(32)) - set(b"\t\n\r\x0c\x1b\x00"))
_DATA = re.compile(
    r"^\s*(?!(?:19|20|21)\d\d\s*$)[-+]?\d+(?:[.,]\d+)?\s*$|^\s*\d+[-/.]\d+[-/.]\d+.*$|^\s*https?://"
)
"""A number that is no year, a date, an address: what no column is called."""
csv.field_size_limit(LARGEST_CELL)


@dataclass(frozen=True)
class Delimited:
    """Reader of text tables with a separator."""

    name: str = "delimited"
    extensions: tuple[str, ...] = (".csv", ".tsv", ".tab", ".txt", ".psv")

    def recognises(self, path: Path, head: bytes) -> bool:
        """Say whether the file is text with a steady number of cells, or is named as such."""
        if not _is_text(head) or head.removeprefix(b"\xef\xbb\xbf").lstrip()[:1] in MARKUP:
            return False
        if path.suffix.lower() in {".csv", ".tsv", ".psv"}:
            return True
        text = head.decode(
            "utf-16" if head[:2] in {b"\xff\xfe", b"\xfe\xff"} else "latin-1", "replace"
        )
        lines = text.splitlines()[:-1] or text.splitlines()
        return len(lines) > 1 and _separator(lines)[1] > 1

    def read(self, path: Path, options: ReadOptions) -> Iterator[RawLayer]:
        """Yield the one layer of the file.

        Raises
        ------
        EmptyFile
            There is no row of column names.
        FileTooLarge
            A line has more than 67 million characters.
        NoHeader
            The first record holds data instead of column names.
        UnreadableFile
            A quote is left open for 67 million characters, or the encoding is wrong.
        """
        encoding = find_encoding(path, options.encoding)
        separator, skipped = _sniff(path, encoding.codec)
        header = next(_records(path, encoding.codec, separator, skipped), None)
        if header is None or not any(cell.strip() for cell in header):
            refuse(EmptyFile, "The table is empty: it has no column names and no rows.")
        _check_header(header)
        columns, faults = header_names([c.replace("\0", "") for c in header], path.stem)
        records = _records(path, encoding.codec, separator, skipped, options)
        layer = RawLayer(
            name=path.stem,
            crs=None,
            columns=tuple(columns),
            batches=_batches(records, columns, options, path.stem),
            notes=[*encoding.notes, *faults],
        )
        yield from named([layer], options.layer)


READER = Delimited()


def _is_text(head: bytes) -> bool:
    """Whether the bytes look like text: few control characters, few NULs."""
    if head[:2] in {b"\xff\xfe", b"\xfe\xff"} or head.count(0) > len(head) * 3 // 10:
        return True  # UTF-16
    return bool(head) and len(head) - len(head.translate(None, CONTROL + b"\0")) <= len(head) // 20


def _sniff(path: Path, codec: str) -> tuple[str, int]:
    """Separator, and the number of lines before the header."""
    with path.open(encoding=codec, errors="replace", newline="") as stream:
        text = stream.read(SNIFFED_CHARACTERS)
    lines = text.splitlines(keepends=True)
    if lines and lines[0].lower().startswith("sep=") and len(lines[0].strip()) == len("sep=;"):
        return lines[0][4], 1
    blank = next((i for i, line in enumerate(lines) if line.strip()), 0)
    return _separator(lines[blank:])[0], blank


def _separator(lines: Sequence[str]) -> tuple[str, int]:
    """The separator that gives the steadiest table, and its number of columns.

    >>> _separator(["a;b", "1,5;2,5", "3,5;4"])
    (';', 2)
    """
    best, found = (0.0, 0), (",", 1)
    for separator in SEPARATORS:
        try:
            widths = [
                len(r) for r in islice(csv.reader(lines, delimiter=separator), SNIFFED_RECORDS)
            ]
        except csv.Error:
            continue
        width, count = Counter(w for w in widths if w).most_common(1)[0] if any(widths) else (1, 0)
        share = count / max(1, len(widths))
        if width > 1 and share >= STEADY and (round(share, 1), width) > best:
            best, found = (round(share, 1), width), (separator, width)
    return found if found[1] > 1 else _by_header(lines)


def _by_header(lines: Sequence[str]) -> tuple[str, int]:
    """The separator that splits the first line most, where no table is steady."""
    first = lines[0] if lines else ""
    counts = {s: first.count(s) for s in SEPARATORS}
    separator = max(counts, key=lambda s: counts[s])
    return separator, 1


def _check_header(header: Sequence[str]) -> None:
    """Refuse a first record that is data: numbers, dates or geometry.

    A year is a fine name for a column (costs of 2027), so four digits are not data.
    """
    filled = [cell for cell in header if cell.strip()]
    data = sum(bool(_DATA.match(cell)) or notation([cell]) in {"wkt", "geojson"} for cell in filled)
    if data * 2 >= len(filled) or any(notation([cell]) in {"wkt", "geojson"} for cell in filled):
        shown = ", ".join(cell[:20] for cell in filled[:4])
        refuse(
            NoHeader,
            f"The first row holds data ({shown} ...), not column names. "
            "Add a first row that names the columns and deliver the file again.",
        )
    if len(header) > MOST_COLUMNS:
        refuse(
            UnreadableFile,
            f"The first row has {len(header)} cells, more than {MOST_COLUMNS}. "
            "Check that every record stands on a line of its own.",
        )


def _records(
    path: Path, codec: str, separator: str, skipped: int, options: ReadOptions | None = None
) -> Iterator[list[str]]:
    """Records of the file; blank ones are empty lists."""
    told = options.on_progress if options else None
    size = max(1, path.stat().st_size)
    with (
        path.open("rb") as source,
        TextIOWrapper(source, encoding=codec, errors="replace", newline="") as stream,
    ):
        lines: Iterable[str] = islice(_lines(stream), skipped, None)
        reader = csv.reader(lines, delimiter=separator)
        try:
            for number, record in enumerate(reader):
                yield record
                if told and number % 10_000 == 0:
                    told(min(1.0, source.tell() / size))
        except csv.Error as broken:
            refuse(
                UnreadableFile,
                f"The table cannot be read past line {reader.line_num + skipped} ({broken}). "
                "A quote is probably left open there: close it, or double it inside the text.",
            )


def _lines(stream: TextIO) -> Iterator[str]:
    """Lines, none longer than the largest cell."""
    number = 0
    while line := stream.readline(LARGEST_CELL):
        number += 1
        if len(line) == LARGEST_CELL:
            refuse(
                FileTooLarge,
                f"Line {number} is longer than {LARGEST_CELL / 1e6:,.0f} million characters: a "
                "geometry of more than a million vertices, or a file without line ends. Simplify "
                "the geometry or write the file anew.",
            )
        yield line


def _batches(
    records: Iterator[list[str]], columns: list[str], options: ReadOptions, layer: str
) -> Iterator[RawBatch]:
    numbered = enumerate(islice(records, 1, None), start=1)
    while some := list(islice(numbered, options.batch_rows)):
        yield _batch(some, columns, layer)


def _batch(numbered: list[tuple[int, list[str]]], columns: list[str], layer: str) -> RawBatch:
    faults: list[Fault] = []
    rows: list[int] = []
    kept: list[list[str]] = []
    width = len(columns)
    for row, record in numbered:
        if not any(record):
            continue
        cells = record if len(record) == width else _fitted(record, width, row, layer, faults)
        cells = cells and _clear(cells, row, layer, faults)
        if cells is not None:
            rows.append(row)
            kept.append(cells)
    turned = zip(*kept, strict=True) if kept else ([] for _ in columns)
    values = {
        name: [cell or None for cell in column]
        for name, column in zip(columns, turned, strict=True)
    }
    return RawBatch(np.array(rows, dtype=np.int64), values, None, tuple(faults))


def _fitted(
    record: list[str], width: int, row: int, layer: str, faults: list[Fault]
) -> list[str] | None:
    """The record at the width of the header; ``None`` where cells are left over."""
    extra = record[width:]
    if any(cell.strip() for cell in extra):
        faults.append(fault("too-many-cells", "error", detail=len(record), row=row, layer=layer))
        return None
    if len(record) < width:
        faults.append(fault("too-few-cells", "warning", detail=len(record), row=row, layer=layer))
    return [*record[:width], *chain.from_iterable([""] for _ in range(width - len(record)))]


def _clear(cells: list[str], row: int, layer: str, faults: list[Fault]) -> list[str] | None:
    """The cells without NUL characters; ``None`` where a quote swallowed other rows."""
    if any(cell.count("\n") > SWALLOWED_LINES for cell in cells):
        faults.append(fault("quote-not-closed", "error", row=row, layer=layer))
        return None
    if any("\0" in cell for cell in cells):
        faults.append(fault("nul-bytes", "warning", row=row, layer=layer))
        return [cell.replace("\0", "") for cell in cells]
    return cells
