"""Text and JSON that PostgreSQL and our JSON writer can keep."""

from __future__ import annotations

from typing import Annotated

from pydantic import AfterValidator

WIDEST = 2**63
"""JSON is written with integers below this only; a wider one is kept as text."""


def storable_text(text: str) -> str:
    r"""The text without NUL, which PostgreSQL cannot keep, and with half characters replaced.

    >>> storable_text("Bree\x00straat"), storable_text("\ud800"), storable_text("caf\u00e9")
    ('Breestraat', '?', 'café')
    """
    if "\x00" in text:
        text = text.replace("\x00", "")
    try:
        text.encode()
    except UnicodeEncodeError:
        return text.encode(errors="replace").decode()
    return text


Storable = Annotated[str, AfterValidator(storable_text)]
"""A text in the body of a request, as it can be kept."""


def storable(value: object) -> object:
    r"""The same for every text in a JSON value, names of members too; wide integers as text.

    >>> storable({"a\x00": ["b\x00", 1, 10**20]})
    {'a': ['b', 1, '100000000000000000000']}
    """
    if isinstance(value, str):
        return storable_text(value)
    if isinstance(value, dict):
        return {storable_text(str(k)): storable(v) for k, v in value.items()}
    if isinstance(value, list | tuple):
        return [storable(v) for v in value]
    if isinstance(value, int) and not -WIDEST <= value < WIDEST:
        return _digits(value)
    return value


def _digits(number: int) -> str:
    """A wide integer as text; hexadecimal where it has more digits than Python writes out."""
    try:
        return str(number)
    except ValueError:
        return hex(number)
