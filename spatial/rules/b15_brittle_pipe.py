"""B15: digging beside a pipe that breaks when the ground moves.

Exactly: a work that digs, neither completed nor withdrawn, whose footprint lies
at most ``distance_m`` from an existing pipe of grey cast iron, asbestos cement
or brittle PVC; unless that pipe is renewed at most ``renewal_days`` after the
first day of the digging, or before it: by the day that the register gives, or
by a work on its facility that renews, removes or relocates, that it runs
through and that lies at most 25 m from the digging (which may be that work).
One finding for each work, with its pipes. Period: that of the work. Score: base
x exposure x p, with exposure 1 where the footprint reaches the pipe down to half at the distance,
and times ``shallow_factor`` for digging other than for a sewer, which goes
deepest.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import numpy as np
import shapely

from spatial import overlay, wide, wording
from spatial.context_layers.pipes import BRITTLE
from spatial.finding import Explanation, WideHits, WideText
from spatial.overlay import Cases, Meetings
from spatial.overlay_words import called, counted, remark, the_work, when
from spatial.period import NO_DAY, years
from spatial.rule import Kind, Threshold, WideRule
from spatial.situation import Situation
from spatial.traits import among
from spatial.vocabulary import ACTIVITY, FACILITY, Language
from spatial.wide_words import joined
from spatial.work import Keys

THRESHOLDS = (
    Threshold(
        "distance_m",
        5.0,
        "m",
        "[M]",
        "ten hoogste zo ver van de leiding",
        "at most so far from the pipe",
        most=25.0,
    ),
    Threshold(
        "renewal_days",
        years(5),
        "d",
        "[M]",
        "wordt de leiding binnen zoveel dagen vervangen, dan telt zij niet",
        "a pipe that is renewed within so many days does not count",
        most=years(30),
    ),
    overlay.base_score(80.0),
    Threshold(
        "shallow_factor",
        0.7,
        "share",
        "[D]",
        "gewicht van graven dat niet voor een riool is",
        "weight of digging that is not for a sewer",
        most=1.0,
    ),
)
_MATERIAL = {
    "nl": {
        "grey_cast_iron": "grijs gietijzer",
        "asbestos_cement": "asbestcement",
        "brittle_pvc": "bros pvc",
    },
    "en": {
        "grey_cast_iron": "grey cast iron",
        "asbestos_cement": "asbestos cement",
        "brittle_pvc": "brittle PVC",
    },
}


@dataclass(frozen=True)
class BrittlePipe(WideRule):
    """A dig beside a brittle pipe that nobody renews."""

    code: ClassVar[str] = "B15"
    version: ClassVar[int] = 1
    kind: ClassVar[Kind] = "bottleneck"
    title_nl: ClassVar[str] = "Kwetsbare leiding"
    title_en: ClassVar[str] = "Brittle pipe near dig"
    condition_nl: ClassVar[str] = (
        "Een werk graaft ten hoogste 5 m van een bestaande leiding van grijs gietijzer, "
        "asbestcement of bros pvc die niet binnen 1.826 dagen wordt vervangen."
    )
    condition_en: ClassVar[str] = (
        "A work digs at most 5 m from an existing pipe of grey cast iron, asbestos cement or "
        "brittle PVC that is not renewed within 1,826 days."
    )
    order_nl: ClassVar[str] = "het werk alleen"
    order_en: ClassVar[str] = "the work alone"
    source: ClassVar[str] = "[M]"
    context: ClassVar[frozenset[str]] = frozenset({"pipes"})
    about: ClassVar[str] = "works"
    neighbours_m: ClassVar[float] = 25.0

    thresholds: tuple[Threshold, ...] = THRESHOLDS

    @property
    def reach_m(self) -> float:
        """The distance."""
        return self.value("distance_m")

    def hits(self, situation: Situation) -> WideHits:
        """Digging works beside brittle pipes that stay."""
        pipes, works = situation.objects("pipes"), situation.subject.works
        brittle = np.isin(pipes.columns["material"].astype(str), BRITTLE)
        digs = overlay.judged_works(situation) & situation.subject.traits.digs
        rows = overlay.meetings(situation, "pipes", digs, brittle, self.value("distance_m"))
        last = works.start[rows.work] + int(self.value("renewal_days"))
        rows = rows.take(self._renewed_on(situation, rows) > last)
        if not len(rows):
            return wide.no_hits()
        away = shapely.distance(pipes.geometry[rows.object], works.footprint[rows.work])
        cases = Cases.of(rows.work)
        nearest = cases.least(away)
        sewer = works.facility[cases.work] == FACILITY.code("sewer")
        exposure = 1.0 - 0.5 * nearest / max(self.value("distance_m"), 1e-9)
        exposure *= np.where(sewer, 1.0, self.value("shallow_factor"))
        materials = cases.names(pipes.columns["material"][rows.object])
        facilities = cases.names(pipes.columns["facility"][rows.object])
        pieces = overlay.parts(situation, "pipes", rows, self.value("distance_m") + 1.0)
        return overlay.findings(
            situation,
            cases,
            subject=cases.subject(pipes.id[rows.object]),
            start=works.start[cases.work],
            end=works.end[cases.work],
            score=self.value("base_score") * exposure,
            measures={"pipes": cases.count(), "distance_m": nearest},
            pieces=cases.union(pieces),
            told=[
                {"materials": m, "facilities": f}
                for m, f in zip(materials, facilities, strict=True)
            ],
        )

    def _renewed_on(self, situation: Situation, rows: Meetings) -> Keys:
        """The first day on which the pipe of each row is renewed there, a far day where not."""
        pipes, footprint = situation.objects("pipes"), situation.subject.works.footprint
        given = pipes.columns["renewal_on"].astype(np.int64)[rows.object]
        day = np.where(given == NO_DAY, np.int64(2**40), given)
        renewals = _renewals(situation, rows)
        row, at = _matches(rows.object, renewals.object)
        there = renewals.work[at]
        near = shapely.dwithin(footprint[rows.work[row]], footprint[there], self.neighbours_m)
        starts = situation.subject.works.start.astype(np.int64)
        np.minimum.at(day, row[near], starts[there[near]])
        return day

    def explain(self, text: WideText) -> Explanation:
        """Which pipes of what, how near, and what to do."""
        distance = text.measures["distance_m"]
        return Explanation(
            title_nl=f"Brosse leiding naast ontgraving: {called(text, 'nl')}",
            title_en=f"Brittle pipe beside a dig: {called(text, 'en')}",
            nl=(
                f"{the_work(text, 'nl')} graaft {_near(distance, 'nl')} {_pipes(text, 'nl')} "
                f"({when(text, 'nl')}). Vervang mee of bescherm de leiding."
                f"{remark(text, 'nl')}"
            ),
            en=(
                f"{the_work(text, 'en')} digs {_near(distance, 'en')} {_pipes(text, 'en')} "
                f"({when(text, 'en')}). Renew the pipe at the same time or protect it."
                f"{remark(text, 'en')}"
            ),
        )


def _renewals(situation: Situation, rows: Meetings) -> Meetings:
    """Works that renew a pipe of these rows that runs through them, sorted by pipe."""
    pipes, works = situation.objects("pipes"), situation.subject.works
    wanted = np.zeros(len(pipes), dtype=np.bool_)
    wanted[rows.object] = True
    found = wide.touching(situation, pipes.geometry, wanted)
    facility = np.array([_code(f) for f in pipes.columns["facility"].tolist()], dtype=np.int8)
    does = among(works.activity, ACTIVITY, ("renew", "remove", "relocate"))[found.work]
    does &= facility[found.object] == works.facility[found.work]
    found = found.take(does)
    order = np.argsort(found.object, kind="stable")
    return Meetings(found.work[order], found.object[order])


def _matches(wanted: Keys, known: Keys) -> tuple[Keys, Keys]:
    """Every pair of positions with the same value; ``known`` is sorted."""
    low, high = np.searchsorted(known, wanted), np.searchsorted(known, wanted, side="right")
    counts = high - low
    row = np.repeat(np.arange(len(wanted)), counts)
    return row, np.arange(len(row)) - np.repeat(np.cumsum(counts) - counts - low, counts)


def _code(word: object) -> int:
    """Code of a facility; -1 for what is none."""
    return FACILITY.code(str(word)) if word in FACILITY else -1


def _near(distance_m: float, language: Language) -> str:
    if distance_m == 0:
        return "tegen" if language == "nl" else "against"
    metres = wording.number(distance_m, language, 1)
    return f"op {metres} m van" if language == "nl" else f"{metres} m from"


def _pipes(text: WideText, language: Language) -> str:
    nl = language == "nl"
    one, many = ("brosse leiding", "brosse leidingen") if nl else ("brittle pipe", "brittle pipes")
    count = counted(text.measures["pipes"], one, many, language)
    made_of = joined([_MATERIAL[language][m] for m in text.told["materials"]], language)
    what = joined([FACILITY.title(f, language) for f in text.told["facilities"]], language)
    return f"{count} van {made_of} ({what})" if nl else f"{count} of {made_of} ({what})"


RULE = BrittlePipe()
