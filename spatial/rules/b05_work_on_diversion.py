"""B05: a work lies on the diversion of another.

Exactly: the zone of a work (its footprint and less than ``margin_m`` around it)
meets the route of a diversion of another party, on at least one day that both
hold; neither completed nor withdrawn. Another party is as in rules over pairs: not
the diversion's own project, and another organisation, or another department where
both name one; phases of one owner are its own affair. A diversion of nobody known
is of another party. The days of a diversion are its
own, else those of the works of its project; it is not in force where those works
are all completed or withdrawn. One finding for each diversion and
work. Period: the days that both hold. Score: base x exposure x p, with
exposure the shared days as a share of ``full_days``, at least one half, and p the
mean chance of the works.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import numpy as np
import shapely

from spatial import wide, wording
from spatial.context import ContextObjects
from spatial.finding import Explanation, WideHits, WideText
from spatial.period import NO_DAY
from spatial.rule import Kind, Threshold, WideRule
from spatial.situation import Situation
from spatial.wide import Touching
from spatial.wide_words import listed
from spatial.work import NOBODY, Flags, Ints, Keys

THRESHOLDS = (
    Threshold(
        "margin_m",
        5.0,
        "m",
        "[S] GIPOD",
        "zone rond een werk",
        "zone around a work",
        0.1,
        50.0,
    ),
    Threshold(
        "shared_days", 1, "d", "[D]", "kleinste aantal gedeelde dagen", "fewest shared days", 1
    ),
    Threshold("base_score", 90.0, "points", "[D]", "hoogste score", "highest score", most=100.0),
    Threshold(
        "full_days",
        90,
        "d",
        "[D]",
        "aantal gedeelde dagen dat de volle score geeft",
        "shared days that give the full score",
        1,
    ),
)
_HALF = 0.5
_DRAWN_M = 5.0


@dataclass(frozen=True)
class WorkOnDiversion(WideRule):
    """A work on the route that carries another work's traffic."""

    code: ClassVar[str] = "B05"
    version: ClassVar[int] = 2
    kind: ClassVar[Kind] = "bottleneck"
    title_nl: ClassVar[str] = "Werk op omleidingsroute"
    title_en: ClassVar[str] = "Work on diversion"
    condition_nl: ClassVar[str] = (
        "De zone van 5 m rond een werk raakt de omleiding van een andere partij, op ten minste 1 "
        "dag dat beide gelden."
    )
    condition_en: ClassVar[str] = (
        "The zone of 5 m around a work meets the diversion of another party, on at least 1 day "
        "that both hold."
    )
    order_nl: ClassVar[str] = "naar de eerste dag van de werken"
    order_en: ClassVar[str] = "by the first day of the works"
    source: ClassVar[str] = "[S] AWV, GIPOD"
    context: ClassVar[frozenset[str]] = frozenset({"diversions"})
    about: ClassVar[str] = "diversions"

    thresholds: tuple[Threshold, ...] = THRESHOLDS

    @property
    def reach_m(self) -> float:
        """The zone around a work."""
        return self.value("margin_m")

    def hits(self, situation: Situation) -> WideHits:
        """Works on diversions, with the works whose diversion it is."""
        routes, works = situation.objects("diversions"), situation.subject.works
        start, end, owned = _days(situation, routes)
        known = wide.is_judged(situation, len(routes)) & (end > start)
        pairs = wide.touching(situation, routes.geometry, known, self.value("margin_m"))
        near = shapely.distance(
            routes.geometry[pairs.object], works.footprint[pairs.work]
        ) < self.value("margin_m")
        pairs = pairs.take(near & _of_others(situation, routes, pairs))
        row, first, last = wide.periods(situation, pairs.work)
        first = np.maximum(first, start[pairs.object[row]])
        last = np.minimum(last, end[pairs.object[row]])
        days = np.bincount(row, np.maximum(last - first, 0), len(pairs.object))
        rows = np.flatnonzero(days >= self.value("shared_days"))
        if not len(rows):
            return wide.no_hits()
        held = last > first
        begin, until = np.full(len(days), 2**31 - 1), np.full(len(days), NO_DAY)
        np.minimum.at(begin, row[held], first[held])
        np.maximum.at(until, row[held], last[held])
        return self._made(
            situation, pairs.take(rows), owned, (begin[rows], until[rows], days[rows])
        )

    def _made(
        self,
        situation: Situation,
        pairs: Touching,
        owned: tuple[Keys, Keys],
        time: tuple[Keys, Keys, np.ndarray],
    ) -> WideHits:
        routes, works = situation.objects("diversions"), situation.subject.works
        n = len(pairs.object)
        mine, at = wide.spread(pairs.object, owned[0])
        members = wide.Members.of(
            situation,
            np.concatenate((np.arange(n), mine)),
            np.concatenate((pairs.work, owned[1][at])),
            n,
        )
        begin, until, days = time
        ids = zip(pairs.object.tolist(), works.id[pairs.work], strict=True)
        ranks = wide.rank(situation)
        place = np.array(
            [
                np.searchsorted(ranks[members.work[a:b]], ranks[w])
                for a, b, w in zip(
                    members.offsets[:-1], members.offsets[1:], pairs.work, strict=True
                )
            ]
        )
        spot = shapely.intersection(
            shapely.buffer(works.footprint[pairs.work], self.value("margin_m"), quad_segs=4),
            shapely.buffer(routes.geometry[pairs.object], _DRAWN_M, quad_segs=4),
        )
        exposure = np.maximum(_HALF, np.minimum(1.0, days / self.value("full_days")))
        return wide.made(
            members,
            key=[f"{wide.key_of(routes.id[r])}:{wide.key_of(w)}" for r, w in ids],
            subject=routes.id[pairs.object],
            start=begin.astype(np.int32),
            end=until.astype(np.int32),
            score=self.value("base_score") * exposure * wide.probability(situation, members),
            measures={"shared_days": days},
            geometry=wide.multi(spot),
            told=[
                {"route": str(routes.name[r]), "on_it": int(p)}
                for r, p in zip(pairs.object.tolist(), place, strict=True)
            ],
        )

    def explain(self, text: WideText) -> Explanation:
        """Which work lies on whose diversion, and when."""
        at = int(text.told["on_it"])
        on_it = text.works[at]
        others = (*text.works[:at], *text.works[at + 1 :])
        name = str(text.told.get("route") or "")
        whose_nl = (
            f"de omleiding \N{LEFT SINGLE QUOTATION MARK}{name}\N{RIGHT SINGLE QUOTATION MARK}"
            if name
            else "de omleiding"
        )
        whose_en = (
            f"the diversion \N{LEFT SINGLE QUOTATION MARK}{name}\N{RIGHT SINGLE QUOTATION MARK}"
            if name
            else "the diversion"
        )
        if others:
            whose_nl += f" van {listed(others, 'nl')}"
            whose_en += f" of {listed(others, 'en')}"
        days_nl, days_en = (wording.days(text.measures["shared_days"], x) for x in ("nl", "en"))
        return Explanation(
            title_nl=f"{on_it.title or 'Een werk'} ligt op een omleiding",
            title_en=f"{on_it.title or 'A work'} lies on a diversion",
            nl=(
                f"{wording.work(on_it, 'nl')} ligt "
                f"{wording.period(text.start, text.end, 'nl')} op {whose_nl}, {days_nl} tegelijk. "
                "Verleg de omleiding of verschuif een van beide."
            ),
            en=(
                f"{wording.work(on_it, 'en')} lies on {whose_en} "
                f"{wording.period(text.start, text.end, 'en')}, {days_en} at once. "
                "Move the diversion, or shift one of the two."
            ),
        )


