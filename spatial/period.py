"""Half-open periods of whole days.

Inside, a period is ``[start, end)`` in day numbers: whole days since
1970-01-01 as ``int32``. Every date that enters or leaves the service is an
inclusive day, so a one-day work has ``start == end`` outside and
``end == start + 1`` inside. Thresholds in years are 365.25 days rounded down
(domain.md section 4), so that five years are 1,826 days.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from math import floor

EPOCH = date(1970, 1, 1)
NO_DAY = -(2**31)
"""Stands for "no date" in an ``int32`` column."""


def years(n: float) -> int:
    """Days in ``n`` years of 365.25 days, rounded down.

    >>> years(5), years(3), years(1)
    (1826, 1095, 365)
    """
    return floor(n * 365.25)


def day_number(day: date) -> int:
    """Whole days since 1970-01-01.

    >>> day_number(date(1970, 1, 2))
    1
    """
    return (day - EPOCH).days


def day(number: int) -> date:
    """The date of a day number.

    >>> day(1)
    datetime.date(1970, 1, 2)
    """
    return EPOCH + timedelta(days=int(number))


@dataclass(frozen=True, slots=True, order=True)
class Period:
    """Half-open ``[start, end)`` in day numbers; never empty.

    >>> a = Period.of_days(date(2027, 1, 1), date(2027, 1, 31))
    >>> a.days, a.last_day
    (31, datetime.date(2027, 1, 31))
    >>> a.shared_days(Period.of_days(date(2027, 1, 31), date(2027, 2, 3)))
    1
    >>> a.gap_days(Period.of_days(date(2027, 2, 1), date(2027, 2, 3)))
    0
    """

    start: int
    end: int

    def __post_init__(self) -> None:
        if self.end <= self.start:
            msg = f"a period must hold at least one day, not [{self.start}, {self.end})"
            raise ValueError(msg)

    @classmethod
    def of_days(cls, first: date, last: date) -> Period:
        """The period of two inclusive days."""
        return cls(day_number(first), day_number(last) + 1)

    @property
    def days(self) -> int:
        """Length in days."""
        return self.end - self.start

    @property
    def first_day(self) -> date:
        """First day, as shown to people."""
        return day(self.start)

    @property
    def last_day(self) -> date:
        """Last day, inclusive, as shown to people."""
        return day(self.end - 1)

    def shared_days(self, other: Period) -> int:
        """Days that both hold; 0 where they only touch."""
        return max(0, min(self.end, other.end) - max(self.start, other.start))

    def gap_days(self, other: Period) -> int:
        """Days between the two; 0 where they touch or overlap."""
        return max(0, max(self.start, other.start) - min(self.end, other.end))


def normalise(periods: list[Period]) -> list[Period]:
    """Sort periods and join those that touch or overlap.

    >>> normalise([Period(5, 7), Period(0, 2), Period(2, 3)])
    [Period(start=0, end=3), Period(start=5, end=7)]
    >>> normalise([])
    []
    """
    joined: list[Period] = []
    for period in sorted(periods):
        if joined and period.start <= joined[-1].end:
            joined[-1] = Period(joined[-1].start, max(joined[-1].end, period.end))
        else:
            joined.append(period)
    return joined
