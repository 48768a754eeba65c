"""Every habit of dates that real files have, read into half-open days."""

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from spatial.dates import Habit, habit_of, read, read_column
from spatial.dates.column import join_habits
from spatial.period import NO_DAY, day, day_number

AMS = ZoneInfo("Europe/Amsterdam")


def span(value, **options):
    reading = read(value, AMS, **options)
    assert reading.problem is None, (value, reading)
    return str(day(reading.start)), str(day(reading.end - 1)), reading.precision


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("2023-10-30", "2023-10-30"),
        ("2022-06-10T13:50:00.000Z", "2022-06-10"),
        ("2022-06-10T22:00:00Z", "2022-06-11"),
        ("2022-12-10T22:59:59Z", "2022-12-10"),
        ("2019-01-07T10:00:00+09:00", "2019-01-07"),
        ("2014-02-27T23:59:59.000+0000", "2014-02-28"),
        ("2020-12-11 00:00:00", "2020-12-11"),
        ("20220301", "2022-03-01"),
        ("20201211000000", "2020-12-11"),
        ("20201209094436.742", "2020-12-09"),
        ("04/03/2022", "2022-03-04"),
        ("17/03/2022", "2022-03-17"),
        ("03/17/2022", "2022-03-17"),
        ("24.05.2022 17:05", "2022-05-24"),
        ("31.05.2022 24:00", "2022-05-31"),
        ("5-4-2027", "2027-04-05"),
        ("5-4-27", "2027-04-05"),
        ("31-DEC-2023 23:59", "2023-12-31"),
        ("1er mars 2027", "2027-03-01"),
        ("1. März 2027", "2027-03-01"),
        ("March 12, 2027", "2027-03-12"),
        ("maandag 1 maart 2027", "2027-03-01"),
        (1661731200000, "2022-08-29"),
        ("1661731200000", "2022-08-29"),
        (1661731200, "2022-08-29"),
        (20220301, "2022-03-01"),
        (44621, "2022-03-01"),
        (44621.5, "2022-03-01"),
        ("44621", "2022-03-01"),
        (date(2027, 3, 1), "2027-03-01"),
        (datetime(2027, 3, 1, 23, 30, tzinfo=UTC), "2027-03-02"),
        (np.datetime64("2027-03-01T00:00:00"), "2027-03-01"),
        ("2048-07-31", "2048-07-31"),
    ],
)
def test_a_day_in_each_notation(value, expected):
    assert span(value) == (expected, expected, "day")


@pytest.mark.parametrize(
    ("value", "first", "last", "precision"),
    [
        ("2028", "2028-01-01", "2028-12-31", "year"),
        (2028, "2028-01-01", "2028-12-31", "year"),
        (2028.0, "2028-01-01", "2028-12-31", "year"),
        ("2028-2030", "2028-01-01", "2030-12-31", "period"),
        ("2028 t/m 2030", "2028-01-01", "2030-12-31", "period"),
        ("2028/29", "2028-01-01", "2029-12-31", "period"),
        ("Q3 2027", "2027-07-01", "2027-09-30", "quarter"),
        ("2027-Q3", "2027-07-01", "2027-09-30", "quarter"),
        ("2027Q3", "2027-07-01", "2027-09-30", "quarter"),
        ("K3 2027", "2027-07-01", "2027-09-30", "quarter"),
        ("3e kwartaal 2027", "2027-07-01", "2027-09-30", "quarter"),
        ("derde kwartaal van 2027", "2027-07-01", "2027-09-30", "quarter"),
        ("T2 2021 au plus tôt", "2021-04-01", "2021-06-30", "quarter"),
        ("1er trimestre 2027", "2027-01-01", "2027-03-31", "quarter"),
        ("III. Quartal 2027", "2027-07-01", "2027-09-30", "quarter"),
        ("eerste helft 2028", "2028-01-01", "2028-06-30", "half_year"),
        ("2e helft van 2028", "2028-07-01", "2028-12-31", "half_year"),
        ("H1 2028", "2028-01-01", "2028-06-30", "half_year"),
        ("1. Halbjahr 2028", "2028-01-01", "2028-06-30", "half_year"),
        ("2ème semestre 2028", "2028-07-01", "2028-12-31", "half_year"),
        ("medio 2027", "2027-04-01", "2027-09-30", "half_year"),
        ("begin 2027", "2027-01-01", "2027-03-31", "quarter"),
        ("eind 2027", "2027-10-01", "2027-12-31", "quarter"),
        ("zomer 2027", "2027-06-01", "2027-08-31", "quarter"),
        ("week 12 2027", "2027-03-22", "2027-03-28", "week"),
        ("2027-W12", "2027-03-22", "2027-03-28", "week"),
        ("KW 12/2027", "2027-03-22", "2027-03-28", "week"),
        ("maart 2027", "2027-03-01", "2027-03-31", "month"),
        ("mrt-27", "2027-03-01", "2027-03-31", "month"),
        ("2027-03", "2027-03-01", "2027-03-31", "month"),
        ("03/2027", "2027-03-01", "2027-03-31", "month"),
        ("202703", "2027-03-01", "2027-03-31", "month"),
        ("Février 2028", "2028-02-01", "2028-02-29", "month"),
        ("29-08-2022,16-09-2022", "2022-08-29", "2022-09-16", "day"),
        ("Du 01/02/2022 au 03/02/2022", "2022-02-01", "2022-02-03", "day"),
        ("01.03.2027 - 05.04.2027", "2027-03-01", "2027-04-05", "day"),
        ("1-3 t/m 5-4-2027", "2027-03-01", "2027-04-05", "day"),
        ("van 1 maart tot 5 april 2027", "2027-03-01", "2027-04-05", "day"),
        ("maart - mei 2027", "2027-03-01", "2027-05-31", "month"),
        ("Q3 - Q4 2027", "2027-07-01", "2027-12-31", "period"),
        ("Q3-Q4 2027", "2027-07-01", "2027-12-31", "period"),
        ("Q3 2027 - Q1 2028", "2027-07-01", "2028-03-31", "period"),
        ("2027-03-01/2027-04-05", "2027-03-01", "2027-04-05", "day"),
        ("vanaf 2028", "2028-01-01", "2028-12-31", "year"),
        ([date(2027, 3, 1), date(2027, 4, 5)], "2027-03-01", "2027-04-05", "day"),
    ],
)
def test_a_span_in_each_notation(value, first, last, precision):
    assert span(value) == (first, last, precision)


