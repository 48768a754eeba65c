"""B08: residents live at an open street for too many days.

Exactly: for each address, the days on which a work that opens the surface,
neither completed nor withdrawn, is at most ``near_m`` away; a day counts once.
An address with at least ``open_days`` such days in some stretch of
``within_days`` is told under the street segment nearest to it (at most
``street_m`` away); one finding for each segment. Period: from the first open day of the
worst address's worst stretch to the last. Score: base x exposure x p, with
exposure the most open days as a share of ``full_days`` and p the mean chance
of the works.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import numpy as np
import shapely

from spatial import wide, wording
from spatial.finding import Explanation, WideHits, WideText
from spatial.openings import MostOpen, most_open_days, openings
from spatial.period import years
from spatial.rule import Kind, Threshold, WideRule
from spatial.situation import Situation
from spatial.street_use import name_of
from spatial.wide_words import capital, listed
from spatial.work import Keys

THRESHOLDS = (
    Threshold(
        "open_days",
        180,
        "d",
        "[D]",
        "kleinste aantal dagen met een open straat",
        "fewest days with an open street",
        1,
        3_652,
    ),
    Threshold(
        "within_days",
        years(3),
        "d",
        "[D]",
        "dagen waarbinnen die vallen",
        "days within which they fall",
        1,
        years(25),
    ),
    Threshold(
        "near_m",
        50.0,
        "m",
        "[D]",
        "grootste afstand van het adres tot het werk",
        "largest distance from the address to the work",
        0.1,
        500.0,
    ),
    Threshold(
        "street_m",
        100.0,
        "m",
        "[D]",
        "grootste afstand van het adres tot zijn straat",
        "largest distance from the address to its street",
        1.0,
        1_000.0,
    ),
    Threshold("base_score", 85.0, "points", "[D]", "hoogste score", "highest score", most=100.0),
    Threshold(
        "full_days",
        540,
        "d",
        "[D]",
        "aantal dagen dat de volle score geeft",
        "days that give the full score",
        1,
    ),
)
_DRAWN_M = 10.0


@dataclass(frozen=True)
class LongNuisancePerAddress(WideRule):
    """Half a year or more of open street within three years."""

    code: ClassVar[str] = "B08"
    version: ClassVar[int] = 1
    kind: ClassVar[Kind] = "bottleneck"
    title_nl: ClassVar[str] = "Langdurige overlast per adres"
    title_en: ClassVar[str] = "Long nuisance per address"
    condition_nl: ClassVar[str] = (
        "Adressen hebben binnen 1.095 dagen ten minste 180 dagen een werk op ten hoogste 50 m dat "
        "de straat opent."
    )
    condition_en: ClassVar[str] = (
        "Addresses have a work that opens the street at most 50 m away on at least 180 days "
        "within 1,095."
    )
    order_nl: ClassVar[str] = "naar de eerste dag van de werken"
    order_en: ClassVar[str] = "by the first day of the works"
    source: ClassVar[str] = "[D]"
    context: ClassVar[frozenset[str]] = frozenset({"dwellings", "streets"})
    about: ClassVar[str] = "streets"

    thresholds: tuple[Threshold, ...] = THRESHOLDS

    @property
    def reach_m(self) -> float:
        """From the segment to its address and on to the work."""
        return self.value("street_m") + self.value("near_m")

    def hits(self, situation: Situation) -> WideHits:
        """Segments of which addresses have too many open days."""
        home, street = self._addresses(situation)
        address, work = self._beside(situation, home)
        row, start, end = wide.periods(situation, work)
        most = most_open_days(openings(address[row], start, end, 0), int(self.value("within_days")))
        long = most.days >= self.value("open_days")
        if not long.any():
            return wide.no_hits()
        most = MostOpen(most.place[long], most.days[long], most.start[long])
        segments, finding = np.unique(street[most.place], return_inverse=True)
        n = len(segments)
        order = np.lexsort((home[most.place], -most.days, finding))
        worst = order[np.diff(finding[order], prepend=-1) != 0]
        until = most.start + int(self.value("within_days"))
        of, at = wide.spread(most.place, address[row])
        inside = (start[at] < until[of]) & (end[at] > most.start[of])
        of, at = of[inside], at[inside]
        members = wide.Members.of(situation, finding[of], work[row[at]], n)
        first, last = np.full(n, 2**31 - 1), np.full(n, -(2**31))
        mine = np.isin(of, worst)
        np.minimum.at(first, finding[of[mine]], np.maximum(start[at], most.start[of])[mine])
        np.maximum.at(last, finding[of[mine]], np.minimum(end[at], until[of])[mine])
        homes = situation.objects("dwellings")
        dwellings = np.maximum(homes.columns["dwellings"], 0)[home[most.place]]
        streets = situation.objects("streets")
        exposure = np.minimum(1.0, most.days[worst] / self.value("full_days"))
        return wide.made(
            members,
            key=[wide.key_of(streets.id[s]) for s in segments],
            subject=streets.id[segments],
            start=first.astype(np.int32),
            end=last.astype(np.int32),
            score=self.value("base_score") * exposure * wide.probability(situation, members),
            measures={
                "open_days": most.days[worst],
                "addresses": np.bincount(finding, minlength=n),
                "dwellings": np.bincount(finding, weights=dwellings, minlength=n),
                "works": members.counts(),
            },
            geometry=wide.multi(shapely.buffer(streets.geometry[segments], _DRAWN_M, quad_segs=2)),
            told=[
                {"street": name_of(situation, s), "years": self.value("within_days") / 365.25}
                for s in segments.tolist()
            ],
        )

    def _addresses(self, situation: Situation) -> tuple[Keys, Keys]:
        """Addresses of segments to be judged: position of each, and its nearest segment."""
        homes, streets = situation.objects("dwellings"), situation.objects("streets")

        def nearest() -> np.ndarray:
            return shapely.STRtree(streets.geometry).query_nearest(
                homes.geometry, max_distance=self.value("street_m")
            )

        home, street = situation.once(f"b08.nearest:{self.value('street_m')}", nearest)
        order = np.lexsort((streets.id[street].view(">u8")[1::2], home))
        first = order[np.diff(home[order], prepend=-1) != 0]
        home, street = home[first].astype(np.int64), street[first].astype(np.int64)
        judged = wide.is_judged(situation, len(streets))[street]
        return home[judged], street[judged]

    def _beside(self, situation: Situation, home: Keys) -> tuple[Keys, Keys]:
        """Rows of ``home`` with every work that opens the street within reach."""
        works = np.flatnonzero(wide.opens(situation))
        index = shapely.STRtree(situation.objects("dwellings").geometry[home])
        work, address = index.query(
            situation.subject.works.footprint[works],
            predicate="dwithin",
            distance=self.value("near_m"),
        )
        return address.astype(np.int64), works[work]

    def explain(self, text: WideText) -> Explanation:
        """How many addresses have how many days of open street, and by which works."""
        m = text.measures
        street_nl = str(text.told.get("street") or "een straat zonder naam")
        street_en = str(text.told.get("street") or "a street without a name")
        days_nl, days_en = (wording.number(m["open_days"], x) for x in ("nl", "en"))
        many_nl, many_en = (wording.number(m["addresses"], x) for x in ("nl", "en"))
        years_nl, years_en = (wording.number(text.told["years"], x, 1) for x in ("nl", "en"))
        one = m["addresses"] == 1
        who_nl = "1 adres heeft" if one else f"{many_nl} adressen hebben"
        who_en = "1 address has" if one else f"{many_en} addresses have"
        return Explanation(
            title_nl=f"{capital(street_nl)}: {days_nl} dagen een open straat",
            title_en=f"{capital(street_en)}: {days_en} days of open street",
            nl=(
                f"{who_nl} aan {street_nl} tot {days_nl} dagen een open straat in {years_nl} "
                f"jaar, het ergst {wording.period(text.start, text.end, 'nl')}, door "
                f"{listed(text.works, 'nl')}."
            ),
            en=(
                f"{who_en} up to {days_en} days of open street at {street_en} in {years_en} "
                f"years, worst {wording.period(text.start, text.end, 'en')}, because of "
                f"{listed(text.works, 'en')}."
            ),
        )


RULE = LongNuisancePerAddress()
