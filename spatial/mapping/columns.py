"""Cells and columns of a file, cleaned the same way for proposing and for applying."""

from __future__ import annotations

import html
import math
import re
from collections.abc import Iterable, Sequence

import orjson

EMPTY = frozenset(
    {"", "-", "--", "---", "null", "none", "nan", "n/a", "#n/a", "nvt", "n.v.t.", "\\n"}
)
LONGEST_EMPTY = max(map(len, EMPTY))
_SPACE = re.compile(r"[^\S\n]+")
_LINES = re.compile(r"\s*\n\s*")
_ENTITY = re.compile(r"&(?:#x?[0-9A-Fa-f]+|[A-Za-z]{2,8});")
_MAIL = re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+")


def is_empty(value: object) -> bool:
    """Whether a cell says nothing: blank, a dash, "null".

    >>> is_empty(" "), is_empty("-"), is_empty(float("nan")), is_empty(0), is_empty("geen")
    (True, True, True, False, False)
    """
    if value is None:
        return True
    if isinstance(value, str):
        bare = value.strip()
        return len(bare) <= LONGEST_EMPTY and bare.casefold() in EMPTY
    if isinstance(value, float):
        return math.isnan(value)
    return isinstance(value, list | dict | tuple) and not value


def clean_text(value: object, *, breaks: bool = False) -> str | None:
    r"""A cell as text: entities decoded, white space tidied, ``None`` where empty.

    Numbers lose a meaningless ".0"; lists are joined with commas. With
    ``breaks`` "[]" and line ends become single line ends, else spaces; e-mail
    addresses are masked in such running text.

    >>> clean_text(" A &amp; B&#xD;&#xA;C "), clean_text("a,[]b", breaks=True)
    ('A & B C', 'a,\nb')
    >>> clean_text(123.0), clean_text(["I-80", "I-35"]), clean_text("-")
    ('123', 'I-80, I-35', None)
    """
    if is_empty(value):
        return None
    text = value if isinstance(value, str) else _as_text(value)
    if "&" in text and _ENTITY.search(text):
        text = html.unescape(text)
    if breaks:
        text = mask(text.replace("[]", "\n").replace("\r", "\n"))
        text = _LINES.sub("\n", _SPACE.sub(" ", text)).strip()
    else:
        text = " ".join(text.split())
    text = text.replace("\x00", "")
    return None if is_empty(text) else text


def _as_text(value: object) -> str:
    if isinstance(value, float) and value.is_integer() and abs(value) < 2**53:
        return str(int(value))
    if isinstance(value, list | tuple):
        return ", ".join(t for t in (clean_text(v) for v in value) if t)
    if isinstance(value, dict):
        return orjson.dumps(value, default=str).decode()
    return str(value)


def mask(text: str) -> str:
    """Text with e-mail addresses taken out.

    >>> mask("Vragen? jan.jansen@example.nl")
    'Vragen? [e-mail]'
    """
    return _MAIL.sub("[e-mail]", text) if "@" in text else text


def filled(values: Iterable[object], most: int) -> list[object]:
    """The first cells that say something."""
    found: list[object] = []
    for value in values:
        if not is_empty(value):
            found.append(value)
            if len(found) >= most:
                break
    return found


_CURRENCY = re.compile(r"€|\beur(?:o'?s?)?\b|,-$|,--$", re.IGNORECASE)
_OTHER_CURRENCY = re.compile(
    r"[$£¥]|\b(?:usd|gbp|chf|dkk|sek|nok|dollars?|pounds?)\b", re.IGNORECASE
)
_TIMES = (
    (
        re.compile(
            r"\b(?:mln|mio|miljoen|million|millions|millionen)\b\.?|(?<=\d)\s?m(?:\b|€)",
            re.IGNORECASE,
        ),
        1e6,
    ),
    (
        re.compile(
            r"\b(?:k|keur|duizend|tsd|thousand|milliers?)\b\.?|(?<=\d)\s?k\b|k€", re.IGNORECASE
        ),
        1e3,
    ),
)
_DIGITS = re.compile(r"^[-+]?\d[\d.,' \u00a0\u202f]*$|^[-+]?[.,]\d+$")


LARGEST_AMOUNT = 1e12
"""A million million euros or more is no cost of a work but a slip of the pen."""


def read_amount(value: object) -> float | None:
    """A number as people write it, Dutch or English; ``None`` where it is none.

    A single separator before exactly three digits divides thousands. A number
    of ``LARGEST_AMOUNT`` or more, to either side of zero, counts as none.

    >>> read_amount("€ 1.234.567,89"), read_amount("1,234.5"), read_amount("310.000")
    (1234567.89, 1234.5, 310000.0)
    >>> read_amount("1,5 mln"), read_amount("250 k€"), read_amount("12,50"), read_amount("veel")
    (1500000.0, 250000.0, 12.5, None)
    >>> read_amount("$ 500") is None, read_amount(10**400) is None, read_amount("9" * 400) is None
    (True, True, True)
    """
    if isinstance(value, bool) or is_empty(value):
        return None
    number = value if isinstance(value, int | float) else _written_amount(value)
    if number is None or not abs(number) < LARGEST_AMOUNT:
        return None
    return float(number)


def _written_amount(value: object) -> float | None:
    text = str(value).strip()
    if _OTHER_CURRENCY.search(text):
        return None
    factor = 1.0
    for pattern, times in _TIMES:
        if pattern.search(text):
            text, factor = pattern.sub("", text), times
            break
    number = _plain_number(_CURRENCY.sub("", text).strip())
    return number * factor if number is not None else None


def names_other_currency(value: object) -> bool:
    """Whether an amount is in dollars, pounds ... and therefore not in euros."""
    return isinstance(value, str) and _OTHER_CURRENCY.search(value) is not None


def _plain_number(text: str) -> float | None:
    if not _DIGITS.match(text):
        return None
    text = re.sub(r"[' \u00a0\u202f]", "", text)
    last = max(text.rfind("."), text.rfind(","))
    if last >= 0:
        mark, other = text[last], "," if text[last] == "." else "."
        thousands = text.count(mark) > 1 or (other not in text and len(text) - last == 4)  # noqa: PLR2004 - three digits
        if thousands and not text.lstrip("-+").startswith("0"):
            text = text.replace(mark, "").replace(other, ".")
        else:
            text = text.replace(other, "").replace(mark, ".")
    try:
        return float(text)
    except ValueError:
        return None


def read_coordinate(value: object) -> float | None:
    """A coordinate; a comma is a decimal comma unless a point stands there too.

    >>> read_coordinate("155.000,5"), read_coordinate("52,160"), read_coordinate(" 4.49 ")
    (155000.5, 52.16, 4.49)
    """
    if isinstance(value, int | float) and not isinstance(value, bool):
        return float(value) if math.isfinite(value) else None
    text = str(value).strip()
    if text.count(",") + text.count(".") > 1:
        return _plain_number(text)
    try:
        return float(text.replace(",", "."))
    except ValueError:
        return None


def share(values: Sequence[object], yes: int) -> float:
    """``yes`` as a share of the values; 0 for none."""
    return yes / len(values) if values else 0.0
