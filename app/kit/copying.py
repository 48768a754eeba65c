"""Many rows into a table at once, with COPY.

Values are what PostgreSQL reads as text: ``str``, numbers, ``bool``, ``None``;
geometry as hexadecimal EWKB, periods as range text, JSON as text.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import chain

from psycopg import Connection as RawConnection
from psycopg import sql
from sqlalchemy import Connection


def raw(connection: Connection) -> RawConnection[tuple[object, ...]]:
    """The driver's own connection, inside the same transaction."""
    driver = connection.connection.driver_connection
    assert isinstance(driver, RawConnection)
    return driver


def copy_rows(
    connection: Connection,
    table: str,
    columns: Sequence[str],
    rows: Iterable[Sequence[object]],
) -> None:
    """Append ``rows`` to ``table``.

    Without rows nothing is sent: to the database even an empty COPY is a change.
    """
    left = iter(rows)
    first = next(left, None)
    if first is None:
        return
    statement = sql.SQL("COPY {} ({}) FROM STDIN").format(
        sql.Identifier(table), sql.SQL(", ").join(map(sql.Identifier, columns))
    )
    with raw(connection).cursor() as cursor, cursor.copy(statement) as copy:
        for row in chain((first,), left):
            copy.write_row(row)


def update_rows(
    connection: Connection,
    table: str,
    columns: Sequence[str],
    rows: Sequence[Sequence[object]],
) -> None:
    """Give rows of ``table`` new values; the first of ``columns`` is the primary key.

    The rows travel by COPY to a temporary table and from there in one UPDATE.
    """
    if not rows:
        return
    names = [sql.Identifier(c) for c in columns]
    staged, target = sql.Identifier(f"staged_{table}"), sql.Identifier(table)
    cursor = raw(connection)
    cursor.execute(
        sql.SQL("CREATE TEMP TABLE {} ON COMMIT DROP AS SELECT {} FROM {} WITH NO DATA").format(
            staged, sql.SQL(", ").join(names), target
        )
    )
    copy_rows(connection, f"staged_{table}", columns, rows)
    assignments = sql.SQL(", ").join(sql.SQL("{0} = s.{0}").format(name) for name in names[1:])
    cursor.execute(
        sql.SQL("UPDATE {} AS t SET {} FROM {} AS s WHERE t.{} = s.{}").format(
            target, assignments, staged, names[0], names[0]
        )
    )
    cursor.execute(sql.SQL("DROP TABLE {}").format(staged))
