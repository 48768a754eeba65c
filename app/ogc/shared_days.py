"""Which features of a layer share a day with what is asked."""

from __future__ import annotations

from typing import Any

from sqlalchemy import ColumnElement, Date, and_, cast, func, literal, null, or_

from app.layer import Layer
from app.ogc.days import Days


def on_days(layer: Layer, days: Days) -> ColumnElement[bool]:
    """What shares a day: the hull finds candidates, the set of valid periods decides."""
    assert layer.period is not None
    asked = func.daterange(_date(days.first), _date(days.last), "[]")
    hull = layer.period.bool_op("&&")(asked)
    if layer.valid_periods is None:
        return hull
    valid = layer.valid_periods
    return and_(hull, or_(valid.is_(null()), valid.bool_op("&&")(asked)))


def _date(day: object) -> ColumnElement[Any]:
    return cast(null() if day is None else literal(day, Date), Date)
