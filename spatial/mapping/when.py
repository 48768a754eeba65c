"""Start, end, period and window of the rows of a batch."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import tzinfo
from typing import cast

import numpy as np

from spatial.dates import DateColumn, Habit, habit_of, read_column
from spatial.dates.reading import Clock
from spatial.defaults import DEFAULT_DURATION_DAYS
from spatial.local_days import Span, valid_periods
from spatial.mapping.model import Mapping
from spatial.mapping.told import tell
from spatial.period import NO_DAY, day
from spatial.reader import Fault, RawBatch
from spatial.work import Flags, Ints, Objects, ValidPeriods

FINE = ("day", "week", "month")
ORDER = np.array([*FINE, "quarter", "half_year", "year", "period"], dtype=object)


@dataclass
class When:
    """The dates of the rows of a batch, as columns, with what was wrong."""

    start: Ints
    end: Ints
    precision: Objects
    earliest: Ints
    latest: Ints
    valid_periods: ValidPeriods
    faults: list[Fault] = field(default_factory=list)


def is_first(batch: RawBatch) -> bool:
    """Whether a batch is the first of its layer, where things of the whole layer are told."""
    return len(batch) > 0 and int(batch.row[0]) <= len(batch)


class _Dates:
    """Reads the date columns of one batch."""

    def __init__(self, mapping: Mapping, batch: RawBatch, zone: tzinfo) -> None:
        self.mapping, self.batch, self.zone = mapping, batch, zone
        self.faults: list[Fault] = []

    def column(self, name: str) -> DateColumn | None:
        """The readings of the column, or of the one value, of a field."""
        match = self.mapping.fields.get(name)
        if match is None or match.column not in self.batch.columns:
            return self._constant(name)
        values = self.batch.columns[match.column]
        habit = Habit(match.order, cast("Clock", match.clock)) if match.clock else habit_of(values)
        order = match.order or habit.order
        if order in ("either", "both") and is_first(self.batch):
            self.faults.append(tell("order-assumed", match.column, field=name))
        return read_column(values, Habit(order, habit.clock), self.zone)

    def _constant(self, name: str) -> DateColumn | None:
        value = self.mapping.constants.get(name)
        if value is None:
            return None
        return read_column([value] * len(self.batch), Habit("day_first"), self.zone)

    def tell(self, rows: Flags, code: str, name: str, value: Callable[[int], object]) -> None:
        """A fault for each row of a mask."""
        self.faults.extend(
            tell(code, value(i), row=int(self.batch.row[i]), field=name)
            for i in np.flatnonzero(rows).tolist()
        )

    def source(self, name: str) -> Callable[[int], object]:
        """The source value of a field by row."""
        match = self.mapping.fields.get(name)
        if match is None or match.column not in self.batch.columns:
            return lambda _: self.mapping.constants.get(name)
        values = self.batch.columns[match.column]
        return lambda i: values[i]


def read_when(
    mapping: Mapping,
    batch: RawBatch,
    zone: tzinfo,
    *,
    facility: Objects,
    duration_days: Ints,
) -> When:
    """Read the dates of a batch.

    Start and end beat a period in one column. A side that is missing follows
    from the given duration, else from the default of the facility [D]; coarse
    dates (a year in the column of the start) are periods by themselves.
    """
    dates = _Dates(mapping, batch, zone)
    n = len(batch)
    none = np.full(n, NO_DAY, dtype=np.int32)
    when = When(
        none.copy(), none.copy(), np.full(n, "day", object), none, none, ValidPeriods.none(n)
    )
    start, end, period = (dates.column(f) for f in ("start", "end", "period"))
    unreadable = np.zeros(n, dtype=np.bool_)
    _sides(when, start, end)
    for name, column in (("start", start), ("end", end)):
        if column is not None:
            unreadable |= _report(dates, name, column, np.ones(n, dtype=np.bool_))
    if period is not None:  # only read where start and end say nothing
        undated = (when.start == NO_DAY) & (when.end == NO_DAY) & ~unreadable
        unreadable |= _report(dates, "period", period, undated)
        _whole_period(when, period, undated)
    _listed_periods(when, dates)
    when.start[unreadable], when.end[unreadable] = NO_DAY, NO_DAY
    _complete(when, dates, facility, duration_days)
    _check(when, dates, unreadable)
    when.earliest, when.latest = _window(dates, n)
    when.faults = dates.faults
    return when


def _report(dates: _Dates, name: str, column: DateColumn, rows: Flags) -> Flags:
    """Faults of a date column in some rows; those whose value could not be understood."""
    source = dates.source(name)
    impossible: Flags = rows & (column.problem == "impossible")
    unclear: Flags = rows & (column.problem == "unclear")
    dates.tell(impossible, "date-impossible", name, source)
    dates.tell(unclear, "date-unclear", name, source)
    dates.tell(rows & (column.problem == "sentinel"), "date-sentinel", name, source)
    return impossible | unclear


def _sides(when: When, start: DateColumn | None, end: DateColumn | None) -> None:
    """Start from the one column, end from the other."""
    if start is not None:
        when.start[:] = start.start
        when.precision[:] = start.precision
    if end is not None:
        when.end[:] = end.end
        only_end = when.start == NO_DAY
        when.precision[:] = np.where(only_end, end.precision, when.precision)
    if start is not None and end is not None:
        both = (start.start != NO_DAY) & (end.start != NO_DAY)
        midnight = both & end.midnight & (end.end - 1 > start.start)
        when.end[midnight] -= 1
        same = (start.start == end.start) & (start.precision == end.precision)
        rank = {p: i for i, p in enumerate(ORDER.tolist())}
        coarser = np.maximum(_rank(start.precision, rank), _rank(end.precision, rank))
        joint = np.where(same | (coarser < len(FINE)), coarser, rank["period"])
        when.precision[both] = ORDER[joint[both]]
    if start is not None:
        _coarse_sides(when, start, "start")
    if end is not None:
        _coarse_sides(when, end, "end")


def _rank(precision: Objects, rank: dict[str, int]) -> Ints:
    return np.array([rank[p] for p in precision], dtype=np.int32)


def _coarse_sides(when: When, column: DateColumn, side: str) -> None:
    """A span on one side only is the period: "2028", "maart 2027 - mei 2027"."""
    other = when.end if side == "start" else when.start
    spans = column.end - column.start > 1
    alone = (column.start != NO_DAY) & spans & (other == NO_DAY)
    when.start[alone] = column.start[alone]
    when.end[alone] = column.end[alone]
    when.precision[alone] = column.precision[alone]


def _whole_period(when: When, period: DateColumn, undated: Flags) -> None:
    """Fill rows without start and end from the period in one column."""
    empty = undated & (period.start != NO_DAY)
    when.start[empty] = period.start[empty]
    begins = period.only_begins & (period.precision == "day")
    when.end[empty & ~begins] = period.end[empty & ~begins]
    when.precision[empty] = period.precision[empty]
    parts = [period.reading(i).parts if empty[i] else () for i in range(len(empty))]
    if any(parts):
        when.valid_periods = _ragged(parts)


def _listed_periods(when: When, dates: _Dates) -> None:
    """The valid periods that a reader of a standard format delivers as pairs of moments.

    Their hull is the period of the row.
    """
    match = dates.mapping.fields.get("valid_periods")
    if match is None or match.column not in dates.batch.columns:
        return
    listed = valid_periods(
        cast("Sequence[Sequence[Span] | None]", dates.batch.columns[match.column]), dates.zone
    )
    several = np.flatnonzero(np.diff(listed.offsets))
    when.valid_periods = listed
    when.start[several] = listed.starts[listed.offsets[several]]
    when.end[several] = listed.ends[listed.offsets[several + 1] - 1]


def _ragged(parts: Sequence[Sequence[tuple[int, int]]]) -> ValidPeriods:
    """Several periods by row as ragged columns, overlapping ones joined."""
    merged = [_merge(p) for p in parts]
    merged = [m if len(m) > 1 else [] for m in merged]
    offsets = np.concatenate(([0], np.cumsum([len(m) for m in merged]))).astype(np.int64)
    flat = [pair for m in merged for pair in m]
    starts = np.array([a for a, _ in flat], dtype=np.int32)
    return ValidPeriods(offsets, starts, np.array([b for _, b in flat], dtype=np.int32))


def _merge(parts: Sequence[tuple[int, int]]) -> list[tuple[int, int]]:
    joined: list[tuple[int, int]] = []
    for start, end in sorted(parts):
        if joined and start <= joined[-1][1]:
            joined[-1] = (joined[-1][0], max(joined[-1][1], end))
        else:
            joined.append((start, end))
    return joined


def _complete(
    when: When,
    dates: _Dates,
    facility: Objects,
    duration_days: Ints,
) -> None:
    """The missing side from the duration: the given one, else the facility's default."""
    default = np.array([DEFAULT_DURATION_DAYS[f or "unknown"] for f in facility], dtype=np.int32)
    given = duration_days > 0
    days = np.where(given, duration_days, default)
    for side, code in (("end", "end-assumed"), ("start", "start-assumed")):
        known = when.start if side == "end" else when.end
        missing = (when.end if side == "end" else when.start) == NO_DAY
        rows = missing & (known != NO_DAY)
        if not rows.any():
            continue
        if side == "end":
            when.end[rows] = when.start[rows] + days[rows]
        else:
            when.start[rows] = when.end[rows] - days[rows]
        guessed = rows & ~given
        when.precision[guessed] = "period"
        dates.tell(guessed, code, side, lambda i: int(days[i]))


