"""The viewer that an organisation is, with the organisations it speaks for."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import ColumnElement, Connection, exists, or_, select

from app.organisations.viewer import Viewer
from app.tables import api_keys, constraint_zones, datasets, organisations, projects


def partner(connection: Connection, organisation_id: UUID) -> Viewer:
    """The viewer for an organisation.

    It speaks for an organisation that was first seen in its files, that nobody
    else delivered anything of, and that has no key. With its first key an
    organisation speaks for itself; ``reported_by`` stays, as a fact of the past.
    Once somebody else delivers work of it too, each speaks for what it
    delivered, and neither sees what the other keeps to itself, for that would
    be the other's to show.
    """
    o = organisations.c
    of_others = [
        exists().where(
            table.c.organisation_id == o.id,
            table.c.dataset_id == datasets.c.id,
            datasets.c.organisation_id != organisation_id,
        )
        for table in (projects, constraint_zones)
    ]
    query = (
        select(o.id)
        .where(o.reported_by == organisation_id, o.id != organisation_id)
        .where(~has_key(o.id), ~or_(*of_others))
        .order_by(o.key)
    )
    reports_for = tuple(connection.scalars(query))
    shares = (i for i in _shared(connection, organisation_id) if i not in reports_for)
    return Viewer("partner", organisation_id, reports_for, tuple(shares))


def _shared(connection: Connection, organisation_id: UUID) -> Sequence[UUID]:
    """The other organisations without a key of which this one delivered something."""
    o = organisations.c
    delivered = [
        exists().where(
            table.c.organisation_id == o.id,
            table.c.dataset_id == datasets.c.id,
            datasets.c.organisation_id == organisation_id,
        )
        for table in (projects, constraint_zones)
    ]
    query = select(o.id).where(o.id != organisation_id, ~has_key(o.id), or_(*delivered))
    return connection.scalars(query.order_by(o.key)).all()


def has_key(organisation_id: ColumnElement[UUID]) -> ColumnElement[bool]:
    """Whether an organisation has a key that is still good."""
    return exists().where(
        api_keys.c.organisation_id == organisation_id, api_keys.c.revoked_at.is_(None)
    )
