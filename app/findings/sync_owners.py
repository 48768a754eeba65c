"""Findings follow the visibility and the owners of their works, resolved ones too."""

from __future__ import annotations

from collections.abc import Mapping

from sqlalchemy import Connection, text

_SYNC = """
WITH owner AS (
    SELECT f.id,
        CASE WHEN 'own' IN (a.visibility, b.visibility) THEN 'own'
             WHEN 'partners' IN (a.visibility, b.visibility) THEN 'partners'
             ELSE 'public' END AS visibility,
        CASE WHEN a.organisation_id = b.organisation_id THEN ARRAY[a.organisation_id]
             ELSE ARRAY[a.organisation_id, b.organisation_id] END AS organisation_ids,
        ARRAY(SELECT DISTINCT o FROM unnest(ARRAY[
             CASE WHEN a.visibility = 'own' THEN a.organisation_id END,
             CASE WHEN b.visibility = 'own' THEN b.organisation_id END]) AS o
             WHERE o IS NOT NULL ORDER BY o) AS own_organisation_ids
    FROM findings f
    JOIN works a ON a.id = f.first_work_id
    JOIN works b ON b.id = f.second_work_id
    WHERE {where}
)
UPDATE findings f
SET visibility = owner.visibility, organisation_ids = owner.organisation_ids,
    own_organisation_ids = owner.own_organisation_ids, updated_at = now()
FROM owner
WHERE f.id = owner.id AND (f.visibility <> owner.visibility
    OR f.organisation_ids <> owner.organisation_ids
    OR NOT (f.own_organisation_ids @> owner.own_organisation_ids
        AND f.own_organisation_ids <@ owner.own_organisation_ids))
"""


def sync_owners(
    connection: Connection, where: str = "true", parameters: Mapping[str, object] | None = None
) -> int:
    """Copy visibility and owners from the works to their findings; how many differed.

    ``where`` is SQL of this package over ``f``. A finding shows only to who may
    see both works, so this runs in the transaction that changed a work.
    """
    done = connection.execute(text(_SYNC.format(where=where)), parameters or {})
    return done.rowcount
