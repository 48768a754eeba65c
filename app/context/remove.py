"""Remove what organisations delivered of a context layer."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import Connection, delete, func, insert, select

from app.context.changed import changed
from app.tables import context_loads, context_objects


def remove(
    connection: Connection,
    layer: str,
    *,
    organisation_id: UUID | None = None,
    dataset: str | None = None,
    by: str,
) -> int | None:
    """Delete the objects of a layer, of one organisation or dataset where that is said.

    How many were deleted; ``None`` where nothing of it was loaded. The layer is
    then no longer loaded, which is another thing than being loaded and empty.
    Objects that come from other tables (zones, diversions, areas, budgets of
    projects) stay.
    """
    last = func.max(context_loads.c.key)
    c = context_loads.c
    newest = select(last).where(c.layer == layer).group_by(c.organisation_id, c.dataset)
    query = select(c.organisation_id, c.dataset).where(c.key.in_(newest), c.state == "loaded")
    if organisation_id is not None:
        query = query.where(c.organisation_id == organisation_id)
    if dataset is not None:
        query = query.where(c.dataset == dataset)
    found = connection.execute(query).all()
    if not found:
        return None
    o, removed = context_objects.c, 0
    for owner, name in found:
        removed += connection.execute(
            delete(context_objects).where(
                o.layer == layer, o.organisation_id == owner, o.dataset == name
            )
        ).rowcount
        connection.execute(
            insert(context_loads).values(
                layer=layer, organisation_id=owner, dataset=name, state="removed", by=by
            )
        )
    changed(connection, layer)
    return removed
