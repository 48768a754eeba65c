"""A whole column of dates: each distinct value is read once."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, tzinfo
from typing import Any

import numpy as np
from numpy.typing import NDArray

from spatial.dates.days import read_day, read_number
from spatial.dates.reading import Clock, Reading, read
from spatial.period import NO_DAY
from spatial.work import Flags, Ints, Objects

_MANY = 400
"""Distinct values that are enough to know the habit of a column."""


@dataclass(frozen=True, slots=True)
class Habit:
    """How a column writes its dates.

    ``order`` is "day_first", "month_first", "either" (both readings are
    possible everywhere, so nobody knows), "both" (some values prove one, some
    the other) or ``None`` (the notation leaves no doubt). ``clock`` is "date"
    where a time of day is always 00:00 as written, and therefore no moment.
    """

    order: str | None = None
    clock: Clock = "date"


@dataclass(frozen=True, slots=True)
class DateColumn:
    """The readings of a column, as columns; ``reading`` looks one up by row."""

    start: Ints
    end: Ints
    midnight: Flags
    only_begins: Flags
    precision: Objects
    problem: Objects
    position: NDArray[np.intp]
    readings: tuple[Reading, ...]

    def reading(self, row: int) -> Reading:
        """The reading of the value in a row."""
        return self.readings[int(self.position[row])]


def distinct(values: Iterable[object]) -> tuple[list[object], NDArray[np.intp]]:
    """The distinct values of a column and the place of each row's value among them.

    >>> distinct(["a", "b", "a"])[1].tolist()
    [0, 1, 0]
    """
    found: dict[Hashable, int] = {}
    uniques: list[object] = []
    places: list[int] = []
    for value in values:
        key: Any = value if isinstance(value, str) or value is None else _key(value)
        place = found.get(key)
        if place is None:
            place = found[key] = len(uniques)
            uniques.append(value)
        places.append(place)
    return uniques, np.array(places, dtype=np.intp)


def _key(value: object) -> Hashable:
    """Something hashable that is equal where the value is; 1, 1.0 and True stay apart."""
    try:
        hash(value)
    except TypeError:
        return (type(value), repr(value))
    return (type(value), value)


def _wall_clock(value: object) -> tuple[str | None, bool] | None:
    """Proof of order, and whether a value carries a time of day other than 00:00 as written."""
    if isinstance(value, np.datetime64):
        value = value.astype("datetime64[s]").item()
    if isinstance(value, datetime):
        return None, (value.hour, value.minute, value.second) != (0, 0, 0)
    try:
        if isinstance(value, str):
            moment = read_day(value.strip())
            if moment is None:
                reading = read(value, UTC)
                return (reading.order, False) if reading.problem is None else None
        elif isinstance(value, int | float) and not isinstance(value, bool):
            moment = None if len(str(int(value))) in (8, 14) else read_number(value)
        else:
            return None
    except (ValueError, OverflowError):
        return None
    return (moment.order, bool(moment.time)) if moment else None


def habit_of(values: Iterable[object]) -> Habit:
    """The habit of a column, from a sample of its values.

    >>> habit_of(["04/03/2022", "17/03/2022"])
    Habit(order='day_first', clock='date')
    >>> habit_of(["04/03/2022", "05/06/2022"]).order
    'either'
    >>> habit_of(["2020-06-10T00:00:00.000Z"]).clock, habit_of(["2020-06-10T22:00:00Z"]).clock
    ('date', 'moment')
    """
    uniques: dict[Hashable, object] = {}
    for value in values:
        if value is not None:
            uniques.setdefault(_key(value), value)
        if len(uniques) >= _MANY:
            break
    seen = [clock for value in uniques.values() if (clock := _wall_clock(value)) is not None]
    proofs = {order for order, _ in seen if order is not None}
    return Habit(_decide(proofs), "moment" if any(timed for _, timed in seen) else "date")


def _decide(proofs: set[str]) -> str | None:
    if {"day_first", "month_first"} <= proofs:
        return "both"
    for order in ("day_first", "month_first", "either"):
        if order in proofs:
            return order
    return None


def join_habits(habits: Sequence[Habit]) -> str | None:
    """The order of day and month that the date columns of one file share.

    >>> join_habits([Habit("either"), Habit("month_first")])
    'month_first'
    """
    return _decide({h.order for h in habits if h.order and h.order != "both"}) or next(
        (h.order for h in habits if h.order), None
    )


def read_column(values: Sequence[object], habit: Habit, zone: tzinfo) -> DateColumn:
    """Read a column; each distinct value once."""
    order = habit.order if habit.order in ("day_first", "month_first") else None
    uniques, position = distinct(values)
    readings = tuple(read(v, zone, order=order, clock=habit.clock) for v in uniques)
    if not readings:
        readings, position = (Reading(problem="empty"),), np.zeros(0, dtype=np.intp)

    def column(name: str, dtype: Any) -> NDArray[Any]:
        return np.array([getattr(r, name) for r in readings], dtype=dtype)[position]

    start = column("start", np.int32)
    return DateColumn(
        start=start,
        end=column("end", np.int32),
        midnight=column("midnight", np.bool_) & (start != NO_DAY),
        only_begins=column("only_begins", np.bool_),
        precision=column("precision", np.object_),
        problem=column("problem", np.object_),
        position=position,
        readings=readings,
    )
