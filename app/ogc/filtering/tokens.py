"""The words of CQL2 text, with the place of each. Takes time in proportion to the text."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal

from app.ogc.filtering.refusal import FilterRefused

Kind = Literal["number", "text", "quoted", "word", "sign", "end"]

_TOKEN = re.compile(
    r"""
    (?P<number>(?:\d++(?:\.\d*+)?|\.\d++)(?:[eE][+-]?\d++)?)
    | (?P<text>'(?:''|\\\\|\\'|[^'\\]|\\)*+')
    | (?P<quoted>"(?:""|[^"])++")
    | (?P<word>(?:[^\W\d]|:)[\w.:]*+)
    | (?P<sign><>|<=|>=|!=|[=<>(),+\-*/%^])
    """,
    re.VERBOSE,
)
_SPACE = re.compile(r"\s*+")


@dataclass(frozen=True, slots=True)
class Token:
    """A word: ``value`` without quotes, ``start`` and ``stop`` in the text."""

    kind: Kind
    value: str
    start: int
    stop: int

    @property
    def at(self) -> int:
        """Place for people: the first character is 1."""
        return self.start + 1

    @property
    def keyword(self) -> str:
        """The word in capitals; nothing for a quoted name, which is never a keyword."""
        return self.value.upper() if self.kind == "word" else ""


def tokens(text: str) -> list[Token]:
    """All words of a filter, and "end".

    >>> [token.value for token in tokens("title = 'O''Brien' AND score>=1.5e3")]
    ['title', '=', "O'Brien", 'AND', 'score', '>=', '1.5e3', '']
    """
    found = []
    place = _skip(text, 0)
    while place < len(text):
        match = _TOKEN.match(text, place)
        if match is None:
            raise _strange(text, place)
        kind: Kind = match.lastgroup  # type: ignore[assignment]  # a group of the pattern matched
        found.append(Token(kind, _plain(kind, match.group()), place, match.end()))
        place = _skip(text, match.end())
    found.append(Token("end", "", place, place))
    return found


def _skip(text: str, place: int) -> int:
    match = _SPACE.match(text, place)
    return match.end() if match else place


def _plain(kind: Kind, text: str) -> str:
    if kind == "text":
        return re.sub(r"''|\\\\|\\'", lambda m: m[0] if m[0] == "\\\\" else "'", text[1:-1])
    return text[1:-1].replace('""', '"') if kind == "quoted" else text


def _strange(text: str, place: int) -> FilterRefused:
    if text[place] in "'\"":
        nl, en = "dit aanhalingsteken wordt niet gesloten.", "this quote is not closed."
    else:
        said = repr(text[place])
        nl, en = f"{said} hoort hier niet.", f"{said} does not belong here."
    return FilterRefused(nl, en, place + 1)
