"""Half-open spans of years, half-years, quarters, months and weeks."""

from __future__ import annotations

from datetime import date
from typing import NamedTuple

from spatial.period import day_number


class Span(NamedTuple):
    """Half-open day numbers and the precision a source gave them."""

    start: int
    end: int
    precision: str


def months_span(year: int, first: int, count: int, precision: str) -> Span:
    """``count`` calendar months from month ``first`` of a year.

    >>> months_span(2027, 10, 3, "quarter").end == day_number(date(2028, 1, 1))
    True
    """
    following = first + count
    until = date(year + (following - 1) // 12, (following - 1) % 12 + 1, 1)
    return Span(day_number(date(year, first, 1)), day_number(until), precision)


def year_span(year: int) -> Span:
    """A calendar year."""
    return months_span(year, 1, 12, "year")


def half_year_span(year: int, half: int) -> Span:
    """Half 1 or 2 of a year."""
    return months_span(year, 6 * half - 5, 6, "half_year")


def quarter_span(year: int, quarter: int) -> Span:
    """Quarter 1 to 4 of a year."""
    return months_span(year, 3 * quarter - 2, 3, "quarter")


def month_span(year: int, month: int) -> Span:
    """A calendar month."""
    return months_span(year, month, 1, "month")


def week_span(year: int, week: int) -> Span:
    """An ISO week, Monday to Sunday; ValueError for a week the year has not.

    >>> week_span(2027, 12).start == day_number(date(2027, 3, 22))
    True
    """
    monday = day_number(date.fromisocalendar(year, week, 1))
    return Span(monday, monday + 7, "week")


def day_span(day: date) -> Span:
    """One day."""
    number = day_number(day)
    return Span(number, number + 1, "day")


def joined(first: Span, last: Span) -> Span:
    """From the beginning of one to the end of another, with the precision that is left.

    Months and finer keep the coarser precision of the two; the same span twice
    stays what it is; anything else is a "period" in words.

    >>> joined(year_span(2028), year_span(2030)).precision
    'period'
    >>> joined(month_span(2027, 3), month_span(2027, 5)).precision
    'month'
    """
    if first == last:
        return first
    fine = ("day", "week", "month")
    if first.precision in fine and last.precision in fine:
        precision = max(first.precision, last.precision, key=fine.index)
    else:
        precision = "period"
    return Span(first.start, last.end, precision)
