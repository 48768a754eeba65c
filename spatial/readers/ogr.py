"""GeoPackage, Shapefile, FlatGeobuf, KML, GML, MapInfo and file geodatabases, by GDAL.

GDAL runs in a process of its own (:mod:`spatial.ogr_child`) that knows only
the one driver the content calls for (:mod:`spatial.ogr_drivers`), and is
stopped with the reading. What it says in warnings becomes notes of the layer.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from xml.parsers import expat

import numpy as np
import pyarrow as pa
import pyproj
import shapely

from spatial.dbf_encoding import find_dbf_encoding
from spatial.errors import EmptyFile, FileRefused, UnreadableFile, UnsafeFile
from spatial.ogr_drivers import EXTENSIONS, Driver, driver_of
from spatial.ogr_process import ADVICE, KEY, PLACE, Child, arrow_stream
from spatial.reader import Fault, RawBatch, RawLayer, ReadOptions
from spatial.reading import fault, named, normalise_crs, objects, refuse
from spatial.work import Objects

HEAD_BYTES = 4096
GML_SAMPLE_BYTES = 1 << 20
SRS_NAME = re.compile(rb"""srsName\s*=\s*["']([^"']{1,200})["']""")


@dataclass(frozen=True)
class Ogr:
    """Reader of the formats of the allow-list."""

    name: str = "ogr"
    extensions: tuple[str, ...] = EXTENSIONS

    def recognises(self, path: Path, head: bytes) -> bool:
        """Say whether the content is of one of the drivers."""
        return driver_of(path, head) is not None

    def extensions_of(self, path: Path, head: bytes) -> tuple[str, ...]:
        """Return the extensions of the driver of this file."""
        driver = driver_of(path, head)
        return driver.extensions if driver else self.extensions

    def read(self, path: Path, options: ReadOptions) -> Iterator[RawLayer]:
        """Yield the layers in the order of the file.

        Raises
        ------
        UnreadableFile
            GDAL cannot make sense of it, or a file that belongs to it is missing.
        UnsafeFile
            XML with a document type, which could refer to other files.
        """
        with (path / "gdb").open("rb") if path.is_dir() else path.open("rb") as stream:
            head = stream.read(HEAD_BYTES)
        driver = driver_of(path, head)
        if driver is None:
            refuse(UnreadableFile, f"The content is of no format that is read here. {ADVICE}")
        _check_companions(path, driver)
        if driver.gdal[0] in {"LIBKML", "GML", "LVBAG"}:
            refuse_document_type(path)
        source = _Source(path, driver, options)
        yield from named(_layers(source), options.layer)


READER = Ogr()


def _check_companions(path: Path, driver: Driver) -> None:
    """Refuse a file without the files it cannot do without."""
    here = {p.suffix.lower() for p in path.parent.iterdir() if p.stem == path.stem}
    missing = [suffix for suffix in driver.needed if suffix not in here]
    if missing:
        refuse(
            UnreadableFile,
            f"A {driver.title} is several files, and {' and '.join(missing)} of "
            f"{path.stem!r} is missing. Put all of them in one zip and deliver that.",
        )


class _RootFoundError(Exception):
    """The root element begins: what may come before it has come."""


def refuse_document_type(path: Path) -> None:
    """Refuse XML with a DOCTYPE: entities in it may name files, or grow without end.

    Raises
    ------
    UnsafeFile, UnreadableFile
        It has one; it is not XML.
    """
    parser = expat.ParserCreate()

    def document_type(*_: object) -> None:
        refuse(UnsafeFile, "The XML has a document type (DOCTYPE). Export it without one.")

    def root(*_: object) -> None:
        raise _RootFoundError

    parser.StartDoctypeDeclHandler = document_type
    parser.StartElementHandler = root
    try:
        with path.open("rb") as stream:
            parser.ParseFile(stream)
    except _RootFoundError:
        return
    except expat.ExpatError as broken:
        refuse(UnreadableFile, f"The XML is broken ({broken}). {ADVICE}")


@dataclass(eq=False)
class _Source:
    """A file with its driver and the children that are idle."""

    path: Path
    driver: Driver
    options: ReadOptions
    idle: list[Child] = field(default_factory=list)
    total: int = 0
    read: int = 0

    def tell(self, rows: int) -> None:
        """Tell the progress over all layers, where the format knows their sizes."""
        self.read += rows
        if self.options.on_progress and self.total > 0:
            self.options.on_progress(min(1.0, self.read / self.total))

    def child(self) -> Child:
        """An idle child, or a new one."""
        return self.idle.pop() if self.idle else Child.start(self.driver)


# -- layers ----------------------------------------------------------------------------


def _layers(source: _Source) -> Iterator[RawLayer]:
    child = source.child()
    child.ask(_request(source, "describe"))
    answer = child.answer()
    source.idle.append(child)
    if "error" in answer:
        _refuse_gdal(answer["error"], source)
    notes = _warnings(answer, None)
    readable = [told for told in answer["layers"] if "error" not in told]
    for told in answer["layers"]:
        if "error" in told:
            detail = _clean(told["error"], source)
            notes.append(fault("layer-unreadable", "error", detail=detail, layer=told["name"]))
    if not readable:
        _refuse_gdal("; ".join(n.reason["en"] for n in notes) or "it holds no layers", source)
    chosen = _with_place(readable, source.options.layer, notes)
    wanted = [t["rows"] for t in chosen if source.options.layer in {None, t["name"]}]
    source.total = sum(wanted) if min(wanted, default=-1) >= 0 else 0
    for told in chosen:
        yield _layer(source, told, notes)
        notes = []


def _with_place(
    layers: list[dict[str, Any]], wanted: str | None, notes: list[Fault]
) -> list[dict[str, Any]]:
    """The layers that have geometry; tables without are left out beside them unless asked for."""
    chosen = [told for told in layers if told["spatial"] or told["name"] == wanted]
    if not chosen:
        return layers
    left = [told["name"] for told in layers if told not in chosen]
    notes += [fault("table-skipped", "note", detail=name) for name in left]
    return chosen


def _request(source: _Source, verb: str, **more: object) -> dict[str, object]:
    options = dict(source.driver.options)
    return {"verb": verb, "path": str(source.path.resolve()), "options": options, **more}


def _layer(source: _Source, told: dict[str, Any], before: list[Fault]) -> RawLayer:
    name = told["name"]
    notes = list(before)
    encoding = source.options.encoding
    if source.driver.declares_encoding and encoding is None:
        encoding, found = find_dbf_encoding(source.path.with_suffix(".dbf"), name)
        notes += found
    crs = source.driver.crs or (normalise_crs(told["crs"]) if told["crs"] else None)
    if crs is None and source.driver.gdal == ("GML",):
        crs = crs_of_gml(source.path)
    columns = [*_fid_columns(told), *told["columns"]]
    columns = [c for c in columns if c not in source.driver.noise]
    return RawLayer(
        name=name,
        crs=crs,
        columns=tuple(columns),
        batches=_batches(source, told, encoding, notes),
        row_count=told["rows"] if told["rows"] >= 0 else None,
        notes=notes,
    )


def crs_of_gml(path: Path) -> str | None:
    """The one projected CRS that the beginning of a GML file names, or ``None``.

    GDAL gives none where some geometries of a layer leave ``srsName`` out. A
    system in degrees is not taken over: which of its numbers is x is then open.
    """
    with path.open("rb") as stream:
        beginning = stream.read(GML_SAMPLE_BYTES)
    names = {name.decode("ascii", "replace") for name in SRS_NAME.findall(beginning)}
    declared = {normalise_crs(name) for name in names}
    if len(declared) != 1:
        return None
    (crs,) = declared
    try:
        return crs if pyproj.CRS.from_user_input(crs).is_projected else None
    except pyproj.exceptions.CRSError:
        return None


def _fid_columns(told: dict[str, Any]) -> list[str]:
    """The feature id, where the format stores it under a name of its own."""
    return [told["fid"]] if told["fid"] and told["fid"] not in told["columns"] else []


def _batches(
    source: _Source, told: dict[str, Any], encoding: str | None, notes: list[Fault]
) -> Iterator[RawBatch]:
    child = source.child()
    rows = source.options.batch_rows
    child.ask(
        _request(
            source,
            "read",
            layer=told["name"],
            encoding=encoding,
            batch_rows=rows,
            by_id=source.driver.by_id,
            max_vertices=source.options.max_vertices,
        )
    )
    read = 0
    for batch in arrow_stream(child):
        yield _batch(batch, read, source, told)
        read += batch.num_rows
        source.tell(batch.num_rows)
    answer = child.answer()
    if "error" in answer:
        _refuse_gdal(f"after row {read}: {answer['error']}", source)
    notes += _warnings(answer, told["name"])
    source.idle.append(child)


def _batch(batch: Any, before: int, source: _Source, told: dict[str, Any]) -> RawBatch:
    """Columns of Arrow to lists; what is no geometry to faults."""
    rows = np.arange(before + 1, before + batch.num_rows + 1, dtype=np.int64)
    columns: dict[str, list[object]] = {}
    if _fid_columns(told):
        columns[told["fid"]] = batch.column(0).to_pylist()
    for i, schema_field in enumerate(batch.schema):
        if schema_field.name not in {KEY, PLACE, *source.driver.noise}:
            values = batch.column(i).to_pylist()
            if pa.types.is_string(schema_field.type) or pa.types.is_large_string(schema_field.type):
                values = [text or None for text in values]  # MapInfo and DBF know no null text
            columns[schema_field.name] = values
    if not told["spatial"] or batch.schema.names[-1] != PLACE:
        return RawBatch(rows, columns, None)
    wkb = objects(batch.column(batch.num_columns - 1).to_pylist())
    shapes, keep, faults = decode(wkb, rows, source.options.max_vertices, told["name"])
    kept = np.flatnonzero(keep)
    if len(kept) < len(rows):
        columns = {name: [values[i] for i in kept] for name, values in columns.items()}
    return RawBatch(rows[kept], columns, shapes[kept], tuple(faults))


def decode(
    wkb: Objects, rows: Any, max_vertices: int, layer: str
) -> tuple[Objects, Any, list[Fault]]:
    """Decode WKB; rows whose geometry cannot be read or is too large are faults.

    The child sends empty bytes in place of what is larger than allowed.
    """
    lengths = np.array([-1 if w is None else len(w) for w in wkb])
    large = lengths == 0
    shapes = np.full(len(wkb), None, dtype=object)
    shapes[~large] = shapely.from_wkb(wkb[~large], on_invalid="ignore")
    large |= shapely.get_num_coordinates(shapes) > max_vertices
    broken = shapely.is_missing(shapes) & (lengths > 0) & ~large
    faults = [
        fault(code, "error", detail=detail, row=int(rows[i]), field="geometry", layer=layer)
        for mask, code, detail in (
            (large, "too-many-vertices", max_vertices),
            (broken, "geometry-structure", "its bytes are no geometry"),
        )
        for i in np.flatnonzero(mask)
    ]
    return shapes, ~(large | broken), faults


def _clean(text: str, source: _Source) -> str:
    """A message of GDAL without the path of our folder."""
    folder = str(source.path.resolve().parent)
    return " ".join(text.replace(folder + "/", "").split()).rstrip(".")[:300]


def _warnings(answer: dict[str, Any], layer: str | None) -> list[Fault]:
    """What GDAL warned of, as notes; that M values are dropped is no news."""
    return [
        fault("source-warning", "warning", detail=" ".join(text.split())[:300], layer=layer)
        for text in answer.get("warnings", ())
        if not text.startswith("Measured (M)")
    ]


def _refuse_gdal(text: str, source: _Source) -> None:
    kind: type[FileRefused] = EmptyFile if "holds no layers" in text else UnreadableFile
    title = source.driver.title
    refuse(kind, f"The {title} cannot be read: {_clean(text, source)}. {ADVICE}")
