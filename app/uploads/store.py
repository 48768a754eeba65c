"""Read uploads, as far as the caller may see them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Connection, Row, select, true

from app.kit.problems import NotFound
from app.organisations.viewer import Viewer
from app.tables import datasets, organisations, uploads


def sees_uploads(viewer: Viewer) -> ColumnElement[bool]:
    """An upload is for the organisation that sent it: it tells of rows that nobody else sees."""
    if viewer.role == "administrator":
        return true()
    return uploads.c.organisation_id == viewer.organisation_id


def _select(*columns: ColumnElement[Any]) -> Any:
    c = uploads.c
    return (
        select(
            c.id, c.key, c.filename, c.digest, c.size_bytes, c.options, c.state, c.progress, c.by,
            c.created_at, c.finished_at, datasets.c.name.label("dataset"),
            organisations.c.slug.label("organisation"), *columns,
        )
        .join(datasets, datasets.c.id == c.dataset_id)
        .join(organisations, organisations.c.id == c.organisation_id)
    )  # fmt: skip


def read_upload(connection: Connection, viewer: Viewer, upload_id: UUID) -> dict[str, object]:
    """One upload with its report; ``NotFound`` where there is none for this caller."""
    query = _select(uploads.c.report).where(uploads.c.id == upload_id, sees_uploads(viewer))
    row = connection.execute(query).one_or_none()
    if row is None:
        msg = f"There is no upload {upload_id}, or it is not of your organisation."
        raise NotFound(msg)
    return upload_json(row) | {"report": row.report}


def list_uploads(
    connection: Connection, viewer: Viewer, *, before: int | None, limit: int
) -> Sequence[Row[Any]]:
    """The newest uploads first, without their reports."""
    query = _select().where(sees_uploads(viewer)).order_by(uploads.c.key.desc()).limit(limit)
    if before is not None:
        query = query.where(uploads.c.key < before)
    return connection.execute(query).all()


def upload_json(row: Row[Any]) -> dict[str, object]:
    """An upload as the API gives it."""
    return {
        "id": str(row.id),
        "state": row.state,
        "filename": row.filename,
        "digest": row.digest,
        "size_bytes": row.size_bytes,
        "organisation": row.organisation,
        "dataset": row.dataset,
        "options": row.options,
        "progress": row.progress,
        "by": row.by,
        "created_at": row.created_at,
        "finished_at": row.finished_at,
    }
