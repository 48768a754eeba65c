"""One value of a date column, whatever the source put there."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from datetime import date, datetime, tzinfo
from functools import partial
from typing import Literal, NamedTuple

import numpy as np

from spatial.dates.calendar import Span, day_span, joined, month_span, months_span, year_span
from spatial.dates.days import Moment, read_day, read_number
from spatial.dates.phrases import find_year, read_phrase
from spatial.period import NO_DAY
from spatial.words.normalise import normalise

Problem = Literal["empty", "sentinel", "impossible", "unclear"]
Clock = Literal["date", "moment"]


class Reading(NamedTuple):
    """What a value says: a half-open span of day numbers, or why there is none.

    ``midnight`` marks a moment at 00:00 local time: as an end it means the day
    before. ``only_begins`` marks "vanaf 2028-05-01": no end is named.
    ``parts`` are the single periods of a value that lists several; ``single``
    is False for "x t/m y". ``order`` tells what the value proves about the
    order of day and month (see :class:`spatial.dates.days.Moment`).
    """

    start: int = NO_DAY
    end: int = NO_DAY
    precision: str = "day"
    problem: Problem | None = None
    midnight: bool = False
    only_begins: bool = False
    order: str | None = None
    parts: tuple[tuple[int, int], ...] = ()
    single: bool = True


NOTHING = frozenset(
    {
        "-",
        "--",
        "---",
        "?",
        ".",
        "null",
        "none",
        "nan",
        "nat",
        "n/a",
        "na",
        "nvt",
        "n.v.t.",
        "ntb",
        "n.t.b.",
        "nnb",
        "n.n.b.",
        "tbd",
        "tba",
        "tbc",
        "unknown",
        "onbekend",
        "inconnu",
        "unbekannt",
        "offen",
        "nog te bepalen",
        "nader te bepalen",
        "à définir",
    }
)
"""Values that say in so many words that there is no date."""

_SENTINEL_DAYS = frozenset(
    {date(1970, 1, 1), date(1969, 12, 31), date(2100, 1, 1), date(2099, 12, 31), date(1900, 1, 1)}
)
_FIRST_YEAR, _LAST_YEAR = 1950, 2099
"""Outside these years a date is a filler: 0001-01-01, 4000-01-01, 2100-12-30."""

_BREAKS = (
    r"\s*(?:;|\||\n)\s*",
    r"\s*,\s*",
    r"\s+(?:t/m|tot en met|tot|till?|to|until|through|au|jusqu'au|à|bis|\u2013|\u2014|-|/)\s+",
    r"\s*(?:t/m|\u2013|\u2014|\.\.|->|→)\s*",
    r"(?<=\d{4})\s*[-/]\s*(?=\d{4})",
    r"(?<=\d)/(?=\d{4}-\d)",
    r"(?<=\w)\s*-\s*(?=\w)",
)
_LEADS = re.compile(
    r"^(?:du|de|van|von|vom|from|between|tussen|entre|zwischen|periode:?|le)\s+", re.IGNORECASE
)
_COMMENT = re.compile(r"\s*\([^()]*\)\s*")
_TWO_YEARS = re.compile(r"^((?:19|20)\d{2})\s*[-/]\s*(\d{2})$")
_YEAR_MONTH = re.compile(r"^((?:19|20)\d{2})[-/. ]?(\d{2})$")
_MONTH_YEAR = re.compile(r"^(\d{1,2})[-/. ]((?:19|20)\d{2})$")
_MONTH_SHORT_YEAR = re.compile(r"^([^\W\d_]{3,9})[-'. ]+(\d{2})$")
_TWELVE = 12
LONGEST, LONGEST_LIST = 120, 5_000
"""Characters of a single date or period, and of a list of periods; longer text is prose."""


def read(
    value: object, zone: tzinfo, *, order: str | None = None, clock: Clock = "moment"
) -> Reading:
    """Read one value.

    ``order`` is the column's habit for "04/03/2022"; with ``clock`` "date" a
    time of day is costume and the day stays as written.

    >>> from zoneinfo import ZoneInfo
    >>> from spatial.period import day
    >>> ams = ZoneInfo("Europe/Amsterdam")
    >>> str(day(read("2027-03-01T23:00:00Z", ams).start))
    '2027-03-02'
    >>> read("2028-2030", ams).precision, read("4000-01-01", ams).problem
    ('period', 'sentinel')
    >>> read("2027-02-30", ams).problem, read("zomer", ams).problem, read("-", ams).problem
    ('impossible', 'unclear', 'empty')
    """
    try:
        if isinstance(value, str):
            return _read_text(value, partial(_of_moment, zone=zone, clock=clock), order)
        if isinstance(value, list | tuple):
            return _read_list(value, zone, clock)
        return _read_object(value, partial(_of_moment, zone=zone, clock=clock))
    except (ValueError, OverflowError):
        return Reading(problem="impossible")


_Finish = Callable[[Moment], Reading]


def _of_moment(moment: Moment, zone: tzinfo, clock: Clock) -> Reading:
    local, midnight = (moment.day, False) if clock == "date" else moment.local_day(zone)
    if local in _SENTINEL_DAYS or not _FIRST_YEAR <= local.year <= _LAST_YEAR:
        return Reading(problem="sentinel", order=moment.order)
    start, end, precision = day_span(local)
    return Reading(start, end, precision, midnight=midnight, order=moment.order)


def _read_object(value: object, finish: _Finish) -> Reading:
    """A value that is no text: a date, a moment, a number."""
    if isinstance(value, np.datetime64):
        value = value.astype("datetime64[s]").item()
    if value is None or value != value:  # noqa: PLR0124 - NaN and NaT differ from themselves
        return Reading(problem="empty")
    if isinstance(value, datetime):
        seconds = value.hour * 3600 + value.minute * 60 + value.second
        return finish(Moment(value.date(), seconds, value.tzinfo))
    if isinstance(value, date):
        return finish(Moment(value))
    if isinstance(value, int | float | np.integer | np.floating) and not isinstance(value, bool):
        return _read_bare_number(float(value), finish)
    return Reading(problem="unclear")


def _read_bare_number(number: float, finish: _Finish) -> Reading:
    whole = int(number)
    if number == whole and _FIRST_YEAR <= whole <= _LAST_YEAR:
        return _of_span(year_span(whole))
    moment = read_day(str(whole)) if number == whole and len(str(whole)) in (8, 14) else None
    moment = moment or read_number(number)
    if moment is not None:
        return finish(moment)
    return Reading(problem="sentinel" if number == 0 else "unclear")


def _of_span(span: Span, *, only_begins: bool = False) -> Reading:
    return Reading(*span, only_begins=only_begins)


def _read_text(text: str, finish: _Finish, order: str | None) -> Reading:
    text = " ".join(text[:LONGEST_LIST].split())
    if not text or text.casefold() in NOTHING:
        return Reading(problem="empty")
    if len(text) > LONGEST and not text.count(";"):
        return Reading(problem="unclear")
    single = _read_single(text, finish, order)
    if single is not None:
        return single
    text = _LEADS.sub("", text)
    several = _read_several(text, finish, order)
    if several is not None:
        return several
    bare = _COMMENT.sub(" ", text).strip()
    if bare not in ("", text):
        return _read_text(bare, finish, order)
    return _read_single(text, finish, order) or Reading(problem="unclear")


def _read_single(
    text: str, finish: _Finish, order: str | None, year: int | None = None
) -> Reading | None:
    """One day, month, quarter, year ...; ``None`` where the text is no such thing."""
    moment = read_day(text, order)
    if moment is None and year is not None:
        moment = _without_year(text, order, year)
    if moment is not None:
        return finish(moment)
    span = _read_digits(text)
    if span is not None:
        return _of_span(span)
    phrase = read_phrase(text, year)
    if phrase is not None:
        return _of_span(phrase[0], only_begins=phrase[1])
    return _from_a_day(text, finish, order)


def _without_year(text: str, order: str | None, year: int) -> Moment | None:
    """Read the "1-3" of "1-3 t/m 5-4-2027"."""
    match = re.match(r"^(\d{1,2})([-/. ])(\d{1,2}|[^\W\d_]{3,9})\.?$", text)
    return read_day(f"{match[1]}{match[2]}{match[3]}{match[2]}{year}", order) if match else None


def _from_a_day(text: str, finish: _Finish, order: str | None) -> Reading | None:
    """A day behind a word that only begins: "vanaf 1-5-2028"."""
    match = re.match(r"^(?:vanaf|from|ab|à partir du|a partir du|since|depuis le)\s+(.*)$", text)
    moment = read_day(match[1], order) if match else None
    return finish(moment)._replace(only_begins=True) if moment is not None else None


def _read_digits(text: str) -> Span | None:
    """Years, months and school years in digits: "2027-03", "03-2027", "202703", "2028/29"."""
    match = _YEAR_MONTH.match(text)
    if match and 1 <= int(match[2]) <= _TWELVE:
        return month_span(int(match[1]), int(match[2]))
    match = _MONTH_YEAR.match(text)
    if match and 1 <= int(match[1]) <= _TWELVE:
        return month_span(int(match[2]), int(match[1]))
    match = _TWO_YEARS.match(text)
    if match and int(match[2]) > int(match[1]) % 100:
        return joined(year_span(int(match[1])), year_span(int(match[1][:2] + match[2])))
    match = _MONTH_SHORT_YEAR.match(text)
    if match:
        found = read_phrase(f"{match[1]} 20{match[2]}")
        return found[0] if found else None
    number = float(text) if re.fullmatch(r"\d{5,13}(?:\.0)?", text) else 0
    moment = read_number(number) if number else None
    return day_span(moment.day) if moment is not None else None


def _read_several(text: str, finish: _Finish, order: str | None) -> Reading | None:
    """A span "x - y", or a list of spans."""
    for separator in _BREAKS:
        pieces = [p for p in re.split(separator, text) if p]
        if len(pieces) < 2:  # noqa: PLR2004 - nothing to split
            continue
        found = _join_pieces(pieces, finish, order)
        if found is not None:
            return found
    return None


def _join_pieces(pieces: Sequence[str], finish: _Finish, order: str | None) -> Reading | None:
    year = find_year(normalise(pieces[-1]))
    readings = [_read_piece(p, finish, order, year) for p in pieces]
    good = [r for r in readings if r is not None]
    if len(good) != len(pieces):
        return None
    if any(r.problem for r in good):
        return _half_known(good)
    if all(r.precision == "day" and r.single for r in good) and len(good) % 2 == 0:
        good = [_span_of(a, b) for a, b in zip(good[::2], good[1::2], strict=True)]
    elif len(good) == 2 and all(r.single for r in good):  # noqa: PLR2004 - from, to
        good = [_span_of(*good)]
    return good[0] if len(good) == 1 else _hull(good)


def _read_piece(text: str, finish: _Finish, order: str | None, year: int | None) -> Reading | None:
    """A piece of a list: one date, or a span of its own."""
    single = _read_single(text, finish, order, year)
    if single is None and re.search(r"\d.*\d", text):
        return _read_several(_LEADS.sub("", text), finish, order)
    return single


def _half_known(readings: Sequence[Reading]) -> Reading:
    """A span of which one side is a filler: the known side begins it, or nothing is left."""
    if len(readings) == 2 and readings[0].problem is None:  # noqa: PLR2004 - from, to
        return readings[0]._replace(only_begins=True)
    return next(r for r in readings if r.problem)


def _span_of(first: Reading, last: Reading) -> Reading:
    span = joined(
        Span(first.start, first.end, first.precision), Span(last.start, last.end, last.precision)
    )
    end = span.end - (1 if last.midnight and span.end - 1 > span.start else 0)
    if end <= span.start:
        return Reading(problem="impossible")
    order = next((r.order for r in (first, last) if r.order), None)
    return Reading(span.start, end, span.precision, order=order, single=False)


def _hull(readings: Sequence[Reading]) -> Reading:
    """Several periods of one work."""
    parts = tuple(sorted((r.start, r.end) for r in readings))
    precision = readings[0].precision if len({r.precision for r in readings}) == 1 else "period"
    return Reading(parts[0][0], max(end for _, end in parts), precision, parts=parts, single=False)


def _read_list(values: Sequence[object], zone: tzinfo, clock: Clock) -> Reading:
    """A list of pairs, or one pair, of dates that are no text any more."""
    pairs = values if all(isinstance(v, list | tuple) for v in values) else [values]
    spans: list[Reading] = []
    for pair in pairs:
        if not isinstance(pair, list | tuple) or len(pair) != 2:  # noqa: PLR2004 - from, to
            return Reading(problem="unclear" if values else "empty")
        first, last = (read(v, zone, clock=clock) for v in pair)
        problem = first.problem or last.problem
        if problem:
            return Reading(problem=problem)
        spans.append(_span_of(first, last))
    bad = next((s for s in spans if s.problem), None)
    if bad is not None or len(spans) == 1:
        return bad or spans[0]
    return _hull(spans) if spans else Reading(problem="empty")


__all__ = ["Clock", "Problem", "Reading", "months_span", "read"]
