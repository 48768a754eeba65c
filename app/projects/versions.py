"""The append-only history of projects and works."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal
from uuid import UUID

import orjson
from sqlalchemy import Connection

from app.kit.copying import copy_rows
from app.kit.texts import storable
from app.projects.facts import Facts

Change = Literal["created", "changed", "withdrawn", "restored"]


@dataclass(frozen=True, slots=True)
class Version:
    """One version of a project or a work, as it was after the change.

    ``geometry`` is the hexadecimal EWKB of a work, ``None`` for a project.
    """

    id: UUID
    version: int
    change: Change
    facts: Facts
    difference: Facts
    geometry: str | None = None


def change_of(old: Facts | None, new: Facts) -> Change:
    """What a change is called."""
    if old is None:
        return "created"
    if old["withdrawn"] != new["withdrawn"]:
        return "withdrawn" if new["withdrawn"] else "restored"
    return "changed"


def write_versions(
    connection: Connection,
    projects: Sequence[Version],
    works: Sequence[Version],
    *,
    upload_id: UUID | None,
    by: str,
) -> None:
    """Append versions of projects and works."""
    upload = None if upload_id is None else str(upload_id)
    columns = ("version", "upload_id", "by", "change", "difference", "snapshot")
    if projects:
        copy_rows(
            connection,
            "project_versions",
            ("project_id", *columns),
            ((str(v.id), *_values(v, upload, by)) for v in projects),
        )
    if works:
        copy_rows(
            connection,
            "work_versions",
            ("work_id", *columns, "geometry"),
            ((str(v.id), *_values(v, upload, by), v.geometry) for v in works),
        )


def _values(v: Version, upload: str | None, by: str) -> tuple[object, ...]:
    return (v.version, upload, by, v.change, json_text(v.difference), json_text(v.facts))


def json_text(value: object) -> str:
    """JSON as PostgreSQL takes it; what JSON has no form for is written as text."""
    return orjson.dumps(storable(value), default=str).decode()
