"""O17: lay empty ducts now, and the street need not open for cables later.

Exactly: a work, neither completed nor withdrawn, that redesigns a street (or a
trench: it digs, along a line of at least ``trench_m``), for which telecom or
electricity is expected at most ``within_days`` after its last day, or of which
nothing is known there. Expected is such a work of another project, neither
completed nor withdrawn, that digs within 10 m of it; where the first of them
starts after that term, the facility is known and not expected. What is laid by
the work itself is not expected. What is merely unknown counts only with
``count_unknown`` 1: of nearly every trench nothing is known, and a map that
says so everywhere says nothing. One finding for each work. Period: that of the work. Score: 100 x
min(1, saving / ``full_saving_eur``) x p, times ``unknown_factor`` where nothing
is known; the saving is ``unit_eur_m2`` for each m² of a strip of ``strip_m``
over the length of the work.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import numpy as np
import shapely

from spatial import overlay, wide, wording
from spatial.finding import Explanation, WideHits, WideText
from spatial.overlay_words import called, remark, the_work, when
from spatial.period import years
from spatial.rule import Kind, Threshold, WideRule
from spatial.situation import Situation
from spatial.traits import LINE
from spatial.vocabulary import ACTIVITY, FACILITY, Language
from spatial.wide_words import joined
from spatial.work import Flags, Floats, Keys

NEAR_M = 10.0
"""As far from a work a cable lies in the same street."""
CABLES = ("telecom", "electricity")
THRESHOLDS = (
    Threshold(
        "trench_m",
        100.0,
        "m",
        "[S] US dig-once; number [D]",
        "kleinste lengte van een sleuf",
        "smallest length of a trench",
        1.0,
    ),
    Threshold(
        "within_days",
        years(10),
        "d",
        "[S] US dig-once; number [D]",
        "zo lang erna telt een kabel als verwacht",
        "so long after it a cable counts as expected",
        most=years(30),
    ),
    Threshold(
        "count_unknown",
        0,
        "0 or 1",
        "[D] where nothing is known every trench would count",
        "1: ook waar niets over kabels bekend is",
        "1: also where nothing is known of cables",
        0,
        1,
    ),
    Threshold(
        "unknown_factor",
        0.2,
        "share",
        "[D]",
        "gewicht waar niets bekend is",
        "weight where nothing is known",
        most=1.0,
    ),
    Threshold("strip_m", 1.5, "m", "[D]", "breedte van de sleuf", "width of the trench", 0.1, 10.0),
    Threshold("unit_eur_m2", 100.0, "€/m²", "[D]", "vermeden kosten per m²", "cost avoided per m²"),
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
_EXPECTED, _UNKNOWN, _LATE = 2, 1, 0
_NEVER = np.int64(2**40)
_EXACT = 6


@dataclass(frozen=True)
class EmptyDuct(WideRule):
    """A redesign or long trench where cables will, or may, follow."""

    code: ClassVar[str] = "O17"
    version: ClassVar[int] = 1
    kind: ClassVar[Kind] = "opportunity"
    title_nl: ClassVar[str] = "Lege mantelbuis"
    title_en: ClassVar[str] = "Empty duct (dig once)"
    condition_nl: ClassVar[str] = (
        "Een herinrichting of een sleuf van ten minste 100 m, waar telecom of elektriciteit binnen "
        "3.652 dagen erna wordt verwacht (of, als dat is aangezet, onbekend is)."
    )
    condition_en: ClassVar[str] = (
        "A redesign or a trench of at least 100 m, where telecom or electricity is expected within "
        "3,652 days after it (or, where that is switched on, unknown)."
    )
    order_nl: ClassVar[str] = "het werk alleen"
    order_en: ClassVar[str] = "the work alone"
    source: ClassVar[str] = "[S] US dig-once (60-80% of fibre capex is burial)"
    about: ClassVar[str] = "works"
    neighbours_m: ClassVar[float] = NEAR_M

    thresholds: tuple[Threshold, ...] = THRESHOLDS

    @property
    def reach_m(self) -> float:
        """Cables in the same street."""
        return NEAR_M

    def hits(self, situation: Situation) -> WideHits:
        """Works in which an empty duct is worth its money."""
        works = situation.subject.works
        work = np.flatnonzero(self._opens_long(situation))
        state, first = self._cables(situation, work)
        least = _UNKNOWN if self.value("count_unknown") else _EXPECTED
        found = (state >= least).any(axis=1)
        work, state, first = work[found], state[found], first[found]
        if not len(work):
            return wide.no_hits()
        length = _length_m(situation, work)
        saving = self.value("unit_eur_m2") * self.value("strip_m") * length
        expected = (state == _EXPECTED).any(axis=1)
        weight = np.where(expected, 1.0, self.value("unknown_factor"))
        sooner = np.where(state == _EXPECTED, first, _NEVER).min(axis=1)
        gap = np.maximum(sooner - works.end[work], 0)
        return overlay.findings(
            situation,
            overlay.Cases.of(work),
            subject=np.zeros(len(work), dtype="V16"),
            start=works.start[work],
            end=works.end[work],
            score=100.0 * weight * np.minimum(1.0, saving / self.value("full_saving_eur")),
            measures={
                "length_m": length,
                "gap_days": np.where(expected, gap, np.nan),
                "saving_eur": saving,
            },
            pieces=works.footprint[work],
            told=[
                {
                    "expected": [c for c, s in zip(CABLES, row, strict=True) if s == _EXPECTED],
                    "unknown": [c for c, s in zip(CABLES, row, strict=True) if s == _UNKNOWN],
                    "from": int(day) if is_expected else 0,
                }
                for row, day, is_expected in zip(
                    state.tolist(), sooner.tolist(), expected.tolist(), strict=True
                )
            ],
        )

    def _opens_long(self, situation: Situation) -> Flags:
        works, traits = situation.subject.works, situation.subject.traits
        wanted = overlay.judged_works(situation)
        trench = traits.digs & (traits.shape == LINE) & wanted
        rows = np.flatnonzero(trench)
        length = np.round(shapely.length(works.geometry[rows]), _EXACT)
        trench[rows] = length >= self.value("trench_m")
        redesign = (works.activity == ACTIVITY.code("redesign")) & traits.renews_surface
        flags: Flags = wanted & (trench | redesign)
        return flags

    def _cables(self, situation: Situation, work: Keys) -> tuple[Keys, Keys]:
        """Of each work and kind of cable: expected, unknown or late, and from which day."""
        works, traits = situation.subject.works, situation.subject.traits
        start = works.start.astype(np.int64)
        last = works.end[work].astype(np.int64) + int(self.value("within_days"))
        state = np.full((len(work), len(CABLES)), _UNKNOWN, dtype=np.int64)
        first = np.full((len(work), len(CABLES)), _NEVER, dtype=np.int64)
        for column, facility in enumerate(CABLES):
            of_it = works.facility == FACILITY.code(facility)
            cables = np.flatnonzero(of_it & traits.digs & wide.active(situation))
            index = shapely.STRtree(works.footprint[cables])
            row, at = index.query(works.footprint[work], predicate="dwithin", distance=NEAR_M)
            cable = cables[at]
            later = works.end[cable] > works.start[work[row]]
            later &= works.project[cable] != works.project[work[row]]
            np.minimum.at(first[:, column], row[later], start[cable[later]])
            known = first[:, column] < _NEVER
            state[known, column] = np.where(first[known, column] <= last[known], _EXPECTED, _LATE)
            state[of_it[work], column] = _LATE
        return state, first

    def explain(self, text: WideText) -> Explanation:
        """Which cables will follow when, and what a duct saves."""
        saving_nl, saving_en = (
            wording.euros(text.measures["saving_eur"], language) for language in ("nl", "en")
        )
        return Explanation(
            title_nl=f"Lege mantelbuis: {called(text, 'nl')}",
            title_en=f"Empty duct: {called(text, 'en')}",
            nl=(
                f"{the_work(text, 'nl')} ({when(text, 'nl')}) legt de straat over "
                f"{wording.number(text.measures['length_m'], 'nl')} m open. {_why(text, 'nl')} Leg "
                f"nu mantelbuizen; later openbreken is dan niet nodig en dat scheelt ongeveer "
                f"{saving_nl}.{remark(text, 'nl')}"
            ),
            en=(
                f"{the_work(text, 'en')} ({when(text, 'en')}) opens the street over "
                f"{wording.number(text.measures['length_m'], 'en')} m. {_why(text, 'en')} Lay "
                f"ducts now; then it need not open again, which saves about "
                f"{saving_en}.{remark(text, 'en')}"
            ),
        )


def _length_m(situation: Situation, work: Keys) -> Floats:
    """Length of a line; of an area half its perimeter."""
    works, shape = situation.subject.works, situation.subject.traits.shape
    line = shape[work] == LINE
    around = shapely.length(works.footprint[work]) / 2.0
    length: Floats = np.where(line, shapely.length(works.geometry[work]), around)
    return length


def _why(text: WideText, language: Language) -> str:
    nl = language == "nl"
    expected = [FACILITY.title(c, language) for c in text.told["expected"]]
    if expected:
        day = wording.date(int(text.told["from"]), language)
        what = joined(expected, language)
        return f"Daar wordt {what} verwacht vanaf {day}." if nl else f"{what} follows from {day}."
    what = joined([FACILITY.title(c, language) for c in text.told["unknown"]], language)
    return f"Over {what} is daar niets bekend." if nl else f"Nothing is known there of {what}."


RULE = EmptyDuct()
