"""Findings counted by quarter: one pass over the table, the rest is columns.

The database counts findings with the same kind, rule, first and last quarter; a
finding of three years is one of them, not twelve. What starts and ends in each quarter,
added up along the quarters, is what holds in each.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import ColumnElement, Date, Integer, cast, func, literal, select

from app.nearby.asked import read_asked
from app.ogc.clauses import clauses
from app.ogc.days import Days
from app.ogc.endpoints import Reading
from app.tables import findings
from spatial.vocabulary import FINDING_KIND

FIRST_DAY, LAST_DAY = date(1900, 1, 1), date(2199, 12, 31)
QUARTERS, MONTHS = 4, 3
Numbers = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Spans:
    """Counts of findings that share kind, rule and quarters; one row is one such group.

    ``first`` and ``last`` are quarters, counted from the year 0, both within.
    """

    kind: list[str]
    rule: list[str]
    first: Numbers
    last: Numbers
    count: Numbers


def count_quarters(reading: Reading) -> dict[str, Any]:
    """The counts of the findings that a request asks for, quarter by quarter."""
    question = read_asked(reading).question
    statement = _grouped(clauses(question, reading.viewer, reading.settings.storage_crs))
    rows = reading.connection.execute(statement).all()
    numbers = np.array([row[2:] for row in rows], dtype=np.int64).reshape(-1, 3).T
    spans = Spans([r.kind for r in rows], [r.rule for r in rows], *numbers)
    return {
        "numberMatched": int(spans.count.sum()),
        "quarters": _quarters(_cut(spans, question.days)),
    }


def quarter_of(day: date) -> int:
    """The number of the quarter of a day.

    >>> name(quarter_of(date(2027, 5, 1)))
    '2027-Q2'
    """
    return day.year * QUARTERS + (day.month - 1) // MONTHS


def name(quarter: int) -> str:
    """A quarter as people write it."""
    return f"{quarter // QUARTERS}-Q{quarter % QUARTERS + 1}"


def first_day(quarter: int) -> date:
    """The first day of a quarter."""
    return date(quarter // QUARTERS, quarter % QUARTERS * MONTHS + 1, 1)


def _grouped(where: list[ColumnElement[bool]]) -> Any:
    period = findings.c.period
    start = func.greatest(func.lower(period), literal(FIRST_DAY, Date))
    end = func.least(func.upper(period) - 1, literal(LAST_DAY, Date))
    return (
        select(
            findings.c.kind,
            findings.c.rule,
            _number(start).label("first"),
            _number(end).label("last"),
            func.count().label("count"),
        )
        .where(*where)
        .group_by("kind", "rule", "first", "last")
    )


def _number(day: ColumnElement[Any]) -> ColumnElement[int]:
    year, quarter = func.date_part("year", day), func.date_part("quarter", day)
    return cast(year * QUARTERS + quarter - 1, Integer)


def _cut(spans: Spans, days: Days | None) -> Spans:
    """Only the quarters of the days asked: what matches shares a day with them."""
    first, last = spans.first, spans.last
    if days and days.first:
        first = np.maximum(first, quarter_of(days.first))
    if days and days.last:
        last = np.minimum(last, quarter_of(days.last))
    return Spans(spans.kind, spans.rule, first, last, spans.count)


def _quarters(spans: Spans) -> list[dict[str, Any]]:
    if not len(spans.count):
        return []
    start = int(spans.first.min())
    length = int(spans.last.max()) - start + 1
    kinds = {kind: _held(spans, spans.kind, kind, start, length) for kind in FINDING_KIND.ids}
    rules = {
        rule: _held(spans, spans.rule, rule, start, length) for rule in sorted(set(spans.rule))
    }
    return [
        {
            "quarter": name(start + i),
            "start": first_day(start + i),
            "end": first_day(start + i + 1) - timedelta(days=1),
            "count": int(sum(counts[i] for counts in kinds.values())),
            "kinds": {kind: int(counts[i]) for kind, counts in kinds.items()},
            "rules": {rule: int(counts[i]) for rule, counts in rules.items() if counts[i]},
        }
        for i in range(length)
    ]


def _held(spans: Spans, column: list[str], value: str, start: int, length: int) -> Numbers:
    """How many findings with this value hold in each quarter."""
    chosen = np.array([one == value for one in column], dtype=bool)
    change = np.zeros(length + 1, dtype=np.int64)
    np.add.at(change, spans.first[chosen] - start, spans.count[chosen])
    np.subtract.at(change, spans.last[chosen] - start + 1, spans.count[chosen])
    return np.cumsum(change)[:length]
