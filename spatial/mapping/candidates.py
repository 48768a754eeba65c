"""How well a column fits a field, from its name and its values together."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import NamedTuple

from spatial.fields import TERM_FIELDS, TEXT_FIELDS
from spatial.mapping.codes import codes_for
from spatial.mapping.model import How
from spatial.mapping.names import score_name
from spatial.mapping.profile import Profile
from spatial.names import guess_kind

ACCEPTED = 0.7
"""From this confidence on a column is taken; between it and ASKED it is asked."""
ASKED = 0.4
WITHOUT_VALUES = 0.92
ALL_EMPTY = 0.75
"""A column without a single value loses to any that has some."""
LONG_TEXT = 60
SURE = 0.99


class Candidate(NamedTuple):
    """A column that may fill a field."""

    field: str
    column: str
    confidence: float
    how: How


def candidates(profiles: Sequence[Profile]) -> list[Candidate]:
    """Every column for every text and term field that it may fill, surest first."""
    columns = [p.column for p in profiles]
    found = [
        Candidate(field, profile.column, round(min(SURE, score * factor), 3), how)
        for profile in profiles
        for field, score in score_name(profile.column).items()
        if field in TEXT_FIELDS or field in TERM_FIELDS
        for factor, how in [_factor(field, profile, columns)]
        if score * factor >= ASKED
    ]
    return sorted(found, key=lambda c: -c.confidence)


def _factor(field: str, profile: Profile, columns: Sequence[str]) -> tuple[float, How]:
    if not profile.values:
        return (ALL_EMPTY if profile.rows else WITHOUT_VALUES), "name"
    if field in TERM_FIELDS:
        known = codes_for(field, profile.column, columns)
        if known and set(profile.texts) <= set(known):
            return 1.0, "name and values"
        return _term_factor(field, profile), "name and values"
    return _TEXT_FACTORS[field](profile), "name and values"


def _term_factor(field: str, profile: Profile) -> float:
    """By the share of cells whose words we know."""
    if profile.number_share > 0.5 or profile.notation is not None:  # noqa: PLR2004 - half
        return 0.5
    hits = profile.hits(field)
    free = field in ("facility", "activity", "excavation")
    for least, factor in ((0.5, 1.0), (0.2, 0.9 if free else 0.8), (0.01, 0.75 if free else 0.6)):
        if hits >= least:
            return factor
    return 0.5


def _reference(profile: Profile) -> float:
    if profile.mean_length > LONG_TEXT or profile.notation is not None:
        return 0.2
    if profile.date_share > 0.9 and profile.number_share < 0.5:  # noqa: PLR2004 - dates
        return 0.3
    for least, factor in ((0.95, 1.0), (0.4, 0.9), (0.1, 0.75)):
        if profile.distinct_share >= least:
            return factor
    return 0.45


def _organisation(profile: Profile) -> float:
    if profile.number_share > 0.5 or profile.notation is not None:  # noqa: PLR2004 - half
        return 0.3
    if profile.mean_length > 1.5 * LONG_TEXT:
        return 0.5
    if score_name(profile.column)["organisation"] > 0.55:  # noqa: PLR2004 - a client, not a contractor
        return 1.0
    # A contractor, or a municipality: only where the values are clients themselves.
    owners = sum(n for text, n in profile.texts.items() if guess_kind(text) in _OWNERS)
    return 1.45 if owners >= 0.4 * profile.texts.total() and _is_contractor(profile) else 1.0


_OWNERS = ("network_operator", "municipality", "water_board", "province", "state")


def _is_contractor(profile: Profile) -> bool:
    return score_name(profile.column)["organisation"] >= 0.45  # noqa: PLR2004 - above "gemeente"


def _title(profile: Profile) -> float:
    if profile.notation is not None or profile.date_share > 0.9:  # noqa: PLR2004 - nearly all
        return 0.3
    if profile.number_share > 0.5:  # noqa: PLR2004 - half
        return 0.4
    if profile.mean_length > 5 * LONG_TEXT:
        return 0.6
    return 1.0 if profile.distinct_share > 0.05 or len(profile.values) < 50 else 0.8  # noqa: PLR2004 - a title tells works apart


def _description(profile: Profile) -> float:
    if profile.notation is not None or profile.number_share > 0.5:  # noqa: PLR2004 - half
        return 0.3
    return 0.9 + 0.1 * min(1.0, profile.mean_length / 150)  # of two, the longer describes


def _short_text(profile: Profile) -> float:
    return 1.0 if profile.mean_length <= LONG_TEXT else 0.4


_TEXT_FACTORS: Mapping[str, Callable[[Profile], float]] = {
    "reference": _reference,
    "part": _short_text,
    "title": _title,
    "description": _description,
    "organisation": _organisation,
    "department": _short_text,
}
