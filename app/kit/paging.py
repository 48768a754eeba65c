"""Key paging with an opaque cursor.

A page is "the rows after this key", never "skip n rows": a page costs the same
however far one is, and rows added meanwhile neither repeat nor push others out.
"""

from __future__ import annotations

import base64
import binascii
from dataclasses import dataclass

from app.kit.problems import BadRequest

LIMIT_DEFAULT = 1000
LIMIT_MAXIMUM = 10_000
_LARGEST_KEY = 2**63 - 1


@dataclass(frozen=True, slots=True)
class Cursor:
    """Where the next page starts: after ``after``, without the keys in ``shown``.

    ``shown`` holds keys that an earlier page showed out of turn.

    >>> Cursor.decode(Cursor(1000, (1234,)).encode())
    Cursor(after=1000, shown=(1234,))
    """

    after: int = 0
    shown: tuple[int, ...] = ()

    def encode(self) -> str:
        """The cursor as it stands in a link."""
        text = ".".join(str(number) for number in (self.after, *self.shown))
        return base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")

    @classmethod
    def decode(cls, text: str) -> Cursor:
        """Read a cursor back; ``BadRequest`` for anything we did not hand out."""
        try:
            padded = text + "=" * (-len(text) % 4)
            plain = base64.b64decode(padded, altchars=b"-_", validate=True).decode("ascii")
            numbers = [int(part) for part in plain.split(".") if part.isdigit()]
        except (binascii.Error, UnicodeError, ValueError):
            numbers, plain = [], ""
        cursor = cls(numbers[0], tuple(numbers[1:])) if numbers else cls()
        if not numbers or cursor.encode() != text or max(numbers) > _LARGEST_KEY:
            msg = "The cursor is not one of ours: follow the link 'next' as it was given."
            raise BadRequest(msg)
        return cursor


def read_limit(text: str | None, *, default: int = LIMIT_DEFAULT) -> int:
    """The page size asked for: clamped to the maximum, refused below one.

    >>> read_limit(None), read_limit("25"), read_limit("999999")
    (1000, 25, 10000)
    """
    if text is None:
        return default
    if not (text.isascii() and text.isdigit()) or not text.lstrip("0"):
        msg = f"limit must be a whole number of 1 or more, not {text!r}."
        raise BadRequest(msg)
    digits = text.lstrip("0")
    return (
        LIMIT_MAXIMUM if len(digits) > len(str(LIMIT_MAXIMUM)) else min(int(digits), LIMIT_MAXIMUM)
    )
