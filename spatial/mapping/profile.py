"""What the values of a column look like."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC
from functools import cached_property

from spatial.dates import Habit, Reading, habit_of, read
from spatial.geometry_text import Notation, notation
from spatial.mapping.columns import clean_text, filled, read_amount, read_coordinate, share
from spatial.mapping.names import date_name, score_name
from spatial.words import find, normalise

SAMPLE = 1_000
"""Filled cells that are looked at."""
_MAIL = re.compile(r"^\s*[\w.+-]+@[\w-]+(?:\.[\w-]+)+\s*$")
_PHONE = re.compile(r"^\s*(?:\+|00|0)\d[\d\s().-]{7,14}\d\s*$")
_PERSONAL_NAMES_TEXT = """
email mail telefoon telefoonnummer telephone tel phone mobiel mobile gsm fax contact
contactpersoon contactpersonen contactgegevens contactname projectleider projectmanager
projektleiter projektleitung bauleiter opzichter aanspreekpunt ansprechpartner kontakt
sachbearbeiter courriel bsn geboortedatum auteur author editeur editor behandelaar
toezichthouder
"""
PERSONAL_NAMES = frozenset(_PERSONAL_NAMES_TEXT.split())
PERSONAL_PHRASES = (
    "last edited user",
    "created user",
    "e mail",
    "project leider",
    "project manager",
    "projet chef",
    "chef de projet",
    "naam contact",
    "created by",
    "modified by",
)


@dataclass(frozen=True)
class Profile:
    """A column of a sample: its name and its filled cells."""

    column: str
    values: Sequence[object]
    rows: int

    @classmethod
    def of(cls, column: str, values: Sequence[object]) -> Profile:
        """The profile of a column."""
        return cls(column, filled(values, SAMPLE), len(values))

    @cached_property
    def texts(self) -> Counter[str]:
        """How often each cell occurs, as text."""
        return Counter(t for t in (clean_text(v) for v in self.values) if t is not None)

    @cached_property
    def distinct_share(self) -> float:
        """Distinct cells as a share of the filled ones; 1 where each occurs once."""
        return len(self.texts) / max(1, len(self.values))

    @cached_property
    def mean_length(self) -> float:
        """Mean length of the cells as text."""
        return sum(len(t) * n for t, n in self.texts.items()) / max(1, self.texts.total())

    @cached_property
    def number_share(self) -> float:
        """Share of cells that are numbers."""
        yes = sum(read_coordinate(v) is not None for v in self.values)
        return share(self.values, yes)

    @cached_property
    def amount_share(self) -> float:
        """Share of cells that are amounts."""
        return share(self.values, sum(read_amount(v) is not None for v in self.values))

    @cached_property
    def readings(self) -> list[Reading]:
        """The cells read as dates, without regard to the time zone."""
        seen: dict[str, Reading] = {}
        out: list[Reading] = []
        for value in self.values:
            key = f"{type(value).__name__} {value}"
            if key not in seen:
                seen[key] = read(value, UTC, clock="date")
            out.append(seen[key])
        return out

    @cached_property
    def date_share(self) -> float:
        """Share of cells that are dates, periods or fillers for a date."""
        yes = sum(r.problem in (None, "sentinel", "impossible") for r in self.readings)
        return share(self.readings, yes)

    @cached_property
    def span_share(self) -> float:
        """Share of cells that name a beginning and an end."""
        return share(self.readings, sum(r.problem is None and not r.single for r in self.readings))

    @cached_property
    def habit(self) -> Habit:
        """How the column writes its dates."""
        return habit_of(self.values)

    @cached_property
    def notation(self) -> Notation | None:
        """The notation of geometry in the cells."""
        return notation(list(self.values[:100]))

    def hits(self, vocabulary: str) -> float:
        """Share of cells that name a term of a vocabulary."""
        yes = sum(n for text, n in self.texts.items() if find(vocabulary, text[:200]) is not None)
        return yes / max(1, self.texts.total())

    @cached_property
    def is_personal(self) -> bool:
        """Whether the column holds personal data: names of contacts, mail, telephone."""
        plain = normalise(self.column)
        if any(w in PERSONAL_NAMES for w in plain.split()):
            return True
        if any(phrase in plain for phrase in PERSONAL_PHRASES):
            return True
        texts = [v[:200] for v in self.values if isinstance(v, str)]
        mails = sum(_MAIL.match(t) is not None for t in texts)
        return share(texts, mails) >= 0.3 or self._holds_phones(texts)  # noqa: PLR2004 - share

    def _holds_phones(self, texts: Sequence[str]) -> bool:
        """Whether nearly all texts look like telephone numbers and like nothing else.

        A day such as "01-04-2031" and a reference such as "0012-2031-44" have the
        letters of a telephone number, so dates and columns whose name leads to one
        of our fields are left alone.
        """
        phones = sum(_PHONE.match(t) is not None for t in texts)
        if share(texts, phones) < 0.9:  # noqa: PLR2004 - nearly all
            return False
        named = date_name(self.column) is not None or bool(score_name(self.column))
        return not named and self.date_share < 0.5  # noqa: PLR2004 - half
