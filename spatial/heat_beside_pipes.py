"""B14 over what lies there already: a planned heat main beside existing drinking water pipes.

Exactly: a work with facility heat that is no survey or removal, neither
completed nor withdrawn, delivered as a line; and existing pipes for water that
run beside it, at an angle of at most ``angle_deg`` and less than ``parallel_m``
apart, over more than ``over_m`` in all; or one that it comes less than
``crossing_m`` near anywhere. Between the lines, as for two works. One finding
for each work with its pipes. Period: that of the work. Score: base x exposure
x p, as for two works.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import numpy as np
import shapely

from spatial import measure, overlay, wording
from spatial.finding import Explanation, WideHits, WideText
from spatial.overlay import Cases
from spatial.overlay_words import called, remark, the_work, when
from spatial.rule import Kind, Threshold, WideRule
from spatial.situation import Situation
from spatial.traits import LINE, among
from spatial.vocabulary import ACTIVITY, FACILITY, Language
from spatial.wide import no_hits


@dataclass(frozen=True)
class HeatBesidePipes(WideRule):
    """A heat main too near existing water pipes; thresholds are those of the rule over pairs."""

    code: ClassVar[str] = "B14"
    version: ClassVar[int] = 1
    kind: ClassVar[Kind] = "bottleneck"
    title_nl: ClassVar[str] = "Warmte bij drinkwater"
    title_en: ClassVar[str] = "Heat near drinking water"
    condition_nl: ClassVar[str] = "Een geplande warmteleiding ligt te dicht bij een drinkwaterbuis."
    condition_en: ClassVar[str] = "A planned heat main lies too near an existing water pipe."
    order_nl: ClassVar[str] = "het werk alleen"
    order_en: ClassVar[str] = "the work alone"
    source: ClassVar[str] = "[S] Vewin; KWR; distances [M]"
    context: ClassVar[frozenset[str]] = frozenset({"pipes"})
    about: ClassVar[str] = "works"

    thresholds: tuple[Threshold, ...]

    @property
    def reach_m(self) -> float:
        """The larger of both distances."""
        return max(self.value("parallel_m"), self.value("crossing_m"))

    def hits(self, situation: Situation) -> WideHits:
        """Heat mains with water pipes beside or across them."""
        works, pipes = situation.subject.works, situation.objects("pipes")
        heat = works.facility == FACILITY.code("heat")
        heat &= ~among(works.activity, ACTIVITY, ("survey", "remove"))
        heat &= (situation.subject.traits.shape == LINE) & overlay.judged_works(situation)
        water = pipes.columns["facility"] == "water"
        rows = overlay.meetings(situation, "pipes", heat, water, self.reach_m)
        mains, there = works.geometry[rows.work], pipes.geometry[rows.object]
        # Less than, not at most: the nearest number below.
        within = float(np.nextafter(self.value("parallel_m"), 0.0))
        beside = measure.beside_lengths(mains, there, within, self.value("angle_deg"))
        between = shapely.distance(mains, there)
        every = Cases.of(rows.work)
        long = (every.total(beside) > self.value("over_m"))[every.of_row]
        risk = (long & (beside > 0)) | (between < self.value("crossing_m"))
        rows, beside, between = rows.take(risk), beside[risk], between[risk]
        if not len(rows):
            return no_hits()
        cases = Cases.of(rows.work)
        total = cases.total(beside)
        exposure = 0.5 + 0.5 * np.minimum(1.0, total / self.value("full_m"))
        return overlay.findings(
            situation,
            cases,
            subject=cases.subject(pipes.id[rows.object]),
            start=works.start[cases.work],
            end=works.end[cases.work],
            score=self.value("base_score") * exposure,
            measures={
                "pipes": cases.count(),
                "line_distance_m": cases.least(between),
                "beside_m": total,
            },
            pieces=cases.union(overlay.parts(situation, "pipes", rows, self.reach_m + 1.0)),
            told=[{} for _ in range(len(cases))],
        )

    def explain(self, text: WideText) -> Explanation:
        """How near, over which length, and when."""
        return Explanation(
            title_nl=f"Warmte bij drinkwater: {called(text, 'nl')}",
            title_en=f"Heat near drinking water: {called(text, 'en')}",
            nl=(
                f"Risico op opwarming van drinkwater: {the_work(text, 'nl')} komt tot "
                f"{_metres(text, 'line_distance_m', 'nl')} van een bestaande drinkwaterleiding"
                f"{_beside(text, 'nl')} ({when(text, 'nl')}). Vraag het drinkwaterbedrijf welke "
                f"afstand nodig is.{remark(text, 'nl')}"
            ),
            en=(
                f"Drinking water may warm up: {the_work(text, 'en')} comes to "
                f"{_metres(text, 'line_distance_m', 'en')} of an existing water main"
                f"{_beside(text, 'en')} ({when(text, 'en')}). Ask the water company which "
                f"distance is needed.{remark(text, 'en')}"
            ),
        )


def _metres(text: WideText, name: str, language: Language) -> str:
    return f"{wording.number(text.measures[name], language, 1)} m"


def _beside(text: WideText, language: Language) -> str:
    nl = language == "nl"
    if text.measures["beside_m"] == 0:
        return ", bij een kruising" if nl else ", at a crossing"
    metres = _metres(text, "beside_m", language)
    return f" en ligt er over {metres} naast" if nl else f" and lies beside it over {metres}"
