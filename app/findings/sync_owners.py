"""Findings follow the visibility and the owners of their works, resolved ones too."""

from __future__ import annotations

from collections.abc import Mapping

from sqlalchemy import Connection, text

_SYNC = """
WITH owner AS (
    SELECT f.id,
        CASE WHEN bool_or(w.visibility = 'own') THEN 'own'
             WHEN bool_or(w.visibility = 'partners') THEN 'partners'
             ELSE min(f.visibility_floor) END AS visibility,
        array_agg(DISTINCT w.organisation_id) AS organisation_ids,
        coalesce(array_agg(DISTINCT w.organisation_id) FILTER (WHERE w.visibility = 'own'), '{{}}')
            AS own_organisation_ids
    FROM (SELECT f.id, f.visibility_floor, unnest(f.work_ids) AS work_id
        FROM findings f WHERE f.rule <> 'B28' AND ({where})) f
    JOIN works w ON w.id = f.work_id
    GROUP BY f.id
)
UPDATE findings f
SET visibility = owner.visibility, organisation_ids = owner.organisation_ids,
    own_organisation_ids = owner.own_organisation_ids, updated_at = now()
FROM owner
WHERE f.id = owner.id AND (f.visibility <> owner.visibility
    OR NOT (f.organisation_ids @> owner.organisation_ids
        AND f.organisation_ids <@ owner.organisation_ids)
    OR NOT (f.own_organisation_ids @> owner.own_organisation_ids
        AND f.own_organisation_ids <@ owner.own_organisation_ids))
"""


def sync_owners(
    connection: Connection, where: str = "true", parameters: Mapping[str, object] | None = None
) -> int:
    """Copy visibility and owners from the works to their findings; how many differed.

    ``where`` is SQL of this package over ``f``. A finding shows only to who may
    see all its works, so this runs in the transaction that changed a work. A
    masked finding (B28) is for those who may not see its works, and made anew.
    """
    done = connection.execute(text(_SYNC.format(where=where)), parameters or {})
    return done.rowcount
