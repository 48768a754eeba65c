"""Refreshes take turns, so that none misses a work that another is just adding.

Two transactions that each add one of two neighbouring works see only their own
before they commit; each would look for neighbours, find none, and the finding
would be lost. Therefore a refresh first takes one lock of the database and
keeps it until its transaction ends. Whoever comes second waits, and its next
statement sees what the first has committed. This needs READ COMMITTED: under
REPEATABLE READ the snapshot would be older than the lock.

One lock for all is coarse and cannot deadlock. It is held for the time of one
refresh (about 50 ms for a work, some seconds for a file), because uploads
write their works before it and commit right after it. Locks per map square
were rejected: a file that touches many squares would have to take them in one
order with those of every other call in its transaction.
"""

from __future__ import annotations

from sqlalchemy import Connection, text

_LOCK = 0x6B616E73
"""Any number; "kans" in ASCII."""


def take_turn(connection: Connection) -> None:
    """Wait until no other transaction refreshes findings, and keep others waiting until the end."""
    level = connection.scalar(
        text("SELECT current_setting('transaction_isolation') FROM pg_advisory_xact_lock(:lock)"),
        {"lock": _LOCK},
    )
    if level != "read committed":
        msg = f"findings are refreshed under READ COMMITTED, not {level!r}"
        raise RuntimeError(msg)