@pytest.mark.parametrize(
    ("value", "problem"),
    [
        ("1970-01-01", "sentinel"),
        ("1970-01-01T12:00:00+09:00", "sentinel"),
        ("4000-01-01T00:00:00.000+0000", "sentinel"),
        ("2100-12-30", "sentinel"),
        ("9999-12-31", "sentinel"),
        ("0001-01-01", "sentinel"),
        ("1900-01-01", "sentinel"),
        (0, "sentinel"),
        ("2027-02-30", "impossible"),
        ("31-04-2027", "impossible"),
        ("13/13/2027", "impossible"),
        ("2027-01-01 25:00", "impossible"),
        ("week 54 2027", "impossible"),
        ("zomer", "unclear"),
        ("winter 2027", "unclear"),
        ("na de bouwvak", "unclear"),
        ("5 april", "unclear"),
        ("n.t.b.", "empty"),
        (" ", "empty"),
        ("-", "empty"),
        (None, "empty"),
        (float("nan"), "empty"),
        (True, "unclear"),
    ],
)
def test_what_is_no_date_says_why(value, problem):
    assert read(value, AMS).problem == problem


def test_several_periods_in_one_cell_stay_apart():
    reading = read("01-03-2027,05-03-2027;01-05-2027,02-05-2027", AMS)
    assert reading.parts == (
        (day_number(date(2027, 3, 1)), day_number(date(2027, 3, 6))),
        (day_number(date(2027, 5, 1)), day_number(date(2027, 5, 3))),
    )


def test_a_beginning_without_end_says_so():
    assert read("vanaf 1-5-2028", AMS).only_begins
    assert read("2027-03-01 - 9999-12-31", AMS).only_begins


@pytest.mark.parametrize(
    ("values", "order"),
    [
        (["03/04/2022", "17/03/2022"], "day_first"),
        (["03/04/2022", "03/17/2022"], "month_first"),
        (["03/04/2022", "05/06/2022"], "either"),
        (["13/04/2022", "05/26/2022"], "both"),
        (["13.04.2022", "2022-01-01"], None),
        (["Du 13/04/2022 au 05/05/2022"], "day_first"),
    ],
)
def test_the_column_decides_the_order_of_day_and_month(values, order):
    assert habit_of(values).order == order


def test_columns_of_one_file_share_their_order():
    assert join_habits([Habit("either"), Habit("month_first"), Habit(None)]) == "month_first"
    assert join_habits([Habit("either"), Habit("either")]) == "either"
    assert join_habits([Habit(None)]) is None


def test_midnight_everywhere_is_a_date_and_not_a_moment():
    values = ["2020-06-10T00:00:00.000Z", "2020-06-12T00:00:00.000Z"]
    london = ZoneInfo("Europe/London")
    column = read_column(values, habit_of(values), london)
    assert [str(day(d)) for d in column.start] == ["2020-06-10", "2020-06-12"]
    assert not column.midnight.any()


def test_a_moment_at_local_midnight_is_marked():
    values = ["2020-06-10T22:00:00Z", "2020-06-12T10:00:00Z", None]
    column = read_column(values, habit_of(values), AMS)
    assert column.midnight.tolist() == [True, False, False]
    assert [str(day(d)) for d in column.start[:2]] == ["2020-06-11", "2020-06-12"]
    assert column.start[2] == NO_DAY


@given(st.dates(date(1971, 1, 1), date(2099, 12, 30)))
def test_a_day_written_in_any_way_is_the_same_day(written):
    forms = [
        "%Y-%m-%d",
        "%Y%m%d",
        "%d.%m.%Y",
        "%d-%m-%Y",
        "%d/%m/%Y",
        "%d %B %Y",
        "%Y-%m-%dT12:00:00Z",
    ]
    days = {read(written.strftime(f), AMS, order="day_first").start for f in forms}
    assert days == {day_number(written)}


@given(st.dates(date(1971, 1, 1), date(2050, 1, 1)), st.integers(0, 3000))
def test_a_period_in_one_cell_is_its_two_dates(first, length):
    last = date.fromordinal(first.toordinal() + length)
    for form in (
        "{:%d-%m-%Y},{:%d-%m-%Y}",
        "{:%d-%m-%Y} t/m {:%d-%m-%Y}",
        "Du {:%d/%m/%Y} au {:%d/%m/%Y}",
    ):
        reading = read(form.format(first, last), AMS, order="day_first")
        assert (reading.start, reading.end) == (day_number(first), day_number(last) + 1)


@given(
    st.one_of(st.text(max_size=30), st.integers(), st.floats(), st.binary(max_size=5), st.none())
)
def test_any_value_is_read_or_refused_without_failing(value):
    reading = read(value, AMS)
    assert reading.problem is not None or NO_DAY < reading.start < reading.end
