"""O13: residents of one neighbourhood hear of works from several organisations.

Exactly: works that are neither completed nor withdrawn and lie in the
neighbourhood, and those outside it that lie at most ``near_m`` from one inside;
they belong together while at most ``within_days`` lie between one and those
before it, and at least ``organisations`` organisations are among them. Where
the first days of such a chain lie further apart than ``within_days``, each year in
which works begin is a finding. Period: from the first to the last day of the works.
Score: base x exposure x p, with exposure the works as a share of ``full_works``
and p the mean chance of the works.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from spatial import wide, wording
from spatial.finding import Explanation, WideHits, WideText
from spatial.period import years
from spatial.rule import Kind, Threshold, WideRule
from spatial.situation import Situation
from spatial.together import gathered, nearest_of
from spatial.wide import Touching
from spatial.wide_words import area, listed

THRESHOLDS = (
    Threshold(
        "organisations", 2, "parties", "[D]", "kleinste aantal organisaties", "fewest parties", 2
    ),
    Threshold(
        "within_days",
        years(1),
        "d",
        "[D]",
        "grootste aantal dagen tussen de werken",
        "most days between the works",
        0,
        years(10),
    ),
    Threshold(
        "near_m",
        250.0,
        "m",
        "[D]",
        "afstand waarop een werk buiten de buurt meetelt",
        "distance at which a work outside the neighbourhood counts",
        0.0,
        1_000.0,
    ),
    Threshold("base_score", 40.0, "points", "[D]", "hoogste score", "highest score", most=100.0),
    Threshold(
        "full_works",
        10,
        "works",
        "[D]",
        "aantal werken dat de volle score geeft",
        "works that give the full score",
        1,
    ),
)


@dataclass(frozen=True)
class JointCommunication(WideRule):
    """Several organisations in one neighbourhood within a year."""

    code: ClassVar[str] = "O13"
    version: ClassVar[int] = 1
    kind: ClassVar[Kind] = "opportunity"
    title_nl: ClassVar[str] = "Gezamenlijke bewonerscommunicatie"
    title_en: ClassVar[str] = "Joint communication"
    condition_nl: ClassVar[str] = (
        "Ten minste 2 organisaties werken in één buurt, of ten hoogste 250 m van een werk daarin, "
        "met ten hoogste 365 dagen ertussen."
    )
    condition_en: ClassVar[str] = (
        "At least 2 organisations work in one neighbourhood, or at most 250 m from a work in it, "
        "with at most 365 days in between."
    )
    order_nl: ClassVar[str] = "naar de eerste dag van de werken"
    order_en: ClassVar[str] = "by the first day of the works"
    source: ClassVar[str] = "[S] appm, Almere; numbers [D]"
    context: ClassVar[frozenset[str]] = frozenset({"areas"})
    about: ClassVar[str] = "areas"

    thresholds: tuple[Threshold, ...] = THRESHOLDS

    @property
    def reach_m(self) -> float:
        """How far outside the neighbourhood a work may lie."""
        return self.value("near_m")

    def hits(self, situation: Situation) -> WideHits:
        """Neighbourhoods where several organisations follow one another."""
        pairs = self._counted(situation)
        works = situation.subject.works
        kept = gathered(
            situation,
            pairs.object,
            pairs.work,
            works.organisation[pairs.work],
            least=self.value("organisations"),
            most_gap=self.value("within_days"),
        )
        rows = np.flatnonzero(kept >= 0)
        if not len(rows):
            return wide.no_hits()
        _, heads = np.unique(kept[rows], return_index=True)
        n = len(heads)
        members = wide.Members.of(situation, kept[rows], pairs.work[rows], n)
        start, end = members.hull(situation)
        areas = situation.objects("areas")
        where = pairs.object[rows][heads]
        names = zip(where.tolist(), wide.quarter_of(start).tolist(), strict=True)
        exposure = np.minimum(1.0, members.counts() / self.value("full_works"))
        return wide.made(
            members,
            key=[f"{wide.key_of(areas.id[g])}:{wide.quarter_name(q)}" for g, q in names],
            subject=areas.id[where],
            start=start,
            end=end,
            score=self.value("base_score") * exposure * wide.probability(situation, members),
            measures={
                "organisations": members.distinct(works.organisation),
                "works": members.counts(),
            },
            geometry=wide.multi(areas.geometry[where]),
            told=[{"area": str(areas.name[g])} for g in where.tolist()],
        )

    def _counted(self, situation: Situation) -> Touching:
        """Works in each neighbourhood and those near enough to one of them."""
        inside = wide.in_neighbourhoods(situation)
        reach = self.value("near_m")
        if not reach:
            return inside
        areas = situation.objects("areas")
        near = wide.touching(situation, areas.geometry, wide.neighbourhoods(situation), reach)
        n = np.int64(len(situation.subject.works))
        outside = near.take(~np.isin(near.object * n + near.work, inside.object * n + inside.work))
        places = situation.subject.works.footprint
        also = outside.take(
            nearest_of(
                outside.object, places[outside.work], inside.object, places[inside.work], reach
            )
        )
        return Touching(
            np.concatenate((inside.object, also.object)), np.concatenate((inside.work, also.work))
        )

    def explain(self, text: WideText) -> Explanation:
        """How many messages of how many parties residents get, and of which works."""
        works_nl, works_en = (wording.number(text.measures["works"], x) for x in ("nl", "en"))
        parties_nl, parties_en = (
            wording.number(text.measures["organisations"], x) for x in ("nl", "en")
        )
        return Explanation(
            title_nl=f"Samen communiceren in {area(text, 'nl')}: {works_nl} werken",
            title_en=f"Tell it together in {area(text, 'en')}: {works_en} works",
            nl=(
                f"Bewoners van {area(text, 'nl')} krijgen "
                f"{wording.period(text.start, text.end, 'nl')} {works_nl} keer bericht van "
                f"{parties_nl} organisaties; maak één verhaal. Het gaat om "
                f"{listed(text.works, 'nl')}."
            ),
            en=(
                f"Residents of {area(text, 'en')} hear {works_en} times from "
                f"{parties_en} organisations {wording.period(text.start, text.end, 'en')}; make it "
                f"one story. It concerns {listed(text.works, 'en')}."
            ),
        )


RULE = JointCommunication()
