"""What a version of a project or a work holds, and how two versions differ.

Facts are JSON values under fixed names, so that a version can be read by
anyone for ever. Days are inclusive ISO dates, as everywhere outside. The
geometry of a work stands beside its facts.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from functools import cache

import numpy as np
import shapely
from shapely.geometry.base import BaseGeometry

from spatial.period import NO_DAY
from spatial.work import Ints

Facts = dict[str, object]

PROJECT_FACTS = (
    "organisation_id",
    "department",
    "reference",
    "title",
    "description",
    "planning_status",
    "commitment",
    "visibility",
    "cost_eur",
    "budgets",
    "withdrawn",
)
WORK_FACTS = (
    "part",
    "title",
    "facility",
    "activity",
    "excavation",
    "road_impact",
    "planning_status",
    "commitment",
    "visibility",
    "start",
    "end",
    "periods",
    "precision",
    "earliest",
    "latest",
    "duration_days",
    "extra",
    "withdrawn",
)
OF_PROJECT = ("planning_status", "commitment", "visibility")
"""What a project and all its standing works share."""
_RANGE = re.compile(r"\[(\d{4}-\d\d-\d\d),(\d{4}-\d\d-\d\d)\)")


def difference(old: Mapping[str, object], new: Mapping[str, object]) -> dict[str, object]:
    """The facts that differ, each with its old and new value.

    >>> difference({"title": "a", "part": ""}, {"title": "b", "part": ""})
    {'title': {'old': 'a', 'new': 'b'}}
    """
    return {
        name: {"old": old.get(name), "new": value}
        for name, value in new.items()
        if old.get(name) != value
    }


@cache
def day_before(day: str) -> str:
    """The inclusive last day of a half-open period.

    >>> day_before("2028-01-01")
    '2027-12-31'
    """
    return (date.fromisoformat(day) - timedelta(days=1)).isoformat()


@cache
def day_after(day: str) -> str:
    """The half-open end of an inclusive last day.

    >>> day_after("2027-12-31")
    '2028-01-01'
    """
    return (date.fromisoformat(day) + timedelta(days=1)).isoformat()


def iso_days(days: Ints, *, shift: int = 0) -> list[str | None]:
    """ISO dates of day numbers, ``None`` for ``NO_DAY``; ``shift=-1`` for last days.

    >>> iso_days(np.array([0, NO_DAY], dtype=np.int32))
    ['1970-01-01', None]
    """
    texts = np.datetime_as_string((days.astype(np.int64) + shift).astype("datetime64[D]"))
    return [None if none else str(text) for text, none in zip(texts, days == NO_DAY, strict=True)]


def periods_of(ranges: str | None) -> list[list[str]] | None:
    """Inclusive periods of a ``datemultirange`` as PostgreSQL prints it.

    >>> periods_of("{[2027-01-01,2027-01-03),[2027-02-01,2027-02-02)}")
    [['2027-01-01', '2027-01-02'], ['2027-02-01', '2027-02-01']]
    """
    if ranges is None:
        return None
    return [[first, day_before(end)] for first, end in _RANGE.findall(ranges)]


def range_text(first: object, last: object) -> str | None:
    """A ``daterange`` of inclusive days as PostgreSQL reads it.

    A work of which only the start is known has an open end; one without a
    start has no period, for nothing can be said to share days with it.

    >>> range_text("2027-01-01", "2027-01-02"), range_text(None, "2027-01-02")
    ('[2027-01-01,2027-01-03)', None)
    """
    if first is None:
        return None
    return f"[{first},{day_after(str(last)) if last else ''})"


def multirange_text(periods: object) -> str | None:
    """A ``datemultirange`` of inclusive periods as PostgreSQL reads it.

    >>> multirange_text([["2027-01-01", "2027-01-02"]])
    '{[2027-01-01,2027-01-03)}'
    """
    if not isinstance(periods, Sequence) or not periods:
        return None
    return "{" + ",".join(f"[{first},{day_after(last)})" for first, last in periods) + "}"


def window_text(earliest: object, latest: object) -> str | None:
    """A flexibility window of inclusive days; half a window is none."""
    return range_text(earliest, latest) if earliest and latest else None


def shape_text(geometry: BaseGeometry | None) -> str | None:
    """A geometry in a few words, for the difference of two versions.

    >>> shape_text(shapely.LineString([(0, 0), (0, 12.34)]))
    'LineString, 12.3 m'
    """
    if geometry is None:
        return None
    if geometry.area > 0:
        return f"{geometry.geom_type}, {geometry.area:.1f} m²"
    if geometry.length > 0:
        return f"{geometry.geom_type}, {geometry.length:.1f} m"
    return f"{geometry.geom_type}, {len(shapely.get_coordinates(geometry))}"
