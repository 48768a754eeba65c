"""B03: one street segment is opened again and again.

Exactly: works that open the surface, neither completed nor withdrawn, and use
the segment (:mod:`spatial.street_use`); their valid periods make one opening as
long as at most ``gap_days`` lie between them; at least ``openings`` openings
begin within ``within_days`` of each other. All openings that take part in such
a window, or in windows that share one, are one finding. Works of one
organisation count as well: the street goes open all the same. Period: from the
first day of the first to the last of the last. Score: base x exposure x p, with
exposure the openings as a share of ``full_openings``, 1 at most, and p the
mean chance of the works.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import numpy as np
import shapely

from spatial import wide, wording
from spatial.finding import Explanation, WideHits, WideText
from spatial.openings import openings, too_often
from spatial.period import years
from spatial.rule import Kind, Threshold, WideRule
from spatial.situation import Situation
from spatial.street_use import NEAR_M, judged_use, name_of, street_use
from spatial.vocabulary import Language
from spatial.wide_words import listed, street

THRESHOLDS = (
    Threshold("openings", 3, "times", "[D]", "kleinste aantal keren open", "fewest openings", 2),
    Threshold(
        "within_days",
        years(5),
        "d",
        "[D]",
        "dagen waarbinnen die openingen beginnen",
        "days within which those openings begin",
        1,
        years(25),
    ),
    Threshold(
        "gap_days",
        90,
        "d",
        "[D]",
        "tot zoveel dagen ertussen is het één opening",
        "up to so many days between them it is one opening",
        0,
        years(2),
    ),
    Threshold(
        "least_m",
        20.0,
        "m",
        "[D]",
        "korter gebruik van een wegvak is kruisen, tenzij het de helft of het naaste is",
        "shorter use of a segment is a crossing, unless it is half of it or the nearest",
        0.0,
        1_000.0,
    ),
    Threshold("base_score", 90.0, "points", "[D]", "hoogste score", "highest score", most=100.0),
    Threshold(
        "full_openings",
        6,
        "times",
        "[D]",
        "aantal openingen dat de volle score geeft",
        "openings that give the full score",
        2,
    ),
)


@dataclass(frozen=True)
class RepeatedOpening(WideRule):
    """Three or more separate openings of one segment within five years."""

    code: ClassVar[str] = "B03"
    version: ClassVar[int] = 1
    kind: ClassVar[Kind] = "bottleneck"
    title_nl: ClassVar[str] = "Herhaald openbreken"
    title_en: ClassVar[str] = "Repeated opening"
    condition_nl: ClassVar[str] = (
        "Een wegvak gaat binnen 1.826 dagen ten minste 3 keer open; werk met ten hoogste 90 dagen "
        "ertussen is één keer."
    )
    condition_en: ClassVar[str] = (
        "A street segment is opened at least 3 times within 1,826 days; work with at most 90 days "
        "in between is one opening."
    )
    order_nl: ClassVar[str] = "naar de eerste dag van de werken"
    order_en: ClassVar[str] = "by the first day of the works"
    source: ClassVar[str] = "[S] KLO, doublures; numbers [D]"
    context: ClassVar[frozenset[str]] = frozenset({"streets"})
    about: ClassVar[str] = "streets"

    thresholds: tuple[Threshold, ...] = THRESHOLDS

    @property
    def reach_m(self) -> float:
        """How far from the axis a work lies in the street."""
        return NEAR_M

    def hits(self, situation: Situation) -> WideHits:
        """Segments with openings that follow each other too often."""
        use = judged_use(situation, street_use(situation, self.value("least_m")))
        use = use.take(wide.opens(situation)[use.work])
        row, start, end = wide.periods(situation, use.work)
        segment, work = use.segment[row], use.work[row]
        found = openings(segment, start, end, self.value("gap_days"))
        run = too_often(found, int(self.value("openings")), int(self.value("within_days")))
        often = run >= 0
        group = run[found.of_row]
        heads = np.flatnonzero(np.diff(run[often], prepend=-1))
        n = len(heads)
        members = wide.Members.of(situation, group[group >= 0], work[group >= 0], n)
        times = np.bincount(run[often], minlength=n)
        where = found.place[often][heads]
        first = found.start[often][heads]
        last = np.maximum.reduceat(found.end[often], heads)
        streets = situation.objects("streets")
        exposure = np.minimum(1.0, times / self.value("full_openings"))
        opened = np.bincount(run[often], weights=(found.end - found.start)[often], minlength=n)
        keys = zip(where.tolist(), wide.quarter_of(first).tolist(), strict=True)
        return wide.made(
            members,
            key=[f"{wide.key_of(streets.id[s])}:{wide.quarter_name(q)}" for s, q in keys],
            subject=streets.id[where],
            start=first,
            end=last,
            score=self.value("base_score") * exposure * wide.probability(situation, members),
            measures={
                "openings": times,
                "open_days": opened,
                "works": members.counts(),
                "length_m": shapely.length(streets.geometry[where]),
            },
            geometry=wide.multi(shapely.buffer(streets.geometry[where], 3.0, quad_segs=2)),
            told=[{"street": name_of(situation, s)} for s in where.tolist()],
        )

    def explain(self, text: WideText) -> Explanation:
        """How often which street goes open, in which years, for which works."""
        nl, en = _times(text, "nl"), _times(text, "en")
        return Explanation(
            title_nl=f"{street(text, 'nl')} gaat {nl}",
            title_en=f"{street(text, 'en')} is {en}",
            nl=(
                f"{street(text, 'nl')} gaat {nl} {wording.period(text.start, text.end, 'nl')}, "
                f"samen {wording.days(text.measures['open_days'], 'nl')}, "
                f"voor {listed(text.works, 'nl')}. "
                "Breng deze werken bij elkaar, dan kan de straat daarna dicht blijven."
            ),
            en=(
                f"{street(text, 'en')} is {en} {wording.period(text.start, text.end, 'en')}, "
                f"{wording.days(text.measures['open_days'], 'en')} in all, "
                f"for {listed(text.works, 'en')}. "
                "Bring these works together, and the street can stay closed afterwards."
            ),
        )


def _times(text: WideText, language: Language) -> str:
    """How often, in how many years."""
    times = wording.number(text.measures["openings"], language)
    span = wording.number((text.end - text.start) / 365.25, language, 1)
    if language == "nl":
        return f"{times} keer open in {span} jaar"
    return f"opened {times} times in {span} years"


RULE = RepeatedOpening()
