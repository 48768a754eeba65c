"""Temporal functions. Days count whole; where one side is a day, both are.

Intervals are closed, as CQL2 has them and as people read the first and the last
day of a work. The period of the layer itself is asked through its range, so
that the index on it can be used.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, Date, DateTime, Text, and_, cast, func, literal, not_, or_

from app.layer import Layer
from app.ogc.days import Days
from app.ogc.filtering.instants import read_instant
from app.ogc.filtering.nodes import Call, Instant, Interval, Name, Node, Value
from app.ogc.filtering.operands import PERIOD, Operand, Terms, as_day, find_property, operand
from app.ogc.filtering.refusal import FilterRefused
from app.ogc.shared_days import on_days

START, END = "start", "end"
OPEN = ".."


@dataclass(frozen=True, slots=True)
class _Ends:
    """First and last of an operand.

    ``asks`` is the layer where this is its own time: with all its valid periods
    for ``datetime``, as the hull alone for the interval from start to end.
    """

    first: Operand
    last: Operand
    is_interval: bool
    asks: Layer | None = None


Relation = Callable[[Any, Any, Any, Any], ColumnElement[bool]]
ANY: dict[str, Relation] = {
    "t_after": lambda a, _b, _c, d: a > d,
    "t_before": lambda _a, b, c, _d: b < c,
    "t_disjoint": lambda a, b, c, d: or_(a > d, b < c),
    "t_equals": lambda a, b, c, d: and_(a == c, b == d),
    "t_intersects": lambda a, b, c, d: and_(a <= d, b >= c),
}
"""Of ``a`` to ``b`` and ``c`` to ``d``, instants being intervals of one."""
INTERVALS: dict[str, Relation] = {
    "t_contains": lambda a, b, c, d: and_(a < c, b > d),
    "t_during": lambda a, b, c, d: and_(a > c, b < d),
    "t_finishedby": lambda a, b, c, d: and_(a < c, b == d),
    "t_finishes": lambda a, b, c, d: and_(a > c, b == d),
    "t_meets": lambda _a, b, c, _d: b == c,
    "t_metby": lambda a, _b, _c, d: a == d,
    "t_overlappedby": lambda a, b, c, d: and_(a > c, a < d, b > d),
    "t_overlaps": lambda a, b, c, d: and_(a < c, b > c, b < d),
    "t_startedby": lambda a, b, c, d: and_(a == c, b > d),
    "t_starts": lambda a, b, c, d: and_(a == c, b < d),
}
"""The relations of the W3C/OGC Time Ontology between intervals."""
FUNCTIONS = {**ANY, **INTERVALS}


def compare_times(call: Call, terms: Terms) -> ColumnElement[bool]:
    """A temporal function of two instants or intervals."""
    if len(call.args) != 2:  # noqa: PLR2004  # two times
        name = call.op.upper()
        nl, en = f"{name} vraagt twee tijden.", f"{name} takes two times."
        raise FilterRefused(nl, en, call.at)
    left, right = (_ends(node, terms) for node in call.args)
    if call.op in INTERVALS and not (left.is_interval and right.is_interval):
        name = call.op.upper()
        nl, en = f"{name} vergelijkt twee intervallen.", f"{name} compares two intervals."
        raise FilterRefused(nl, en, call.at)
    shared = _shared_days(call.op, left, right, terms)
    if shared is not None:
        return shared
    return FUNCTIONS[call.op](*_same_grain([left.first, left.last, right.first, right.last], terms))


def _shared_days(op: str, left: _Ends, right: _Ends, terms: Terms) -> ColumnElement[bool] | None:
    """Whether the layer's own period shares a day with a literal, as ``datetime`` asks it."""
    if op not in {"t_intersects", "t_disjoint"} or bool(left.asks) == bool(right.asks):
        return None
    layer = left.asks or right.asks
    assert layer is not None
    given = right if left.asks else left
    days = [_day(end, terms) for end in (given.first, given.last)]
    if None in days:
        return None
    first, last = (day if isinstance(day, date) else None for day in days)
    clause = on_days(layer, Days(first, last))
    return not_(clause) if op == "t_disjoint" else clause


def _day(end: Operand, terms: Terms) -> date | str | None:
    """The day of a literal, ".." for an open end, None for a property."""
    if end.value == OPEN:
        return OPEN
    value = as_day(end, terms.zone).value
    return value if isinstance(value, date) else None


def _same_grain(ends: list[Operand], terms: Terms) -> list[ColumnElement[Any]]:
    days = any(end.kind == "day" for end in ends)
    if days:
        ends = [end if end.value == OPEN else as_day(end, terms.zone) for end in ends]
    type_ = Date() if days else DateTime(timezone=True)
    return [cast(end.sql, type_) if end.value == OPEN else end.sql for end in ends]


def _ends(node: Node, terms: Terms) -> _Ends:
    if isinstance(node, Interval):
        first = _end(node.first, "-infinity", node, terms)
        last = _end(node.last, "infinity", node, terms)
        hull = replace(terms.layer, valid_periods=None) if _is_hull(node, terms) else None
        return _Ends(first, last, is_interval=True, asks=hull)
    period = terms.layer.period
    if isinstance(node, Name) and node.name == PERIOD and period is not None:
        begin = Operand("day", func.lower(period, type_=Date), node.at)
        end = Operand("day", func.upper(period, type_=Date) - 1, node.at)
        return _Ends(begin, end, is_interval=True, asks=terms.layer)
    instant = _end(node, "", node, terms)
    return _Ends(instant, instant, is_interval=False)


def _is_hull(node: Interval, terms: Terms) -> bool:
    """Whether this is the interval from ``start`` to ``end`` of a layer with a period."""
    names = [end.name if isinstance(end, Name) else "" for end in (node.first, node.last)]
    return names == [START, END] and terms.layer.period is not None


def _end(node: Node | None, open_: str, whole: Node, terms: Terms) -> Operand:
    if node is None:
        return Operand("moment", literal(open_, Text), whole.at, OPEN)
    if isinstance(node, Name | Instant):
        found = operand(node, terms)
        if found.kind in {"day", "moment"}:
            return found
    if isinstance(node, Name):
        find_property(terms, node)
    if isinstance(node, Value) and isinstance(node.value, str):
        return operand(read_instant(node.value, node.at), terms)
    nl = "hier wordt een dag, tijdstip, interval of een eigenschap daarvan verwacht."
    en = "a day, time, interval or a property of that kind is expected here."
    raise FilterRefused(nl, en, node.at)
