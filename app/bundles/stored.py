"""Bundles as they are stored, in what a comparison needs."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Connection, cast, or_, select, true
from sqlalchemy import Text as SqlText
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.dialects.postgresql import UUID as PG_UUID

from app.tables import bundles


@dataclass(frozen=True, slots=True)
class StoredBundle:
    """One stored bundle; ids are texts. ``vanished``: detection dissolved it, nobody else."""

    id: str
    state: str
    works: frozenset[str]
    digest: bytes
    vanished: bool
    misfit: list[Any]


def read_stored(connection: Connection, ids: Sequence[UUID] | None) -> list[StoredBundle]:
    """Bundles with any of these works, or all, in the order in which they were made.

    Of those that are dissolved only what detection dissolved: it may come back.
    """
    c = bundles.c
    where: ColumnElement[bool] = true()
    if ids is not None:
        where = c.work_ids.overlap(cast(list(ids), ARRAY(PG_UUID)))
    query = (
        select(
            cast(c.id, SqlText).label("id"),
            c.state,
            cast(c.work_ids, ARRAY(SqlText)).label("works"),
            c.digest,
            c.decided_by,
            c.misfit,
        )
        .where(where, or_(c.state != "dissolved", c.decided_by.is_(None)))
        .order_by(c.key)
    )
    return [
        StoredBundle(
            row.id,
            row.state,
            frozenset(row.works),
            bytes(row.digest),
            row.state == "dissolved",
            row.misfit,
        )
        for row in connection.execute(query)
    ]
