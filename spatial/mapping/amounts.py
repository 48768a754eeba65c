"""Costs and durations: which columns, and in which unit."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from spatial.mapping.candidates import ACCEPTED, ASKED, SURE
from spatial.mapping.columns import names_other_currency
from spatial.mapping.model import Match, Question
from spatial.mapping.names import score_name, years_in_a_row
from spatial.mapping.profile import Profile
from spatial.mapping.questions import which_unit
from spatial.words.normalise import normalise

MOSTLY = 0.8
_YEAR = re.compile(r"(?<!\d)(20[0-9]{2})(?!\d)")
_THOUSAND = re.compile(
    r"(?:x|\*|in)\s*€?\s*(?:1[.,\s]?000|duizend|milliers|tausend)|k\s?€|€\s?k|\bk\s?eur|\bkeur|\btsd",
    re.IGNORECASE,
)
_MILLION = re.compile(
    r"(?:x|\*|in)\s*€?\s*(?:1[.,\s]?000[.,\s]?000|mln|miljoen|mio|million)|m\s?€|\bmln\b|\bmio\b",
    re.IGNORECASE,
)
_EURO = re.compile(r"€|\beur(?:o'?s?)?\b|_eur\b", re.IGNORECASE)
_OTHER = re.compile(
    r"\$|£|\b(?:usd|gbp|chf|dkk|sek|nok|dollars?|pounds?)\b|_(?:usd|gbp|chf)\b", re.IGNORECASE
)
_EUROPEAN_TEXT = """
kosten raming kostenraming investering investeringsbedrag investeringskosten bouwkosten
bedrag krediet projectkosten montant cout couts baukosten gesamtkosten kostenschatzung
investitionskosten geraamde totale
"""
_EUROPEAN = frozenset(_EUROPEAN_TEXT.split())
"""Words of the languages of the euro; "cost" and "budget" may as well be dollars."""
_COST_WORDS = _EUROPEAN | {"cost", "costs", "budget", "amount", "capex", "prijs"}
_DAYS = {
    1.0: ("dag", "dagen", "day", "days", "jour", "jours", "tag", "tage", "d"),
    7.0: ("week", "weken", "weeks", "semaine", "semaines", "woche", "wochen", "wk"),
    30.4: ("maand", "maanden", "month", "months", "mois", "monat", "monate", "mnd"),
    365.0: ("jaar", "jaren", "year", "years", "an", "ans", "annees", "jahr", "jahre"),
}
_UNIT_DAYS = {word: days for days, words in _DAYS.items() for word in words}


def propose_amounts(
    profiles: Sequence[Profile], decided: Mapping[str, Match | None]
) -> tuple[dict[str, Match], list[Question]]:
    """Cost as a whole, cost by year, and duration."""
    fields: dict[str, Match] = {}
    asked: list[Question] = []
    if "cost_eur" not in decided:
        _cost(profiles, fields, asked)
    _cost_by_year(profiles, fields, asked)
    if "duration_days" not in decided:
        _duration(profiles, fields, asked)
    return {k: v for k, v in fields.items() if k not in decided}, asked


def _euro_factor(column: str) -> float | None:
    """What an amount is multiplied by to be euros; ``None`` where the name does not say."""
    if _OTHER.search(column):
        return None
    if _MILLION.search(column):
        return 1e6
    if _THOUSAND.search(column):
        return 1e3
    if _EURO.search(column) or _EUROPEAN & set(normalise(column).split()):
        return 1.0
    return None


def _cost_score(column: str) -> float:
    """How well a name, without its unit, is that of a cost."""
    bare = column
    for unit in (_MILLION, _THOUSAND, _EURO):
        bare = unit.sub(" ", bare)
    return score_name(bare).get("cost_eur", 0.0)


def in_other_currency(profile: Profile) -> bool:
    """Whether a column of amounts is in dollars, pounds ..."""
    return _OTHER.search(profile.column) is not None or any(
        names_other_currency(v) for v in profile.values[:50]
    )


def _cost(profiles: Sequence[Profile], fields: dict[str, Match], asked: list[Question]) -> None:
    found = sorted(
        (
            (_cost_score(p.column), p)
            for p in profiles
            if _cost_score(p.column)
            and not _YEAR.search(p.column)
            and (not p.values or p.amount_share >= MOSTLY)
            and not in_other_currency(p)
        ),
        key=lambda t: -t[0],
    )
    told = [(s, p, _euro_factor(p.column) or _euro_in_values(p)) for s, p in found]
    known = [(s, p, f) for s, p, f in told if f is not None and s >= ACCEPTED]
    if known:
        score, profile, factor = known[0]
        how = "name and values"
        fields["cost_eur"] = Match(profile.column, round(min(SURE, score), 3), how, factor=factor)  # type: ignore[arg-type]  # a literal
    elif found and found[0][0] >= ASKED:
        asked.append(which_unit("cost_eur", [p.column for _, p in found[:5]]))


def _euro_in_values(profile: Profile) -> float | None:
    euros = any(isinstance(v, str) and _EURO.search(v) for v in profile.values[:50])
    return 1.0 if euros else None


def _cost_by_year(
    profiles: Sequence[Profile], fields: dict[str, Match], asked: list[Question]
) -> None:
    """Columns such as "raming 2027" or a row of bare years with amounts."""
    unsure: list[str] = []
    bare: dict[int, Profile] = {}
    for profile in profiles:
        year = _YEAR.search(profile.column)
        if year is None or profile.amount_share < MOSTLY or in_other_currency(profile):
            continue
        words = set(normalise(profile.column).split()) - {year[1]}
        factor = _euro_factor(profile.column)
        if factor is not None and words & (_COST_WORDS | {"eur", "euro"}):
            name = f"cost_eur_{year[1]}"
            fields[name] = Match(profile.column, 0.9, "name and values", factor=factor)
        elif words & _COST_WORDS:
            unsure.append(profile.column)
        elif not words:
            bare[int(year[1])] = profile
    if years_in_a_row(list(bare)):
        unsure.extend(p.column for p in bare.values())
    if unsure:
        asked.append(which_unit("cost_eur", unsure))


def _duration(profiles: Sequence[Profile], fields: dict[str, Match], asked: list[Question]) -> None:
    for profile in profiles:
        score = score_name(profile.column).get("duration_days", 0.0)
        if score < ACCEPTED or not profile.values:
            continue
        unit = next(
            (u for w in normalise(profile.column).split() if (u := _UNIT_DAYS.get(w))), None
        )
        if profile.number_share >= MOSTLY and unit is not None:
            fields["duration_days"] = Match(
                profile.column, round(min(SURE, score), 3), "name and values", factor=unit
            )
            return
        if profile.number_share >= MOSTLY:
            asked.append(which_unit("duration_days", [profile.column]))
            return
        if sum(read_duration(v) is not None for v in profile.values) >= MOSTLY * len(
            profile.values
        ):
            fields["duration_days"] = Match(
                profile.column, round(min(SURE, score), 3), "name and values"
            )
            return


_WITH_UNIT = re.compile(r"^\D{0,5}?(\d+(?:[.,]\d+)?)\s*([^\W\d_]+)\.?\s*$")


def read_duration(value: object) -> float | None:
    """Days that a cell names: "6 weken", "3 mois"; ``None`` where it has no unit we know.

    >>> read_duration("6 weken"), read_duration("ca. 10 dagen"), read_duration("lang")
    (42.0, 10.0, None)
    """
    match = _WITH_UNIT.match(str(value))
    if match is None:
        return None
    unit = _UNIT_DAYS.get(normalise(match[2]))
    return float(match[1].replace(",", ".")) * unit if unit is not None else None
