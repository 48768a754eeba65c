"""The mapping that an organisation saved for files with the same columns."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import Connection, func, select
from sqlalchemy.dialects.postgresql import insert

from app.tables import mappings
from spatial.mapping import fingerprint


def saved(
    connection: Connection, organisation_id: UUID, columns: Sequence[str]
) -> dict[str, object] | None:
    """The mapping saved for these columns, if any."""
    found: dict[str, object] | None = connection.scalar(
        select(mappings.c.mapping).where(
            mappings.c.organisation_id == organisation_id,
            mappings.c.fingerprint == fingerprint(columns),
        )
    )
    return found


def save(
    connection: Connection,
    organisation_id: UUID,
    columns: Sequence[str],
    mapping: dict[str, object],
) -> None:
    """Keep a mapping for the next file with these columns."""
    statement = insert(mappings).values(
        organisation_id=organisation_id, fingerprint=fingerprint(columns), mapping=mapping
    )
    connection.execute(
        statement.on_conflict_do_update(
            index_elements=["organisation_id", "fingerprint"],
            set_={"mapping": statement.excluded.mapping, "updated_at": func.now()},
        )
    )
