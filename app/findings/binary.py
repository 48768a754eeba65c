"""Rows of the database as structured NumPy arrays, through ``COPY ... (FORMAT BINARY)``.

A field that is never null and always of one size takes the same bytes in every
row, so rows of such fields are one structured array without a Python object
per value.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

import numpy as np
from numpy.typing import NDArray
from psycopg import Connection as DriverConnection
from sqlalchemy import Connection

Field = tuple[str, str, str]
"""Name, NumPy type of the bytes on the wire, SQL expression."""

_SIGNATURE_BYTES = 19
_TRAILER_BYTES = 2


def driver(connection: Connection) -> DriverConnection[tuple[object, ...]]:
    """The psycopg connection inside, in the same transaction."""
    inner = connection.connection.driver_connection
    assert isinstance(inner, DriverConnection)
    return inner


def record(fields: Sequence[Field]) -> np.dtype[np.void]:
    """The bytes of one row: a count, then each field after its size.

    >>> record([("key", ">i8", "w.key")]).itemsize
    14
    """
    columns: list[tuple[str, str]] = [("field_count", ">i2")]
    for name, kind, _ in fields:
        columns += [(f"{name}_size", ">i4"), (name, kind)]
    return np.dtype(columns)


def slabs(
    connection: Connection, select: str, parameters: Mapping[str, object], rows: int
) -> Iterator[list[bytes]]:
    """Rows as the server sends them, some at a time and at least one list.

    The protocol promises one message a row; the first carries the signature,
    the last is a trailer.
    """
    slab: list[bytes] = []
    statement = f"COPY ({select}) TO STDOUT (FORMAT BINARY)"
    with driver(connection).cursor() as cursor, cursor.copy(statement, parameters) as copy:
        skip = _SIGNATURE_BYTES
        for message in copy:
            slab.append(bytes(message[skip:]))
            skip = 0
            if len(slab) == rows:
                yield _without_trailer(slab)
                slab = []
    yield _without_trailer(slab)


def _without_trailer(slab: list[bytes]) -> list[bytes]:
    return [row for row in slab if len(row) > _TRAILER_BYTES]


def fixed(rows: Sequence[bytes], kind: np.dtype[np.void]) -> NDArray[np.void]:
    """The fixed fields at the front of each row."""
    size = kind.itemsize
    return np.frombuffer(b"".join([row[:size] for row in rows]), dtype=kind)


def read_fixed(
    connection: Connection,
    fields: Sequence[Field],
    source: str,
    parameters: Mapping[str, object] | None = None,
) -> NDArray[np.void]:
    """All rows of ``SELECT fields FROM source``; no field may be null or vary in size."""
    kind = record(fields)
    select = f"SELECT {', '.join(sql for *_, sql in fields)} FROM {source}"  # noqa: S608 - constants of this package, values are bound
    parts = [fixed(rows, kind) for rows in slabs(connection, select, parameters or {}, 100_000)]
    return np.concatenate(parts)


def varying(
    rows: Sequence[bytes], kind: np.dtype[np.void], names: Sequence[str]
) -> dict[str, list[bytes]]:
    """The fields of varying length behind the fixed ones; empty where a field is null."""
    buffer = b"".join(rows)
    view = np.frombuffer(buffer, dtype=np.uint8)
    sizes = np.fromiter(map(len, rows), dtype=np.int64, count=len(rows))
    at = np.cumsum(sizes) - sizes + kind.itemsize
    found = {}
    for name in names:
        begin = at + 4
        at = begin + np.maximum(_numbers(view, at), 0)
        found[name] = [buffer[a:b] for a, b in zip(begin.tolist(), at.tolist(), strict=True)]
    return found


def _numbers(buffer: NDArray[np.uint8], at: NDArray[np.int64]) -> NDArray[np.int64]:
    """The big-endian 32-bit numbers at these places."""
    four = np.ascontiguousarray(buffer[at[:, None] + np.arange(4)])
    return four.view(">i4").ravel().astype(np.int64)
