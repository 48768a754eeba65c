"""From a tree to one clause. What is not in the list here never reaches the database."""

from __future__ import annotations

from collections.abc import Callable

from sqlalchemy import ColumnElement, and_, false, not_, or_, true

from app.ogc.filtering import arrays, characters, comparison, spatial, temporal
from app.ogc.filtering.nodes import Call, Node, Value
from app.ogc.filtering.operands import Terms
from app.ogc.filtering.refusal import FilterRefused

Compiler = Callable[[Call, Terms], ColumnElement[bool]]


def _joined(call: Call, terms: Terms) -> ColumnElement[bool]:
    if not call.args:
        name = call.op.upper()
        raise FilterRefused(f"{name} vraagt voorwaarden.", f"{name} takes conditions.", call.at)
    clauses = [clause_of(node, terms) for node in call.args]
    return and_(*clauses) if call.op == "and" else or_(*clauses)


def _not(call: Call, terms: Terms) -> ColumnElement[bool]:
    if len(call.args) != 1:
        raise FilterRefused("NOT vraagt één voorwaarde.", "NOT takes one condition.", call.at)
    return not_(clause_of(call.args[0], terms))


ALLOWED: dict[str, Compiler] = {
    "and": _joined,
    "or": _joined,
    "not": _not,
    **dict.fromkeys(comparison.OPERATORS, comparison.compare),
    "isnull": comparison.is_null,
    "between": comparison.between,
    "in": comparison.in_list,
    "like": characters.like,
    **dict.fromkeys(spatial.FUNCTIONS, spatial.compare_places),
    **dict.fromkeys(temporal.FUNCTIONS, temporal.compare_times),
    **dict.fromkeys(arrays.FUNCTIONS, arrays.compare_sets),
}
FUNCTIONS = sorted(
    [*characters.FUNCTIONS, *spatial.FUNCTIONS, *temporal.FUNCTIONS, *arrays.FUNCTIONS]
)


def clause_of(node: Node, terms: Terms) -> ColumnElement[bool]:
    """The clause of a condition; FilterRefused for what is no condition or not allowed."""
    refuse_unknown_functions(node)
    if isinstance(node, Value) and isinstance(node.value, bool):
        return true() if node.value else false()
    if isinstance(node, Call) and node.op in ALLOWED:
        return ALLOWED[node.op](node, terms)
    nl = "hier wordt een voorwaarde verwacht, zoals title = 'x'."
    raise FilterRefused(nl, "a condition is expected here, such as title = 'x'.", node.at)


def refuse_unknown_functions(node: Node) -> None:
    """FilterRefused for a function that is not of CQL2, in the condition or its arguments."""
    if not isinstance(node, Call):
        return
    if node.op not in ALLOWED and node.op not in characters.FUNCTIONS:
        said, known = repr(node.op[:40]), ", ".join(name.upper() for name in FUNCTIONS)
        nl = f"er is geen functie {said}. Functies: {known}."
        raise FilterRefused(nl, f"there is no function {said}. Functions: {known}.", node.at)
    for argument in node.args:
        if isinstance(argument, Call) and argument.op not in ALLOWED:
            refuse_unknown_functions(argument)
