"""Rows of strange files in our fields: dates, words, numbers, places, what is left over."""

from datetime import date
from zoneinfo import ZoneInfo

import numpy as np
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st

from spatial.defaults import DEFAULT_DURATION_DAYS
from spatial.fields import TEXT_FIELDS
from spatial.mapping import Mapping, apply
from spatial.period import NO_DAY, day, day_number
from spatial.reader import RawBatch

AMS = ZoneInfo("Europe/Amsterdam")


def batch(first=1, geometry=None, **columns):
    count = len(next(iter(columns.values())))
    return RawBatch(np.arange(first, first + count), columns, geometry)


def mapped(fields=None, constants=None, **columns):
    mapping = Mapping.from_json(
        {"fields": fields or {n: n for n in columns}, "constants": constants or {}}
    )
    return apply(mapping, batch(**columns), zone=AMS)


def days(result):
    return [
        None if a == NO_DAY else (str(day(a)), str(day(b - 1)))
        for a, b in zip(result.start, result.end, strict=True)
    ]


def codes(result):
    return [(f.code, f.row, f.field) for f in result.faults]


# -- dates -----------------------------------------------------------------------------


def test_inclusive_days_become_half_open():
    result = mapped(start=["2027-03-01", "01-03-2027"], end=["2027-03-31", "01-03-2027"])
    assert days(result) == [("2027-03-01", "2027-03-31"), ("2027-03-01", "2027-03-01")]
    assert result.precision.tolist() == ["day", "day"]
    assert result.start.dtype == np.int32


def test_a_moment_at_local_midnight_ends_the_day_before():
    result = mapped(
        start=["2027-06-30T22:00:00Z", "2027-07-01T08:00:00Z", "2027-06-30T22:00:00Z"],
        end=["2027-07-02T22:00:00Z", "2027-07-02T10:00:00Z", "2027-06-30T22:00:00Z"],
    )
    assert days(result) == [
        ("2027-07-01", "2027-07-02"),
        ("2027-07-01", "2027-07-02"),
        ("2027-07-01", "2027-07-01"),
    ]


def test_dates_in_the_clothes_of_moments_stay_inclusive():
    result = mapped(start=["2027-07-01T00:00:00.000Z"], end=["2027-07-02T00:00:00.000Z"])
    assert days(result) == [("2027-07-01", "2027-07-02")]


@pytest.mark.parametrize(
    ("start", "end", "expected", "precision"),
    [
        ("2028", "2028", ("2028-01-01", "2028-12-31"), "year"),
        ("2028", "2030", ("2028-01-01", "2030-12-31"), "period"),
        ("Q3 2027", "Q3 2027", ("2027-07-01", "2027-09-30"), "quarter"),
        ("maart 2027", "2027-05", ("2027-03-01", "2027-05-31"), "month"),
        ("2027-03-15", "mei 2027", ("2027-03-15", "2027-05-31"), "month"),
        ("2028", None, ("2028-01-01", "2028-12-31"), "year"),
        (None, "2028", ("2028-01-01", "2028-12-31"), "year"),
    ],
)
def test_coarse_dates_are_periods_with_that_precision(start, end, expected, precision):
    result = mapped(start=[start], end=[end])
    assert days(result) == [expected]
    assert result.precision[0] == precision
    assert codes(result) == []


def test_a_start_without_end_takes_the_default_of_its_facility():
    result = mapped(start=["2027-03-01"] * 2, end=[None] * 2, facility=["riool", None])
    lengths = (result.end - result.start).tolist()
    assert lengths == [DEFAULT_DURATION_DAYS["sewer"], DEFAULT_DURATION_DAYS["unknown"]]
    assert result.precision.tolist() == ["period", "period"]
    assert codes(result) == [("end-assumed", 1, "end"), ("end-assumed", 2, "end")]


