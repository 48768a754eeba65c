"""Detect what is pending: all after a change of rules or context, else what lags behind."""

from __future__ import annotations

from datetime import date
from typing import Literal, NamedTuple
from uuid import UUID

from sqlalchemy import Connection, Engine, text

from app.context.changed import changed_layers
from app.findings.detect_all import detect_all
from app.findings.parameters import is_up_to_date, note_as_of, read_as_of, read_rules
from app.findings.refresh import refresh
from app.findings.write import Changes
from app.settings import Settings
from spatial.period import day_number
from spatial.stages import OnStage

Extent = Literal["everything", "some works", "nothing"]

_LAGGING = """
SELECT DISTINCT w.id
FROM findings f
CROSS JOIN LATERAL unnest(f.work_ids, f.work_versions) AS made_from(id, version)
JOIN works w ON w.id = made_from.id
WHERE f.state <> 'resolved' AND (w.withdrawn OR NOT w.counts OR w.version <> made_from.version)
"""


class CaughtUp(NamedTuple):
    """What was looked at, and what changed."""

    extent: Extent
    works: int | None
    changes: Changes


def lagging(connection: Connection) -> list[UUID]:
    """Works that changed after the findings about them were made.

    Uploads and edits refresh their findings themselves, so there should be
    none; there are where works were written past the service.
    """
    return list(connection.scalars(text(_LAGGING)))


def catch_up(
    engine: Engine,
    settings: Settings,
    *,
    on_stage: OnStage | None = None,
    full: bool = False,
    as_of: date | None = None,
) -> CaughtUp:
    """Detect everything if asked or if rules, context or the day changed, else what lags behind.

    ``as_of`` is the day that counts as today from now on; None leaves it as it is.
    """
    with engine.begin() as connection:
        if as_of is not None and read_as_of(connection) != day_number(as_of):
            note_as_of(connection, as_of)
            full = True
        rules_same = is_up_to_date(connection, read_rules(connection))
        current = rules_same and not changed_layers(connection)
        behind = lagging(connection) if current and not full else []
        if behind:
            changes = refresh(connection, settings, behind, on_stage=on_stage)
            return CaughtUp("some works", len(behind), changes)
    if current and not full:
        return CaughtUp("nothing", 0, Changes())
    return CaughtUp("everything", None, detect_all(engine, settings, on_stage=on_stage))
