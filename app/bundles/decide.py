"""People decide about a bundle: accept it, reject it, or go back on either."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any, Literal
from uuid import UUID

from sqlalchemy import Connection, func, insert, select, update

from app.bundles.refresh import refresh_bundles
from app.findings.refresh import refresh
from app.findings.review import is_concerned, who
from app.findings.turns import take_turn
from app.kit.problems import Conflict, Forbidden, NotFound, PreconditionFailed
from app.organisations.viewer import Viewer
from app.settings import Settings
from app.tables import bundle_events, bundle_works, bundles, works

Decision = Literal["accept", "reject", "dissolve"]
STATE: dict[Decision, str] = {"accept": "accepted", "reject": "rejected", "dissolve": "dissolved"}
FROM: dict[Decision, frozenset[str]] = {
    "accept": frozenset({"proposed"}),
    "reject": frozenset({"proposed"}),
    "dissolve": frozenset({"accepted", "rejected"}),
}
"""In which states a decision can be taken. To dissolve frees the works for new proposals."""


def bundle_tag(key: int, updated_at: datetime) -> str:
    """The entity tag of a bundle: another one after every write."""
    return f'"b{key}-{round(updated_at.timestamp() * 1_000_000)}"'


def decide(
    connection: Connection,
    settings: Settings,
    viewer: Viewer,
    bundle_id: UUID,
    decision: Decision,
    *,
    reason: str = "",
    if_match: str | None = None,
) -> None:
    """Give a bundle its state, note who did so and why, and let the findings follow.

    The works of an accepted bundle are agreed: they are in no other bundle, and
    no longer in each other's way (B01). NotFound, Forbidden, PreconditionFailed
    and Conflict say why not.
    """
    take_turn(connection)
    row = _locked(connection, viewer, bundle_id)
    _check(connection, viewer, row, decision, if_match)
    if decision == "accept":
        _check_free(connection, row.work_ids)
    name = who(connection, viewer)
    connection.execute(
        update(bundles)
        .where(bundles.c.id == bundle_id)
        .values(
            state=STATE[decision],
            decided_by=name,
            decided_at=func.clock_timestamp(),
            updated_at=func.clock_timestamp(),
            misfit=[],
        )
    )
    connection.execute(
        update(bundle_works)
        .where(bundle_works.c.bundle_id == bundle_id)
        .values(accepted=decision == "accept")
    )
    connection.execute(
        insert(bundle_events).values(
            bundle_id=bundle_id,
            by=name,
            action=decision,
            from_state=row.state,
            to_state=STATE[decision],
            reason=reason,
        )
    )
    if decision == "accept" or row.state == "accepted":
        refresh(connection, settings, row.work_ids)
    else:
        refresh_bundles(connection, row.work_ids, storage_crs=settings.storage_crs)


def _locked(connection: Connection, viewer: Viewer, bundle_id: UUID) -> Any:
    c = bundles.c
    query = (
        select(c.key, c.state, c.feasible, c.updated_at, c.work_ids)
        .where(c.id == bundle_id, viewer.sees_findings(bundles))
        .with_for_update()
    )
    row = connection.execute(query).one_or_none()
    if row is None:
        msg = f"There is no bundle {bundle_id}, or you may not see it."
        raise NotFound(msg)
    return row


def _check(
    connection: Connection, viewer: Viewer, row: Any, decision: Decision, if_match: str | None
) -> None:
    if not is_concerned(connection, viewer, row.work_ids):
        msg = "Only an organisation whose work is in the bundle, or who reports it, may decide."
        raise Forbidden(msg)
    if if_match not in {None, "*"} and bundle_tag(row.key, row.updated_at) != if_match:
        msg = "The bundle changed since you read it. Read it again, then decide."
        raise PreconditionFailed(msg)
    if row.state not in FROM[decision]:
        allowed = " or ".join(sorted(FROM[decision]))
        msg = f"You can {decision} a bundle that is {allowed}; this one is {row.state}."
        raise Conflict(msg)
    if decision == "accept" and not row.feasible:
        msg = "This is a near miss: its works do not fit in one slot. Widen a window first."
        raise Conflict(msg)


def _check_free(connection: Connection, work_ids: Sequence[UUID]) -> None:
    """Each work is in one accepted bundle at most; the database sees to it as well."""
    c = bundle_works.c
    query = (
        select(works.c.title)
        .join(bundle_works, c.work_id == works.c.id)
        .where(c.accepted, c.work_id.in_(work_ids))
    )
    taken = list(connection.scalars(query))
    if taken:
        msg = f"Already in an accepted bundle: {', '.join(taken)}. Dissolve that one first."
        raise Conflict(msg)
