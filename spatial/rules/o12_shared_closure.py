"""O12: two works that each close the same road within a few months.

Exactly: other party, neither completed nor withdrawn; both close the road,
which is so only where the source says closed or one_direction_closed; their
zones meet: the distance of the footprints is less than twice
``closure_margin_m``; shared days, or at most ``gap_days`` between them. A shared
street lies within this distance, so it needs no test of its own. Period: the
shared days, else from the first day of the earlier to the last of the later of
the two nearest periods. Score: base x nearness x time x p
(:func:`spatial.bundling.moment_score`). A shared diversion is another rule's.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from spatial import wording
from spatial.bundling import MOMENT, common_period, moment_score, time_measures
from spatial.facts import Facts, Subject
from spatial.finding import Explanation, Hits, PairText
from spatial.rule import Kind, PairRule, Search, Threshold
from spatial.work import Flags

THRESHOLDS = (
    Threshold(
        "closure_margin_m",
        10.0,
        "m",
        "[S] GIPOD",
        "zone rond een werk met belangrijke hinder",
        "zone around a work with major hindrance",
        0.001,
        25.0,
    ),
    Threshold(
        "gap_days",
        91,
        "d",
        "[D]",
        "grootste aantal dagen tussen de afsluitingen",
        "most days between the closures",
        most=730,
    ),
    *MOMENT,
)


@dataclass(frozen=True)
class SharedClosure(PairRule):
    """Other party, both close the road, zones meet, at most a quarter apart."""

    code: ClassVar[str] = "O12"
    version: ClassVar[int] = 1
    kind: ClassVar[Kind] = "opportunity"
    title_nl: ClassVar[str] = "Gedeelde afsluiting"
    title_en: ClassVar[str] = "Shared closure"
    condition_nl: ClassVar[str] = (
        "Twee partijen sluiten elk de weg of één richting af, hun zones van 10 m raken elkaar "
        "(footprints minder dan 20 m uiteen), en er liggen ten hoogste 91 dagen tussen."
    )
    condition_en: ClassVar[str] = (
        "Two parties each close the road or one direction of it, their zones of 10 m meet "
        "(footprints less than 20 m apart), and at most 91 days lie between them."
    )
    order_nl: ClassVar[str] = "het werk dat het eerst begint staat voorop"
    order_en: ClassVar[str] = "the work that starts first comes first"
    source: ClassVar[str] = "[S] AWV, Minder Hinder; number of days [D]"
    needs: ClassVar[frozenset[str]] = frozenset({"distance_m"})

    thresholds: tuple[Threshold, ...] = THRESHOLDS

    @property
    def reach_m(self) -> float:
        """Two zones."""
        return 2 * self.value("closure_margin_m")

    @property
    def reach_days(self) -> int:
        """The largest gap."""
        return int(self.value("gap_days"))

    def searches(self, subject: Subject) -> tuple[Search, ...]:
        """Around works that close a road alone."""
        return (Search(self.reach_m, self.reach_days, subject.traits.major_hindrance),)

    def wants(self, facts: Facts) -> Flags:
        """Two parties that both close the road, near enough in time."""
        closes = facts.subject.traits.major_hindrance
        near: Flags = facts.time.gap_days <= self.value("gap_days")
        return facts.other_party & facts.active & closes[facts.first] & closes[facts.second] & near

    def hits(self, facts: Facts) -> Hits:
        """Pairs whose zones meet."""
        row = np.flatnonzero(self.wants(facts) & (facts.distance_m < self.reach_m))
        start, end = common_period(facts, row)
        margin = np.full(len(row), self.value("closure_margin_m"))
        return Hits(
            row=row,
            first=facts.first[row],
            second=facts.second[row],
            start=start,
            end=end,
            score=moment_score(self, facts, row, self.reach_m),
            measures=time_measures(facts, row),
            margin_first_m=margin,
            margin_second_m=margin,
        )

    def explain(self, text: PairText) -> Explanation:
        """Which works close the road, when, and how near."""
        m = text.measures
        return Explanation(
            title_nl=f"Eén afsluiting voor beide: {wording.both(text, 'nl')}",
            title_en=f"One closure for both: {wording.both(text, 'en')}",
            nl=(
                f"{wording.work(text.first, 'nl')} sluit de weg af "
                f"{wording.period(text.first.start, text.first.end, 'nl')}, "
                f"{wording.work(text.second, 'nl')} "
                f"{wording.period(text.second.start, text.second.end, 'nl')}: "
                f"{wording.together_or_apart(m, 'nl')}, en het tweede werk ligt "
                f"{wording.near(m['distance_m'], 'nl')}. Eén afsluiting kan beide werken dienen."
                f"{wording.remarks(text, 'nl')}"
            ),
            en=(
                f"{wording.work(text.first, 'en')} closes the road "
                f"{wording.period(text.first.start, text.first.end, 'en')}, "
                f"{wording.work(text.second, 'en')} "
                f"{wording.period(text.second.start, text.second.end, 'en')}: "
                f"{wording.together_or_apart(m, 'en')}, and the second work lies "
                f"{wording.near(m['distance_m'], 'en')}. One closure can serve both works."
                f"{wording.remarks(text, 'en')}"
            ),
        )


RULE = SharedClosure()
