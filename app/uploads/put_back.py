"""What projects and works must become for an upload to be as if it had not been."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import UUID

import numpy as np
import shapely
from sqlalchemy import Connection, LargeBinary, Row, Table, and_, func, select

from app.projects.facts import OF_PROJECT, Facts
from app.projects.stored import (
    StoredProjects,
    StoredWorks,
    among,
    geometries,
    read_projects,
    read_works,
)
from app.projects.write import ProjectChange, WorkChange
from app.tables import project_versions, projects, work_versions, works
from spatial.geometry import footprints
from spatial.vocabulary import ACTIVITY, FACILITY, Vocabulary
from spatial.work import Codes

Before = dict[UUID, Row[Any]]


def put_back(
    connection: Connection, upload_id: UUID
) -> tuple[list[ProjectChange], list[WorkChange]]:
    """The changes that undo an upload.

    What it made is withdrawn, what it changed becomes what it was. A project in
    which a later upload put works of its own stands as long as those do, and
    its works follow its status, visibility and owner.
    """
    project_ids, projects_before = _before(connection, upload_id, project_versions, "project_id")
    work_ids, works_before = _before(connection, upload_id, work_versions, "work_id")
    of_works = connection.scalars(
        select(works.c.project_id).distinct().where(among(works.c.id, work_ids))
    )
    concerned = sorted({*project_ids, *of_works})
    stored = read_projects(connection, among(projects.c.id, concerned))
    inside = read_works(connection, among(works.c.project_id, concerned))
    touched = set(work_ids)
    facts = [
        _snapshot(works_before.get(id_), now) if id_ in touched else now
        for id_, now in zip(inside.id, inside.facts, strict=True)
    ]
    standing = {p for p, f in zip(inside.project_id, facts, strict=True) if not f["withdrawn"]}
    new = {
        id_: {
            **(projects_before[id_].snapshot if id_ in projects_before else now),
            "withdrawn": id_ not in standing,
        }
        for id_, now in zip(stored.id, stored.facts, strict=True)
    }
    return _project_changes(stored, new), _work_changes(inside, facts, new, works_before)


def _before(
    connection: Connection, upload_id: UUID, versions: Table, key: str
) -> tuple[list[UUID], Before]:
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


def _project_changes(stored: StoredProjects, new: dict[UUID, Facts]) -> list[ProjectChange]:
    return [
        ProjectChange(id_, now, new[id_], version + 1)
        for id_, version, now in zip(stored.id, stored.version, stored.facts, strict=True)
        if new[id_] != now
    ]


def _work_changes(
    inside: StoredWorks, facts: list[Facts], project: dict[UUID, Facts], before: Before
) -> list[WorkChange]:
    was = geometries(before[i].geometry if i in before else None for i in inside.id)
    shape = np.where(shapely.is_missing(was), inside.geometry, was)
    moved = ~shapely.equals_identical(shape, inside.geometry)
    shape[~moved] = inside.geometry[~moved]
    new = [
        f if f["withdrawn"] else {**f, **{n: project[p][n] for n in OF_PROJECT}}
        for f, p in zip(facts, inside.project_id, strict=True)
    ]
    footprint = footprints(
        shape, codes(FACILITY, "facility", new), codes(ACTIVITY, "activity", new)
    )
    owner = [UUID(str(project[p]["organisation_id"])) for p in inside.project_id]
    return [
        WorkChange(
            inside.id[k],
            inside.project_id[k],
            owner[k],
            inside.facts[k],
            new[k],
            inside.version[k] + 1,
            inside.geometry[k],
            shape[k],
            footprint[k],
        )
        for k in range(len(inside))
        if moved[k] or new[k] != inside.facts[k] or owner[k] != inside.organisation_id[k]
    ]


def codes(vocabulary: Vocabulary, name: str, facts: Sequence[Facts]) -> Codes:
    """The codes of one term of many works."""
    return np.array([vocabulary.code(str(f[name])) for f in facts], dtype=np.int8)
