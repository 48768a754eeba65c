from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from spatial.local_days import local_days, valid_periods
from spatial.period import NO_DAY, day, day_number

AMSTERDAM = ZoneInfo("Europe/Amsterdam")


def at(text):
    return datetime.fromisoformat(text)


def days(start, end, zone=AMSTERDAM):
    first, stop = local_days([at(start) if start else None], [at(end) if end else None], zone)
    return first[0], stop[0]


@pytest.mark.parametrize(
    ("start", "end", "first", "last"),
    [
        ("2026-10-19T05:00:00Z", "2026-11-18T15:00:00Z", "2026-10-19", "2026-11-18"),
        ("2026-07-01T22:00:00Z", "2026-07-03T10:00:00Z", "2026-07-02", "2026-07-03"),  # summer
        ("2026-12-01T22:00:00Z", "2026-12-03T10:00:00Z", "2026-12-01", "2026-12-03"),  # winter
        ("2026-12-01T23:00:00Z", "2026-12-03T10:00:00Z", "2026-12-02", "2026-12-03"),
        ("2026-07-01T22:00:00Z", "2026-07-03T22:00:00Z", "2026-07-02", "2026-07-03"),  # ends 00:00
        ("2026-07-01T22:00:00Z", "2026-07-03T21:59:59Z", "2026-07-02", "2026-07-03"),
        ("2026-07-01T22:00:00Z", "2026-07-03T22:00:01Z", "2026-07-02", "2026-07-04"),
        ("2026-07-01T19:00:00Z", "2026-07-02T03:00:00Z", "2026-07-01", "2026-07-02"),  # a night
        ("2026-07-01T08:00:00Z", "2026-07-01T08:00:00Z", "2026-07-01", "2026-07-01"),
        (
            "2026-07-01T22:00:00Z",
            "2026-07-01T22:00:00Z",
            "2026-07-02",
            "2026-07-02",
        ),  # 00:00 to 00:00
        (
            "2026-03-28T23:00:00Z",
            "2026-03-29T22:00:00Z",
            "2026-03-29",
            "2026-03-29",
        ),  # clocks forward
        ("2026-10-24T22:00:00Z", "2026-10-25T23:00:00Z", "2026-10-25", "2026-10-25"),  # clocks back
        (
            "2026-07-01T00:00:00",
            "2026-07-03T00:00:00",
            "2026-07-01",
            "2026-07-02",
        ),  # no zone: local
        ("2026-07-01T00:00:00+02:00", "2026-07-02T12:00:00+09:00", "2026-07-01", "2026-07-02"),
    ],
)
def test_moments_as_days_of_amsterdam(start, end, first, last):
    found = days(start, end)
    assert (str(day(found[0])), str(day(found[1] - 1))) == (first, last)


def test_another_zone_has_other_days():
    assert str(day(days("2026-07-01T22:00:00Z", "2026-07-05T00:00:00Z", UTC)[0])) == "2026-07-01"


@pytest.mark.parametrize(
    "end", ["2100-12-30T00:00:00Z", "2099-12-31T00:00:00Z", "4000-01-01T00:00:00Z", None]
)
def test_a_moment_that_stands_for_nothing_is_no_day(end):
    assert days("2026-07-01T10:00:00Z", end)[1] == NO_DAY
    assert days(end, "2026-07-01T10:00:00Z")[0] == NO_DAY


moments = st.integers(31_536_000, 4_039_372_800).map(lambda s: datetime.fromtimestamp(s, UTC))


@given(
    st.lists(st.tuples(moments, st.integers(0, 90_000_000)), max_size=30),
    st.sampled_from(["Europe/Amsterdam", "Asia/Kathmandu", "America/St_Johns"]),
)
def test_columns_agree_with_one_moment_at_a_time(pairs, name):
    zone = ZoneInfo(name)
    starts = [start for start, _ in pairs]
    ends = [start + timedelta(seconds=after) for start, after in pairs]
    first, stop = local_days(starts, ends, zone)
    for k, (start, end) in enumerate(zip(starts, ends, strict=True)):
        local_start, local_end = start.astimezone(zone), end.astimezone(zone)
        just_before = (
            local_end - timedelta(microseconds=1) if local_end > local_start else local_end
        )
        assert first[k] == day_number(local_start.date())
        if end.microsecond == 0:
            assert stop[k] == max(day_number(just_before.date()), first[k]) + 1


def spans(*pairs):
    return [(at(start + "T06:00Z"), at(end + "T15:00Z")) for start, end in pairs]


def test_periods_of_many_rows_as_ragged_columns():
    rows = [
        None,
        spans(("2026-01-01", "2026-01-03")),
        spans(
            ("2026-03-01", "2026-03-02"), ("2026-01-01", "2026-01-03"), ("2026-02-01", "2026-02-01")
        ),
        [],
        spans(("2026-01-01", "2026-01-03"), ("2026-01-04", "2026-01-05")),  # touching: one
        spans(("2026-01-01", "2026-01-03"), ("2026-01-05", "2026-01-05")),
    ]
    found = valid_periods(rows, AMSTERDAM)
    assert np.diff(found.offsets).tolist() == [0, 0, 3, 0, 0, 2]
    assert [str(day(d)) for d in found.starts] == [
        "2026-01-01",
        "2026-02-01",
        "2026-03-01",
        "2026-01-01",
        "2026-01-05",
    ]
    assert [str(day(d - 1)) for d in found.ends] == [
        "2026-01-03",
        "2026-02-01",
        "2026-03-02",
        "2026-01-03",
        "2026-01-05",
    ]


def test_periods_that_are_none_are_left_out():
    rows = [
        [
            *spans(
                ("2026-01-01", "2026-01-03"),
                ("2026-05-01", "2100-12-30"),
                ("2026-03-09", "2026-03-01"),
            )
        ]
    ]
    assert valid_periods(rows, AMSTERDAM).starts.tolist() == []


def test_no_rows():
    found = valid_periods([], AMSTERDAM)
    assert found.offsets.tolist() == [0]
