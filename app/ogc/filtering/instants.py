"""Days and moments as they are written in a filter."""

from __future__ import annotations

import re
from datetime import date, datetime
from typing import Literal

from app.ogc.filtering.nodes import Instant
from app.ogc.filtering.refusal import FilterRefused, Place

_DAY = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)
_MOMENT = re.compile(
    r"\d{4}-\d{2}-\d{2}[Tt]\d{2}:\d{2}:\d{2}(?:\.\d{1,9})?(?:[Zz]|[+-]\d{2}:\d{2})", re.ASCII
)
OPEN = frozenset({"..", ""})


def read_instant(text: object, at: Place, only: Literal["day", "moment"] | None = None) -> Instant:
    """A day ``2027-03-01`` or a moment ``2027-03-01T12:00:00Z``; FilterRefused for another text.

    >>> read_instant("2027-03-01", 1).value
    datetime.date(2027, 3, 1)
    >>> read_instant("2027-03-01T12:00:00.5+01:00", 1).value.isoformat()
    '2027-03-01T12:00:00.500000+01:00'
    """
    value: date | datetime | None = None
    if isinstance(text, str):
        value = _read(text, only)
    if value is None:
        said = repr(str(text)[:40])
        nl = f"{said} is geen dag (2027-03-01) of tijdstip (2027-03-01T12:00:00Z)."
        en = f"{said} is no day (2027-03-01) or time (2027-03-01T12:00:00Z)."
        raise FilterRefused(nl, en, at)
    return Instant(value, at)


def _read(text: str, only: Literal["day", "moment"] | None) -> date | datetime | None:
    try:
        if only != "moment" and _DAY.fullmatch(text):
            return date.fromisoformat(text)
        if only != "day" and _MOMENT.fullmatch(text):
            return datetime.fromisoformat(text.upper())
    except ValueError:
        return None
    return None
