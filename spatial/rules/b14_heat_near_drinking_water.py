"""B14: a heat main so near a water main that the drinking water may warm up.

Exactly: not one project (any organisation: water warms up whoever owns it),
neither completed nor withdrawn; one work has facility heat, the other water;
neither is a survey or a removal; both were delivered as lines; at most
``gap_days`` between them; and either the lines run side by side, at an angle of
at most ``angle_deg`` and less than ``parallel_m`` apart, over more than
``over_m`` (the smaller of the lengths along either line), or they come less
than ``crossing_m`` apart anywhere, as where they cross. Distances are between
the lines as delivered, not between their footprints; nothing is known of depth.
All distances are [M]: confirm them with the water company. Existing pipes are the part of
:mod:`spatial.heat_beside_pipes`. Period: the shared
days, else from the first day of the earlier to the last of the later of the two
nearest periods. Score: base x exposure x p, with exposure 0.5 for a crossing to
1 for ``full_m`` side by side.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from spatial import wording
from spatial.bundling import DRAWN_MARGIN_M, common_period, time_measures
from spatial.facts import Facts, Subject
from spatial.finding import Explanation, Hits, PairText
from spatial.heat_beside_pipes import HeatBesidePipes
from spatial.period import years
from spatial.rule import Kind, PairRule, Search, Threshold
from spatial.traits import LINE, among
from spatial.vocabulary import ACTIVITY, FACILITY, Language
from spatial.work import Flags, Floats, Keys, Works

THRESHOLDS = (
    Threshold(
        "parallel_m",
        1.5,
        "m",
        "[M] confirm with the water company",
        "afstand waarbinnen naast elkaar liggen een risico is",
        "distance within which lying side by side is a risk",
        0.001,
        10.0,
    ),
    Threshold(
        "angle_deg",
        15.0,
        "°",
        "[D]",
        "grootste hoek tussen lijnen die naast elkaar lopen",
        "largest angle between lines that run side by side",
        most=90.0,
    ),
    Threshold(
        "over_m",
        5.0,
        "m",
        "[M] confirm with the water company",
        "lengte naast elkaar waarboven het een risico is",
        "length side by side above which it is a risk",
    ),
    Threshold(
        "crossing_m",
        0.5,
        "m",
        "[M] confirm with the water company",
        "afstand waarbinnen een kruising een risico is",
        "distance within which a crossing is a risk",
        0.001,
        10.0,
    ),
    Threshold(
        "gap_days",
        years(10),
        "d",
        "[C] a programme looks 3 to 10 years ahead",
        "grootste aantal dagen tussen de werken",
        "most days between the works",
        most=years(30),
    ),
    Threshold(
        "base_score",
        80.0,
        "points",
        "[D]",
        "score bij de volle lengte naast elkaar",
        "score of the full length side by side",
        most=100.0,
    ),
    Threshold(
        "full_m",
        100.0,
        "m",
        "[D]",
        "lengte naast elkaar die de volle score geeft",
        "length side by side that gives the full score",
        1.0,
    ),
)


@dataclass(frozen=True)
class HeatNearDrinkingWater(PairRule):
    """Not one project, heat beside or across drinking water, too near."""

    code: ClassVar[str] = "B14"
    version: ClassVar[int] = 1
    kind: ClassVar[Kind] = "bottleneck"
    title_nl: ClassVar[str] = "Warmte bij drinkwater"
    title_en: ClassVar[str] = "Heat near drinking water"
    condition_nl: ClassVar[str] = (
        "Een geplande warmteleiding en een drinkwaterleiding die er ligt of in een ander project "
        "gepland is (geen onderzoek of verwijdering) liggen over meer dan 5 m minder dan 1,5 m "
        "naast elkaar (hoek ten hoogste 15°), of komen ergens minder dan 0,5 m bij elkaar, zoals "
        "bij een kruising. Gemeten tussen de lijnen; ten hoogste 3.652 dagen tussen twee werken."
    )
    condition_en: ClassVar[str] = (
        "A planned heat main and a drinking water main that lies there or is planned by another "
        "project (no survey or removal) lie side by side less than 1.5 m apart over more than 5 m "
        "(angle at most 15°), or come less than 0.5 m apart anywhere, as at a crossing. Measured "
        "between the lines; at most 3,652 days between two works."
    )
    order_nl: ClassVar[str] = "eerst de warmteleiding, dan de drinkwaterleiding"
    order_en: ClassVar[str] = "first the heat main, then the water main"
    source: ClassVar[str] = "[S] Vewin; KWR; distances [M]"
    needs: ClassVar[frozenset[str]] = frozenset({"distance_m"})

    thresholds: tuple[Threshold, ...] = THRESHOLDS

    @property
    def companion(self) -> HeatBesidePipes:
        """What lies there already."""
        return HeatBesidePipes(self.thresholds)

    @property
    def reach_m(self) -> float:
        """Footprints hold their lines, so they lie no further apart than the lines."""
        return max(self.value("parallel_m"), self.value("crossing_m"))

    @property
    def reach_days(self) -> int:
        """The largest gap."""
        return int(self.value("gap_days"))

    def searches(self, subject: Subject) -> tuple[Search, ...]:
        """Around works on heat alone."""
        works = subject.works
        heat = _builds(works, np.arange(len(works)), "heat")
        return (Search(self.reach_m, self.reach_days, heat),)

    def wants(self, facts: Facts) -> Flags:
        """Two projects, one line of heat and one of water, near enough in time."""
        works, shape = facts.subject.works, facts.subject.traits.shape
        a, b = facts.first, facts.second
        both = _builds(works, a, "heat") & _builds(works, b, "water")
        both |= _builds(works, a, "water") & _builds(works, b, "heat")
        both &= (shape[a] == LINE) & (shape[b] == LINE)
        near: Flags = facts.time.gap_days <= self.value("gap_days")
        return ~facts.one_project & facts.active & both & near

    def hits(self, facts: Facts) -> Hits:
        """Pairs too near side by side or at a crossing, heat first."""
        near = self.wants(facts) & (facts.distance_m <= self.reach_m)
        # Less than, not at most: the nearest number below.
        within = np.nextafter(self.value("parallel_m"), 0.0)
        beside = facts.beside_m(near, float(within), self.value("angle_deg"))
        between = facts.line_distance_m(near)
        risk = (beside > self.value("over_m")) | (between < self.value("crossing_m"))
        row = np.flatnonzero(near & risk)
        first, second = facts.first[row], facts.second[row]
        ahead = facts.subject.works.facility[first] == FACILITY.code("heat")
        start, end = common_period(facts, row)
        margin = np.full(len(row), DRAWN_MARGIN_M)
        return Hits(
            row=row,
            first=np.where(ahead, first, second),
            second=np.where(ahead, second, first),
            start=start,
            end=end,
            score=self._score(beside[row], facts.probability[row]),
            measures=time_measures(facts, row)
            | {"line_distance_m": between[row], "beside_m": beside[row]},
            margin_first_m=margin,
            margin_second_m=margin,
        )

    def _score(self, beside_m: Floats, probability: Floats) -> Floats:
        exposure = 0.5 + 0.5 * np.minimum(1.0, beside_m / self.value("full_m"))
        score: Floats = np.round(self.value("base_score") * exposure * probability, 1)
        return score

    def explain(self, text: PairText) -> Explanation:
        """How near, over which length, and when."""
        return Explanation(
            title_nl=f"Warmte bij drinkwater: {wording.both(text, 'nl')}",
            title_en=f"Heat near drinking water: {wording.both(text, 'en')}",
            nl=(
                f"Risico op opwarming van drinkwater: {wording.work(text.first, 'nl')} komt tot "
                f"{_metres(text, 'line_distance_m', 'nl')} van {wording.work(text.second, 'nl')}"
                f"{_beside_nl(text)} ({wording.period(text.start, text.end, 'nl')}). Vraag het "
                f"drinkwaterbedrijf welke afstand nodig is.{wording.remarks(text, 'nl')}"
            ),
            en=(
                f"Drinking water may warm up: {wording.work(text.first, 'en')} comes to "
                f"{_metres(text, 'line_distance_m', 'en')} of {wording.work(text.second, 'en')}"
                f"{_beside_en(text)} ({wording.period(text.start, text.end, 'en')}). Ask the "
                f"water company which distance is needed.{wording.remarks(text, 'en')}"
            ),
        )


def _builds(works: Works, rows: Keys, facility: str) -> Flags:
    of_it: Flags = works.facility[rows] == FACILITY.code(facility)
    return of_it & ~among(works.activity[rows], ACTIVITY, ("survey", "remove"))


def _metres(text: PairText, name: str, language: Language) -> str:
    return f"{wording.number(text.measures[name], language, 1)} m"


def _beside_nl(text: PairText) -> str:
    if text.measures["beside_m"] == 0:
        return ", bij een kruising"
    return f" en ligt er over {_metres(text, 'beside_m', 'nl')} naast"


def _beside_en(text: PairText) -> str:
    if text.measures["beside_m"] == 0:
        return ", at a crossing"
    return f" and lies beside it over {_metres(text, 'beside_m', 'en')}"


RULE = HeatNearDrinkingWater()
