"""People judge a finding: its state, who looks into it, when it is looked at, what is said."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime
from typing import Any
from uuid import UUID

from psycopg.errors import LockNotAvailable
from sqlalchemy import (
    ColumnElement,
    Connection,
    and_,
    any_,
    exists,
    false,
    func,
    or_,
    select,
    text,
    true,
)
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.exc import OperationalError

from app.findings.judgement import Judgement
from app.kit.problems import BodyRefused, Conflict, Forbidden, NotFound, PreconditionFailed
from app.organisations.viewer import Viewer
from app.tables import finding_events, finding_snoozes, findings, organisations, works
from spatial.vocabulary import FINDING_STATE

WAIT_MS = 5_000
_WAIT = text("SELECT set_config('lock_timeout', :ms, true)")
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


def _locked(connection: Connection, viewer: Viewer, finding_id: UUID, wait_ms: int) -> Any:
    """The finding, kept from others until the end; Conflict where a detection keeps it too long."""
    query = (
        select(
            findings.c.key,
            findings.c.state,
            findings.c.updated_at,
            findings.c.work_ids,
            findings.c.assigned_to,
        )
        .where(findings.c.id == finding_id, viewer.sees_findings(findings))
        .with_for_update(key_share=True)
    )
    connection.execute(_WAIT, {"ms": str(wait_ms)})
    try:
        row = connection.execute(query).one_or_none()
    except OperationalError as error:
        if isinstance(error.orig, LockNotAvailable):
            msg = "A detection is just writing this finding. Try again shortly."
            raise Conflict(msg) from error
        raise
    if row is None:
        msg = f"There is no finding {finding_id}, or you may not see it."
        raise NotFound(msg)
    return row


def who(connection: Connection, viewer: Viewer) -> str:
    """Under which name the caller stands in what is kept of the past: its slug."""
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


def concerns(viewer: Viewer) -> ColumnElement[bool]:
    """The same as a clause for the table of findings."""
    if viewer.role != "partner":
        return true() if viewer.role == "administrator" else false()
    ids: ColumnElement[Any] = findings.c.organisation_ids
    mine: ColumnElement[bool] = ids.overlap(list(viewer.organisation_ids))
    if not viewer.shares:
        return mine
    of = works.alias()
    delivered = exists().where(
        of.c.id == any_(findings.c.work_ids),
        of.c.organisation_id.in_(viewer.shares),
        viewer.delivered(of),
    )
    return or_(mine, delivered)


def snoozed(viewer: Viewer, today: date) -> ColumnElement[bool]:
    """Clause for findings that the caller's organisation does not want to see yet."""
    c = finding_snoozes.c
    return exists().where(
        c.finding_id == findings.c.id,
        c.organisation_id == viewer.organisation_id,
        c.until > today,
    )


def _check(
    row: Any, judgement: Judgement, if_match: str | None, today: date, *, concerned: bool
) -> None:
    if not concerned:
        msg = "Only an organisation whose work is in the finding, or who reports it, may assess it."
        raise Forbidden(msg)
    if if_match not in {None, "*"} and tag_of(row.key, row.updated_at) != if_match:
        msg = "The finding changed since you read it. Read it again, then assess it."
        raise PreconditionFailed(msg)
    if judgement.state is not None and judgement.state not in NEXT[row.state]:
        allowed = ", ".join(sorted(NEXT[row.state])) or "nothing"
        hint = " It no longer holds." if row.state == "resolved" else ""
        msg = f"A finding that is {row.state} can become {allowed}, not {judgement.state}.{hint}"
        raise Conflict(msg)
    if judgement.snooze_until is not None and judgement.snooze_until <= today:
        msg = f"snooze_until must be a day to come, not {judgement.snooze_until}."
        raise BodyRefused(msg)


def review(
    connection: Connection,
    viewer: Viewer,
    finding_id: UUID,
    judgement: Judgement,
    *,
    today: date,
    if_match: str | None = None,
    wait_ms: int = WAIT_MS,
) -> str:
    """Judge a finding and note who did so and why; gives its new entity tag.

    All that a judgement says is written together. ``wait_ms`` is how long to
    wait for a detection that writes the same finding. NotFound, Forbidden,
    PreconditionFailed, Conflict and BodyRefused say why nothing is.
    """
    row = _locked(connection, viewer, finding_id, wait_ms)
    concerned = is_concerned(connection, viewer, row.work_ids)
    _check(row, judgement, if_match, today, concerned=concerned)
    after = judgement.state or row.state
    events = list(_events(connection, viewer, finding_id, row, judgement))
    values: dict[str, object] = {"state": after, "updated_at": func.clock_timestamp()}
    if judgement.assigns:
        values["assigned_to"] = _name(judgement)
    if judgement.snoozes:
        _snooze(connection, viewer, finding_id, judgement.snooze_until)
    changed = findings.update().where(findings.c.id == finding_id).values(values)
    updated_at = connection.scalars(changed.returning(findings.c.updated_at)).one()
    told = {"finding_id": finding_id, "by": who(connection, viewer), "to_state": after}
    connection.execute(finding_events.insert(), [{**told, **event} for event in events])
    return tag_of(row.key, updated_at)


def _name(judgement: Judgement) -> str | None:
    return (judgement.assign_to or "").strip() or None


def _events(
    connection: Connection, viewer: Viewer, finding_id: UUID, row: Any, judgement: Judgement
) -> Iterator[dict[str, object]]:
    """What the history tells of a judgement, one entry for each thing that it says."""

    def event(action: str, reason: str, difference: Mapping[str, object]) -> dict[str, object]:
        before = row.state if action == "state" else judgement.state or row.state
        return {
            "action": action,
            "from_state": before,
            "reason": reason,
            "difference": difference,
        }

    if judgement.state is not None:
        yield event("state", judgement.reason, {})
    if judgement.assigns:
        difference = {"assigned_to": [row.assigned_to, _name(judgement)]}
        yield event("assign", judgement.reason, difference)
    if judgement.snoozes:
        before = snoozed_until(connection, viewer, finding_id)
        days = [None if d is None else d.isoformat() for d in (before, judgement.snooze_until)]
        yield event("snooze", judgement.reason, {"snoozed_until": days})
    if judgement.comment.strip():
        yield event("comment", judgement.comment.strip(), {})


def snoozed_until(connection: Connection, viewer: Viewer, finding_id: UUID) -> date | None:
    """Until when the caller's organisation does not want to see a finding."""
    c = finding_snoozes.c
    query = select(c.until).where(
        c.finding_id == finding_id, c.organisation_id == viewer.organisation_id
    )
    found: date | None = connection.scalar(query)
    return found


def _snooze(connection: Connection, viewer: Viewer, finding_id: UUID, until: date | None) -> None:
    if viewer.organisation_id is None:
        msg = "Only an organisation can snooze a finding, for its own lists."
        raise Forbidden(msg)
    c = finding_snoozes.c
    if until is None:
        connection.execute(
            finding_snoozes.delete().where(
                c.finding_id == finding_id, c.organisation_id == viewer.organisation_id
            )
        )
        return
    row = insert(finding_snoozes).values(
        finding_id=finding_id, organisation_id=viewer.organisation_id, until=until
    )
    connection.execute(
        row.on_conflict_do_update(
            index_elements=["finding_id", "organisation_id"], set_={"until": until}
        )
    )


assert set(NEXT) == set(FINDING_STATE.ids)
