"""Read a context file: columns, cells, places, and whatever is wrong with them."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import chain
from pathlib import Path
from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray

from app.context.options import ContextOptions
from app.context.rows import ContextRows, explode, join, named, numbered
from app.settings import Settings
from app.uploads.report import Report
from spatial import context_checks as checks
from spatial import context_faults as faults
from spatial.context import ContextField, ContextLayer
from spatial.context_faults import tell
from spatial.context_mapping import ContextMapping, fields_of, propose
from spatial.context_values import Cells, Refused, constant, empty, read_days, read_field
from spatial.crs import CrsDecision, decide, name_of
from spatial.errors import EmptyFile, MappingRefused, NoGeometry
from spatial.geometry import clean
from spatial.mapping.apply import geometry_of
from spatial.mapping.model import Mapping as PlaceMapping
from spatial.mapping.placing import crs_of_place, propose_place
from spatial.mapping.profile import Profile
from spatial.opening import open_file
from spatial.period import NO_DAY
from spatial.reader import RawBatch, RawLayer, ReadOptions
from spatial.work import Ints, Objects

BATCH_ROWS = 50_000


@dataclass(frozen=True, slots=True)
class Reading:
    """What is asked, what for, and the report that is written on the way."""

    layer: ContextLayer
    options: ContextOptions
    settings: Settings
    report: Report


def read_rows(
    reading: Reading,
    path: Path,
    filename: str,
    on_progress: Callable[[float], None] | None = None,
) -> ContextRows:
    """All objects of a file; everything that is wrong with them goes into the report.

    Raises
    ------
    FileRefused, CrsUnknown, MappingRefused
        The file as a whole cannot be taken in.
    """
    options, settings = reading.options, reading.settings
    asked = ReadOptions(
        layer=options.layer,
        encoding=options.encoding,
        batch_rows=BATCH_ROWS,
        max_unpacked_bytes=settings.max_unpacked_bytes,
        max_vertices=settings.max_vertices,
        on_progress=on_progress,
    )
    parts = list(_parts(reading, path, filename, asked))
    if not parts and not options.allow_empty:
        msg = "The file holds no rows. If there is nothing of this kind, confirm that with --yes."
        raise EmptyFile(msg)
    rows = named(reading.layer, join(reading.layer, parts, settings.zone))
    return _check(reading, numbered(reading.layer, rows, reading.report))


def _parts(
    reading: Reading, path: Path, filename: str, asked: ReadOptions
) -> Iterator[ContextRows]:
    try:
        _, layers = open_file(path, asked, filename)
        for raw in layers:
            yield from _layer(reading, raw)
    except EmptyFile:
        if not (reading.options.allow_empty and path.stat().st_size):
            raise


def _layer(reading: Reading, raw: RawLayer) -> Iterator[ContextRows]:
    report, layer = reading.report, reading.layer
    first = next(raw.batches, None)
    if first is None:
        return
    profiles = [Profile.of(c, values[:1000]) for c, values in first.columns.items()]
    place, declared = PlaceMapping(fields={}), raw.crs
    if layer.shape != "none" and first.geometry is None:
        found, _ = propose_place(profiles)
        place, declared = PlaceMapping(fields=found), raw.crs or crs_of_place(found, profiles)
    placed = {m.column for m in place.fields.values() if m is not None}
    names = [c for c in raw.columns if c not in placed]
    mapping = propose(layer, names, reading.options.mapping)
    told: dict[str, object] = {"name": raw.name, "mapping": mapping.to_json()}
    report.layers.append(told)
    _tell_unused(layer, mapping, report)
    decision: CrsDecision | None = None
    for batch in chain([first], raw.batches):
        with report.timed("mapping"):
            part = _columns(reading, mapping, batch)
        with report.timed("geometry"):
            geometry, decision = _placed(reading, place, declared, batch, decision)
        report.counts["read"] += len(batch)
        report.add(batch.faults)
        yield explode(layer, replace(part, geometry=geometry))
    if decision is not None:
        told["crs"] = {"name": name_of(decision.crs), "how": decision.how}
    report.add(raw.notes)


def _tell_unused(layer: ContextLayer, mapping: ContextMapping, report: Report) -> None:
    if mapping.unused:
        free = [f.name for f in fields_of(layer) if f.name not in mapping.fields]
        report.add(
            tell(faults.NOT_USED, columns=", ".join(mapping.unused), fields=", ".join(free) or "-")
        )


def _columns(reading: Reading, mapping: ContextMapping, batch: RawBatch) -> ContextRows:
    """The fields of a batch, its names, references and periods; not yet its places."""
    period = {"start", "end"} if reading.layer.has_period else set()
    fields = [f for f in fields_of(reading.layer) if f.name not in period]
    columns = {f.name: _field(reading, f, mapping, batch) for f in fields}
    start = end = np.full(len(batch), NO_DAY, dtype=np.int32)
    if period:
        start, _ = _days(reading, "start", mapping, batch)
        _, end = _days(reading, "end", mapping, batch)
        reading.report.add(checks.check_period(start, end, batch.row))
    reference, name = columns.pop("reference"), columns.pop("name")
    nowhere = np.full(len(batch), None, dtype=object)
    return ContextRows(batch.row, reference, name, start, end, columns, nowhere)


def _field(
    reading: Reading, field: ContextField, mapping: ContextMapping, batch: RawBatch
) -> NDArray[Any]:
    zone, n = reading.settings.zone, len(batch)
    source = mapping.fields.get(field.name)
    if source is None or source.column not in batch.columns:
        return _without(field, mapping, n, reading)
    cells = Cells(
        batch.columns[source.column],
        source.factor,
        source.offset,
        mapping.values.get(field.name),
    )
    column, told = read_field(field, cells, batch.row, zone)
    reading.report.add(told)
    return column


def _without(
    field: ContextField, mapping: ContextMapping, n: int, reading: Reading
) -> NDArray[Any]:
    if field.name not in mapping.constants:
        return empty(field, n, reading.settings.zone)
    try:
        return constant(field, mapping.constants[field.name], n, reading.settings.zone)
    except Refused as error:
        msg = f"The constant of {field.name} is refused: {error.wrong.reason_en}"
        raise MappingRefused(msg) from error


def _days(
    reading: Reading, name: str, mapping: ContextMapping, batch: RawBatch
) -> tuple[Ints, Ints]:
    source = mapping.fields.get(name)
    values: Sequence[object]
    if source is not None and source.column in batch.columns:
        values = batch.columns[source.column]
    else:
        values = [mapping.constants.get(name)] * len(batch)
    start, end, told = read_days(name, values, batch.row, reading.settings.zone)
    reading.report.add(told)
    return start, end


def _placed(
    reading: Reading,
    place: PlaceMapping,
    declared: str | None,
    batch: RawBatch,
    decision: CrsDecision | None,
) -> tuple[Objects, CrsDecision | None]:
    """Geometry in the storage CRS, and the decision in which CRS the file is."""
    settings, report = reading.settings, reading.report
    if reading.layer.shape == "none":
        return np.full(len(batch), None, dtype=object), None
    if batch.geometry is None and not place.fields:
        msg = (
            f"Layer {reading.layer.id} needs places, and no column or layer of the file holds one."
        )
        raise NoGeometry(msg)
    found, told = geometry_of(place, batch)
    report.add(told)
    if decision is None and (found != None).any():  # noqa: E711  # elementwise
        decision = decide(
            declared,
            reading.options.source_crs,
            shapely.bounds(found),
            settings.storage_crs,
        )
        report.add(decision.faults)
    if decision is not None:
        found = decision.bring(found, settings.storage_crs)
    geometry, told = clean(found, batch.row, settings.max_vertices)
    report.add(told)
    whole = geometry != None  # noqa: E711  # elementwise
    report.add(checks.check_shape(reading.layer, geometry[whole], batch.row[whole]))
    return geometry, decision


def _check(reading: Reading, rows: ContextRows) -> ContextRows:
    """What only shows of all rows together; no-dig zones get what follows from their dates."""
    if reading.layer.id == "streets":
        reading.report.add(checks.check_streets(rows.geometry))
    if reading.layer.id != "recent_paving":
        return rows
    columns = dict(rows.columns)
    columns["completed_on"], columns["no_dig_days"], start, end = checks.no_dig(
        columns["completed_on"], columns["no_dig_days"], rows.start, rows.end
    )
    told = checks.check_no_dig(rows.geometry, rows.row, columns["completed_on"], start, end)
    reading.report.add(told)
    return replace(rows, columns=columns, start=start, end=end)
