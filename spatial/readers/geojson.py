"""GeoJSON and GeoJSON text sequences, streamed.

Sources: RFC 7946 (GeoJSON), RFC 8142 (text sequences), the ``crs`` member of
the GeoJSON of 2008, which many Dutch exports still carry.

Memory is that of one batch: the array of features is cut into texts by
:mod:`spatial.json_items`, each text is parsed on its own, and the geometry is
built by the column. A feature that cannot be read is a fault with its number.
"""

from __future__ import annotations

import gc
import json
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import chain, islice
from pathlib import Path
from typing import Any, BinaryIO

import numpy as np
import orjson
import shapely

from spatial.errors import UnknownFormat, UnreadableFile
from spatial.geojson_geometry import GEOMETRY_TYPES, build
from spatial.json_items import Cutter, Item
from spatial.reader import Fault, RawBatch, RawLayer, ReadOptions
from spatial.reading import CRS84, fault, named, normalise_crs, objects, refuse
from spatial.work import Keys, Objects

CHUNK_BYTES = 4 << 20
HEAD_BYTES = 64 << 10
TAIL_BYTES = 8 << 10
LARGEST_HEAD_BYTES = 64 << 20
RECORD_SEPARATOR = b"\x1e"
BOM = b"\xef\xbb\xbf"
DEEPEST_COLUMN = 3
LISTS = ("features", "records")
"""Members that hold the features; ``records`` in the JSON of Opendatasoft portals."""
SINGLE_BYTES = 1 << 30
ADVICE = "Export it as GeoJSON (a FeatureCollection) and deliver it again."


@dataclass(frozen=True, slots=True)
class Outline:
    """What a file is, before its features are read.

    ``kind`` is "collection", "sequence" or "single"; ``start`` the byte where
    the features begin; ``members`` the other members of the collection.
    """

    kind: str
    start: int
    members: Mapping[str, Any] = field(default_factory=dict)


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
            outline = _outline(stream)
        yield from named([_layer(path, outline, options)], options.layer)


