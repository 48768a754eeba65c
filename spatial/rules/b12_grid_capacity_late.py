"""B12: somebody needs power before the grid can give it.

Exactly: a development site, or a work that is neither completed nor withdrawn,
that needs power (kW) in an area of congestion for consumption, more than is
available where that is known, from a day less than ``margin_days`` after the
day on which the reinforcement is completed. A site needs it from the day that
it gives, else from the start of its building; a work from the day that its
owner gives, else from the day after its last. Without a day of completion, or
of need, there is nothing to compare. One finding for each area and each site
or work. A finding about a site names the works on electricity in the area;
where there are none, those at most ``beside_m`` from the site; a site without
either cannot be told to anyone and is left out. Period: from the need to the
completion, at least one day. Score: base x exposure x p, with exposure the days
from need to completion and margin over ``full_days``, and p that of the work,
of a site that of an unknown status.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar, NamedTuple

import numpy as np
import shapely
from numpy.typing import NDArray

from spatial import overlay, wide, wording
from spatial.finding import Explanation, WideHits, WideText
from spatial.period import NO_DAY, years
from spatial.rule import Kind, Threshold, WideRule
from spatial.situation import Situation
from spatial.traits import PROBABILITY
from spatial.vocabulary import FACILITY, Language
from spatial.wide import Members, Touching, multi, no_hits
from spatial.wide_words import capital, listed
from spatial.work import Flags, Floats, Keys, Objects

THRESHOLDS = (
    Threshold(
        "margin_days",
        years(0.25),
        "d",
        "[S] pMIEK; LAN; number [D]",
        "zo lang vóór de behoefte moet de verzwaring gereed zijn",
        "so long before the need the reinforcement must be completed",
        most=years(5),
    ),
    Threshold(
        "beside_m",
        25.0,
        "m",
        "[D]",
        "werk zo dicht bij een locatie hoort erbij",
        "work so near a site belongs to it",
        most=250.0,
    ),
    overlay.base_score(85.0),
    Threshold(
        "full_days",
        years(2),
        "d",
        "[D]",
        "dagen te laat die de volle score geven",
        "days too late that give the full score",
        1,
    ),
)


class _Needs(NamedTuple):
    """Needs for power in areas, one row each; ``site`` is -1 for works, ``work`` for sites."""

    area: Keys
    site: Keys
    work: Keys
    day: Keys
    kw: Floats

    def take(self, rows: Keys | Flags) -> _Needs:
        area, site, work, day, kw = self
        return _Needs(area[rows], site[rows], work[rows], day[rows], kw[rows])


@dataclass(frozen=True)
class GridCapacityLate(WideRule):
    """A site or work that needs power before the reinforcement is completed."""

    code: ClassVar[str] = "B12"
    version: ClassVar[int] = 1
    kind: ClassVar[Kind] = "bottleneck"
    title_nl: ClassVar[str] = "Netcapaciteit te laat"
    title_en: ClassVar[str] = "Grid capacity late"
    condition_nl: ClassVar[str] = (
        "Een ontwikkeling of werk heeft in een gebied met netcongestie stroom nodig eerder dan 91 "
        "dagen na het gereedkomen van de verzwaring."
    )
    condition_en: ClassVar[str] = (
        "A development or work in a congested area needs power less than 91 days after the "
        "reinforcement is completed."
    )
    order_nl: ClassVar[str] = "het werk, of naar de eerste dag van de werken"
    order_en: ClassVar[str] = "the work, or by the first day of the works"
    source: ClassVar[str] = "[S] pMIEK; LAN"
    context: ClassVar[frozenset[str]] = frozenset({"grid_congestion"})
    may_use: ClassVar[frozenset[str]] = frozenset({"development_sites"})
    about: ClassVar[str] = "grid_congestion"

    thresholds: tuple[Threshold, ...] = THRESHOLDS

    @property
    def reach_m(self) -> float:
        """Works beside a site on the edge of the area."""
        return self.value("beside_m")

    def hits(self, situation: Situation) -> WideHits:
        """Sites and works that need power too early."""
        areas = situation.objects("grid_congestion")
        needs = _joined(_of_works(situation), _of_sites(situation))
        ready = areas.columns["reinforced_on"].astype(np.int64)[needs.area]
        available = areas.columns["available_kw"][needs.area]
        late = needs.day < ready + int(self.value("margin_days"))
        late &= np.isnan(available) | (needs.kw > available)
        needs, ready = needs.take(late), ready[late]
        rows, work = self._works(situation, needs)
        told = np.unique(rows)
        needs, ready = needs.take(told), ready[told]
        n = len(told)
        if not n:
            return no_hits()
        members = Members.of(situation, np.searchsorted(told, rows), work, n)
        short = ready + int(self.value("margin_days")) - needs.day
        chance = np.where(
            needs.site < 0, wide.probability(situation, members), PROBABILITY["unknown"]
        )
        exposure = np.minimum(1.0, short / self.value("full_days"))
        return wide.made(
            members,
            key=_keys(situation, needs),
            subject=areas.id[needs.area],
            start=needs.day.astype(np.int32),
            end=np.maximum(ready, needs.day + 1).astype(np.int32),
            score=self.value("base_score") * exposure * chance,
            measures={"demand_kw": needs.kw, "days_late": ready - needs.day},
            geometry=_places(situation, needs),
            told=[
                {
                    "station": str(areas.columns["station"][a] or areas.name[a]),
                    "site": _site_name(situation, s) if s >= 0 else None,
                    "ready": int(r),
                }
                for a, s, r in zip(
                    needs.area.tolist(), needs.site.tolist(), ready.tolist(), strict=True
                )
            ],
        )

    def _works(self, situation: Situation, needs: _Needs) -> tuple[Keys, Keys]:
        """Works of each need, one row each: its own, else on electricity there, else beside it."""
        own = np.flatnonzero(needs.site < 0)
        sited = np.flatnonzero(needs.site >= 0)
        if not len(sited):
            return own, needs.work[own]
        areas, sites = situation.objects("grid_congestion"), situation.objects("development_sites")
        power = situation.subject.works.facility == FACILITY.code("electricity")
        there = wide.touching(situation, areas.geometry, _flags(len(areas), needs.area[sited]))
        there = there.take(power[there.work])
        near = wide.touching(
            situation,
            sites.geometry,
            _flags(len(sites), needs.site[sited]),
            self.value("beside_m"),
        )
        first, at = _each(there, needs.area[sited])
        without = ~np.isin(np.arange(len(sited)), first)
        second, beside = _each(near, needs.site[sited][without])
        return (
            np.concatenate((own, sited[first], sited[np.flatnonzero(without)[second]])),
            np.concatenate((needs.work[own], at, beside)),
        )

    def explain(self, text: WideText) -> Explanation:
        """Who needs how much from when, and when the grid is ready."""
        nl, en = _who(text, "nl"), _who(text, "en")
        need, ready = text.start, int(text.told["ready"])
        kw_nl, kw_en = (
            wording.number(text.measures["demand_kw"], language) for language in ("nl", "en")
        )
        station = str(text.told["station"])
        return Explanation(
            title_nl=f"Netcapaciteit te laat: {nl}",
            title_en=f"Grid capacity late: {en}",
            nl=(
                f"{capital(nl)} heeft {kw_nl} kW nodig vanaf {wording.date(need, 'nl')}; de "
                f"verzwaring{' van ' + station if station else ''} is "
                f"{wording.date(ready, 'nl')} gereed.{_grid_works(text, 'nl')} Stem fasering of "
                "een tijdelijke oplossing af met de netbeheerder."
            ),
            en=(
                f"{capital(en)} needs {kw_en} kW from {wording.date(need, 'en')}; the "
                f"reinforcement{' of ' + station if station else ''} is completed on "
                f"{wording.date(ready, 'en')}.{_grid_works(text, 'en')} Agree on phasing or a "
                "temporary solution with the grid operator."
            ),
        )


def _flags(n: int, rows: Keys) -> Flags:
    flags = np.zeros(n, dtype=np.bool_)
    flags[rows] = True
    return flags


def _wanted(situation: Situation) -> Flags:
    """Areas to be judged that lack power and know until when."""
    areas = situation.objects("grid_congestion")
    direction = areas.columns["direction"]
    wanted: Flags = (direction != "feed_in") & (areas.columns["reinforced_on"] != NO_DAY)
    return wanted & wide.is_judged(situation, len(areas))


def _of_works(situation: Situation) -> _Needs:
    noted, works = situation.noted, situation.subject.works
    rows = overlay.meetings(
        situation,
        "grid_congestion",
        wide.active(situation) & (noted.power_kw > 0),
        _wanted(situation),
    )
    day = np.where(noted.power_from == NO_DAY, works.end, noted.power_from)[rows.work]
    none = np.full(len(rows), -1, dtype=np.int64)
    return _Needs(rows.object, none, rows.work, day.astype(np.int64), noted.power_kw[rows.work])


def _of_sites(situation: Situation) -> _Needs:
    nothing = np.empty(0, dtype=np.int64)
    if "development_sites" not in situation.context:
        return _Needs(nothing, nothing, nothing, nothing, np.empty(0))
    areas, sites = situation.objects("grid_congestion"), situation.objects("development_sites")
    kw = sites.columns["demand_kw"]
    day = np.where(
        sites.columns["connected_from"] == NO_DAY, sites.start, sites.columns["connected_from"]
    )
    needing = np.flatnonzero((kw > 0) & (day != NO_DAY))
    wanted = np.flatnonzero(_wanted(situation))
    index = shapely.STRtree(sites.geometry[needing])
    area, at = index.query(areas.geometry[wanted], predicate="intersects")
    site = needing[at]
    order = np.lexsort((site, wanted[area]))
    area, site = wanted[area][order], site[order]
    none = np.full(len(site), -1, dtype=np.int64)
    return _Needs(area, site, none, day[site].astype(np.int64), kw[site])


def _joined(one: _Needs, other: _Needs) -> _Needs:
    columns: list[NDArray[Any]] = [np.concatenate(p) for p in zip(one, other, strict=True)]
    return _Needs(*columns)


def _each(found: Touching, wanted: Keys) -> tuple[Keys, Keys]:
    """For each wanted object its works: position in ``wanted``, work."""
    order = np.argsort(found.object, kind="stable")
    low = np.searchsorted(found.object[order], wanted)
    counts = np.searchsorted(found.object[order], wanted, side="right") - low
    row = np.repeat(np.arange(len(wanted)), counts)
    at = np.arange(len(row)) - np.repeat(np.cumsum(counts) - counts - low, counts)
    return row, found.work[order][at]


def _keys(situation: Situation, needs: _Needs) -> list[str]:
    areas, works = situation.objects("grid_congestion"), situation.subject.works
    keys = []
    for area, site, work in zip(
        needs.area.tolist(), needs.site.tolist(), needs.work.tolist(), strict=True
    ):
        who = situation.objects("development_sites").id[site] if site >= 0 else works.id[work]
        keys.append(f"{wide.key_of(areas.id[area])}:{wide.key_of(who)}")
    return keys


def _places(situation: Situation, needs: _Needs) -> Objects:
    """The footprint of a work, the site a little widened."""
    places = np.empty(len(needs.area), dtype=object)
    works = needs.site < 0
    places[works] = situation.subject.works.footprint[needs.work[works]]
    if (~works).any():
        sites = situation.objects("development_sites").geometry[needs.site[~works]]
        places[~works] = shapely.buffer(sites, 1.0, quad_segs=2)
    return multi(places)


def _site_name(situation: Situation, site: int) -> str:
    sites = situation.objects("development_sites")
    return str(sites.name[site] or sites.columns["developer"][site] or "")


def _who(text: WideText, language: Language) -> str:
    site = text.told["site"]
    if site is None:
        return wording.work(text.works[0], language)
    return str(site) or ("een ontwikkeling" if language == "nl" else "a development")


def _grid_works(text: WideText, language: Language) -> str:
    """The works that a finding about a site names."""
    if text.told["site"] is None:
        return ""
    told = listed(text.works, language)
    return f" Werk daar: {told}." if language == "nl" else f" Works there: {told}."


RULE = GridCapacityLate()
