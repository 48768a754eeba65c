"""CQL2 text to a tree: one pass, no going back.

The library ``cql2`` reads the same language, and the tests hold the two next to
each other. It is not asked here: as it tries every reading of a bracket, a
text of 250 characters with one mistake inside 24 brackets takes it a minute and
a half, and 10,000 brackets end the process.
"""

from __future__ import annotations

import math

from app.ogc.filtering.instants import OPEN, read_instant
from app.ogc.filtering.nodes import (
    Box,
    Budget,
    Call,
    Instant,
    Interval,
    Items,
    Name,
    Node,
    Value,
    joined,
)
from app.ogc.filtering.refusal import FilterRefused
from app.ogc.filtering.shapes import WKT_TYPES, box_of, from_wkt
from app.ogc.filtering.tokens import Token, tokens

_COMPARISONS = {"=": "=", "<>": "<>", "!=": "<>", "<": "<", ">": ">", "<=": "<=", ">=": ">="}
_ARITHMETIC = frozenset("+-*/%^")


def parse_text(text: str) -> Node:
    """The tree of a filter in CQL2 text; FilterRefused says where it is not well-formed.

    >>> parse_text("score >= 80").op
    '>='
    """
    parser = _Parser(text)
    node = parser.disjunction()
    parser.expect_end()
    return node


class _Parser:
    def __init__(self, text: str) -> None:
        self._text = text
        self._tokens = tokens(text)
        self._next = 0
        self._budget = Budget()

    @property
    def _token(self) -> Token:
        return self._tokens[self._next]

    def _take(self) -> Token:
        token = self._token
        self._next += token.kind != "end"
        return token

    def _accept(self, *keywords: str) -> bool:
        """Take these words or signs, if all of them come now."""
        ahead = self._tokens[self._next : self._next + len(keywords)]
        if [t.value if t.kind == "sign" else t.keyword for t in ahead] != list(keywords):
            return False
        self._next += len(keywords)
        return True

    def _expect(self, sign: str) -> None:
        if not self._accept(sign):
            raise self._unexpected(f"'{sign}'", f"'{sign}'")

    def expect_end(self) -> None:
        """Nothing may follow."""
        if self._token.kind != "end":
            raise self._unexpected("AND, OR of het einde", "AND, OR or the end")

    def _unexpected(self, nl: str, en: str) -> FilterRefused:
        token = self._token
        arithmetic = token.value in _ARITHMETIC or token.keyword == "DIV"
        if arithmetic and token.kind in {"sign", "word"}:
            return FilterRefused("rekenen kan hier niet.", "there is no arithmetic here.", token.at)
        said = repr(token.value[:40]) if token.kind != "end" else None
        return FilterRefused(
            f"hier wordt {nl} verwacht, niet {said or 'het einde'}.",
            f"{en} is expected here, not {said or 'the end'}.",
            token.at,
        )

    def disjunction(self) -> Node:
        """Conditions with OR between them."""
        at = self._token.at
        parts = [self._conjunction()]
        while self._accept("OR"):
            parts.append(self._conjunction())
        return joined("or", tuple(parts), at)

    def _conjunction(self) -> Node:
        at = self._token.at
        parts = [self._negation()]
        while self._accept("AND"):
            parts.append(self._negation())
        return joined("and", tuple(parts), at)

    def _negation(self) -> Node:
        at = self._token.at
        times = 0
        while self._accept("NOT"):
            times += 1
            self._budget.count(at)
        node = self._predicate()
        return Call("not", (node,), at) if times % 2 else node

    def _predicate(self) -> Node:
        left = self._operand()
        at = self._token.at
        sign = self._token
        if sign.kind == "sign" and sign.value in _COMPARISONS:
            self._take()
            return Call(_COMPARISONS[sign.value], (left, self._operand()), at)
        if self._accept("IS", "NULL"):
            return Call("isnull", (left,), at)
        if self._accept("IS", "NOT", "NULL"):
            return Call("not", (Call("isnull", (left,), at),), at)
        denied = self._accept("NOT")
        node = self._listed(left, at)
        if node is None and denied:
            raise self._unexpected("LIKE, BETWEEN of IN", "LIKE, BETWEEN or IN")
        if node is None:
            return left
        return Call("not", (node,), at) if denied else node

    def _listed(self, left: Node, at: int) -> Node | None:
        if self._accept("LIKE"):
            return Call("like", (left, self._operand()), at)
        if self._accept("BETWEEN"):
            low = self._operand()
            if not self._accept("AND"):
                raise self._unexpected("AND", "AND")
            return Call("between", (left, low, self._operand()), at)
        if self._accept("IN"):
            place = self._token.at
            self._expect("(")
            return Call("in", (left, Items(self._arguments(), place)), at)
        return None

    def _operand(self) -> Node:
        token = self._token
        self._budget.count(token.at)
        if token.kind == "text":
            return Value(self._take().value, token.at)
        if token.kind == "number" or token.value in {"+", "-"}:
            return Value(self._number(), token.at)
        if token.kind == "quoted":
            return Name(self._take().value, token.at)
        if token.kind == "word":
            return self._word()
        if self._accept("("):
            return self._brackets(token.at)
        raise self._unexpected("een waarde of eigenschap", "a value or property")

    def _number(self) -> float:
        sign = 1
        while self._token.kind == "sign" and self._token.value in {"+", "-"}:
            sign = -sign if self._take().value == "-" else sign
        token = self._token
        number = float(token.value) if token.kind == "number" else math.nan
        if not math.isfinite(number):
            raise self._unexpected("een getal", "a number")
        self._take()
        return sign * number

    def _brackets(self, at: int) -> Node:
        """A condition between brackets, or a list of values."""
        if self._accept(")"):
            return Items((), at)
        self._budget.enter(at)
        found = [self.disjunction()]
        while self._accept(","):
            found.append(self.disjunction())
        self._expect(")")
        self._budget.leave()
        return found[0] if len(found) == 1 else Items(tuple(found), at)

    def _arguments(self) -> tuple[Node, ...]:
        """What stands up to the closing bracket."""
        if self._accept(")"):
            return ()
        at = self._token.at
        self._budget.enter(at)
        found = [self.disjunction()]
        while self._accept(","):
            found.append(self.disjunction())
        self._expect(")")
        self._budget.leave()
        return tuple(found)

    def _word(self) -> Node:
        token = self._take()
        name = token.value.lower()
        if name in {"true", "false"}:
            return Value(name == "true", token.at)
        if token.keyword in {"AND", "OR", "NOT", "LIKE", "IN", "BETWEEN", "IS", "NULL", "DIV"}:
            self._next -= 1
            raise self._unexpected("een waarde of eigenschap", "a value or property")
        if name in WKT_TYPES and self._is_wkt():
            return self._wkt(token)
        if not self._accept("("):
            return Name(token.value, token.at)
        return _called(name, self._arguments(), token)

    def _is_wkt(self) -> bool:
        return self._token.value == "(" or self._token.keyword in {"Z", "M", "ZM", "EMPTY"}

    def _wkt(self, first: Token) -> Node:
        """Well-known text runs up to the bracket that closes it."""
        depth = 0
        while self._token.kind != "end":
            token = self._take()
            if token.value == "(" and token.kind == "sign":
                depth += 1
                self._budget.enter(token.at)
            if token.value == ")" and token.kind == "sign":
                depth -= 1
                self._budget.leave()
            if depth == 0 and (token.value == ")" or token.keyword == "EMPTY"):
                return from_wkt(self._text[first.start : token.stop], first.at)
        raise self._unexpected("')'", "')'")


