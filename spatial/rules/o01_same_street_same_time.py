"""O01: two parties open the same street in the same period."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from spatial import wording
from spatial.bundling import (
    DRAWN_MARGIN_M,
    SPACE,
    WORTH,
    enough_in_common,
    space_measures,
    two_parties_open,
    worth,
)
from spatial.facts import COSTLY, Facts
from spatial.finding import Explanation, Hits, PairText
from spatial.measure import NEAR_M
from spatial.rule import Kind, PairRule, Threshold
from spatial.work import Flags

THRESHOLDS = (
    *SPACE,
    Threshold(
        "shared_days", 1, "d", "[D]", "kleinste aantal gedeelde dagen", "fewest shared days", 1
    ),
    *WORTH,
)


@dataclass(frozen=True)
class SameStreetSameTime(PairRule):
    """Other party, both open the surface, enough in common, at least a day shared."""

    code: ClassVar[str] = "O01"
    version: ClassVar[int] = 1
    kind: ClassVar[Kind] = "opportunity"
    title_nl: ClassVar[str] = "Bundelkans: zelfde straat, zelfde tijd"
    title_en: ClassVar[str] = "Bundling: same street, same time"
    condition_nl: ClassVar[str] = (
        "Twee partijen openen in dezelfde dagen dezelfde straat: "
        "genoeg gedeelde lengte of genoeg gedeelde oppervlakte."
    )
    condition_en: ClassVar[str] = (
        "Two parties open the same street on the same days: "
        "enough shared length or enough shared area."
    )
    order_nl: ClassVar[str] = "het werk dat het eerst begint staat voorop"
    order_en: ClassVar[str] = "the work that starts first comes first"
    source: ClassVar[str] = "[S] GIPOD; Rotterdam, samenwerken in de ondergrond"
    needs: ClassVar[frozenset[str]] = COSTLY
    solves: ClassVar[frozenset[str]] = frozenset({"B01", "B02", "B04"})

    thresholds: tuple[Threshold, ...] = THRESHOLDS

    @property
    def reach_m(self) -> float:
        """A line shares its street within 10 m; so do two polygons widened by 5 m."""
        return NEAR_M

    @property
    def reach_days(self) -> int:
        """Only works that share days."""
        return 0

    def wants(self, facts: Facts) -> Flags:
        """Two parties that open the surface and share days."""
        enough: Flags = facts.time.shared_days >= self.value("shared_days")
        return two_parties_open(facts) & enough

    def hits(self, facts: Facts) -> Hits:
        """Pairs with enough length or area in common."""
        row = np.flatnonzero(self.wants(facts) & enough_in_common(self, facts))
        saving, score = worth(self, facts, row)
        margin = np.full(len(row), DRAWN_MARGIN_M)
        return Hits(
            row=row,
            first=facts.first[row],
            second=facts.second[row],
            start=facts.time.start[row],
            end=facts.time.end[row],
            score=np.round(score, 1),
            measures=space_measures(facts, row) | {"saving_eur": saving},
            margin_first_m=margin,
            margin_second_m=margin,
        )

    def explain(self, text: PairText) -> Explanation:
        """Who works where and when, and what doing it at once saves."""
        m = text.measures
        a_nl, b_nl = wording.work(text.first, "nl"), wording.work(text.second, "nl")
        a_en, b_en = wording.work(text.first, "en"), wording.work(text.second, "en")
        shared = m["shared_length_m"], m["shared_area_m2"]
        return Explanation(
            title_nl=f"Zelfde straat, zelfde tijd: {wording.both(text, 'nl')}",
            title_en=f"Same street, same time: {wording.both(text, 'en')}",
            nl=(
                f"{a_nl} en {b_nl} werken {wording.period(text.start, text.end, 'nl')} "
                f"({wording.days(m['shared_days'], 'nl')}) in dezelfde straat, over "
                f"{wording.extent(*shared, 'nl')}. "
                "Samen uitvoeren vermijdt één keer openbreken en scheelt naar schatting "
                f"{wording.euros(m['saving_eur'], 'nl')}.{wording.remarks(text, 'nl')}"
            ),
            en=(
                f"{a_en} and {b_en} work {wording.period(text.start, text.end, 'en')} "
                f"({wording.days(m['shared_days'], 'en')}) in the same street, over "
                f"{wording.extent(*shared, 'en')}. "
                "Doing it together avoids one opening and saves an estimated "
                f"{wording.euros(m['saving_eur'], 'en')}.{wording.remarks(text, 'en')}"
            ),
        )


RULE = SameStreetSameTime()
