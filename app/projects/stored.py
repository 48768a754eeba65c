"""Projects and works as they are stored, as facts in columns."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

import numpy as np
import shapely
from sqlalchemy import (
    ARRAY,
    ColumnElement,
    Connection,
    Date,
    LargeBinary,
    Text,
    any_,
    bindparam,
    cast,
    func,
    select,
    type_coerce,
)
from sqlalchemy.dialects.postgresql import UUID as PG_UUID

from app.projects.facts import Facts, day_before, periods_of
from app.projects.shapes import objects
from app.tables import budgets, departments, projects, works
from spatial.work import Objects


@dataclass(frozen=True, slots=True)
class StoredProjects:
    """Stored projects as columns of equal length."""

    id: list[UUID]
    version: list[int]
    facts: list[Facts]
    extra: list[Facts]

    def __len__(self) -> int:
        return len(self.id)


@dataclass(frozen=True, slots=True)
class StoredWorks:
    """Stored works as columns of equal length; geometry in the storage CRS."""

    id: list[UUID]
    project_id: list[UUID]
    organisation_id: list[UUID]
    version: list[int]
    upload_id: list[UUID | None]
    facts: list[Facts]
    geometry: Objects
    footprint: Objects

    def __len__(self) -> int:
        return len(self.id)


def among(column: ColumnElement[UUID], ids: Sequence[UUID]) -> ColumnElement[bool]:
    """Clause: the column is one of ``ids``; one parameter however many there are."""
    return column == any_(bindparam(None, list(ids), ARRAY(PG_UUID)))


def with_references(dataset_id: UUID, references: Sequence[str]) -> ColumnElement[bool]:
    """Clause: projects of a dataset with one of these references."""
    listed = bindparam(None, list(references), ARRAY(Text))
    return (projects.c.dataset_id == dataset_id) & (projects.c.reference == any_(listed))


def read_projects(connection: Connection, where: ColumnElement[bool]) -> StoredProjects:
    """The projects for which a clause holds, in the order of their keys, locked."""
    c = projects.c
    yearly = (
        select(func.jsonb_object_agg(cast(budgets.c.year, Text), budgets.c.amount_eur))
        .where(budgets.c.project_id == c.id, budgets.c.organisation_id == c.organisation_id)
        .scalar_subquery()
    )
    department = (
        select(departments.c.name).where(departments.c.id == c.department_id).scalar_subquery()
    )
    query = (
        select(
            c.id, c.version, c.organisation_id, department.label("department"), c.reference,
            c.title, c.description, c.planning_status, c.commitment, c.visibility, c.cost_eur,
            yearly.label("budgets"), c.withdrawn, c.extra,
        )
        .where(where)
        .order_by(c.key)
        .with_for_update(of=projects, key_share=True)
    )  # fmt: skip
    found = connection.execute(query).all()
    return StoredProjects(
        [r.id for r in found],
        [r.version for r in found],
        [
            {
                "organisation_id": str(r.organisation_id),
                "department": r.department,
                "reference": r.reference,
                "title": r.title,
                "description": r.description,
                "planning_status": r.planning_status,
                "commitment": r.commitment,
                "visibility": r.visibility,
                "cost_eur": None if r.cost_eur is None else float(r.cost_eur),
                "budgets": {y: float(a) for y, a in sorted((r.budgets or {}).items())},
                "withdrawn": r.withdrawn,
            }
            for r in found
        ],
        [r.extra for r in found],
    )


def read_works(connection: Connection, where: ColumnElement[bool]) -> StoredWorks:
    """The works for which a clause holds, in the order of their keys, locked."""
    c = works.c
    query = (
        select(
            c.id, c.project_id, c.organisation_id, c.version, c.upload_id, c.part, c.title,
            c.facility, c.activity, c.excavation, c.road_impact, c.planning_status, c.commitment,
            c.visibility, c.precision, c.duration_days, c.extra, c.withdrawn,
            *_days("start", "end", c.period), *_days("earliest", "latest", c.flexibility_window),
            cast(c.valid_periods, Text).label("periods"),
            func.ST_AsBinary(c.geometry, type_=LargeBinary).label("geometry"),
            func.ST_AsBinary(c.footprint, type_=LargeBinary).label("footprint"),
        )
        .where(where)
        .order_by(c.key)
        .with_for_update(of=works, key_share=True)
    )  # fmt: skip
    found = connection.execute(query).all()
    return StoredWorks(
        [r.id for r in found],
        [r.project_id for r in found],
        [r.organisation_id for r in found],
        [r.version for r in found],
        [r.upload_id for r in found],
        [
            {
                "part": r.part,
                "title": r.title,
                "facility": r.facility,
                "activity": r.activity,
                "excavation": r.excavation,
                "road_impact": r.road_impact,
                "planning_status": r.planning_status,
                "commitment": r.commitment,
                "visibility": r.visibility,
                "start": r.start,
                "end": _last(r.end),
                "periods": periods_of(r.periods),
                "precision": r.precision,
                "earliest": r.earliest,
                "latest": _last(r.latest),
                "duration_days": r.duration_days,
                "extra": r.extra,
                "withdrawn": r.withdrawn,
            }
            for r in found
        ],
        geometries(r.geometry for r in found),
        geometries(r.footprint for r in found),
    )


def geometries(wkb: object) -> Objects:
    """Geometries of a series of WKB, ``None`` where it has none."""
    shapes: Objects = shapely.from_wkb(objects([None if b is None else bytes(b) for b in wkb]))  # type: ignore[attr-defined]  # any iterable
    return shapes if len(shapes) else np.empty(0, dtype=object)


def _days(first: str, last: str, period: ColumnElement[object]) -> tuple[ColumnElement[str], ...]:
    def text(day: ColumnElement[object], name: str) -> ColumnElement[str]:
        return cast(type_coerce(day, Date), Text).label(name)

    return text(func.lower(period), first), text(func.upper(period), last)


def _last(end: str | None) -> str | None:
    return None if end is None else day_before(end)
