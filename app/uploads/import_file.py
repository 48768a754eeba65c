"""Receive and store a file in one go, as the command line does."""

from __future__ import annotations

from pathlib import Path

from sqlalchemy import select

from app.kit.problems import NotFound
from app.runtime import Runtime
from app.tables import organisations
from app.uploads.ingest import ingest
from app.uploads.options import UploadOptions
from app.uploads.progress import OnProgress
from app.uploads.receive import receive
from app.uploads.report import Report


def import_file(
    runtime: Runtime,
    file: Path,
    organisation: str,
    options: UploadOptions,
    *,
    by: str,
    on_progress: OnProgress | None = None,
) -> Report:
    """Store ``file`` for the organisation with this slug, in the foreground.

    Raises
    ------
    NotFound
        There is no such organisation.
    FileRefused
        The file is empty or too large.
    """
    with file.open("rb") as stream, runtime.engine.begin() as connection:
        organisation_id = connection.scalar(
            select(organisations.c.id).where(organisations.c.slug == organisation)
        )
        if organisation_id is None:
            msg = (
                f"There is no organisation {organisation!r}; make it with "
                f"`kansenkaart organisation add {organisation}`."
            )
            raise NotFound(msg)
        upload_id = receive(
            connection,
            runtime.settings,
            stream=stream,
            filename=file.name,
            options=options,
            organisation_id=organisation_id,
            by=by,
        )
    return ingest(runtime.engine, runtime.settings, upload_id, on_progress=on_progress)
