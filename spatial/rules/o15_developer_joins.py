"""O15: a development beside a work in the street, so that the developer may join.

Exactly: other party, neither completed nor withdrawn; one work has facility
development (the area of a third party) and is not a survey; the other opens the
surface; footprints at most ``near_m`` apart; shared days, or at most
``gap_days`` between them. Period: the shared days, else from the first day of
the earlier to the last of the later of the two nearest periods. Score: base x
nearness x time x p (:func:`spatial.bundling.moment_score`). Development sites
of the layer are the part of :mod:`spatial.site_beside_works`.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from spatial import wording
from spatial.bundling import (
    DRAWN_MARGIN_M,
    MOMENT,
    common_period,
    moment_score,
    time_measures,
)
from spatial.facts import Facts, Subject
from spatial.finding import Explanation, Hits, PairText
from spatial.ordering import is_survey
from spatial.period import years
from spatial.rule import Kind, PairRule, Search, Threshold
from spatial.site_beside_works import SiteBesideWorks
from spatial.vocabulary import FACILITY
from spatial.work import Flags, Keys, Works

THRESHOLDS = (
    Threshold(
        "near_m",
        50.0,
        "m",
        "[D]",
        "grootste afstand tussen de ontwikkeling en het werk",
        "largest distance between the development and the work",
        most=50.0,
    ),
    Threshold(
        "gap_days",
        years(2),
        "d",
        "[D]",
        "grootste aantal dagen tussen de ontwikkeling en het werk",
        "most days between the development and the work",
        most=years(10),
    ),
    *MOMENT,
)


@dataclass(frozen=True)
class DeveloperJoins(PairRule):
    """Other party, a development near a work that opens the surface."""

    code: ClassVar[str] = "O15"
    version: ClassVar[int] = 1
    kind: ClassVar[Kind] = "opportunity"
    title_nl: ClassVar[str] = "Ontwikkelaar haakt aan"
    title_en: ClassVar[str] = "Developer joins"
    condition_nl: ClassVar[str] = (
        "Een ontwikkeling van een derde partij (een werk, geen onderzoek, of een "
        "ontwikkellocatie) ligt ten hoogste 50 m van een werk van een andere partij dat het "
        "oppervlak opent, met ten hoogste 730 dagen ertussen."
    )
    condition_en: ClassVar[str] = (
        "A development of a third party (a work that is no survey, or a development site) lies at "
        "most 50 m from a work of another party that opens the surface, with at most 730 days "
        "between them."
    )
    order_nl: ClassVar[str] = "eerst de ontwikkeling, dan het werk in de straat"
    order_en: ClassVar[str] = "first the development, then the work in the street"
    source: ClassVar[str] = "[S] KLO; London IMA; numbers [D]"
    needs: ClassVar[frozenset[str]] = frozenset({"distance_m"})

    thresholds: tuple[Threshold, ...] = THRESHOLDS

    @property
    def companion(self) -> SiteBesideWorks:
        """What lies there already."""
        return SiteBesideWorks(self.thresholds)

    @property
    def reach_m(self) -> float:
        """The largest distance."""
        return self.value("near_m")

    @property
    def reach_days(self) -> int:
        """The largest gap."""
        return int(self.value("gap_days"))

    def searches(self, subject: Subject) -> tuple[Search, ...]:
        """Around the few developments alone."""
        works = subject.works
        areas = _develops(works, np.arange(len(works)))
        return (Search(self.reach_m, self.reach_days, areas),)

    def wants(self, facts: Facts) -> Flags:
        """Two parties, a development and a work in the street, near enough in time."""
        works, opens = facts.subject.works, facts.subject.traits.opens_surface
        both = _develops(works, facts.first) & opens[facts.second]
        both |= opens[facts.first] & _develops(works, facts.second)
        near: Flags = facts.time.gap_days <= self.value("gap_days")
        return facts.other_party & facts.active & both & near

    def hits(self, facts: Facts) -> Hits:
        """Pairs near enough, the development first."""
        row = np.flatnonzero(self.wants(facts) & (facts.distance_m <= self.value("near_m")))
        first, second = facts.first[row], facts.second[row]
        ahead = _develops(facts.subject.works, first)
        start, end = common_period(facts, row)
        margin = np.full(len(row), DRAWN_MARGIN_M)
        return Hits(
            row=row,
            first=np.where(ahead, first, second),
            second=np.where(ahead, second, first),
            start=start,
            end=end,
            score=moment_score(self, facts, row, self.value("near_m")),
            measures=time_measures(facts, row),
            margin_first_m=margin,
            margin_second_m=margin,
        )

    def explain(self, text: PairText) -> Explanation:
        """What is built when, which work lies how near, and how far apart in time."""
        m = text.measures
        return Explanation(
            title_nl=f"Ontwikkelaar kan aanhaken: {wording.both(text, 'nl')}",
            title_en=f"Developer may join: {wording.both(text, 'en')}",
            nl=(
                f"{wording.work(text.first, 'nl')} heeft "
                f"{wording.period(text.first.start, text.first.end, 'nl')} aansluitingen en een "
                f"ingerichte straat nodig; {wording.work(text.second, 'nl')} opent de straat "
                f"{wording.near(m['distance_m'], 'nl')} en is "
                f"{wording.together_or_apart(m, 'nl')}. Vraag of de ontwikkelaar aanhaakt."
                f"{wording.remarks(text, 'nl')}"
            ),
            en=(
                f"{wording.work(text.first, 'en')} needs connections and a finished street "
                f"{wording.period(text.first.start, text.first.end, 'en')}; "
                f"{wording.work(text.second, 'en')} opens the street "
                f"{wording.near(m['distance_m'], 'en')} and is "
                f"{wording.together_or_apart(m, 'en')}. Ask whether the developer joins."
                f"{wording.remarks(text, 'en')}"
            ),
        )


def _develops(works: Works, rows: Keys) -> Flags:
    development: Flags = works.facility[rows] == FACILITY.code("development")
    return development & ~is_survey(works, rows)


RULE = DeveloperJoins()
