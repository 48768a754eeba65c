"""Take a file of a context layer into the database, whole or not at all."""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from uuid import UUID

import numpy as np
from sqlalchemy import Connection, Engine, func, insert, select, text

from app.context.changed import changed
from app.context.options import ContextOptions
from app.context.read_rows import Reading, read_rows
from app.context.rows import ContextRows
from app.context.store import store
from app.kit.problems import BadRequest, NotFound, problem
from app.settings import Settings
from app.tables import context_loads, organisations
from app.uploads.report import Report
from spatial import context_faults as faults
from spatial.context import ContextLayer, context_layer, context_layers
from spatial.context_faults import tell
from spatial.errors import KansenkaartError

COUNTS = ("read", "stored", "new", "changed", "unchanged", "withdrawn", "repeated", "refused")
FROM_ELSEWHERE = {"areas": "kansenkaart areas import"}
"""Layers that are never imported as context, and what loads them."""


class ContextRefused(KansenkaartError):
    """Something in the file is wrong, so nothing of it was stored.

    What was there before stays in force; the report names each row, its
    reason and its remedy.
    """


@dataclass(frozen=True, slots=True)
class ContextFile:
    """A file on this machine, what its owner calls it, and who delivers it."""

    path: Path
    filename: str
    organisation_id: UUID
    by: str


def known_layer(name: str) -> ContextLayer:
    """The layer of this id; NotFound where there is none, with those there are."""
    try:
        return context_layer(name)
    except KeyError as error:
        known = ", ".join(x.id for x in context_layers())
        msg = f"There is no context layer {name!r}; there are {known}."
        raise NotFound(msg) from error


def take_in(
    engine: Engine,
    settings: Settings,
    layer: ContextLayer,
    file: ContextFile,
    options: ContextOptions,
    *,
    on_progress: Callable[[float], None] | None = None,
) -> Report:
    """Replace what a dataset holds of a layer by a file; nothing where anything is wrong.

    The report has state "done", "unchanged", "dry_run" or "refused".

    Raises
    ------
    BadRequest
        This layer comes from elsewhere.
    """
    if layer.id in FROM_ELSEWHERE:
        msg = f"The layer {layer.id} is loaded with `{FROM_ELSEWHERE[layer.id]}`."
        raise BadRequest(msg)
    report = Report(counts=dict.fromkeys(COUNTS, 0))
    reading = Reading(layer, options, settings, report)
    try:
        rows = read_rows(reading, file.path, file.filename, on_progress)
        with engine.connect() as connection, connection.begin() as transaction:
            rows = _with_owners(connection, layer, rows, report)
            _refuse_faults(report)
            _write(connection, reading, rows, file)
            if options.dry_run:
                transaction.rollback()
                report.state = "dry_run"
    except KansenkaartError as error:
        report.state, report.problem = "refused", problem(error)
        report.counts |= dict.fromkeys(COUNTS[1:-1], 0)
        report.counts["refused"] = len({f.row for f in report.faults if f.severity == "error"})
    return report


def _refuse_faults(report: Report) -> None:
    wrong = {f.row for f in report.faults if f.severity == "error"}
    if wrong:
        first = next(f for f in report.faults if f.severity == "error")
        where = f"row {first.row}" + (f", {first.field}" if first.field else "")
        msg = (
            f"{len(wrong)} row(s) are refused, so nothing was stored and what was there stays. "
            f"The first is {where}: {first.reason['en']} {first.remedy['en']}"
        )
        raise ContextRefused(msg)


def _with_owners(
    connection: Connection, layer: ContextLayer, rows: ContextRows, report: Report
) -> ContextRows:
    """Organisations that a column names, by their slug; those we do not know are faults."""
    if "organisation" not in {f.name for f in layer.fields}:
        return rows
    c = organisations.c
    slugs = {s.casefold(): s for s in connection.scalars(select(c.slug))}
    names: dict[str, set[str]] = defaultdict(set)
    for slug, name in connection.execute(select(c.slug, c.name)):
        names[name.casefold()].add(slug)
    said = rows.columns["organisation"]
    found = [slugs.get(s.casefold()) or _only(names.get(s.casefold())) for s in said.tolist()]
    unknown = [i for i, slug in enumerate(found) if slug is None and said[i]]
    report.add(
        tell(
            faults.UNKNOWN_ORGANISATION,
            rows.row[unknown].tolist(),
            field="organisation",
            values=said[unknown].tolist(),
        )
    )
    column = np.empty(len(rows), dtype=object)
    column[:] = [slug or "" for slug in found]
    return replace(rows, columns={**rows.columns, "organisation": column})


def _only(slugs: set[str] | None) -> str | None:
    return next(iter(slugs)) if slugs and len(slugs) == 1 else None


def _write(connection: Connection, reading: Reading, rows: ContextRows, file: ContextFile) -> None:
    layer, options, report = reading.layer, reading.options, reading.report
    organisation_id = file.organisation_id
    connection.execute(
        text("SELECT pg_advisory_xact_lock(hashtextextended(:name, 0))"),
        {"name": f"context|{layer.id}|{organisation_id}|{options.dataset}"},
    )
    fresh = not _is_loaded(connection, layer, organisation_id, options.dataset)
    with file.path.open("rb") as stream:
        digest = hashlib.file_digest(stream, "sha256").hexdigest()
    c = context_loads.c
    load_id: UUID = connection.execute(
        insert(context_loads)
        .values(
            layer=layer.id,
            organisation_id=organisation_id,
            dataset=options.dataset,
            state="loaded",
            filename=file.filename,
            digest=digest,
            by=file.by,
        )
        .returning(c.id)
    ).scalar_one()
    parameters = {
        "layer": layer.id,
        "organisation_id": organisation_id,
        "dataset": options.dataset,
        "visibility": options.visibility,
        "load_id": load_id,
    }
    with report.timed("store"):
        report.counts |= store(connection, layer, rows, parameters, reading.settings.storage_crs)
    moved = any(report.counts[n] for n in ("new", "changed", "withdrawn"))
    report.state, report.id = "done" if moved or fresh else "unchanged", str(load_id)
    connection.execute(
        context_loads.update().where(c.id == load_id).values(report=report.to_json())
    )
    if moved or fresh:
        changed(connection, layer.id)


def _is_loaded(
    connection: Connection, layer: ContextLayer, organisation_id: UUID, dataset: str
) -> bool:
    c = context_loads.c
    last = select(func.max(c.key)).where(
        c.layer == layer.id, c.organisation_id == organisation_id, c.dataset == dataset
    )
    state = connection.scalar(select(c.state).where(c.key == last.scalar_subquery()))
    return state == "loaded"
