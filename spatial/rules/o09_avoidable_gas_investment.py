"""O09: a gas main is renewed shortly before the street leaves gas.

Exactly: a work, neither completed nor withdrawn, of facility gas and activity
renew, not marked as urgent for safety, whose footprint covers part of an area
with an end date of gas; from the first day of the work to that date are at most
``within_days`` (fewer than none where the renewal comes after it). With several
areas the earliest end date counts. One finding for each work. Period: that of
the work. Score: 100 x min(1, saving / ``full_saving_eur``) x p, times
``proposed_factor`` where the date is proposed but not adopted; the saving is
``unit_eur_m2`` for each m² of the footprint in the area.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import numpy as np
import shapely

from spatial import overlay, wording
from spatial.finding import Explanation, WideHits, WideText
from spatial.overlay_words import called, named, remark, the_work, when
from spatial.period import years
from spatial.rule import Kind, Threshold, WideRule
from spatial.situation import Situation
from spatial.vocabulary import ACTIVITY, FACILITY, Language
from spatial.wide import no_hits
from spatial.work import Flags

THRESHOLDS = (
    Threshold(
        "within_days",
        years(15),
        "d",
        "[D]",
        "ten hoogste zoveel dagen vóór het einde van aardgas",
        "at most so many days before the end of gas",
        most=years(60),
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
    Threshold(
        "proposed_factor",
        0.7,
        "share",
        "[D]",
        "gewicht van een einddatum die nog niet is vastgesteld",
        "weight of an end date that is not adopted yet",
        most=1.0,
    ),
)


@dataclass(frozen=True)
class AvoidableGasInvestment(WideRule):
    """Gas renewed in an area that leaves gas within fifteen years."""

    code: ClassVar[str] = "O09"
    version: ClassVar[int] = 1
    kind: ClassVar[Kind] = "opportunity"
    title_nl: ClassVar[str] = "Vermijdbare investering gas"
    title_en: ClassVar[str] = "Avoidable gas investment"
    condition_nl: ClassVar[str] = (
        "Een gasleiding wordt vervangen ten hoogste 5.478 dagen (15 jaar) voordat het gebied van "
        "het aardgas gaat; niet waar de veiligheid het vraagt."
    )
    condition_en: ClassVar[str] = (
        "A gas main is renewed at most 5,478 days (15 years) before the area leaves gas; not "
        "where safety asks for it."
    )
    order_nl: ClassVar[str] = "het werk alleen"
    order_en: ClassVar[str] = "the work alone"
    source: ClassVar[str] = "[D]; 8-yr date aedes [S]"
    context: ClassVar[frozenset[str]] = frozenset({"gas_end_dates"})
    about: ClassVar[str] = "works"

    thresholds: tuple[Threshold, ...] = THRESHOLDS

    @property
    def reach_m(self) -> float:
        """Works in the area alone."""
        return 0.0

    def hits(self, situation: Situation) -> WideHits:
        """Renewals of gas mains that serve for a few years only."""
        areas, works = situation.objects("gas_end_dates"), situation.subject.works
        every = np.ones(len(areas), dtype=np.bool_)
        rows = overlay.meetings(situation, "gas_end_dates", _renewals(situation), every)
        ends = areas.columns["gas_ends_on"].astype(np.int64)
        rows = rows.take(ends[rows.object] - works.start[rows.work] <= self.value("within_days"))
        pieces = overlay.parts(situation, "gas_end_dates", rows)
        inside = shapely.area(pieces) > 0
        rows, pieces = rows.take(inside), pieces[inside]
        if not len(rows):
            return no_hits()
        cases = overlay.Cases.of(rows.work)
        drawn, ends_on = cases.union(pieces), cases.least(ends[rows.object])
        adopted = cases.most(areas.columns["status"][rows.object] == "adopted").astype(np.bool_)
        saving = self.value("unit_eur_m2") * shapely.area(drawn)
        weight = np.where(adopted, 1.0, self.value("proposed_factor"))
        names = cases.names(areas.name[rows.object])
        return overlay.findings(
            situation,
            cases,
            subject=cases.subject(areas.id[rows.object]),
            start=works.start[cases.work],
            end=works.end[cases.work],
            score=100.0 * weight * np.minimum(1.0, saving / self.value("full_saving_eur")),
            measures={
                "days_before_end": ends_on - works.start[cases.work],
                "shared_area_m2": shapely.area(drawn),
                "saving_eur": saving,
            },
            pieces=drawn,
            told=[
                {"areas": n, "ends_on": int(d), "adopted": bool(a)}
                for n, d, a in zip(names, ends_on.tolist(), adopted.tolist(), strict=True)
            ],
        )

    def explain(self, text: WideText) -> Explanation:
        """How long the main will serve, and what it could save not to renew it."""
        ends = int(text.told["ends_on"])
        area_nl = named(text.told["areas"], "nl", "dit gebied")
        area_en = named(text.told["areas"], "en", "this area")
        saving_nl, saving_en = (
            wording.euros(text.measures["saving_eur"], language) for language in ("nl", "en")
        )
        return Explanation(
            title_nl=f"Vermijdbare gasinvestering: {called(text, 'nl')}",
            title_en=f"Avoidable gas investment: {called(text, 'en')}",
            nl=(
                f"{the_work(text, 'nl')} ({when(text, 'nl')}) wordt {_before(text, 'nl')} "
                f"vervangen: {area_nl} heeft aardgas tot en met {wording.date(ends, 'nl')}"
                f"{_status(text, 'nl')}. Kan levensduurverlenging volstaan? Dat scheelt ongeveer "
                f"{saving_nl}.{remark(text, 'nl')}"
            ),
            en=(
                f"{the_work(text, 'en')} ({when(text, 'en')}) is renewed {_before(text, 'en')}: "
                f"{area_en} has gas until {wording.date(ends, 'en')}{_status(text, 'en')}. Could "
                f"extending its life do? That saves about {saving_en}.{remark(text, 'en')}"
            ),
        )


def _renewals(situation: Situation) -> Flags:
    works = situation.subject.works
    gas = (works.facility == FACILITY.code("gas")) & (works.activity == ACTIVITY.code("renew"))
    flags: Flags = gas & ~situation.noted.safety_urgent & overlay.judged_works(situation)
    return flags


def _before(text: WideText, language: Language) -> str:
    days = text.measures["days_before_end"]
    told = wording.number(abs(days) / 365.25, language, 1)
    if language == "nl":
        return f"{told} jaar {'vóór' if days >= 0 else 'na'} het einde van aardgas"
    unit = "year" if told == "1" else "years"
    return f"{told} {unit} {'before' if days >= 0 else 'after'} the end of gas"


def _status(text: WideText, language: Language) -> str:
    if text.told["adopted"]:
        return ""
    return " (nog niet vastgesteld)" if language == "nl" else " (not adopted yet)"


RULE = AvoidableGasInvestment()
