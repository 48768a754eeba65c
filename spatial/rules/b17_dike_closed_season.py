"""B17: work in a dike zone in the season in which the dike must stay closed.

Exactly: a work, neither completed nor withdrawn, whose footprint covers part of
the core or protection zone of a dike (not of the outer zone), and whose period
holds a day of the closed season of that zone: the first and last day that the
layer gives, 1 October up to and including 31 March where it gives none. One
finding for each work. Period: from the first to the last day in the season.
Score: base x exposure x p, with exposure from 0.5 to 1 at ``full_days`` in the
season.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import numpy as np
import shapely

from spatial import overlay, wording
from spatial.finding import Explanation, WideHits, WideText
from spatial.overlay_words import called, named, remark, the_work, when
from spatial.rule import Kind, Threshold, WideRule
from spatial.situation import Situation
from spatial.wide import no_hits

THRESHOLDS = (
    Threshold(
        "season_from",
        1001,
        "month-day",
        "[S] Brabantse Delta; Aa en Maas; HDSR",
        "eerste dag van het gesloten seizoen waar de laag er geen geeft",
        "first day of the closed season where the layer gives none",
        101,
        1231,
    ),
    Threshold(
        "season_to",
        331,
        "month-day",
        "[S] Brabantse Delta; Aa en Maas; HDSR",
        "laatste dag van het gesloten seizoen waar de laag er geen geeft",
        "last day of the closed season where the layer gives none",
        101,
        1231,
    ),
    overlay.base_score(85.0),
    Threshold(
        "full_days",
        60,
        "d",
        "[D]",
        "dagen in het gesloten seizoen die de volle score geven",
        "days in the closed season that give the full score",
        1,
        366,
    ),
)


@dataclass(frozen=True)
class DikeClosedSeason(WideRule):
    """A work in a dike zone with days in the closed season."""

    code: ClassVar[str] = "B17"
    version: ClassVar[int] = 1
    kind: ClassVar[Kind] = "bottleneck"
    title_nl: ClassVar[str] = "Gesloten seizoen waterkering"
    title_en: ClassVar[str] = "Dike closed season"
    condition_nl: ClassVar[str] = (
        "Een werk ligt in de kern- of beschermingszone van een waterkering en valt (deels) in het "
        "gesloten seizoen, 1 oktober tot 1 april tenzij het waterschap anders opgeeft."
    )
    condition_en: ClassVar[str] = (
        "A work lies in the core or protection zone of a dike and falls (partly) in the closed "
        "season, 1 October to 1 April unless the water board says otherwise."
    )
    order_nl: ClassVar[str] = "het werk alleen"
    order_en: ClassVar[str] = "the work alone"
    source: ClassVar[str] = "[S] Brabantse Delta; Aa en Maas; HDSR; Maas 100 m"
    context: ClassVar[frozenset[str]] = frozenset({"dike_zones"})
    about: ClassVar[str] = "works"

    thresholds: tuple[Threshold, ...] = THRESHOLDS

    @property
    def reach_m(self) -> float:
        """Works in the zone alone."""
        return 0.0

    def hits(self, situation: Situation) -> WideHits:
        """Works in a dike zone with days in its closed season."""
        dikes = situation.objects("dike_zones")
        works = situation.subject.works
        near = overlay.meetings(
            situation,
            "dike_zones",
            overlay.judged_works(situation),
            dikes.columns["zone"] != "outer",
        )
        first, last = dikes.columns["closed_from"], dikes.columns["closed_to"]
        first = np.where(first < 0, int(self.value("season_from")), first)[near.object]
        last = np.where(last < 0, int(self.value("season_to")), last)[near.object]
        shared = overlay.shared_season(situation, near.work, first, last)
        closed = shared.days > 0
        rows, shared = near.take(closed), shared.take(closed)
        pieces = overlay.parts(situation, "dike_zones", rows)
        inside = shapely.area(pieces) > 0
        rows, shared, pieces = rows.take(inside), shared.take(inside), pieces[inside]
        if not len(rows):
            return no_hits()
        cases = overlay.Cases.of(rows.work)
        days = cases.days(shared)
        drawn = cases.union(pieces)
        exposure = 0.5 + 0.5 * np.minimum(1.0, days.days / self.value("full_days"))
        names = cases.names(dikes.name[rows.object])
        boards = cases.names(dikes.columns["water_board"][rows.object])
        return overlay.findings(
            situation,
            cases,
            subject=cases.subject(dikes.id[rows.object]),
            start=days.start,
            end=days.end,
            score=self.value("base_score") * exposure,
            measures={
                "shared_days": days.days,
                "shared_area_m2": shapely.area(drawn),
                "work_days": (works.end - works.start)[cases.work],
            },
            pieces=drawn,
            told=[{"dikes": n, "boards": b} for n, b in zip(names, boards, strict=True)],
        )

    def explain(self, text: WideText) -> Explanation:
        """Which dike, how many days in the closed season, and what to ask whom."""
        days = text.measures["shared_days"]
        dike_nl = named(text.told["dikes"], "nl", "de waterkering")
        dike_en = named(text.told["dikes"], "en", "the dike")
        board_nl = named(text.told["boards"], "nl", "het waterschap")
        board_en = named(text.told["boards"], "en", "the water board")
        return Explanation(
            title_nl=f"Gesloten seizoen: {called(text, 'nl')}",
            title_en=f"Closed season: {called(text, 'en')}",
            nl=(
                f"{the_work(text, 'nl')} ligt in de dijkzone van {dike_nl} en valt "
                f"{wording.days(days, 'nl')} in het gesloten seizoen ({when(text, 'nl')}). Schuif "
                f"het werk naar de zomer of vraag {board_nl} om ontheffing.{remark(text, 'nl')}"
            ),
            en=(
                f"{the_work(text, 'en')} lies in the dike zone of {dike_en} and falls in the "
                f"closed season for {wording.days(days, 'en')} ({when(text, 'en')}). Move the work "
                f"to the summer or ask {board_en} for an exemption.{remark(text, 'en')}"
            ),
        )


RULE = DikeClosedSeason()
