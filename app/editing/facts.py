"""What given properties make of a work and its project."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import Connection, select

from app.kit.problems import Forbidden
from app.organisations.viewer import Viewer
from app.projects.change_work import ChangeRefused, Opened
from app.projects.facts import Facts
from app.tables import organisations

BLANK: Facts = {
    "department": None,
    "facility": "unknown",
    "activity": "unknown",
    "excavation": "unknown",
    "road_impact": "unknown",
    "planning_status": "unknown",
    "commitment": "none",
    "precision": "day",
    "start": None,
    "end": None,
    "earliest": None,
    "latest": None,
    "project_cost_eur": None,
}
"""What an empty property stands for."""
KEPT = ("title", "visibility", "reference", "organisation")
"""What no change can make empty."""
FIXED = ("reference", "organisation")


def changed(opened: Opened, said: Facts, slug: str, *, replace: bool) -> Facts:
    """The patch that makes of a stored work what is said; what stays as it is is left out.

    With ``replace``, what is not said becomes blank, but for title, visibility,
    reference and organisation.
    """
    work, project = opened.facts, opened.project.facts[0]
    now = {**work, "reference": project["reference"], "organisation": slug}
    now |= {"department": project["department"], "project_cost_eur": project["cost_eur"]}
    if "title" in said and said["title"] is None:
        msg = "A work needs a title."
        raise ChangeRefused(msg)
    wanted = {n: v for n, v in said.items() if n not in KEPT or v is not None}
    blanks = {n: v for n, v in BLANK.items() if replace or n in said}
    wanted = {**blanks, **{n: v for n, v in wanted.items() if v is not None}}
    patch = {n: v for n, v in wanted.items() if now[n] != v}
    for name in FIXED:
        if name in patch:
            msg = (
                f"{name} is {now[name]!r} since the work was made and cannot become "
                f"{patch[name]!r}; withdraw the work and make another."
            )
            raise ChangeRefused(msg)
    if {"start", "end"} & patch.keys() and said.get("precision"):
        patch["precision"] = said["precision"]
    if "project_cost_eur" in patch:
        patch["cost_eur"] = _cents(patch.pop("project_cost_eur"))
    return patch


def _cents(amount: object) -> float | None:
    return round(float(amount), 2) if isinstance(amount, int | float) else None


def slug_of(connection: Connection, organisation_id: UUID | None) -> str:
    """The slug of an organisation; that of the administrator is their role."""
    query = select(organisations.c.slug).where(organisations.c.id == organisation_id)
    return connection.scalar(query) or "administrator"


def owner_of(connection: Connection, viewer: Viewer, slug: object) -> UUID:
    """The organisation to make a work for: the caller's, or one that it reports for."""
    own = (*viewer.organisation_ids, *viewer.shares)
    if slug is None and own:
        return own[0]
    query = select(organisations.c.id).where(
        organisations.c.slug == slug, organisations.c.id.in_(own)
    )
    found: UUID | None = connection.scalar(query)
    if found is None:
        msg = (
            "You make works for your own organisation, or one that you report for; "
            f"{slug!r} is neither."
        )
        raise Forbidden(msg)
    return found
