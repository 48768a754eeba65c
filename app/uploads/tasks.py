"""The job that stores a received file."""

from __future__ import annotations

from uuid import UUID

from procrastinate import JobContext
from sqlalchemy import Connection

from app.kit.jobs import defer, jobs
from app.kit.problems import Conflict
from app.uploads.ingest import ingest


@jobs.task(name="ingest", queue="uploads", pass_context=True)
def ingest_upload(context: JobContext, upload_id: str) -> None:
    """Store one upload; one that is finished already is left alone."""
    shared = context.additional_context
    try:
        ingest(shared["engine"], shared["settings"], UUID(upload_id))
    except Conflict:
        return  # the job came back after its worker died between storing and saying so


def queue(connection: Connection, upload_id: UUID) -> None:
    """Put the job for an upload in the queue, in the transaction that notes the upload."""
    defer(connection, ingest_upload, upload_id=str(upload_id))
