"""The filters ``name=value``: the value in the type of the property."""

from __future__ import annotations

import math
from datetime import date, datetime
from uuid import UUID

from app.kit.problems import BadRequest
from app.layer import Property

Value = str | float | date
KINDS = {
    "uuid": ("an id (UUID)", "een id (UUID)"),
    "date": ("a day (2027-03-01)", "een dag (2027-03-01)"),
    "date-time": ("a time (2027-03-01T12:00:00Z)", "een tijdstip (2027-03-01T12:00:00Z)"),
    "": ("a number", "een getal"),
}
"""What a value must be, by the format of its property, in English and in Dutch."""


def read_value(property_: Property, text: str) -> Value:
    """The value to compare with; BadRequest for one that the property cannot have.

    >>> from app.layer import layer
    >>> read_value(layer("works").filters["start"], "2027-03-01")
    datetime.date(2027, 3, 1)
    """
    if "\0" in text:
        msg = f"{property_.name} holds a NUL byte."
        raise BadRequest(msg, f"{property_.name} bevat een NUL-byte.")
    if property_.words and text not in property_.words:
        choices = ", ".join(property_.words)
        msg = f"{property_.name} must be one of {choices}, not {text[:80]!r}."
        raise BadRequest(msg, f"{property_.name} is een van {choices}, niet {text[:80]!r}.")
    try:
        return _typed(property_, text)
    except ValueError as error:
        en, nl = KINDS[property_.format]
        msg = f"{property_.name} must be {en}, not {text[:80]!r}."
        raise BadRequest(msg, f"{property_.name} is {nl}, niet {text[:80]!r}.") from error


def _typed(property_: Property, text: str) -> Value:
    if property_.format == "uuid":
        return str(UUID(text))
    if property_.format == "date":
        return date.fromisoformat(text)
    if property_.format == "date-time":
        return _with_offset(datetime.fromisoformat(text.upper()))
    return _finite(float(text)) if property_.type in {"number", "integer"} else text


def _with_offset(moment: datetime) -> datetime:
    if moment.tzinfo is None:
        msg = "without an offset"
        raise ValueError(msg)
    return moment


def _finite(number: float) -> float:
    if not math.isfinite(number):
        msg = "not finite"
        raise ValueError(msg)
    return number
