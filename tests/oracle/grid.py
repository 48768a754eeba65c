"""Which pairs of many plans need a look: those that share a square of a plain grid.

Every footprint is noted in each square that its box, widened by half the
reach, touches. Two footprints within reach of one another have a point between
them that lies in both widened boxes, so they share its square.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from itertools import combinations
from math import floor

from tests.oracle.plan import Plan

REACH_M = 50.0
SQUARE_M = 100.0


def near_pairs(plans: Sequence[Plan], reach_m: float = REACH_M) -> set[tuple[int, int]]:
    """Positions of all pairs that may lie within reach of one another."""
    squares = defaultdict(list)
    for n, plan in enumerate(plans):
        west, south, east, north = plan.footprint.bounds
        for x in steps(west - reach_m / 2, east + reach_m / 2):
            for y in steps(south - reach_m / 2, north + reach_m / 2):
                squares[x, y].append(n)
    return {pair for members in squares.values() for pair in combinations(members, 2)}


def steps(low: float, high: float) -> range:
    """Squares that a stretch touches."""
    return range(floor(low / SQUARE_M), floor(high / SQUARE_M) + 1)
