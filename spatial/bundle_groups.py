"""Works that grow into groups along findings, the best finding first."""

from __future__ import annotations

from dataclasses import dataclass, fields, replace
from typing import NamedTuple

import numpy as np

from spatial.common_slot import Room
from spatial.work import Flags, Floats, Keys, Works


class Limits(NamedTuple):
    """How large a bundle may become: works (preferred, most), days."""

    preferred_works: int
    most_works: int
    most_days: int


@dataclass(frozen=True, slots=True)
class Edges:
    """Findings between two works as columns; works are positions.

    ``proposes`` is False for regretted pairs. ``area_m2`` and ``length_m`` are 0
    where a rule does not measure them; ``trench_m`` is the length of a shared
    trench (O04), 0 elsewhere.
    """

    first: Keys
    second: Keys
    proposes: Flags
    score: Floats
    area_m2: Floats
    length_m: Floats
    trench_m: Floats

    def __len__(self) -> int:
        return len(self.first)

    def take(self, rows: Keys | Flags) -> Edges:
        """Some of the edges."""
        return replace(self, **{f.name: getattr(self, f.name)[rows] for f in fields(self)})


class Groups:
    """Works that grow into groups; a group is known by its first work."""

    def __init__(self, works: Works, room: Room, limits: Limits, *, slot: bool) -> None:
        self._limits, self._slot = limits, slot
        self._lead: dict[int, int] = {}
        self._works: dict[int, list[int]] = {}
        self._span: dict[int, tuple[int, int, int]] = {}
        self._room, self._organisation = room, works.organisation
        self._rank = works.id.view("S16")

    def join_all(self, edges: Edges) -> None:
        """Join along these edges, the first first.

        Groups of the preferred size are made first; beyond it a single work
        joins that still stands alone, of an organisation not yet in the group.
        """
        nodes = np.unique(np.concatenate((edges.first, edges.second)))
        room = self._room.take(nodes)
        spans = zip(
            (room.earliest + room.days).tolist(),
            (room.latest - room.days).tolist(),
            room.days.tolist(),
            strict=True,
        )
        for work, span in zip(nodes.tolist(), spans, strict=True):
            self._lead[work], self._works[work], self._span[work] = work, [work], span
        pairs = list(zip(edges.first.tolist(), edges.second.tolist(), strict=True))
        for a, b in pairs:
            self._join(self._lead[a], self._lead[b], self._limits.preferred_works)
        if self._limits.most_works > self._limits.preferred_works:
            for a, b in pairs:
                if self._is_newcomer(self._lead[a], self._lead[b]):
                    self._join(self._lead[a], self._lead[b], self._limits.most_works)

    def _is_newcomer(self, a: int, b: int) -> bool:
        """Whether one of the groups is a single work of an organisation that the other lacks."""
        alone, group = (a, b) if len(self._works[a]) == 1 else (b, a)
        if len(self._works[alone]) > 1 or alone == group:
            return False
        known = {int(self._organisation[w]) for w in self._works[group]}
        return int(self._organisation[alone]) not in known

    def _join(self, a: int, b: int, most: int) -> None:
        if a == b or len(self._works[a]) + len(self._works[b]) > most:
            return
        (end_a, start_a, days_a), (end_b, start_b, days_b) = self._span[a], self._span[b]
        span = max(end_a, end_b), min(start_a, start_b), max(days_a, days_b)
        if self._slot and span[0] - span[2] > span[1]:
            return
        if len(self._works[a]) < len(self._works[b]):
            a, b = b, a
        for work in self._works[b]:
            self._lead[work] = a
        self._works[a] += self._works.pop(b)
        del self._span[b]
        self._span[a] = span

    def found(self) -> list[list[int]]:
        """Groups with works of at least two organisations, in the order of ids."""
        groups = [
            sorted(group, key=self._rank.__getitem__)
            for group in self._works.values()
            if len(group) > 1 and len({int(self._organisation[w]) for w in group}) > 1
        ]
        return sorted(groups, key=lambda group: bytes(self._rank[group[0]]))
