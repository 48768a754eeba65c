"""B22: a firm plan hangs on a soft one.

Exactly: other party; the planning statuses of both are on the ladder idea,
indicative, provisional, committed, under construction, and lie at least
``steps`` apart on it; and the two are linked: either they are in one accepted
bundle, with footprints at most ``bundle_m`` apart and at most ``bundle_days``
between them; or one precedes the other in the sense of B04, whether rightly or
wrongly: they share no day and at most ``within_days`` lie between them, their
ranks of B04 differ, neither is a survey, and they share the street as in O01
(shared length at least ``shared_length_m`` or shared area at least
``shared_area_m2``). Period: the shared days, else from the first day of the
earlier to the last of the later of the two nearest periods. Score: base x
exposure x p, with exposure 0.5 to 1 by the number of steps apart.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from spatial import wording
from spatial.bundling import (
    DRAWN_MARGIN_M,
    SPACE,
    common_period,
    enough_in_common,
    space_measures,
)
from spatial.facts import COSTLY, Facts, Subject
from spatial.finding import Explanation, Hits, PairText
from spatial.measure import NEAR_M
from spatial.ordering import RANKS, is_survey, ranks
from spatial.period import years
from spatial.rule import Kind, PairRule, Search, Threshold
from spatial.vocabulary import PLANNING_STATUS, Language
from spatial.work import NOBODY, Flags, Floats, Keys

LADDER = ("idea", "indicative", "provisional", "committed", "under_construction")
"""From soft to firm (domain.md section 2.7)."""
THRESHOLDS = (
    Threshold(
        "steps",
        2.0,
        "steps",
        "[S] hard and soft plans; number [D]",
        "kleinste aantal stappen tussen de planstatussen",
        "fewest steps between the planning statuses",
        1.0,
        4.0,
    ),
    *SPACE,
    *RANKS,
    Threshold(
        "within_days",
        years(1),
        "d",
        "[D] as B04",
        "grootste aantal dagen tussen werken die op elkaar wachten",
        "most days between works that wait for each other",
        most=years(10),
    ),
    Threshold(
        "bundle_m",
        50.0,
        "m",
        "[D]",
        "grootste afstand tussen werken van één aanvaarde bundel",
        "largest distance between works of one accepted bundle",
        most=50.0,
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
        40.0,
        "points",
        "[D]",
        "score bij het grootste verschil",
        "score of the largest difference",
        most=100.0,
    ),
    Threshold(
        "full_steps",
        4.0,
        "steps",
        "[D]",
        "verschil dat de volle score geeft",
        "difference that gives the full score",
        1.0,
    ),
)


@dataclass(frozen=True)
class HardnessMismatch(PairRule):
    """Other party, linked by bundle or order, statuses at least two steps apart."""

    code: ClassVar[str] = "B22"
    version: ClassVar[int] = 1
    kind: ClassVar[Kind] = "bottleneck"
    title_nl: ClassVar[str] = "Hardheid past niet"
    title_en: ClassVar[str] = "Hardness mismatch"
    condition_nl: ClassVar[str] = (
        "Twee werken van twee partijen hangen aan elkaar en hun planstatussen liggen ten minste "
        "twee stappen uiteen op de ladder idee, indicatief, voorlopig, definitief, in uitvoering. "
        "Zij hangen aan elkaar als zij in één aanvaarde bundel zitten (ten hoogste 50 m en 1.826 "
        "dagen uiteen), of als het ene werk na het andere komt en de volgorde telt: geen gedeelde "
        "dag, ten hoogste 365 dagen ertussen, verschillende rang volgens B04, geen onderzoek, en "
        "ten minste 25 m gedeelde lengte of 50 m² gedeelde oppervlakte."
    )
    condition_en: ClassVar[str] = (
        "Two works of two parties are linked and their planning statuses lie at least two steps "
        "apart on the ladder idea, indicative, provisional, committed, under construction. They "
        "are linked if they are in one accepted bundle (at most 50 m and 1,826 days apart), or if "
        "one comes after the other and their order matters: no shared day, at most 365 days "
        "between them, different ranks of B04, no survey, and at least 25 m of shared length or "
        "50 m² of shared area."
    )
    order_nl: ClassVar[str] = "eerst het zachtste plan, dan het hardste"
    order_en: ClassVar[str] = "first the softer plan, then the firmer"
    source: ClassVar[str] = "[S] harde en zachte plancapaciteit; numbers [D]"
    needs: ClassVar[frozenset[str]] = COSTLY

    thresholds: tuple[Threshold, ...] = THRESHOLDS

    @property
    def reach_m(self) -> float:
        """As O01, or as far as works of one bundle are looked at."""
        return max(NEAR_M, self.value("bundle_m"))

    @property
    def reach_days(self) -> int:
        """The larger of both gaps."""
        return int(max(self.value("within_days"), self.value("bundle_days")))

    def searches(self, subject: Subject) -> tuple[Search, ...]:
        """The street among all works; further only among those in an accepted bundle."""
        bundled = subject.works.accepted_bundle != NOBODY
        return (
            Search(NEAR_M, int(self.value("within_days"))),
            Search(self.value("bundle_m"), int(self.value("bundle_days")), bundled),
        )

    def wants(self, facts: Facts) -> Flags:
        """Two parties, far enough apart on the ladder, linked by bundle or by order."""
        table = np.full(len(PLANNING_STATUS), np.nan)
        table[[PLANNING_STATUS.code(s) for s in LADDER]] = np.arange(len(LADDER))
        status = facts.subject.works.planning_status
        apart = np.abs(table[status[facts.first]] - table[status[facts.second]])
        wanted: Flags = facts.other_party & (apart >= self.value("steps"))
        return wanted & (self._bundled(facts) | self._ordered(facts))

    def _bundled(self, facts: Facts) -> Flags:
        bundled: Flags = facts.one_bundle & (facts.time.gap_days <= self.value("bundle_days"))
        return bundled

    def _ordered(self, facts: Facts) -> Flags:
        works = facts.subject.works
        a, b = ranks(self, works, facts.first), ranks(self, works, facts.second)
        differ = (a < b) | (a > b)
        survey = is_survey(works, facts.first) | is_survey(works, facts.second)
        gap, shared = facts.time.gap_days, facts.time.shared_days
        ordered: Flags = differ & ~survey & (shared < 1) & (gap <= self.value("within_days"))
        return ordered

    def hits(self, facts: Facts) -> Hits:
        """Linked pairs, the softer plan first."""
        in_bundle = self._bundled(facts) & (facts.distance_m <= self.value("bundle_m"))
        in_order = self._ordered(facts) & enough_in_common(self, facts)
        row = np.flatnonzero(self.wants(facts) & (in_bundle | in_order))
        status = facts.subject.works.planning_status
        first, second = facts.first[row], facts.second[row]
        swap = status[first] > status[second]  # codes go from soft to firm
        soft, firm = np.where(swap, second, first), np.where(swap, first, second)
        steps = (status[firm] - status[soft]).astype(np.float64)
        start, end = common_period(facts, row)
        margin = np.full(len(row), DRAWN_MARGIN_M)
        return Hits(
            row=row,
            first=soft,
            second=firm,
            start=start,
            end=end,
            score=self._score(steps, facts.probability[row]),
            measures=space_measures(facts, row)
            | {
                "steps_apart": steps,
                "one_bundle": in_bundle[row].astype(np.float64),
                "soft_goes_first": self._precedes(facts, soft, firm),
            },
            margin_first_m=margin,
            margin_second_m=margin,
        )

    def _precedes(self, facts: Facts, soft: Keys, firm: Keys) -> Floats:
        """1 where the soft plan has the lower rank, so that the firm one waits for it."""
        works = facts.subject.works
        return (ranks(self, works, soft) < ranks(self, works, firm)).astype(np.float64)

    def _score(self, steps: Floats, probability: Floats) -> Floats:
        exposure = 0.5 + 0.5 * np.minimum(1.0, steps / self.value("full_steps"))
        score: Floats = np.round(self.value("base_score") * exposure * probability, 1)
        return score

    def explain(self, text: PairText) -> Explanation:
        """Which firm plan hangs on which soft one, and why they are linked."""
        return Explanation(
            title_nl=f"Hard plan hangt aan zacht plan: {wording.both(text, 'nl')}",
            title_en=f"Firm plan hangs on soft plan: {wording.both(text, 'en')}",
            nl=(
                f"{wording.work(text.second, 'nl')} is {_status(text, 'nl')[1]} en hangt aan "
                f"{wording.work(text.first, 'nl')}, dat {_status(text, 'nl')[0]} is: "
                f"{wording.number(text.measures['steps_apart'], 'nl')} stappen verschil. "
                f"{_link_nl(text)} Het gaat om "
                f"{wording.period(text.start, text.end, 'nl')}; leg het zachte plan vast of maak "
                f"de werken los van elkaar.{wording.remarks(text, 'nl')}"
            ),
            en=(
                f"{wording.work(text.second, 'en')} is {_status(text, 'en')[1]} and hangs on "
                f"{wording.work(text.first, 'en')}, which is {_status(text, 'en')[0]}: "
                f"{wording.number(text.measures['steps_apart'], 'en')} steps apart. "
                f"{_link_en(text)} This concerns the period "
                f"{wording.period(text.start, text.end, 'en')}; settle the soft plan or make the "
                f"works independent.{wording.remarks(text, 'en')}"
            ),
        )


def _status(text: PairText, language: Language) -> tuple[str, str]:
    soft, firm = text.first.planning_status, text.second.planning_status
    return PLANNING_STATUS.title(soft, language), PLANNING_STATUS.title(firm, language)


def _link_nl(text: PairText) -> str:
    m = text.measures
    if m["one_bundle"]:
        return "Zij zitten in één aanvaarde bundel."
    shared = wording.extent(m["shared_length_m"], m["shared_area_m2"], "nl")
    which = (
        "het zachte plan hoort eerst te gaan"
        if m["soft_goes_first"]
        else ("het harde plan hoort eerst te gaan")
    )
    return f"Zij delen {shared} van de straat en {which}."


def _link_en(text: PairText) -> str:
    m = text.measures
    if m["one_bundle"]:
        return "They are in one accepted bundle."
    shared = wording.extent(m["shared_length_m"], m["shared_area_m2"], "en")
    which = "the soft plan" if m["soft_goes_first"] else "the firm plan"
    return f"They share {shared} of the street and {which} should go first."


RULE = HardnessMismatch()
