"""Put zones and diversions back as they were before an upload."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, Row, Table, Text, cast, exists, literal, select, update

from app.kit.copying import update_rows
from app.projects.diversions import follow_projects
from app.projects.versions import json_text
from app.tables import constraint_zones, diversions, uploads


def later_zones(connection: Connection, upload_id: UUID) -> Sequence[Row[Any]]:
    """Zones and diversions of an upload that a later one changed."""
    found: list[Row[Any]] = []
    for table in (constraint_zones, diversions):
        c = table.c
        later = exists().where(uploads.c.id == c.upload_id, uploads.c.state == "done")
        query = select(
            c.id, c.title, cast(c.upload_id, Text).label("by"), c.updated_at.label("at")
        ).where(c.before[0]["upload_id"].astext == str(upload_id), c.upload_id != upload_id, later)
        found.extend(connection.execute(query))
    return found


def undo_rows(connection: Connection, table: Table, upload_id: UUID) -> None:
    """Restore what the upload changed in ``table`` and withdraw what it made."""
    c = table.c
    made = c.upload_id == upload_id
    alone = {"withdrawn_with_project": literal(value=False)} if table is diversions else {}
    connection.execute(
        update(table).where(made, c.before.is_(None)).values(withdrawn=literal(value=True), **alone)
    )
    changed = connection.execute(select(c.id, c.before).where(made, c.before.is_not(None))).all()
    if not changed:
        return
    names = list(changed[0].before[0])
    now = datetime.now(UTC).isoformat()
    if alone:
        connection.execute(update(table).where(made).values(**alone))
    update_rows(
        connection,
        table.name,
        ("id", *names, "before", "updated_at"),
        [(str(r.id), *map(r.before[0].get, names), _older(r.before), now) for r in changed],
    )


def _older(before: list[object]) -> str | None:
    return json_text(before[1:]) if before[1:] else None


def undo_diversions(connection: Connection, upload_id: UUID) -> None:
    """The same for diversions, which then go or stand with their projects."""
    of_upload = select(diversions.c.project_id).where(diversions.c.upload_id == upload_id)
    project_ids = set(connection.scalars(of_upload))
    undo_rows(connection, diversions, upload_id)
    follow_projects(connection, project_ids)
