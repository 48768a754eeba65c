"""Store what a received file holds: one file, one transaction, one report."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from uuid import UUID

import numpy as np
import structlog
from sqlalchemy import Connection, Engine, Row, func, select, text, update

from app.files import place
from app.findings.refresh import refresh
from app.kit import problems
from app.kit.texts import storable
from app.projects.write import Author
from app.settings import Settings
from app.tables import uploads
from app.uploads import mappings
from app.uploads.options import UploadOptions
from app.uploads.progress import OnProgress, Progress
from app.uploads.reading import Contents, read_file
from app.uploads.report import Report
from app.uploads.store_rows import store_rows
from app.uploads.target import Target
from spatial.errors import KansenkaartError

log = structlog.get_logger()


class UnexpectedFault(KansenkaartError):
    """Something went wrong on our side."""


class _DryRun(Exception):
    """Raised to roll back what a dry run wrote."""


@dataclass(frozen=True, slots=True)
class _Upload:
    """The upload that is being stored, and where it tells what happens."""

    row: Row[Any]
    options: UploadOptions
    settings: Settings
    report: Report
    progress: Progress


def ingest(
    engine: Engine, settings: Settings, upload_id: UUID, *, on_progress: OnProgress | None = None
) -> Report:
    """Store the upload and give its report, which is kept with it.

    Whatever is wrong with the file is told in the report: ``problem`` is set
    where nothing was stored. Running it again for an upload that is finished
    stores nothing; one that was cut short starts over.
    """
    report = Report(id=str(upload_id))
    progress = Progress(engine, upload_id, on_progress)
    row = _begin(engine, upload_id)
    options = UploadOptions.from_json(row.options)
    upload = _Upload(row, options, settings, report, progress)
    try:
        _store(engine, upload)
    except _DryRun:
        report.state = "dry_run"
    except KansenkaartError as error:
        _refuse(report, error)
    except Exception as error:  # the boundary: a half-stored upload or a traceback helps nobody
        log.exception("upload failed", upload=str(upload_id))
        msg = f"The file could not be stored ({type(error).__name__}); nothing was changed."
        _refuse(report, UnexpectedFault(msg))
    if report.state in {"refused", "dry_run"}:
        with engine.begin() as connection:
            _finish(connection, upload)
    return report


def _begin(engine: Engine, upload_id: UUID) -> Row[Any]:
    with engine.begin() as connection:
        row = connection.execute(select(uploads).where(uploads.c.id == upload_id)).one_or_none()
        if row is None:
            msg = f"There is no upload {upload_id}."
            raise problems.NotFound(msg)
        if row.state not in {"queued", "running"}:
            msg = f"Upload {upload_id} is finished ({row.state})."
            raise problems.Conflict(msg)
        connection.execute(update(uploads).where(uploads.c.id == upload_id).values(state="running"))
    return row


def _refuse(report: Report, error: KansenkaartError) -> None:
    report.state = "refused"
    report.problem = problems.problem(error)
    for name in ("stored", "new", "changed", "unchanged", "restored", "withdrawn"):
        report.counts[name] = 0


def _finish(connection: Connection, upload: _Upload) -> None:
    connection.execute(
        update(uploads)
        .where(uploads.c.id == upload.row.id)
        .values(
            state=upload.report.state,
            report=storable(upload.report.to_json()),
            progress={"fraction": 1.0, "stage": "done"},
            finished_at=func.now(),
        )
    )


def _store(engine: Engine, upload: _Upload) -> None:
    report, row = upload.report, upload.row
    with report.timed("read"), np.errstate(over="ignore", invalid="ignore"):
        contents = _read(engine, upload)  # numbers out of reach are the file's; rows are refused
    with engine.begin() as connection:
        connection.execute(
            text("select pg_advisory_xact_lock(hashtextextended(:dataset, 0))"),
            {"dataset": str(upload.row.dataset_id)},
        )
        upload.progress.tell(0.7, "compare")
        target = Target(
            row.dataset_id,
            row.organisation_id,
            Author(row.id, row.by),
            upload.options,
            upload.settings,
        )
        did = store_rows(connection, contents, target, report)
        upload.progress.tell(0.8, "detect")
        with report.timed("detect"):
            found = refresh(connection, upload.settings, sorted(did.works))
        report.findings = dict(found.to_json())
        report.state = _state(report, anything=did.anything)
        if report.state == "refused":
            return  # noted at the end, as every refusal
        for columns, mapping in contents.mappings:
            mappings.save(connection, row.organisation_id, columns, mapping)
        if upload.options.dry_run:
            raise _DryRun
        _finish(connection, upload)


def _state(report: Report, *, anything: bool) -> str:
    """What became of the upload; rows that were all refused are not rows that were known."""
    if anything:
        return "done"
    taken = sum(report.counts[n] for n in ("stored", "constraints", "diversions"))
    if not taken and report.counts["refused"]:
        return "refused"
    return "unchanged"


def _read(engine: Engine, upload: _Upload) -> Contents:
    row = upload.row

    def saved(columns: object) -> dict[str, object] | None:
        with engine.connect() as connection:
            return mappings.saved(connection, row.organisation_id, columns)  # type: ignore[arg-type]  # a sequence of names

    return read_file(
        place(upload.settings.files, row.digest),
        row.filename,
        upload.options,
        upload.settings,
        saved=saved,
        report=upload.report,
        on_progress=upload.progress.part(0.0, 0.65, "read"),
    )
