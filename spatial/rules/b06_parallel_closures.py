"""B06: roads closed at the same time shut in a neighbourhood or make it hard to reach.

Exactly: works with road impact closed, neither completed nor withdrawn, close
the segments that they use (:mod:`spatial.street_use`). Of a neighbourhood with
closed segments that touch it, on days on which the same are closed:

* with at least two works at once, fewer than ``least_access`` of the segments
  that lead out of it are open, or the paths from beyond them to its crossings
  become at least ``extra`` percent longer (:mod:`spatial.network`, within
  ``around_m`` of it);
* two segments of one closure group are closed by two works; or
* a segment on an emergency route is closed, always.

Consecutive days of this kind are one finding. Period: those days. Score: base x
exposure x p, with exposure 1 where it is shut in, a pair or an emergency route
is closed, else the extra length as a share of ``full_extra``, and p the mean
chance of the works.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache
from itertools import pairwise
from typing import Any, ClassVar, NamedTuple

import numpy as np
import shapely

from spatial import wide, wording
from spatial.finding import Explanation, WideHits, WideText
from spatial.network import Neighbourhood, network
from spatial.rule import Kind, Threshold, WideRule
from spatial.situation import Situation
from spatial.street_use import StreetUse, name_of, street_use
from spatial.vocabulary import ROAD_IMPACT
from spatial.wide_words import area, capital, joined, listed
from spatial.work import Floats, Keys

THRESHOLDS = (
    Threshold(
        "extra",
        50.0,
        "%",
        "[D]",
        "kleinste verlenging van de kortste weg",
        "least lengthening of the shortest path",
        0.1,
        10_000.0,
    ),
    Threshold(
        "least_access",
        1,
        "roads",
        "[S] AWV; number [D]",
        "kleinste aantal open toegangswegen",
        "fewest open access roads",
        1,
        20,
    ),
    Threshold(
        "around_m",
        1_000.0,
        "m",
        "[D]",
        "hoe ver rond de buurt omwegen worden gezocht",
        "how far around the neighbourhood detours are looked for",
        1.0,
        5_000.0,
    ),
    Threshold("base_score", 95.0, "points", "[D]", "hoogste score", "highest score", most=100.0),
    Threshold(
        "full_extra",
        200.0,
        "%",
        "[D]",
        "verlenging die de volle score geeft",
        "lengthening that gives the full score",
        1.0,
    ),
)
STREETS_TOLD = 5
_Effect = Callable[[frozenset[int]], tuple[float, int]]


class _Found(NamedTuple):
    """Days on which one neighbourhood is hard to reach."""

    area: int
    works: frozenset[int]
    segments: frozenset[int]
    start: int
    end: int
    extra: float
    access: int
    why: frozenset[str]


@dataclass(frozen=True)
class ParallelClosures(WideRule):
    """Simultaneous closures around a neighbourhood."""

    code: ClassVar[str] = "B06"
    version: ClassVar[int] = 1
    kind: ClassVar[Kind] = "bottleneck"
    title_nl: ClassVar[str] = "Parallelle afsluiting of insluiting"
    title_en: ClassVar[str] = "Parallel closures"
    condition_nl: ClassVar[str] = (
        "Gelijktijdige afsluitingen maken de kortste weg naar een buurt ten minste 50% langer of "
        "laten geen toegang open, sluiten beide wegen van een vast paar af, of een "
        "calamiteitenroute is dicht."
    )
    condition_en: ClassVar[str] = (
        "Simultaneous closures make the shortest path to a neighbourhood at least 50% longer or "
        "leave no access open, close both roads of a fixed pair, or an emergency route is closed."
    )
    order_nl: ClassVar[str] = "naar de eerste dag van de werken"
    order_en: ClassVar[str] = "by the first day of the works"
    source: ClassVar[str] = "[S] AWV; percentage [D]"
    context: ClassVar[frozenset[str]] = frozenset({"areas", "streets"})
    about: ClassVar[str] = "areas"

    thresholds: tuple[Threshold, ...] = THRESHOLDS

    @property
    def reach_m(self) -> float:
        """Works along segments that touch the neighbourhood."""
        return self.value("around_m")

    def hits(self, situation: Situation) -> WideHits:
        """Neighbourhoods hard to reach, judged one at a time: only those with closures."""
        works = situation.subject.works
        use = street_use(situation)
        closing = works.road_impact == ROAD_IMPACT.code("closed")
        use = use.take(closing[use.work])
        if not len(use.work):
            return wide.no_hits()
        areas, streets = situation.objects("areas"), situation.objects("streets")
        wanted = np.flatnonzero(wide.neighbourhoods(situation))
        segments = np.unique(use.segment)
        at, touched = shapely.STRtree(streets.geometry[segments]).query(
            areas.geometry[wanted], predicate="intersects"
        )
        row, of_use = wide.spread(segments[touched], use.segment)
        place = wanted[at[row]]
        order = np.argsort(place, kind="stable")
        ones, heads = np.unique(place[order], return_index=True)
        cuts = pairwise([*heads.tolist(), len(order)])
        found = [
            state
            for one, (head, tail) in zip(ones.tolist(), cuts, strict=True)
            for state in self._of_area(situation, one, use.take(of_use[order[head:tail]]))
        ]
        return self._made(situation, found) if found else wide.no_hits()

    def _of_area(self, situation: Situation, one: int, use: StreetUse) -> Iterator[_Found]:
        """The stretches of days on which this neighbourhood is hard to reach."""
        streets = situation.objects("streets")
        emergency = streets.columns["is_emergency_route"]
        if len(np.unique(use.work)) < 2 and not emergency[use.segment].any():  # noqa: PLR2004 -- parallel means two
            return
        row, start, end = wide.periods(situation, use.work)
        days = np.unique(np.concatenate((start, end))).tolist()

        @cache
        def open_roads() -> tuple[Neighbourhood, Floats]:
            around = self._around(situation, one)
            return around, around.lengths(np.empty(0, dtype=np.int64))

        @cache
        def effect(closed: frozenset[int]) -> tuple[float, int]:
            around, before = open_roads()
            extra, access = around.effect(before, np.array(sorted(closed), dtype=np.int64))
            return extra, access if len(around.gates) else -1

        current: _Found | None = None
        for first, last in pairwise(days):
            held = np.unique(row[(start <= first) & (end > first)])
            now = self._state(situation, use, held, effect)
            if current is not None and not now.why:
                yield current
            part = now._replace(area=one, start=first, end=last)
            current = (_joined(current, part) if current else part) if now.why else None
        if current is not None:
            yield current

    def _state(self, situation: Situation, use: StreetUse, held: Keys, effect: _Effect) -> _Found:
        """What the closures in these rows do, and why that is a finding, if it is."""
        closed = frozenset(use.segment[held].tolist())
        works = frozenset(use.work[held].tolist())
        why = self._always(situation, use, held)
        extra, access = effect(closed) if len(works) > 1 else (0.0, -1)
        if 0 <= access < self.value("least_access"):
            why.add("shut")
        if extra >= self.value("extra"):
            why.add("longer")
        return _Found(-1, works, closed, 0, 0, extra, access, frozenset(why))

    def _always(self, situation: Situation, use: StreetUse, held: Keys) -> set[str]:
        """Why this set of closures is a finding whatever the paths are."""
        streets = situation.objects("streets")
        why = set()
        if streets.columns["is_emergency_route"][use.segment[held]].any():
            why.add("emergency")
        groups = streets.columns["closure_group"][use.segment[held]]
        for group in {g for g in groups.tolist() if g}:
            mine = held[groups == group]
            if len(np.unique(use.segment[mine])) > 1 and len(np.unique(use.work[mine])) > 1:
                why.add("pair")
        return why

    def _around(self, situation: Situation, one: int) -> Neighbourhood:
        """The network in and around one neighbourhood."""
        area_shape = situation.objects("areas").geometry[one]
        index = situation.once(
            "network.tree", lambda: shapely.STRtree(situation.objects("streets").geometry)
        )
        near = index.query(area_shape, predicate="dwithin", distance=self.value("around_m"))
        return Neighbourhood.of(network(situation), np.sort(near), area_shape)

    def _made(self, situation: Situation, found: list[_Found]) -> WideHits:
        areas, streets = situation.objects("areas"), situation.objects("streets")
        n = len(found)
        counts = [len(f.works) for f in found]
        members = wide.Members.of(
            situation,
            np.repeat(np.arange(n), counts),
            np.array([w for f in found for w in f.works], dtype=np.int64),
            n,
        )
        where = np.array([f.area for f in found])
        start = np.array([f.start for f in found], dtype=np.int32)
        extra = np.array([f.extra for f in found])
        surely = np.array([bool(f.why - {"longer"}) for f in found])
        exposure = np.where(surely, 1.0, np.minimum(1.0, extra / self.value("full_extra")))
        closed = [sorted(f.segments) for f in found]
        shapes = [shapely.union_all(shapely.buffer(streets.geometry[s], 5.0)) for s in closed]
        return wide.made(
            members,
            key=_keys([wide.key_of(areas.id[g]) for g in where], wide.quarter_of(start)),
            subject=areas.id[where],
            start=start,
            end=np.array([f.end for f in found], dtype=np.int32),
            score=self.value("base_score") * exposure * wide.probability(situation, members),
            measures={
                "extra_percent": np.where(extra > 0, extra, np.nan),
                "open_access": [f.access if f.access >= 0 else np.nan for f in found],
                "works": members.counts(),
            },
            geometry=wide.multi(wide.texts(shapes)),
            told=[
                {
                    "area": str(areas.name[f.area]),
                    "streets": _names(situation, s),
                    "why": sorted(f.why),
                }
                for f, s in zip(found, closed, strict=True)
            ],
        )

    def explain(self, text: WideText) -> Explanation:
        """Which roads are closed at once, when, and what that does to whom."""
        why = set(text.told["why"])
        streets = [str(s) for s in text.told["streets"]]
        roads_nl = joined(streets, "nl") or "straten zonder naam"
        roads_en = joined(streets, "en") or "streets without a name"
        nl, en = [], []
        if "shut" in why:
            nl.append(f"{area(text, 'nl')} heeft te weinig open toegangswegen")
            en.append(f"{area(text, 'en')} has too few open access roads")
        if "longer" in why:
            x, y = (wording.number(text.measures["extra_percent"], i) for i in ("nl", "en"))
            nl.append(f"de weg naar {area(text, 'nl')} wordt gemiddeld {x}% langer")
            en.append(f"the way to {area(text, 'en')} becomes {y}% longer on average")
        if "pair" in why:
            nl.append("deze wegen mogen niet tegelijk dicht")
            en.append("these roads may not be closed at the same time")
        if "emergency" in why:
            nl.append("een calamiteitenroute is dicht")
            en.append("an emergency route is closed")
        one = len(streets) == 1
        return Explanation(
            title_nl=f"{capital(area(text, 'nl'))} is slecht bereikbaar",
            title_en=f"{capital(area(text, 'en'))} is hard to reach",
            nl=(
                f"{capital(wording.period(text.start, text.end, 'nl'))} {'is' if one else 'zijn'} "
                f"{roads_nl} dicht; {joined(nl, 'nl')}. Het gaat om {listed(text.works, 'nl')}."
            ),
            en=(
                f"{capital(wording.period(text.start, text.end, 'en'))} {roads_en} "
                f"{'is' if one else 'are'} closed; {joined(en, 'en')}. "
                f"It concerns {listed(text.works, 'en')}."
            ),
        )


def _joined(one: _Found, other: _Found) -> _Found:
    """Two stretches of days that follow each other, with the worst of both."""
    accesses = [a for a in (one.access, other.access) if a >= 0]
    return _Found(
        one.area,
        one.works | other.works,
        one.segments | other.segments,
        one.start,
        other.end,
        max(one.extra, other.extra),
        min(accesses, default=-1),
        one.why | other.why,
    )


def _keys(areas: list[str], quarters: Keys) -> list[str]:
    """Area and first quarter; the second of one quarter says so."""
    seen: dict[str, int] = {}
    keys = []
    for place, quarter in zip(areas, quarters.tolist(), strict=True):
        key = f"{place}:{wide.quarter_name(quarter)}"
        seen[key] = seen.get(key, 0) + 1
        keys.append(key if seen[key] == 1 else f"{key}:{seen[key]}")
    return keys


def _names(situation: Situation, segments: list[int]) -> list[Any]:
    """Names of these segments, each once, the first few."""
    names = dict.fromkeys(name_of(situation, s) for s in segments)
    return [n for n in names if n][:STREETS_TOLD]


RULE = ParallelClosures()
