"""O10: the grid is reinforced in the neighbourhood where a street is redesigned.

Exactly: a work with activity redesign or renovate, and in the same
neighbourhood a grid work: facility electricity with activity reinforce, or new
where it is not drawn as a line (a station); neither completed nor withdrawn,
not of one project, at most ``gap_days`` between them. One finding for each
redesign and neighbourhood, with all its grid works. Period: from the first to
the last day of the works. Score: base x time x p, time falling from 1 to 0 over
``fading_days`` with the nearest grid work, and p the mean chance of the works.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from spatial import wide, wording
from spatial.finding import Explanation, WideHits, WideText
from spatial.period import years
from spatial.rule import Kind, Threshold, WideRule
from spatial.situation import Situation
from spatial.together import beside_in_time
from spatial.traits import LINE
from spatial.vocabulary import ACTIVITY, FACILITY, Language
from spatial.wide_words import area, listed
from spatial.work import Flags

THRESHOLDS = (
    Threshold(
        "gap_days",
        years(3),
        "d",
        "[D]",
        "grootste aantal dagen tussen de werken",
        "most days between the works",
        0,
        years(15),
    ),
    Threshold(
        "station_m2",
        30.0,
        "m²",
        "[S] Buurtaanpak LAN: 25 tot 30 m²",
        "ruimte voor één transformatorhuisje",
        "room for one transformer house",
        1.0,
        500.0,
    ),
    Threshold("base_score", 60.0, "points", "[D]", "hoogste score", "highest score", most=100.0),
    Threshold(
        "fading_days",
        years(6),
        "d",
        "[D]",
        "tussenruimte waarbij de score nul wordt",
        "gap at which the score becomes nil",
        1,
    ),
)


@dataclass(frozen=True)
class GridReinforcementAndRedesign(WideRule):
    """Room for transformer houses in a redesign while the grid is reinforced."""

    code: ClassVar[str] = "O10"
    version: ClassVar[int] = 1
    kind: ClassVar[Kind] = "opportunity"
    title_nl: ClassVar[str] = "Netverzwaring en herinrichting"
    title_en: ClassVar[str] = "Grid reinforcement and redesign"
    condition_nl: ClassVar[str] = (
        "Een netverzwaring of nieuw station en een herinrichting of renovatie liggen in dezelfde "
        "buurt, met ten hoogste 1.095 dagen ertussen."
    )
    condition_en: ClassVar[str] = (
        "A grid reinforcement or new station and a redesign or renovation lie in the same "
        "neighbourhood, with at most 1,095 days in between."
    )
    order_nl: ClassVar[str] = "naar de eerste dag van de werken"
    order_en: ClassVar[str] = "by the first day of the works"
    source: ClassVar[str] = "[S] Buurtaanpak LAN; Kaag en Braassem; numbers [D]"
    context: ClassVar[frozenset[str]] = frozenset({"areas"})
    about: ClassVar[str] = "areas"

    thresholds: tuple[Threshold, ...] = THRESHOLDS

    @property
    def reach_m(self) -> float:
        """Works in the neighbourhood alone."""
        return 0.0

    def hits(self, situation: Situation) -> WideHits:
        """Redesigns with grid works in their neighbourhood."""
        pairs = wide.in_neighbourhoods(situation)
        works = situation.subject.works
        carrier = wide.coded(works.activity, ACTIVITY, "redesign", "renovate")
        _, left, right, gap = beside_in_time(
            situation, pairs, carrier, _grid(situation), self.value("gap_days")
        )
        if not len(left):
            return wide.no_hits()
        rows, group = np.unique(left, return_inverse=True)
        n = len(rows)
        everyone = np.concatenate((pairs.work[right], pairs.work[rows]))
        members = wide.Members.of(situation, np.append(group, np.arange(n)), everyone, n)
        least_gap = np.full(n, np.inf)
        np.minimum.at(least_gap, group, gap)
        stations = np.bincount(group, minlength=n)
        start, end = members.hull(situation)
        areas = situation.objects("areas")
        where, which = pairs.object[rows], pairs.work[rows]
        ids = zip(where.tolist(), works.id[which], strict=True)
        time = np.maximum(0.0, 1.0 - least_gap / self.value("fading_days"))
        carriers = wide.Members.of(situation, np.arange(n), which, n)
        return wide.made(
            members,
            key=[f"{wide.key_of(areas.id[g])}:{wide.key_of(w)}" for g, w in ids],
            subject=areas.id[where],
            start=start,
            end=end,
            score=self.value("base_score") * time * wide.probability(situation, members),
            measures={
                "stations": stations,
                "room_m2": stations * self.value("station_m2"),
                "gap_days": least_gap,
                "works": members.counts(),
            },
            geometry=wide.place_of(situation, carriers),
            told=[{"area": str(areas.name[g])} for g in where.tolist()],
        )

    def explain(self, text: WideText) -> Explanation:
        """For how many stations the redesign should keep room, and beside which works."""
        nl, en = (wording.number(text.measures["stations"], x) for x in ("nl", "en"))
        room_nl, room_en = (wording.number(text.measures["room_m2"], x) for x in ("nl", "en"))
        gap = text.measures["gap_days"]
        place_nl, place_en = ("plek", "place") if nl == "1" else ("plekken", "places")
        together_nl, together_en = ("", "") if nl == "1" else ("samen ", " in all")
        return Explanation(
            title_nl=f"Ruimte voor het stroomnet in {area(text, 'nl')}",
            title_en=f"Room for the power grid in {area(text, 'en')}",
            nl=(
                f"Reserveer in de herinrichting {nl} {place_nl} voor een transformatorhuisje "
                f"({together_nl}ongeveer {room_nl} m²): in {area(text, 'nl')} wordt ook het "
                f"stroomnet verzwaard, {_apart(gap, 'nl')}. Het gaat om {listed(text.works, 'nl')}."
            ),
            en=(
                f"Keep {en} {place_en} for a transformer house in the redesign (about {room_en} m²"
                f"{together_en}): the grid in {area(text, 'en')} is reinforced as well, "
                f"{_apart(gap, 'en')}. It concerns {listed(text.works, 'en')}."
            ),
        )


def _grid(situation: Situation) -> Flags:
    works = situation.subject.works
    power = works.facility == FACILITY.code("electricity")
    station = wide.coded(works.activity, ACTIVITY, "new") & (situation.subject.traits.shape != LINE)
    flags: Flags = power & (wide.coded(works.activity, ACTIVITY, "reinforce") | station)
    return flags


def _apart(gap: float, language: Language) -> str:
    if not gap:
        return "in dezelfde tijd" if language == "nl" else "at the same time"
    days = wording.days(gap, language)
    return f"met {days} ertussen" if language == "nl" else f"with {days} in between"


RULE = GridReinforcementAndRedesign()
