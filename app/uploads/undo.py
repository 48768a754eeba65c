"""Undo an upload: what it changed becomes again what it was, in new versions."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from sqlalchemy import (
    Connection,
    Engine,
    Table,
    and_,
    exists,
    func,
    select,
    update,
)

from app.findings.refresh import refresh
from app.kit.problems import Conflict, NotFound
from app.projects.doubles import mark_doubles
from app.projects.write import Author, write
from app.settings import Settings
from app.tables import (
    constraint_zones,
    project_versions,
    projects,
    uploads,
    work_versions,
    works,
)
from app.uploads.put_back import put_back
from app.uploads.undo_zones import later_zones, undo_diversions, undo_rows

TOLD = 20
"""So many later changes are named in the refusal."""


class ChangedSince(Conflict):
    """Later changes build on this upload, so it cannot be undone."""


@dataclass(frozen=True, slots=True)
class Undone:
    """How many things an undo put back."""

    upload_id: UUID
    withdrawn: int = 0
    restored: int = 0
    findings: dict[str, int] = field(default_factory=dict)

    def to_json(self) -> dict[str, object]:
        """For the API and the command line."""
        return {
            "upload": str(self.upload_id),
            "state": "undone",
            "withdrawn": self.withdrawn,
            "restored": self.restored,
            "findings": self.findings,
        }


def undo(engine: Engine, settings: Settings, upload_id: UUID, *, by: str) -> Undone:
    """Undo an upload as a whole, or not at all.

    Later uploads that were undone themselves do not stand in the way.

    Raises
    ------
    NotFound
        There is no such upload.
    ChangedSince
        Something it wrote was changed later; the message names what.
    Conflict
        It stored nothing, or is undone already.
    """
    with engine.begin() as connection:
        _lock(connection, upload_id)
        _refuse_if_changed(connection, upload_id)
        project_changes, work_changes = put_back(connection, upload_id)
        row = connection.execute(select(uploads).where(uploads.c.id == upload_id)).one()
        write(
            connection,
            project_changes,
            work_changes,
            dataset_id=row.dataset_id,
            author=Author(upload_id, by),
            storage_crs=settings.storage_crs,
        )
        undo_rows(connection, constraint_zones, upload_id)
        undo_diversions(connection, upload_id)
        ids = [w.id for w in work_changes]
        _, turned = mark_doubles(connection, work_changes, settings.storage_crs)
        found = refresh(connection, settings, sorted({*ids, *turned}))
        connection.execute(update(uploads).where(uploads.c.id == upload_id).values(state="undone"))
    gone = sum(bool(w.new["withdrawn"]) for w in work_changes)
    return Undone(upload_id, gone, len(work_changes) - gone, found.to_json())


def _lock(connection: Connection, upload_id: UUID) -> None:
    query = select(uploads.c.state, uploads.c.dataset_id).where(uploads.c.id == upload_id)
    found = connection.execute(query).one_or_none()
    if found is None:
        msg = f"There is no upload {upload_id}."
        raise NotFound(msg)
    connection.execute(
        select(func.pg_advisory_xact_lock(func.hashtextextended(str(found.dataset_id), 0)))
    )
    state = connection.execute(query.with_for_update()).one().state
    if state != "done":
        msg = f"Upload {upload_id} is {state}; only an upload that stored something can be undone."
        raise Conflict(msg)


def _refuse_if_changed(connection: Connection, upload_id: UUID) -> None:
    of_works = _later(connection, upload_id, work_versions, "work_id", works)
    told = {(r.by, r.at) for r in of_works}  # a project that changed along is the same change
    of_projects = _later(connection, upload_id, project_versions, "project_id", projects)
    later = [
        *(r for r in of_projects if (r.by, r.at) not in told),
        *of_works,
        *later_zones(connection, upload_id),
    ]
    if not later:
        return
    named = "; ".join(
        f"{r.title} ({r.id}), by {r.by or 'unknown'} at {r.at:%Y-%m-%d %H:%M}" for r in later[:TOLD]
    )
    more = f"; and {len(later) - TOLD} more" if len(later) > TOLD else ""
    msg = (
        f"{len(later)} later change(s) build on this upload, so nothing was undone: {named}{more}. "
        "Undo those first, or deliver the file you want to hold."
    )
    raise ChangedSince(msg)


def _later(
    connection: Connection, upload_id: UUID, versions: Table, key: str, things: Table
) -> Sequence[Any]:
    """Versions after those of the upload, less those of uploads that were undone."""
    mine, later = versions.alias("mine"), versions.alias("later")
    undone = exists().where(uploads.c.id == later.c.upload_id, uploads.c.state == "undone")
    query = (
        select(things.c.id, things.c.title, later.c.by, later.c.at)
        .select_from(mine)
        .join(later, and_(later.c[key] == mine.c[key], later.c.version > mine.c.version))
        .join(things, things.c.id == later.c[key])
        .where(
            mine.c.upload_id == upload_id, later.c.upload_id.is_distinct_from(upload_id), ~undone
        )
        .order_by(later.c.at)
    )
    return connection.execute(query).all()
