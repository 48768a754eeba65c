"""Which row of a file is which stored work of the same project.

By part where the file numbers its parts; else in this order: the same
geometry (and then rather the same period); the same period and the most
shared footprint, at least half of the larger of the two; the only row and the
only standing work that are left of a project, where the row has no part; else
the row is a new work. Each stored work is given away once. Withdrawn works come back under
their old id, but a work that still stands goes first.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass

import numpy as np
import shapely

from spatial.work import Flags, Keys, Objects

LEAST_SHARE = 0.5
NEW = -1


@dataclass(frozen=True, slots=True)
class Side:
    """Works of one side of the comparison, as columns of equal length.

    ``project`` tells the works of one project from those of others; ``shape``
    holds bytes that are equal for equal geometries; ``period`` anything that
    is equal for equal periods; ``standing`` is false where withdrawn.
    """

    project: Sequence[Hashable]
    part: Sequence[str]
    shape: Sequence[bytes | None]
    period: Sequence[Hashable]
    footprint: Objects
    standing: Flags

    def __len__(self) -> int:
        return len(self.project)


def match(rows: Side, stored: Side) -> Keys:
    """For each row the position of its stored work, or ``NEW``."""
    found = np.full(len(rows), NEW, dtype=np.int64)
    free = np.ones(len(stored), dtype=np.bool_)
    for keys in (_by_part, _by_shape_and_period, _by_shape):
        _give(rows, stored, found, free, keys)
    _by_share(rows, stored, found, free)
    _by_being_left(rows, stored, found, free)
    return found


def _by_part(side: Side, i: int) -> Hashable:
    return (side.project[i], side.part[i]) if side.part[i] else None


def _by_shape_and_period(side: Side, i: int) -> Hashable:
    return (side.project[i], side.shape[i], side.period[i])


def _by_shape(side: Side, i: int) -> Hashable:
    return (side.project[i], side.shape[i])


def _give(
    rows: Side,
    stored: Side,
    found: Keys,
    free: Flags,
    key_of: Callable[[Side, int], Hashable],
) -> None:
    waiting: dict[Hashable, list[int]] = defaultdict(list)
    for j in np.lexsort((np.arange(len(stored)), ~stored.standing)).tolist():
        if free[j]:
            waiting[key_of(stored, j)].append(j)
    for i in np.flatnonzero(found == NEW).tolist():
        key = key_of(rows, i)
        candidates = waiting.get(key, []) if key is not None else []
        j = next((j for j in candidates if _may_be(rows.part[i], stored.part[j])), NEW)
        if j != NEW:
            candidates.remove(j)
            found[i], free[j] = j, False


def _may_be(part: str, stored_part: str) -> bool:
    """Two different parts are two works, however alike."""
    return not part or not stored_part or part == stored_part


def _by_share(rows: Side, stored: Side, found: Keys, free: Flags) -> None:
    left, right = _pairs(rows, stored, found, free)
    if not len(left):
        return
    a, b = rows.footprint[left], stored.footprint[right]
    larger = np.maximum(shapely.area(a), shapely.area(b))
    shared = shapely.area(shapely.intersection(a, b))
    share = np.divide(shared, larger, out=np.zeros(len(left)), where=larger > 0)
    for k in np.lexsort((right, left, ~stored.standing[right], -share)):
        if share[k] >= LEAST_SHARE and found[left[k]] == NEW and free[right[k]]:
            found[left[k]] = right[k]
            free[right[k]] = False


def _by_being_left(rows: Side, stored: Side, found: Keys, free: Flags) -> None:
    """One row and one standing work left of a project: the work moved, perhaps in time too."""
    unmatched: dict[Hashable, list[int]] = defaultdict(list)
    for i in np.flatnonzero(found == NEW).tolist():
        unmatched[rows.project[i]].append(i)
    waiting: dict[Hashable, list[int]] = defaultdict(list)
    for j in np.flatnonzero(free & stored.standing).tolist():
        waiting[stored.project[j]].append(j)
    for project, left in unmatched.items():
        works = waiting.get(project, [])
        if len(left) == len(works) == 1 and not rows.part[left[0]]:
            found[left[0]], free[works[0]] = works[0], False


def _pairs(rows: Side, stored: Side, found: Keys, free: Flags) -> tuple[Keys, Keys]:
    """Unmatched rows and free works of one project in the same period."""
    waiting: dict[Hashable, list[int]] = defaultdict(list)
    for j in np.flatnonzero(free).tolist():
        waiting[(stored.project[j], stored.period[j])].append(j)
    pairs = [
        (i, j)
        for i in np.flatnonzero(found == NEW).tolist()
        for j in waiting.get((rows.project[i], rows.period[i]), ())
        if _may_be(rows.part[i], stored.part[j])
    ]
    array = np.array(pairs, dtype=np.int64).reshape(-1, 2)
    return array[:, 0], array[:, 1]
