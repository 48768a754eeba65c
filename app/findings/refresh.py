"""The incremental run: findings of works that changed, in the transaction that changed them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from uuid import UUID

import numpy as np
from sqlalchemy import Connection, bindparam, text
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.dialects.postgresql import UUID as PG_UUID

from app.bundles.refresh import refresh_bundles
from app.findings.detection import detect_and_write, silent, stage
from app.findings.parameters import note_rules, read_rules
from app.findings.read_works import TAKES_PART, flags_of, read_works
from app.findings.stored_works import StoredWorks, join
from app.findings.surroundings import STORED, Touched, touched_by, works_at
from app.findings.sync_owners import sync_owners
from app.findings.turns import take_turn
from app.findings.write import Changes
from app.settings import Settings
from spatial.detect import reach_of
from spatial.rule import Rule
from spatial.stages import OnStage

SCAN_SHARE = 0.02
"""From this share of all works on, reading them all beats asking the index for each."""

_NEAR = f"""
WITH changed AS MATERIALIZED (
    SELECT w.key, w.footprint, w.period FROM works w WHERE w.id = ANY(:ids) AND {TAKES_PART}
)
SELECT key FROM changed
UNION
SELECT near.key
FROM changed c
CROSS JOIN LATERAL (
    SELECT w.key FROM works w
    WHERE w.footprint && ST_Expand(c.footprint, :reach_m)
      AND w.period && daterange(lower(c.period) - :reach_days, upper(c.period) + :reach_days)
      AND NOT w.withdrawn
) near
"""  # noqa: S608 - constants of this package, values are bound


def _all_works(connection: Connection, changed: int) -> bool:
    """Whether so many works changed that all may as well be read."""
    known = connection.scalar(text("SELECT reltuples FROM pg_class WHERE oid = 'works'::regclass"))
    return changed > max(float(known or 0), 0.0) * SCAN_SHARE and changed > 200  # noqa: PLR2004


def read_near(connection: Connection, ids: Sequence[UUID], rules: Sequence[Rule]) -> StoredWorks:
    """These works and all others within reach of the rules, fetched by index."""
    if _all_works(connection, len(ids)):
        return read_works(connection)
    reach_m, reach_days = reach_of(rules)
    query = text(_NEAR).bindparams(
        bindparam("ids", list(ids), ARRAY(PG_UUID)), reach_m=reach_m, reach_days=reach_days
    )
    keys = list(connection.scalars(query))
    return read_works(connection, "w.key = ANY(%(keys)s::bigint[])", {"keys": keys})


def _read(
    connection: Connection, ids: Sequence[UUID], rules: Sequence[Rule]
) -> tuple[StoredWorks, Touched]:
    """All works that matter to the findings of these, and what these touch."""
    works = read_near(connection, ids, rules)
    touched = touched_by(connection, rules, works, ids)
    more = sorted(set(works_at(connection, touched)) - set(works.key.tolist()))
    if more:
        others = read_works(connection, "w.key = ANY(%(keys)s::bigint[])", {"keys": more})
        works = join([works, others])
        works = works.take(np.argsort(works.key))
    return works, touched


def refresh(
    connection: Connection,
    settings: Settings,
    work_ids: Iterable[UUID],
    *,
    on_stage: OnStage | None = None,
) -> Changes:
    """Make the findings of these works right, inside the caller's transaction.

    ``work_ids`` are works that are new, changed (place, time, attributes,
    title, visibility, owner) or withdrawn, already written by the caller, who
    should commit soon: other refreshes wait until then. The result is that of
    a full run.
    """
    ids = list(dict.fromkeys(work_ids))
    if not ids:
        return Changes()
    told = on_stage or silent
    take_turn(connection)
    rules = read_rules(connection)
    with stage(told, "read"):
        works, touched = _read(connection, ids, rules)
    wanted = np.frombuffer(b"".join(i.bytes for i in ids), dtype="V16")
    changes = detect_and_write(
        connection,
        works,
        rules,
        storage_crs=settings.storage_crs,
        focus=flags_of(works.works.id, wanted),
        touched=touched,
        stored_where=f"({STORED}) AND rule <> 'O03'",
        stored_parameters={"ids": ids, **touched.stored()},
        on_stage=told,
    )
    with stage(told, "bundles"):
        refresh_bundles(connection, ids, storage_crs=settings.storage_crs)
    with stage(told, "owners"):
        sync_owners(
            connection,
            "f.work_ids && CAST(:ids AS uuid[])",
            {"ids": [str(i) for i in ids]},
        )
    note_rules(connection, rules, all_works=False)
    return changes
