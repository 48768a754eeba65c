"""O08: a heat network and sewer or gas in one street within a few years.

Exactly: other party, neither completed nor withdrawn; one work has facility
heat, the other sewer or gas; neither is a survey; shared length at least
``shared_length_m``; shared days, or at most ``gap_days`` between them. Period:
the shared days, else from the first day of the earlier to the last of the later
of the two nearest periods. Score: that of O02.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from spatial import wording
from spatial.bundling import (
    DRAWN_MARGIN_M,
    FADING,
    WORTH,
    common_period,
    faded,
    space_measures,
    worth,
)
from spatial.facts import COSTLY, Facts
from spatial.finding import Explanation, Hits, PairText
from spatial.measure import NEAR_M
from spatial.ordering import is_survey
from spatial.period import years
from spatial.rule import Kind, PairRule, Threshold
from spatial.traits import among
from spatial.vocabulary import ACTIVITY, FACILITY, Language
from spatial.work import Flags

HEAT = FACILITY.code("heat")
THRESHOLDS = (
    Threshold(
        "shared_length_m",
        50.0,
        "m",
        "[D]",
        "kleinste gedeelde lengte langs de straat",
        "least shared length along the street",
        0.001,
    ),
    Threshold(
        "gap_days",
        years(3),
        "d",
        "[D]",
        "grootste aantal dagen tussen de werken",
        "most days between the works",
        most=years(10),
    ),
    *WORTH,
    FADING,
)


@dataclass(frozen=True)
class HeatWithSewerOrGas(PairRule):
    """Other party, heat beside sewer or gas, enough shared length, not too far apart in time."""

    code: ClassVar[str] = "O08"
    version: ClassVar[int] = 1
    kind: ClassVar[Kind] = "opportunity"
    title_nl: ClassVar[str] = "Warmtenet met riool of gas"
    title_en: ClassVar[str] = "Heat with sewer or gas"
    condition_nl: ClassVar[str] = (
        "Een partij werkt aan warmte, een andere aan riool of gas (geen onderzoek), met ten minste "
        "50 m gedeelde lengte en ten hoogste 1.095 dagen tussen de werken."
    )
    condition_en: ClassVar[str] = (
        "One party works on heat, another on sewer or gas (no survey), with at least 50 m of "
        "shared length and at most 1,095 days between the works."
    )
    order_nl: ClassVar[str] = "eerst het werk aan warmte, dan dat aan riool of gas"
    order_en: ClassVar[str] = "first the work on heat, then the one on sewer or gas"
    source: ClassVar[str] = "[S] DWA, wijkuitvoeringsplan; numbers [D]"
    needs: ClassVar[frozenset[str]] = COSTLY
    solves: ClassVar[frozenset[str]] = frozenset({"B01", "B02", "B04"})

    thresholds: tuple[Threshold, ...] = THRESHOLDS

    @property
    def reach_m(self) -> float:
        """As O01."""
        return NEAR_M

    @property
    def reach_days(self) -> int:
        """The largest gap."""
        return int(self.value("gap_days"))

    def wants(self, facts: Facts) -> Flags:
        """Two parties, heat with sewer or gas, near enough in time."""
        works = facts.subject.works
        a, b = works.facility[facts.first], works.facility[facts.second]
        both = (a == HEAT) & among(b, FACILITY, ("sewer", "gas"))
        both |= among(a, FACILITY, ("sewer", "gas")) & (b == HEAT)
        wanted: Flags = facts.other_party & facts.active & both
        wanted &= facts.time.gap_days <= self.value("gap_days")
        return wanted & ~is_survey(works, facts.first) & ~is_survey(works, facts.second)

    def hits(self, facts: Facts) -> Hits:
        """Pairs with enough length in common, heat first."""
        enough = facts.shared_length_m >= self.value("shared_length_m")
        row = np.flatnonzero(self.wants(facts) & enough)
        first, second = facts.first[row], facts.second[row]
        ahead = facts.subject.works.facility[first] == HEAT
        saving, score = worth(self, facts, row)
        start, end = common_period(facts, row)
        margin = np.full(len(row), DRAWN_MARGIN_M)
        return Hits(
            row=row,
            first=np.where(ahead, first, second),
            second=np.where(ahead, second, first),
            start=start,
            end=end,
            score=np.round(score * faded(self, facts.time.gap_days[row]), 1),
            measures=space_measures(facts, row) | {"saving_eur": saving},
            margin_first_m=margin,
            margin_second_m=margin,
        )

    def explain(self, text: PairText) -> Explanation:
        """Which works, how far apart in time, over which length, and what that saves."""
        m = text.measures
        shared = m["shared_length_m"], m["shared_area_m2"]
        return Explanation(
            title_nl=f"Warmte samen met {_other(text, 'nl')}: {wording.both(text, 'nl')}",
            title_en=f"Heat together with {_other(text, 'en')}: {wording.both(text, 'en')}",
            nl=(
                f"{_what(text, 'nl')} vallen {_apart_nl(m)} "
                f"({wording.period(text.start, text.end, 'nl')}) en delen "
                f"{wording.extent(*shared, 'nl')} van de straat: "
                f"{wording.work(text.first, 'nl')} en {wording.work(text.second, 'nl')}. "
                "Eén keer openbreken scheelt naar schatting "
                f"{wording.euros(m['saving_eur'], 'nl')}.{wording.remarks(text, 'nl')}"
            ),
            en=(
                f"{_what(text, 'en')} fall {_apart_en(m)} "
                f"({wording.period(text.start, text.end, 'en')}) and share "
                f"{wording.extent(*shared, 'en')} of the street: "
                f"{wording.work(text.first, 'en')} and {wording.work(text.second, 'en')}. "
                "Opening it once saves an estimated "
                f"{wording.euros(m['saving_eur'], 'en')}.{wording.remarks(text, 'en')}"
            ),
        )


def _other(text: PairText, language: Language) -> str:
    return FACILITY.title(text.second.facility, language)


def _what(text: PairText, language: Language) -> str:
    """Both works by what is done: "Warmte (aanleg) en riool (vervanging)"."""
    heat, other = (
        f"{FACILITY.title(side.facility, language)} ({ACTIVITY.title(side.activity, language)})"
        for side in (text.first, text.second)
    )
    return f"{heat} {'en' if language == 'nl' else 'and'} {other}".capitalize()


def _apart_nl(m: dict[str, float]) -> str:
    if m["shared_days"]:
        return f"{wording.days(m['shared_days'], 'nl')} samen"
    return f"{wording.days(m['gap_days'], 'nl')} na elkaar"


def _apart_en(m: dict[str, float]) -> str:
    if m["shared_days"]:
        return f"together for {wording.days(m['shared_days'], 'en')}"
    return f"{wording.days(m['gap_days'], 'en')} apart"


RULE = HeatWithSewerOrGas()
