"""One slot in which any number of works can be done together.

The pair rules ask that the shorter of two works runs wholly inside the longer
(:mod:`spatial.shifting`). The same for any number: the slot is as long as the
longest work; each work runs for its own duration inside the slot and inside
its own window. With window ``[e, l)`` and duration ``d`` of each work and
``D`` the longest duration, a slot ``[s, s + D)`` serves all works iff

    max(e + d) - D  <=  s  <=  min(l - d)      and      l - e >= d for each.

Only three numbers of a group decide: the latest of the earliest ends, the
earliest of the latest starts, and the longest duration. Groups can therefore be
joined without looking at their works again. For two works the condition is that
of O02. A result obligation has no window beside its period unless one is given,
so it never moves.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from spatial.traits import Traits
from spatial.work import Flags, Ints, Keys, Works

Table = NDArray[np.int64]
FAR = 2**40
"""Stands for "no work here" in a padded table; larger than any day number."""


class Room(NamedTuple):
    """How works can move, one position a work; half-open days.

    ``earliest`` and ``latest`` bound the window, ``days`` is the duration.
    A run that starts from ``least`` to ``most`` stays within the planned period
    (or covers it, where the duration is longer than the period): no shift.
    """

    earliest: Keys
    latest: Keys
    days: Keys
    least: Keys
    most: Keys

    @classmethod
    def of(cls, works: Works, traits: Traits) -> Room:
        """The room of works, by their windows and durations."""
        start, end = works.start.astype(np.int64), works.end.astype(np.int64)
        days = traits.duration_days.astype(np.int64)
        return cls(
            start - traits.slack_before,
            end + traits.slack_after,
            days,
            np.minimum(start, end - days),
            np.maximum(start, end - days),
        )

    def take(self, rows: Keys) -> Room:
        """The room of the works at these positions."""
        return Room(*(column[rows] for column in self))

    @property
    def short_days(self) -> Keys:
        """By how many days a window is too short for the work itself; 0 where it suffices."""
        short: Keys = np.maximum(0, self.days - (self.latest - self.earliest))
        return short


class Slots(NamedTuple):
    """The slot of each group of works, and what it asks of each work.

    Per group: ``start`` and ``end`` (half-open), ``lacking_days`` (0 where a slot
    exists; how many days the windows are too short in all), ``opens_last`` and
    ``closes_first``: positions of the members whose windows face each other.
    Per member: ``run_start``, the first day of its run, and ``shift_days``,
    negative where it moves forward in time.
    """

    start: Ints
    end: Ints
    lacking_days: Ints
    opens_last: Keys
    closes_first: Keys
    run_start: Ints
    shift_days: Ints

    @property
    def feasible(self) -> Flags:
        """Where all works of the group fit."""
        fits: Flags = self.lacking_days == 0
        return fits


def common_slots(room: Room, offsets: Keys) -> Slots:
    """The slot with the smallest total shift of each group of works.

    Group ``i`` holds the works ``offsets[i]:offsets[i + 1]`` of ``room``, at least
    one. Of all slots with the smallest sum of shifts the middle one is taken,
    so that the move is divided between those before and those after. Where the
    windows do not suffice, the slot lies halfway and ``lacking_days`` says by how
    much; shifts then say what would be asked.
    """
    counts = np.diff(offsets)
    n, width = len(counts), int(counts.max(initial=1))
    if not n:
        none = np.empty(0, dtype=np.int32)
        keys = np.empty(0, dtype=np.int64)
        return Slots(none, none, none, keys, keys, none, none)
    inside = np.arange(width)
    held = inside[None, :] < counts[:, None]
    at = np.where(held, offsets[:-1, None] + inside, 0)
    e, latest, d, least, most = (column[at] for column in room)
    longest = np.where(held, d, 0).max(axis=1)
    first_end, last_start = np.where(held, e + d, -FAR), np.where(held, latest - d, FAR)
    low, high = first_end.max(axis=1) - longest, last_start.min(axis=1)
    short = np.where(held, room.short_days[at], 0).max(axis=1)
    lacking = np.maximum(np.maximum(0, low - high), short)
    middle = (low + high) // 2
    low, high = np.where(low <= high, low, middle), np.where(low <= high, high, middle)
    wished = np.concatenate((most, least + d - longest[:, None]), axis=1)
    wished = np.where(np.concatenate((held, held), axis=1), wished, low[:, None])
    wished = np.concatenate((wished, low[:, None], high[:, None]), axis=1)
    candidates = np.clip(wished, low[:, None], high[:, None])
    members = _Members(e, latest, d, least, most, held, longest)
    start = _middle_of_best(candidates, members)
    run, shift = members.placed(start)
    return Slots(
        start.astype(np.int32),
        (start + longest).astype(np.int32),
        lacking.astype(np.int32),
        offsets[:-1] + first_end.argmax(axis=1),
        offsets[:-1] + last_start.argmin(axis=1),
        run[held].astype(np.int32),
        shift[held].astype(np.int32),
    )


class _Members(NamedTuple):
    """Works of groups in padded tables, shape (groups, width)."""

    earliest: Table
    latest: Table
    days: Table
    least: Table
    most: Table
    held: Flags
    longest: Table

    def placed(self, start: Table) -> tuple[Table, Table]:
        """First day and shift of each run, for a slot that starts at ``start``."""
        begin = start[:, None]
        low = np.maximum(self.earliest, begin)
        high = np.minimum(self.latest, begin + self.longest[:, None]) - self.days
        run = np.minimum(np.maximum(self.least, low), np.maximum(high, low))
        shift = run - np.clip(run, self.least, self.most)
        return run, np.where(self.held, shift, 0)


def _middle_of_best(candidates: Table, members: _Members) -> Table:
    """The middle of the slots with the smallest total shift.

    The total is a convex function of the start of the slot, bent only at the
    candidates, so that the best form one stretch between two of them.
    """
    totals = np.column_stack(
        [np.abs(members.placed(start)[1]).sum(axis=1) for start in candidates.T]
    )
    best = totals == totals.min(axis=1)[:, None]
    first = np.where(best, candidates, FAR).min(axis=1)
    last = np.where(best, candidates, -FAR).max(axis=1)
    middle: Table = (first + last) // 2
    return middle
