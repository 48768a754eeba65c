"""CQL2 JSON to a tree."""

from __future__ import annotations

import math
from typing import Any

import orjson

from app.ogc.filtering.instants import read_instant
from app.ogc.filtering.nodes import Budget, Call, Items, Name, Node, Value, joined
from app.ogc.filtering.parse_text import interval
from app.ogc.filtering.refusal import FilterRefused
from app.ogc.filtering.shapes import box_of, from_geojson


def parse_json(text: str) -> Node:
    """The tree of a filter in CQL2 JSON; FilterRefused says where it is not well-formed.

    >>> parse_json('{"op": ">=", "args": [{"property": "score"}, 80]}').op
    '>='
    """
    try:
        content = orjson.loads(text)
    except orjson.JSONDecodeError as error:
        nl, en = f"dit is geen JSON ({error}).", f"this is no JSON ({error})."
        raise FilterRefused(nl, en, error.pos + 1) from error
    return _node(content, "", Budget())


def _node(content: Any, at: str, budget: Budget) -> Node:
    budget.count(at)
    if isinstance(content, bool | str):
        return Value(content, at)
    if isinstance(content, int | float):
        return Value(_number(content, at), at)
    if isinstance(content, list):
        return Items(_nodes(content, at, budget), at)
    if isinstance(content, dict):
        return _object(content, at, budget)
    nl = "null is geen waarde; vraag met isNull naar wat leeg is."
    raise FilterRefused(nl, "null is no value; ask with isNull for what is empty.", at)


def _number(content: float, at: str) -> float:
    number = float(content)
    if not math.isfinite(number):
        raise FilterRefused("dit getal is te groot.", "this number is too large.", at)
    return number


def _nodes(contents: list[Any], at: str, budget: Budget) -> tuple[Node, ...]:
    budget.enter(at)
    found = tuple(_node(c, f"{at}/{i}", budget) for i, c in enumerate(contents))
    budget.leave()
    return found


def _object(content: dict[str, Any], at: str, budget: Budget) -> Node:
    match content:
        case {"op": str(op), "args": list(args)}:
            return _call(op.lower(), _nodes(args, f"{at}/args", budget), at)
        case {"property": str(name)}:
            return Name(name, at)
        case {"interval": list(ends)}:
            return interval(_nodes(ends, f"{at}/interval", budget), at)
    return _literal(content, at)


def _literal(content: dict[str, Any], at: str) -> Node:
    match content:
        case {"date": text}:
            return read_instant(text, at, "day")
        case {"timestamp": text}:
            return read_instant(text, at, "moment")
        case {"bbox": list(sides)}:
            return box_of(sides, at)
        case {"type": str()}:
            return from_geojson(content, at)
    nl = "hier wordt een bewerking (op en args), property, date, timestamp, interval, bbox of "
    en = "an operation (op and args), property, date, timestamp, interval, bbox or GeoJSON "
    raise FilterRefused(f"{nl}GeoJSON verwacht.", f"{en}is expected here.", at)


def _call(op: str, args: tuple[Node, ...], at: str) -> Node:
    if op in {"and", "or"} and args:
        return joined(op, args, at)
    if op == "not" and len(args) == 1:
        inner = args[0]
        if isinstance(inner, Call) and inner.op == "not":
            return inner.args[0]
    return Call("<>" if op == "!=" else op, args, at)
