"""Single days and moments in the notations of real files."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, timedelta, timezone, tzinfo
from typing import NamedTuple

from spatial.dates.phrases import MONTHS
from spatial.words.normalise import normalise


class Moment(NamedTuple):
    """A day as written, with the time of day and the offset where the text has them.

    ``order`` is "day_first" or "month_first" where the digits prove it,
    "either" where both readings exist, ``None`` where the notation leaves no
    doubt. ``time`` is seconds after midnight, ``None`` without a clock time.
    """

    day: date
    time: int | None = None
    offset: tzinfo | None = None
    order: str | None = None

    def local_day(self, zone: tzinfo) -> tuple[date, bool]:
        """The day in a time zone, and whether the moment is exactly 00:00 there."""
        if self.time is None or self.offset is None:
            return self.day, self.time == 0
        start = datetime(self.day.year, self.day.month, self.day.day, tzinfo=self.offset)
        local = (start + timedelta(seconds=self.time)).astimezone(zone)
        return local.date(), (local.hour, local.minute, local.second) == (0, 0, 0)


_CLOCK = (
    r"(?:[T ,]+(?P<hour>\d{1,2})[:.hH](?P<minute>\d{2})(?:[:.](?P<second>\d{2}))?(?:[.,]\d+)?"
    r"\s*(?P<half>[AaPp][Mm])?\s*(?P<offset>Z|UTC|GMT|[+-]\d{2}:?\d{2})?(?:\s*(?:uur|[Uu]hr|h))?)?"
)
_ISO = re.compile(
    rf"^(?P<year>\d{{4}})(?P<sep>[-/.])(?P<month>\d{{1,2}})(?P=sep)(?P<day>\d{{1,2}}){_CLOCK}$"
)
_COMPACT = re.compile(
    r"^(?P<year>19\d\d|20\d\d|21\d\d|0001|4000|9999)(?P<month>\d{2})(?P<day>\d{2})"
    r"(?:T?(?P<hour>\d{2})(?P<minute>\d{2})(?P<second>\d{2})?(?:\.\d+)?(?P<half>)(?P<offset>Z)?)?$"
)
_SLASHED = re.compile(
    r"^(?P<first>\d{1,2})(?P<sep>[-/. ])(?P<second_part>\d{1,2})(?P=sep)"
    rf"(?P<year>\d{{4}}|\d{{2}}){_CLOCK}$"
)
_NAMED = re.compile(
    r"^(?P<day>\d{1,2})(?:er|e|st|nd|rd|th|ste|de|\.)?[ -]*(?P<name>[^\W\d_]{3,9})\.?[ -]*"
    rf"(?P<year>\d{{4}}|\d{{2}}){_CLOCK}$"
)
_NAME_FIRST = re.compile(
    r"^(?P<name>[^\W\d_]{3,9})\.? (?P<day>\d{1,2})(?:st|nd|rd|th)?,? "
    rf"(?P<year>\d{{4}}){_CLOCK}$"
)
_WEEKDAY = re.compile(
    r"^(?:maandag|dinsdag|woensdag|donderdag|vrijdag|zaterdag|zondag|ma|di|wo|do|vr|za|zo|monday|tuesday|wednesday|thursday|"
    r"friday|saturday|sunday|mon|tue|wed|thu|fri|sat|sun|lundi|mardi|mercredi|jeudi|vendredi|samedi|dimanche|"
    r"montag|dienstag|mittwoch|donnerstag|freitag|samstag|sonntag|mo|mi|fr|sa|so|le|den)\.?,? ",
    re.IGNORECASE,
)  # fmt: skip
_MIN_EPOCH_S, _MAX_EPOCH_S = 315_532_800, 4_102_444_800  # 1980 to 2100
_MIN_SERIAL, _MAX_SERIAL = 29_221, 73_050  # 1980 to 2099, days since 1899-12-30


def _year(text: str) -> int:
    """A year of two digits lies in this century until 79."""
    year = int(text)
    if len(text) == 2:  # noqa: PLR2004 - two digits
        year += 2000 if year < 80 else 1900  # noqa: PLR2004 - the usual pivot of spreadsheets
    return year


def _clock(match: re.Match[str]) -> tuple[int | None, tzinfo | None]:
    """Seconds after midnight and offset of the clock part of a match."""
    if not match["hour"]:
        return None, None
    hour, minute, second = int(match["hour"]), int(match["minute"]), int(match["second"] or 0)
    if match["half"]:
        hour = hour % 12 + (12 if match["half"].lower() == "pm" else 0)
    if hour == 24 and minute == 0:  # noqa: PLR2004 - midnight at the end of the day
        hour, minute, second = 23, 59, 59
    if hour > 23 or minute > 59 or second > 60:  # noqa: PLR2004 - clock
        msg = f"no such time of day: {match[0]}"
        raise ValueError(msg)
    return hour * 3600 + minute * 60 + second, _offset(match["offset"])


def _offset(text: str | None) -> tzinfo | None:
    if not text:
        return None
    if text[0] not in "+-":
        return UTC
    digits = text[1:].replace(":", "")
    away = timedelta(hours=int(digits[:2]), minutes=int(digits[2:]))
    return timezone(-away if text[0] == "-" else away)


def _slashed(match: re.Match[str], order: str | None) -> Moment:
    """A day of two numbers and a year; the digits, else the column's habit decide."""
    first, second, year = int(match["first"]), int(match["second_part"]), _year(match["year"])
    twelve = 12
    if match["sep"] == "." or second == first:
        proof = None
    elif first > twelve or second > twelve:
        proof = "day_first" if first > twelve else "month_first"
    else:
        proof = "either" if match["sep"] == "/" else "day_first"
    month_first = (order if proof == "either" else proof) == "month_first"
    day, month = (second, first) if month_first else (first, second)
    return Moment(date(year, month, day), *_clock(match), order=proof)