def _layer(path: Path, outline: Outline, options: ReadOptions) -> RawLayer:
    notes: list[Fault] = []
    name = outline.members.get("name")
    title = name if isinstance(name, str) and name else path.stem
    first, rest = _peek(_batches(path, outline, options, title))
    columns = tuple(first.columns) if first else ()
    return RawLayer(
        name=title,
        crs=_declared_crs(outline.members, notes, title),
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


# -- what the file is ------------------------------------------------------------------


def _outline(stream: BinaryIO) -> Outline:
    """Find out what the file is and where its features begin."""
    size = stream.seek(0, 2)
    wanted = HEAD_BYTES
    while True:
        stream.seek(0)
        head = stream.read(wanted)
        try:
            return _read_outline(head, stream, size)
        except IndexError:  # a member before the features is longer than the head
            if wanted >= min(size, LARGEST_HEAD_BYTES):
                refuse(UnreadableFile, f"The JSON is cut off: it ends at byte {size}. {ADVICE}")
            wanted *= 8


def _read_outline(head: bytes, stream: BinaryIO, size: int) -> Outline:
    """Read the outline from the first bytes; IndexError where they are too few."""
    # Latin-1 keeps bytes and characters in step; JSON's own marks are ASCII.
    text = head.decode("latin-1")
    at = len(BOM) if head.startswith(BOM) else 0
    if head[at : at + 1] == RECORD_SEPARATOR:
        return Outline("sequence", at)
    at = _skip(text, at)
    if text[at] == "[":
        return Outline("collection", at + 1)
    members, features_at, end = _members(text, at)
    if features_at is not None:
        members |= _members_after(stream, size)
        _check_collection(members)
        return Outline("collection", features_at, members)
    return _without_features(members, text[end:].lstrip(), at)


def _without_features(members: dict[str, Any], following: str, at: int) -> Outline:
    """Tell a sequence, a single feature and JSON that is something else apart."""
    kind = members.get("type")
    if kind == "Feature" or (isinstance(kind, str) and kind in GEOMETRY_TYPES):
        return Outline("sequence" if following[:1] in ("{", "\x1e") else "single", at, members)
    if kind == "FeatureCollection":
        refuse(UnreadableFile, f"The FeatureCollection has no list “features”. {ADVICE}")
    what = "TopoJSON" if kind == "Topology" else "JSON, but not GeoJSON"
    return refuse(UnknownFormat, f"The file is {what} (its type is {kind!r:.60}). {ADVICE}")


def _check_collection(members: Mapping[str, Any]) -> None:
    kind = members.get("type", "FeatureCollection")
    if "geometryType" in members or "spatialReference" in members:
        refuse(UnknownFormat, f"The file is Esri JSON, not GeoJSON. {ADVICE}")
    if kind != "FeatureCollection":
        refuse(
            UnknownFormat,
            f"The file has features, but its type is {kind!r:.60}, "
            f"not “FeatureCollection”. {ADVICE}",
        )


def _members(text: str, at: int) -> tuple[dict[str, Any], int | None, int]:
    """Members of the object at ``at`` up to its features: members, place of features, end."""
    decode = json.JSONDecoder(strict=False).raw_decode
    members: dict[str, Any] = {}
    at = _skip(text, at + 1)
    while text[at] != "}":
        if text[at] == ",":
            at = _skip(text, at + 1)
        try:
            key, at = decode(text, at)
            at = _skip(text, _skip(text, at) + 1)
            if key in LISTS and text[at] == "[":
                return members, at + 1, at
            members[str(key)], at = decode(text, at)
        except json.JSONDecodeError as broken:
            if broken.pos >= len(text) - HEAD_BYTES // 2 or "Unterminated" in broken.msg:
                raise IndexError from broken
            refuse(
                UnreadableFile,
                f"The JSON is broken at byte {broken.pos} of the file ({broken.msg}). {ADVICE}",
            )
        except RecursionError:
            refuse(UnreadableFile, f"The JSON is nested too deeply at byte {at}. {ADVICE}")
        at = _skip(text, at)
    return members, None, at + 1


def _skip(text: str, at: int) -> int:
    """Place of the next character that is not white space; IndexError at the end."""
    while text[at] in " \t\r\n":
        at += 1
    return at


def _members_after(stream: BinaryIO, size: int) -> dict[str, Any]:
    """Members that stand after the features, such as a late ``crs``."""
    stream.seek(max(0, size - TAIL_BYTES))
    tail = stream.read().rstrip()
    at = tail.rfind(b"]")
    while at >= 0:
        try:
            members = orjson.loads(b'{"features":[' + tail[at:])
        except orjson.JSONDecodeError:
            at = tail.rfind(b"]", 0, at)
            continue
        return {k: v for k, v in members.items() if k != "features"}
    return {}


def _declared_crs(members: Mapping[str, Any], notes: list[Fault], layer: str) -> str | None:
    """The CRS of the ``crs`` member; CRS84 where there is none (RFC 7946, section 4)."""
    if "crs" not in members:
        return CRS84
    crs = members["crs"]
    properties = crs.get("properties") if isinstance(crs, dict) else None
    if not isinstance(properties, dict):
        return None
    if isinstance(properties.get("name"), str):
        return normalise_crs(properties["name"])
    if "code" in properties:
        return normalise_crs(f"EPSG:{properties['code']}")
    notes.append(fault("crs-link", "warning", layer=layer))
    return None


# -- features --------------------------------------------------------------------------


def _batches(path: Path, outline: Outline, options: ReadOptions, layer: str) -> Iterator[RawBatch]:
    numbered = enumerate(_items(path, outline, options), start=1)
    while batch := list(islice(numbered, options.batch_rows)):
        with _without_collecting():
            parsed = _batch(batch, options, layer)
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
    longest = options.max_vertices * 100 + HEAD_BYTES
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


def _batch(numbered: list[tuple[int, Item]], options: ReadOptions, layer: str) -> RawBatch:
    """Parse a batch; what is not a feature becomes a fault."""
    faults: list[Fault] = []
    rows: list[int] = []
    features: list[dict[str, Any]] = []
    for row, item in numbered:
        feature = _feature(row, item, options, layer, faults)
        if feature is not None:
            rows.append(row)
            features.append(feature)
    shapes, keep = _geometry([f.get("geometry") for f in features], rows, options, layer, faults)
    kept = np.flatnonzero(keep)
    columns = _columns([features[i] for i in kept])
    return RawBatch(_keys(rows)[kept], columns, shapes[kept], tuple(faults))


def _keys(rows: list[int]) -> Keys:
    return np.array(rows, dtype=np.int64)


def _feature(
    row: int, item: Item, options: ReadOptions, layer: str, faults: list[Fault]
) -> dict[str, Any] | None:
    """One parsed feature with its properties; ``None`` and a fault where it is none."""
    if item.text is None:
        many = fault(
            "too-many-vertices", "error", detail=options.max_vertices, row=row, layer=layer
        )
        faults.append(many)
        return None
    try:
        value = _parse(item, row, layer, faults)
    except (ValueError, RecursionError) as broken:
        faults.append(
            fault("feature-not-json", "error", detail=str(broken)[:120], row=row, layer=layer)
        )
        return None
    return _checked(value, row, layer, faults)


def _parse(item: Item, row: int, layer: str, faults: list[Fault]) -> Any:
    """Parse a text; one that is not UTF-8 is read as Windows-1252 and told of."""
    text = item.text or b""
    try:
        return orjson.loads(text)
    except orjson.JSONDecodeError:
        pass
    try:
        return json.loads(text)  # NaN, lone surrogates: refused by orjson, read by Python
    except UnicodeDecodeError as wrong:
        place = item.offset + wrong.start
    value = json.loads(text.decode("cp1252", errors="replace"))
    faults.append(fault("not-utf8", "warning", detail=place, row=row, layer=layer))
    return value


def _checked(value: Any, row: int, layer: str, faults: list[Fault]) -> dict[str, Any] | None:
    """The value, if it is a feature; a bare geometry becomes one."""
    kind = value.get("type") if isinstance(value, dict) else None
    if kind == "Feature":
        properties = value.get("properties")
        if properties is None or isinstance(properties, dict):
            return dict(value)
        detail = f"properties is {_kind_of(properties)}"
    elif kind is None and isinstance(value, dict) and isinstance(value.get("fields"), dict):
        return {
            "id": value.get("recordid"),
            "properties": value["fields"],
            "geometry": value.get("geometry"),
        }
    elif isinstance(kind, str) and kind in GEOMETRY_TYPES:
        faults.append(fault("feature-bare-geometry", "warning", row=row, layer=layer))
        return {"geometry": value}
    else:
        detail = f"type is {kind!r:.40}" if isinstance(value, dict) else _kind_of(value)
    faults.append(fault("feature-structure", "error", detail=detail, row=row, layer=layer))
    return None


def _kind_of(value: Any) -> str:
    """Name the kind of a JSON value.

    >>> _kind_of(None), _kind_of([1]), _kind_of(2.5)
    ('null', 'a list', 'a number')
    """
    kinds = {type(None): "null", list: "a list", dict: "an object", str: "text", bool: "a boolean"}
    return kinds.get(type(value), "a number")


def _geometry(
    geometries: list[Any], rows: list[int], options: ReadOptions, layer: str, faults: list[Fault]
) -> tuple[Objects, Any]:
    """Build the geometries; the mask says which rows are kept."""
    shapes, flaws = build(geometries)
    keep = np.ones(len(rows), dtype=np.bool_)
    for flaw in flaws:
        keep[flaw.position] &= flaw.kept
        severity = "warning" if flaw.kept else "error"
        faults.append(
            fault(
                flaw.code,
                severity,  # type: ignore[arg-type]  # one of two literals, by the line above
                detail=flaw.detail,
                row=rows[flaw.position],
                field="geometry",
                layer=layer,
            )
        )
    for position in np.flatnonzero(shapely.get_num_coordinates(shapes) > options.max_vertices):
        keep[position] = False
        faults.append(
            fault(
                "too-many-vertices",
                "error",
                detail=options.max_vertices,
                row=rows[position],
                field="geometry",
                layer=layer,
            )
        )
    return shapes, keep


def _columns(features: list[dict[str, Any]]) -> dict[str, list[object]]:
    """Properties as columns, nested objects as ``outer.inner``, and the feature's id."""
    rows = [f.get("properties") or {} for f in features]
    if any(isinstance(v, dict) for row in rows for v in row.values()):
        rows = [dict(_flat(row, "", DEEPEST_COLUMN)) for row in rows]
    names = dict.fromkeys(chain.from_iterable(rows))
    columns: dict[str, list[object]] = {name: [row.get(name) for row in rows] for name in names}
    ids = [f.get("id") for f in features]
    if "id" not in columns and any(i is not None for i in ids):
        columns = {"id": objects(ids).tolist(), **columns}
    return columns


def _flat(values: Mapping[str, Any], prefix: str, depth: int) -> Iterator[tuple[str, Any]]:
    """Members of nested objects by dotted name; a geometry inside stays whole."""
    for name, value in values.items():
        nested = isinstance(value, dict) and value and "coordinates" not in value
        if nested and depth > 1:
            yield from _flat(value, f"{prefix}{name}.", depth - 1)
        else:
            yield prefix + name, value


READER = GeoJson()
