"""Which version of some tables a reader sees: one short query, no table is read.

Every statement that changes a table leaves a stamp in ``data_changes``, in its
own transaction, and removes the stamps before it (the function ``note_change``
of the migrations). The stamps that a reader sees thus name the state of
the tables: they change when a change commits, and with nothing else. A counter
would make writers wait for one another, and a sequence would count changes that are
not yet there to be read.
"""

from __future__ import annotations

from collections.abc import Iterable
from hashlib import blake2b

from sqlalchemy import Connection

_STAMPS = (
    "select coalesce(string_agg(stamp::text, ',' order by stamp), '') from data_changes "
    "where table_name = any(%s)"
)


def data_version(connection: Connection, tables: Iterable[str]) -> str:
    """A short text that stays the same as long as what can be read of ``tables`` does.

    Read it before the data: then data that are newer than their version are
    the worst that can happen, and they are asked again under the next version.
    """
    stamps: str = connection.exec_driver_sql(_STAMPS, (sorted(tables),)).scalar_one()
    return blake2b(stamps.encode(), digest_size=9).hexdigest()
