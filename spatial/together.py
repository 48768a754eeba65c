"""Works of one area that belong together: near in time, near in place, one beside another."""

from __future__ import annotations

import numpy as np
import shapely

from spatial import wide
from spatial.situation import Situation
from spatial.wide import Touching
from spatial.work import Flags, Floats, Keys, Objects

_ROOM_M = 1.0
_DOUBT_M = 1e-6


def chained(situation: Situation, group: Keys, work: Keys, most_gap: float) -> Keys:
    """Number of the chain of each row: works of a group with at most ``most_gap`` days between."""
    works = situation.subject.works
    start, end = works.start[work], works.end[work]
    order = np.lexsort((end, start, group))
    number = np.empty(len(order), dtype=np.int64)
    number[order] = wide.chains(group[order], start[order], end[order], most_gap)
    return number


def gathered(
    situation: Situation, group: Keys, work: Keys, keys: Keys, *, least: float, most_gap: float
) -> Keys:
    """Number of the finding of each row, -1 for none: chains with enough different keys.

    A chain of which the first days lie further apart than ``most_gap`` is cut
    into the years in which its works begin, so that a busy area has a finding a
    year; where no such piece has enough, the chain stays whole. Works whose
    piece has not enough while another has are left out. ``keys`` are of rows.
    """
    if not len(work):
        return np.empty(0, dtype=np.int64)
    chain = chained(situation, group, work, most_gap)
    start = situation.subject.works.start[work].astype(np.int64)
    first = np.full(chain.max() + 1, np.iinfo(np.int64).max)
    last = np.full(chain.max() + 1, np.iinfo(np.int64).min)
    np.minimum.at(first, chain, start)
    np.maximum.at(last, chain, start)
    year = np.where((last - first > most_gap)[chain], wide.quarter_of(start) // 4 + 5_000, 0)
    piece = np.unique(chain * 10_000 + year, return_inverse=True)[1].astype(np.int64)
    enough = (distinct(piece, keys) >= least)[piece]
    has_piece = np.zeros(len(first), dtype=np.bool_)
    has_piece[chain[enough]] = True
    whole = (~has_piece & (distinct(chain, keys) >= least))[chain]
    found = np.where(enough, piece, np.where(whole, piece.max() + 1 + chain, -1))
    numbers, dense = np.unique(found, return_inverse=True)
    return (dense - int(numbers[0] == -1)).astype(np.int64)


def distinct(group: Keys, keys: Keys) -> Keys:
    """How many different keys each group has; groups are 0, 1, 2 ..."""
    pairs = np.unique(np.column_stack((group, keys)), axis=0)
    return np.bincount(pairs[:, 0], minlength=int(group.max(initial=-1)) + 1).astype(np.int64)


def beside_in_time(
    situation: Situation, pairs: Touching, carrier: Flags, other: Flags, most_gap: float
) -> tuple[Keys, Keys, Keys, Floats]:
    """Carriers with the other works of their object, at most so many days apart.

    Never two works of one project. Row of the carrier in ``pairs``, the row of
    the other work, and the days between them.
    """
    carriers = np.flatnonzero(carrier[pairs.work])
    others = np.flatnonzero(other[pairs.work])
    left, right = wide.spread(pairs.object[carriers], pairs.object[others])
    left, right = carriers[left], others[right]
    works = situation.subject.works
    apart = works.project[pairs.work[left]] != works.project[pairs.work[right]]
    left, right = left[apart], right[apart]
    gap = situation.subject.calendar.shared(pairs.work[left], pairs.work[right]).gap_days
    near = gap <= most_gap
    return carriers, left[near], right[near], gap[near].astype(np.float64)


def nearest_in_group(group: Keys, places: Objects, most_m: float) -> tuple[Keys, Keys]:
    """Rows with the nearest other row of their group, where at most ``most_m`` lie between.

    Places of the same bounds are taken to be near one another; each of them
    is paired with the first. Groups are laid out far from each other, so that one
    search serves all of them.
    """
    bounds = shapely.bounds(places)
    same, first, of_row = np.unique(
        np.column_stack((group.astype(np.float64), bounds)),
        axis=0,
        return_index=True,
        return_inverse=True,
    )
    of_row = of_row.ravel()
    twins = np.flatnonzero(first[of_row] != np.arange(len(group)))
    if not len(same):
        return np.empty(0, np.int64), np.empty(0, np.int64)
    moved = _laid_out(group[first], places[first], most_m)
    found = shapely.STRtree(moved).query_nearest(
        moved, max_distance=most_m + _DOUBT_M, exclusive=True, all_matches=False
    )
    left = np.concatenate((first[found[0]], twins, first[of_row[twins]]))
    right = np.concatenate((first[found[1]], first[of_row[twins]], twins))
    near = shapely.distance(places[left], places[right]) <= most_m
    return left[near], right[near]


def nearest_of(
    group: Keys, places: Objects, other_group: Keys, others: Objects, most_m: float
) -> Flags:
    """Whether each place has one of the others of its group within the distance."""
    flags = np.zeros(len(group), dtype=np.bool_)
    if not len(group) or not len(other_group):
        return flags
    both = np.concatenate((group, other_group))
    moved = _laid_out(both, np.concatenate((places, others)), most_m)
    n = len(group)
    left, right = shapely.STRtree(moved[n:]).query_nearest(
        moved[:n], max_distance=most_m + _DOUBT_M, all_matches=False
    )
    flags[left[shapely.distance(places[left], others[right]) <= most_m]] = True
    return flags


def _laid_out(group: Keys, places: Objects, room_m: float) -> Objects:
    """The same places, each group in a square of its own."""
    numbers, dense = np.unique(group, return_inverse=True)
    bounds = shapely.bounds(places)
    low = np.full((len(numbers), 2), np.inf)
    high = np.full((len(numbers), 2), -np.inf)
    for axis in (0, 1):
        np.minimum.at(low[:, axis], dense, bounds[:, axis])
        np.maximum.at(high[:, axis], dense, bounds[:, axis + 2])
    side = int(np.ceil(np.sqrt(len(numbers))))
    square = float((high - low).max(initial=0.0)) + 2 * room_m + _ROOM_M
    corner = np.column_stack((np.arange(len(numbers)) % side, np.arange(len(numbers)) // side))
    shift = (corner * square - low)[dense]
    _, owner = shapely.get_coordinates(places, return_index=True)
    moved: Objects = shapely.transform(places, lambda xy: xy + shift[owner])
    return moved
