"""Undo an upload: what it changed becomes again what it was, in new versions."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

import numpy as np
import shapely
from sqlalchemy import (
    Connection,
    Engine,
    LargeBinary,
    Row,
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
from app.projects.facts import Facts
from app.projects.stored import among, geometries, read_projects, read_works
from app.projects.write import Author, ProjectChange, WorkChange, write
from app.settings import Settings
from app.tables import (
    constraint_zones,
    diversions,
    project_versions,
    projects,
    uploads,
    work_versions,
    works,
)
from app.uploads.undo_zones import later_zones, undo_rows
from spatial.geometry import footprints
from spatial.vocabulary import ACTIVITY, FACILITY, Vocabulary
from spatial.work import Codes

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
        project_changes = _projects_back(connection, upload_id)
        work_changes = _works_back(connection, upload_id, project_changes)
        row = connection.execute(select(uploads).where(uploads.c.id == upload_id)).one()
        write(
            connection,
            project_changes,
            work_changes,
            dataset_id=row.dataset_id,
            author=Author(upload_id, by),
            storage_crs=settings.storage_crs,
        )
        for table in (constraint_zones, diversions):
            undo_rows(connection, table, upload_id)
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
    later = [
        *_later(connection, upload_id, project_versions, "project_id", projects),
        *_later(connection, upload_id, work_versions, "work_id", works),
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


def _before(
    connection: Connection, upload_id: UUID, versions: Table, key: str
) -> tuple[list[UUID], dict[UUID, Row[Any]]]:
    """What an upload touched, and of each the version just before its own."""
    touched = (
        select(versions.c[key], func.min(versions.c.version).label("first"))
        .where(versions.c.upload_id == upload_id)
        .group_by(versions.c[key])
        .subquery()
    )
    ids = list(connection.scalars(select(touched.c[key])))
    columns = [versions.c[key].label("id"), versions.c.snapshot]
    if "geometry" in versions.c:
        columns.append(func.ST_AsBinary(versions.c.geometry, type_=LargeBinary).label("geometry"))
    query = select(*columns).join(
        touched,
        and_(touched.c[key] == versions.c[key], versions.c.version == touched.c.first - 1),
    )
    return ids, {r.id: r for r in connection.execute(query)}


def _snapshot(before: Row[Any] | None, now: Facts) -> Facts:
    """The facts before the upload; what it made is withdrawn."""
    return {**now, "withdrawn": True} if before is None else dict(before.snapshot)


def _projects_back(connection: Connection, upload_id: UUID) -> list[ProjectChange]:
    ids, before = _before(connection, upload_id, project_versions, "project_id")
    now = read_projects(connection, among(projects.c.id, ids))
    changes = []
    for id_, version, facts in zip(now.id, now.version, now.facts, strict=True):
        new = _snapshot(before.get(id_), facts)
        if new != facts:
            changes.append(ProjectChange(id_, facts, new, version + 1))
    return changes


def _works_back(
    connection: Connection, upload_id: UUID, project_changes: Sequence[ProjectChange]
) -> list[WorkChange]:
    ids, before = _before(connection, upload_id, work_versions, "work_id")
    now = read_works(connection, among(works.c.id, ids))
    owners = {p.id: UUID(str(p.new["organisation_id"])) for p in project_changes}
    facts = [_snapshot(before.get(id_), f) for id_, f in zip(now.id, now.facts, strict=True)]
    was = geometries(before[i].geometry if i in before else None for i in now.id)
    shape = np.where(shapely.is_missing(was), now.geometry, was)
    moved = ~shapely.equals_identical(shape, now.geometry)
    footprint = footprints(
        shape, codes(FACILITY, "facility", facts), codes(ACTIVITY, "activity", facts)
    )
    return [
        WorkChange(
            id_,
            now.project_id[k],
            owners.get(now.project_id[k], now.organisation_id[k]),
            now.facts[k],
            facts[k],
            now.version[k] + 1,
            now.geometry[k],
            shape[k] if moved[k] else now.geometry[k],
            footprint[k],
        )
        for k, id_ in enumerate(now.id)
        if moved[k] or facts[k] != now.facts[k] or now.project_id[k] in owners
    ]


def codes(vocabulary: Vocabulary, name: str, facts: Sequence[Facts]) -> Codes:
    """The codes of one term of many works."""
    return np.array([vocabulary.code(str(f[name])) for f in facts], dtype=np.int8)
