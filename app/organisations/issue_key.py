"""Give an organisation an API key."""

from __future__ import annotations

import hashlib
import secrets

from sqlalchemy import Connection, insert, select

from app.kit.problems import NotFound
from app.tables import api_keys, organisations

PREFIX = "kk_"


def digest(key: str) -> bytes:
    """What is stored of a key: SHA-256, which 256 random bits need no salt for."""
    return hashlib.sha256(key.encode()).digest()


def issue_key(connection: Connection, slug: str, *, label: str = "") -> str:
    """Make a key for the organisation ``slug`` and return it, for the only time.

    Raises
    ------
    NotFound
        There is no such organisation.
    """
    organisation_id = connection.scalar(
        select(organisations.c.id).where(organisations.c.slug == slug)
    )
    if organisation_id is None:
        msg = f"There is no organisation {slug!r}; make it with `kansenkaart organisation add`."
        raise NotFound(msg)
    key = PREFIX + secrets.token_urlsafe(32)
    connection.execute(
        insert(api_keys).values(
            organisation_id=organisation_id, digest=digest(key), prefix=key[:8], label=label
        )
    )
    return key
