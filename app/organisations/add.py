"""Add an organisation."""

from __future__ import annotations

import re
from uuid import UUID

from sqlalchemy import Connection, insert, select
from sqlalchemy.dialects.postgresql import insert as upsert

from app.kit.problems import BadRequest, Conflict
from app.organisations.spellings import normalised
from app.tables import organisation_spellings, organisations
from spatial.vocabulary import ORGANISATION_KIND

SLUG = re.compile(r"[a-z0-9](?:[a-z0-9-]{0,78}[a-z0-9])?")


def add(connection: Connection, slug: str, name: str = "", kind: str = "unknown") -> UUID:
    """Add an organisation and give its id; its name is then known in files.

    Raises
    ------
    BadRequest
        The slug is not lower case letters, digits and hyphens, or the kind is
        not in the vocabulary.
    Conflict
        The slug is taken.
    """
    if not SLUG.fullmatch(slug):
        msg = f"{slug!r} is no slug: use at most 80 lower case letters, digits and hyphens."
        raise BadRequest(msg)
    if kind not in ORGANISATION_KIND:
        msg = (
            f"{kind!r} is no kind of organisation; choose from {', '.join(ORGANISATION_KIND.ids)}."
        )
        raise BadRequest(msg)
    if connection.scalar(select(organisations.c.id).where(organisations.c.slug == slug)):
        msg = f"There is already an organisation {slug!r}."
        raise Conflict(msg)
    name = name.strip() or slug
    made: UUID = connection.execute(
        insert(organisations).values(slug=slug, name=name, kind=kind).returning(organisations.c.id)
    ).scalar_one()
    remember_spelling(connection, name, made)
    return made


def remember_spelling(connection: Connection, spelling: str, organisation_id: UUID) -> None:
    """Let ``spelling`` stand for the organisation, unless it stands for one already."""
    connection.execute(
        upsert(organisation_spellings)
        .values(normalised=normalised(spelling), spelling=spelling, organisation_id=organisation_id)
        .on_conflict_do_nothing()
    )
