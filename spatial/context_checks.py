"""What only shows when the objects of a context layer are seen together."""

from __future__ import annotations

from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray

from spatial import context_faults as faults
from spatial.context import ContextLayer
from spatial.context_faults import tell
from spatial.period import NO_DAY
from spatial.reader import Fault
from spatial.work import Flags, Floats, Ints, Keys, Objects

SHAPES = {
    "point": (0, "punten", "points"),
    "line": (1, "lijnen", "lines"),
    "polygon": (2, "vlakken", "polygons"),
}
MOST_TOLD = 1_000
SHARED_LEAST = 1.0
"""Square metres, or metres of line, that two no-dig zones may share by drawing."""
NODE_M = 0.01
"""Points nearer than this are one node of the street network."""
PIECES_SHOWN = 5
KILOMETRE = 1000.0


def check_shape(layer: ContextLayer, geometry: Objects, rows: Keys) -> list[Fault]:
    """Objects whose geometry is of another dimension than the layer takes."""
    if layer.shape not in SHAPES:
        return []
    dimension, nl, en = SHAPES[layer.shape]
    wrong = np.flatnonzero(shapely.get_dimensions(geometry) != dimension)[:MOST_TOLD]
    if not len(wrong):
        return []
    kinds = [g.geom_type for g in geometry[wrong]]
    return tell(
        faults.WRONG_SHAPE,
        rows[wrong].tolist(),
        field="geometry",
        values=kinds,
        wanted_nl=nl,
        wanted_en=en,
    )


def check_period(start: Ints, end: Ints, rows: Keys) -> list[Fault]:
    """Objects whose last day lies before the first."""
    wrong = np.flatnonzero((start != NO_DAY) & (end != NO_DAY) & (end <= start))[:MOST_TOLD]
    first = start.astype("datetime64[D]")
    last = (end.astype(np.int64) - 1).astype("datetime64[D]")
    return [
        fault
        for i in wrong.tolist()
        for fault in tell(
            faults.END_FIRST, [int(rows[i])], field="end", values=[last[i]], start=first[i]
        )
    ]


def no_dig(
    completed_on: Ints, days: NDArray[np.int64], start: Ints, end: Ints
) -> tuple[Ints, NDArray[np.int64], Ints, Ints]:
    """Completion, days and period of no-dig zones, each from the others where it is not given.

    >>> told = np.array([10], dtype=np.int32), np.array([5])
    >>> nothing = np.array([NO_DAY], dtype=np.int32)
    >>> [int(c[0]) for c in no_dig(*told, nothing, nothing)]
    [10, 5, 11, 16]
    """
    completed = np.where((completed_on == NO_DAY) & (start != NO_DAY), start - 1, completed_on)
    both = (start != NO_DAY) & (end != NO_DAY)
    days = np.where((days < 0) & both, end.astype(np.int64) - start, days)
    first = np.where((start == NO_DAY) & (completed != NO_DAY), completed + 1, start)
    lasts = (end == NO_DAY) & (first != NO_DAY) & (days > 0)
    until = np.where(lasts, first + days, end)
    return (completed.astype(np.int32), days, first.astype(np.int32), until.astype(np.int32))


def check_no_dig(
    geometry: Objects, rows: Keys, completed_on: Ints, start: Ints, end: Ints
) -> list[Fault]:
    """No-dig zones that share ground and time and name other days."""
    tree = shapely.STRtree(geometry)
    a, b = tree.query(geometry, predicate="intersects")
    a, b = a[a < b], b[a < b]
    known = (start != NO_DAY) & (end != NO_DAY)
    together = known[a] & known[b] & (start[a] < end[b]) & (start[b] < end[a])
    differ = (completed_on[a] != completed_on[b]) | (end[a] != end[b])
    a, b = a[together & differ], b[together & differ]
    shared = shapely.intersection(geometry[a], geometry[b])
    much = (shapely.area(shared) > SHARED_LEAST) | _lines_share(shared, geometry[a], geometry[b])
    return [
        fault
        for i, j in zip(a[much].tolist(), b[much].tolist(), strict=True)
        for fault in tell(faults.OVERLAPPING, [int(rows[j])], field="geometry", other=int(rows[i]))
    ][:MOST_TOLD]


def _lines_share(shared: Objects, one: Objects, other: Objects) -> Flags:
    lines = (shapely.get_dimensions(one) == 1) & (shapely.get_dimensions(other) == 1)
    along: Flags = lines & (shapely.length(shared) > SHARED_LEAST)
    return along


def check_streets(geometry: Objects) -> list[Fault]:
    """A warning where the street network is in pieces, with the longest of them."""
    lengths = pieces(geometry)
    if len(lengths) <= 1:
        return []
    shown = [_long(length) for length in lengths[:PIECES_SHOWN].tolist()]
    more = len(lengths) - len(shown)
    if more:
        shown.append(f"+ {more} ({_long(lengths[PIECES_SHOWN:].sum())})")
    return tell(faults.PIECES, count=len(lengths), lengths=", ".join(shown))


def _long(length_m: float) -> str:
    return f"{length_m / 1000:.1f} km" if length_m >= KILOMETRE else f"{length_m:.0f} m"


def pieces(geometry: Objects) -> Floats:
    """Length in metres of each connected piece of a network, the longest first.

    Segments that share a point of their drawing hang together.

    >>> lines = ["LINESTRING (0 0, 5 0)", "LINESTRING (5 0, 5 5)", "LINESTRING (9 9, 9 10)"]
    >>> pieces(shapely.from_wkt(np.array(lines, dtype=object))).tolist()
    [10.0, 1.0]
    """
    if not len(geometry):
        return np.zeros(0)
    points, segment = shapely.get_coordinates(geometry, return_index=True)
    grid = np.round(points / NODE_M).astype(np.int64)
    _, node = np.unique(grid[:, 0] * 4_000_000_007 + grid[:, 1], return_inverse=True)
    piece = _connected(segment, node, len(geometry))
    measured: Floats = shapely.length(geometry)
    total = np.bincount(piece, weights=measured, minlength=len(geometry)).astype(np.float64)
    held = np.bincount(piece, minlength=len(geometry)) > 0
    lengths: Floats = np.sort(total[held])[::-1]
    return lengths


def _connected(segment: NDArray[Any], node: NDArray[Any], n: int) -> NDArray[np.int64]:
    """The smallest segment of the piece of each segment; pointers halve their way each round."""
    label = np.arange(n)
    nodes = int(node.max()) + 1
    while True:
        least = np.full(nodes, n)
        np.minimum.at(least, node, label[segment])
        lower = label.copy()
        np.minimum.at(lower, label[segment], least[node])
        lower = lower[lower]
        lower = np.minimum(lower, lower[label])
        if (lower == label).all():
            return label
        label = lower
