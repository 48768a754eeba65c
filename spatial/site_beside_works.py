"""O15 over development sites that are no work: their developers may join works nearby.

Exactly: a site of the layer with known days, those of the building or else the
day from which it is to be connected; and works that open the surface, neither
completed nor withdrawn, at most ``near_m`` from it, with shared days or at most
``gap_days`` between a period of the work and the days of the site. One finding for
each site with its works. Period: from the first to the last day of site and
works. Score: base x nearness x time x p of the work for which that is most.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import numpy as np
import shapely

from spatial import wide, wording
from spatial.bundling import DRAWN_MARGIN_M, faded
from spatial.context import ContextObjects
from spatial.finding import Explanation, WideHits, WideText
from spatial.overlay_words import counted
from spatial.period import NO_DAY, day
from spatial.rule import Kind, Threshold, WideRule
from spatial.situation import Situation
from spatial.vocabulary import FACILITY, Language
from spatial.wide import Touching
from spatial.wide_words import capital, listed
from spatial.work import Floats, Ints


@dataclass(frozen=True)
class SiteBesideWorks(WideRule):
    """A site near works in the street; thresholds are those of the rule over pairs."""

    code: ClassVar[str] = "O15"
    version: ClassVar[int] = 1
    kind: ClassVar[Kind] = "opportunity"
    title_nl: ClassVar[str] = "Ontwikkelaar haakt aan"
    title_en: ClassVar[str] = "Developer joins"
    condition_nl: ClassVar[str] = "Een ontwikkellocatie ligt bij een werk dat het oppervlak opent."
    condition_en: ClassVar[str] = "A development site lies near a work that opens the surface."
    order_nl: ClassVar[str] = "naar de eerste dag van de werken"
    order_en: ClassVar[str] = "by the first day of the works"
    source: ClassVar[str] = "[S] KLO; London IMA; numbers [D]"
    context: ClassVar[frozenset[str]] = frozenset({"development_sites"})
    about: ClassVar[str] = "development_sites"

    thresholds: tuple[Threshold, ...]

    @property
    def reach_m(self) -> float:
        """The largest distance."""
        return self.value("near_m")

    def hits(self, situation: Situation) -> WideHits:
        """Sites with works near enough in place and time."""
        works, sites = situation.subject.works, situation.objects("development_sites")
        first, last = _days(sites)
        wanted = wide.is_judged(situation, len(sites)) & (first != NO_DAY)
        near = wide.touching(situation, sites.geometry, wanted, self.reach_m)
        strange = works.facility[near.work] != FACILITY.code("development")
        near = near.take(wide.opens(situation)[near.work] & strange)
        gap = _gap_days(situation, near, first, last)
        soon = gap <= self.value("gap_days")
        near, gap = near.take(soon), gap[soon]
        if not len(near.work):
            return wide.no_hits()
        at, group = np.unique(near.object, return_inverse=True)
        members = wide.Members.of(situation, group, near.work, len(at))
        away = shapely.distance(sites.geometry[near.object], works.footprint[near.work])
        score = np.zeros(len(at))
        np.maximum.at(score, group, self._score(situation, near, away, gap))
        least_away, least_gap = np.full(len(at), np.inf), np.full(len(at), np.inf)
        np.minimum.at(least_away, group, away)
        np.minimum.at(least_gap, group, gap)
        start, end = members.hull(situation)
        zones = shapely.buffer(sites.geometry[at], DRAWN_MARGIN_M, quad_segs=2)
        return wide.made(
            members,
            key=[wide.key_of(i) for i in sites.id[at]],
            subject=sites.id[at],
            start=np.minimum(start, first[at]),
            end=np.maximum(end, last[at]),
            score=score,
            measures={
                "works": members.counts(),
                "distance_m": least_away,
                "gap_days": least_gap,
                "dwellings": _known(sites.columns["dwellings"][at]),
            },
            geometry=wide.multi(zones),
            told=[
                {"site": str(sites.name[s]), "year": day(int(first[s])).year} for s in at.tolist()
            ],
        )

    def _score(self, situation: Situation, near: Touching, away: Floats, gap: Floats) -> Floats:
        share = np.minimum(1.0, away / max(self.reach_m, 1e-9))
        nearness = 1.0 - (1.0 - self.value("far_weight")) * share
        chance = situation.subject.traits.probability[near.work]
        score: Floats = self.value("base_score") * nearness * faded(self, gap) * chance
        return score

    def explain(self, text: WideText) -> Explanation:
        """What is built when, and which works open the street beside it."""
        nl, en = _site(text, "nl"), _site(text, "en")
        year = text.told["year"]
        return Explanation(
            title_nl=f"Ontwikkelaar kan aanhaken: {nl}",
            title_en=f"Developer may join: {en}",
            nl=(
                f"{capital(nl)}{_homes(text, 'nl')} heeft in {year} aansluitingen en een "
                f"ingerichte straat nodig; {wording.near(text.measures['distance_m'], 'nl')} "
                f"openen de straat: {listed(text.works, 'nl')}. Vraag of de ontwikkelaar aanhaakt."
            ),
            en=(
                f"{capital(en)}{_homes(text, 'en')} needs connections and a finished street in "
                f"{year}; {wording.near(text.measures['distance_m'], 'en')} these open the street: "
                f"{listed(text.works, 'en')}. Ask whether the developer joins."
            ),
        )


def _days(sites: ContextObjects) -> tuple[Ints, Ints]:
    """Half-open days of each site; from the day of connection where no building is dated."""
    first = np.where(sites.start == NO_DAY, sites.columns["connected_from"], sites.start)
    last = np.where(sites.end == NO_DAY, first + 1, sites.end)
    return first.astype(np.int32), last.astype(np.int32)


def _gap_days(situation: Situation, near: Touching, first: Ints, last: Ints) -> Floats:
    """Fewest days between a period of each work and those of its site; 0 where they share days."""
    row, start, end = wide.periods(situation, near.work)
    latest = np.maximum(start, first[near.object[row]]).astype(np.float64)
    between = np.maximum(0.0, latest - np.minimum(end, last[near.object[row]]))
    gap = np.full(len(near.work), np.inf)
    np.minimum.at(gap, row, between)
    return gap


def _known(counts: Ints) -> Floats:
    return np.where(counts < 0, np.nan, counts.astype(np.float64))


def _site(text: WideText, language: Language) -> str:
    unnamed = "de ontwikkeling" if language == "nl" else "the development"
    return str(text.told["site"] or unnamed)


def _homes(text: WideText, language: Language) -> str:
    homes = text.measures.get("dwellings", np.nan)
    if not homes > 0:
        return ""
    one, many = ("woning", "woningen") if language == "nl" else ("dwelling", "dwellings")
    return f" ({counted(homes, one, many, language)})"
