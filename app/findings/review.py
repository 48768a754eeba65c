"""People judge a finding: to assess, confirmed, rejected."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any, Literal
from uuid import UUID

from sqlalchemy import ColumnElement, Connection, and_, exists, func, or_, select

from app.kit.problems import Conflict, Forbidden, NotFound, PreconditionFailed
from app.organisations.viewer import Viewer
from app.tables import finding_events, findings, organisations, works
from spatial.vocabulary import FINDING_STATE

Verdict = Literal["to_assess", "confirmed", "rejected"]
NEXT: dict[str, frozenset[str]] = {
    "new": frozenset({"to_assess", "confirmed", "rejected"}),
    "to_assess": frozenset({"confirmed", "rejected"}),
    "confirmed": frozenset({"to_assess", "rejected"}),
    "rejected": frozenset({"to_assess", "confirmed"}),
    "resolved": frozenset(),
}
"""States that people may give a finding in each state; the system alone resolves."""


def tag_of(key: int, updated_at: datetime) -> str:
    """The entity tag of a finding: another one after every write.

    >>> tag_of(7, datetime.fromisoformat("2026-01-01T00:00:00+00:00"))
    '"7-1767225600000000"'
    """
    return f'"{key}-{round(updated_at.timestamp() * 1_000_000)}"'


def _locked(connection: Connection, viewer: Viewer, finding_id: UUID) -> Any:
    query = (
        select(findings.c.key, findings.c.state, findings.c.updated_at, findings.c.work_ids)
        .where(findings.c.id == finding_id, viewer.sees_findings(findings))
        .with_for_update()
    )
    row = connection.execute(query).one_or_none()
    if row is None:
        msg = f"There is no finding {finding_id}, or you may not see it."
        raise NotFound(msg)
    return row


def _who(connection: Connection, viewer: Viewer) -> str:
    if viewer.role == "administrator":
        return viewer.role
    query = select(organisations.c.slug).where(organisations.c.id == viewer.organisation_id)
    return str(connection.scalar(query))


def is_concerned(connection: Connection, viewer: Viewer, work_ids: Sequence[UUID]) -> bool:
    """Whether one of these works is the caller's, or of one for whom it reports."""
    if viewer.role != "partner":
        return viewer.role == "administrator"
    c = works.c
    theirs: list[ColumnElement[bool]] = [c.organisation_id.in_(viewer.organisation_ids)]
    if viewer.shares:
        theirs.append(and_(c.organisation_id.in_(viewer.shares), viewer.delivered(works)))
    query = select(exists().where(c.id.in_(work_ids), or_(*theirs)))
    return bool(connection.scalar(query))


def _check(row: Any, verdict: Verdict, if_match: str | None, *, concerned: bool) -> None:
    if not concerned:
        msg = "Only an organisation whose work is in the finding, or who reports it, may assess it."
        raise Forbidden(msg)
    if if_match not in {None, "*"} and tag_of(row.key, row.updated_at) != if_match:
        msg = "The finding changed since you read it. Read it again, then assess it."
        raise PreconditionFailed(msg)
    if verdict not in NEXT[row.state]:
        allowed = ", ".join(sorted(NEXT[row.state])) or "nothing"
        hint = " It no longer holds." if row.state == "resolved" else ""
        msg = f"A finding that is {row.state} can become {allowed}, not {verdict}.{hint}"
        raise Conflict(msg)


def review(
    connection: Connection,
    viewer: Viewer,
    finding_id: UUID,
    verdict: Verdict,
    *,
    reason: str = "",
    if_match: str | None = None,
) -> None:
    """Give a finding another state and note who did so and why.

    NotFound, Forbidden, PreconditionFailed and Conflict say why not.
    """
    row = _locked(connection, viewer, finding_id)
    concerned = is_concerned(connection, viewer, row.work_ids)
    _check(row, verdict, if_match, concerned=concerned)
    connection.execute(
        findings.update()
        .where(findings.c.id == finding_id)
        .values(state=verdict, updated_at=func.clock_timestamp())
    )
    connection.execute(
        finding_events.insert().values(
            finding_id=finding_id,
            by=_who(connection, viewer),
            from_state=row.state,
            to_state=verdict,
            reason=reason,
        )
    )


assert set(NEXT) == set(FINDING_STATE.ids)