def _named(match: re.Match[str]) -> Moment | None:
    month = MONTHS.get(normalise(match["name"]))
    if month is None:
        return None
    return Moment(date(_year(match["year"]), month, int(match["day"])), *_clock(match))


def read_day(text: str, order: str | None = None) -> Moment | None:
    """The day or moment a text is; ``None`` where it is neither.

    ValueError where the text has the form of a date that does not exist.

    >>> read_day("31-DEC-2023 23:59").day, read_day("20201211000000").day
    (datetime.date(2023, 12, 31), datetime.date(2020, 12, 11))
    >>> read_day("04/03/2022", "month_first").day, read_day("04/03/2022").order
    (datetime.date(2022, 4, 3), 'either')
    >>> read_day("2027-02-30")
    Traceback (most recent call last):
    ...
    ValueError: day is out of range for month
    """
    text = _WEEKDAY.sub("", text)
    match = _ISO.match(text) or _COMPACT.match(text)
    if match is not None:
        return Moment(
            date(int(match["year"]), int(match["month"]), int(match["day"])), *_clock(match)
        )
    match = _SLASHED.match(text)
    if match is not None:
        return _slashed(match, order)
    match = _NAMED.match(text) or _NAME_FIRST.match(text)
    return _named(match) if match is not None else None


def read_number(number: float) -> Moment | None:
    """The day or moment a bare number stands for: epoch in ms or s, or a spreadsheet serial.

    >>> read_number(1661731200000).day, read_number(44802).day
    (datetime.date(2022, 8, 29), datetime.date(2022, 8, 29))
    >>> read_number(12) is None
    True
    """
    for scale in (1000, 1):
        if _MIN_EPOCH_S * scale <= number <= _MAX_EPOCH_S * scale:
            moment = datetime.fromtimestamp(number / scale, tz=UTC)
            seconds = moment.hour * 3600 + moment.minute * 60 + moment.second
            return Moment(moment.date(), seconds, UTC)
    if _MIN_SERIAL <= number <= _MAX_SERIAL:
        whole = int(number)
        seconds = round((number - whole) * 86400)
        return Moment(date(1899, 12, 30) + timedelta(days=whole), seconds or None)
    return None
