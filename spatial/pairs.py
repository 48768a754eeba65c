"""Candidate pairs of works: near in place and in time, each pair once.

The order of the filters is the whole trick: boxes and periods first, and exact
geometry only for what is left. All works against all goes through a grid of
place and time (:mod:`spatial.grid`); works that are too large for its cells,
and the few works of an upload against their neighbours, ask a tree of boxes.
Both run on threads: neither needs the interpreter lock.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from typing import TypeVar

import numpy as np
import shapely

from spatial.grid import Cells, Extents, Grid, make_grid
from spatial.period import NO_DAY
from spatial.work import Flags, Ints, Keys, Objects

MOST_REACH_M = 50.0
"""No rule over pairs looks further (domain.md section 4)."""
LEAST_FOR_GRID = 2_000
"""Fewer works than this are all asked of the tree."""
ROWS_PER_QUERY = 5_000

_FAR_DAY = 2**30
_ROUNDING_M = 1e-6

T = TypeVar("T")
S = TypeVar("S")


@dataclass(frozen=True, slots=True)
class Reach:
    """How far apart two works of a pair may lie.

    ``distance_m`` bounds the distance of their boxes along each axis.
    ``least_gap_days`` and ``most_gap_days`` bound ``max(starts) - min(ends)``,
    which is negative where the periods overlap.
    """

    distance_m: float
    least_gap_days: int
    most_gap_days: int


OVERLAPPING = Reach(0.0, -(2**31), -1)
"""Boxes that meet and periods that share a day."""


def each(call: Callable[[S], T], items: Sequence[S] | Iterator[S], threads: int) -> Iterator[T]:
    """Results of ``call`` in the order of ``items``, a few ahead of the consumer.

    >>> list(each(abs, [-1, 2, -3], threads=2))
    [1, 2, 3]
    """
    if threads <= 1:
        yield from map(call, items)
        return
    with ThreadPoolExecutor(threads) as pool:
        ahead: deque[Future[T]] = deque()
        for item in items:
            ahead.append(pool.submit(call, item))
            if len(ahead) > 2 * threads:
                yield ahead.popleft().result()
        while ahead:
            yield ahead.popleft().result()


def overlapping_pairs(
    geometries: Objects, start: Ints, end: Ints, *, threads: int = 2
) -> tuple[Keys, Keys]:
    """Pairs whose geometries share a point and whose half-open periods share a day.

    Parameters
    ----------
    geometries
        Shapely geometries of one CRS; ``None`` and empty ones meet nothing.
    start, end
        Day numbers, ``[start, end)``.
    threads
        How many cores to use.

    Returns
    -------
    Positions ``(i, j)`` with ``i < j``, each pair once, in no particular order.

    >>> boxes = shapely.box([0, 1, 1], [0, 0, 0], [1, 2, 2], [1, 1, 1])
    >>> days = np.array([0, 5, 9], dtype=np.int32)
    >>> [x.tolist() for x in overlapping_pairs(boxes, days, days + 5)]
    [[1], [2]]
    """

    def exact(block: tuple[Keys, Keys]) -> tuple[Keys, Keys]:
        i, j = block
        met = shapely.intersects(geometries[i], geometries[j])
        return i[met], j[met]

    found = list(each_pair(geometries, start, end, OVERLAPPING, then=exact, threads=threads))
    return _joined([f[0] for f in found]), _joined([f[1] for f in found])


def each_pair(
    geometries: Objects,
    start: Ints,
    end: Ints,
    reach: Reach,
    *,
    then: Callable[[tuple[Keys, Keys]], T],
    focus: Flags | None = None,
    threads: int = 2,
) -> Iterator[T]:
    """What ``then`` makes of each block of candidate pairs, block by block.

    Candidates are pairs ``i < j`` whose boxes lie within ``reach.distance_m``
    along both axes and whose periods have a gap within the reach. With
    ``focus`` only pairs with at least one work in focus are candidates. A
    block is handled on one thread, search and ``then`` alike, so that its
    pairs need not be kept.
    """
    if reach.distance_m > MOST_REACH_M:
        msg = f"a pair reaches at most {MOST_REACH_M} m, not {reach.distance_m}"
        raise ValueError(msg)
    rows = _usable(geometries, start, end)

    def finish(i: Keys, j: Keys) -> T:
        i, j = rows[i], rows[j]
        gap = np.maximum(start[i], start[j]) - np.minimum(end[i], end[j])
        near = (gap >= reach.least_gap_days) & (gap <= reach.most_gap_days)
        return then((np.minimum(i, j)[near], np.maximum(i, j)[near]))

    asking = np.ones(len(rows), dtype=np.bool_) if focus is None else focus[rows]
    if focus is None and len(rows) >= LEAST_FOR_GRID:
        extents = _extents(geometries[rows], start[rows], end[rows], reach)
        small, asking, grid = _sorted_out(extents)
        if grid is not None:
            yield from each(
                lambda block: finish(*(small[p] for p in grid.pairs(block))), grid.blocks(), threads
            )
    if asking.any():
        tree = _Tree.of(geometries[rows], reach.distance_m)
        parts = np.array_split(np.flatnonzero(asking), 1 + int(asking.sum()) // ROWS_PER_QUERY)
        yield from each(lambda part: finish(*tree.pairs(part, asking)), parts, threads)


def _usable(geometries: Objects, start: Ints, end: Ints) -> Keys:
    empty = shapely.is_missing(geometries) | shapely.is_empty(geometries)
    return np.flatnonzero(~empty & (start != NO_DAY) & (end != NO_DAY))


def _extents(geometries: Objects, start: Ints, end: Ints, reach: Reach) -> Extents:
    """Boxes and spans that meet wherever two works are within reach of each other."""
    # Half the reach on either side, and a micrometre so that rounding loses nobody.
    half = reach.distance_m / 2 + (_ROUNDING_M if reach.distance_m else 0.0)
    bounds = shapely.bounds(geometries) + np.array([-half, -half, half, half])
    last = np.clip(end.astype(np.int64) + reach.most_gap_days, start, _FAR_DAY)
    return Extents(bounds, start, last.astype(np.int32))


def _sorted_out(extents: Extents) -> tuple[Keys, Flags, Grid | None]:
    """Positions of works that fit the cells, flags of those that do not, and the grid."""
    cells = Cells.of(extents)
    large = cells.too_large
    small = np.flatnonzero(~large)
    grid = make_grid(
        Extents(extents.bounds[small], extents.first[small], extents.last[small]),
        Cells(cells.low[small], cells.high[small]),
    )
    return small, large if grid is not None else np.ones_like(large), grid


@dataclass(frozen=True, slots=True)
class _Tree:
    """All works as a tree of boxes, asked with the works that ask."""

    geometries: Objects
    distance_m: float
    tree: shapely.STRtree

    @classmethod
    def of(cls, geometries: Objects, distance_m: float) -> _Tree:
        tree = shapely.STRtree(geometries)
        # The tree is built at its first question, which must not come from two threads.
        tree.query(shapely.Point(0, 0))
        return cls(geometries, distance_m, tree)

    def pairs(self, part: Keys, asking: Flags) -> tuple[Keys, Keys]:
        """Pairs by box of the works in ``part``; kept once where both works ask."""
        asked, found = self.tree.query(self._widened(part))
        i = part[asked]
        once = (i < found) | ~asking[found]
        return i[once], found[once]

    def _widened(self, part: Keys) -> Objects:
        if self.distance_m == 0:
            return self.geometries[part]
        west, south, east, north = shapely.bounds(self.geometries[part]).T
        r = self.distance_m
        wide: Objects = shapely.box(west - r, south - r, east + r, north + r)
        return wide


def _joined(parts: list[Keys]) -> Keys:
    return np.concatenate(parts) if parts else np.empty(0, dtype=np.int64)
