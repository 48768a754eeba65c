"""Which organisation a name in a file means.

A name means the organisation that one of its known spellings equals after
normalising; a name that nobody has used before makes an organisation "reported
by" the uploader. What is stored wins over what is guessed, so an administrator
can part two parties that were joined.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID, uuid4

from sqlalchemy import Connection, select, text

from app.kit.copying import copy_rows
from app.tables import organisation_spellings, organisations

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

    Two uploads that meet the same new name wait for each other, so that it
    makes one organisation.
    """
    spellings = {name: normalised(name) for name in dict.fromkeys(names)}
    known = _known(connection, set(spellings.values()))
    if any(n not in known for n in spellings.values()):
        connection.execute(text("select pg_advisory_xact_lock(:n)"), {"n": SPELLINGS_LOCK})
        known = _known(connection, set(spellings.values()))
        _make(connection, spellings, known, uploader)
    return {name: known[key] for name, key in spellings.items()}


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


def _make(
    connection: Connection, spellings: dict[str, str], known: dict[str, Owner], uploader: UUID
) -> None:
    taken = set(connection.scalars(select(organisations.c.slug)))
    made: list[tuple[str, str, Owner]] = []
    for name, key in spellings.items():
        if key in known:
            continue
        owner = Owner(uuid4(), free_slug(key, taken), name, is_collective(key), is_new=True)
        taken.add(owner.slug)
        known[key] = owner
        made.append((key, name, owner))
    copy_rows(
        connection,
        "organisations",
        ("id", "slug", "name", "kind", "reported_by", "is_collective"),
        [
            (
                str(o.id),
                o.slug,
                o.name,
                "other" if o.is_collective else "unknown",
                str(uploader),
                o.is_collective,
            )
            for _, _, o in made
        ],
    )
    copy_rows(
        connection,
        "organisation_spellings",
        ("normalised", "spelling", "organisation_id"),
        [(key, name, str(o.id)) for key, name, o in made],
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


_LEGAL_FORMS = frozenset(
    ["bv", "nv", "sa", "sas", "sarl", "vof", "gmbh", "ag", "ltd", "plc", "inc"]
)
_COLLECTIVE = re.compile(
    r"\b(personnes? physiques?|particuliers?|proprietes? privees?|divers|various|diversen|overig|"
    r"onbekend|unknown|autres?|private owners?|privat\w*)\b"
)


def normalised(name: str) -> str:
    """What two spellings of one name have in common.

    Case, accents, punctuation, spaces and legal forms make no difference.

    >>> normalised("Liander N.V."), normalised("  LIANDER nv ")
    ('liander', 'liander')
    """
    plain = unicodedata.normalize("NFKD", name.casefold())
    letters = "".join(c for c in plain if not unicodedata.combining(c)).replace(".", "")
    words = re.sub(r"[^\w]+", " ", letters).split()
    kept = [w for w in words if w not in _LEGAL_FORMS]
    return " ".join(kept or words) or name.strip().casefold()


def is_collective(key: str) -> bool:
    """Whether a normalised name stands for many parties.

    >>> is_collective(normalised("Propriétés privées")), is_collective("gemeente leiden")
    (True, False)
    """
    return bool(_COLLECTIVE.search(key))
