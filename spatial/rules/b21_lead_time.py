"""B21: too little time to prepare what a bundle asks.

Exactly: a work in an accepted bundle, neither completed, withdrawn nor under
construction, that is not over, for which the day that counts as today plus its
lead time comes after its first day. The lead time is that of a relocation for
activity relocate; else that of heat or sewer where these are laid or renewed,
of a renovation or renewal of housing; else that of the registration of a dig of
more than ``least_area_m2``. Other works need none. One finding for each work.
Period: that of the work. Score: base x exposure x p, with exposure the part of
the lead time that lacks.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import numpy as np
import shapely

from spatial import overlay, wording
from spatial.finding import Explanation, WideHits, WideText
from spatial.overlay_words import called, remark, the_work, when
from spatial.period import years
from spatial.rule import Kind, Threshold, WideRule
from spatial.situation import Situation
from spatial.traits import among
from spatial.vocabulary import ACTIVITY, FACILITY, PLANNING_STATUS
from spatial.wide import no_hits
from spatial.work import NOBODY, Flags, Ints

_LEAST = "[M] the shortest that is typical (domain.md 2.8)"


def _lead(name: str, days: int, source: str, nl: str, en: str) -> Threshold:
    return Threshold(
        name,
        days,
        "d",
        source,
        f"voorbereidingstijd van {nl}",
        f"lead time of {en}",
        most=years(15),
    )


THRESHOLDS = (
    _lead("relocate_days", years(0.75), _LEAST, "een verlegging", "a relocation"),
    _lead("heat_days", years(3), _LEAST, "een warmtenet", "a heat network"),
    _lead("sewer_days", years(1.5), _LEAST, "een rioolvervanging", "a sewer renewal"),
    _lead("housing_days", years(2), _LEAST, "een renovatie van woningen", "a housing renovation"),
    _lead("dig_days", years(1 / 6), "[S] GIPOD: 2 months", "ander graafwerk", "another dig"),
    Threshold(
        "least_area_m2",
        50.0,
        "m²",
        "[S] GIPOD cat. 1",
        "graafwerk telt boven deze oppervlakte",
        "a dig counts above this area",
    ),
    overlay.base_score(80.0),
)
_MONTHS_A_DAY = 12 / 365.25


@dataclass(frozen=True)
class LeadTime(WideRule):
    """A bundled work that starts sooner than it can be prepared."""

    code: ClassVar[str] = "B21"
    version: ClassVar[int] = 1
    kind: ClassVar[Kind] = "bottleneck"
    title_nl: ClassVar[str] = "Te weinig voorbereidingstijd"
    title_en: ClassVar[str] = "Too little lead time"
    condition_nl: ClassVar[str] = (
        "Een werk in een vastgestelde bundel begint eerder dan vandaag plus de voorbereidingstijd: "
        "verlegging 273 dagen, warmtenet 1.095, riool 547, woningrenovatie 730, ander graafwerk "
        "van meer dan 50 m² 60."
    )
    condition_en: ClassVar[str] = (
        "A work in an accepted bundle starts before today plus its lead time: relocation 273 days, "
        "heat network 1,095, sewer 547, housing renovation 730, another dig of more than 50 m² 60."
    )
    order_nl: ClassVar[str] = "het werk alleen"
    order_en: ClassVar[str] = "the work alone"
    source: ClassVar[str] = "[S] GIPOD; [M] typical lead times in the Netherlands"
    about: ClassVar[str] = "works"
    asks_today: ClassVar[bool] = True

    thresholds: tuple[Threshold, ...] = THRESHOLDS

    @property
    def reach_m(self) -> float:
        """The work alone."""
        return 0.0

    def hits(self, situation: Situation) -> WideHits:
        """Bundled works that begin too soon."""
        today = situation.as_of if situation.as_of is not None else 0
        works = situation.subject.works
        lead, left = self._lead_days(situation), works.start.astype(np.int64) - today
        wanted = overlay.judged_works(situation) & (works.accepted_bundle != NOBODY)
        wanted &= works.planning_status != PLANNING_STATUS.code("under_construction")
        work = np.flatnonzero(wanted & (works.end > today) & (lead > 0) & (lead > left))
        if not len(work):
            return no_hits()
        lead, left = lead[work], np.maximum(left[work], 0)
        return overlay.findings(
            situation,
            overlay.Cases.of(work),
            subject=np.zeros(len(work), dtype="V16"),
            start=works.start[work],
            end=works.end[work],
            score=self.value("base_score") * (lead - left) / lead,
            measures={"lead_days": lead, "left_days": left},
            pieces=works.footprint[work],
            told=[{}] * len(work),
        )

    def _lead_days(self, situation: Situation) -> Ints:
        works, digs = situation.subject.works, situation.subject.traits.digs
        made = among(works.activity, ACTIVITY, ("new", "renew"))
        housing = works.facility == FACILITY.code("housing")
        renewed: Flags = among(works.activity, ACTIVITY, ("renovate", "renew"))
        large = digs & (shapely.area(works.footprint) > self.value("least_area_m2"))
        lead = np.select(
            [
                works.activity == ACTIVITY.code("relocate"),
                made & (works.facility == FACILITY.code("heat")),
                made & (works.facility == FACILITY.code("sewer")),
                housing & renewed,
                large,
            ],
            [
                self.value("relocate_days"),
                self.value("heat_days"),
                self.value("sewer_days"),
                self.value("housing_days"),
                self.value("dig_days"),
            ],
            0.0,
        )
        days: Ints = lead.astype(np.int32)
        return days

    def explain(self, text: WideText) -> Explanation:
        """How many months the owner needs, and how many there are."""
        owner = text.works[0].organisation
        need = text.measures["lead_days"] * _MONTHS_A_DAY
        left = text.measures["left_days"] * _MONTHS_A_DAY
        return Explanation(
            title_nl=f"Te weinig voorbereidingstijd: {called(text, 'nl')}",
            title_en=f"Too little lead time: {called(text, 'en')}",
            nl=(
                f"{owner} heeft {wording.number(need, 'nl', 1)} maanden nodig voor "
                f"{the_work(text, 'nl')} ({when(text, 'nl')}); er resten "
                f"{wording.number(left, 'nl', 1)}. Begin nu met voorbereiden of schuif de bundel."
                f"{remark(text, 'nl')}"
            ),
            en=(
                f"{owner} needs {wording.number(need, 'en', 1)} months for "
                f"{the_work(text, 'en')} ({when(text, 'en')}); "
                f"{wording.number(left, 'en', 1)} are left. Begin to prepare now or shift the "
                f"bundle.{remark(text, 'en')}"
            ),
        )


RULE = LeadTime()
