"""Writes the changes of findings, set by set; what did not change is not written."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import asdict, dataclass

import numpy as np
import orjson
from sqlalchemy import Connection, Index, bindparam, text
from sqlalchemy.dialects.postgresql import ARRAY, UUID

from app.findings.binary import driver
from app.findings.compare import RESOLVED, Comparison
from app.findings.found import Found, uuid_texts
from app.findings.rows import COLUMNS, blocks
from app.findings.stored import StoredFindings
from app.tables import findings
from spatial.finding import MEASURE_COLUMNS
from spatial.period import day
from spatial.vocabulary import FINDING_STATE

SYSTEM = "system"
MANY = 20_000
"""From so many on, filling an empty table first and indexing it after is quicker."""


_ESCAPES = str.maketrans({"\\": "\\\\", "\t": "\\t", "\n": "\\n", "\r": "\\r"})


def escape(text: str) -> str:
    r"""A text as COPY reads it.

    >>> escape("a\tb\\")
    'a\\tb\\\\'
    """
    return text.translate(_ESCAPES)


@dataclass(frozen=True, slots=True)
class Changes:
    """How many findings a detection changed.

    ``new`` were not known, ``reopened`` must be looked at again, ``rewritten``
    got another text, version or small change of a number, ``resolved`` no
    longer hold, ``unchanged`` were left alone.
    """

    new: int = 0
    reopened: int = 0
    rewritten: int = 0
    resolved: int = 0
    unchanged: int = 0

    def to_json(self) -> dict[str, int]:
        """The counts by name."""
        return asdict(self)


def _send(connection: Connection, statement: str, block: str | bytes) -> None:
    with driver(connection).cursor() as cursor, cursor.copy(statement) as copy:
        copy.write(block)


def _copy(
    connection: Connection, target: str, columns: Iterable[str], made: Iterable[bytes]
) -> None:
    """COPY binary blocks, each in a statement of its own, while the next block is built."""
    statement = f"COPY {target} ({', '.join(columns)}) FROM STDIN (FORMAT BINARY)"
    with ThreadPoolExecutor(1, "copy") as sender:
        sent: Future[None] | None = None
        for block in made:
            if sent:
                sent.result()
            sent = sender.submit(_send, connection, statement, block)
        if sent:
            sent.result()


@contextmanager
def _indexed_after(connection: Connection, *, rows: int) -> Iterator[None]:
    """Fill an empty table first and index it after, where that is quicker.

    Building an index takes a tenth of the time of many insertions. Dropping
    one keeps readers out until the transaction ends, and there is nothing yet
    to read.
    """
    indexes: Collection[Index] = ()
    if rows >= MANY and not connection.scalar(text("SELECT EXISTS (SELECT FROM findings)")):
        indexes = findings.indexes
    for index in indexes:
        index.drop(connection)
    yield
    if indexes:
        connection.execute(text("SET LOCAL maintenance_work_mem = '256MB'"))
    for index in indexes:
        index.create(connection)


def _rewrite(connection: Connection, made: Iterable[bytes]) -> None:
    """Give findings their new values; what changed noticeably is looked at again, by all."""
    names = ", ".join(COLUMNS)
    connection.execute(
        text(
            f"CREATE TEMP TABLE incoming ON COMMIT DROP AS"  # noqa: S608 - constants of this package
            f" SELECT {names}, false AS reopens FROM findings LIMIT 0"
        )
    )
    _copy(connection, "incoming", (*COLUMNS, "reopens"), made)
    values = ", ".join(f"{name} = i.{name}" for name in COLUMNS if name != "id")
    connection.execute(
        text(
            f"UPDATE findings f SET {values}, updated_at = now(), state = CASE"  # noqa: S608 - constants of this package
            " WHEN i.reopens AND f.state IN ('confirmed', 'rejected', 'resolved')"
            " THEN 'to_assess' ELSE f.state END FROM incoming i WHERE f.id = i.id"
        )
    )
    connection.execute(
        text(
            "DELETE FROM finding_snoozes s USING incoming i WHERE s.finding_id = i.id AND i.reopens"
        )
    )
    connection.execute(text("DROP TABLE incoming"))


def _number(value: float) -> float | None:
    return None if np.isnan(value) else value


def _difference(found: Found, stored: StoredFindings, changes: Comparison, at: int) -> str:
    """What changed about one finding, old and new value by name, as JSON text."""
    row, before = int(changes.changed[at]), int(changes.before[at])
    findings = found.findings
    pairs: dict[str, tuple[object, object]] = {
        "start": (day(stored.start[before]), day(findings.start[row])),
        "end": (day(stored.end[before] - 1), day(findings.end[row] - 1)),
        "score": (float(stored.score[before]), float(findings.score[row])),
    }
    for name in MEASURE_COLUMNS:
        old, new = stored.measures[name][before], findings.measures[name][row]
        pairs[name] = (_number(float(old)), _number(float(new)))
    told: dict[str, object] = {k: [a, b] for k, (a, b) in pairs.items() if a != b}
    works = {}
    for side, work in enumerate(_sides(found, row)):
        what = {"attributes": changes.attributes[at, side], "place": changes.places[at, side]}
        if any(what.values()):
            works[work] = [name for name, differs in what.items() if differs]
    return orjson.dumps(told | ({"works": works} if works else {})).decode()


def _sides(found: Found, row: int) -> tuple[str, ...]:
    """What the two halves of a basis are about: each work of a pair, else all together."""
    findings = found.findings
    if not findings.is_pair[row]:
        return ("all",)
    return found.work_id[findings.first[row]], found.work_id[findings.second[row]]


def _reopening_events(found: Found, stored: StoredFindings, changes: Comparison) -> Iterable[str]:
    ids = uuid_texts(found.id[changes.changed])
    for at in np.flatnonzero(changes.reopens).tolist():
        state = FINDING_STATE.ids[stored.state[changes.before[at]]]
        after = "to_assess" if state in {"confirmed", "rejected", "resolved"} else state
        difference = escape(_difference(found, stored, changes, at))
        yield f"{ids[at]}\t{SYSTEM}\t{state}\t{after}\t{difference}\n"


def _resolve(connection: Connection, stored: StoredFindings, changes: Comparison) -> None:
    ids = uuid_texts(stored.id[changes.gone])
    connection.execute(
        text(
            "UPDATE findings SET state = 'resolved', solves = '{}', solved_by = '{}',"
            " updated_at = now() WHERE id = ANY(:ids)"
        ).bindparams(bindparam("ids", ids, ARRAY(UUID(as_uuid=False))))
    )
    states = [FINDING_STATE.ids[code] for code in stored.state[changes.gone].tolist()]
    lines = (
        f"{key}\t{SYSTEM}\t{state}\tresolved\t{{}}\n"
        for key, state in zip(ids, states, strict=True)
    )
    _write_events(connection, lines)


def _write_events(connection: Connection, lines: Iterable[str]) -> None:
    columns = "finding_id, by, from_state, to_state, difference"
    _send(connection, f"COPY finding_events ({columns}) FROM STDIN", "".join(lines))


def write_changes(
    connection: Connection,
    found: Found,
    stored: StoredFindings,
    changes: Comparison,
    *,
    names: Mapping[bytes, str],
    storage_crs: int,
) -> Changes:
    """Write what changed in the caller's transaction, which must hold the turn.

    ``names`` has the organisations' names by the bytes of their id.
    """
    if len(changes.new):
        with _indexed_after(connection, rows=len(changes.new)):
            _copy(connection, "findings", COLUMNS, blocks(found, changes.new, names, storage_crs))
    if len(changes.changed):
        made = blocks(found, changes.changed, names, storage_crs, changes.reopens)
        _rewrite(connection, made)
        _write_events(connection, _reopening_events(found, stored, changes))
    if len(changes.gone):
        _resolve(connection, stored, changes)
    known = int((stored.state != RESOLVED).sum())
    came_back = int((stored.state[changes.before] == RESOLVED).sum())
    reopened = int(changes.reopens.sum())
    return Changes(
        new=len(changes.new),
        reopened=reopened,
        rewritten=len(changes.changed) - reopened,
        resolved=len(changes.gone),
        unchanged=known - len(changes.gone) - (len(changes.changed) - came_back),
    )
