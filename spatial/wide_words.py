"""Words for findings about any number of works: lists of works, streets, quarters."""

from __future__ import annotations

from collections.abc import Sequence

from spatial import wording
from spatial.finding import WideText, WorkText
from spatial.period import day
from spatial.vocabulary import Language

TOLD = 5
"""So many works are named; the rest is counted."""


def joined(parts: Sequence[str], language: Language) -> str:
    """Words in a row as a sentence has them.

    >>> joined(["a", "b", "c"], "nl"), joined(["a"], "en"), joined(["a", "b"], "en")
    ('a, b en c', 'a', 'a and b')
    """
    if len(parts) < 2:  # noqa: PLR2004 -- one needs no "and"
        return "".join(parts)
    return f"{', '.join(parts[:-1])} {'en' if language == 'nl' else 'and'} {parts[-1]}"


def listed(works: Sequence[WorkText], language: Language) -> str:
    """The first few works with whose they are, and how many more there are."""
    named = [wording.work(w, language) for w in works[:TOLD]]
    more = len(works) - TOLD
    if more > 0:
        count = wording.number(more, language)
        named.append(f"{count} andere" if language == "nl" else f"{count} more")
    return joined(named, language)


def street(text: WideText, language: Language) -> str:
    """The name of the street, or words for one without."""
    unnamed = "Een straat zonder naam" if language == "nl" else "A street without a name"
    return str(text.told.get("street") or unnamed)


def area(text: WideText, language: Language) -> str:
    """The name of the area, or words for one without."""
    unnamed = "een gebied zonder naam" if language == "nl" else "an area without a name"
    return str(text.told.get("area") or unnamed)


def quarter(first_day: int, language: Language) -> str:
    """The quarter of a day.

    >>> quarter(20454, "nl"), quarter(20454, "en")
    ('het eerste kwartaal van 2026', 'the first quarter of 2026')
    """
    at = day(first_day)
    number = (at.month - 1) // 3
    if language == "nl":
        return f"het {('eerste', 'tweede', 'derde', 'vierde')[number]} kwartaal van {at.year}"
    return f"the {('first', 'second', 'third', 'fourth')[number]} quarter of {at.year}"


def quarters(text: WideText, language: Language) -> str:
    """The quarters of a finding, from the first to the last, as "in ..." follows.

    >>> quarters(WideText((), 20454, 20454 + 181, {}, {}), "en")
    'the first quarter of 2026 up to and including the second quarter of 2026'
    """
    first, last = quarter(text.start, language), quarter(text.end - 1, language)
    if first == last:
        return first
    return f"{first} t/m {last}" if language == "nl" else f"{first} up to and including {last}"


def capital(words: str) -> str:
    """The same with a capital first; the rest as it is.

    >>> capital("een Straat")
    'Een Straat'
    """
    return words[:1].upper() + words[1:]
