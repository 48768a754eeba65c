"""O07: a street that is too hot or floods is opened anyway.

Exactly: a work, neither completed nor withdrawn, on a sewer or on paving or a
redesign (not a survey or an urgent repair), without a measure against heat or
flooding of its own, of whose footprint at least ``least_share`` lies in areas
that score at least ``least_score`` on heat stress or on flooding; each of the
two by itself. Areas are taken together. One finding for each work. Period:
that of the work. Score: 100 x min(1, saving / ``full_saving_eur``) x p, where
the saving is that of opening the street once: ``unit_eur_m2`` for each m² in
these areas.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import numpy as np
import shapely

from spatial import overlay, wording
from spatial.finding import Explanation, WideHits, WideText
from spatial.overlay import Cases, Meetings
from spatial.overlay_words import called, remark, the_work, when
from spatial.rule import Kind, Threshold, WideRule
from spatial.situation import Situation
from spatial.traits import among
from spatial.vocabulary import ACTIVITY, FACILITY, Language
from spatial.wide import no_hits
from spatial.wide_words import joined
from spatial.work import Flags, Floats, Keys, Objects

THRESHOLDS = (
    Threshold(
        "least_score",
        0.6,
        "score",
        "[S] Koppelkansen klimaatadaptatie; number [D]",
        "kleinste score op hitte of wateroverlast",
        "smallest score on heat or flooding",
        0.01,
        1.0,
    ),
    Threshold(
        "least_share",
        30.0,
        "%",
        "[D]",
        "kleinste deel van het werk in zo'n gebied",
        "smallest part of the work in such an area",
        most=100.0,
    ),
    Threshold(
        "unit_eur_m2",
        100.0,
        "€/m²",
        "[D]",
        "vermeden kosten per m²",
        "cost avoided per m²",
    ),
    Threshold(
        "full_saving_eur",
        250_000.0,
        "€",
        "[D]",
        "besparing die de volle score geeft",
        "saving that gives the full score",
        1.0,
    ),
)
THEMES = ("heat", "flood")
_WORDS = {
    "nl": {"heat": "hittestress", "flood": "wateroverlast"},
    "en": {"heat": "heat stress", "flood": "flooding"},
}
_EXACT = 9
"""Decimals of a share that decide: 30% of a footprint is not 29.99999999999%."""


@dataclass(frozen=True)
class ClimateLink(WideRule):
    """Sewer, paving or redesign in a hot or wet place, without a climate measure."""

    code: ClassVar[str] = "O07"
    version: ClassVar[int] = 1
    kind: ClassVar[Kind] = "opportunity"
    title_nl: ClassVar[str] = "Klimaatkans"
    title_en: ClassVar[str] = "Climate link"
    condition_nl: ClassVar[str] = (
        "Werk aan riool of verharding of een herinrichting, zonder klimaatmaatregel, ligt voor ten "
        "minste 30% waar hittestress of wateroverlast ten minste 0,6 scoort (klasse 4 of 5)."
    )
    condition_en: ClassVar[str] = (
        "Work on a sewer or paving or a redesign, without a climate measure, lies for at least 30% "
        "where heat stress or flooding scores at least 0.6 (class 4 or 5)."
    )
    order_nl: ClassVar[str] = "het werk alleen"
    order_en: ClassVar[str] = "the work alone"
    source: ClassVar[str] = "[S] Koppelkansen klimaatadaptatie 2019 (3 tests)"
    context: ClassVar[frozenset[str]] = frozenset({"climate_scores"})
    about: ClassVar[str] = "works"

    thresholds: tuple[Threshold, ...] = THRESHOLDS

    @property
    def reach_m(self) -> float:
        """Works in the area alone."""
        return 0.0

    def hits(self, situation: Situation) -> WideHits:
        """Works of which enough lies in a hot or wet area."""
        areas, works = situation.objects("climate_scores"), situation.subject.works
        scores = [areas.columns[f"{theme}_score"] for theme in THEMES]
        high = [score >= self.value("least_score") for score in scores]
        rows = overlay.meetings(
            situation, "climate_scores", self._could(situation), high[0] | high[1]
        )
        pieces = overlay.parts(situation, "climate_scores", rows)
        theme, work, score, piece = _by_theme(rows, pieces, high, scores)
        cases = Cases.of(work, theme)
        if not len(cases):
            return no_hits()
        share = shapely.area(cases.union(piece)) / shapely.area(works.footprint[cases.work])
        enough = (np.round(share, _EXACT) >= self.value("least_share") / 100.0)[cases.of_row]
        share = share[cases.of_row][enough]
        theme, work = theme[enough], work[enough]
        score, piece = score[enough], piece[enough]
        cases = Cases.of(work)
        if not len(cases):
            return no_hits()
        drawn = cases.union(piece)
        saving = self.value("unit_eur_m2") * shapely.area(drawn)
        best = [cases.most(np.where(theme == t, score, np.nan)) for t in range(len(THEMES))]
        return overlay.findings(
            situation,
            cases,
            subject=np.zeros(len(cases), dtype="V16"),
            start=works.start[cases.work],
            end=works.end[cases.work],
            score=100.0 * np.minimum(1.0, saving / self.value("full_saving_eur")),
            measures={
                "heat_score": best[0],
                "flood_score": best[1],
                "share_percent": 100.0 * cases.most(share),
                "shared_area_m2": shapely.area(drawn),
                "saving_eur": saving,
            },
            pieces=drawn,
            told=[{}] * len(cases),
        )

    def _could(self, situation: Situation) -> Flags:
        works = situation.subject.works
        suits = among(works.facility, FACILITY, ("sewer", "paving"))
        suits |= works.activity == ACTIVITY.code("redesign")
        suits &= ~among(works.activity, ACTIVITY, ("survey", "urgent_repair"))
        flags: Flags = suits & ~situation.noted.climate_measure
        return flags & overlay.judged_works(situation)

    def explain(self, text: WideText) -> Explanation:
        """On what the street scores high, over which part, and what to take along."""
        nl, en = _scores(text, "nl"), _scores(text, "en")
        return Explanation(
            title_nl=f"Klimaatkans: {called(text, 'nl')}",
            title_en=f"Climate link: {called(text, 'en')}",
            nl=(
                f"{the_work(text, 'nl')} ({when(text, 'nl')}) ligt voor {_share(text, 'nl')} waar "
                f"de straat hoog scoort op {nl}. Neem afkoppelen en groen mee nu de straat toch "
                f"opengaat; dat scheelt ongeveer {_saving(text, 'nl')}.{remark(text, 'nl')}"
            ),
            en=(
                f"{_share(text, 'en')} of {the_work(text, 'en')} ({when(text, 'en')}) lies where "
                f"the street scores high on {en}. Take decoupling and greening along now that the "
                f"street opens anyway; that saves about {_saving(text, 'en')}.{remark(text, 'en')}"
            ),
        )


def _by_theme(
    rows: Meetings, pieces: Objects, high: list[Flags], scores: list[Floats]
) -> tuple[Keys, Keys, Floats, Objects]:
    """A row for each theme on which the area of a row scores high: theme, work, score, piece."""
    at = [np.flatnonzero(h[rows.object] & (shapely.area(pieces) > 0)) for h in high]
    theme = np.repeat(np.arange(len(at)), [len(a) for a in at])
    both = np.concatenate(at)
    score = np.concatenate([s[rows.object[a]] for s, a in zip(scores, at, strict=True)])
    return theme, rows.work[both], score, pieces[both]


def _scores(text: WideText, language: Language) -> str:
    told = []
    for theme in THEMES:
        score = text.measures.get(f"{theme}_score", np.nan)
        if not np.isnan(score):
            told.append(f"{_WORDS[language][theme]} ({wording.number(score, language, 2)})")
    return joined(told, language)


def _share(text: WideText, language: Language) -> str:
    return f"{wording.number(text.measures['share_percent'], language)}%"


def _saving(text: WideText, language: Language) -> str:
    return wording.euros(text.measures["saving_eur"], language)


RULE = ClimateLink()
