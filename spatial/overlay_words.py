"""Words for findings about one work and what surrounds it."""

from __future__ import annotations

from collections.abc import Sequence

from spatial import wording
from spatial.finding import WideText
from spatial.vocabulary import FACILITY, Language
from spatial.wide_words import joined

MOST_NAMES = 5
"""So many objects are named; the rest is counted."""
_SOFT = {
    "nl": " Dit plan ligt nog niet vast: gebruik dit als eerste signaal.",
    "en": " This plan is still soft: take this as a first sign.",
}


def the_work(text: WideText, language: Language) -> str:
    """The work and whose it is."""
    return wording.work(text.works[0], language)


def called(text: WideText, language: Language) -> str:
    """The title of the work; where it has none, what is worked on."""
    work = text.works[0]
    return work.title or FACILITY.title(work.facility, language)


def when(text: WideText, language: Language) -> str:
    """The days of the finding, from the first to the last."""
    return wording.period(text.start, text.end, language)


def remark(text: WideText, language: Language) -> str:
    """What the reader should know of how firm the work is; empty where it is firm."""
    return _SOFT[language] if wording.is_light(text.works[0]) else ""


def named(names: Sequence[str], language: Language, unnamed: str = "") -> str:
    """Names in a row, the first few; ``unnamed`` where there are none.

    >>> named(["5", "12"], "nl"), named([], "en", "a line")
    ('5 en 12', 'a line')
    >>> named([*"abcdefg"], "en")
    'a, b, c, d, e and 2 more'
    """
    if not names:
        return unnamed
    told = [*names[:MOST_NAMES]]
    more = len(names) - MOST_NAMES
    if more > 0:
        told.append(f"{more} andere" if language == "nl" else f"{more} more")
    return joined(told, language)


def counted(count: float, one: str, many: str, language: Language) -> str:
    """A number with its noun.

    >>> counted(1, "boom", "bomen", "nl"), counted(3, "tree", "trees", "en")
    ('1 boom', '3 trees')
    """
    return f"{wording.number(count, language)} {one if count == 1 else many}"
