"""Questions about fields that no column name leads to, from the values alone.

A file that calls its columns "kolom1" and "kolom2" still has names and
references. They are never taken, only asked.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence

from spatial.mapping.model import Question
from spatial.mapping.names import score_name
from spatial.mapping.profile import Profile
from spatial.mapping.questions import which_column

MOST_CANDIDATES = 4
FEW = 3
"""Filled cells below which values say nothing."""


def ask_by_values(profiles: Sequence[Profile], settled: Collection[str]) -> list[Question]:
    """Ask about names and words where nothing was found or asked.

    ``profiles`` are the columns that no field uses; ``settled`` the fields that
    were found, given or asked already.
    """
    telling = [p for p in profiles if len(p.values) >= FEW and not p.is_personal]
    asked: list[Question] = []
    for field, fits in _FITS.items():
        found = [p.column for p in telling if field not in settled and fits(p)]
        if found:
            asked.append(which_column(field, found[:MOST_CANDIDATES]))
    return asked


def _is_prose(profile: Profile) -> bool:
    """Words, neither numbers nor dates nor geometry."""
    half = 0.5
    return profile.number_share < half and profile.date_share < half and profile.notation is None


def _may_be_title(profile: Profile) -> bool:
    return _is_prose(profile) and profile.distinct_share >= 0.3 and 6 <= profile.mean_length <= 150  # noqa: PLR2004 - a name of a work


def _may_be_reference(profile: Profile) -> bool:
    short = profile.mean_length <= 24  # noqa: PLR2004 - letters of an identifier
    prose = any(" " in text for text in profile.texts)
    dates = profile.date_share > 0.9 and profile.number_share < 0.5  # noqa: PLR2004 - nearly all
    named_otherwise = set(score_name(profile.column)) - {"reference", "part"}
    return profile.distinct_share == 1 and short and not (prose or dates or named_otherwise)


def _may_be_facility(profile: Profile) -> bool:
    few = profile.distinct_share <= 0.5 or len(profile.values) < 10  # noqa: PLR2004 - a list of kinds
    return _is_prose(profile) and few and profile.hits("facility") >= 0.6  # noqa: PLR2004 - most


def _lists_terms(vocabulary: str, profile: Profile) -> bool:
    """A short list of words that nearly all belong to a vocabulary, and are no yes and no."""
    few = profile.distinct_share <= 0.2 or len(profile.values) < 10  # noqa: PLR2004 - a list of kinds
    words = 3 <= profile.mean_length <= 40 and len(profile.texts) > 1  # noqa: PLR2004 - letters
    return _is_prose(profile) and few and words and profile.hits(vocabulary) >= 0.8  # noqa: PLR2004 - nearly all


_FITS: Mapping[str, Callable[[Profile], bool]] = {
    "title": _may_be_title,
    "reference": _may_be_reference,
    "facility": _may_be_facility,
    "road_impact": lambda profile: _lists_terms("road_impact", profile),
    "planning_status": lambda profile: _lists_terms("planning_status", profile),
}
