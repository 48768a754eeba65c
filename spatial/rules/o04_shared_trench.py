"""O04: two cables or pipes side by side that could lie in one trench.

Exactly: other party, neither completed nor withdrawn; both dig and both were
delivered as lines; the two facilities may share a trench (not heat with
drinking water; not gas with electricity unless the partnership has a spacing
rule for them); the length over which one line lies within ``apart_m`` of the
other at an angle of at most ``angle_deg``, the smaller of the lengths along
either line, is at least ``beside_m``; and there is a slot: at least one shared
day, or a gap of at most ``gap_days`` that the windows of both cover as in O02.
Distances are between the lines as delivered, not between their footprints.
Score: that of O02, with the length side by side in place of the shared length.
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
from spatial.shifting import joint_slot, windows_suffice
from spatial.traits import LINE
from spatial.vocabulary import FACILITY
from spatial.work import Flags, Floats

HEAT, WATER, GAS, ELECTRICITY = (FACILITY.code(f) for f in ("heat", "water", "gas", "electricity"))
THRESHOLDS = (
    Threshold(
        "apart_m",
        2.0,
        "m",
        "[D]",
        "grootste afstand tussen beide lijnen",
        "largest distance between the two lines",
        0.001,
        10.0,
    ),
    Threshold(
        "angle_deg",
        15.0,
        "°",
        "[D]",
        "grootste hoek tussen lijnen die naast elkaar lopen",
        "largest angle between lines that run side by side",
        most=90.0,
    ),
    Threshold(
        "beside_m",
        50.0,
        "m",
        "[D]",
        "kleinste lengte naast elkaar",
        "least length side by side",
        0.001,
    ),
    Threshold(
        "gap_days",
        years(5),
        "d",
        "[D] as O02",
        "grootste aantal dagen tussen de werken",
        "most days between the works",
        most=years(10),
    ),
    Threshold(
        "gas_with_electricity",
        0.0,
        "0 or 1",
        "[D]",
        "1 waar een afstandsregel voor gas naast elektriciteit is afgesproken",
        "1 where a spacing rule for gas beside electricity is agreed",
        most=1.0,
    ),
    *WORTH,
    FADING,
)


@dataclass(frozen=True)
class SharedTrench(PairRule):
    """Other party, both dig a line, side by side over enough length, and a slot exists."""

    code: ClassVar[str] = "O04"
    version: ClassVar[int] = 1
    kind: ClassVar[Kind] = "opportunity"
    title_nl: ClassVar[str] = "Gedeelde sleuf"
    title_en: ClassVar[str] = "Shared trench"
    condition_nl: ClassVar[str] = (
        "Twee partijen graven elk een lijn; de lijnen liggen over ten minste 50 m binnen 2 m van "
        "elkaar onder een hoek van ten hoogste 15° (de kleinste van de lengtes langs beide "
        "lijnen). De werken delen ten minste een dag, of er liggen ten hoogste 1.826 dagen tussen "
        "die de speelruimte van beide samen overbrugt, met de duur van het kortste werk erbij. "
        "Niet voor warmte met drinkwater, en zonder afspraak niet voor gas met elektriciteit."
    )
    condition_en: ClassVar[str] = (
        "Two parties each dig along a line; the lines lie within 2 m of each other at an angle of "
        "at most 15° over at least 50 m (the smaller of the lengths along either line). The works "
        "share at least a day, or at most 1,826 days lie between them and the windows of both "
        "cover these and the duration of the shorter work. Not for heat with drinking water, nor, "
        "without a spacing rule, for gas with electricity."
    )
    order_nl: ClassVar[str] = "het vroegste werk (A) staat voorop en schuift naar achteren"
    order_en: ClassVar[str] = "the earlier work (A) comes first and moves back"
    source: ClassVar[str] = "[S] GIPOD, sleufsynergie; numbers [D]"
    needs: ClassVar[frozenset[str]] = COSTLY
    solves: ClassVar[frozenset[str]] = frozenset({"B01", "B02", "B04"})

    thresholds: tuple[Threshold, ...] = THRESHOLDS

    @property
    def reach_m(self) -> float:
        """Footprints hold their lines, so they lie no further apart than the lines."""
        return self.value("apart_m")

    @property
    def reach_days(self) -> int:
        """The largest gap."""
        return int(self.value("gap_days"))

    def wants(self, facts: Facts) -> Flags:
        """Two parties that each dig a line, compatible, with a slot."""
        traits = facts.subject.traits
        digs, line = traits.digs, traits.shape == LINE
        both = facts.other_party & facts.active & digs[facts.first] & digs[facts.second]
        both &= line[facts.first] & line[facts.second] & self._compatible(facts)
        shared = facts.time.shared_days >= 1
        apart = both & ~shared & (facts.time.gap_days <= self.value("gap_days"))
        return (both & shared) | windows_suffice(facts, apart)

    def _compatible(self, facts: Facts) -> Flags:
        """Not heat with water; gas with electricity only where that is agreed."""
        facility = facts.subject.works.facility
        a, b = facility[facts.first], facility[facts.second]
        refused = ((a == HEAT) & (b == WATER)) | ((a == WATER) & (b == HEAT))
        if self.value("gas_with_electricity") < 1:
            refused |= ((a == GAS) & (b == ELECTRICITY)) | ((a == ELECTRICITY) & (b == GAS))
        compatible: Flags = ~refused
        return compatible

    def hits(self, facts: Facts) -> Hits:
        """Pairs whose lines run side by side for long enough."""
        near = self.wants(facts) & (facts.distance_m <= self.value("apart_m"))
        beside = facts.beside_m(near, self.value("apart_m"), self.value("angle_deg"))
        row = np.flatnonzero(near & (beside >= self.value("beside_m")))
        shared = facts.time.shared_days[row] >= 1
        slot = joint_slot(facts, row)
        saving, score = worth(self, facts, row, beside[row])
        margin = np.full(len(row), DRAWN_MARGIN_M)
        shifts: dict[str, Floats] = {
            name: np.where(shared, 0.0, days) for name, days in slot.measures().items()
        }
        return Hits(
            row=row,
            first=np.where(shared, facts.first[row], slot.earlier),
            second=np.where(shared, facts.second[row], slot.later),
            start=np.where(shared, facts.time.start[row], slot.start).astype(np.int32),
            end=np.where(shared, facts.time.end[row], slot.end).astype(np.int32),
            score=np.round(score * faded(self, facts.time.gap_days[row]), 1),
            measures=space_measures(facts, row)
            | shifts
            | {"saving_eur": saving, "beside_m": beside[row]},
            margin_first_m=margin,
            margin_second_m=margin,
        )

    def explain(self, text: PairText) -> Explanation:
        """How long they lie side by side, when one trench is possible, and what it saves."""
        m = text.measures
        metres = {language: wording.number(m["beside_m"], language, 1) for language in ("nl", "en")}
        return Explanation(
            title_nl=f"Eén sleuf mogelijk: {wording.both(text, 'nl')}",
            title_en=f"One trench possible: {wording.both(text, 'en')}",
            nl=(
                f"Over {metres['nl']} m liggen {wording.work(text.first, 'nl')} en "
                f"{wording.work(text.second, 'nl')} naast elkaar; één sleuf is mogelijk "
                f"{wording.period(text.start, text.end, 'nl')}{_how_nl(m)}. Dat scheelt naar "
                f"schatting {wording.euros(m['saving_eur'], 'nl')}.{wording.remarks(text, 'nl')}"
            ),
            en=(
                f"Over {metres['en']} m {wording.work(text.first, 'en')} and "
                f"{wording.work(text.second, 'en')} lie side by side; one trench is possible "
                f"{wording.period(text.start, text.end, 'en')}{_how_en(m)}. That saves an "
                f"estimated {wording.euros(m['saving_eur'], 'en')}.{wording.remarks(text, 'en')}"
            ),
        )


def _how_nl(m: dict[str, float]) -> str:
    if not m["shift_days"]:
        return ", want dan werken beide daar"
    later, earlier = (wording.days(m[n], "nl") for n in ("shift_a_days", "shift_b_days"))
    return f", als het eerste werk {later} naar achteren schuift en het tweede {earlier} naar voren"


def _how_en(m: dict[str, float]) -> str:
    if not m["shift_days"]:
        return ", for then both work there"
    later, earlier = (wording.days(m[n], "en") for n in ("shift_a_days", "shift_b_days"))
    return f", if the first work moves back {later} and the second comes forward {earlier}"


RULE = SharedTrench()
