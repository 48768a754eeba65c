"""Diversions go and come back with their project."""

from __future__ import annotations

from collections.abc import Iterable
from uuid import UUID

from sqlalchemy import Connection, and_, func, select, update

from app.projects.stored import among
from app.tables import diversions, projects


def follow_projects(connection: Connection, project_ids: Iterable[UUID]) -> None:
    """Withdraw the diversions of projects that are withdrawn, bring back those of the others.

    A diversion that was withdrawn for itself stays so: only what went with its
    project comes back with it.
    """
    ids = list(project_ids)
    if not ids:
        return
    d = diversions.c
    for gone in (True, False):
        of_project = select(projects.c.id).where(
            among(projects.c.id, ids), projects.c.withdrawn.is_(gone)
        )
        differs = ~d.withdrawn if gone else and_(d.withdrawn, d.withdrawn_with_project)
        connection.execute(
            update(diversions)
            .where(d.project_id.in_(of_project), differs)
            .values(withdrawn=gone, withdrawn_with_project=gone, updated_at=func.now())
        )
