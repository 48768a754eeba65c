"""The parameter ``sortby``, and key paging through that order.

A page starts after the values and the key of the last feature of the page
before, so features with the same values, or with none, are visited once each.
What has no value comes last, whichever way the order goes.
"""

from __future__ import annotations

import base64
import binascii
import math
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

import orjson
from sqlalchemy import ColumnElement, and_, false, literal, or_

from app.kit.problems import BadRequest
from app.layer import Layer, Property
from spatial.vocabulary import Language

MOST_KEYS = 4
_LARGEST_KEY = 2**63 - 1


@dataclass(frozen=True, slots=True)
class SortKey:
    """One property to sort by."""

    property_: Property
    descending: bool = False

    @property
    def text(self) -> str:
        """As it stands in the address."""
        return ("-" if self.descending else "") + self.property_.name


Order = tuple[SortKey, ...]


def sortables(layer: Layer) -> tuple[Property, ...]:
    """The properties that an answer can be sorted by."""
    return tuple(p for p in layer.properties if p.sorts and p.several is None)


def read_order(text: str, layer: Layer) -> Order:
    """The order that ``sortby`` asks; BadRequest for a property that cannot be sorted by.

    A plus that was not encoded arrives as a space, and means the same.

    >>> from app.layer import layer
    >>> [key.text for key in read_order("-start,+title", layer("works"))]
    ['-start', 'title']
    """
    known = {p.name: p for p in sortables(layer)}
    keys = []
    for part in text.split(","):
        name = part.removeprefix("-") if part.startswith("-") else part.lstrip("+ ")
        if name not in known:
            raise _unknown(name, layer, known)
        keys.append(SortKey(known[name], part.startswith("-")))
    if len({key.property_.name for key in keys}) < len(keys) or len(keys) > MOST_KEYS:
        msg = f"sortby takes at most {MOST_KEYS} properties, each once."
        nl = f"sortby neemt hoogstens {MOST_KEYS} eigenschappen, elk één keer."
        raise BadRequest(msg, nl)
    return tuple(keys)


def _unknown(name: str, layer: Layer, known: Iterable[str]) -> BadRequest:
    choices, said = ", ".join(known), name[:40]
    msg = f"sortby names {said!r}; {layer.id} sorts by: {choices}."
    return BadRequest(msg, f"sortby noemt {said!r}; {layer.id} sorteert op: {choices}.")


@dataclass(frozen=True, slots=True)
class SortCursor:
    """Where the next page starts: after the feature with these values and this key."""

    order: tuple[str, ...]
    values: tuple[Any, ...]
    key: int

    def encode(self) -> str:
        """The cursor as it stands in a link."""
        content = [",".join(self.order), list(self.values), self.key]
        return base64.urlsafe_b64encode(orjson.dumps(content)).decode().rstrip("=")

    @classmethod
    def decode(cls, text: str, order: Order) -> SortCursor:
        """Read a cursor back; BadRequest for one of another order, or not ours."""
        try:
            padded = text + "=" * (-len(text) % 4)
            plain = base64.b64decode(padded, altchars=b"-_", validate=True)
            named, values, key = orjson.loads(plain)
            typed = tuple(_typed(k.property_, v) for k, v in zip(order, values, strict=True))
        except (binascii.Error, UnicodeError, ValueError, TypeError, AttributeError) as error:
            raise _foreign() from error
        own = [k.text for k in order]
        if named != ",".join(own) or type(key) is not int or not 0 <= key <= _LARGEST_KEY:
            raise _foreign()
        return cls(tuple(own), typed, key)


def _foreign() -> BadRequest:
    msg = "The cursor is not one of ours for this sortby: follow the link 'next' as it was given."
    nl = (
        "Deze cursor komt niet van hier, of hoort bij een andere sortby: "
        "volg de link 'next' zoals u hem kreeg."
    )
    return BadRequest(msg, nl)


def _typed(property_: Property, value: object) -> Any:
    """A value of a cursor in the type of its property; ValueError for one of another type."""
    if value is None:
        return None
    if property_.type in {"number", "integer"}:
        number = float(value) if type(value) in {int, float} else math.nan  # type: ignore[arg-type]  # checked
        return number if math.isfinite(number) else _no_value()
    if not isinstance(value, str) or "\0" in value:
        return _no_value()
    readers: dict[str, Callable[[str], Any]] = {
        "date": date.fromisoformat,
        "date-time": _moment,
        "uuid": UUID,
    }
    return readers.get(property_.format, str)(value)


def _moment(text: str) -> datetime:
    moment = datetime.fromisoformat(text)
    return moment if moment.tzinfo else _no_value()


def _no_value() -> Any:
    msg = "no value of this property"
    raise ValueError(msg)


def order_by(order: Order, language: Language, key: ColumnElement[int]) -> list[ColumnElement[Any]]:
    """The clauses of ``ORDER BY``, the key last."""
    columns = [(k.property_.expression(language), k.descending) for k in order]
    sides = [column.desc() if descending else column.asc() for column, descending in columns]
    return [*(side.nulls_last() for side in sides), key]


def starts_after(
    cursor: SortCursor, order: Order, language: Language, key: ColumnElement[int]
) -> ColumnElement[bool]:
    """What comes after the cursor in this order."""
    clause: ColumnElement[bool] = key > cursor.key
    for sort_key, value in reversed(list(zip(order, cursor.values, strict=True))):
        column = sort_key.property_.expression(language)
        if value is None:
            clause = and_(column.is_(None), clause)
            continue
        bound = literal(value)
        further = column < bound if sort_key.descending else column > bound
        clause = or_(further, column.is_(None), and_(column == bound, clause))
    return clause if order else false()
