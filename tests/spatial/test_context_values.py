"""Cells become values of a field, or a fault with its row."""

from __future__ import annotations

from datetime import UTC

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from spatial.context import DTYPES, EMPTY, ContextField, context_layers
from spatial.context_values import Cells, Refused, constant, empty, month_day, read_field
from spatial.period import NO_DAY, day

NUMBER = ContextField("depth_m", "number", "Diepte", "Depth", least=0.0, most=50.0)
WHOLE = ContextField("year", "integer", "Jaar", "Year", least=1900, most=2200)
MONEY = ContextField("amount_eur", "number", "Bedrag", "Amount", least=0.0)
DAY = ContextField("ends_on", "day", "Einde", "End")
FLAG = ContextField("is_wet", "boolean", "Nat", "Wet")
WORD = ContextField(
    "kind", "text", "Soort", "Kind", words=("tree", "bush"), spellings=(("boom", "tree"),)
)
FIELDS = [f for layer in context_layers() for f in layer.fields]


def read(field, *cells, **more):
    rows = np.arange(1, len(cells) + 1)
    column, told = read_field(field, Cells(list(cells), **more), rows, UTC)
    return column.tolist(), [(f.code, f.row) for f in told]


@pytest.mark.parametrize(
    ("field", "cell", "value"),
    [
        (NUMBER, "1,5", 1.5),
        (NUMBER, "0.750", 0.75),
        (NUMBER, 2, 2.0),
        (NUMBER, 0, 0.0),
        (NUMBER, 50.0, 50.0),
        (WHOLE, "2028", 2028),
        (WHOLE, 2028.0, 2028),
        (MONEY, "1.250.000", 1_250_000.0),
        (MONEY, "€ 12,50", 12.5),
        (FLAG, "Ja", True),
        (FLAG, 0, False),
        (FLAG, True, True),
        (WORD, "Boom", "tree"),
        (WORD, "BUSH", "bush"),
    ],
)
def test_values_as_people_write_them(field, cell, value):
    assert read(field, cell) == ([value], [])


@pytest.mark.parametrize(
    ("field", "cell", "code"),
    [
        (NUMBER, "diep", "not-a-number"),
        (NUMBER, "nan", "not-a-number"),
        (NUMBER, float("inf"), "not-a-number"),
        (NUMBER, True, "not-a-number"),
        (NUMBER, -0.01, "out-of-bounds"),
        (NUMBER, 50.01, "out-of-bounds"),
        (WHOLE, 2028.5, "not-a-whole-number"),
        (WHOLE, 1899, "out-of-bounds"),
        (MONEY, -1, "out-of-bounds"),
        (FLAG, "soms", "not-yes-or-no"),
        (FLAG, 2, "not-yes-or-no"),
        (WORD, "kabouter", "unknown-word"),
        (DAY, "2027-02-29", "no-such-date"),
        (DAY, "ooit", "no-such-date"),
    ],
)
def test_what_is_no_value_is_a_fault(field, cell, code):
    column, told = read(field, None, cell)
    assert told == [(code, 2)]
    assert column[1] == EMPTY[field.type] or np.isnan(column[1])


@pytest.mark.parametrize("nothing", [None, "", " ", "-", "nvt", float("nan")])
@pytest.mark.parametrize("field", [NUMBER, WHOLE, DAY, FLAG, WORD])
def test_nothing_is_empty(field, nothing):
    [value], told = read(field, nothing)
    assert told == []
    assert value == EMPTY[field.type] or np.isnan(value)


def test_a_required_field_wants_every_cell():
    field = ContextField("depth_m", "number", "Diepte", "Depth", required=True)
    assert read(field, 1, None, 2, "")[1] == [("value-missing", 2), ("value-missing", 4)]
    required = ContextField("ends_on", "day", "Einde", "End", required=True)
    assert read(required, "2030", None)[1] == [("value-missing", 2)]
    assert read(required, "2030", "x")[1] == [("no-such-date", 2)]


def test_a_default_stands_where_nothing_does():
    field = ContextField("dwellings", "integer", "Woningen", "Dwellings", default=1)
    assert read(field, None, 4)[0] == [1, 4]
    assert empty(field, 2, UTC).tolist() == [1, 1]


def test_units_are_multiplied_and_whole_numbers_rounded_down():
    assert read(NUMBER, 120, factor=0.01) == ([1.2], [])
    assert read(WHOLE, 5.3, factor=365.25) == ([1935], [])
    assert read(WHOLE, 5, factor=365.25)[1] == [("out-of-bounds", 1)]
    assert read(WHOLE, 10**30)[1] == [("not-a-number", 1)]


def test_words_are_translated():
    assert read(WORD, "B1", words={"b1": "tree"})[0] == ["tree"]


@pytest.mark.parametrize(
    ("cell", "last"),
    [
        ("2027-05-31", "2027-05-31"),
        ("31-05-2027", "2027-05-31"),
        (2027, "2027-12-31"),
        ("2027-05", "2027-05-31"),
        ("Q2 2027", "2027-06-30"),
        ("2027-05-31T00:00:00", "2027-05-31"),
    ],
)
def test_a_coarse_date_is_its_last_day(cell, last):
    [value], told = read(DAY, cell)
    assert (str(day(value)), told) == (last, [])


def test_dates_that_may_be_read_two_ways_are_day_first_and_told():
    [value], told = read(DAY, "04/03/2027")
    assert (str(day(value)), told) == ("2027-03-04", [("day-first", None)])


@given(st.integers(1, 12), st.integers(1, 28))
def test_month_and_day_in_every_notation(month, number):
    told = month * 100 + number
    assert month_day(f"{month:02d}-{number:02d}") == told
    assert month_day(told) == told
    assert month_day(f"{month:02d}{number:02d}") == told


@pytest.mark.parametrize(
    "cell", ["13-01", "02-30", "04-31", "0-1", "1", "herfst", "1 vrimaand", ""]
)
def test_no_such_month_and_day(cell):
    with pytest.raises(Refused):
        month_day(cell)


def test_a_constant_that_is_no_value_is_refused():
    with pytest.raises(Refused):
        constant(NUMBER, "diep", 3, UTC)


cells = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-(10**30), 10**30),
    st.floats(),
    st.text(max_size=12),
    st.lists(st.integers(), max_size=2),
    st.sampled_from(["NaN", "1e999", "9" * 400, "10-01", "2028-02-30", "ja", "beton", "\x00"]),
)


@given(st.sampled_from(FIELDS), st.lists(cells, max_size=6))
def test_whatever_a_cell_holds_it_is_a_value_or_a_fault(field, values):
    rows = np.arange(len(values)) + 1
    column, told = read_field(field, Cells(values), rows, UTC)
    assert column.dtype == DTYPES[field.type]
    assert len(column) == len(values)
    wrong = {f.row for f in told}
    for row, value in zip(rows.tolist(), column.tolist(), strict=True):
        if row in wrong:
            continue
        if field.type in {"number", "integer"} and value == value and value != -1:  # noqa: PLR0124  not NaN
            assert field.least <= value <= field.most
        if field.words:
            assert value in {"", *field.words}
        if field.type == "day":
            assert value == NO_DAY or day(value)
