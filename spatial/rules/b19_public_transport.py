"""B19: work in the way of a bus or tram.

Exactly: a work, neither completed nor withdrawn, whose zone meets that of a bus
or tram route (distance less than the margin of the work and ``route_m``) or of
a bus or tram stop (``stop_m``); where the route runs for some days only, on at
least one of these. One finding for each work, with all lines and stops. Period:
that of the work, or the days shared with the routes. Score: base x exposure x
p; exposure is 1 where the street is closed, else ``open_factor``, and more
lines up to ``full_lines`` count for half.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from spatial import overlay
from spatial.context import ContextObjects, objects
from spatial.finding import Explanation, WideHits, WideText
from spatial.overlay import Cases, Meetings
from spatial.overlay_words import called, counted, named, remark, the_work, when
from spatial.rule import Kind, Threshold, WideRule
from spatial.situation import Situation
from spatial.vocabulary import Language
from spatial.wide import no_hits
from spatial.work import Flags, Floats, Objects

THRESHOLDS = (
    Threshold(
        "route_m", 4.0, "m", "[S] GIPOD", "marge van een lijn", "margin of a route", most=100.0
    ),
    Threshold(
        "stop_m", 10.0, "m", "[S] GIPOD", "marge van een halte", "margin of a stop", most=100.0
    ),
    overlay.base_score(75.0),
    Threshold(
        "open_factor",
        0.5,
        "share",
        "[D]",
        "blootstelling waar de straat niet dicht is",
        "exposure where the street is not closed",
        most=1.0,
    ),
    Threshold(
        "full_lines",
        4,
        "lines",
        "[D]",
        "aantal lijnen dat de volle score geeft",
        "lines that give the full score",
        1,
    ),
)


@dataclass(frozen=True)
class PublicTransport(WideRule):
    """A work whose zone meets a bus or tram route or stop."""

    code: ClassVar[str] = "B19"
    version: ClassVar[int] = 1
    kind: ClassVar[Kind] = "bottleneck"
    title_nl: ClassVar[str] = "Openbaar vervoer"
    title_en: ClassVar[str] = "Public transport"
    condition_nl: ClassVar[str] = (
        "De zone van een werk raakt die van een bus- of tramlijn (marge 4 m) of van een bus- of "
        "tramhalte (marge 10 m)."
    )
    condition_en: ClassVar[str] = (
        "The zone of a work meets that of a bus or tram route (margin 4 m) or of a bus or tram "
        "stop (margin 10 m)."
    )
    order_nl: ClassVar[str] = "het werk alleen"
    order_en: ClassVar[str] = "the work alone"
    source: ClassVar[str] = "[S] GIPOD"
    any_context: ClassVar[frozenset[str]] = frozenset({"transit_routes", "transit_stops"})
    may_use: ClassVar[frozenset[str]] = frozenset({"transit_routes", "transit_stops"})
    about: ClassVar[str] = "works"

    thresholds: tuple[Threshold, ...] = THRESHOLDS

    @property
    def reach_m(self) -> float:
        """Both margins."""
        return overlay.MAJOR_ZONE_M + max(self.value("route_m"), self.value("stop_m"))

    def hits(self, situation: Situation) -> WideHits:
        """Works in the way of lines and stops, all of one work together."""
        routes, stops = (_known(situation, n) for n in ("transit_routes", "transit_stops"))
        on_route = self._meet(situation, routes, self.value("route_m"))
        shared = overlay.shared_days(
            situation, on_route.work, routes.start[on_route.object], routes.end[on_route.object]
        )
        on_route, shared = on_route.take(shared.days > 0), shared.take(shared.days > 0)
        at_stop = self._meet(situation, stops, self.value("stop_m"))
        work = np.concatenate((on_route.work, at_stop.work))
        if not len(work):
            return no_hits()
        cases, works = Cases.of(work), situation.subject.works
        lines = cases.names([*_lines(routes)[on_route.object], *[""] * len(at_stop)])
        halts = cases.names([*[""] * len(on_route), *stops.name[at_stop.object]])
        is_stop = np.arange(len(work)) >= len(on_route)
        count = np.array([len(n) for n in lines])
        count = np.maximum(count, (cases.total(~is_stop) > 0).astype(np.int64))
        start = np.concatenate((shared.start, works.start[at_stop.work]))
        end = np.concatenate((shared.end, works.end[at_stop.work]))
        ids = np.concatenate((routes.id[on_route.object], stops.id[at_stop.object]))
        pieces = np.concatenate(
            (_pieces(situation, routes, on_route, self), _pieces(situation, stops, at_stop, self))
        )
        return overlay.findings(
            situation,
            cases,
            subject=cases.subject(ids),
            start=cases.least(start),
            end=cases.most(end),
            score=self.value("base_score") * self._exposure(situation, cases, count),
            measures={"lines": count, "stops": cases.total(is_stop)},
            pieces=cases.union(pieces),
            told=[
                {"lines": n, "stops": s, "closed": bool(c)}
                for n, s, c in zip(lines, halts, _closed(situation, cases), strict=True)
            ],
        )

    def _meet(self, situation: Situation, some: ContextObjects, margin_m: float) -> Meetings:
        wanted = overlay.judged_works(situation)
        if some.layer not in situation.context:
            return overlay.joined([])
        mode = some.columns["mode"]
        road = (mode == "bus") | (mode == "tram") | (mode == "")
        return overlay.zones_meet(situation, some.layer, wanted, road, margin_m)

    def _exposure(self, situation: Situation, cases: Cases, lines: Floats) -> Floats:
        closed = np.where(_closed(situation, cases), 1.0, self.value("open_factor"))
        exposure: Floats = closed * (0.5 + 0.5 * np.minimum(1.0, lines / self.value("full_lines")))
        return exposure

    def explain(self, text: WideText) -> Explanation:
        """Which lines and stops, and whether they must divert."""
        nl, en = _what(text, "nl"), _what(text, "en")
        return Explanation(
            title_nl=f"Openbaar vervoer: {nl}, {called(text, 'nl')}",
            title_en=f"Public transport: {en}, {called(text, 'en')}",
            nl=(
                f"{the_work(text, 'nl')} ligt in de weg van {nl} ({when(text, 'nl')}). "
                f"{_effect(text, 'nl')} Overleg met de vervoerder over omrijden en een tijdelijke "
                f"halte.{remark(text, 'nl')}"
            ),
            en=(
                f"{the_work(text, 'en')} is in the way of {en} ({when(text, 'en')}). "
                f"{_effect(text, 'en')} Talk with the operator about a diversion and a temporary "
                f"stop.{remark(text, 'en')}"
            ),
        )


def _known(situation: Situation, layer: str) -> ContextObjects:
    """The objects of a layer, none where it is not loaded."""
    return situation.context.get(layer) or objects(layer, [])


def _lines(routes: ContextObjects) -> Objects:
    line: Objects = np.where(routes.columns["line"] == "", routes.name, routes.columns["line"])
    return line


def _closed(situation: Situation, cases: Cases) -> Flags:
    closed: Flags = situation.subject.traits.major_hindrance[cases.work]
    return closed


def _pieces(
    situation: Situation, some: ContextObjects, rows: Meetings, rule: PublicTransport
) -> Objects:
    if not len(rows):
        return np.empty(0, dtype=object)
    return overlay.parts(situation, some.layer, rows, rule.reach_m)


def _what(text: WideText, language: Language) -> str:
    nl = language == "nl"
    lines, stops = int(text.measures["lines"]), int(text.measures["stops"])
    told = []
    if lines:
        word = ("lijn" if lines == 1 else "lijnen") if nl else ("line" if lines == 1 else "lines")
        unnamed = "zonder nummer" if nl else "without a number"
        told.append(f"{word} {named(text.told['lines'], language, unnamed)}")
    if stops:
        one, many = ("halte", "haltes") if nl else ("stop", "stops")
        names = named(text.told["stops"], language)
        told.append(counted(stops, one, many, language) + (f" ({names})" if names else ""))
    return (" en " if nl else " and ").join(told)


def _effect(text: WideText, language: Language) -> str:
    if not text.measures["lines"]:
        if language == "nl":
            return "De halte is dan niet of slecht bereikbaar."
        return "The stop can then hardly be reached, or not at all."
    one = text.measures["lines"] == 1
    if text.told["closed"]:
        if language == "nl":
            return f"De straat is dicht: de {'lijn moet' if one else 'lijnen moeten'} omrijden."
        return f"The street is closed: the {'line' if one else 'lines'} must divert."
    if language == "nl":
        return f"Mogelijk {'moet de lijn' if one else 'moeten de lijnen'} omrijden."
    return f"The {'line' if one else 'lines'} may have to divert."


RULE = PublicTransport()
