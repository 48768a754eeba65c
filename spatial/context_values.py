"""Cells of a file into the values of a context field, each distinct cell read once."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import tzinfo
from typing import Any

import numpy as np
from numpy.typing import NDArray

from spatial import context_faults as faults
from spatial.context import DTYPES, EMPTY, ContextField
from spatial.context_faults import Wrong, tell
from spatial.dates import Habit, habit_of, read_column
from spatial.dates.column import distinct
from spatial.mapping.columns import clean_text, is_empty, read_amount, read_coordinate
from spatial.period import NO_DAY
from spatial.reader import Fault
from spatial.words import normalise
from spatial.work import Ints, Keys

YES = frozenset({"ja", "j", "yes", "y", "true", "waar", "1", "x", "t"})
NO = frozenset({"nee", "n", "no", "false", "onwaar", "0", "f"})
NO_NUMBERS = frozenset({"nan", "inf", "infinity"})
LARGEST = 1e15
"""Beyond this a number is a slip of the pen, and no longer exact."""
MOST_TOLD = 1_000
"""Rows with the same fault in the same field that are told one by one."""
_MONTHS = {
    name: month
    for month, names in enumerate(
        (
            "januari january jan",
            "februari february feb",
            "maart march mrt mar",
            "april apr",
            "mei may",
            "juni june jun",
            "juli july jul",
            "augustus august aug",
            "september sep sept",
            "oktober october okt oct",
            "november nov",
            "december dec",
        ),
        start=1,
    )
    for name in names.split()
}
_LONGEST = (31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)
_MONTH_DAY = re.compile(r"^(?:--)?(\d{1,2})-(\d{1,2})$")
_DAY_NAME = re.compile(r"^(\d{1,2})\s+([a-z]+)$")


class Refused(ValueError):
    """A cell that is no value of the field; it carries what is wrong."""

    def __init__(self, wrong: Wrong, **filled: object) -> None:
        super().__init__(wrong.code)
        self.wrong, self.filled = wrong, filled


@dataclass(frozen=True, slots=True)
class Cells:
    """The cells of a column, the factor and offset of its unit, and words translated for it."""

    values: Sequence[object]
    factor: float = 1.0
    offset: float = 0.0
    words: Mapping[str, str] | None = None


def read_field(
    field: ContextField, cells: Cells, rows: Keys, zone: tzinfo
) -> tuple[NDArray[Any], list[Fault]]:
    """The values of a field in its dtype, and what is wrong with single cells.

    An empty cell is the field's default, else ``EMPTY``, and a fault where the
    field is required.
    """
    if field.type == "day":
        return _days(field, cells.values, rows, zone)
    uniques, position = distinct(cells.values)
    read = _reader(field, cells)
    found: list[object] = []
    wrong: dict[int, Refused] = {}
    for i, cell in enumerate(uniques):
        try:
            found.append(_or_default(field, cell, read))
        except Refused as error:
            wrong[i] = error
            found.append(EMPTY[field.type])
    column = np.empty(len(uniques), dtype=DTYPES[field.type])
    column[:] = found
    told = []
    for i, refused in wrong.items():
        at = np.flatnonzero(position == i)[:MOST_TOLD]
        shown = [uniques[i]] * len(at)
        told += tell(
            refused.wrong, rows[at].tolist(), field=field.name, values=shown, **refused.filled
        )
    return column[position], told


def constant(field: ContextField, value: object, n: int, zone: tzinfo) -> NDArray[Any]:
    """A column with one value; Refused where it is none of the field."""
    column, told = read_field(field, Cells([value]), np.zeros(1, dtype=np.int64), zone)
    if told:
        raise Refused(Wrong(told[0].code, "error", *([told[0].reason["en"]] * 4)))
    return np.repeat(column, n)


def empty(field: ContextField, n: int, zone: tzinfo) -> NDArray[Any]:
    """The column of a field that the file says nothing of."""
    if field.default is not None:
        return constant(field, field.default, n, zone)
    column = np.empty(n, dtype=DTYPES[field.type])
    column[:] = [EMPTY[field.type]] * n
    return column


def _or_default(field: ContextField, cell: object, read: Callable[[object], object]) -> object:
    if isinstance(cell, str) and cell.strip().casefold().lstrip("+-") in NO_NUMBERS:
        if field.type in {"number", "integer"}:
            raise Refused(faults.NO_NUMBER)
    elif not is_empty(cell):
        return read(cell)
    if field.default is not None:
        return read(field.default)
    if field.required:
        raise Refused(faults.MISSING)
    return EMPTY[field.type]


def _reader(field: ContextField, cells: Cells) -> Callable[[object], object]:
    if field.words:
        return _words(field, cells.words or {})
    if field.type == "text":
        return lambda cell: clean_text(cell) or ""
    if field.type == "boolean":
        return _boolean
    if field.type == "month_day":
        return month_day
    return _number(field, cells)


def _words(field: ContextField, translated: Mapping[str, str]) -> Callable[[object], object]:
    known = {normalise(word): word for word in field.words}
    known |= {normalise(spelling): word for spelling, word in field.spellings}
    known |= {normalise(cell): word for cell, word in translated.items()}

    def read(cell: object) -> object:
        word = known.get(normalise(str(clean_text(cell))))
        if word is None:
            raise Refused(faults.UNKNOWN_WORD, words=", ".join(field.words))
        return word

    return read


def _boolean(cell: object) -> object:
    if isinstance(cell, bool | np.bool_):
        return bool(cell)
    word = str(clean_text(cell)).casefold()
    if word not in YES | NO:
        raise Refused(faults.NO_BOOLEAN)
    return word in YES


def month_day(cell: object) -> int:
    """A day of every year as month * 100 + day; Refused where there is no such day.

    >>> month_day("10-01"), month_day("1 oktober"), month_day(1115), month_day("--04-01")
    (1001, 1001, 1115, 401)
    """
    text = str(clean_text(cell)).casefold().rstrip(".")
    if numbers := _MONTH_DAY.match(text):
        month, day = int(numbers[1]), int(numbers[2])
    elif (named := _DAY_NAME.match(text)) and named[2] in _MONTHS:
        month, day = _MONTHS[named[2]], int(named[1])
    elif text.isdigit():
        month, day = divmod(int(text), 100)
    else:
        raise Refused(faults.NO_MONTH_DAY)
    if not 1 <= month <= len(_LONGEST) or not 1 <= day <= _LONGEST[month - 1]:
        raise Refused(faults.NO_MONTH_DAY)
    return month * 100 + day


def _number(field: ContextField, cells: Cells) -> Callable[[object], object]:
    parse = read_amount if field.name.endswith("_eur") else read_coordinate
    whole = field.type == "integer"

    def read(cell: object) -> object:
        number = None if isinstance(cell, bool) else parse(cell)
        if number is None or not math.isfinite(number):
            raise Refused(faults.NO_NUMBER)
        number = number * cells.factor + cells.offset
        if abs(number) > LARGEST:
            raise Refused(faults.NO_NUMBER)
        if whole and cells.factor != 1.0:
            number = math.floor(number + 1e-9)
        if whole and number != int(number):
            raise Refused(faults.NOT_WHOLE)
        if number <= 0.0 < field.least and field.most == math.inf:
            raise Refused(faults.NOT_POSITIVE)
        if not field.least <= number <= field.most:
            raise Refused(faults.OUT_OF_BOUNDS, least=field.least, most=field.most)
        return int(number) if whole else number

    return read


def _days(
    field: ContextField, values: Sequence[object], rows: Keys, zone: tzinfo
) -> tuple[Ints, list[Fault]]:
    """Inclusive days; a month, quarter or year counts as its last day."""
    _, end, told = read_days(field.name, values, rows, zone)
    last = np.where(end == NO_DAY, NO_DAY, end - 1).astype(np.int32)
    if field.required:
        unread = [f.row for f in told if f.row is not None]
        missing = rows[(end == NO_DAY) & ~np.isin(rows, unread)]
        told += tell(faults.MISSING, missing[:MOST_TOLD].tolist(), field=field.name)
    return last, told


def read_days(
    name: str, values: Sequence[object], rows: Keys, zone: tzinfo
) -> tuple[Ints, Ints, list[Fault]]:
    """First day and half-open end of each cell, ``NO_DAY`` where it is empty."""
    habit = habit_of(values)
    told = []
    if habit.order == "either":
        habit = Habit("day_first", habit.clock)
        told += tell(faults.DAY_FIRST, field=name)
    column = read_column(values, habit, zone)
    wrong = np.isin(column.problem.astype(str), ["impossible", "unclear"])
    at = np.flatnonzero(wrong)[:MOST_TOLD]
    told += tell(
        faults.NO_DATE, rows[at].tolist(), field=name, values=[values[i] for i in at.tolist()]
    )
    midnight = column.midnight & (habit.clock == "moment")
    end = np.where(midnight, column.start, column.end).astype(np.int32)
    return column.start, end, told
