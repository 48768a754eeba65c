"""B13: more cables and pipes in a street than its ground has room for.

Exactly: a street segment of which the public width is known; the strips of the
pipes that lie there (one for each facility) and of the works planned there
together are wider than the public width less a strip for each side on which a
tree stands. A work takes a strip of its own where it lays something new or
reinforces (one for each facility and organisation); what it renews or moves
takes the strip of what lies there, or one where nothing of that facility does.
Surveys, removals, maintenance, repairs, renovations and connections take none.
At least one planned work takes a strip. A work or pipe lies in a street where
at least 20 m of it, or half of the segment, lie within 10 m of the axis at an
angle of at most 30 degrees; a tree within 10 m of its axis. Period: from the
first to the last day of these works. Score: base x exposure x p, with exposure
the metres that lack over ``full_m``.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar, NamedTuple

import numpy as np
import shapely

from spatial import wide, wording
from spatial.finding import Explanation, WideHits, WideText
from spatial.overlay import base_score
from spatial.rule import Kind, Threshold, WideRule
from spatial.situation import Situation
from spatial.street_use import NEAR_M, name_of
from spatial.strips import STRIPS, lying_along, pipes_there, tree_sides
from spatial.traits import LINE, among
from spatial.vocabulary import ACTIVITY, FACILITY, Language
from spatial.wide_words import joined, listed, street
from spatial.work import Flags, Floats, Keys, Objects


def _strip(facility: str, metres: float, nl: str, en: str) -> Threshold:
    return Threshold(
        f"{facility}_m",
        metres,
        "m",
        "[D] cf. NEN 7171 [M]",
        f"strook voor {nl}",
        f"strip for {en}",
        most=10.0,
    )


THRESHOLDS = (
    *(
        _strip(f, metres, FACILITY.title(f, "nl"), FACILITY.title(f, "en"))
        for f, metres in STRIPS.items()
    ),
    _strip("tree", 2.0, "bomen aan één kant", "trees on one side"),
    base_score(75.0),
    Threshold(
        "full_m",
        3.0,
        "m",
        "[D]",
        "tekort aan breedte dat de volle score geeft",
        "lack of width that gives the full score",
        0.1,
    ),
)
_EXACT = 6
"""Decimals of metres that decide: 3.0 + 1.0 + 2.5 is 6.5."""


class _Demand(NamedTuple):
    """Strips that works need, one row a (segment, work); those that take one."""

    segment: Keys
    work: Keys
    metres: Floats


@dataclass(frozen=True)
class NoSubsurfaceSpace(WideRule):
    """Strips of what lies there and what is planned exceed the public width."""

    code: ClassVar[str] = "B13"
    version: ClassVar[int] = 1
    kind: ClassVar[Kind] = "bottleneck"
    title_nl: ClassVar[str] = "Ruimtegebrek ondergrond"
    title_en: ClassVar[str] = "No subsurface space"
    condition_nl: ClassVar[str] = (
        "De stroken van bestaande en geplande kabels en leidingen in een straat zijn samen breder "
        "dan de openbare breedte min 2 m voor elke kant met bomen."
    )
    condition_en: ClassVar[str] = (
        "The strips of existing and planned cables and pipes in a street are together wider than "
        "the public width less 2 m for each side with trees."
    )
    order_nl: ClassVar[str] = "naar de eerste dag van de werken"
    order_en: ClassVar[str] = "by the first day of the works"
    source: ClassVar[str] = "[S] drukte ondergrond COB, GPKL; widths [D], cf. NEN 7171 [M]"
    context: ClassVar[frozenset[str]] = frozenset({"streets", "pipes"})
    may_use: ClassVar[frozenset[str]] = frozenset({"trees"})
    about: ClassVar[str] = "streets"

    thresholds: tuple[Threshold, ...] = THRESHOLDS

    @property
    def reach_m(self) -> float:
        """How far from the axis a work lies in the street."""
        return NEAR_M

    def hits(self, situation: Situation) -> WideHits:
        """Segments in which the strips do not fit."""
        streets = situation.objects("streets")
        width = streets.columns["width_m"]
        wanted = wide.is_judged(situation, len(streets)) & ~np.isnan(width)
        there = pipes_there(situation, wanted)
        demand = self._demand(situation, wanted, there)
        n = len(streets)
        planned = np.bincount(demand.segment, weights=demand.metres, minlength=n)
        existing = there @ self._metres()
        sides = tree_sides(situation, wanted & (planned > 0))
        room = width - self.value("tree_m") * sides
        lacks = np.round(existing + planned - room, _EXACT)
        short = np.flatnonzero(wanted & (planned > 0) & (lacks > 0))
        if not len(short):
            return wide.no_hits()
        group = np.full(n, -1, dtype=np.int64)
        group[short] = np.arange(len(short))
        mine = group[demand.segment] >= 0
        members = wide.Members.of(
            situation, group[demand.segment[mine]], demand.work[mine], len(short)
        )
        start, end = members.hull(situation)
        exposure = np.minimum(1.0, lacks[short] / self.value("full_m"))
        words = tuple(STRIPS)
        return wide.made(
            members,
            key=[wide.key_of(streets.id[s]) for s in short.tolist()],
            subject=streets.id[short],
            start=start,
            end=end,
            score=self.value("base_score") * exposure * wide.probability(situation, members),
            measures={
                "width_m": width[short],
                "needed_m": (existing + planned)[short],
                "trees_m": (self.value("tree_m") * sides)[short],
                "lacking_m": lacks[short],
            },
            geometry=wide.multi(shapely.buffer(streets.geometry[short], 3.0, quad_segs=2)),
            told=[
                {
                    "street": name_of(situation, s),
                    "existing": [w for w, lies in zip(words, there[s], strict=True) if lies],
                }
                for s in short.tolist()
            ],
        )

    def _metres(self) -> Floats:
        return np.array(
            [
                self.value("sewer_m"),
                self.value("heat_m"),
                self.value("water_m"),
                self.value("gas_m"),
                self.value("electricity_m"),
                self.value("telecom_m"),
            ]
        )

    def _demand(self, situation: Situation, wanted: Flags, there: Flags) -> _Demand:
        """What each work takes; where several share a strip the first of them takes it."""
        works, laying = situation.subject.works, np.flatnonzero(_lays(situation))
        at, segment = lying_along(
            situation.objects("streets").geometry, wanted, _placed(situation, laying)
        )
        work = laying[at]
        kind = np.array(
            [[*STRIPS].index(f) if f in STRIPS else -1 for f in FACILITY.ids], dtype=np.int64
        )[works.facility[work]]
        extra = among(works.activity, ACTIVITY, ("new", "reinforce"))[work]
        takes = extra | ~there[segment, kind]
        segment, work, kind, extra = segment[takes], work[takes], kind[takes], extra[takes]
        owner = np.where(extra, works.organisation[work], -1)
        rows = np.column_stack((segment, kind, owner))
        shared = np.unique(rows, axis=0, return_inverse=True)[1].ravel()
        order = np.lexsort((wide.rank(situation)[work], shared))
        first = np.zeros(len(work), dtype=np.bool_)
        first[order[np.diff(shared[order], prepend=-1) != 0]] = True
        return _Demand(segment, work, self._metres()[kind] * first)

    def explain(self, text: WideText) -> Explanation:
        """How wide the profile is, what must fit, and who comes with what."""
        m = text.measures
        return Explanation(
            title_nl=f"Geen plaats in de ondergrond: {street(text, 'nl')}",
            title_en=f"No room below ground: {street(text, 'en')}",
            nl=(
                f"{street(text, 'nl')}: een profiel van {_metres(m['width_m'], 'nl')}"
                f"{_trees(text, 'nl')} biedt geen plaats voor de {_metres(m['needed_m'], 'nl')} "
                f"aan stroken die nodig zijn; {_metres(m['lacking_m'], 'nl')} te weinig. "
                f"{_existing(text, 'nl')}Gepland {wording.period(text.start, text.end, 'nl')}: "
                f"{listed(text.works, 'nl')}. Maak samen een dwarsprofiel voordat iemand ontwerpt."
            ),
            en=(
                f"{street(text, 'en')}: a profile of {_metres(m['width_m'], 'en')}"
                f"{_trees(text, 'en')} has no room for the {_metres(m['needed_m'], 'en')} of "
                f"strips that are needed; {_metres(m['lacking_m'], 'en')} too little. "
                f"{_existing(text, 'en')}Planned {wording.period(text.start, text.end, 'en')}: "
                f"{listed(text.works, 'en')}. Draw a cross-section together before anyone designs."
            ),
        )


def _lays(situation: Situation) -> Flags:
    """Works that put or keep a cable or pipe in the ground."""
    works = situation.subject.works
    idle = ("survey", "remove", "maintain", "repair", "urgent_repair", "renovate", "new_connection")
    flags: Flags = among(works.facility, FACILITY, STRIPS) & wide.active(situation)
    return flags & ~among(works.activity, ACTIVITY, idle)


def _placed(situation: Situation, work: Keys) -> Objects:
    """Lines as delivered, of other works the footprint."""
    works, shape = situation.subject.works, situation.subject.traits.shape
    placed: Objects = np.where(shape == LINE, works.geometry, works.footprint)
    return placed[work]


def _metres(value: float, language: Language) -> str:
    return f"{wording.number(value, language, 1)} m"


def _trees(text: WideText, language: Language) -> str:
    if not text.measures["trees_m"]:
        return ""
    metres = _metres(text.measures["trees_m"], language)
    return f", waarvan {metres} voor bomen," if language == "nl" else f", {metres} of it for trees,"


def _existing(text: WideText, language: Language) -> str:
    names = [FACILITY.title(f, language) for f in text.told["existing"]]
    if not names:
        return ""
    lies = "Er ligt al" if language == "nl" else "There already is"
    return f"{lies} {joined(names, language)}. "


RULE = NoSubsurfaceSpace()