def test_a_given_duration_needs_no_assumption():
    result = mapped(start=["2027-03-01", "2027-03-01"], duration_days=["6 weken", 10])
    assert (result.end - result.start).tolist() == [42, 10]
    assert result.duration_days.tolist() == [42, 10]
    assert codes(result) == []


def test_an_end_without_start_is_counted_back():
    result = mapped(start=[None], end=["2027-03-31"], facility=["gas"])
    assert days(result) == [("2027-01-31", "2027-03-31")]
    assert codes(result) == [("start-assumed", 1, "start")]


def test_fillers_are_no_dates():
    result = mapped(start=["1970-01-01", "2027-01-01"], end=["1970-01-01", "4000-01-01"])
    assert days(result)[0] is None
    assert days(result)[1] == ("2027-01-01", "2027-03-01")
    assert [c for c, _, _ in codes(result)] == [
        "date-sentinel", "date-sentinel", "date-sentinel", "end-assumed", "no-date",
    ]  # fmt: skip
    assert {f.severity for f in result.faults if f.code in ("date-sentinel", "no-date")} == {"note"}


def test_a_date_that_does_not_exist_refuses_the_row():
    result = mapped(start=["2027-02-30", "2027-02-28"], end=["2027-03-01"] * 2, title=["a", "b"])
    assert result.row.tolist() == [2]
    assert result.texts["title"].tolist() == ["b"]
    fault = result.faults[0]
    assert (fault.code, fault.severity, fault.row, fault.field, fault.value) == (
        "date-impossible", "error", 1, "start", "2027-02-30",
    )  # fmt: skip


def test_end_before_start_refuses_the_row():
    result = mapped(start=["2027-03-02", "2027-03-01"], end=["2027-03-01", "2027-03-01"])
    assert result.row.tolist() == [2]
    assert codes(result) == [("end-before-start", 1, "end")]


def test_words_that_are_no_date_leave_the_work_without_one():
    result = mapped(start=["na de bouwvak"], end=["2027-03-01"])
    assert days(result) == [None]
    assert result.end.tolist() == [NO_DAY]
    assert codes(result) == [("date-unclear", 1, "start")]


def test_a_period_fills_what_start_and_end_leave_open():
    result = mapped(
        start=["2027-03-01", None, None],
        end=["2027-03-02", None, None],
        period=["2030", "29-08-2022,16-09-2022", "01-03-2027,05-03-2027;01-05-2027,02-05-2027"],
    )
    assert days(result) == [
        ("2027-03-01", "2027-03-02"),
        ("2022-08-29", "2022-09-16"),
        ("2027-03-01", "2027-05-02"),
    ]
    assert np.diff(result.valid_periods.offsets).tolist() == [0, 0, 2]
    assert result.valid_periods.ends.tolist() == [
        day_number(date(2027, 3, 6)),
        day_number(date(2027, 5, 3)),
    ]


def test_a_window_needs_two_dates_in_order():
    result = mapped(
        start=["2027-03-01"] * 2,
        end=["2027-03-02"] * 2,
        earliest=["2026-01-01", "2028-01-01"],
        latest=["2028", "2027-01-01"],
    )
    assert (str(day(result.earliest[0])), str(day(result.latest[0] - 1))) == (
        "2026-01-01",
        "2028-12-31",
    )
    assert (result.earliest[1], result.latest[1]) == (NO_DAY, NO_DAY)
    assert codes(result) == [("window-reversed", 2, "earliest")]


def test_an_undecided_order_of_day_and_month_is_told_once():
    mapping = Mapping.from_json({"start": "start", "end": "end"})
    first = apply(mapping, batch(start=["04/03/2027"], end=["05/03/2027"]), zone=AMS)
    later = apply(mapping, batch(first=6_000, start=["04/03/2027"], end=["05/03/2027"]), zone=AMS)
    assert days(first) == [("2027-03-04", "2027-03-05")]
    assert [c for c, _, _ in codes(first)] == ["order-assumed", "order-assumed"]
    assert codes(later) == []


