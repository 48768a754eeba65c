"""B01: two parties use the same room on the same days without an agreement."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from spatial import wording
from spatial.facts import Facts
from spatial.finding import Explanation, Hits, PairText
from spatial.rule import Kind, PairRule, Threshold
from spatial.vocabulary import Language
from spatial.work import Flags, Floats, Keys

THRESHOLDS = (
    Threshold(
        "margin_m",
        5.0,
        "m",
        "[S] GIPOD",
        "zone rond een werk",
        "zone around a work",
        most=25.0,
    ),
    Threshold(
        "major_margin_m",
        10.0,
        "m",
        "[S] GIPOD",
        "zone rond een werk met belangrijke hinder",
        "zone around a work with major hindrance",
        most=25.0,
    ),
    Threshold(
        "shared_days", 1, "d", "[D]", "kleinste aantal gedeelde dagen", "fewest shared days", 1
    ),
    Threshold(
        "light_score",
        30.0,
        "points",
        "[D]",
        "hoogste score van een licht conflict",
        "highest score of a light conflict",
        most=100.0,
    ),
    Threshold(
        "apart_weight",
        0.6,
        "-",
        "[D]",
        "gewicht waar de werken zelf elkaar niet raken",
        "weight where the works themselves do not meet",
        most=1.0,
    ),
    Threshold(
        "full_days",
        90,
        "d",
        "[D]",
        "gedeelde dagen die de volle score geven",
        "shared days that give the full score",
        1,
    ),
)


@dataclass(frozen=True)
class SpaceTimeConflict(PairRule):
    """Other party, zones meet, at least a day shared, not in one accepted bundle."""

    code: ClassVar[str] = "B01"
    version: ClassVar[int] = 1
    kind: ClassVar[Kind] = "bottleneck"
    title_nl: ClassVar[str] = "Ruimte-tijdconflict"
    title_en: ClassVar[str] = "Space-time conflict"
    condition_nl: ClassVar[str] = (
        "De werkzones van twee partijen raken elkaar op dezelfde dagen, "
        "en de werken zitten niet samen in een aanvaarde bundel."
    )
    condition_en: ClassVar[str] = (
        "The work zones of two parties meet on the same days, "
        "and the works are not together in an accepted bundle."
    )
    order_nl: ClassVar[str] = "het werk dat het eerst begint staat voorop"
    order_en: ClassVar[str] = "the work that starts first comes first"
    source: ClassVar[str] = "[S] GIPOD"
    needs: ClassVar[frozenset[str]] = frozenset({"distance_m"})

    thresholds: tuple[Threshold, ...] = THRESHOLDS

    @property
    def reach_m(self) -> float:
        """Two of the widest margins."""
        return 2 * max(self.value("margin_m"), self.value("major_margin_m"))

    @property
    def reach_days(self) -> int:
        """Only works that share days."""
        return 0

    def wants(self, facts: Facts) -> Flags:
        """Other party, both in force, days shared, no common bundle."""
        enough: Flags = facts.time.shared_days >= self.value("shared_days")
        return facts.other_party & facts.active & enough & ~facts.one_bundle

    def hits(self, facts: Facts) -> Hits:
        """Pairs whose footprints lie less than the sum of both margins apart."""
        margin_first = self._margins(facts, facts.first)
        margin_second = self._margins(facts, facts.second)
        meet = facts.distance_m < margin_first + margin_second
        row = np.flatnonzero(self.wants(facts) & meet)
        shared = facts.time.shared_days[row].astype(np.float64)
        return Hits(
            row=row,
            first=facts.first[row],
            second=facts.second[row],
            start=facts.time.start[row],
            end=facts.time.end[row],
            score=self._score(facts, row, shared),
            measures={
                "distance_m": facts.distance_m[row],
                "shared_days": shared,
                "gap_days": facts.time.gap_days[row].astype(np.float64),
                "light": facts.light[row].astype(np.float64),
            },
            margin_first_m=margin_first[row],
            margin_second_m=margin_second[row],
        )

    def _margins(self, facts: Facts, works: Keys) -> Floats:
        major = facts.subject.traits.major_hindrance[works]
        margins: Floats = np.where(
            major, np.float64(self.value("major_margin_m")), np.float64(self.value("margin_m"))
        )
        return margins

    def _score(self, facts: Facts, row: Keys, shared_days: Floats) -> Floats:
        apart = facts.distance_m[row] > 0
        place = 1.0 - apart * (1.0 - self.value("apart_weight"))
        time = 0.5 + 0.5 * np.minimum(1.0, shared_days / self.value("full_days"))
        score = 100.0 * place * time * facts.probability[row]
        capped = np.where(facts.light[row], np.minimum(score, self.value("light_score")), score)
        return np.round(capped, 1).astype(np.float64)

    def explain(self, text: PairText) -> Explanation:
        """Who is in whose way, when, and how close."""
        return Explanation(
            title_nl=f"Zelfde plek, zelfde tijd: {wording.both(text, 'nl')}",
            title_en=f"Same place, same time: {wording.both(text, 'en')}",
            nl=(
                f"{wording.work(text.first, 'nl')} en {wording.work(text.second, 'nl')} gebruiken "
                f"{wording.period(text.start, text.end, 'nl')}, "
                f"{wording.days(text.measures['shared_days'], 'nl')}, dezelfde ruimte zonder "
                f"afspraak: {_closeness(text, 'nl')}.{wording.remarks(text, 'nl')}"
            ),
            en=(
                f"{wording.work(text.first, 'en')} and {wording.work(text.second, 'en')} use the "
                f"same room {wording.period(text.start, text.end, 'en')}, "
                f"{wording.days(text.measures['shared_days'], 'en')}, without an agreement: "
                f"{_closeness(text, 'en')}.{wording.remarks(text, 'en')}"
            ),
        )


def _closeness(text: PairText, language: Language) -> str:
    metres = text.measures["distance_m"]
    if metres == 0:
        return "de werken raken elkaar" if language == "nl" else "the works themselves meet"
    shown = "minder dan 0,1" if language == "nl" else "less than 0.1"
    if metres >= 0.1:  # noqa: PLR2004 -- a tenth is the last decimal shown
        shown = wording.number(metres, language, 1)
    if language == "nl":
        return f"de werken liggen {shown} m uit elkaar en hun werkzones overlappen"
    return f"the works lie {shown} m apart and their zones overlap"


RULE = SpaceTimeConflict()
