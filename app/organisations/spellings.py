"""Which organisation a name in a file means.

A name means the organisation that one of its known spellings equals after
normalising; a name that nobody has used before makes an organisation "reported
by" the uploader. What is stored wins over what is guessed, so an administrator
can part two parties that were joined.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID, uuid4

from sqlalchemy import Connection, select, text

from app.kit.copying import copy_rows
from app.tables import organisation_spellings, organisations
from spatial.names import guess_kind, is_collective, join_spellings, normalise_name

SPELLINGS_LOCK = 20_260_102  # any number, the same in every process


@dataclass(frozen=True, slots=True)
class Owner:
    """The organisation that some spellings in a file stand for."""

    id: UUID
    slug: str
    name: str
    is_collective: bool
    is_new: bool = False


def resolve(connection: Connection, names: Iterable[str], uploader: UUID) -> dict[str, Owner]:
    """The owner of each name, made where it was never seen before.

    Give names as often as they occur: the most frequent spelling becomes the
    name of a new organisation. Two uploads that meet the same new name wait
    for each other, so that it makes one organisation.
    """
    joined = join_spellings(names)
    keys = {normalised(name) for name in joined}
    known = _known(connection, keys)
    if keys - known.keys():
        connection.execute(text("select pg_advisory_xact_lock(:n)"), {"n": SPELLINGS_LOCK})
        known = _known(connection, keys)
        _learn(connection, joined, known, uploader)
    return {name: known[normalised(name)] for name in joined}


def _known(connection: Connection, keys: set[str]) -> dict[str, Owner]:
    o, s = organisations.c, organisation_spellings.c
    query = (
        select(s.normalised, o.id, o.slug, o.name, o.is_collective)
        .join_from(organisation_spellings, organisations, s.organisation_id == o.id)
        .where(s.normalised.in_(keys))
    )
    return {
        row.normalised: Owner(row.id, row.slug, row.name, row.is_collective)
        for row in connection.execute(query)
    }


def _learn(
    connection: Connection, joined: dict[str, str], known: dict[str, Owner], uploader: UUID
) -> None:
    """Give every new spelling an owner: that of its group where one is known, else a new one."""
    groups: dict[str, list[str]] = {}
    for name, best in joined.items():
        groups.setdefault(best, []).append(name)
    taken = set(connection.scalars(select(organisations.c.slug)))
    made: list[Owner] = []
    learned: list[tuple[str, str, str]] = []
    for best, group in groups.items():
        keys = dict.fromkeys(normalised(name) for name in [best, *group])
        owner = next((known[k] for k in keys if k in known), None)
        if owner is None:
            slug = free_slug(normalised(best), taken)
            owner = Owner(uuid4(), slug, best, is_collective(best), is_new=True)
            taken.add(slug)
            made.append(owner)
        for name in [best, *group]:
            if normalised(name) not in known:
                known[normalised(name)] = owner
                learned.append((normalised(name), name, str(owner.id)))
    _write(connection, made, learned, uploader)


def _write(
    connection: Connection,
    made: list[Owner],
    learned: list[tuple[str, str, str]],
    uploader: UUID,
) -> None:
    copy_rows(
        connection,
        "organisations",
        ("id", "slug", "name", "kind", "reported_by", "is_collective"),
        [
            (str(o.id), o.slug, o.name, guess_kind(o.name), str(uploader), o.is_collective)
            for o in made
        ],
    )
    copy_rows(
        connection,
        "organisation_spellings",
        ("normalised", "spelling", "organisation_id"),
        learned,
    )


def free_slug(key: str, taken: set[str]) -> str:
    """A slug for a name that no other organisation has.

    >>> free_slug("gemeente leiden", {"gemeente-leiden"})
    'gemeente-leiden-2'
    """
    base = re.sub(r"[^a-z0-9]+", "-", key).strip("-")[:70].strip("-") or "organisation"
    if base not in taken:
        return base
    return next(s for i in range(2, len(taken) + 3) if (s := f"{base}-{i}") not in taken)


def normalised(name: str) -> str:
    """What two spellings of one name have in common; never empty.

    >>> normalised("Liander N.V."), normalised("  LIANDER nv "), normalised("!")
    ('liander', 'liander', '!')
    """
    return normalise_name(name) or name.strip().casefold()