def test_a_given_order_is_followed():
    fields = {
        "start": {"column": "start", "order": "month_first"},
        "end": {"column": "end", "order": "month_first"},
    }
    result = mapped(fields, start=["04/03/2027"], end=["05/03/2027"])
    assert days(result) == [("2027-04-03", "2027-05-03")]
    assert codes(result) == []


# -- words -----------------------------------------------------------------------------


def test_one_column_of_words_feeds_facility_and_activity():
    result = mapped(
        {"facility": "soort", "activity": "soort"},
        soort=["Vervanging riolering", "Netverzwaring", "Evenement", "  "],
    )
    assert result.terms["facility"].tolist() == ["sewer", "electricity", None, None]
    assert result.terms["activity"].tolist() == ["renew", "reinforce", None, None]
    assert result.unknown_words == {("facility", "Evenement"): 1}
    assert result.extra[2] == {"soort": "Evenement"}


def test_codes_mean_what_the_mapping_says():
    fields = {
        "planning_status": {"column": "statut", "words": {"1": "definitief", "5": "completed"}}
    }
    result = mapped(fields, statut=[1, "5", 9])
    assert result.terms["planning_status"].tolist() == ["committed", "completed", None]
    assert result.unknown_words == {("planning_status", "9"): 1}


def test_constants_fill_what_the_file_leaves_open():
    result = mapped(
        {"title": "naam", "facility": "soort"},
        {"organisation": "Gemeente Leiden", "facility": "riool", "visibility": "own"},
        naam=["a", "b"],
        soort=["gas", None],
    )
    assert result.terms["facility"].tolist() == ["gas", "sewer"]
    assert result.terms["visibility"].tolist() == ["own", "own"]
    assert result.texts["organisation"].tolist() == ["Gemeente Leiden"] * 2


def test_facility_follows_from_a_title_that_leaves_no_doubt():
    result = mapped(
        {"title": "titel", "organisation": "org"},
        titel=[
            "Waterleiding Breestraat",
            "Riool en gas Kerkstraat",
            "Rioolstraat",
            "Werk aan de straat",
        ],
        org=["X", "X", "X", "Vitens N.V."],
    )
    assert result.terms["facility"].tolist() == ["water", None, None, "water"]
    assert ("facility-derived", None, "facility") in codes(result)


def test_a_column_for_the_facility_is_never_overridden():
    result = mapped({"title": "t", "facility": "f"}, t=["Waterleiding Breestraat"], f=["vuurwerk"])
    assert result.terms["facility"].tolist() == [None]


# -- texts, numbers, places ------------------------------------------------------------


def test_texts_are_cleaned():
    result = mapped(
        reference=[123.0, 123, " ", "A-1"],
        title=["A &amp; B", "-", "null", " x \n y "],
        description=["regel 1,[]regel 2", "a&#xD;&#xA;b", "mail jan@example.nl", None],
        organisation=["Gemeente  Leiden", "\u00a0", "x&#xD;&#xA;y", None],
    )
    assert result.texts["reference"].tolist() == ["123", "123", None, "A-1"]
    assert result.texts["title"].tolist() == ["A & B", None, None, "x\ny"]
    assert result.texts["description"].tolist() == [
        "regel 1,\nregel 2",
        "a\nb",
        "mail [e-mail]",
        None,
    ]
    assert result.texts["organisation"].tolist() == ["Gemeente Leiden", None, "x y", None]


def test_costs_in_many_notations():
    result = mapped(
        {"cost_eur": {"column": "k"}, "cost_eur_2027": {"column": "k27", "factor": 1000}},
        k=["€ 1.234.567,89", "1,234.50", "310.000", "1,5 mln", "$ 500", "veel", None],
        k27=[12.5, "100", None, "0", "-", "1.000", "3"],
    )
    wanted = [1234567.89, 1234.5, 310000.0, 1500000.0, np.nan, np.nan, np.nan]
    assert np.array_equal(result.cost_eur, wanted, equal_nan=True)
    years = [12500.0, 100000.0, np.nan, 0.0, np.nan, 1000000.0, 3000.0]
    assert np.array_equal(result.cost_eur_by_year[2027], years, equal_nan=True)
    assert [(c, r) for c, r, f in codes(result) if f == "cost_eur"] == [
        ("other-currency", 5),
        ("number-unclear", 6),
    ]


