"""O06: a dig that could be done before the surface is renewed.

Exactly: the pair of B02 (A renews the surface, completed ones included; B digs,
not completed; any organisation but not one project; not for urgent repairs and
new connections; a period of B starts from the day on which A has ended until
``no_dig_days`` later, that day not counted; shared area at least
``shared_area_m2``) whose B can be advanced: the earliest start that the window
of B allows plus its duration is no later than the end of A. B moves as a
whole, so its first day counts where it has several periods. Period: the last
days before A ends that are as long as B takes. ``shift_days`` is by how much B
must come forward at least. Score: that of O02, with the days since A's end as
the gap.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from spatial import wording
from spatial.bundling import DRAWN_MARGIN_M, FADING, WORTH, faded, space_measures, worth
from spatial.facts import COSTLY, Facts
from spatial.finding import Explanation, Hits, PairText
from spatial.period import years
from spatial.rule import Kind, PairRule, Threshold
from spatial.work import Flags, Ints, Keys

THRESHOLDS = (
    Threshold(
        "no_dig_days",
        years(5),
        "d",
        "[S] San Francisco; Chicago; GPKL graafrust",
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
        0.001,
    ),
    *WORTH,
    FADING,
)


@dataclass(frozen=True)
class AdvanceBeforeNewPaving(PairRule):
    """The pair of B02 in which B may come forward to before the end of A."""

    code: ClassVar[str] = "O06"
    version: ClassVar[int] = 1
    kind: ClassVar[Kind] = "opportunity"
    title_nl: ClassVar[str] = "Naar voren halen vóór nieuwe verharding"
    title_en: ClassVar[str] = "Advance before new paving"
    condition_nl: ClassVar[str] = (
        "Een werk (B) zou binnen de graafrust van 1.826 dagen graven in ten minste 3 m² van een "
        "oppervlak dat een ander project (A) vernieuwt, en de speelruimte van B laat toe dat B "
        "klaar is voordat A eindigt. Niet voor spoedreparaties en nieuwe aansluitingen; A mag al "
        "gereed zijn."
    )
    condition_en: ClassVar[str] = (
        "A work (B) would dig, within the no-dig period of 1,826 days, in at least 3 m² of a "
        "surface that another project (A) renews, and the window of B allows B to end before A "
        "ends. Not for urgent repairs and new connections; A may be completed."
    )
    order_nl: ClassVar[str] = "eerst het werk dat het oppervlak vernieuwt (A), dan het gravende (B)"
    order_en: ClassVar[str] = "first the work that renews the surface (A), then the digging one (B)"
    source: ClassVar[str] = "[S] San Francisco; Chicago; GPKL graafrust"
    needs: ClassVar[frozenset[str]] = COSTLY
    solves: ClassVar[frozenset[str]] = frozenset({"B02", "B04"})

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
        """Either direction fits by what the works do, when, and how far they may move."""
        wanted: Flags = self._fits(facts, facts.first, facts.second)[0]
        return wanted | self._fits(facts, facts.second, facts.first)[0]

    def _fits(self, facts: Facts, surface: Keys, digger: Keys) -> tuple[Flags, Ints]:
        """Where this direction fits by the cheap facts, and when the digging starts."""
        traits, works = facts.subject.traits, facts.subject.works
        fits = traits.renews_surface[surface] & traits.digs[digger] & ~facts.one_project
        fits &= ~traits.withdrawn[surface] & ~traits.withdrawn[digger] & ~traits.completed[digger]
        fits &= ~traits.urgent_or_connection[digger]
        fits &= _need_days(facts, surface, digger) <= traits.slack_before[digger]
        rows = np.flatnonzero(fits)
        renewed = works.end[surface[rows]]
        start, found = facts.subject.calendar.next_start(digger[rows], renewed)
        fits[rows] = found & (start < renewed + self.value("no_dig_days"))
        starts = np.zeros(len(facts), dtype=np.int32)
        starts[rows] = start
        return fits, starts

    def hits(self, facts: Facts) -> Hits:
        """Pairs that share enough area, with the surface work first."""
        forward, forward_start = self._fits(facts, facts.first, facts.second)
        backward, backward_start = self._fits(facts, facts.second, facts.first)
        enough = facts.shared_area_m2 >= self.value("shared_area_m2")
        row = np.flatnonzero((forward | backward) & enough)
        ahead = forward[row]
        first, second = facts.first[row], facts.second[row]
        surface, digger = np.where(ahead, first, second), np.where(ahead, second, first)
        end = facts.subject.works.end[surface]
        lasts = facts.subject.traits.duration_days[digger]
        since = np.where(ahead, forward_start[row], backward_start[row]) - end
        need = np.maximum(0, facts.subject.works.start[digger] + lasts - end)
        saving, score = worth(self, facts, row)
        margin = np.full(len(row), DRAWN_MARGIN_M)
        return Hits(
            row=row,
            first=surface,
            second=digger,
            start=(end - lasts).astype(np.int32),
            end=end,
            score=np.round(score * faded(self, since), 1),
            measures=space_measures(facts, row)
            | {
                "gap_days": since.astype(np.float64),
                "shift_days": need.astype(np.float64),
                "saving_eur": saving,
            },
            margin_first_m=margin,
            margin_second_m=margin,
        )

    def explain(self, text: PairText) -> Explanation:
        """Before when the dig must be done, by how much it moves, and what stays whole."""
        m = text.measures
        area, forward = m["shared_area_m2"], m["shift_days"]
        return Explanation(
            title_nl=f"Eerst graven, dan verharden: {wording.both(text, 'nl')}",
            title_en=f"Dig first, pave after: {wording.both(text, 'en')}",
            nl=(
                f"Door {wording.work(text.second, 'nl')} vóór {wording.date(text.end, 'nl')} uit "
                f"te voeren, uiterlijk {wording.period(text.start, text.end, 'nl')}, blijft de "
                f"nieuwe verharding van {wording.work(text.first, 'nl')} heel: "
                f"{wording.number(area, 'nl', 1)} m². Het werk komt daarvoor "
                f"{wording.days(forward, 'nl')} naar voren, binnen zijn speelruimte, en dat "
                f"scheelt naar schatting {wording.euros(m['saving_eur'], 'nl')}."
                f"{wording.remarks(text, 'nl')}"
            ),
            en=(
                f"If {wording.work(text.second, 'en')} is done before "
                f"{wording.date(text.end, 'en')}, {wording.period(text.start, text.end, 'en')} at "
                f"the latest, the new paving of {wording.work(text.first, 'en')} stays whole: "
                f"{wording.number(area, 'en', 1)} m². The work comes forward "
                f"{wording.days(forward, 'en')} for that, within its window, which saves an "
                f"estimated {wording.euros(m['saving_eur'], 'en')}.{wording.remarks(text, 'en')}"
            ),
        )


def _need_days(facts: Facts, surface: Keys, digger: Keys) -> Ints:
    """Days by which the dig must come forward to end when the surface work ends."""
    works, traits = facts.subject.works, facts.subject.traits
    need: Ints = works.start[digger] + traits.duration_days[digger] - works.end[surface]
    return need


RULE = AdvanceBeforeNewPaving()
