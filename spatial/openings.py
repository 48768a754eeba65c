"""How often and for how many days a street is open.

Periods of works that open the surface make one opening as long as no more than
``gap_days`` lie between them; so crews that follow each other count once.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from spatial.wide import chains
from spatial.work import Flags, Ints, Keys


@dataclass(frozen=True, slots=True)
class Openings:
    """Openings of places, one row each, sorted by place and first day; half-open days.

    ``of_row`` says of each row that went in to which opening it belongs.
    """

    place: Keys
    start: Ints
    end: Ints
    of_row: Keys


def openings(place: Keys, start: Ints, end: Ints, gap_days: float) -> Openings:
    """Openings from periods at places; a new one begins after more than ``gap_days``.

    >>> days = [np.array(x, dtype=np.int32) for x in ([0, 100, 110], [10, 120, 130])]
    >>> found = openings(np.zeros(3, dtype=np.int64), *days, 90.0)
    >>> found.start.tolist(), found.end.tolist(), found.of_row.tolist()
    ([0], [130], [0, 0, 0])
    >>> openings(np.zeros(3, dtype=np.int64), *days, 89.0).start.tolist()
    [0, 100]
    """
    order = np.lexsort((end, start, place))
    number = chains(place[order], start[order], end[order], gap_days)
    heads = np.flatnonzero(np.diff(number, prepend=-1))
    of_row = np.empty(len(order), dtype=np.int64)
    of_row[order] = number
    if not len(heads):
        return Openings(place, start, end, of_row)
    return Openings(
        place[order][heads], start[order][heads], np.maximum.reduceat(end[order], heads), of_row
    )


def too_often(found: Openings, least: int, within_days: int) -> Keys:
    """Runs of openings of which ``least`` of one place begin within so many days; -1 elsewhere.

    Between the first days of the first and the last of them lie at most
    ``within_days``. Openings that are in one such window, or in windows that
    share an opening, make one run; runs are numbered in order.

    >>> start = np.array([0, 100, 200, 900], dtype=np.int32)
    >>> found = openings(np.zeros(4, dtype=np.int64), start, start + 5, 90.0)
    >>> too_often(found, 3, 200).tolist(), too_often(found, 3, 199).tolist()
    ([0, 0, 0, -1], [-1, -1, -1, -1])
    """
    n = len(found.place)
    first = np.arange(max(n - least + 1, 0))
    last = first + least - 1
    span = found.start[last].astype(np.int64) - found.start[first]
    enough = first[(found.place[first] == found.place[last]) & (span <= within_days)]
    linked = _covered(enough, least - 1, n)
    taking = _covered(enough, least, n)
    run = np.full(n, -1, dtype=np.int64)
    begins = taking & ~np.concatenate(([False], linked[:-1]))
    run[taking] = np.cumsum(begins[taking]) - 1
    return run


def _covered(starts: Keys, length: int, n: int) -> Flags:
    """Which of ``n`` positions lie in a stretch of so many from one of the starts."""
    change = np.bincount(starts, minlength=n + 1) - np.bincount(starts + length, minlength=n + 1)
    flags: Flags = np.cumsum(change)[:n] > 0
    return flags


@dataclass(frozen=True, slots=True)
class MostOpen:
    """The window of each place with the most open days: how many, and its first day."""

    place: Keys
    days: Keys
    start: Keys


def most_open_days(found: Openings, within_days: int) -> MostOpen:
    """Most days that each place is open in any window of so many days.

    ``found`` must not overlap in one place (``openings`` with a gap of 0). A day
    counts once, however many works are at it. A window may begin at the first
    day of an opening: no other has more days, but for its mirror image that
    ends at the last day of one.

    >>> start, end = np.array([0, 100], np.int32), np.array([10, 120], np.int32)
    >>> found = openings(np.zeros(2, np.int64), start, end, 0.0)
    >>> most_open_days(found, 105).days.tolist(), most_open_days(found, 1000).days.tolist()
    ([20], [30])
    """
    n = len(found.place)
    length = found.end.astype(np.int64) - found.start
    before = np.concatenate(([0], np.cumsum(length)))
    starts_key = found.place * 2**33 + found.start + 2**31
    begin: Keys = np.concatenate((found.start.astype(np.int64), found.end - np.int64(within_days)))
    place = np.concatenate((found.place, found.place))

    def days_before(day: Keys) -> Keys:
        at = np.searchsorted(starts_key, place * 2**33 + day + 2**31, side="left") - 1
        known = (at >= 0) & (found.place[np.maximum(at, 0)] == place)
        at = np.maximum(at, 0)
        inside = np.minimum(day - found.start[at], length[at])
        first = np.searchsorted(found.place, place)
        return np.where(known, before[at] + inside, before[first])

    if not n:
        nothing = np.empty(0, dtype=np.int64)
        return MostOpen(nothing, nothing, nothing)
    days = days_before(begin + within_days) - days_before(begin)
    order = np.lexsort((begin, -days, place))
    heads = order[np.diff(place[order], prepend=-1) != 0]
    return MostOpen(place[heads], days[heads], begin[heads])
