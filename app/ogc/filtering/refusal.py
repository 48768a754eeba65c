"""What is wrong with a filter, where, and what to do about it, in both languages."""

from __future__ import annotations

from app.kit.problems import BadRequest

Place = int | str
"""Where in a filter: a character of the text, counted from 1, or a JSON pointer."""


class FilterRefused(BadRequest):
    """The filter cannot be used.

    It is not well-formed CQL2, asks a property or function that is not there,
    compares values of different kinds, or is larger than the service reads.
    The text says where.

    >>> str(FilterRefused("hier klopt iets niet.", "this is wrong.", 4).told_in("nl"))
    'Filter, teken 4: hier klopt iets niet.'
    """

    def __init__(self, nl: str = "", en: str = "", at: Place | None = None) -> None:
        super().__init__(
            f"Filter, {_place(at, 'character')}{en}", nl=f"Filter, {_place(at, 'teken')}{nl}"
        )


def _place(at: Place | None, character: str) -> str:
    if at is None:
        return ""
    return f"{character} {at}: " if isinstance(at, int) else f"{at or '/'}: "
