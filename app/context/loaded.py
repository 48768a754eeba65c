"""Which context layers this deployment knows something of."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Connection, func, select, text
from sqlalchemy.dialects.postgresql import distinct_on

from app.context.sources import FED
from app.tables import context_loads, context_objects


def loaded_layers(connection: Connection) -> dict[str, tuple[int, datetime]]:
    """Number of objects and the moment of the last change, by layer.

    A layer is loaded where a file of it holds (also one without a single
    object: then there is known to be nothing), or where a table that feeds it
    has rows.
    """
    found = dict(_imported(connection))
    for layer, select_fed in FED.items():
        count, at = connection.execute(
            text(f"SELECT count(*), max(updated_at) FROM ({_literal(select_fed)}) AS fed")  # noqa: S608  constants of this package
        ).one()
        if count:
            before = found.get(layer, (0, at))
            found[layer] = (before[0] + count, max(before[1], at))
    return found


def _literal(fed: str) -> str:
    return fed.replace("%%", "%")


def _imported(connection: Connection) -> dict[str, tuple[int, datetime]]:
    c, o = context_loads.c, context_objects.c
    last = (
        select(c.layer, c.state, c.at)
        .ext(distinct_on(c.layer, c.organisation_id, c.dataset))
        .order_by(c.layer, c.organisation_id, c.dataset, c.key.desc())
        .subquery()
    )
    holding = select(last.c.layer, func.max(last.c.at)).where(last.c.state == "loaded")
    counts: dict[str, int] = dict(
        connection.execute(select(o.layer, func.count()).group_by(o.layer)).all()
    )
    rows = connection.execute(holding.group_by(last.c.layer))
    return {layer: (counts.get(layer, 0), at) for layer, at in rows}
