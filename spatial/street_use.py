"""Which part of which street segment each work uses, by linear referencing.

A work uses the stretch of a segment that lies within ``NEAR_M`` of its
footprint, from its first metre to its last. It counts as work in that street,
and not in one that it merely crosses, where the stretch is at least
``least_m`` long or at least half of the segment, or where no other segment lies
nearer to the work [D].
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import shapely

from spatial.near_length import spans_near
from spatial.situation import Situation
from spatial.vocabulary import ROAD_IMPACT
from spatial.wide import Touching, active, is_judged
from spatial.work import Flags, Floats, Keys, Objects

NEAR_M = 10.0
"""As far from the axis a work still lies in the street."""
LEAST_M = 20.0
"""A shorter stretch is a crossing, unless it is half of the segment or the nearest."""
HALF = 0.5


@dataclass(frozen=True, slots=True)
class StreetUse:
    """Stretches of segments that works use, one row a (segment, work); metres along the segment."""

    segment: Keys
    work: Keys
    from_m: Floats
    to_m: Floats

    @property
    def length_m(self) -> Floats:
        """Length of each stretch."""
        return self.to_m - self.from_m

    def take(self, rows: Keys | Flags) -> StreetUse:
        """Some of the rows."""
        return StreetUse(self.segment[rows], self.work[rows], self.from_m[rows], self.to_m[rows])


def street_use(situation: Situation, least_m: float = LEAST_M) -> StreetUse:
    """Street use of active works that open or close the street, made once for each ``least_m``."""
    segments = situation.objects("streets").geometry
    return situation.once(f"street_use:{least_m}", lambda: _made(situation, segments, least_m))


def _made(situation: Situation, segments: Objects, least_m: float) -> StreetUse:
    footprints = situation.subject.works.footprint
    pairs = _near(situation, segments)
    segment, work = pairs.object, pairs.work
    from_m, to_m = spans_near(segments[segment], footprints[work], NEAR_M)
    length = shapely.length(segments)[segment]
    used = to_m - from_m
    away = shapely.distance(segments[segment], footprints[work])
    order = np.lexsort((segment, -np.round(used, 3), np.round(away, 3), work))
    nearest = np.zeros(len(work), dtype=np.bool_)
    nearest[order[np.diff(work[order], prepend=-1) != 0]] = True
    counts = (used > 0) & ((used >= least_m) | (used >= HALF * length) | nearest)
    return StreetUse(segment, work, from_m, to_m).take(counts)


def _near(situation: Situation, segments: Objects) -> Touching:
    """Segments and active works within reach that open or close something."""
    footprints = situation.subject.works.footprint
    works = situation.subject
    matters = works.traits.opens_surface | (works.works.road_impact == ROAD_IMPACT.code("closed"))
    rows = np.flatnonzero(active(situation) & matters)
    index = shapely.STRtree(segments)
    work, segment = index.query(footprints[rows], predicate="dwithin", distance=NEAR_M)
    return Touching(segment.astype(np.int64), rows[work])


def judged_use(situation: Situation, use: StreetUse) -> StreetUse:
    """The use of segments that are to be judged."""
    if situation.judged is None:
        return use
    return use.take(is_judged(situation, 0)[use.segment])


def shared_m(use: StreetUse, first: Keys, second: Keys) -> Floats:
    """Metres of street that both works of each pair use: the overlap of their stretches.

    The smaller index into ``use`` may be empty; then nothing is shared.
    """
    order = np.lexsort((use.segment, use.work))
    works = use.work[order]
    low, high = np.searchsorted(works, first), np.searchsorted(works, first, side="right")
    counts = high - low
    pair = np.repeat(np.arange(len(first)), counts)
    mine = order[np.repeat(low, counts) + _inside(counts)]
    stride = int(use.segment.max(initial=0)) + 1
    keys = use.work[order] * stride + use.segment[order]
    wanted = second[pair] * stride + use.segment[mine]
    at = np.minimum(np.searchsorted(keys, wanted), max(len(keys) - 1, 0))
    both = keys[at] == wanted if len(keys) else np.zeros(0, dtype=np.bool_)
    theirs = order[at[both]]
    mine, pair = mine[both], pair[both]
    overlap = np.minimum(use.to_m[mine], use.to_m[theirs]) - np.maximum(
        use.from_m[mine], use.from_m[theirs]
    )
    return np.bincount(pair, weights=np.maximum(overlap, 0.0), minlength=len(first)).astype(float)


def _inside(counts: Keys) -> Keys:
    """0, 1, 2 ... within each group of so many rows."""
    return np.arange(counts.sum()) - np.repeat(np.cumsum(counts) - counts, counts)


def name_of(situation: Situation, segment: int) -> str:
    """What people call a segment, "" where it has no name."""
    streets = situation.objects("streets")
    return str(streets.columns["street"][segment] or streets.name[segment] or "")
