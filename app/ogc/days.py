"""The parameter ``datetime``: instants and intervals as inclusive days."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

from app.kit.problems import BadRequest

_FULL = re.compile(r"^(\d{4})-(\d{2})-(\d{2})$")
_TIME = re.compile(
    r"^\d{4}-\d{2}-\d{2}[Tt]\d{2}:\d{2}:\d{2}(?:\.\d{1,9})?(?:[Zz]|[+-]\d{2}:\d{2})$", re.ASCII
)
_OPEN = ("", "..")


@dataclass(frozen=True, slots=True)
class Days:
    """Inclusive days; ``None`` is an open end."""

    first: date | None
    last: date | None


def read_days(text: str, zone: ZoneInfo) -> Days:
    """The days that ``datetime`` asks for, in the time zone of the deployment.

    QGIS writes year 0 and year 9999 for open ends.

    >>> zone = ZoneInfo("Europe/Amsterdam")
    >>> read_days("2027-03-01", zone)
    Days(first=datetime.date(2027, 3, 1), last=datetime.date(2027, 3, 1))
    >>> read_days("0000-01-01T00:00:00Z/2027-03-01T23:30:00Z", zone)
    Days(first=None, last=datetime.date(2027, 3, 2))
    >>> read_days("../2027-03-01", zone).first is None
    True
    """
    parts = text.split("/")
    if len(parts) == 1 and text not in _OPEN:
        day = _day(text, zone)
        return Days(day, day)
    if len(parts) != 2 or all(part in _OPEN for part in parts):  # noqa: PLR2004  # two ends
        raise _refusal(text)
    first, last = (None if part in _OPEN else _day(part, zone) for part in parts)
    if first and last and last < first:
        msg = f"The interval {text!r} ends before it starts."
        raise BadRequest(msg)
    return Days(first, last)


def _day(text: str, zone: ZoneInfo) -> date | None:
    """One end; None for year 0 and for 9999, which stand for "always"."""
    if not (_FULL.match(text) or _TIME.match(text)):
        raise _refusal(text)
    if text[:4] in {"0000", "9999"}:
        return None
    try:
        if _FULL.match(text):
            return date.fromisoformat(text)
        return datetime.fromisoformat(text.upper()[:19] + _offset(text)).astimezone(zone).date()
    except (ValueError, OverflowError) as error:
        raise _refusal(text) from error


def _offset(text: str) -> str:
    return "+00:00" if text[-1] in "Zz" else text[-6:]


def _refusal(text: str) -> BadRequest:
    return BadRequest(
        f"datetime must be a day or an RFC 3339 time, or two of them around a slash "
        f"('..' for an open end), not {text!r}."
    )
