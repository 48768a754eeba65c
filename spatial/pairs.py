"""Candidate pairs of works: near in place and in time, each pair once.

The order of the filters is the whole trick: boxes first, then periods, and
exact geometry only for what is left. Works are cut into slices by the day on
which they start; a slice holds a tree of every work that is still within
reach when the slice begins, and asks it for the works that start in the slice.
A pair thus turns up in one slice only, that of its later start.

Trees and queries release the interpreter lock, so slices run on threads.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from typing import TypeVar

import numpy as np
import shapely

from spatial.period import NO_DAY
from spatial.work import Flags, Ints, Keys, Objects

MOST_REACH_M = 50.0
"""No rule over pairs looks further (domain.md section 4)."""
WORKS_PER_SLICE = 30_000
MOST_SLICES = 64
ROWS_PER_QUERY = 40_000

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


@dataclass(frozen=True, slots=True)
class _Slice:
    """Works that ask (``rows[asks]``) and the tree of all works they may find."""

    rows: Keys
    asks: Flags
    tree: shapely.STRtree


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
    rows = _usable(geometries, start, end)
    if not len(rows):
        return
    boxes = _Boxes.of(geometries, reach.distance_m)

    if focus is None:
        slices = _time_slices(geometries, rows, start, end, reach.most_gap_days)
    else:
        slices = iter((_Slice(rows, focus[rows], shapely.STRtree(geometries[rows])),))

    def job(part: tuple[_Slice, Keys]) -> T:
        piece, asking = part
        i, j = _search(piece, asking, boxes)
        gap = np.maximum(start[i], start[j]) - np.minimum(end[i], end[j])
        near = (gap >= reach.least_gap_days) & (gap <= reach.most_gap_days)
        return then((np.minimum(i, j)[near], np.maximum(i, j)[near]))

    yield from each(job, _parts(slices), threads)


@dataclass(frozen=True, slots=True)
class _Boxes:
    """What the tree is asked with: the geometry, or its box widened by the reach."""

    geometries: Objects
    distance_m: float

    @classmethod
    def of(cls, geometries: Objects, distance_m: float) -> _Boxes:
        if distance_m > MOST_REACH_M:
            msg = f"a pair reaches at most {MOST_REACH_M} m, not {distance_m}"
            raise ValueError(msg)
        return cls(geometries, distance_m)

    def take(self, rows: Keys) -> Objects:
        if self.distance_m == 0:
            return self.geometries[rows]
        west, south, east, north = shapely.bounds(self.geometries[rows]).T
        r = self.distance_m
        wide: Objects = shapely.box(west - r, south - r, east + r, north + r)
        return wide


def _usable(geometries: Objects, start: Ints, end: Ints) -> Keys:
    empty = shapely.is_missing(geometries) | shapely.is_empty(geometries)
    return np.flatnonzero(~empty & (start != NO_DAY) & (end != NO_DAY))


def _time_slices(
    geometries: Objects, rows: Keys, start: Ints, end: Ints, most_gap_days: int
) -> Iterator[_Slice]:
    edges = _edges(start[rows], end[rows], most_gap_days)
    slice_of = np.searchsorted(edges, start[rows], side="right") - 1
    until = end[rows].astype(np.int64) + most_gap_days
    for k, edge in enumerate(edges):
        asks = slice_of == k
        active = asks | ((slice_of < k) & (until >= edge))
        inside = rows[active]
        yield _Slice(inside, asks[active], shapely.STRtree(geometries[inside]))


def _edges(start: Ints, end: Ints, most_gap_days: int) -> Ints:
    """First days of the slices: about equally many works start in each.

    A slice shorter than a work's usual stay would hold nearly the same works
    as the one before it, so the number of slices is bounded by that too.
    """
    stay = float(np.mean(end.astype(np.int64) - start)) + max(most_gap_days, 0)
    span = float(np.percentile(start, 99) - np.percentile(start, 1)) + 1
    count = int(min(len(start) / WORKS_PER_SLICE, 2 * span / max(stay, 1), MOST_SLICES))
    cuts = np.linspace(0, 1, max(count, 1), endpoint=False)
    edges: Ints = np.unique(np.quantile(start, cuts, method="lower"))
    return edges


def _parts(slices: Iterator[_Slice]) -> Iterator[tuple[_Slice, Keys]]:
    """Each slice with positions in it that ask, few enough for one block."""
    for piece in slices:
        asking = np.flatnonzero(piece.asks)
        if len(asking) > ROWS_PER_QUERY:
            # The tree is built at its first question, which must not come from two threads.
            piece.tree.query(shapely.Point(0, 0))
        for at in range(0, len(asking), ROWS_PER_QUERY):
            yield piece, asking[at : at + ROWS_PER_QUERY]


def _search(piece: _Slice, asking: Keys, boxes: _Boxes) -> tuple[Keys, Keys]:
    """Pairs by box; kept once where both works ask."""
    asked, found = piece.tree.query(boxes.take(piece.rows[asking]))
    i, j = piece.rows[asking[asked]], piece.rows[found]
    once = (i < j) | ~piece.asks[found]
    return i[once], j[once]


def _joined(parts: list[Keys]) -> Keys:
    return np.concatenate(parts) if parts else np.empty(0, dtype=np.int64)
