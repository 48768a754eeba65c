"""B07: many works in one neighbourhood at the same time.

Exactly: in a quarter, at least ``works`` works that are neither completed nor
withdrawn have days and lie in the neighbourhood; or, where dwellings are known,
at least ``dwellings_share`` percent of its dwellings lie within ``affected_m``
of such a work that opens the surface or closes the road. Consecutive quarters
are one finding. Period: from the first to the last day of those quarters.
Score: base x exposure x p, with exposure the works as a share of
``full_works``, or the share of dwellings where that is larger, and p the mean
chance of the works.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import numpy as np
import shapely

from spatial import wide, wording
from spatial.finding import Explanation, WideHits, WideText
from spatial.loads import Loads, loads, peaks
from spatial.rule import Kind, Threshold, WideRule
from spatial.situation import Situation
from spatial.wide_words import area, capital, listed, quarters
from spatial.work import Floats, Keys

THRESHOLDS = (
    Threshold(
        "works", 4, "works", "[D]", "kleinste aantal werken tegelijk", "fewest works at a time", 2
    ),
    Threshold(
        "dwellings_share",
        30.0,
        "%",
        "[D]",
        "kleinste aandeel van de woningen dat het merkt",
        "least share of the dwellings affected",
        0.1,
        100.0,
    ),
    Threshold(
        "affected_m",
        50.0,
        "m",
        "[D]",
        "afstand waarbinnen een woning het merkt",
        "distance within which a dwelling is affected",
        0.1,
        500.0,
    ),
    Threshold("base_score", 80.0, "points", "[D]", "hoogste score", "highest score", most=100.0),
    Threshold(
        "full_works",
        12,
        "works",
        "[D]",
        "aantal werken dat de volle score geeft",
        "works that give the full score",
        1,
    ),
)


_ADVICE = {
    "nl": (
        "Voer het in delen uit en vertel bewoners op tijd wat er komt.",
        "Spreid ze, of voer ze samen uit en vertel het in één keer.",
    ),
    "en": (
        "Carry it out in parts and tell residents in time what comes.",
        "Spread them, or carry them out together and tell it once.",
    ),
}
"""What to do about one work, and about several."""


@dataclass(frozen=True)
class NuisancePeak(WideRule):
    """Too many works, or too many homes, in one neighbourhood and quarter."""

    code: ClassVar[str] = "B07"
    version: ClassVar[int] = 1
    kind: ClassVar[Kind] = "bottleneck"
    title_nl: ClassVar[str] = "Stapeling overlast"
    title_en: ClassVar[str] = "Nuisance peak"
    condition_nl: ClassVar[str] = (
        "In één kwartaal zijn er in een buurt ten minste 4 werken, of ten minste 30% van de "
        "woningen ligt binnen 50 m van een werk dat de straat opent of afsluit."
    )
    condition_en: ClassVar[str] = (
        "In one quarter a neighbourhood has at least 4 works, or at least 30% of its dwellings "
        "lie within 50 m of a work that opens or closes the street."
    )
    order_nl: ClassVar[str] = "naar de eerste dag van de werken"
    order_en: ClassVar[str] = "by the first day of the works"
    source: ClassVar[str] = "[D]"
    context: ClassVar[frozenset[str]] = frozenset({"areas"})
    may_use: ClassVar[frozenset[str]] = frozenset({"dwellings"})
    about: ClassVar[str] = "areas"

    thresholds: tuple[Threshold, ...] = THRESHOLDS

    @property
    def reach_m(self) -> float:
        """Works in the neighbourhood alone."""
        return 0.0

    def hits(self, situation: Situation) -> WideHits:
        """Neighbourhoods with quarters of too much."""
        load = loads(situation, wide.in_neighbourhoods(situation))
        count = load.counts().astype(np.float64)
        share = self._shares(situation, load)
        over = (count >= self.value("works")) | (share >= self.value("dwellings_share"))
        found = peaks(load, over)
        n = len(found)
        if not n:
            return wide.no_hits()
        members = wide.Members.of(situation, found.row_run, load.work[found.rows], n)
        most, most_share = found.most(count), found.most(share)
        areas = situation.objects("areas")
        exposure = np.minimum(1.0, np.maximum(most / self.value("full_works"), most_share / 100.0))
        names = zip(found.group.tolist(), found.first.tolist(), strict=True)
        return wide.made(
            members,
            key=[f"{wide.key_of(areas.id[g])}:{wide.quarter_name(q)}" for g, q in names],
            subject=areas.id[found.group],
            start=wide.quarter_start(found.first),
            end=wide.quarter_start(found.last + 1),
            score=self.value("base_score") * exposure * wide.probability(situation, members),
            measures={
                "works_at_once": most,
                "works": members.counts(),
                "dwellings_share": np.where(most_share > 0, most_share, np.nan),
            },
            geometry=wide.multi(areas.geometry[found.group]),
            told=[{"area": str(areas.name[g])} for g in found.group.tolist()],
        )

    def _shares(self, situation: Situation, load: Loads) -> Floats:
        """Percentage of the dwellings of each cell's neighbourhood that are affected.

        A dwelling counts once a quarter, however many works it lies beside.
        """
        heads, cell = load.cells()
        if "dwellings" not in situation.context or not len(heads):
            return np.zeros(len(heads))
        homes = situation.objects("dwellings")
        groups = np.unique(load.group)
        index = shapely.STRtree(shapely.centroid(homes.geometry))
        area_at, home = index.query(
            situation.objects("areas").geometry[groups], predicate="intersects"
        )
        number = np.maximum(homes.columns["dwellings"], 0).astype(np.float64)
        total = np.bincount(area_at, weights=number[home], minlength=len(groups))
        row, near = self._beside(situation, load)
        n = np.int64(len(homes))
        lives = np.isin(load.group[row] * n + near, groups[area_at] * n + home)
        pairs = np.unique(cell[row[lives]] * n + near[lives])
        affected = np.bincount(pairs // n, weights=number[pairs % n], minlength=len(heads))
        whole = total[np.searchsorted(groups, load.group[heads])]
        share: Floats = np.where(whole > 0, 100.0 * affected / np.maximum(whole, 1.0), 0.0)
        return share

    def _beside(self, situation: Situation, load: Loads) -> tuple[Keys, Keys]:
        """Rows of the load that open or close the street, with every dwelling beside each."""
        traits = situation.subject.traits
        rows = np.flatnonzero((traits.opens_surface | traits.major_hindrance)[load.work])
        works, of_row = np.unique(load.work[rows], return_inverse=True)
        work, near = shapely.STRtree(situation.objects("dwellings").geometry).query(
            situation.subject.works.footprint[works],
            predicate="dwithin",
            distance=self.value("affected_m"),
        )
        row, at = wide.spread(of_row, work)
        return rows[row], near[at]

    def explain(self, text: WideText) -> Explanation:
        """How many works at once in which neighbourhood and when, and who notices."""
        m = text.measures
        count_nl, count_en = (wording.number(m["works_at_once"], x) for x in ("nl", "en"))
        share_nl = share_en = ""
        if "dwellings_share" in m:
            nl, en = (wording.number(m["dwellings_share"], x) for x in ("nl", "en"))
            share_nl = f" Tot {nl}% van de woningen ligt aan een werk."
            share_en = f" Up to {en}% of the dwellings lie beside a work."
        many = m["works_at_once"] > 1
        title = (
            (f"{count_nl} werken tegelijk in", f"{count_en} works at once in")
            if many
            else ("Veel woningen aan het werk in", "Many dwellings beside the work in")
        )
        peak_nl = f"zijn in {quarters(text, 'nl')} tot {count_nl} werken in één kwartaal"
        peak_en = f"has up to {count_en} works in one quarter in {quarters(text, 'en')}"
        if not many:
            peak_nl = f"is in {quarters(text, 'nl')} één werk"
            peak_en = f"has one work in {quarters(text, 'en')}"
        return Explanation(
            title_nl=f"{title[0]} {area(text, 'nl')}",
            title_en=f"{title[1]} {area(text, 'en')}",
            nl=(
                f"In {area(text, 'nl')} {peak_nl}: {listed(text.works, 'nl')}.{share_nl} "
                f"{_ADVICE['nl'][many]}"
            ),
            en=(
                f"{capital(area(text, 'en'))} {peak_en}: {listed(text.works, 'en')}.{share_en} "
                f"{_ADVICE['en'][many]}"
            ),
        )


RULE = NuisancePeak()