def test_points_from_two_columns():
    result = mapped(x=["155000,5", "4.49", "x", None], y=["463000", "52,16", "1", None])
    assert shapely.get_coordinates(result.geometry[0]).tolist() == [[155000.5, 463000.0]]
    assert shapely.get_coordinates(result.geometry[1]).tolist() == [[4.49, 52.16]]
    assert ("coordinates-unclear", 3, "geometry") in codes(result)
    assert result.row.tolist() == [1, 2, 4]
    assert result.geometry[2] is None


def test_geometry_in_text():
    result = mapped({"geometry": "wkt"}, wkt=["POINT (1 2)", None, "LINESTRING (0 0, 1 1)"])
    assert [g.wkt if g else None for g in result.geometry] == [
        "POINT (1 2)",
        None,
        "LINESTRING (0 0, 1 1)",
    ]


def test_what_fits_no_field_is_kept_and_personal_data_are_not():
    mapping = Mapping.from_json({"title": "titel", "personal": ["Projectleider"]})
    told = batch(
        titel=["a", "b"],
        Projectleider=["J. Jansen", "P. Pot"],
        wijk=["Noord", None],
        info=["x@y.nl", "z"],
    )
    result = apply(mapping, told, zone=AMS)
    assert list(result.extra) == [{"wijk": "Noord", "info": "[e-mail]"}, {"info": "z"}]
    assert ("personal-data", None, None) in codes(result)


def test_an_empty_batch_gives_an_empty_batch():
    result = apply(Mapping.from_json({"start": "s", "facility": "f"}), batch(s=[], f=[]), zone=AMS)
    assert len(result) == 0
    assert len(result.start) == len(result.geometry) == len(result.extra) == 0


CELLS = st.one_of(
    st.none(), st.text(max_size=20), st.integers(-(10**15), 10**15), st.floats(), st.booleans(),
    st.dates().map(str), st.sampled_from(["Q3 2027", "2028-2030", "riool", "01/02/2027", "1,5 mln", "-"]),
)  # fmt: skip


@given(st.lists(st.tuples(CELLS, CELLS, CELLS, CELLS, CELLS), min_size=1, max_size=6))
def test_any_cells_give_columns_of_equal_length(rows):
    names = ("start", "end", "facility", "cost_eur", "title")
    columns = {name: [row[i] for row in rows] for i, name in enumerate(names)}
    result = mapped(**columns)
    refused = {f.row for f in result.faults if f.severity == "error"}
    assert len(result) == len(rows) - len(refused)
    assert not refused & set(result.row.tolist())
    both = (result.start != NO_DAY) & (result.end != NO_DAY)
    assert (both == (result.start != NO_DAY)).all()
    assert (result.end[both] > result.start[both]).all()
    assert {len(c) for c in (*result.texts.values(), *result.terms.values(), result.extra)} == {
        len(result)
    }
    assert set(result.texts) == set(TEXT_FIELDS)


@given(
    st.lists(
        st.sampled_from(["2027-01-01", "2028", "x", None, "1970-01-01"]), min_size=2, max_size=8
    )
)
def test_a_row_is_mapped_alike_whatever_stands_beside_it(starts):
    mapping = Mapping.from_json({"start": {"column": "s", "clock": "date"}})
    whole = apply(mapping, batch(s=starts), zone=AMS)
    single = [apply(mapping, batch(s=[s]), zone=AMS) for s in starts]
    assert whole.start.tolist() == [int(r.start[0]) for r in single]
    assert whole.end.tolist() == [int(r.end[0]) for r in single]
