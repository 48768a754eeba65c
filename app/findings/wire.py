"""Values as ``COPY ... FROM STDIN (FORMAT BINARY)`` takes them, each after its size."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from struct import Struct

HEAD = b"PGCOPY\n\xff\r\n\0" + bytes(8)
TAIL = b"\xff\xff"
UUID_OID, INT4_OID = 2950, 23
DAYS_TO_2000 = 10_957
"""Days from 1970, from which we count, to 2000, from which PostgreSQL does."""

_SIZE = Struct(">i").pack
_ARRAY = Struct(">5i").pack


def sized(values: Iterable[bytes]) -> list[bytes]:
    """Each value after its size.

    >>> sized([b"ab"])[0].hex()
    '000000026162'
    """
    return [_SIZE(len(value)) + value for value in values]


def texts(values: Iterable[str]) -> list[bytes]:
    """Texts after their sizes; PostgreSQL has no NUL in a text."""
    return sized([value.encode() for value in values])


def json_texts(values: Iterable[bytes]) -> list[bytes]:
    """JSON documents as ``jsonb`` reads them: a version, then the text."""
    return sized([b"\x01" + value for value in values])


def uuid_array(ids: Sequence[bytes]) -> bytes:
    """A ``uuid[]`` of 16 bytes each, after its size.

    >>> len(uuid_array([])), len(uuid_array([bytes(16)]))
    (16, 44)
    """
    if not ids:
        body = _ARRAY(0, 0, UUID_OID, 0, 0)[:12]
    else:
        body = _ARRAY(1, 0, UUID_OID, len(ids), 1) + b"".join(sized(ids))
    return _SIZE(len(body)) + body


def uuid_bytes(text: str) -> list[bytes]:
    """The ids in a PostgreSQL array text.

    >>> [i.hex()[:4] for i in uuid_bytes("{12345678-0000-0000-0000-000000000000}")]
    ['1234']
    """
    inside = text.strip("{}")
    return [bytes.fromhex(i.replace("-", "")) for i in inside.split(",")] if inside else []
