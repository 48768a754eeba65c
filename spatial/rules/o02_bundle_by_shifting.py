"""O02: two parties open the same street at different times, and could shift together."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from spatial import wording
from spatial.bundling import (
    DRAWN_MARGIN_M,
    FADING,
    SPACE,
    WORTH,
    enough_in_common,
    faded,
    space_measures,
    two_parties_open,
    worth,
)
from spatial.facts import COSTLY, Facts
from spatial.finding import Explanation, Hits, PairText
from spatial.measure import NEAR_M
from spatial.period import years
from spatial.rule import Kind, PairRule, Threshold
from spatial.shifting import joint_slot, windows_suffice
from spatial.vocabulary import Language
from spatial.work import Flags

THRESHOLDS = (
    *SPACE,
    Threshold(
        "gap_days",
        years(5),
        "d",
        "[S] Daulat et al. 2024; San Francisco, five years",
        "grootste aantal dagen tussen de werken",
        "most days between the works",
        most=years(10),
    ),
    Threshold(
        "long_term_days",
        1096,
        "d",
        "[D]",
        "tussenruimte waarboven het een kans voor de lange termijn heet",
        "gap above which the opportunity is called long-term",
    ),
    *WORTH,
    FADING,
)


@dataclass(frozen=True)
class BundleByShifting(PairRule):
    """As O01 in space and party, no shared day, and both windows together suffice.

    A work with several valid periods moves as a whole; gap and joint slot are
    those of the two nearest periods.
    """

    code: ClassVar[str] = "O02"
    version: ClassVar[int] = 1
    kind: ClassVar[Kind] = "opportunity"
    title_nl: ClassVar[str] = "Bundelkans door schuiven"
    title_en: ClassVar[str] = "Bundling by shifting"
    condition_nl: ClassVar[str] = (
        "Twee partijen openen dezelfde straat na elkaar, en de speelruimte van beide samen is "
        "genoeg om het kortste werk geheel binnen het langste uit te voeren."
    )
    condition_en: ClassVar[str] = (
        "Two parties open the same street one after the other, and their windows together "
        "allow the shorter work to run wholly inside the longer."
    )
    order_nl: ClassVar[str] = "het vroegste werk (A) staat voorop en schuift naar achteren"
    order_en: ClassVar[str] = "the earlier work (A) comes first and moves back"
    source: ClassVar[str] = "[S] Daulat et al. 2024; San Francisco"
    needs: ClassVar[frozenset[str]] = COSTLY
    solves: ClassVar[frozenset[str]] = frozenset({"B01", "B02", "B04"})

    thresholds: tuple[Threshold, ...] = THRESHOLDS

    @property
    def reach_m(self) -> float:
        """A line shares its street within 10 m; so do two polygons widened by 5 m."""
        return NEAR_M

    @property
    def reach_days(self) -> int:
        """The largest gap."""
        return int(self.value("gap_days"))

    def wants(self, facts: Facts) -> Flags:
        """Two parties that open the surface, no shared day, gap and windows in order."""
        apart = (facts.time.shared_days < 1) & (facts.time.gap_days <= self.value("gap_days"))
        return windows_suffice(facts, two_parties_open(facts) & apart)

    def hits(self, facts: Facts) -> Hits:
        """Pairs with enough in common; both move in proportion to their slack."""
        row = np.flatnonzero(self.wants(facts) & enough_in_common(self, facts))
        slot = joint_slot(facts, row)
        gap = facts.time.gap_days[row]
        saving, score = worth(self, facts, row)
        margin = np.full(len(row), DRAWN_MARGIN_M)
        return Hits(
            row=row,
            first=slot.earlier,
            second=slot.later,
            start=slot.start,
            end=slot.end,
            score=np.round(score * faded(self, gap), 1),
            measures=space_measures(facts, row)
            | slot.measures()
            | {
                "saving_eur": saving,
                "long_term": (gap > self.value("long_term_days")).astype(np.float64),
            },
            margin_first_m=margin,
            margin_second_m=margin,
        )

    def explain(self, text: PairText) -> Explanation:
        """Who shifts by how much, into which joint slot, and what that saves."""
        return Explanation(
            title_nl=f"Schuiven en samen uitvoeren: {wording.both(text, 'nl')}",
            title_en=f"Shift and bundle: {wording.both(text, 'en')}",
            nl=_say_nl(text),
            en=_say_en(text),
        )


def _moves(text: PairText, language: Language) -> str:
    """Who moves which way, and by how much."""
    a, b = text.measures["shift_a_days"], text.measures["shift_b_days"]
    forward, back = ("naar voren", "naar achteren") if language == "nl" else ("earlier", "later")
    can = "kan" if language == "nl" else "can move"
    said = [
        f"{wording.work(side, language)} {can} {wording.days(shift, language)} {way}"
        for side, shift, way in ((text.second, b, forward), (text.first, a, back))
        if shift
    ]
    return (" en " if language == "nl" else " and ").join(said)


def _say_nl(text: PairText) -> str:
    m = text.measures
    return (
        f"{_moves(text, 'nl')}; dan vallen de werken samen "
        f"{wording.period(text.start, text.end, 'nl')}, binnen ieders speelruimte. "
        f"Nu liggen er {wording.days(m['gap_days'], 'nl')} tussen. Zij delen "
        f"{wording.extent(m['shared_length_m'], m['shared_area_m2'], 'nl')} van de straat; "
        "één keer openbreken in plaats van twee keer scheelt naar schatting "
        f"{wording.euros(m['saving_eur'], 'nl')}."
        + (" Dit is een kans voor de lange termijn." if m["long_term"] else "")
        + wording.remarks(text, "nl")
    )


def _say_en(text: PairText) -> str:
    m = text.measures
    return (
        f"{_moves(text, 'en')}; the works then run together "
        f"{wording.period(text.start, text.end, 'en')}, within the window of each. "
        f"Now {wording.days(m['gap_days'], 'en')} lie between them. They share "
        f"{wording.extent(m['shared_length_m'], m['shared_area_m2'], 'en')} of the street; "
        "opening it once instead of twice saves an estimated "
        f"{wording.euros(m['saving_eur'], 'en')}."
        + (" This is a long-term opportunity." if m["long_term"] else "")
        + wording.remarks(text, "en")
    )


RULE = BundleByShifting()
