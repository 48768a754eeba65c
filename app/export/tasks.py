"""The job that makes the file of an export."""

from __future__ import annotations

from contextlib import closing
from datetime import UTC, datetime
from uuid import UUID

from procrastinate import JobContext
from sqlalchemy import Connection, Engine

from app.cut import batches_of
from app.export.asked import read_asked
from app.export.store import Export, change, expire, place, read_export
from app.kit.jobs import defer, jobs
from app.kit.problems import NotFound
from app.organisations.partner import partner
from app.settings import Settings
from spatial.errors import KansenkaartError


@jobs.task(name="make_export", queue="exports", pass_context=True)
def make_export(context: JobContext, export_id: str) -> None:
    """Make the file of one export."""
    shared = context.additional_context
    make(shared["engine"], shared["settings"], UUID(export_id))


def queue(connection: Connection, export_id: UUID) -> None:
    """Put the job for an export in the queue, in the transaction that notes the export."""
    defer(connection, make_export, export_id=str(export_id))


def make(engine: Engine, settings: Settings, export_id: UUID) -> None:
    """Make the file, whole or not at all; done again after a worker died, it ends the same.

    What the organisation may see is asked now, not when the export was asked.
    """
    with engine.begin() as connection:
        expire(connection, settings)
        try:
            export = read_export(connection, export_id)
        except NotFound:
            return  # deleted, or over, before its turn came
        change(connection, export_id, state="making")
    try:
        features = _write(engine, settings, export)
    except KansenkaartError as error:
        _end(engine, export_id, state="failed", problem=str(error))
        return
    except BaseException:
        _end(engine, export_id, state="failed", problem="The file could not be made.")
        raise
    size = place(settings, export).stat().st_size
    _end(engine, export_id, state="ready", features=features, size_bytes=size, problem="")


def _write(engine: Engine, settings: Settings, export: Export) -> int:
    """Write the file and give it its name; returns the number of features."""
    path = place(settings, export)
    path.parent.mkdir(parents=True, exist_ok=True)
    with engine.connect() as connection:
        viewer = partner(connection, export.organisation_id)
        wanted = read_asked(export.asked, viewer, settings)
        unfinished = path.with_name(f".making-{path.name}")
        unfinished.unlink(missing_ok=True)
        try:
            with closing(batches_of(connection, wanted.cut)) as batches:
                wanted.encoder.write(unfinished, wanted.cut.extract(batches))
            unfinished.replace(path)
        finally:
            unfinished.unlink(missing_ok=True)
    return wanted.cut.rows


def _end(engine: Engine, export_id: UUID, **values: object) -> None:
    with engine.begin() as connection:
        change(connection, export_id, finished_at=datetime.now(UTC), **values)
