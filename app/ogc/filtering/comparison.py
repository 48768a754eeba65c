"""Comparison operators, BETWEEN, IN and IS NULL."""

from __future__ import annotations

import operator
from collections.abc import Callable
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Double,
    Text,
    and_,
    any_,
    false,
    literal,
    null,
    or_,
    true,
)
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.dialects.postgresql import UUID as PG_UUID

from app.ogc.filtering.characters import character_operand
from app.ogc.filtering.instants import read_instant
from app.ogc.filtering.nodes import Call, Items, Name
from app.ogc.filtering.operands import (
    GEOMETRY,
    PERIOD,
    Operand,
    Terms,
    as_day,
    different,
    id_of,
    operand,
    text_operand,
)
from app.ogc.filtering.refusal import FilterRefused

Compare = Callable[[Any, Any], ColumnElement[bool]]
OPERATORS: dict[str, Compare] = {
    "=": operator.eq,
    "<>": operator.ne,
    "<": operator.lt,
    ">": operator.gt,
    "<=": operator.le,
    ">=": operator.ge,
}
_TIMES = {"day", "moment"}
_TEXTS = {"text", "uuid"}


def compare(call: Call, terms: Terms) -> ColumnElement[bool]:
    """``left op right``, on either side a property or a value."""
    left, right = (character_operand(a, terms) for a in _arguments(call, 2))
    return compared(call.op, left, right, terms)


def compared(op: str, left: Operand, right: Operand, terms: Terms) -> ColumnElement[bool]:
    """One comparison; FilterRefused where the kinds differ."""
    if left.kind in _TIMES or right.kind in _TIMES:
        return _of_times(op, left, right, terms)
    if {left.kind, right.kind} <= _TEXTS:
        return _of_texts(op, left, right)
    if left.kind != right.kind:
        raise different(left, right)
    return OPERATORS[op](left.sql, right.sql)


def _of_times(op: str, left: Operand, right: Operand, terms: Terms) -> ColumnElement[bool]:
    left, right = _as_time(left, terms), _as_time(right, terms)
    if {left.kind, right.kind} - _TIMES:
        raise different(left, right)
    if "day" in {left.kind, right.kind}:
        left, right = as_day(left, terms.zone), as_day(right, terms.zone)
    return OPERATORS[op](left.sql, right.sql)


def _as_time(given: Operand, terms: Terms) -> Operand:
    """A text that is compared with a day is a day itself."""
    if given.kind == "text" and isinstance(given.value, str):
        return operand(read_instant(given.value, given.at), terms)
    return given


def _of_texts(op: str, left: Operand, right: Operand) -> ColumnElement[bool]:
    if op in {"=", "<>"}:
        for one, other in ((left, right), (right, left)):
            if one.kind == "uuid" and one.value is None and other.value is not None:
                return _of_ids(op, one, other)
        left, right = _unescaped(left), _unescaped(right)
    return OPERATORS[op](left.text, right.text)


def _of_ids(op: str, column: Operand, given: Operand) -> ColumnElement[bool]:
    found = id_of(given)
    if found is not None:
        return OPERATORS[op](column.sql, literal(found))
    never = false() if op == "=" else true()  # a text that is no id equals none
    return and_(column.sql.is_not(None), never)


def _unescaped(given: Operand) -> Operand:
    """QGIS doubles every backslash of a text."""
    if isinstance(given.value, str) and "\\\\" in given.value:
        return text_operand(given.value.replace("\\\\", "\\"), given.at)
    return given


def between(call: Call, terms: Terms) -> ColumnElement[bool]:
    """``value BETWEEN low AND high``, both included."""
    value, low, high = (character_operand(a, terms) for a in _arguments(call, 3))
    return and_(compared(">=", value, low, terms), compared("<=", value, high, terms))


def in_list(call: Call, terms: Terms) -> ColumnElement[bool]:
    """``value IN (...)``."""
    value, listed = _arguments(call, 2)
    if not isinstance(listed, Items) or not listed.items:
        nl, en = "IN vraagt een lijst van waarden.", "IN takes a list of values."
        raise FilterRefused(nl, en, call.at)
    left = character_operand(value, terms)
    choices = [character_operand(item, terms) for item in listed.items]
    at_once = _any_of(left, choices)
    if at_once is not None:
        return at_once
    return or_(*(compared("=", left, choice, terms) for choice in choices))


def _any_of(left: Operand, choices: list[Operand]) -> ColumnElement[bool] | None:
    """One comparison with an array, where all choices are literals of the kind of ``left``."""
    if left.value is not None or any(c.value is None for c in choices):
        return None
    kinds = {c.kind for c in choices}
    if left.kind == "uuid" and kinds == {"text"}:
        ids = [found for choice in choices if (found := id_of(choice))]
        return left.sql == any_(literal(ids, ARRAY(PG_UUID)))
    if left.kind == "text" and kinds == {"text"}:
        return left.sql == any_(literal([_unescaped(c).value for c in choices], ARRAY(Text)))
    if left.kind == "number" and kinds == {"number"}:
        return left.sql == any_(literal([c.value for c in choices], ARRAY(Double)))
    return None


def is_null(call: Call, terms: Terms) -> ColumnElement[bool]:
    """``property IS NULL``: nothing is known of it."""
    (node,) = _arguments(call, 1)
    layer = terms.layer
    if isinstance(node, Name) and node.name == GEOMETRY:
        return layer.geometry.is_(null())
    if isinstance(node, Name) and node.name == PERIOD and layer.period is not None:
        return layer.period.is_(null())
    return character_operand(node, terms).sql.is_(null())


def _arguments(call: Call, count: int) -> tuple[Any, ...]:
    if len(call.args) != count:
        name = call.op.upper()
        nl, en = f"{name} vraagt {count} waarden.", f"{name} takes {count} values."
        raise FilterRefused(nl, en, call.at)
    return call.args
