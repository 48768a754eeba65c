"""The street segments as a graph, and how much further people travel when some are closed.

Ends of segments within ``SNAP_M`` of each other on a grid are one crossing. The
graph may be in pieces: what was out of reach before does not count as cut off.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import shapely

from spatial.situation import Situation
from spatial.work import Flags, Floats, Keys

SNAP_M = 0.5
"""Ends that round to the same multiple of this are one crossing."""


@dataclass(frozen=True, slots=True)
class Network:
    """Crossings with their places, and the two crossings and length of each segment."""

    places: Floats
    ends: Keys
    length_m: Floats
    passable: Flags


def network(situation: Situation) -> Network:
    """The graph of all street segments, made once; footpaths carry no traffic."""
    return situation.once("network", lambda: _made(situation))


def _made(situation: Situation) -> Network:
    streets = situation.objects("streets")
    points, owner = shapely.get_coordinates(streets.geometry, return_index=True)
    first = np.searchsorted(owner, np.arange(len(streets)))
    last = np.searchsorted(owner, np.arange(len(streets)), side="right") - 1
    ends = np.concatenate((points[first], points[last]))
    snapped, node = np.unique(np.round(ends / SNAP_M), axis=0, return_inverse=True)
    return Network(
        snapped * SNAP_M,
        node.reshape(2, -1).T.astype(np.int64),
        shapely.length(streets.geometry),
        streets.columns["road_class"] != "path",
    )


@dataclass(frozen=True, slots=True)
class Arcs:
    """Every segment in both directions, sorted by start, end and length."""

    start: Keys
    end: Keys
    length_m: Floats
    segment: Keys

    @classmethod
    def of(cls, ends: Keys, length_m: Floats) -> Arcs:
        """Both directions of segments between these crossings; ``segment`` is the row."""
        both = np.concatenate((ends, ends[:, ::-1]))
        length = np.maximum(np.concatenate((length_m, length_m)), 1e-6)
        order = np.lexsort((length, both[:, 1], both[:, 0]))
        start, end = both[order].T
        return cls(start, end, length[order], order % max(len(ends), 1))


@dataclass(frozen=True, slots=True)
class Neighbourhood:
    """The part of the network in and around an area, ready to be closed.

    ``segments`` are those around, ``inside`` the crossings in the area (numbered
    as in ``arcs``), ``gates`` the rows of segments that lead out of it and
    ``outside`` the crossing beyond each gate.
    """

    segments: Keys
    inside: Keys
    gates: Keys
    outside: Keys
    nodes: int
    arcs: Arcs

    @classmethod
    def of(cls, whole: Network, around: Keys, area: Any) -> Neighbourhood:
        """The network of these segments seen from an area."""
        segments = around[whole.passable[around]]
        used, flat = np.unique(whole.ends[segments], return_inverse=True)
        ends = flat.reshape(-1, 2)
        within = shapely.intersects_xy(area, *whole.places[used].T)
        crosses = within[ends[:, 0]] != within[ends[:, 1]]
        gates = np.flatnonzero(crosses)
        beyond = np.where(within[ends[gates, 0]], ends[gates, 1], ends[gates, 0])
        return cls(
            segments,
            np.flatnonzero(within),
            gates,
            beyond,
            len(used),
            Arcs.of(ends, whole.length_m[segments]),
        )

    def lengths(self, closed: Keys) -> Floats:
        """Metres from beyond each gate to each crossing inside, with some segments closed."""
        # SciPy ships no types, and takes a second to load that only closures should cost.
        from scipy.sparse import csr_array  # type: ignore[import-untyped]
        from scipy.sparse.csgraph import dijkstra  # type: ignore[import-untyped]

        open_ = ~np.isin(self.segments[self.arcs.segment], closed)
        start, end = self.arcs.start[open_], self.arcs.end[open_]
        fresh = np.ones(len(start), dtype=np.bool_)
        fresh[1:] = (start[1:] != start[:-1]) | (end[1:] != end[:-1])
        cuts = np.searchsorted(start[fresh], np.arange(self.nodes + 1))
        shape = (self.nodes, self.nodes)
        graph = csr_array((self.arcs.length_m[open_][fresh], end[fresh], cuts), shape=shape)
        found: Floats = dijkstra(graph, indices=self.outside)[:, self.inside]
        return found

    def effect(self, before: Floats, closed: Keys) -> tuple[float, int]:
        """How many percent longer paths become, and how many accesses are left.

        Paths run from beyond every gate to every crossing inside; those that are
        there before and after count. An access is an open gate from which some crossing
        inside is in reach. ``before`` are the lengths with nothing closed.
        """
        after = self.lengths(closed)
        both = np.isfinite(before) & np.isfinite(after)
        open_gates = ~np.isin(self.segments[self.gates], closed)
        left = int((open_gates & np.isfinite(after).any(axis=1)).sum())
        total = float(before[both].sum())
        extra = 100.0 * (float(after[both].sum()) / total - 1.0) if total > 0 else 0.0
        return extra, left
