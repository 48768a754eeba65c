"""B26: digging where somebody should have looked first.

Exactly: a work that digs, neither completed nor withdrawn, whose footprint
covers part of an area of attention (polluted or protected soil, unexploded
ordnance, archaeology, ecology) that is not marked as surveyed and has no day of
a survey. One finding for each work and theme. Period: that of the work. Score:
base x exposure x p, with exposure by theme: 1 for unexploded ordnance, else
``other_factor``, and from half of that to all of it by the share of the
footprint.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import numpy as np
import shapely

from spatial import overlay, wording
from spatial.finding import Explanation, WideHits, WideText
from spatial.overlay_words import called, named, remark, the_work, when
from spatial.period import NO_DAY
from spatial.rule import Kind, Threshold, WideRule
from spatial.situation import Situation
from spatial.vocabulary import Language
from spatial.wide import no_hits

THEMES = (
    "polluted_soil",
    "protected_soil",
    "unexploded_ordnance",
    "archaeology",
    "ecology",
)
THRESHOLDS = (
    overlay.base_score(65.0),
    Threshold(
        "other_factor",
        0.7,
        "share",
        "[D]",
        "gewicht van andere thema's dan ontplofbare oorlogsresten",
        "weight of themes other than unexploded ordnance",
        most=1.0,
    ),
)
_WORDS = {
    "nl": {
        "polluted_soil": "bodemverontreiniging",
        "protected_soil": "bodembescherming",
        "unexploded_ordnance": "ontplofbare oorlogsresten",
        "archaeology": "archeologie",
        "ecology": "natuur",
    },
    "en": {
        "polluted_soil": "polluted soil",
        "protected_soil": "protected soil",
        "unexploded_ordnance": "unexploded ordnance",
        "archaeology": "archaeology",
        "ecology": "ecology",
    },
}


@dataclass(frozen=True)
class SoilAndSurveys(WideRule):
    """A dig in an area of attention without a survey."""

    code: ClassVar[str] = "B26"
    version: ClassVar[int] = 1
    kind: ClassVar[Kind] = "bottleneck"
    title_nl: ClassVar[str] = "Bodem, explosieven, archeologie, natuur"
    title_en: ClassVar[str] = "Soil, unexploded ordnance, archaeology, ecology"
    condition_nl: ClassVar[str] = (
        "Een werk graaft in een aandachtsgebied (bodem, ontplofbare oorlogsresten, archeologie of "
        "natuur) waar nog geen onderzoek is gedaan."
    )
    condition_en: ClassVar[str] = (
        "A work digs in an area of attention (soil, unexploded ordnance, archaeology or ecology) "
        "that has not been surveyed."
    )
    order_nl: ClassVar[str] = "het werk alleen"
    order_en: ClassVar[str] = "the work alone"
    source: ClassVar[str] = "[M]"
    context: ClassVar[frozenset[str]] = frozenset({"soil"})
    about: ClassVar[str] = "works"

    thresholds: tuple[Threshold, ...] = THRESHOLDS

    @property
    def reach_m(self) -> float:
        """Works in the area alone."""
        return 0.0

    def hits(self, situation: Situation) -> WideHits:
        """Digging works in areas without a survey, by theme."""
        soil, works = situation.objects("soil"), situation.subject.works
        surveyed = soil.columns["is_surveyed"].astype(np.bool_)
        surveyed = surveyed | (soil.columns["surveyed_on"] != NO_DAY)
        digs = overlay.judged_works(situation) & situation.subject.traits.digs
        rows = overlay.meetings(situation, "soil", digs, ~surveyed)
        pieces = overlay.parts(situation, "soil", rows)
        inside = shapely.area(pieces) > 0
        rows, pieces = rows.take(inside), pieces[inside]
        if not len(rows):
            return no_hits()
        theme = np.array([_theme(t) for t in soil.columns["theme"].tolist()], dtype=np.int64)
        cases = overlay.Cases.of(rows.work, theme[rows.object])
        drawn = cases.union(pieces)
        share = shapely.area(drawn) / shapely.area(works.footprint[cases.work])
        weight = np.where(
            cases.theme == THEMES.index("unexploded_ordnance"), 1.0, self.value("other_factor")
        )
        depth = cases.least(soil.columns["from_depth_m"][rows.object])
        names = cases.names(soil.name[rows.object])
        return overlay.findings(
            situation,
            cases,
            subject=cases.subject(soil.id[rows.object]),
            start=works.start[cases.work],
            end=works.end[cases.work],
            score=self.value("base_score") * weight * (0.5 + 0.5 * np.minimum(1.0, share)),
            measures={
                "shared_area_m2": shapely.area(drawn),
                "from_depth_m": depth,
            },
            pieces=drawn,
            told=[
                {"areas": n, "theme": THEMES[t]}
                for n, t in zip(names, cases.theme.tolist(), strict=True)
            ],
            themes=THEMES,
        )

    def explain(self, text: WideText) -> Explanation:
        """Which survey is needed where, and when the digging is."""
        nl, en = (_WORDS[language][str(text.told["theme"])] for language in ("nl", "en"))
        return Explanation(
            title_nl=f"Onderzoek nodig: {nl}, {called(text, 'nl')}",
            title_en=f"Survey needed: {en}, {called(text, 'en')}",
            nl=(
                f"{the_work(text, 'nl')} graaft over {_area(text, 'nl')} in een aandachtsgebied "
                f"voor {nl}{_where(text, 'nl')} ({when(text, 'nl')}). Er is nog geen onderzoek "
                f"bekend: laat het doen voordat het ontwerp vastligt.{remark(text, 'nl')}"
            ),
            en=(
                f"{the_work(text, 'en')} digs over {_area(text, 'en')} in an area of attention "
                f"for {en}{_where(text, 'en')} ({when(text, 'en')}). No survey is known yet: have "
                f"it done before the design is fixed.{remark(text, 'en')}"
            ),
        )


def _theme(word: object) -> int:
    """Position of a theme; a word that is none counts as the first."""
    return THEMES.index(str(word)) if word in THEMES else 0


def _area(text: WideText, language: Language) -> str:
    return f"{wording.number(text.measures['shared_area_m2'], language)} m²"


def _where(text: WideText, language: Language) -> str:
    names = named([n for n in text.told["areas"] if n not in THEMES], language)
    depth = text.measures.get("from_depth_m", np.nan)
    if not np.isnan(depth):
        metres = wording.number(depth, language, 1)
        deeper = f"vanaf {metres} m diep" if language == "nl" else f"from {metres} m deep"
        names = f"{names}, {deeper}" if names else deeper
    return f" ({names})" if names else ""


RULE = SoilAndSurveys()
