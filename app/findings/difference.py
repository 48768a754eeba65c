"""What changed about a finding, in words."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any

from spatial import wording
from spatial.period import day_number
from spatial.vocabulary import Language

NAMES = {
    "start": ("eerste dag", "first day"),
    "end": ("laatste dag", "last day"),
    "score": ("score", "score"),
    "distance_m": ("afstand", "distance"),
    "shared_area_m2": ("gedeelde oppervlakte", "shared area"),
    "shared_length_m": ("gedeelde lengte", "shared length"),
    "shared_days": ("gedeelde dagen", "shared days"),
    "gap_days": ("dagen ertussen", "days between"),
    "shift_days": ("te schuiven dagen", "days to shift"),
    "saving_eur": ("besparing", "saving"),
    "assigned_to": ("toegewezen aan", "assigned to"),
    "snoozed_until": ("uit beeld tot", "out of sight until"),
}
DAYS = {"start", "end", "snoozed_until"}
UNITS = {"_m2": "m²", "_m": "m"}
NONE = ("geen", "none")
ALL = "all"
PARTS = {
    frozenset({"place"}): ("ligt anders", "moved"),
    frozenset({"attributes"}): ("kreeg andere gegevens of dagen", "got other facts or days"),
    frozenset({"place", "attributes"}): (
        "ligt anders en kreeg andere gegevens of dagen",
        "moved and got other facts or days",
    ),
}


def in_words(difference: Mapping[str, Any], titles: Mapping[str, str], language: Language) -> str:
    """A difference as people tell it; empty where there is none.

    ``difference`` has old and new value by name, and under ``works`` what
    changed of which work; ``titles`` has the titles of works by their id.

    >>> in_words({"end": ["2028-05-31", "2028-06-30"], "shared_days": [61.0, 91.0],
    ...           "works": {"w1": ["attributes"]}}, {"w1": "Riool Dorpsstraat"}, "nl")
    '“Riool Dorpsstraat” kreeg andere gegevens of dagen; laatste dag: 31 mei 2028 → 30 juni 2028; \
gedeelde dagen: 61 dagen (ongeveer 2 maanden) → 91 dagen (ongeveer 3 maanden)'
    >>> in_words({"distance_m": [None, 12.34]}, {}, "en")
    'distance: none → 12.3 m'
    """
    at = 0 if language == "nl" else 1
    told = [*_of_works(difference.get("works", {}), titles, at)]
    for name, value in difference.items():
        if name != "works":
            label = NAMES[name][at] if name in NAMES else name
            before, after = (_value(name, v, language) for v in value)
            told.append(f"{label}: {before} → {after}")
    return "; ".join(told)


def _of_works(
    changed: Mapping[str, list[str]], titles: Mapping[str, str], at: int
) -> Iterator[str]:
    for work, parts in changed.items():
        who = ("het geheel van de werken", "the works together")[at]
        if work != ALL:
            title = titles.get(work, "")
            who = f"“{title}”" if title else ("een werk", "a work")[at]
        yield f"{who} {PARTS[frozenset(parts)][at]}"


def _value(name: str, value: Any, language: Language) -> str:
    if value is None:
        return NONE[0 if language == "nl" else 1]
    if name in DAYS:
        return wording.date(day_number(date.fromisoformat(value)), language)
    if isinstance(value, str):
        return value
    if name.endswith("_days"):
        return wording.days(value, language)
    if name.endswith("_eur"):
        return wording.euros(value, language)
    unit = next((unit for end, unit in UNITS.items() if name.endswith(end)), "")
    return f"{wording.number(value, language, 1)} {unit}".strip()
