"""What is wrong with a filter, where, and what to do about it, in both languages."""

from __future__ import annotations

from typing import Self

from app.kit.problems import BadRequest
from spatial.vocabulary import Language

Place = int | str
"""Where in a filter: a character of the text, counted from 1, or a JSON pointer."""


class FilterRefused(BadRequest):
    """The filter cannot be used.

    It is not well-formed CQL2, asks a property or function that is not there,
    compares values of different kinds, or is larger than the service reads.
    The text says where.
    """

    def __init__(self, nl: str = "", en: str = "", at: Place | None = None) -> None:
        self._nl = f"Filter, {_place(at, 'teken')}{nl}"
        self._en = f"Filter, {_place(at, 'character')}{en}"
        super().__init__(self._en)

    def told_in(self, language: Language) -> Self:
        """The same refusal, that tells in one language.

        >>> str(FilterRefused("hier klopt iets niet.", "this is wrong.", 4).told_in("nl"))
        'Filter, teken 4: hier klopt iets niet.'
        """
        self.args = (self._nl if language == "nl" else self._en,)
        return self


def _place(at: Place | None, character: str) -> str:
    if at is None:
        return ""
    return f"{character} {at}: " if isinstance(at, int) else f"{at or '/'}: "
