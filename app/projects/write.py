"""Write many projects and works, each with a new version, by COPY."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from uuid import UUID

from sqlalchemy import Connection, delete, select
from sqlalchemy.dialects.postgresql import insert

from app.kit.copying import copy_rows, update_rows
from app.projects.diversions import follow_projects
from app.projects.facts import (
    Facts,
    difference,
    multirange_text,
    range_text,
    shape_text,
    window_text,
)
from app.projects.shapes import Shapes, objects, shapes
from app.projects.stored import among
from app.projects.versions import Version, change_of, json_text, write_versions
from app.tables import budgets, departments

PROJECT_COLUMNS = (
    "id", "organisation_id", "department_id", "title", "description", "planning_status",
    "commitment", "visibility", "cost_eur", "withdrawn", "version", "upload_id", "updated_at",
)  # fmt: skip
WORK_COLUMNS = (
    "id", "organisation_id", "part", "title", "facility", "activity", "excavation", "road_impact",
    "planning_status", "commitment", "visibility", "period", "valid_periods", "precision",
    "flexibility_window", "duration_days", "extra", "withdrawn", "version", "upload_id",
    "updated_at", "geometry", "footprint", "geometry_4326", "footprint_4326",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class ProjectChange:
    """A project as it shall be; ``old`` is ``None`` where it is new."""

    id: UUID
    old: Facts | None
    new: Facts
    version: int


@dataclass(frozen=True, slots=True)
class WorkChange:
    """A work as it shall be; ``old`` is ``None`` where it is new."""

    id: UUID
    project_id: UUID
    organisation_id: UUID
    old: Facts | None
    new: Facts
    version: int
    old_geometry: object
    geometry: object
    footprint: object


@dataclass(frozen=True, slots=True)
class Author:
    """Who changes what, and by which upload."""

    upload_id: UUID | None
    by: str


def write(
    connection: Connection,
    projects: Sequence[ProjectChange],
    works: Sequence[WorkChange],
    *,
    dataset_id: UUID,
    author: Author,
    storage_crs: int,
) -> None:
    """Store changed and new projects and works with their versions.

    ``dataset_id`` is that of the new projects; the others keep theirs.
    """
    now = datetime.now(UTC).isoformat()
    upload = None if author.upload_id is None else str(author.upload_id)
    _write_projects(connection, projects, str(dataset_id), (upload, now))
    stored = shapes(
        objects([w.geometry for w in works]), objects([w.footprint for w in works]), storage_crs
    )
    _write_works(connection, works, stored, (upload, now))
    write_versions(
        connection,
        [_project_version(p) for p in projects],
        [_work_version(w, str(g)) for w, g in zip(works, stored.geometry, strict=True)],
        upload_id=author.upload_id,
        by=author.by,
    )


def _write_projects(
    connection: Connection,
    projects: Sequence[ProjectChange],
    dataset_id: str,
    stamp: tuple[str | None, str],
) -> None:
    department_ids = _departments(connection, projects)
    rows = [_project_row(p, department_ids, stamp) for p in projects]
    new = [
        (*row, dataset_id, p.new["reference"])
        for p, row in zip(projects, rows, strict=True)
        if p.old is None
    ]
    copy_rows(connection, "projects", (*PROJECT_COLUMNS, "dataset_id", "reference"), new)
    changed = [row for p, row in zip(projects, rows, strict=True) if p.old is not None]
    update_rows(connection, "projects", PROJECT_COLUMNS, changed)
    _write_budgets(connection, projects)
    turned = [p.id for p in projects if p.old and p.old["withdrawn"] != p.new["withdrawn"]]
    follow_projects(connection, turned)


def _project_row(
    p: ProjectChange, department_ids: dict[tuple[str, str], str], stamp: tuple[str | None, str]
) -> tuple[object, ...]:
    f = p.new
    owner = str(f["organisation_id"])
    return (
        str(p.id), owner, department_ids.get((owner, str(f["department"]))), f["title"],
        f["description"], f["planning_status"], f["commitment"], f["visibility"], f["cost_eur"],
        f["withdrawn"], p.version, *stamp,
    )  # fmt: skip


def _departments(
    connection: Connection, projects: Sequence[ProjectChange]
) -> dict[tuple[str, str], str]:
    named = {
        (str(p.new["organisation_id"]), str(p.new["department"]))
        for p in projects
        if p.new["department"]
    }
    if not named:
        return {}
    values = [{"organisation_id": UUID(o), "name": name} for o, name in sorted(named)]
    connection.execute(insert(departments).on_conflict_do_nothing(), values)
    c = departments.c
    owners = [UUID(o) for o in {o for o, _ in named}]
    found = connection.execute(
        select(c.id, c.organisation_id, c.name).where(among(c.organisation_id, owners))
    )
    return {(str(r.organisation_id), r.name): str(r.id) for r in found}


def _write_budgets(connection: Connection, projects: Sequence[ProjectChange]) -> None:
    """Amounts per year of the owner; what others put in is left alone."""
    changed = [p for p in projects if p.new["budgets"] != (p.old["budgets"] if p.old else {})]
    if not changed:
        return
    known = [p for p in changed if p.old is not None]
    if known:
        owners = {UUID(str(p.old["organisation_id"])) for p in known if p.old is not None}
        c = budgets.c
        connection.execute(
            delete(budgets).where(
                among(c.project_id, [p.id for p in known]), c.organisation_id.in_(owners)
            )
        )
    copy_rows(
        connection,
        "budgets",
        ("project_id", "year", "organisation_id", "amount_eur"),
        (
            (str(p.id), int(year), p.new["organisation_id"], amount)
            for p in changed
            for year, amount in _amounts(p.new)
        ),
    )


def _amounts(facts: Facts) -> list[tuple[str, object]]:
    amounts = facts["budgets"]
    assert isinstance(amounts, dict)
    return list(amounts.items())


def _write_works(
    connection: Connection,
    works: Sequence[WorkChange],
    stored: Shapes,
    stamp: tuple[str | None, str],
) -> None:
    rows = [
        _work_row(w, stamp, shape)
        for w, shape in zip(
            works,
            zip(
                stored.geometry,
                stored.footprint,
                stored.geometry_4326,
                stored.footprint_4326,
                strict=True,
            ),
            strict=True,
        )
    ]
    new = [(*row, str(w.project_id)) for w, row in zip(works, rows, strict=True) if w.old is None]
    copy_rows(connection, "works", (*WORK_COLUMNS, "project_id"), new)
    changed = [row for w, row in zip(works, rows, strict=True) if w.old is not None]
    update_rows(connection, "works", WORK_COLUMNS, changed)


def _work_row(
    w: WorkChange, stamp: tuple[str | None, str], shape: tuple[object, ...]
) -> tuple[object, ...]:
    f = w.new
    return (
        str(w.id), str(w.organisation_id), f["part"], f["title"], f["facility"], f["activity"],
        f["excavation"], f["road_impact"], f["planning_status"], f["commitment"], f["visibility"],
        range_text(f["start"], f["end"]), multirange_text(f["periods"]), f["precision"],
        window_text(f["earliest"], f["latest"]), f["duration_days"], json_text(f["extra"]),
        f["withdrawn"], w.version, *stamp, *shape,
    )  # fmt: skip


def _project_version(p: ProjectChange) -> Version:
    return Version(
        p.id,
        p.version,
        change_of(p.old, p.new),
        p.new,
        difference(p.old, p.new) if p.old is not None else {},
    )


def _work_version(w: WorkChange, geometry: str) -> Version:
    change = change_of(w.old, w.new)
    told = difference(w.old, w.new) if w.old is not None else {}
    if w.old is not None and w.old_geometry is not w.geometry:
        told["geometry"] = {
            "old": shape_text(w.old_geometry),  # type: ignore[arg-type]  # a shapely geometry
            "new": shape_text(w.geometry),  # type: ignore[arg-type]  # a shapely geometry
        }
    return Version(w.id, w.version, change, w.new, told, geometry)
