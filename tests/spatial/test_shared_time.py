"""Shared days, gaps and nearest periods against sets of days."""

import numpy as np
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from spatial.shared_time import Calendar
from spatial.testing.making import Planned, works_of

PLACE = shapely.box(0, 0, 1, 1)
steps = st.lists(st.integers(1, 9), min_size=1, max_size=7).filter(lambda s: len(s) % 2)
timetables = st.tuples(st.integers(-5, 40), steps)


def periods_of(timetable):
    start, lengths = timetable
    days = np.cumsum([start, *lengths]).tolist()
    return list(zip(days[::2], days[1::2], strict=True))


def work_of(periods):
    return Planned(PLACE, periods[0][0], periods[-1][1], periods=periods)


@settings(max_examples=300, deadline=None)
@given(st.lists(timetables, min_size=2, max_size=5))
def test_the_set_of_days_decides(drawn):
    all_periods = [periods_of(t) for t in drawn]
    calendar = Calendar.of(works_of([work_of(p) for p in all_periods]))
    n = len(drawn)
    i, j = (x.astype(np.int64) for x in np.triu_indices(n, 1))
    time = calendar.shared(i, j)
    for row, (a, b) in enumerate(zip(i, j, strict=True)):
        days = [{d for s, e in all_periods[w] for d in range(s, e)} for w in (a, b)]
        both = days[0] & days[1]
        assert time.shared_days[row] == len(both)
        if both:
            assert (time.start[row], time.end[row]) == (min(both), max(both) + 1)
            assert time.gap_days[row] == 0
            continue
        gaps = {
            max(p[0], q[0]) - min(p[1], q[1]): (p, q)
            for p in all_periods[a]
            for q in all_periods[b]
        }
        assert time.gap_days[row] == min(gaps)
        first = (time.first_start[row], time.first_end[row])
        second = (time.second_start[row], time.second_end[row])
        assert first in all_periods[a]
        assert second in all_periods[b]
        assert max(first[0], second[0]) - min(first[1], second[1]) == min(gaps)


@settings(max_examples=200, deadline=None)
@given(st.lists(timetables, min_size=1, max_size=4), st.integers(-10, 90))
def test_the_next_start_is_that_of_the_first_period_from_a_day_on(drawn, day):
    all_periods = [periods_of(t) for t in drawn]
    calendar = Calendar.of(works_of([work_of(p) for p in all_periods]))
    rows = np.arange(len(drawn))
    start, found = calendar.next_start(rows, np.full(len(drawn), day, dtype=np.int32))
    for row, periods in enumerate(all_periods):
        later = [s for s, _ in periods if s >= day]
        assert bool(found[row]) == bool(later)
        if later:
            assert start[row] == min(later)