def _called(name: str, arguments: tuple[Node, ...], token: Token) -> Node:
    """What a name with brackets stands for: a literal of CQL2, else a function."""
    if name in {"date", "timestamp"}:
        only = arguments[0] if len(arguments) == 1 else None
        text = only.value if isinstance(only, Value) else ""
        return read_instant(text, token.at, "day" if name == "date" else "moment")
    if name == "interval":
        return interval(arguments, token.at)
    if name == "bbox":
        return _box(arguments, token.at)
    if name in {"a_contains", "a_containedby", "a_equals", "a_overlaps"}:
        arguments = tuple(_as_list(a) for a in arguments)
    return Call(name, arguments, token.at)


def _as_list(node: Node) -> Node:
    """A single value between brackets is a list of one, where a list is asked."""
    return Items((node,), node.at) if isinstance(node, Value | Instant) else node


def _box(arguments: tuple[Node, ...], at: int) -> Box:
    return box_of([a.value if isinstance(a, Value) else "" for a in arguments], at)


def interval(ends: tuple[Node, ...], at: int | str) -> Interval:
    """An interval from two ends: texts, instants, properties, or ".." for an open end."""
    if len(ends) != 2:  # noqa: PLR2004  # first and last
        raise FilterRefused("INTERVAL vraagt twee waarden.", "INTERVAL takes two values.", at)
    first, last = (_end(node) for node in ends)
    if isinstance(first, Instant) and isinstance(last, Instant) and _is_later(first, last):
        nl, en = "dit interval eindigt voor het begint.", "this interval ends before it starts."
        raise FilterRefused(nl, en, at)
    return Interval(first, last, at)


def _is_later(first: Instant, last: Instant) -> bool:
    if type(first.value) is type(last.value):
        return first.value > last.value
    return first.value.isoformat()[:10] > last.value.isoformat()[:10]


def _end(node: Node) -> Name | Instant | None:
    if isinstance(node, Name | Instant):
        return node
    if isinstance(node, Value) and node.value in OPEN:
        return None
    return read_instant(node.value if isinstance(node, Value) else None, node.at)
