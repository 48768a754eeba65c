"""B20: a street that sinks is opened or paved, and nobody raises it.

Exactly: a work, neither completed nor withdrawn, that digs or renews paving (a
road, paving or public space, new or renewed, or a redesign), whose footprint
covers part of an area that sinks at least ``rate_mm`` a year; without raising
in the plan: the work itself raises nothing, and no work that raises lies in its
footprint with at most ``raising_days`` between them. One finding for each work,
with the fastest of its areas. Period: that of the work. Score: base x exposure
x p, with exposure the rate over ``full_mm``.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import numpy as np
import shapely

from spatial import overlay, wide, wording
from spatial.finding import Explanation, WideHits, WideText
from spatial.overlay_words import called, named, remark, the_work, when
from spatial.period import years
from spatial.rule import Kind, Threshold, WideRule
from spatial.situation import Situation
from spatial.traits import among
from spatial.vocabulary import ACTIVITY, FACILITY, Language
from spatial.work import Flags

THRESHOLDS = (
    Threshold(
        "rate_mm",
        5.0,
        "mm/yr",
        "[D]",
        "bodemdaling vanaf waar het telt",
        "subsidence from which it counts",
        0.1,
        100.0,
    ),
    Threshold(
        "raising_days",
        years(5),
        "d",
        "[D]",
        "ten hoogste zoveel dagen tussen dit werk en een ophoging",
        "at most so many days between this work and a raising",
        most=years(30),
    ),
    overlay.base_score(60.0),
    Threshold(
        "full_mm",
        15.0,
        "mm/yr",
        "[D]",
        "bodemdaling die de volle score geeft",
        "subsidence that gives the full score",
        0.1,
    ),
)


@dataclass(frozen=True)
class Subsidence(WideRule):
    """A dig or paving where the ground sinks, without raising."""

    code: ClassVar[str] = "B20"
    version: ClassVar[int] = 1
    kind: ClassVar[Kind] = "bottleneck"
    title_nl: ClassVar[str] = "Bodemdaling"
    title_en: ClassVar[str] = "Subsidence"
    condition_nl: ClassVar[str] = (
        "Een werk graaft of vernieuwt verharding waar de bodem ten minste 5 mm per jaar daalt, "
        "zonder dat de straat binnen 1.826 dagen ervoor of erna wordt opgehoogd."
    )
    condition_en: ClassVar[str] = (
        "A work digs or renews paving where the ground sinks at least 5 mm a year, while the "
        "street is not raised within 1,826 days before or after."
    )
    order_nl: ClassVar[str] = "het werk alleen"
    order_en: ClassVar[str] = "the work alone"
    source: ClassVar[str] = "[S] slappebodem.nl; numbers [D]"
    context: ClassVar[frozenset[str]] = frozenset({"subsidence"})
    about: ClassVar[str] = "works"
    neighbours_m: ClassVar[float] = 1.0

    thresholds: tuple[Threshold, ...] = THRESHOLDS

    @property
    def reach_m(self) -> float:
        """Works in the area alone."""
        return 0.0

    def hits(self, situation: Situation) -> WideHits:
        """Works in sinking ground that nobody raises."""
        areas, works = situation.objects("subsidence"), situation.subject.works
        rate = areas.columns["subsidence_mm_per_year"]
        wanted = overlay.judged_works(situation) & _digs_or_paves(situation)
        rows = overlay.meetings(situation, "subsidence", wanted, rate >= self.value("rate_mm"))
        rows = rows.take(~self._raised(situation)[rows.work])
        pieces = overlay.parts(situation, "subsidence", rows)
        inside = shapely.area(pieces) > 0
        rows, pieces = rows.take(inside), pieces[inside]
        if not len(rows):
            return wide.no_hits()
        cases = overlay.Cases.of(rows.work)
        drawn, fastest = cases.union(pieces), cases.most(rate[rows.object])
        cycle = cases.least(areas.columns["raising_cycle_years"][rows.object])
        exposure = np.minimum(1.0, fastest / self.value("full_mm"))
        return overlay.findings(
            situation,
            cases,
            subject=cases.subject(areas.id[rows.object]),
            start=works.start[cases.work],
            end=works.end[cases.work],
            score=self.value("base_score") * exposure,
            measures={
                "subsidence_mm_per_year": fastest,
                "raising_cycle_years": cycle,
                "shared_area_m2": shapely.area(drawn),
            },
            pieces=drawn,
            told=[{"areas": n} for n in cases.names(areas.name[rows.object])],
        )

    def _raised(self, situation: Situation) -> Flags:
        """Works in whose footprint a street is raised soon before or after, or by themselves."""
        works = situation.subject.works
        raises = wide.active(situation) & (works.activity == ACTIVITY.code("raise"))
        flags: Flags = raises.copy()
        found = wide.touching(situation, works.footprint, raises)
        gap = np.maximum(works.start[found.object], works.start[found.work]) - np.minimum(
            works.end[found.object], works.end[found.work]
        )
        flags[found.work[gap <= self.value("raising_days")]] = True
        return flags

    def explain(self, text: WideText) -> Explanation:
        """How fast the ground sinks, where, and when the work is."""
        rate = text.measures["subsidence_mm_per_year"]
        nl, en = (wording.number(rate, language, 1) for language in ("nl", "en"))
        return Explanation(
            title_nl=f"Straat zakt {nl} mm per jaar: {called(text, 'nl')}",
            title_en=f"Street sinks {en} mm a year: {called(text, 'en')}",
            nl=(
                f"{the_work(text, 'nl')} ({when(text, 'nl')}) ligt waar de bodem {nl} mm per jaar "
                f"daalt{_where(text, 'nl')}, en er is geen ophoging gepland. Stem het werk af op "
                f"de ophoogcyclus{_cycle(text, 'nl')}.{remark(text, 'nl')}"
            ),
            en=(
                f"{the_work(text, 'en')} ({when(text, 'en')}) lies where the ground sinks {en} mm "
                f"a year{_where(text, 'en')}, and no raising is planned. Fit the work into the "
                f"raising cycle{_cycle(text, 'en')}.{remark(text, 'en')}"
            ),
        )


def _digs_or_paves(situation: Situation) -> Flags:
    works, traits = situation.subject.works, situation.subject.traits
    paving = among(works.facility, FACILITY, ("road", "paving", "public_space"))
    paving |= works.activity == ACTIVITY.code("redesign")
    flags: Flags = traits.digs | (traits.renews_surface & paving)
    return flags


def _where(text: WideText, language: Language) -> str:
    names = named(text.told["areas"], language)
    return f" ({names})" if names else ""


def _cycle(text: WideText, language: Language) -> str:
    cycle = text.measures.get("raising_cycle_years", np.nan)
    if np.isnan(cycle):
        return ""
    told = wording.number(cycle, language, 1)
    return f" van {told} jaar" if language == "nl" else f" of {told} years"


RULE = Subsidence()
