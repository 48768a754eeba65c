"""A grid of place and time in which works that may meet share a cell.

Every work is entered in each cell that its box and its period touch, the
entries are sorted by cell, and the entries of a cell are compared with one
another: a few passes over long columns, which NumPy does without the
interpreter lock. A tree asked work by work took half as long again. Two works
may share several cells; they count only in the one where the later of their
first columns, rows and spans of days cross.

Works that touch very many cells would fill the grid; the caller keeps those
out and asks a tree for them.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from spatial.work import Flags, Floats, Ints, Keys

MOST_CELLS = 48
"""A work that touches more cells than this is too large for the grid."""
PAIRS_PER_BLOCK = 1_500_000
LEAST_CELL_M = 1.0
_KEY_BITS = 62
_MOST_ALONG = 2**30

Bounds = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Extents:
    """Boxes (west, south, east, north) and closed spans of days of works."""

    bounds: Bounds
    first: Ints
    last: Ints


@dataclass(frozen=True, slots=True)
class Grid:
    """Entries of works in cells, sorted by cell.

    ``low`` has the first column, row and span of each work, ``work`` and
    ``cell`` one position an entry, ``end`` the position after its cell's last.
    """

    extents: Extents
    low: NDArray[np.int32]
    shape: tuple[int, int]
    work: Ints
    cell: Keys
    end: Keys

    def blocks(self) -> Iterator[tuple[int, int]]:
        """Stretches of entries with about ``PAIRS_PER_BLOCK`` comparisons each."""
        comparisons = np.cumsum(self.end - np.arange(len(self.end)) - 1)
        block = comparisons // PAIRS_PER_BLOCK
        heads = np.flatnonzero(np.diff(block, prepend=-1)).tolist()
        yield from zip(heads, [*heads[1:], len(self.end)], strict=True)

    def pairs(self, stretch: tuple[int, int]) -> tuple[Keys, Keys]:
        """Pairs of works whose boxes and spans meet, each once over all stretches."""
        entry = np.arange(*stretch)
        count = self.end[slice(*stretch)] - entry - 1
        i = np.repeat(entry, count)
        j = i + 1 + np.arange(len(i)) - np.repeat(np.cumsum(count) - count, count)
        one, other = self.work[i], self.work[j]
        x = self.extents
        kept = (x.first[one] <= x.last[other]) & (x.first[other] <= x.last[one])
        i, one, other = i[kept], one[kept], other[kept]
        a, b = x.bounds[one], x.bounds[other]
        kept = (a[:, :2] <= b[:, 2:]).all(axis=1) & (b[:, :2] <= a[:, 2:]).all(axis=1)
        i, one, other = i[kept], one[kept], other[kept]
        home = np.maximum(self.low[one], self.low[other])
        kept = _number(home[:, 0], home[:, 1], home[:, 2], self.shape) == self.cell[i]
        return one[kept].astype(np.int64), other[kept].astype(np.int64)


@dataclass(frozen=True, slots=True)
class Cells:
    """The cells that each work touches: from ``low`` to ``high``, inclusive."""

    low: NDArray[np.int32]
    high: NDArray[np.int32]

    @classmethod
    def of(cls, extents: Extents) -> Cells:
        """Cells about one and a half times as wide and twice as long as works usually are."""
        size = extents.bounds[:, 2:] - extents.bounds[:, :2]
        whole = float(np.ptp(extents.bounds[:, :2], axis=0).max()) + float(size.max())
        side = max(LEAST_CELL_M, 1.4 * _usual(size.max(axis=1)), whole / _MOST_ALONG)
        days = max(1, round(2 * _usual(extents.last - extents.first + 1)))
        origin = extents.bounds[:, :2].min(axis=0)
        low = np.empty((len(size), 3), dtype=np.int32)
        high = np.empty_like(low)
        low[:, :2] = (extents.bounds[:, :2] - origin) // side
        high[:, :2] = (extents.bounds[:, 2:] - origin) // side
        low[:, 2] = (extents.first - extents.first.min()) // days
        high[:, 2] = (extents.last - extents.first.min()) // days
        return cls(low, high)

    @property
    def too_large(self) -> Flags:
        """Works that touch more than ``MOST_CELLS`` cells."""
        counts = (self.high - self.low + 1).astype(np.float64).prod(axis=1)
        large: Flags = counts > MOST_CELLS
        return large


def _usual(sizes: Floats | Ints) -> float:
    """Mean of sizes, with the largest tenth cut down so that a giant does not decide."""
    return float(np.minimum(sizes, np.percentile(sizes, 90)).mean())


def _number(x: Ints, y: Ints, t: Ints, shape: tuple[int, int]) -> Keys:
    number: Keys = (t.astype(np.int64) * shape[1] + y) * shape[0] + x
    return number


def make_grid(extents: Extents, cells: Cells) -> Grid | None:
    """The grid of these works; None where there are none, or too many cells to number."""
    if not len(cells.low):
        return None
    span = cells.high - cells.low + 1
    counts = span.prod(axis=1, dtype=np.int64)
    work = np.repeat(np.arange(len(counts), dtype=np.int32), counts)
    inside = np.arange(len(work)) - np.repeat(np.cumsum(counts) - counts, counts)
    columns, rows = span[work, 0], span[work, 1]
    dx, rest = inside % columns, inside // columns
    low = cells.low[work]
    top = cells.high.max(axis=0).astype(np.int64) + 1
    shape = (int(top[0]), int(top[1]))
    bits = len(counts).bit_length()
    if int(top[0]) * int(top[1]) * int(top[2]) >= 2 ** (_KEY_BITS - bits):
        return None
    cell = _number(low[:, 0] + dx, low[:, 1] + rest % rows, low[:, 2] + rest // rows, shape)
    key = np.sort((cell << bits) | work)
    cell, work = key >> bits, (key & ((1 << bits) - 1)).astype(np.int32)
    heads = np.flatnonzero(np.diff(cell, prepend=-1))
    ends = np.append(heads[1:], len(cell))
    return Grid(extents, cells.low, shape, work, cell, np.repeat(ends, ends - heads))