def _of_others(situation: Situation, routes: ContextObjects, pairs: Touching) -> Flags:
    """Where the diversion is not of the owner of the work."""
    works, projects = situation.subject.works, routes.columns["project_key"][pairs.object]
    row, at = wide.spread(projects, works.project)
    named = (works.department[at] != NOBODY) & (works.department[pairs.work[row]] != NOBODY)
    other = works.organisation[at] != works.organisation[pairs.work[row]]
    other |= named & (works.department[at] != works.department[pairs.work[row]])
    own = np.bincount(row[~other & (projects[row] >= 0)], minlength=len(projects)) > 0
    strange: Flags = ~own & (projects != works.project[pairs.work])
    return strange


def _days(situation: Situation, routes: ContextObjects) -> tuple[Ints, Ints, tuple[Keys, Keys]]:
    """First and last day of each diversion, and (diversion, work) of the works it belongs to."""
    works = situation.subject.works
    alive: Flags = wide.active(situation)
    rows = np.flatnonzero(alive & np.isin(works.project, routes.columns["project_key"]))
    diversion, at = wide.spread(routes.columns["project_key"], works.project[rows])
    known = routes.columns["project_key"][diversion] >= 0
    diversion, work = diversion[known], rows[at[known]]
    first = np.full(len(routes), 2**31 - 1, dtype=np.int64)
    last = np.full(len(routes), NO_DAY, dtype=np.int64)
    np.minimum.at(first, diversion, works.start[work])
    np.maximum.at(last, diversion, works.end[work])
    start = np.where(routes.start == NO_DAY, first, routes.start)
    end = np.where(routes.end == NO_DAY, last, routes.end)
    planned = np.isin(routes.columns["project_key"], works.project)
    over = planned & ~np.isin(np.arange(len(routes)), diversion)
    end = np.where(over & (routes.columns["project_key"] >= 0), NO_DAY, end)
    return start.astype(np.int32), end.astype(np.int32), (diversion, work)


RULE = WorkOnDiversion()
