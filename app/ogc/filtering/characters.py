"""CASEI, ACCENTI and LIKE."""

from __future__ import annotations

from sqlalchemy import ColumnElement, Text, cast, collate, func, literal, literal_column

from app.ogc.filtering.nodes import Call, Node
from app.ogc.filtering.operands import Operand, Terms, operand
from app.ogc.filtering.refusal import FilterRefused

FUNCTIONS = ("casei", "accenti")
ESCAPE = "\\"
_UNICODE = "und-x-icu"
"""A collation that knows the capitals of every script, whatever the locale of the database."""
_MARKS = "[\u0300-\u036f]"


def character_operand(node: Node, terms: Terms) -> Operand:
    """A property, a literal, or one of these through CASEI or ACCENTI."""
    if not (isinstance(node, Call) and node.op in FUNCTIONS):
        return operand(node, terms)
    if len(node.args) != 1:
        name = node.op.upper()
        raise FilterRefused(f"{name} vraagt één tekst.", f"{name} takes one text.", node.at)
    inner = character_operand(node.args[0], terms)
    if inner.kind not in {"text", "uuid"}:
        name = node.op.upper()
        raise FilterRefused(f"{name} vraagt een tekst.", f"{name} takes a text.", node.at)
    plain = capitals if node.op == "casei" else without_accents
    return Operand("text", plain(inner.text), inner.at)


def capitals(text: ColumnElement[str]) -> ColumnElement[str]:
    """Text in capitals: equal where only case differs, as in ``straße`` and ``STRASSE``."""
    return func.upper(collate(cast(text, Text), _UNICODE))


def without_accents(text: ColumnElement[str]) -> ColumnElement[str]:
    """Text without diacritical marks: taken apart, and the marks left out."""
    apart = func.normalize(text, literal_column("NFD"), type_=Text)
    return func.regexp_replace(apart, literal(_MARKS, Text), literal("", Text), literal("g", Text))


def like(call: Call, terms: Terms) -> ColumnElement[bool]:
    """``LIKE``: ``%`` any letters, ``_`` one letter, a backslash before it takes it as it is."""
    if len(call.args) != 2:  # noqa: PLR2004  # a text and a pattern
        raise FilterRefused("LIKE vraagt een tekst en een patroon.", "LIKE takes a text.", call.at)
    left, pattern = (character_operand(a, terms) for a in call.args)
    text = _pattern(call.args[1])
    if left.kind not in {"text", "uuid"} or text is None:
        nl = "LIKE vergelijkt een tekst met een patroon zoals 'Leid%'."
        raise FilterRefused(nl, "LIKE compares a text with a pattern such as 'Leid%'.", pattern.at)
    if (len(text) - len(text.rstrip(ESCAPE))) % 2:
        nl, en = "het patroon eindigt met een losse \\.", "the pattern ends with a lone \\."
        raise FilterRefused(nl, en, pattern.at)
    return left.text.like(pattern.sql, escape=ESCAPE)


def _pattern(node: Node) -> str | None:
    """The text of a pattern, inside CASEI and ACCENTI too; None for anything else."""
    while isinstance(node, Call) and len(node.args) == 1:
        node = node.args[0]
    value = getattr(node, "value", None)
    return value if isinstance(value, str) else None
