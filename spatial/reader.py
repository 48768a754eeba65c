"""What a reader of planned-works files is, and how one is found.

A reader turns one family of file formats into layers of raw columns: values as
the source wrote them, geometry in the source's own CRS with x before y, and
the row number a person counts in the source. It cleans nothing. One file in
``spatial/readers`` is one mechanism; every module there that has a ``READER``
is found without a list to edit.
"""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Literal, Protocol

from spatial.work import Keys, Objects

LayerKind = Literal["works", "constraints", "diversions"]


@dataclass(frozen=True, slots=True)
class Fault:
    """Something wrong with a row or a value, told so that a person can mend it.

    ``severity`` is "error" where the row is refused, "warning" where it is
    stored with a change, "note" where nothing changed. ``code`` is a stable
    identifier in kebab-case; ``reason`` and ``remedy`` are texts per language.
    """

    code: str
    severity: Literal["error", "warning", "note"]
    reason: Mapping[str, str]
    remedy: Mapping[str, str]
    layer: str | None = None
    row: int | None = None
    field: str | None = None
    value: str | None = None


@dataclass(frozen=True, slots=True)
class RawBatch:
    """Some rows of a layer, as columns.

    ``row`` holds 1-based numbers as the source counts its records (in a CSV
    the first record after the header is row 1). ``columns`` has one list per
    source column, ``None`` where empty. ``geometry`` holds shapely geometries
    or ``None``; it is ``None`` as a whole where the layer keeps its place in
    ordinary columns (text, longitude and latitude). ``faults`` are rows that
    could not be read at all.
    """

    row: Keys
    columns: Mapping[str, Sequence[object]]
    geometry: Objects | None
    faults: Sequence[Fault] = ()

    def __len__(self) -> int:
        return len(self.row)


@dataclass(frozen=True)
class RawLayer:
    """A layer of a file: its names and an iterator over its batches.

    ``crs`` is what the file itself declares ("EPSG:28992", a WKT text) or
    ``None``. ``row_count`` is known for some formats. ``mapping`` is filled by
    readers of a standard format, whose columns need no guessing: source column
    by field name. ``notes`` collects what the reader did to the layer as a
    whole and is complete once ``batches`` is exhausted; ``counts`` likewise
    (record types of a feed, for the report).
    """

    name: str
    crs: str | None
    columns: tuple[str, ...]
    batches: Iterator[RawBatch]
    row_count: int | None = None
    kind: LayerKind = "works"
    mapping: Mapping[str, str] | None = None
    notes: list[Fault] = field(default_factory=list)
    counts: dict[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class ReadOptions:
    """What the uploader said about the file, and the limits of the deployment."""

    layer: str | None = None
    encoding: str | None = None
    batch_rows: int = 5_000
    max_unpacked_bytes: int = 2_000_000_000
    max_vertices: int = 5_000_000
    on_progress: Callable[[float], None] | None = None


class Reader(Protocol):
    """One mechanism that reads one family of formats."""

    name: str
    extensions: tuple[str, ...]

    def recognises(self, path: Path, head: bytes) -> bool:
        """Say whether the content (the first 4,096 bytes, and the file) is of this family."""

    def read(self, path: Path, options: ReadOptions) -> Iterator[RawLayer]:
        """Yield the layers in file order; FileRefused where the file cannot be read."""


@cache
def readers() -> tuple[Reader, ...]:
    """All readers, in the order of their names."""
    import spatial.readers as package

    names = sorted(m.name for m in pkgutil.iter_modules(package.__path__))
    modules = [importlib.import_module(f"{package.__name__}.{name}") for name in names]
    return tuple(m.READER for m in modules if hasattr(m, "READER"))
