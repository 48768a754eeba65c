"""B25: somebody builds beside planned works, and nobody talks with them.

Exactly: a development site of a third party with neither contact nor agreement,
at most ``distance_m`` from the footprint of works of the programme, neither
completed nor withdrawn, other than developments themselves. One finding for
each site, with all these works. Period: that of the building where it is known,
else from the first to the last day of the works. Score: base x exposure x p,
with exposure from 0.5 to 1 at ``full_dwellings`` and p the mean chance of the
works.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import numpy as np
import shapely

from spatial import wide, wording
from spatial.finding import Explanation, WideHits, WideText
from spatial.overlay import base_score
from spatial.overlay_words import counted
from spatial.period import NO_DAY, day
from spatial.rule import Kind, Threshold, WideRule
from spatial.situation import Situation
from spatial.vocabulary import FACILITY, Language
from spatial.wide_words import capital, listed

THRESHOLDS = (
    Threshold(
        "distance_m",
        25.0,
        "m",
        "[C] kaart; KLO; number [D]",
        "ten hoogste zo ver van een werk",
        "at most so far from a work",
        most=250.0,
    ),
    base_score(60.0),
    Threshold(
        "full_dwellings",
        100,
        "dwellings",
        "[D]",
        "aantal woningen dat de volle score geeft",
        "dwellings that give the full score",
        1,
    ),
)
DRAWN_M = 1.0


@dataclass(frozen=True)
class ThirdPartyMissing(WideRule):
    """A development site beside works, with neither contact nor agreement."""

    code: ClassVar[str] = "B25"
    version: ClassVar[int] = 1
    kind: ClassVar[Kind] = "bottleneck"
    title_nl: ClassVar[str] = "Derde partij niet aan tafel"
    title_en: ClassVar[str] = "Third party missing"
    condition_nl: ClassVar[str] = (
        "Een ontwikkellocatie van een derde ligt ten hoogste 25 m van gepland werk, en er is geen "
        "contact en geen overeenkomst."
    )
    condition_en: ClassVar[str] = (
        "A development site of a third party lies at most 25 m from planned work, and there is "
        "neither contact nor an agreement."
    )
    order_nl: ClassVar[str] = "naar de eerste dag van de werken"
    order_en: ClassVar[str] = "by the first day of the works"
    source: ClassVar[str] = "[C] kaart integraal programmeren; [S] KLO"
    context: ClassVar[frozenset[str]] = frozenset({"development_sites"})
    about: ClassVar[str] = "development_sites"

    thresholds: tuple[Threshold, ...] = THRESHOLDS

    @property
    def reach_m(self) -> float:
        """The distance."""
        return self.value("distance_m")

    def hits(self, situation: Situation) -> WideHits:
        """Sites beside works about which nobody talks."""
        sites, works = situation.objects("development_sites"), situation.subject.works
        known = sites.columns["has_contact"] | sites.columns["has_agreement"]
        wanted = wide.is_judged(situation, len(sites)) & ~known.astype(np.bool_)
        near = wide.touching(situation, sites.geometry, wanted, self.value("distance_m"))
        near = near.take(works.facility[near.work] != FACILITY.code("development"))
        at, group = np.unique(near.object, return_inverse=True)
        if not len(at):
            return wide.no_hits()
        members = wide.Members.of(situation, group, near.work, len(at))
        first, last = members.hull(situation)
        start = np.where(sites.start[at] == NO_DAY, first, sites.start[at])
        end = np.where(sites.end[at] == NO_DAY, last, sites.end[at])
        end = np.maximum(end, start + 1)
        dwellings = sites.columns["dwellings"][at].astype(np.float64)
        exposure = 0.5 + 0.5 * np.clip(dwellings / self.value("full_dwellings"), 0.0, 1.0)
        away = shapely.distance(sites.geometry[at[members.group]], works.footprint[members.work])
        place = shapely.buffer(sites.geometry[at], DRAWN_M, quad_segs=2)
        return wide.made(
            members,
            key=[wide.key_of(i) for i in sites.id[at]],
            subject=sites.id[at],
            start=start,
            end=end,
            score=self.value("base_score") * exposure * wide.probability(situation, members),
            measures={
                "works": members.counts(),
                "dwellings": np.where(dwellings >= 0, dwellings, np.nan),
                "distance_m": np.minimum.reduceat(away, members.offsets[:-1]),
            },
            geometry=wide.multi(place),
            told=[
                {
                    "site": str(sites.name[s]),
                    "developer": str(sites.columns["developer"][s]),
                    "dated": bool(sites.start[s] != NO_DAY),
                }
                for s in at.tolist()
            ],
        )

    def explain(self, text: WideText) -> Explanation:
        """Who builds what and when, beside which works."""
        nl, en = _site(text, "nl"), _site(text, "en")
        return Explanation(
            title_nl=f"Niet aan tafel: {nl}",
            title_en=f"Not at the table: {en}",
            nl=(
                f"{capital(_who(text, 'nl'))} bouwt hier{_year(text, 'nl')}{_homes(text, 'nl')}: "
                f"{nl} ligt {_near(text, 'nl')} {listed(text.works, 'nl')} "
                f"({wording.period(text.start, text.end, 'nl')}). Er is geen contact en geen "
                "overeenkomst; nodig deze partij uit voordat het programma vastligt."
            ),
            en=(
                f"{capital(_who(text, 'en'))} builds here{_year(text, 'en')}{_homes(text, 'en')}: "
                f"{en} lies {_near(text, 'en')} {listed(text.works, 'en')} "
                f"({wording.period(text.start, text.end, 'en')}). There is no contact and no "
                "agreement; invite this party before the programme is fixed."
            ),
        )


def _site(text: WideText, language: Language) -> str:
    unnamed = "de ontwikkeling" if language == "nl" else "the development"
    return str(text.told["site"] or unnamed)


def _who(text: WideText, language: Language) -> str:
    return str(text.told["developer"] or ("een derde" if language == "nl" else "a third party"))


def _year(text: WideText, language: Language) -> str:
    if not text.told["dated"]:
        return ""
    year = day(text.start).year
    return f" vanaf {year}" if language == "nl" else f" from {year}"


def _homes(text: WideText, language: Language) -> str:
    homes = text.measures.get("dwellings", np.nan)
    if not homes > 0:
        return ""
    one, many = ("woning", "woningen") if language == "nl" else ("dwelling", "dwellings")
    return f" {counted(homes, one, many, language)}"


def _near(text: WideText, language: Language) -> str:
    distance = text.measures["distance_m"]
    if distance == 0:
        return "tegen of over" if language == "nl" else "against or across"
    metres = wording.number(distance, language, 1)
    return f"op {metres} m van" if language == "nl" else f"{metres} m from"


RULE = ThirdPartyMissing()
