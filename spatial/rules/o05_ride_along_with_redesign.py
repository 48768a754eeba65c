"""O05: a dig that can ride along with a street that opens anyway.

Exactly: other party, neither completed nor withdrawn; A renews the surface, B
digs; in space as O01 (shared length at least ``shared_length_m`` or shared area
at least ``shared_area_m2``); the first day of B lies at most ``before_days``
before the first day of A, and at most ``after_days`` after the day on which A
has ended (the day after its last day). First and last days are those of all
periods of a work together. Both directions are tested; where either could ride
along with the other, the one that starts first is A. Period: that of A. Score:
that of O02, with the gap between the works.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from spatial import wording
from spatial.bundling import (
    DRAWN_MARGIN_M,
    FADING,
    SPACE,
    WORTH,
    enough_in_common,
    faded,
    space_measures,
    worth,
)
from spatial.facts import COSTLY, Facts
from spatial.finding import Explanation, Hits, PairText
from spatial.measure import NEAR_M
from spatial.period import years
from spatial.rule import Kind, PairRule, Threshold
from spatial.vocabulary import ACTIVITY, Language
from spatial.work import Flags, Keys

THRESHOLDS = (
    *SPACE,
    Threshold(
        "before_days",
        years(5),
        "d",
        "[S] Rotterdam; Chicago; numbers [D]",
        "zoveel dagen mag het graven vóór het begin van de vernieuwing gepland staan",
        "by how many days the dig may be planned before the start of the renewal",
        most=years(10),
    ),
    Threshold(
        "after_days",
        years(5),
        "d",
        "[S] Rotterdam; Chicago; numbers [D]",
        "zoveel dagen mag het graven na het einde van de vernieuwing gepland staan",
        "by how many days the dig may be planned after the end of the renewal",
        most=years(10),
    ),
    *WORTH,
    FADING,
)


@dataclass(frozen=True)
class RideAlongWithRedesign(PairRule):
    """Other party, A renews the surface, B digs in the same street within some years."""

    code: ClassVar[str] = "O05"
    version: ClassVar[int] = 1
    kind: ClassVar[Kind] = "opportunity"
    title_nl: ClassVar[str] = "Meeliften op herinrichting"
    title_en: ClassVar[str] = "Ride along with redesign"
    condition_nl: ClassVar[str] = (
        "Een partij vernieuwt het oppervlak van een straat (A), een andere graaft er (B), met ten "
        "minste 25 m gedeelde lengte of 50 m² gedeelde oppervlakte. B begint ten hoogste 1.826 "
        "dagen voordat A begint en ten hoogste 1.826 dagen nadat A klaar is."
    )
    condition_en: ClassVar[str] = (
        "One party renews the surface of a street (A), another digs there (B), with at least 25 m "
        "of shared length or 50 m² of shared area. B starts at most 1,826 days before A starts "
        "and at most 1,826 days after A has ended."
    )
    order_nl: ClassVar[str] = "eerst het werk dat het oppervlak vernieuwt (A), dan het gravende (B)"
    order_en: ClassVar[str] = "first the work that renews the surface (A), then the digging one (B)"
    source: ClassVar[str] = "[S] Rotterdam; Chicago; City Deal Openbare Ruimte"
    needs: ClassVar[frozenset[str]] = COSTLY
    solves: ClassVar[frozenset[str]] = frozenset({"B01", "B02", "B04"})

    thresholds: tuple[Threshold, ...] = THRESHOLDS

    @property
    def reach_m(self) -> float:
        """As O01."""
        return NEAR_M

    @property
    def reach_days(self) -> int:
        """The dig lies at most so long before the start or after the end of the renewal."""
        return int(max(self.value("before_days"), self.value("after_days")))

    def wants(self, facts: Facts) -> Flags:
        """Either direction fits by what the works do and when."""
        return self._fits(facts, facts.first, facts.second) | self._fits(
            facts, facts.second, facts.first
        )

    def _fits(self, facts: Facts, carrier: Keys, rider: Keys) -> Flags:
        """Where the rider can ride along with the carrier, by the cheap facts."""
        traits, works = facts.subject.traits, facts.subject.works
        fits = facts.other_party & facts.active
        fits &= traits.renews_surface[carrier] & traits.digs[rider]
        start = works.start[rider]
        fits &= start >= works.start[carrier] - self.value("before_days")
        fits &= start <= works.end[carrier] + self.value("after_days")
        return fits

    def hits(self, facts: Facts) -> Hits:
        """Pairs with enough in common, the surface work first."""
        row = np.flatnonzero(self.wants(facts) & enough_in_common(self, facts))
        ahead = self._fits(facts, facts.first, facts.second)[row]
        first, second = facts.first[row], facts.second[row]
        carrier, rider = np.where(ahead, first, second), np.where(ahead, second, first)
        works = facts.subject.works
        saving, score = worth(self, facts, row)
        margin = np.full(len(row), DRAWN_MARGIN_M)
        return Hits(
            row=row,
            first=carrier,
            second=rider,
            start=works.start[carrier],
            end=works.end[carrier],
            score=np.round(score * faded(self, facts.time.gap_days[row]), 1),
            measures=space_measures(facts, row) | {"saving_eur": saving},
            margin_first_m=margin,
            margin_second_m=margin,
        )

    def explain(self, text: PairText) -> Explanation:
        """Which street opens anyway, who can ride along, and what that saves."""
        m = text.measures
        shared = m["shared_length_m"], m["shared_area_m2"]
        return Explanation(
            title_nl=f"Meeliften: {wording.both(text, 'nl')}",
            title_en=f"Ride along: {wording.both(text, 'en')}",
            nl=(
                f"De straat gaat {wording.period(text.start, text.end, 'nl')} toch open voor "
                f"{wording.work(text.first, 'nl')} ({_activity(text, 'nl')}); "
                f"{wording.work(text.second, 'nl')}{_when(text, 'nl')}, kan meeliften over "
                f"{wording.extent(*shared, 'nl')}. Dat scheelt naar schatting "
                f"{wording.euros(m['saving_eur'], 'nl')}.{wording.remarks(text, 'nl')}"
            ),
            en=(
                f"The street opens anyway {wording.period(text.start, text.end, 'en')} for "
                f"{wording.work(text.first, 'en')} ({_activity(text, 'en')}); "
                f"{wording.work(text.second, 'en')}{_when(text, 'en')}, can ride along over "
                f"{wording.extent(*shared, 'en')}. That saves an estimated "
                f"{wording.euros(m['saving_eur'], 'en')}.{wording.remarks(text, 'en')}"
            ),
        )


def _activity(text: PairText, language: Language) -> str:
    return ACTIVITY.title(text.first.activity, language)


def _when(text: PairText, language: Language) -> str:
    """When the dig is planned now, and how far that is from the renewal."""
    period = wording.period(text.second.start, text.second.end, language)
    gap = text.measures["gap_days"]
    if language == "nl":
        away = f", {wording.days(gap, 'nl')} ertussen" if gap else ""
        return f", nu gepland {period}{away}"
    away = f" with {wording.days(gap, 'en')} between" if gap else ""
    return f", now planned {period}{away}"


RULE = RideAlongWithRedesign()