def _check(when: When, dates: _Dates, unreadable: Flags) -> None:
    """End before start is an error; no date at all is told."""
    known = (when.start != NO_DAY) & (when.end != NO_DAY)
    wrong = known & (when.end <= when.start)
    dates.tell(
        wrong,
        "end-before-start",
        "end",
        lambda i: f"{day(int(when.start[i]))} – {day(int(when.end[i]) - 1)}",  # noqa: RUF001 - a range of dates
    )
    dates.tell(~known & ~unreadable, "no-date", "start", lambda _: None)


def _window(dates: _Dates, n: int) -> tuple[Ints, Ints]:
    """The flexibility window: both sides, or none."""
    earliest, latest = dates.column("earliest"), dates.column("latest")
    none = np.full(n, NO_DAY, dtype=np.int32)
    for name, column in (("earliest", earliest), ("latest", latest)):
        if column is not None:
            bad: Flags = (column.problem == "impossible") | (column.problem == "unclear")
            dates.tell(bad, "window-unclear", name, dates.source(name))
    first = earliest.start.copy() if earliest is not None else none.copy()
    last = latest.end.copy() if latest is not None else none.copy()
    wrong = (first != NO_DAY) & (last != NO_DAY) & (last <= first)
    dates.tell(
        wrong,
        "window-reversed",
        "earliest",
        lambda i: f"{day(int(first[i]))} – {day(int(last[i]) - 1)}",  # noqa: RUF001 - a range of dates
    )
    first[wrong], last[wrong] = NO_DAY, NO_DAY
    return first, last
