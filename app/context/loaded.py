"""Which context layers this deployment knows something of."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Connection, func, select, text
from sqlalchemy.dialects.postgresql import distinct_on

from app.context.sources import FED
from app.tables import context_loads, context_objects


def known_layers(connection: Connection) -> frozenset[str]:
    """Layers of which something is loaded, be it that there is nothing.

    That is: a file of it holds (also one without a single object), or a table
    that feeds it has rows.
    """
    fed = [
        layer
        for layer, query in FED.items()
        if connection.scalar(text(f"SELECT EXISTS ({literal(query)})"))
    ]
    return frozenset(_holding(connection)) | frozenset(fed)


def loaded_layers(connection: Connection) -> dict[str, tuple[int, datetime]]:
    """Number of objects and the moment of the last change, by layer that is known."""
    o = context_objects.c
    counts: dict[str, int] = dict(
        connection.execute(select(o.layer, func.count()).group_by(o.layer)).all()
    )
    found = {layer: (counts.get(layer, 0), at) for layer, at in _holding(connection).items()}
    for layer, query in FED.items():
        count, at = connection.execute(
            text(f"SELECT count(*), max(updated_at) FROM ({literal(query)}) AS fed")  # noqa: S608  constants of this package
        ).one()
        if count:
            before = found.get(layer, (0, at))
            found[layer] = (before[0] + count, max(before[1], at))
    return found


def literal(query: str) -> str:
    """A source as SQLAlchemy takes it, which needs no doubled per cent signs."""
    return query.replace("%%", "%")


def _holding(connection: Connection) -> dict[str, datetime]:
    """Layers of which an imported file holds, and when the last came."""
    c = context_loads.c
    last = (
        select(c.layer, c.state, c.at)
        .ext(distinct_on(c.layer, c.organisation_id, c.dataset))
        .order_by(c.layer, c.organisation_id, c.dataset, c.key.desc())
        .subquery()
    )
    query = select(last.c.layer, func.max(last.c.at)).where(last.c.state == "loaded")
    return dict(connection.execute(query.group_by(last.c.layer)).all())
