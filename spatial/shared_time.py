"""Days that two works share and days between them, for whole columns of pairs.

A work with several valid periods is open only within them: the set decides,
the hull merely finds candidates. For such pairs the shared days are the days
in both sets, the gap is that of the nearest two periods, and those two are the
periods of which a rule speaks when one work is to move towards the other.

All periods of all works stand in one sorted array: a work's number times 2^33
plus the day is a key that one binary search over everybody can find.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from spatial.work import Flags, Ints, Keys, Works

_STRIDE = 2**33
_ZERO = 2**31
_FAR = np.int64(2**40)


@dataclass(frozen=True, slots=True)
class SharedTime:
    """What the periods of pairs have to do with each other, one row a pair.

    ``start`` and ``end`` are the hull of the shared days, ``[0, 0)`` where there
    are none. ``first_start`` to ``second_end`` are the two nearest periods where
    no day is shared, else the hulls of both works.
    """

    shared_days: Ints
    gap_days: Ints
    start: Ints
    end: Ints
    first_start: Ints
    first_end: Ints
    second_start: Ints
    second_end: Ints


@dataclass(frozen=True, slots=True)
class Calendar:
    """The valid periods of works, at least one each, ready to be searched."""

    offsets: Keys
    starts: Ints
    ends: Ints
    start_keys: Keys
    days_before: Keys
    several: Flags
    hull_start: Ints
    hull_end: Ints

    @classmethod
    def of(cls, works: Works) -> Calendar:
        """The calendar of these works; positions in it are theirs."""
        n = len(works)
        given = np.diff(works.valid_periods.offsets)
        several = given > 0
        counts = np.maximum(given, 1)
        offsets = np.concatenate(([0], np.cumsum(counts))).astype(np.int64)
        owner = np.repeat(np.arange(n, dtype=np.int64), counts)
        starts, ends = works.start[owner], works.end[owner]
        listed = several[owner]
        starts[listed], ends[listed] = works.valid_periods.starts, works.valid_periods.ends
        lengths = ends.astype(np.int64) - starts
        return cls(
            offsets=offsets,
            starts=starts,
            ends=ends,
            start_keys=owner * _STRIDE + starts + _ZERO,
            days_before=np.concatenate(([0], np.cumsum(lengths)))[:-1],
            several=several,
            hull_start=works.start,
            hull_end=works.end,
        )

    def shared(self, first: Keys, second: Keys) -> SharedTime:
        """Shared time of pairs of positions."""
        s1, e1 = self.hull_start[first], self.hull_end[first]
        s2, e2 = self.hull_start[second], self.hull_end[second]
        start, end = np.maximum(s1, s2), np.minimum(e1, e2)
        shared, gap = np.maximum(end - start, 0), np.maximum(start - end, 0)
        start, end = np.where(shared > 0, start, 0), np.where(shared > 0, end, 0)
        columns = [shared, gap, start, end, s1, e1, s2, e2]
        rows = np.flatnonzero(self.several[first] | self.several[second])
        if len(rows):
            for column, values in zip(columns, self._sets(first[rows], second[rows]), strict=True):
                column[rows] = values
        return SharedTime(*columns)

    def next_start(self, work: Keys, from_day: Ints) -> tuple[Ints, Flags]:
        """First start of a period of ``work`` at or after a day, and whether there is one."""
        at = self._search(work, from_day, "left")
        found = at < self.offsets[work + 1]
        return self.starts[np.minimum(at, len(self.starts) - 1)], found

    def _search(self, work: Keys, day: Ints, side: str) -> Keys:
        keys = work * _STRIDE + day.astype(np.int64) + _ZERO
        at: Keys = np.searchsorted(self.start_keys, keys, side=side)  # type: ignore[call-overload]  # side is left or right
        return at

    def _days_before(self, work: Keys, day: Ints) -> Keys:
        """Days of ``work`` before ``day``."""
        at = self._search(work, day, "right") - 1
        none = at < self.offsets[work]
        at = np.maximum(at, 0)
        days = self.days_before[at] - self.days_before[self.offsets[work]]
        days = days + np.minimum(day, self.ends[at]) - self.starts[at]
        counted: Keys = np.where(none, 0, days)
        return counted

    def _sets(self, first: Keys, second: Keys) -> list[NDArray[np.int64]]:
        """The columns of :class:`SharedTime` for pairs of which a side has several periods."""
        counts = np.diff(self.offsets)[first]
        heads = np.concatenate(([0], np.cumsum(counts)))[:-1]
        pair = np.repeat(np.arange(len(first)), counts)
        at = np.repeat(self.offsets[first], counts) + np.arange(len(pair)) - heads[pair]
        start, end, other = self.starts[at], self.ends[at], second[pair]
        days = self._days_before(other, end) - self._days_before(other, start)
        shared = np.add.reduceat(days, heads)
        common = self._common(start, end, other, days > 0, heads)
        nearest = self._nearest(start, end, other, heads)
        meets = shared > 0
        hulls = (
            self.hull_start[first],
            self.hull_end[first],
            self.hull_start[second],
            self.hull_end[second],
        )
        near = [np.where(meets, hull, near) for hull, near in zip(hulls, nearest[1:], strict=True)]
        return [
            shared,
            np.where(meets, 0, nearest[0]),
            np.where(meets, common[0], 0),
            np.where(meets, common[1], 0),
            *near,
        ]

    def _common(
        self, start: Ints, end: Ints, other: Keys, meets: Flags, heads: Keys
    ) -> tuple[Keys, Keys]:
        """First and last shared day (half-open) of each pair."""
        last = len(self.starts) - 1
        before = self._search(other, start, "right") - 1
        running = (before >= self.offsets[other]) & (self.ends[np.maximum(before, 0)] > start)
        opening = np.where(running, start, self.starts[np.minimum(before + 1, last)])
        closing = np.minimum(self.ends[np.maximum(self._search(other, end, "left") - 1, 0)], end)
        return (
            np.minimum.reduceat(np.where(meets, opening, _FAR), heads),
            np.maximum.reduceat(np.where(meets, closing, -_FAR), heads),
        )

    def _nearest(self, start: Ints, end: Ints, other: Keys, heads: Keys) -> list[Keys]:
        """Gap and nearest periods of each pair that shares no day; on a tie the earliest."""
        last = len(self.starts) - 1
        before = self._search(other, start, "right") - 1
        after = before + 1
        has_before, has_after = before >= self.offsets[other], after < self.offsets[other + 1]
        before, after = np.maximum(before, 0), np.minimum(after, last)
        to_before = np.where(has_before, start.astype(np.int64) - self.ends[before], _FAR)
        to_after = np.where(has_after, self.starts[after].astype(np.int64) - end, _FAR)
        gap = np.minimum(to_before, to_after)
        least = np.minimum.reduceat(gap, heads)
        pair = np.repeat(np.arange(len(heads)), np.diff(np.append(heads, len(gap))))
        hit = np.flatnonzero(gap == least[pair])
        _, one = np.unique(pair[hit], return_index=True)
        row = hit[one]
        theirs = np.where(to_before[row] <= to_after[row], before[row], after[row])
        return [least, start[row], end[row], self.starts[theirs], self.ends[theirs]]
