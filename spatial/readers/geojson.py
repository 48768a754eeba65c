"""GeoJSON and GeoJSON text sequences, streamed.

Sources: RFC 7946 (GeoJSON), RFC 8142 (text sequences), the ``crs`` member of
the GeoJSON of 2008, which many Dutch exports still carry.

Memory is that of one batch: the array of features is cut into texts by
:mod:`spatial.json_items`, each text is parsed on its own, and the geometry is
built by the column. A feature that cannot be read is a fault with its number.
"""

from __future__ import annotations

import gc
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import chain, islice
from pathlib import Path
from typing import Any, BinaryIO

from spatial.errors import UnreadableFile
from spatial.geojson_features import parse_features
from spatial.geojson_outline import BOM, RECORD_SEPARATOR, Outline, declared_crs, find_outline
from spatial.json_items import Cutter, Item
from spatial.reader import Fault, RawBatch, RawLayer, ReadOptions
from spatial.reading import fault, named, refuse

CHUNK_BYTES = 4 << 20
SLACK_BYTES = 64 << 10
SINGLE_BYTES = 1 << 30


@dataclass(frozen=True)
class GeoJson:
    """Reader of GeoJSON: FeatureCollection, Feature, bare geometry, sequences."""

    name: str = "geojson"
    extensions: tuple[str, ...] = (
        ".geojson",
        ".json",
        ".geojsonl",
        ".geojsons",
        ".ndjson",
        ".jsonl",
    )

    def recognises(self, path: Path, head: bytes) -> bool:
        """Say whether the file begins as a JSON object, array or text sequence."""
        del path
        text = head.removeprefix(BOM).lstrip(b" \t\r\n" + RECORD_SEPARATOR)
        return text[:1] == b"{" or (text[:1] == b"[" and text[1:].lstrip()[:1] in (b"{", b"]"))

    def read(self, path: Path, options: ReadOptions) -> Iterator[RawLayer]:
        """Yield the one layer of the file.

        Raises
        ------
        UnknownFormat
            JSON that is not GeoJSON (TopoJSON, Esri JSON, any other object).
        UnreadableFile
            JSON that is broken or cut off outside a feature.
        """
        with path.open("rb") as stream:
            outline = find_outline(stream)
        yield from named([_layer(path, outline, options)], options.layer)


def _layer(path: Path, outline: Outline, options: ReadOptions) -> RawLayer:
    notes: list[Fault] = []
    name = outline.members.get("name")
    title = name if isinstance(name, str) and name else path.stem
    first, rest = _peek(_batches(path, outline, options, title))
    columns = tuple(first.columns) if first else ()
    return RawLayer(
        name=title,
        crs=declared_crs(outline.members, notes, title),
        columns=columns,
        batches=_watched(rest, columns, notes, title),
        notes=notes,
    )


def _peek(batches: Iterator[RawBatch]) -> tuple[RawBatch | None, Iterator[RawBatch]]:
    """Read the first batch ahead: the columns are only known from the features."""
    first = next(batches, None)
    return first, chain([] if first is None else [first], batches)


def _watched(
    batches: Iterable[RawBatch], columns: tuple[str, ...], notes: list[Fault], layer: str
) -> Iterator[RawBatch]:
    """Pass batches on and note columns that the first batch did not have."""
    late: dict[str, None] = {}
    for batch in batches:
        late |= dict.fromkeys(c for c in batch.columns if c not in columns)
        yield batch
    if late:
        notes.append(fault("late-columns", "warning", detail=", ".join(late), layer=layer))


def _batches(path: Path, outline: Outline, options: ReadOptions, layer: str) -> Iterator[RawBatch]:
    numbered = enumerate(_items(path, outline, options), start=1)
    while batch := list(islice(numbered, options.batch_rows)):
        with _without_collecting():
            parsed = parse_features(batch, options, layer)
        yield parsed


@contextmanager
def _without_collecting() -> Iterator[None]:
    """Pause the garbage collector: a batch makes a list per vertex, none of them in a cycle.

    Searching those for cycles costs a third of the reading.
    """
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()


def _items(path: Path, outline: Outline, options: ReadOptions) -> Iterator[Item]:
    """Texts of the features."""
    size = max(1, path.stat().st_size)
    told = options.on_progress or (lambda _: None)
    with path.open("rb") as stream:
        stream.seek(outline.start)
        if outline.kind == "single":
            yield Item(stream.read(SINGLE_BYTES), outline.start)
        elif outline.kind == "sequence":
            yield from _records(stream, outline.start, options, lambda at: told(at / size))
        else:
            yield from _elements(stream, outline.start, options, lambda at: told(at / size))
    told(1.0)


def _elements(stream: BinaryIO, start: int, options: ReadOptions, told: Any) -> Iterator[Item]:
    """Elements of the array of features."""
    # A polygon has a bracket for each vertex, ring and part.
    cutter = Cutter(offset=start, most_brackets=options.max_vertices * 3 // 2 + 100)
    while chunk := stream.read(CHUNK_BYTES):
        yield from cutter.feed(chunk)
        if cutter.done:
            return
        told(cutter.offset)
    refuse(
        UnreadableFile,
        f"The file is cut off: it ends at byte {cutter.offset} within its features. "
        "Deliver the whole file.",
    )


def _records(stream: BinaryIO, start: int, options: ReadOptions, told: Any) -> Iterator[Item]:
    """Records of a text sequence: split at record separators, else at line ends."""
    longest = options.max_vertices * 100 + SLACK_BYTES
    separated = stream.peek(1)[:1] == RECORD_SEPARATOR if hasattr(stream, "peek") else False
    lines = _split(stream, longest) if separated else iter(lambda: stream.readline(longest), b"")
    at = start
    for line in lines:
        text = line.strip(b" \t\r\n" + RECORD_SEPARATOR)
        if text:
            yield Item(text if len(line) < longest else None, at)
        at += len(line)
        told(at)


def _split(stream: BinaryIO, longest: int) -> Iterator[bytes]:
    """Pieces of the stream between record separators, none longer than ``longest``."""
    held = b""
    while chunk := stream.read(CHUNK_BYTES):
        *whole, held = (held + chunk).split(RECORD_SEPARATOR)
        yield from (piece + RECORD_SEPARATOR for piece in whole)
        if len(held) > longest:
            yield held
            held = b""
    yield held


READER = GeoJson()
