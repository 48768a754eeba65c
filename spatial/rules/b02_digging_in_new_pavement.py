"""B02: digging in a surface that was renewed a short while ago."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from spatial import wording
from spatial.facts import Facts
from spatial.finding import Explanation, Hits, PairText
from spatial.period import years
from spatial.rule import Kind, PairRule, Threshold
from spatial.work import Flags, Floats, Ints, Keys

THRESHOLDS = (
    Threshold(
        "no_dig_days",
        years(5),
        "d",
        "[S] San Francisco; breekverbod; GPKL graafrust",
        "graafrust na vernieuwing van de verharding",
        "no-dig period after the surface is renewed",
        1,
        years(10),
    ),
    Threshold(
        "shared_area_m2",
        3.0,
        "m²",
        "[S] GIPOD, categorie 2",
        "kleinste gedeelde oppervlakte",
        "least shared area",
    ),
    Threshold(
        "full_area_m2",
        50.0,
        "m²",
        "[D]",
        "gedeelde oppervlakte die de volle score geeft",
        "shared area that gives the full score",
        0.001,
    ),
)


@dataclass(frozen=True)
class DiggingInNewPavement(PairRule):
    """A renews the surface, B digs in it within the no-dig period.

    The surface is new from the last day of A's last period; B digs from the
    first of its periods that starts after that.
    """

    code: ClassVar[str] = "B02"
    version: ClassVar[int] = 1
    kind: ClassVar[Kind] = "bottleneck"
    title_nl: ClassVar[str] = "Openbreken van nieuwe verharding"
    title_en: ClassVar[str] = "Digging in new pavement"
    condition_nl: ClassVar[str] = (
        "Een werk graaft binnen de graafrust in een oppervlak dat een ander project vernieuwt; "
        "niet voor spoedreparaties en nieuwe aansluitingen."
    )
    condition_en: ClassVar[str] = (
        "A work digs, within the no-dig period, in a surface that another project renews; "
        "not for urgent repairs and new connections."
    )
    order_nl: ClassVar[str] = "eerst het werk dat het oppervlak vernieuwt (A), dan het gravende (B)"
    order_en: ClassVar[str] = "first the work that renews the surface (A), then the digging one (B)"
    source: ClassVar[str] = "[S] San Francisco Public Works Code; breekverbod; GPKL graafrust"
    needs: ClassVar[frozenset[str]] = frozenset({"shared_area_m2"})

    thresholds: tuple[Threshold, ...] = THRESHOLDS

    @property
    def reach_m(self) -> float:
        """Only footprints that share area."""
        return 0.0

    @property
    def reach_days(self) -> int:
        """The digging starts less than the no-dig period after the surface work ends."""
        return int(self.value("no_dig_days")) - 1

    def wants(self, facts: Facts) -> Flags:
        """Either direction fits by what the works do and when."""
        wanted: Flags = self._fits(facts, facts.first, facts.second)[0]
        return wanted | self._fits(facts, facts.second, facts.first)[0]

    def hits(self, facts: Facts) -> Hits:
        """Pairs that share enough area, with the surface work first."""
        forward, forward_start = self._fits(facts, facts.first, facts.second)
        backward, backward_start = self._fits(facts, facts.second, facts.first)
        enough = facts.shared_area_m2 >= self.value("shared_area_m2")
        row = np.flatnonzero((forward | backward) & enough)
        ahead = forward[row]
        first, second = facts.first[row], facts.second[row]
        surface, digger = np.where(ahead, first, second), np.where(ahead, second, first)
        works = facts.subject.works
        start = np.where(ahead, forward_start[row], backward_start[row]).astype(np.int32)
        since = (start - works.end[surface]).astype(np.float64)
        area = facts.shared_area_m2[row]
        none = np.zeros(len(row))
        return Hits(
            row=row,
            first=surface,
            second=digger,
            start=start,
            end=works.end[digger],
            score=self._score(since, area, facts.probability[row]),
            measures={
                "distance_m": none,
                "shared_area_m2": area,
                "shared_days": none,
                "gap_days": since,
                "days_after_renewal": since,
                "surface_is_first": np.ones(len(row)),
            },
            margin_first_m=none,
            margin_second_m=none,
        )

    def _fits(self, facts: Facts, surface: Keys, digger: Keys) -> tuple[Flags, Ints]:
        """Where this direction fits by the cheap facts, and when the digging starts."""
        traits, works = facts.subject.traits, facts.subject.works
        fits = traits.renews_surface[surface] & traits.digs[digger] & ~facts.one_project
        fits &= ~traits.withdrawn[surface] & ~traits.withdrawn[digger] & ~traits.completed[digger]
        fits &= ~traits.urgent_or_connection[digger]
        rows = np.flatnonzero(fits)
        renewed = works.end[surface[rows]]
        start, found = facts.subject.calendar.next_start(digger[rows], renewed)
        fits[rows] = found & (start < renewed + self.value("no_dig_days"))
        starts = np.zeros(len(facts), dtype=np.int32)
        starts[rows] = start
        return fits, starts

    def _score(self, since_days: Floats, area_m2: Floats, probability: Floats) -> Floats:
        fresh = 1.0 - since_days / self.value("no_dig_days")
        size = 0.5 + 0.5 * np.minimum(1.0, area_m2 / self.value("full_area_m2"))
        score: Floats = np.round(100.0 * fresh * size * probability, 1)
        return score

    def explain(self, text: PairText) -> Explanation:
        """Who digs in whose new surface, how long after, and how much of it."""
        since, area = text.measures["days_after_renewal"], text.measures["shared_area_m2"]
        rest = self.value("no_dig_days")
        return Explanation(
            title_nl=f"Nieuwe verharding weer open: {wording.both(text, 'nl')}",
            title_en=f"New pavement opened again: {wording.both(text, 'en')}",
            nl=(
                f"{wording.work(text.second, 'nl')} graaft "
                f"{wording.period(text.start, text.end, 'nl')} in het oppervlak dat "
                f"{wording.work(text.first, 'nl')} tot en met "
                f"{wording.date(text.first.end - 1, 'nl')} vernieuwt: {_after_nl(since)}, "
                f"op {wording.number(area, 'nl', 1)} m². De graafrust is "
                f"{wording.days(rest, 'nl')}.{wording.remarks(text, 'nl')}"
            ),
            en=(
                f"{wording.work(text.second, 'en')} digs "
                f"{wording.period(text.start, text.end, 'en')} in the surface that "
                f"{wording.work(text.first, 'en')} renews until "
                f"{wording.date(text.first.end - 1, 'en')}: {_after_en(since)}, "
                f"on {wording.number(area, 'en', 1)} m². The no-dig period is "
                f"{wording.days(rest, 'en')}.{wording.remarks(text, 'en')}"
            ),
        )


def _after_nl(days: float) -> str:
    return f"{wording.days(days, 'nl')} na oplevering" if days else "direct na oplevering"


def _after_en(days: float) -> str:
    return f"{wording.days(days, 'en')} after delivery" if days else "right after delivery"


RULE = DiggingInNewPavement()
