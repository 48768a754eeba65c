"""Array functions: both sides are sets of texts."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from sqlalchemy import ColumnElement, Text, and_, literal
from sqlalchemy.dialects.postgresql import ARRAY

from app.ogc.filtering.nodes import Call, Items, Name, Node, Value
from app.ogc.filtering.operands import Terms, find_property, text_operand
from app.ogc.filtering.refusal import FilterRefused

FUNCTIONS: dict[str, Callable[[Any, Any], ColumnElement[bool]]] = {
    "a_contains": lambda a, b: a.bool_op("@>")(b),
    "a_containedby": lambda a, b: a.bool_op("<@")(b),
    "a_equals": lambda a, b: and_(a.bool_op("@>")(b), a.bool_op("<@")(b)),
    "a_overlaps": lambda a, b: a.bool_op("&&")(b),
}


def compare_sets(call: Call, terms: Terms) -> ColumnElement[bool]:
    """An array function of two lists."""
    if len(call.args) != 2:  # noqa: PLR2004  # two lists
        name = call.op.upper()
        nl, en = f"{name} vraagt twee lijsten.", f"{name} takes two lists."
        raise FilterRefused(nl, en, call.at)
    left, right = (_array(node, terms) for node in call.args)
    return FUNCTIONS[call.op](left, right)


def _array(node: Node, terms: Terms) -> ColumnElement[Any]:
    if isinstance(node, Name):
        found = find_property(terms, node)
        if found.several is not None:
            return found.several
        lists = ", ".join(p.name for p in terms.layer.properties if p.several is not None)
        nl = f"{node.name} is geen lijst. Lijsten hier: {lists or 'geen'}."
        en = f"{node.name} is no list. Lists here: {lists or 'none'}."
        raise FilterRefused(nl, en, node.at)
    if isinstance(node, Items):
        return literal([_text(item) for item in node.items], ARRAY(Text))
    nl, en = "hier wordt een lijst verwacht.", "a list is expected here."
    raise FilterRefused(nl, en, node.at)


def _text(node: Node) -> str:
    if isinstance(node, Value) and isinstance(node.value, str):
        text_operand(node.value, node.at)
        return node.value
    nl, en = "deze lijsten bevatten teksten.", "these lists hold texts."
    raise FilterRefused(nl, en, node.at)
