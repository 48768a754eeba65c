"""Findings grow into bundles: works of several organisations done in one go.

Every finding of a bundling rule is an edge between two works. Edges are taken
from the best score down; each joins the two groups at its ends where the joint
group keeps within the limits and a common slot exists
(:mod:`spatial.common_slot`). Joining only ever narrows the choice of slots, so
an edge that cannot join now never can: one pass is enough, each work ends in
one group at most, and the outcome does not depend on the order in which works
or findings are given. As findings follow a street from one work to the next,
so do the groups.

The result of one connected set does not depend on any other, so that a change
of some works needs only the sets that they touch.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields
from typing import NamedTuple

import numpy as np

from spatial.bundle_groups import Edges, Groups, Limits
from spatial.common_slot import Room, Slots, common_slots
from spatial.finding import ragged
from spatial.traits import Traits
from spatial.value import Price, Prices, Quantities, savings
from spatial.work import NOBODY, Flags, Floats, Keys, Works

BUNDLING = ("O01", "O02", "O04", "O05", "O06", "O08", "O12")
"""Rules whose findings mean: do these two works together, in one place and one slot.

O11, O13, O14, O15 and O16 are moments to talk or to share a depot, not one job.
"""
REGRETTED = ("B02",)
"""Rules whose findings show works that should have gone together; edges of near misses only."""
EDGE_RULES = (*BUNDLING, *REGRETTED)
LEAST_LENGTH_M, LEAST_AREA_M2 = 25.0, 50.0
"""What a regretted pair must share to count (O01: GIPOD category 1)."""


class Worth(NamedTuple):
    """How bundles are valued and ranked."""

    prices: Prices
    trench_m: float
    trench_deep_m: float
    full_saving_eur: float
    room_weight: float


DEFAULT_LIMITS = Limits(4, 8, 364)
DEFAULT_WORTH = Worth(
    Prices(Price(60.0, 100.0, 160.0), Price(25.0, 45.0, 80.0), Price(100.0, 250.0, 2_500.0)),
    1.5,
    1.0,
    500_000.0,
    0.5,
)


@dataclass(frozen=True, slots=True)
class Bundles:
    """Bundles as columns.

    The works of bundle ``i`` are ``members[offsets[i]:offsets[i + 1]]``, positions
    in the works given, in the order of their ids; ``slots`` is aligned with both.
    Near misses are bundles without a slot, or longer than ``most_days``.
    ``probability`` is the chance that the saving comes, ``room_used`` the
    largest part of its room to move that any work uses (0 to 1).
    """

    members: Keys
    offsets: Keys
    slots: Slots
    too_long_days: Keys
    quantities: Quantities
    saving_eur: Floats
    saving_low_eur: Floats
    saving_high_eur: Floats
    probability: Floats
    room_used: Floats
    score: Floats
    organisations: Keys
    shift_days: Keys

    def __len__(self) -> int:
        return len(self.offsets) - 1

    @property
    def feasible(self) -> Flags:
        """Where all works fit in one slot of allowed length."""
        fits: Flags = self.slots.feasible & (self.too_long_days == 0)
        return fits

    def take(self, rows: Keys) -> Bundles:
        """The bundles at these positions, in that order."""
        offsets, positions = ragged(self.offsets, rows)
        moved = offsets[:-1] - self.offsets[rows]
        slots = self.slots
        kept = Slots(
            slots.start[rows],
            slots.end[rows],
            slots.lacking_days[rows],
            slots.opens_last[rows] + moved,
            slots.closes_first[rows] + moved,
            slots.run_start[positions],
            slots.shift_days[positions],
        )
        ragged_ones = {"members", "offsets", "slots", "quantities"}
        plain = {
            f.name: getattr(self, f.name)[rows] for f in fields(self) if f.name not in ragged_ones
        }
        return Bundles(
            members=self.members[positions],
            offsets=offsets,
            slots=kept,
            quantities=Quantities(*(column[rows] for column in self.quantities)),
            **plain,
        )


def grow(
    works: Works,
    edges: Edges,
    *,
    limits: Limits = DEFAULT_LIMITS,
    worth: Worth = DEFAULT_WORTH,
    free: Flags | None = None,
) -> Bundles:
    """Bundles of these works, near misses among what is left over.

    Parameters
    ----------
    works
        Columns of works; only those named by an edge matter.
    edges
        Findings between them, any number a pair, in any order.
    free
        Which works may be bundled; unless given those in no accepted bundle.

    Returns
    -------
    Bundles with works of at least two organisations, feasible ones first, each
    kind in the order of the smallest id among its works.
    """
    subject_free = works.accepted_bundle == NOBODY if free is None else free
    edges = _pairs(edges.take(subject_free[edges.first] & subject_free[edges.second]), works)
    traits = Traits.of(works)
    room = Room.of(works, traits)
    proposing = edges.take(edges.proposes & _may(edges, room, limits))
    groups = Groups(works, room, limits, slot=True)
    groups.join_all(proposing)
    found = groups.found()
    taken = np.zeros(len(works), dtype=np.bool_)
    taken[[w for group in found for w in group]] = True
    left = edges.take(~taken[edges.first] & ~taken[edges.second])
    missed = Groups(works, room, limits, slot=False)
    missed.join_all(left)
    return _valued(
        works,
        traits,
        room,
        edges,
        groups=[*found, *missed.found()],
        limits=limits,
        worth=worth,
    )


def _may(edges: Edges, room: Room, limits: Limits) -> Flags:
    """Edges between works that are themselves short enough and fit their own windows."""
    fits = (room.days <= limits.most_days) & (room.short_days == 0)
    both: Flags = fits[edges.first] & fits[edges.second]
    return both


def _pairs(edges: Edges, works: Works) -> Edges:
    """One edge a pair, the best first; ties in the order of ids."""
    rank = np.empty(len(works), dtype=np.int64)
    rank[np.argsort(works.id.view("S16"), kind="stable")] = np.arange(len(works))
    a, b = rank[edges.first], rank[edges.second]
    swap = a > b
    first, second = (
        np.where(swap, edges.second, edges.first),
        np.where(swap, edges.first, edges.second),
    )
    low, high = np.minimum(a, b), np.maximum(a, b)
    pair, inverse = np.unique(low * max(len(works), 1) + high, return_inverse=True)
    if not len(pair):
        return edges

    def best(column: Floats | Flags) -> Floats:
        found = np.zeros(len(pair))
        np.maximum.at(found, inverse, np.nan_to_num(column.astype(np.float64)))
        return found

    names = np.zeros(len(pair), dtype=np.int64)
    names[inverse] = np.arange(len(edges))
    proposes = best(edges.proposes) > 0
    score = best(np.where(edges.proposes, edges.score, 0.0))
    one = Edges(
        first[names],
        second[names],
        proposes,
        score,
        best(edges.area_m2),
        best(edges.length_m),
        best(edges.trench_m),
    )
    return one.take(np.lexsort((pair, -one.score)))


def _tree(edges: Edges, weight: Floats, group: Keys) -> Flags:
    """Edges of a forest of the largest weight that links the works of each group."""
    inside = np.flatnonzero((group[edges.first] == group[edges.second]) & (group[edges.first] >= 0))
    order = inside[np.argsort(-weight[inside], kind="stable")]
    lead: dict[int, int] = {}

    def root(work: int) -> int:
        while (above := lead.setdefault(work, work)) != work:
            lead[work] = work = lead.setdefault(above, above)
        return work

    chosen = np.zeros(len(edges), dtype=np.bool_)
    for row, a, b in zip(
        order.tolist(), edges.first[order].tolist(), edges.second[order].tolist(), strict=True
    ):
        a_root, b_root = root(a), root(b)
        if a_root != b_root:
            lead[a_root] = b_root
            chosen[row] = True
    return chosen


def _valued(
    works: Works,
    traits: Traits,
    room: Room,
    edges: Edges,
    *,
    groups: Sequence[Sequence[int]],
    limits: Limits,
    worth: Worth,
) -> Bundles:
    """Slots, worth and score of each group."""
    n = len(groups)
    offsets = np.cumsum([0, *map(len, groups)]).astype(np.int64)
    members = np.array([w for group in groups for w in group], dtype=np.int64)
    slots = common_slots(room.take(members), offsets)
    bundle = np.repeat(np.arange(n), np.diff(offsets))
    group = np.full(len(works), -1, dtype=np.int64)
    group[members] = bundle
    surface = np.maximum(edges.area_m2, worth.trench_m * edges.length_m)
    trench = edges.trench_m * worth.trench_m * worth.trench_deep_m
    price = worth.prices
    weight = surface * price.surface_m2.usual + trench * price.trench_m3.usual
    tree = _tree(edges, weight, group)
    of = group[edges.first[tree]]
    closing = np.where(traits.major_hindrance, traits.duration_days, 0)[members]
    longest_closure = np.zeros(n)
    np.maximum.at(longest_closure, bundle, closing)
    quantities = Quantities(
        np.bincount(of, surface[tree], n).astype(np.float64),
        np.bincount(of, trench[tree], n).astype(np.float64),
        np.bincount(bundle, closing, n) - longest_closure,
    )
    low, usual, high = savings(quantities, price)
    both = traits.probability[edges.first[tree]] * traits.probability[edges.second[tree]]
    counted = weight[tree] + 1.0
    probability = np.bincount(of, counted * both, n) / np.bincount(of, counted, n)
    longest = (slots.end - slots.start).astype(np.int64)
    too_long = np.maximum(0, longest - limits.most_days)
    used = _room_used(room.take(members), slots, bundle, n)
    feasible = slots.feasible & (too_long == 0)
    share = np.minimum(1.0, usual / worth.full_saving_eur)
    score = 100.0 * share * probability * np.where(feasible, 1.0 - worth.room_weight * used, 0.0)
    owners = np.unique(np.column_stack((bundle, works.organisation[members])), axis=0)
    return Bundles(
        members=members,
        offsets=offsets,
        slots=slots,
        too_long_days=too_long,
        quantities=quantities,
        saving_eur=usual,
        saving_low_eur=low,
        saving_high_eur=high,
        probability=probability,
        room_used=used,
        score=np.round(score, 1),
        organisations=np.bincount(owners[:, 0], minlength=n),
        shift_days=np.bincount(bundle, np.abs(slots.shift_days), n).astype(np.int64),
    )


def _room_used(room: Room, slots: Slots, bundle: Keys, n: int) -> Floats:
    """The largest part of its room that any member uses; 0 where nobody moves."""
    shift = slots.shift_days.astype(np.float64)
    before, after = room.least - room.earliest, room.latest - room.days - room.most
    part = np.abs(shift) / np.maximum(np.where(shift < 0, before, after), 1)
    used = np.zeros(n)
    np.maximum.at(used, bundle, np.minimum(1.0, part))
    return used
