"""The exports that were asked, in the database, and their files in the state folder."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, delete, func, insert, select, update

from app.encoder import by_name
from app.export.asked import Asked
from app.kit.problems import Conflict, NotFound
from app.organisations.viewer import Viewer
from app.settings import Settings
from app.tables import exports

KEPT = timedelta(hours=24)
MOST = 20
"""Exports that one organisation can have at a time."""


@dataclass(frozen=True, slots=True)
class Export:
    """One export as it stands."""

    id: UUID
    organisation_id: UUID
    asked: Asked
    state: str
    problem: str
    features: int | None
    size_bytes: int | None
    created_at: datetime
    finished_at: datetime | None
    expires_at: datetime


def place(settings: Settings, export: Export) -> Path:
    """Where the file of an export lies."""
    suffix = by_name()[export.asked.format].suffix
    return settings.home / "exports" / f"{export.id}{suffix}"


def note(connection: Connection, viewer: Viewer, asked: Asked) -> UUID:
    """Keep what was asked; Conflict where the organisation has too many exports already."""
    own = exports.c.organisation_id == viewer.organisation_id
    held = connection.scalar(select(func.count()).select_from(exports).where(own)) or 0
    if held >= MOST:
        msg = f"You have {held} exports; each is kept for 24 hours. Delete one with DELETE first."
        raise Conflict(msg)
    row = {
        "organisation_id": viewer.organisation_id,
        "asked": asked.model_dump(),
        "expires_at": datetime.now(UTC) + KEPT,
    }
    made: UUID = connection.execute(
        insert(exports).values(row).returning(exports.c.id)
    ).scalar_one()
    return made


def read_export(connection: Connection, export_id: UUID, viewer: Viewer | None = None) -> Export:
    """An export that still stands; NotFound also for one of somebody else (unless by a job)."""
    statement = select(exports).where(exports.c.id == export_id, exports.c.expires_at > func.now())
    if viewer is not None:
        statement = statement.where(exports.c.organisation_id == viewer.organisation_id)
    row = connection.execute(statement).mappings().one_or_none()
    if row is None:
        msg = f"There is no export {export_id}, or it is not yours, or its 24 hours are over."
        raise NotFound(msg)
    return Export(**{**row, "asked": Asked.model_validate(row["asked"])})


def change(connection: Connection, export_id: UUID, **values: Any) -> None:
    """Note how far an export is."""
    connection.execute(update(exports).where(exports.c.id == export_id).values(**values))


def remove(connection: Connection, settings: Settings, export: Export) -> None:
    """Forget an export and its file."""
    connection.execute(delete(exports).where(exports.c.id == export.id))
    place(settings, export).unlink(missing_ok=True)


def expire(connection: Connection, settings: Settings) -> None:
    """Forget exports whose time is over, with their files."""
    over = exports.c.expires_at <= func.now()
    for (id_,) in connection.execute(delete(exports).where(over).returning(exports.c.id)):
        for path in (settings.home / "exports").glob(f"{id_}.*"):
            path.unlink(missing_ok=True)
