"""B04: what lies deep is planned after what lies above it.

Exactly: other party, neither completed nor withdrawn; A lies wholly before B
(no shared day; by the two nearest periods) although the rank of A is higher
than that of B (see the ranks among the thresholds; every relocation has the
rank of relocation; facilities without a rank take no part); A is not a survey
and B opens the surface; in space as O01 (shared length at least
``shared_length_m`` or shared area at least ``shared_area_m2``); and either at
most ``within_days`` lie between them, or both are in one accepted bundle and at
most ``bundle_days`` lie between them. Period: that of B nearest to A. Score:
base x exposure x p, with exposure 0.5 to 1 by the number of ranks between them.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from spatial import wording
from spatial.bundling import DRAWN_MARGIN_M, SPACE, enough_in_common, space_measures
from spatial.facts import COSTLY, Facts
from spatial.finding import Explanation, Hits, PairText
from spatial.measure import NEAR_M
from spatial.ordering import RANKS, is_survey, ranks
from spatial.period import years
from spatial.rule import Kind, PairRule, Threshold
from spatial.shifting import facing, roles
from spatial.vocabulary import FACILITY
from spatial.work import Flags, Floats, Keys

THRESHOLDS = (
    *SPACE,
    *RANKS,
    Threshold(
        "within_days",
        years(1),
        "d",
        "[D]",
        "grootste aantal dagen tussen de werken",
        "most days between the works",
        most=years(10),
    ),
    Threshold(
        "bundle_days",
        years(5),
        "d",
        "[D]",
        "grootste aantal dagen tussen werken van één aanvaarde bundel",
        "most days between works of one accepted bundle",
        most=years(10),
    ),
    Threshold(
        "base_score",
        60.0,
        "points",
        "[D]",
        "score bij de grootste omkering",
        "score of the largest inversion",
        most=100.0,
    ),
    Threshold(
        "full_ranks",
        4.0,
        "ranks",
        "[D]",
        "verschil in rang dat de volle score geeft",
        "difference of ranks that gives the full score",
        1.0,
    ),
)


@dataclass(frozen=True)
class WrongOrder(PairRule):
    """Other party, one street, within a year or one bundle, the higher rank first."""

    code: ClassVar[str] = "B04"
    version: ClassVar[int] = 1
    kind: ClassVar[Kind] = "bottleneck"
    title_nl: ClassVar[str] = "Verkeerde volgorde"
    title_en: ClassVar[str] = "Wrong order"
    condition_nl: ClassVar[str] = (
        "Van twee partijen in dezelfde straat (ten minste 25 m gedeelde lengte of 50 m² gedeelde "
        "oppervlakte) is het werk met de hogere rang klaar voordat dat met de lagere begint, met "
        "ten hoogste 365 dagen ertussen of samen in een aanvaarde bundel (dan ten hoogste 1.826 "
        "dagen). Rang: verlegging 0, riool 1, warmte 2, drinkwater en gas 3, elektriciteit, "
        "telecom en verlichting 4, verharding 5, groen en bomen 6. Het eerste werk is geen "
        "onderzoek, het tweede opent het oppervlak."
    )
    condition_en: ClassVar[str] = (
        "Of two parties in one street (at least 25 m of shared length or 50 m² of shared area) "
        "the work of the higher rank ends before that of the lower rank starts, with at most 365 "
        "days between them or together in an accepted bundle (then at most 1,826 days). Ranks: "
        "relocation 0, sewer 1, heat 2, drinking water and gas 3, electricity, telecom and "
        "lighting 4, paving 5, green and trees 6. The first work is not a survey, the second "
        "opens the surface."
    )
    order_nl: ClassVar[str] = "het werk dat nu het eerst gaat (A) staat voorop"
    order_en: ClassVar[str] = "the work that now goes first (A) comes first"
    source: ClassVar[str] = "[S] RWS; San Francisco; Katwijk; ranks [M]"
    needs: ClassVar[frozenset[str]] = COSTLY

    thresholds: tuple[Threshold, ...] = THRESHOLDS

    @property
    def reach_m(self) -> float:
        """As O01."""
        return NEAR_M

    @property
    def reach_days(self) -> int:
        """The larger of both gaps."""
        return int(max(self.value("within_days"), self.value("bundle_days")))

    def wants(self, facts: Facts) -> Flags:
        """Two parties, wholly one after the other, the higher rank first."""
        gap = facts.time.gap_days
        near = gap <= self.value("within_days")
        near |= facts.one_bundle & (gap <= self.value("bundle_days"))
        wanted = facts.other_party & facts.active & near & (facts.time.shared_days < 1)
        row = np.flatnonzero(wanted)
        wanted[row] = self._inverted(facts, *roles(facts, row))
        return wanted

    def _inverted(self, facts: Facts, earlier: Keys, later: Keys) -> Flags:
        works, opens = facts.subject.works, facts.subject.traits.opens_surface
        inverted = ranks(self, works, earlier) > ranks(self, works, later)
        return inverted & ~is_survey(works, earlier) & opens[later]

    def hits(self, facts: Facts) -> Hits:
        """Pairs with enough in common, the one that now goes first in front."""
        row = np.flatnonzero(self.wants(facts) & enough_in_common(self, facts))
        earlier, later = roles(facts, row)
        works, time = facts.subject.works, facts.time
        steps = ranks(self, works, earlier) - ranks(self, works, later)
        margin = np.full(len(row), DRAWN_MARGIN_M)
        first_is_later = facts.first[row] == later
        end = np.where(first_is_later, time.first_end[row], time.second_end[row])
        return Hits(
            row=row,
            first=earlier,
            second=later,
            start=facing(facts, row)[1].astype(np.int32),
            end=end.astype(np.int32),
            score=self._score(steps, facts.probability[row]),
            measures=space_measures(facts, row)
            | {"ranks_apart": steps, "one_bundle": facts.one_bundle[row].astype(np.float64)},
            margin_first_m=margin,
            margin_second_m=margin,
        )

    def _score(self, steps: Floats, probability: Floats) -> Floats:
        exposure = 0.5 + 0.5 * np.minimum(1.0, steps / self.value("full_ranks"))
        score: Floats = np.round(self.value("base_score") * exposure * probability, 1)
        return score

    def explain(self, text: PairText) -> Explanation:
        """What goes first, what should, and how many days lie between."""
        m = text.measures
        shared = m["shared_length_m"], m["shared_area_m2"]
        bundle = m["one_bundle"] > 0
        return Explanation(
            title_nl=f"Verkeerde volgorde: {wording.both(text, 'nl')}",
            title_en=f"Wrong order: {wording.both(text, 'en')}",
            nl=(
                f"{wording.work(text.second, 'nl')} begint op {wording.date(text.start, 'nl')}, "
                f"{_after_nl(m['gap_days'])} {wording.work(text.first, 'nl')} klaar is, en "
                f"opent {wording.extent(*shared, 'nl')} van die straat opnieuw. Eerst "
                f"{FACILITY.title(text.second.facility, 'nl')}, dan "
                f"{FACILITY.title(text.first.facility, 'nl')} is de gewone volgorde: van diep "
                "naar ondiep, de verharding en het groen het laatst."
                + (" Beide zitten in één aanvaarde bundel." if bundle else "")
                + wording.remarks(text, "nl")
            ),
            en=(
                f"{wording.work(text.second, 'en')} starts on {wording.date(text.start, 'en')}, "
                f"{_after_en(m['gap_days'])} {wording.work(text.first, 'en')} has ended, and "
                f"opens {wording.extent(*shared, 'en')} of that street again. First "
                f"{FACILITY.title(text.second.facility, 'en')}, then "
                f"{FACILITY.title(text.first.facility, 'en')} is the usual order: from deep to "
                "shallow, with paving and green last."
                + (" Both are in one accepted bundle." if bundle else "")
                + wording.remarks(text, "en")
            ),
        )


def _after_nl(days: float) -> str:
    return f"{wording.days(days, 'nl')} nadat" if days else "direct nadat"


def _after_en(days: float) -> str:
    return f"{wording.days(days, 'en')} after" if days else "right after"


RULE = WrongOrder()
