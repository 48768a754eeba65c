"""Which context layers changed since findings were last made with them.

A layer is noted in ``deployment`` in the transaction that changes it, so it is
known to be changed exactly when its objects are.
"""

from __future__ import annotations

from sqlalchemy import Connection, delete, select
from sqlalchemy.dialects.postgresql import insert

from app.kit.jobs import defer_named
from app.tables import deployment

PREFIX = "context_changed:"


def changed(connection: Connection, layer: str) -> None:
    """Note that objects of this layer came, went or changed, and have findings made with them."""
    statement = insert(deployment).values(name=PREFIX + layer, value="true")
    noted = statement.on_conflict_do_nothing().returning(deployment.c.name)
    if connection.scalar(noted) is not None:
        defer_named(connection, "detect", "uploads")


def changed_layers(connection: Connection) -> frozenset[str]:
    """Layers that changed since :func:`settle` was last called for them."""
    query = select(deployment.c.name).where(deployment.c.name.startswith(PREFIX, autoescape=True))
    return frozenset(name.removeprefix(PREFIX) for name in connection.scalars(query))


def settle(connection: Connection, layers: frozenset[str]) -> None:
    """Forget that these layers changed: findings are made with them as they are now."""
    names = [PREFIX + layer for layer in layers]
    connection.execute(delete(deployment).where(deployment.c.name.in_(names)))
