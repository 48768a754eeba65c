"""Moments as days of a time zone, whole columns at a time."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime, tzinfo
from itertools import chain

import numpy as np
from numpy.typing import NDArray

from spatial.period import NO_DAY, Period, normalise
from spatial.work import Flags, Ints, Keys, ValidPeriods

Moments = Sequence[datetime | None]
Span = tuple[datetime, datetime]

QUARTER_S = 900
"""Clocks only ever change at a whole quarter of an hour UTC."""
DAY_S = 86_400
END_OF_TIME = datetime(2099, 12, 31, tzinfo=UTC)
"""From this moment on (2100-12-30, 4000-01-01) a moment stands for "no date"."""


def local_days(starts: Moments, ends: Moments, zone: tzinfo) -> tuple[Ints, Ints]:
    """Half-open days of moments: 22:00Z may be the next day, an end at 00:00 the day before.

    A period inside one day, or with its end before its start on the same day,
    is that day. A moment that is missing or stands for "no date" is ``NO_DAY``.
    A moment without a zone is local already.

    >>> from zoneinfo import ZoneInfo
    >>> from spatial.period import day
    >>> start, end = (datetime.fromisoformat(t) for t in ("2026-07-01T22:00Z", "2026-07-03T22:00Z"))
    >>> first, stop = local_days([start], [end], ZoneInfo("Europe/Amsterdam"))
    >>> str(day(first[0])), str(day(stop[0]))
    ('2026-07-02', '2026-07-04')
    """
    first, _ = _day_and_midnight(starts, zone)
    last, midnight = _day_and_midnight(ends, zone)
    known = last != NO_DAY
    stop = np.where(known, last + 1 - midnight, NO_DAY)
    same = known & (first != NO_DAY) & (stop == first)
    return first, np.where(same, stop + 1, stop).astype(np.int32)


def valid_periods(rows: Iterable[Sequence[Span] | None], zone: tzinfo) -> ValidPeriods:
    """The periods of rows that have more than one day span, sorted and disjoint.

    Rows with no period or a single one get an empty slice. Periods that end
    before they begin, or that stand for "no date", are left out.
    """
    lists = [list(row) if row else [] for row in rows]
    spans = list(chain.from_iterable(lists))
    first, stop = local_days([s for s, _ in spans], [e for _, e in spans], zone)
    found: list[Period] = []
    counts = np.zeros(len(lists), dtype=np.int64)
    at = 0
    for i, row in enumerate(lists):
        days = zip(
            first[at : at + len(row)].tolist(), stop[at : at + len(row)].tolist(), strict=True
        )
        at += len(row)
        periods = normalise([Period(a, b) for a, b in days if NO_DAY < a < b]) if row[1:] else []
        if len(periods) > 1:
            found += periods
            counts[i] = len(periods)
    offsets: Keys = np.concatenate(([0], np.cumsum(counts))).astype(np.int64)
    return ValidPeriods(
        offsets,
        np.array([p.start for p in found], dtype=np.int32),
        np.array([p.end for p in found], dtype=np.int32),
    )


def _day_and_midnight(moments: Moments, zone: tzinfo) -> tuple[Ints, Flags]:
    seconds = np.array([_utc_seconds(m, zone) for m in moments], dtype=np.int64)
    known = seconds < END_OF_TIME.timestamp()
    seconds[~known] = 0
    local = seconds + _offsets(seconds, zone)
    day = np.where(known, local // DAY_S, NO_DAY).astype(np.int32)
    return day, known & (local % DAY_S == 0)


def _utc_seconds(moment: datetime | None, zone: tzinfo) -> int:
    if moment is None:
        return int(END_OF_TIME.timestamp())
    aware = moment if moment.tzinfo is not None else moment.replace(tzinfo=zone)
    return int(aware.timestamp())


def _offsets(seconds: NDArray[np.int64], zone: tzinfo) -> NDArray[np.int64]:
    """Seconds that the local clock is ahead of UTC; each quarter of an hour is looked up once."""
    quarters, place = np.unique(seconds // QUARTER_S, return_inverse=True)
    ahead = [
        datetime.fromtimestamp(q * QUARTER_S, UTC).astimezone(zone).utcoffset()
        for q in quarters.tolist()
    ]
    found = np.array([int(a.total_seconds()) if a else 0 for a in ahead], dtype=np.int64)
    return found[place]
