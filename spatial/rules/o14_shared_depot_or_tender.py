"""O14: works of one kind near each other can share a depot, preparation or tender.

Exactly: works of one facility, not unknown and no survey, neither completed nor
withdrawn, in one neighbourhood, of any organisation; they follow each other
with at most ``within_days`` between one and those before it, and each lies at
most ``near_m`` from another of them that is at most so many days away; at least
two projects. Where the first days lie further apart than ``within_days``, each
year in which works begin is a finding. Period: from the first to the last day of
the works. Score: base x exposure x p, with exposure the works as a share of
``full_works`` and p the mean chance of the works.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from spatial import wide, wording
from spatial.finding import Explanation, WideHits, WideText
from spatial.rule import Kind, Threshold, WideRule
from spatial.situation import Situation
from spatial.together import chained, gathered, nearest_in_group
from spatial.vocabulary import FACILITY
from spatial.wide import Touching
from spatial.wide_words import area, capital, listed
from spatial.work import Keys

HALF_YEAR_DAYS = 182
"""Six months: half of 365.25 days, rounded down."""

THRESHOLDS = (
    Threshold(
        "near_m",
        500.0,
        "m",
        "[D]",
        "grootste afstand tot een ander werk",
        "largest distance to another work",
        0.0,
        5_000.0,
    ),
    Threshold(
        "within_days",
        HALF_YEAR_DAYS,
        "d",
        "[D]",
        "grootste aantal dagen tussen de werken",
        "most days between the works",
        0,
        1_826,
    ),
    Threshold("base_score", 50.0, "points", "[D]", "hoogste score", "highest score", most=100.0),
    Threshold(
        "full_works",
        5,
        "works",
        "[D]",
        "aantal werken dat de volle score geeft",
        "works that give the full score",
        1,
    ),
)


@dataclass(frozen=True)
class SharedDepotOrTender(WideRule):
    """Works of one kind, near in place and time."""

    code: ClassVar[str] = "O14"
    version: ClassVar[int] = 1
    kind: ClassVar[Kind] = "opportunity"
    title_nl: ClassVar[str] = "Gedeeld werkterrein of aanbesteding"
    title_en: ClassVar[str] = "Shared depot or tender"
    condition_nl: ClassVar[str] = (
        "Werken aan dezelfde voorziening, van welke organisatie ook, liggen in één buurt ten "
        "hoogste 500 m van elkaar met ten hoogste 182 dagen ertussen."
    )
    condition_en: ClassVar[str] = (
        "Works on the same facility, of whatever organisation, lie in one neighbourhood at most "
        "500 m from each other with at most 182 days in between."
    )
    order_nl: ClassVar[str] = "naar de eerste dag van de werken"
    order_en: ClassVar[str] = "by the first day of the works"
    source: ClassVar[str] = "[S] INDOT; numbers [D]"
    context: ClassVar[frozenset[str]] = frozenset({"areas"})
    about: ClassVar[str] = "areas"

    thresholds: tuple[Threshold, ...] = THRESHOLDS

    @property
    def reach_m(self) -> float:
        """Works in the neighbourhood alone."""
        return 0.0

    def hits(self, situation: Situation) -> WideHits:
        """Works of one kind in a neighbourhood that could share what they prepare."""
        works = situation.subject.works
        inside = wide.in_neighbourhoods(situation)
        known = (works.facility != FACILITY.code("unknown")) & ~wide.is_survey(situation)
        pairs = inside.take(known[inside.work])
        group = pairs.object * len(FACILITY) + works.facility[pairs.work]
        near = self._near(situation, pairs, group)
        pairs, group = pairs.take(near), group[near]
        number = gathered(
            situation,
            group,
            pairs.work,
            works.project[pairs.work],
            least=2,
            most_gap=self.value("within_days"),
        )
        rows = np.flatnonzero(number >= 0)
        if not len(rows):
            return wide.no_hits()
        finding, heads = number[rows], np.unique(number[rows], return_index=True)[1]
        members = wide.Members.of(situation, finding, pairs.work[rows], len(heads))
        start, end = members.hull(situation)
        where = pairs.object[rows][heads]
        facility = [FACILITY.ids[c] for c in works.facility[pairs.work[rows][heads]]]
        areas = situation.objects("areas")
        names = zip(where.tolist(), facility, wide.quarter_of(start).tolist(), strict=True)
        exposure = np.minimum(1.0, members.counts() / self.value("full_works"))
        return wide.made(
            members,
            key=[f"{wide.key_of(areas.id[g])}:{f}:{wide.quarter_name(q)}" for g, f, q in names],
            subject=areas.id[where],
            start=start,
            end=end,
            score=self.value("base_score") * exposure * wide.probability(situation, members),
            measures={
                "works": members.counts(),
                "organisations": members.distinct(works.organisation),
            },
            geometry=wide.place_of(situation, members),
            told=[
                {"area": str(areas.name[g]), "facility": f}
                for g, f in zip(where.tolist(), facility, strict=True)
            ],
        )

    def _near(self, situation: Situation, pairs: Touching, group: Keys) -> Keys:
        """Rows with another of their kind near enough in place and time."""
        places = situation.subject.works.footprint[pairs.work]
        days = self.value("within_days")
        chain = chained(situation, group, pairs.work, days)
        _, of_chain, many = np.unique(chain, return_inverse=True, return_counts=True)
        rows = np.flatnonzero(many[of_chain] > 1)
        left, right = (
            rows[x] for x in nearest_in_group(chain[rows], places[rows], self.value("near_m"))
        )
        calendar = situation.subject.calendar
        gap = calendar.shared(pairs.work[left], pairs.work[right]).gap_days
        soon = gap <= days
        return np.unique(np.concatenate((left[soon], right[soon]))).astype(np.int64)

    def explain(self, text: WideText) -> Explanation:
        """How many works on what, where and when, and what they can share."""
        m, kind = text.measures, str(text.told["facility"])
        works_nl, works_en = (wording.number(m["works"], x) for x in ("nl", "en"))
        nl, en = FACILITY.title(kind, "nl"), FACILITY.title(kind, "en")
        return Explanation(
            title_nl=f"{works_nl} werken aan {nl} in {area(text, 'nl')}: samen voorbereiden",
            title_en=f"{works_en} works on {en} in {area(text, 'en')}: prepare together",
            nl=(
                f"In {area(text, 'nl')} liggen {wording.period(text.start, text.end, 'nl')} "
                f"{works_nl} werken aan {nl} dicht bij elkaar: {listed(text.works, 'nl')}. "
                "Combineer voorbereiding, depot of aanbesteding."
            ),
            en=(
                f"{capital(area(text, 'en'))} has {works_en} works on {en} near each other "
                f"{wording.period(text.start, text.end, 'en')}: {listed(text.works, 'en')}. "
                "Combine preparation, depot or tender."
            ),
        )


RULE = SharedDepotOrTender()
