"""From a file to rows in the storage CRS, with every fault in the report."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from itertools import chain
from pathlib import Path

import numpy as np
import shapely

from app.projects.shapes import objects
from app.settings import Settings
from app.uploads import faults
from app.uploads.options import UploadOptions
from app.uploads.report import Report
from app.uploads.rows import Rows, concatenate, rows_of
from app.uploads.zones import KIND_COLUMNS
from spatial.crs import CrsDecision, decide, far_outside, name_of, region_of
from spatial.errors import NoGeometry
from spatial.fields import MappedBatch
from spatial.geometry import clean, footprints
from spatial.mapping import Mapping, apply, propose
from spatial.opening import open_file
from spatial.reader import Fault, LayerKind, RawBatch, RawLayer, ReadOptions
from spatial.vocabulary import ACTIVITY, FACILITY, Vocabulary
from spatial.work import Codes, Flags, Objects

Saved = Callable[[Sequence[str]], dict[str, object] | None]
Progress = Callable[[float], None]
NOT_OF_ZONES = frozenset(
    {"part", "department", "facility", "activity", "excavation", "road_impact", "planning_status"}
    | {"commitment", "earliest", "latest", "duration_days", "cost_eur"}
)
"""Fields of works that a constraint zone does not have: no questions about them."""


@dataclass
class Contents:
    """What a file holds, by kind of layer; and the mappings that were used."""

    rows: dict[LayerKind, Rows | None] = field(default_factory=dict)
    mappings: list[tuple[tuple[str, ...], dict[str, object]]] = field(default_factory=list)


@dataclass
class _Reading:
    """What stays the same while a file is read."""

    options: UploadOptions
    settings: Settings
    saved: Saved
    report: Report
    contents: Contents


@dataclass
class _LayerReading:
    """A layer on its way in, and the rows that lie far outside the region."""

    layer: RawLayer
    kind: LayerKind
    outside: list[int] = field(default_factory=list)


def read_file(
    path: Path,
    filename: str,
    options: UploadOptions,
    settings: Settings,
    *,
    saved: Saved,
    report: Report,
    on_progress: Progress,
) -> Contents:
    """Read every layer, or the one that is asked for, and report as it goes.

    Raises
    ------
    FileRefused, CrsUnknown, MappingRefused
        The file as a whole cannot be taken in; nothing was stored.
    """
    read_options = ReadOptions(
        layer=options.layer,
        encoding=options.encoding,
        max_unpacked_bytes=settings.max_unpacked_bytes,
        max_vertices=settings.max_vertices,
        on_progress=on_progress,
    )
    _, layers = open_file(path, read_options, filename)
    reading = _Reading(options, settings, saved, report, Contents())
    parts: dict[LayerKind, list[Rows]] = {}
    for layer in layers:
        kind = _kind(layer, options)
        parts.setdefault(kind, []).extend(_read_layer(layer, kind, reading))
    reading.contents.rows = {kind: concatenate(found) for kind, found in parts.items()}
    if report.counts["read"] and not any(reading.contents.rows.values()) and _nowhere(report):
        msg = "No row of the file has a place. Add a geometry, or columns with coordinates."
        raise NoGeometry(msg)
    return reading.contents


def _kind(layer: RawLayer, options: UploadOptions) -> LayerKind:
    if options.kind == "constraints":
        return "constraints"
    return layer.kind


def _nowhere(report: Report) -> bool:
    """Whether every refused row was refused for want of a geometry."""
    return set(report.fault_counts) <= {"error geometry-missing", "error geometry-empty"}


def _read_layer(layer: RawLayer, kind: LayerKind, reading: _Reading) -> Iterator[Rows]:
    report = reading.report
    first = next(layer.batches, None)
    told: dict[str, object] = {"name": layer.name, "kind": kind, "columns": list(layer.columns)}
    report.layers.append(told)
    if first is None:
        _finish(layer, told, 0, report)
        return
    mapping = _mapping(layer, kind, first, reading)
    told["mapping"] = mapping.to_json()
    decision: CrsDecision | None = None
    reach = _LayerReading(layer, kind)
    read = 0
    for batch in chain([first], layer.batches):
        mapped = _timed_apply(mapping, batch, reading)
        read += _count(layer, batch, mapped, report)
        if decision is None and (mapped.geometry != None).any():  # noqa: E711  # elementwise
            decision = _decide(layer, layer.crs or mapping.crs, mapped, reading)
            told["crs"] = {"name": name_of(decision.crs), "how": decision.how}
        with report.timed("geometry"):
            rows = _prepare(reach, mapped, decision, reading)
        yield _with_kinds(rows, batch) if kind == "constraints" else rows
    _tell_outside(reach, reading)
    _finish(layer, told, read, report)


def _mapping(layer: RawLayer, kind: LayerKind, sample: RawBatch, reading: _Reading) -> Mapping:
    """The mapping given, else the one saved, else the one proposed."""
    given = reading.options.mapping
    kept = None
    if layer.mapping is None:
        kept = given or reading.saved(layer.columns)
    with reading.report.timed("mapping"):
        mapping = propose(layer, sample, saved=Mapping.from_json(kept) if kept else None)
    if kind == "constraints":
        mapping = replace(
            mapping, asked=tuple(q for q in mapping.asked if q.field not in NOT_OF_ZONES)
        )
    if given:
        reading.contents.mappings.append((layer.columns, given))
    return mapping


def _timed_apply(mapping: Mapping, batch: RawBatch, reading: _Reading) -> MappedBatch:
    with reading.report.timed("mapping"):
        return apply(mapping, batch, zone=reading.settings.zone)


def _count(layer: RawLayer, batch: RawBatch, mapped: MappedBatch, report: Report) -> int:
    """Count the rows of a batch and report the faults of reader and mapping."""
    unread = {f.row for f in batch.faults if f.severity == "error"} - set(batch.row.tolist())
    read = len(batch) + len(unread)
    report.counts["read"] += read
    report.counts["refused"] += read - len(mapped)
    report.unknown_words.update(mapped.unknown_words)
    report.add(_of_layer(layer, list(batch.faults)))
    report.add(_of_layer(layer, [f for f in mapped.faults if f not in batch.faults]))
    return read


def _of_layer(layer: RawLayer, told: Sequence[Fault]) -> list[Fault]:
    return [f if f.layer else replace(f, layer=layer.name) for f in told]


def _decide(
    layer: RawLayer, declared: str | None, mapped: MappedBatch, reading: _Reading
) -> CrsDecision:
    decision = decide(
        declared,
        reading.options.source_crs,
        shapely.bounds(mapped.geometry),
        reading.settings.storage_crs,
    )
    reading.report.add(_of_layer(layer, decision.faults))
    return decision


def _prepare(
    reach: _LayerReading,
    mapped: MappedBatch,
    decision: CrsDecision | None,
    reading: _Reading,
) -> Rows:
    layer = reach.layer
    storage = reading.settings.storage_crs
    limit = reading.settings.max_vertices
    geometry = _bring(mapped.geometry, decision, storage, limit)
    geometry, told = clean(geometry, mapped.row, limit)
    if reach.kind == "diversions":  # told in words alone, it is one too; nobody asks its footprint
        kept = np.ones(len(mapped), dtype=np.bool_)
        footprint = np.full(len(mapped), None, dtype=object)
    else:
        kept = geometry != None  # noqa: E711  # elementwise
        reading.report.add(_of_layer(layer, told))
        reading.report.counts["refused"] += int((~kept).sum())
        codes = _codes(mapped, "facility", FACILITY), _codes(mapped, "activity", ACTIVITY)
        footprint = footprints(geometry, *codes)
    rows = rows_of(layer.name, mapped, geometry, footprint).take(np.flatnonzero(kept))
    far = far_outside(shapely.bounds(rows.geometry), storage, region_of(storage))
    reach.outside.extend(rows.row[far].tolist())
    return rows


def _with_kinds(rows: Rows, batch: RawBatch) -> Rows:
    """Keep the column that says what kind of zone a row is, whatever else it was taken for."""
    named = {c.casefold(): c for c in batch.columns if c.casefold() in KIND_COLUMNS}
    position = {int(row): i for i, row in enumerate(batch.row)}
    extra = [
        {**(kept or {}), **{low: batch.columns[c][position[int(row)]] for low, c in named.items()}}
        for kept, row in zip(rows.extra, rows.row, strict=True)
    ]
    return replace(rows, extra=objects(extra))


def _bring(
    geometry: Objects, decision: CrsDecision | None, storage: int, max_vertices: int
) -> Objects:
    """Into the storage CRS; what is too large anyway is left for ``clean`` to refuse."""
    if decision is None:
        return geometry
    huge: Flags = shapely.get_num_coordinates(geometry) > max_vertices
    brought = geometry.copy()
    brought[huge] = None
    brought = decision.bring(brought, storage).copy()
    brought[huge] = geometry[huge]
    return brought


def _codes(mapped: MappedBatch, name: str, vocabulary: Vocabulary) -> Codes:
    unknown = vocabulary.code("unknown")
    words = mapped.terms.get(name)
    if words is None:
        return np.full(len(mapped), unknown, dtype=np.int8)
    return np.array([vocabulary.codes.get(w, unknown) for w in words], dtype=np.int8)


def _tell_outside(reach: _LayerReading, reading: _Reading) -> None:
    layer, outside = reach.layer, reach.outside
    if outside:
        where = name_of(reading.settings.storage_crs)
        reading.report.add([faults.outside_region(layer.name, len(outside), outside[0], where)])


def _finish(layer: RawLayer, told: dict[str, object], read: int, report: Report) -> None:
    told["rows"] = read
    told["counts"] = dict(layer.counts)
    report.add(_of_layer(layer, layer.notes))
