"""B27: a work that crosses the boundary of the partnership into a place without a partner.

Exactly: a work, neither completed nor withdrawn, part of whose footprint lies
in the area of the partnership and part of it outside that and outside the
municipalities that take part, at least ``beyond_m`` from it at the furthest. A
municipality in the layer of areas takes part where its name is among the
members that the partnership names, or at least ``own_share`` of it lies in the
area of the partnership: then it is no neighbour. One finding for each work. Period: that
of the work. Score: base x exposure x p, with exposure from 0.5 to 1 by the
share of the footprint outside.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import ClassVar

import numpy as np
import shapely
from shapely.geometry.base import BaseGeometry

from spatial import overlay, wide, wording
from spatial.finding import Explanation, WideHits, WideText
from spatial.overlay_words import called, named, remark, the_work, when
from spatial.rule import Kind, Threshold, WideRule
from spatial.situation import Situation
from spatial.work import Floats, Keys, Objects

THRESHOLDS = (
    Threshold(
        "beyond_m",
        50.0,
        "m",
        "[C] card: scope; number [D]",
        "reikt ten minste zo ver over de grens",
        "reaches at least so far across the boundary",
        most=5_000.0,
    ),
    Threshold(
        "own_share",
        10.0,
        "%",
        "[D]",
        "een gemeente die voor ten minste dit deel in het gebied ligt, doet mee",
        "a municipality of which at least this part lies in the area takes part",
        0.1,
        100.0,
    ),
    overlay.base_score(50.0),
)
_EXACT = 6


@dataclass(frozen=True)
class OutsideScope(WideRule):
    """A work across the boundary, where the neighbour is no partner."""

    code: ClassVar[str] = "B27"
    version: ClassVar[int] = 1
    kind: ClassVar[Kind] = "bottleneck"
    title_nl: ClassVar[str] = "Buiten de grens"
    title_en: ClassVar[str] = "Outside scope"
    condition_nl: ClassVar[str] = (
        "Een werk ligt deels in het gebied van het programmeerverband en reikt ten minste 50 m "
        "over de grens, waar geen deelnemer is."
    )
    condition_en: ClassVar[str] = (
        "A work lies partly in the area of the partnership and reaches at least 50 m across its "
        "boundary, where nobody is a member."
    )
    order_nl: ClassVar[str] = "het werk alleen"
    order_en: ClassVar[str] = "the work alone"
    source: ClassVar[str] = "[C] card: scope choices"
    context: ClassVar[frozenset[str]] = frozenset({"partnership_areas"})
    may_use: ClassVar[frozenset[str]] = frozenset({"areas"})
    about: ClassVar[str] = "works"

    thresholds: tuple[Threshold, ...] = THRESHOLDS

    @property
    def reach_m(self) -> float:
        """Works on the boundary alone."""
        return 0.0

    def hits(self, situation: Situation) -> WideHits:
        """Works that lie on either side of the boundary and reach too far."""
        works = situation.subject.works
        inside, allowed = _places(situation, self.value("own_share") / 100.0)
        crossing = wide.tree(situation).query(shapely.boundary(allowed), predicate="intersects")
        crossing = np.sort(crossing[overlay.judged_works(situation)[crossing]])
        outside = shapely.difference(works.footprint[crossing], allowed)
        within = shapely.area(shapely.intersection(works.footprint[crossing], inside)) > 0
        beyond = _furthest(outside, allowed)
        far = within & (np.round(beyond, _EXACT) >= self.value("beyond_m"))
        far &= shapely.area(outside) > 0
        work, outside, beyond = crossing[far], outside[far], beyond[far]
        if not len(work):
            return wide.no_hits()
        share = shapely.area(outside) / shapely.area(works.footprint[work])
        return overlay.findings(
            situation,
            overlay.Cases.of(work),
            subject=np.zeros(len(work), dtype="V16"),
            start=works.start[work],
            end=works.end[work],
            score=self.value("base_score") * (0.5 + 0.5 * np.minimum(1.0, share)),
            measures={"beyond_m": beyond, "outside_m2": shapely.area(outside)},
            pieces=outside,
            told=[{"neighbours": n} for n in _neighbours(situation, outside)],
        )

    def explain(self, text: WideText) -> Explanation:
        """How far the work reaches across, and whom to involve."""
        nl = named(text.told["neighbours"], "nl", "de buurgemeente")
        en = named(text.told["neighbours"], "en", "the neighbouring municipality")
        beyond = text.measures["beyond_m"]
        return Explanation(
            title_nl=f"Betrek {nl}: {called(text, 'nl')}",
            title_en=f"Involve {en}: {called(text, 'en')}",
            nl=(
                f"{the_work(text, 'nl')} ({when(text, 'nl')}) reikt "
                f"{wording.number(beyond, 'nl')} m over de grens van het programmeerverband. "
                f"Betrek {nl}; die doet niet mee in het verband.{remark(text, 'nl')}"
            ),
            en=(
                f"{the_work(text, 'en')} ({when(text, 'en')}) reaches "
                f"{wording.number(beyond, 'en')} m across the boundary of the partnership. "
                f"Involve {en}, who is no member.{remark(text, 'en')}"
            ),
        )


def _places(situation: Situation, own_share: float) -> tuple[BaseGeometry, BaseGeometry]:
    """The area of the partnership, and that with the municipalities that take part."""
    own = situation.objects("partnership_areas")
    inside = _union(own.geometry)
    if "areas" not in situation.context:
        return inside, inside
    told = ";".join(str(m) for m in own.columns["members"].tolist()).split(";")
    members = {name.strip().casefold() for name in told} - {""}
    rows = np.array(_municipalities(situation), dtype=np.int64)
    whole = situation.objects("areas").geometry[rows]
    share = shapely.area(shapely.intersection(whole, inside)) / shapely.area(whole)
    named_so = np.array([_name(situation, n) in members for n in rows.tolist()], dtype=np.bool_)
    return inside, _union([inside, *whole[named_so | (np.round(share, _EXACT) >= own_share)]])


def _union(areas: Iterable[BaseGeometry]) -> BaseGeometry:
    whole: BaseGeometry = shapely.union_all([*areas])
    shapely.prepare(whole)
    return whole


def _municipalities(situation: Situation) -> list[int]:
    found: list[int] = np.flatnonzero(
        situation.objects("areas").columns["level"] == "municipality"
    ).tolist()
    return found


def _name(situation: Situation, area: int) -> str:
    return str(situation.objects("areas").name[area]).strip().casefold()


def _furthest(outside: Objects, allowed: BaseGeometry) -> Floats:
    """How far the furthest corner of each place lies from an area; 0 where it is empty."""
    corners, owner = shapely.get_coordinates(outside, return_index=True)
    furthest = np.zeros(len(outside))
    np.maximum.at(furthest, owner, shapely.distance(shapely.points(corners), allowed))
    return furthest


def _neighbours(situation: Situation, outside: Objects) -> list[list[str]]:
    """The municipalities in which each place outside lies, where areas are known."""
    if "areas" not in situation.context:
        return [[] for _ in outside]
    rows = np.array(_municipalities(situation), dtype=np.int64)
    areas = situation.objects("areas")
    place, area = shapely.STRtree(areas.geometry[rows]).query(outside, predicate="intersects")
    shared = shapely.area(shapely.intersection(outside[place], areas.geometry[rows[area]])) > 0
    pairs: tuple[Keys, Keys] = (place[shared], rows[area[shared]])
    told: list[set[str]] = [set() for _ in outside]
    for at, of in zip(*(p.tolist() for p in pairs), strict=True):
        told[at].add(str(areas.name[of]))
    return [sorted(names - {""}) for names in told]


RULE = OutsideScope()
