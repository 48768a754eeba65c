"""Read projects and works, as far as the caller may see them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import UUID

import orjson
from sqlalchemy import ColumnElement, Connection, Row, Select, Text, cast, func, select

from app.kit.problems import NotFound
from app.organisations.viewer import Viewer
from app.projects.facts import periods_of
from app.tables import (
    budgets,
    datasets,
    departments,
    organisations,
    project_versions,
    projects,
    work_versions,
    works,
)

Json = dict[str, Any]


def project_rows(
    connection: Connection, viewer: Viewer, where: ColumnElement[bool], limit: int
) -> Sequence[Row[Any]]:
    """Projects the caller may see, in the order of their keys."""
    c = projects.c
    query = (
        select(projects, organisations.c.slug, departments.c.name.label("department"),
               datasets.c.name.label("dataset"),
               datasets.c.organisation_id.label("delivered_by"))
        .join(organisations, organisations.c.id == c.organisation_id)
        .join(datasets, datasets.c.id == c.dataset_id)
        .outerjoin(departments, departments.c.id == c.department_id)
        .where(viewer.sees_rows_of(projects), where)
        .order_by(c.key)
        .limit(limit)
    )  # fmt: skip
    return connection.execute(query).all()


def project_json(row: Row[Any]) -> Json:
    """A project as the API gives it."""
    return {
        "id": row.id,
        "reference": row.reference,
        "dataset": row.dataset,
        "organisation": row.slug,
        "department": row.department,
        "title": row.title,
        "description": row.description,
        "planning_status": row.planning_status,
        "commitment": row.commitment,
        "visibility": row.visibility,
        "project_cost_eur": None if row.cost_eur is None else float(row.cost_eur),
        "withdrawn": row.withdrawn,
        "version": row.version,
        "updated": row.updated_at,
    }


def read_project(connection: Connection, viewer: Viewer, project_id: UUID) -> Json:
    """A project with its works, budgets and history; ``NotFound`` where the caller sees none."""
    rows = project_rows(connection, viewer, projects.c.id == project_id, 1)
    if not rows:
        msg = f"There is no project {project_id}, or you may not see it."
        raise NotFound(msg)
    row = rows[0]
    own = owns(viewer, row)
    inside = work_rows(connection, viewer, works.c.project_id == project_id, 10_000)
    return project_json(row) | {
        "works": [work_json(w, own=own) for w in inside],
        "budgets": _budgets(connection, project_id),
        "versions": history(
            connection, viewer, project_versions, "project_id", project_id, own=own
        ),
    }


def owns(viewer: Viewer, row: Any) -> bool:
    """Whether a project or work is the caller's; ``row`` tells of whom it is and by whom."""
    return viewer.owns(row.organisation_id, row.delivered_by)


def _budgets(connection: Connection, project_id: UUID) -> list[Json]:
    c = budgets.c
    query = (
        select(c.year, organisations.c.slug, c.amount_eur, c.state)
        .join(organisations, organisations.c.id == c.organisation_id)
        .where(c.project_id == project_id)
        .order_by(c.year, organisations.c.slug)
    )
    return [
        {
            "year": r.year,
            "organisation": r.slug,
            "amount_eur": float(r.amount_eur),
            "state": r.state,
        }
        for r in connection.execute(query)
    ]


def work_rows(
    connection: Connection, viewer: Viewer, where: ColumnElement[bool], limit: int
) -> Sequence[Row[Any]]:
    """Works the caller may see, in the order of their keys."""
    return connection.execute(
        _work_select().where(viewer.sees_rows_of(works), where).order_by(works.c.key).limit(limit)
    ).all()


def _work_select() -> Select[Any]:
    c = works.c
    return (
        select(
            c.id, c.key, c.project_id, c.organisation_id, c.part, c.title, c.facility, c.activity,
            c.excavation, c.road_impact, c.planning_status, c.commitment, c.visibility,
            func.lower(c.period).label("start"), (func.upper(c.period) - 1).label("end"),
            cast(c.valid_periods, Text).label("periods"), c.precision,
            func.lower(c.flexibility_window).label("earliest"),
            (func.upper(c.flexibility_window) - 1).label("latest"), c.duration_days, c.extra,
            c.withdrawn, c.counts, c.version, c.updated_at, projects.c.reference,
            organisations.c.slug, datasets.c.organisation_id.label("delivered_by"),
            func.ST_AsGeoJSON(c.geometry_4326, 7, type_=Text).label("shape"),
        )
        .join(projects, projects.c.id == c.project_id)
        .join(datasets, datasets.c.id == projects.c.dataset_id)
        .join(organisations, organisations.c.id == c.organisation_id)
    )  # fmt: skip


def work_json(row: Row[Any], *, own: bool) -> Json:
    """A work as the API gives it; columns that fit no field are for the owner only."""
    content = {
        "id": row.id,
        "project": row.project_id,
        "reference": row.reference,
        "part": row.part,
        "organisation": row.slug,
        "title": row.title,
        "facility": row.facility,
        "activity": row.activity,
        "excavation": row.excavation,
        "road_impact": row.road_impact,
        "planning_status": row.planning_status,
        "commitment": row.commitment,
        "visibility": row.visibility,
        "start": row.start,
        "end": row.end,
        "periods": periods_of(row.periods),
        "precision": row.precision,
        "earliest": row.earliest,
        "latest": row.latest,
        "duration_days": row.duration_days,
        "withdrawn": row.withdrawn,
        "counts": row.counts,
        "version": row.version,
        "updated": row.updated_at,
        "geometry": orjson.Fragment(row.shape),
    }
    return content | ({"extra": row.extra} if own else {})


def read_work(connection: Connection, viewer: Viewer, work_id: UUID) -> Json:
    """A work with its history; ``NotFound`` where the caller sees none."""
    rows = work_rows(connection, viewer, works.c.id == work_id, 1)
    if not rows:
        msg = f"There is no work {work_id}, or you may not see it."
        raise NotFound(msg)
    own = owns(viewer, rows[0])
    told = history(connection, viewer, work_versions, "work_id", work_id, own=own)
    return work_json(rows[0], own=own) | {"versions": told}


def history(
    connection: Connection,
    viewer: Viewer,
    versions: Any,
    key: str,
    id_: UUID,
    *,
    own: bool,
) -> list[Json]:
    """The versions of a thing, oldest first.

    Others than the owner see no version that was hidden from them when it was
    made, nor what differed from such a version.
    """
    c = versions.c
    query = (
        select(c.version, c.upload_id, c.by, c.at, c.change, c.difference, c.snapshot)
        .where(c[key] == id_)
        .order_by(c.version)
    )
    told: list[Json] = []
    seen_before = own
    for r in connection.execute(query):
        seen = own or _shown(viewer, r.snapshot["visibility"])
        if seen:
            told.append(
                {
                    "version": r.version,
                    "at": r.at,
                    "by": r.by,
                    "change": r.change,
                    "upload": r.upload_id,
                    "difference": _for(r.difference, own=own) if seen_before else {},
                }
            )
        seen_before = seen
    return told


def _shown(viewer: Viewer, visibility: str) -> bool:
    return visibility == "public" or (visibility == "partners" and viewer.role == "partner")


def _for(difference: Json, *, own: bool) -> Json:
    return difference if own else {k: v for k, v in difference.items() if k != "extra"}
