"""What rules about streets, areas and networks share: who counts, quarters, runs, one table.

Everything is a join: rows of (object, work) or (object, work, quarter), summed
and cut with NumPy. No rule walks over works.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import numpy as np
import shapely
from numpy.typing import NDArray

from spatial.finding import WideHits
from spatial.situation import Situation
from spatial.traits import among
from spatial.vocabulary import ACTIVITY, Vocabulary
from spatial.work import Codes, Flags, Floats, Ints, Keys, Objects

FIRST_YEAR = 1970
MEMBERS_TOLD = 6
"""How many works an explanation names before it says how many more there are."""


@dataclass(frozen=True, slots=True)
class Touching:
    """Objects of a layer and the works that lie within a distance of them, one row a pair."""

    object: Keys
    work: Keys

    def take(self, rows: Keys | Flags) -> Touching:
        """Some of the rows."""
        return Touching(self.object[rows], self.work[rows])


def active(situation: Situation) -> Flags:
    """Works that may be in a finding: neither withdrawn nor completed."""
    traits = situation.subject.traits
    flags: Flags = ~(traits.withdrawn | traits.completed)
    return flags


def opens(situation: Situation) -> Flags:
    """Works that will open the surface."""
    flags: Flags = active(situation) & situation.subject.traits.opens_surface
    return flags


def tree(situation: Situation) -> shapely.STRtree:
    """Index of the footprints of all works."""
    return situation.once("wide.tree", lambda: shapely.STRtree(situation.subject.works.footprint))


def is_judged(situation: Situation, n: int) -> Flags:
    """Which of the ``n`` objects of a rule are to be judged."""
    return np.ones(n, dtype=np.bool_) if situation.judged is None else situation.judged


def touching(
    situation: Situation, geometry: Objects, wanted: Flags, within_m: float = 0.0
) -> Touching:
    """Active works within a distance of each wanted geometry; at 0 they share a point."""
    rows = np.flatnonzero(wanted & ~shapely.is_missing(geometry) & ~shapely.is_empty(geometry))
    found = (
        tree(situation).query(geometry[rows], predicate="dwithin", distance=within_m)
        if within_m > 0
        else tree(situation).query(geometry[rows], predicate="intersects")
    )
    pairs = Touching(rows[found[0]].astype(np.int64), found[1].astype(np.int64))
    return pairs.take(active(situation)[pairs.work])


def neighbourhoods(situation: Situation) -> Flags:
    """Which objects of the layer of areas are neighbourhoods that are to be judged."""
    areas = situation.objects("areas")
    flags: Flags = (areas.columns["level"] == "neighbourhood") & is_judged(situation, len(areas))
    return flags


def in_neighbourhoods(situation: Situation) -> Touching:
    """Neighbourhoods to be judged with the active works in them; made once a run."""
    judged = situation.judged
    name = "wide.neighbourhoods" + ("" if judged is None else f":{hash(judged.tobytes())}")
    areas = situation.objects("areas")
    return situation.once(
        name, lambda: touching(situation, areas.geometry, neighbourhoods(situation))
    )


def coded(codes: Codes, vocabulary: Vocabulary, *words: str) -> Flags:
    """Where a coded column holds one of these words."""
    return among(codes, vocabulary, words)


def is_survey(situation: Situation) -> Flags:
    """Works that only look."""
    flags: Flags = situation.subject.works.activity == ACTIVITY.code("survey")
    return flags


def periods(situation: Situation, work: Keys) -> tuple[Keys, Ints, Ints]:
    """Every valid period of each of these works: row in ``work``, half-open days."""
    calendar = situation.subject.calendar
    counts = np.diff(calendar.offsets)[work]
    row = np.repeat(np.arange(len(work), dtype=np.int64), counts)
    inside = np.arange(len(row)) - np.repeat(np.cumsum(counts) - counts, counts)
    at = np.repeat(calendar.offsets[:-1][work], counts) + inside
    return row, calendar.starts[at], calendar.ends[at]


def quarter_of(days: Ints | Keys) -> Keys:
    """Quarters since the first of 1970 in which days lie.

    >>> quarter_of(np.array([0, 89, 90, 20_454])).tolist()
    [0, 0, 1, 224]
    """
    months = days.astype("datetime64[D]").astype("datetime64[M]").astype(np.int64)
    quarters: Keys = months // 3
    return quarters


def quarter_start(quarter: Keys) -> Ints:
    """First day of each quarter.

    >>> quarter_start(np.array([0, 1, 224])).tolist()
    [0, 90, 20454]
    """
    first = (quarter * 3).astype("datetime64[M]").astype("datetime64[D]")
    return first.astype(np.int64).astype(np.int32)


def quarter_name(quarter: int) -> str:
    """A quarter as a key has it.

    >>> quarter_name(224)
    '2026Q1'
    """
    return f"{FIRST_YEAR + quarter // 4}Q{quarter % 4 + 1}"


def quarters(situation: Situation, work: Keys) -> tuple[Keys, Keys, Ints]:
    """Every quarter in which each of these works has days: row in ``work``, quarter, days."""
    row, start, end = periods(situation, work)
    first, last = quarter_of(start), quarter_of(end - 1)
    counts = last - first + 1
    again = np.repeat(np.arange(len(row)), counts)
    quarter = first[again] + np.arange(len(again)) - np.repeat(np.cumsum(counts) - counts, counts)
    days = np.minimum(end[again], quarter_start(quarter + 1)) - np.maximum(
        start[again], quarter_start(quarter)
    )
    if not situation.subject.calendar.several.any():
        return row[again], quarter, days.astype(np.int32)
    stride = np.int64(2**20)
    keyed, back = np.unique(row[again] * stride + quarter + stride // 2, return_inverse=True)
    total = np.bincount(back, weights=days, minlength=len(keyed))
    return keyed // stride, keyed % stride - stride // 2, total.astype(np.int32)


def spread(wanted: Keys, keys: Keys) -> tuple[Keys, Keys]:
    """Every row of ``wanted`` with every row of ``keys`` that holds the same key.

    >>> [x.tolist() for x in spread(np.array([7, 5]), np.array([5, 7, 7]))]
    [[0, 0, 1], [1, 2, 0]]
    """
    order = np.argsort(keys, kind="stable")
    low = np.searchsorted(keys[order], wanted)
    many = np.searchsorted(keys[order], wanted, side="right") - low
    row = np.repeat(np.arange(len(wanted), dtype=np.int64), many)
    at = np.repeat(low, many) + np.arange(many.sum()) - np.repeat(np.cumsum(many) - many, many)
    return row, order[at]


def runs(group: Keys, step: Keys) -> Keys:
    """Number of the run of consecutive steps of one group in which each row lies.

    Rows must be sorted by group and step; a step may come more than once.

    >>> runs(np.array([0, 0, 0, 1]), np.array([1, 2, 4, 5])).tolist()
    [0, 0, 1, 2]
    """
    if not len(group):
        return np.empty(0, dtype=np.int64)
    breaks = (np.diff(group) != 0) | (np.diff(step) > 1)
    return np.concatenate(([0], np.cumsum(breaks))).astype(np.int64)


def chains(group: Keys, start: Ints, end: Ints, most_gap: float) -> Keys:
    """Number of the chain of periods in which each row lies.

    Rows must be sorted by group and start. A new chain begins where more than
    ``most_gap`` days lie between a period and all that went before it in its group.

    >>> chains(np.zeros(3, int), np.array([0, 5, 40]), np.array([30, 6, 50]), 9).tolist()
    [0, 0, 1]
    """
    if not len(group):
        return np.empty(0, dtype=np.int64)
    latest = latest_end(group, end)
    breaks = (np.diff(group) != 0) | (start[1:].astype(np.int64) - latest[:-1] > most_gap)
    return np.concatenate(([0], np.cumsum(breaks))).astype(np.int64)


def latest_end(group: Keys, end: Ints) -> Keys:
    """The last end so far within each group; rows sorted by group."""
    dense = np.concatenate(([0], np.cumsum(np.diff(group) != 0)))
    stride = np.int64(2**33)
    return np.maximum.accumulate(end.astype(np.int64) + dense * stride) - dense * stride


def rank(situation: Situation) -> Keys:
    """The order in which findings name works: by first day, last day and id."""

    def make() -> Keys:
        works = situation.subject.works
        halves = works.id.view(">u8").reshape(-1, 2) if len(works) else np.empty((0, 2))
        order = np.lexsort((halves[:, 1], halves[:, 0], works.end, works.start))
        ranks = np.empty(len(order), dtype=np.int64)
        ranks[order] = np.arange(len(order))
        return ranks

    return situation.once("wide.rank", make)


def key_of(identity: Any) -> str:
    """16 bytes of an id as the text that keys are made of."""
    return str(UUID(bytes=bytes(identity)))


def owner_key(situation: Situation, organisation: int) -> str:
    """The id of an organisation as the text that keys are made of, else what works carry."""
    parties = situation.organisations
    known = situation.once(
        "wide.owners", lambda: dict(zip(parties.key.tolist(), parties.id, strict=True))
    )
    return key_of(known[organisation]) if organisation in known else str(organisation)


@dataclass(frozen=True, slots=True)
class Members:
    """The works of each finding: unique, in the order in which findings name them."""

    group: Keys
    work: Keys
    offsets: Keys

    @classmethod
    def of(cls, situation: Situation, group: Keys, work: Keys, n: int) -> Members:
        """Members of ``n`` findings from rows of (finding, work) that may repeat."""
        order = np.lexsort((rank(situation)[work], group))
        group, work = group[order], work[order]
        fresh = np.ones(len(group), dtype=np.bool_)
        fresh[1:] = (np.diff(group) != 0) | (np.diff(work) != 0)
        group, work = group[fresh], work[fresh]
        offsets = np.searchsorted(group, np.arange(n + 1)).astype(np.int64)
        return cls(group, work, offsets)

    def counts(self) -> Keys:
        """How many works each finding has."""
        return np.diff(self.offsets)

    def mean(self, values: Floats) -> Floats:
        """Mean over the works of each finding of a column of works."""
        total = np.bincount(self.group, weights=values[self.work], minlength=len(self.offsets) - 1)
        mean: Floats = total / np.maximum(self.counts(), 1)
        return mean

    def distinct(self, keys: Keys) -> Keys:
        """How many different keys the works of each finding have."""
        pairs = np.unique(np.column_stack((self.group, keys[self.work])), axis=0)
        return np.bincount(pairs[:, 0], minlength=len(self.offsets) - 1).astype(np.int64)

    def hull(self, situation: Situation) -> tuple[Ints, Ints]:
        """From the first to the last day of the works of each finding."""
        works = situation.subject.works
        heads = self.offsets[:-1]
        if not len(heads):
            return np.empty(0, np.int32), np.empty(0, np.int32)
        return (
            np.minimum.reduceat(works.start[self.work], heads),
            np.maximum.reduceat(works.end[self.work], heads),
        )


def probability(situation: Situation, members: Members) -> Floats:
    """Mean chance that a work of each finding goes ahead; one that drops out does not end it."""
    return members.mean(situation.subject.traits.probability)


def multi(geometries: Objects) -> Objects:
    """Polygons and MultiPolygons as MultiPolygons."""
    single = shapely.get_type_id(geometries) == shapely.GeometryType.POLYGON
    made = geometries.copy()
    if single.any():
        rows = np.flatnonzero(single)
        made[rows] = shapely.multipolygons(geometries[rows], indices=np.arange(len(rows)))
    return made


def place_of(situation: Situation, members: Members) -> Objects:
    """A box around the works of each finding, for findings without a place of their own."""
    if not len(members.offsets) - 1:
        return np.empty(0, dtype=object)
    bounds = shapely.bounds(situation.subject.works.footprint)[members.work]
    heads = members.offsets[:-1]
    west, south = (np.minimum.reduceat(bounds[:, i], heads) for i in (0, 1))
    east, north = (np.maximum.reduceat(bounds[:, i], heads) for i in (2, 3))
    return multi(shapely.box(west, south, east, north))


def texts(values: Sequence[Any]) -> Objects:
    """Values as a column of objects."""
    column = np.empty(len(values), dtype=object)
    column[:] = list(values)
    return column


def no_hits() -> WideHits:
    """Nothing was found."""
    nothing = np.empty(0, dtype=object)
    days = np.empty(0, dtype=np.int32)
    return WideHits(
        key=nothing,
        subject=np.empty(0, dtype="V16"),
        members=np.empty(0, dtype=np.int64),
        offsets=np.zeros(1, dtype=np.int64),
        start=days,
        end=days,
        score=np.empty(0),
        measures={},
        geometry=nothing,
        told=nothing,
    )


def made(
    members: Members,
    *,
    key: Sequence[str],
    subject: NDArray[np.void],
    start: Ints,
    end: Ints,
    score: Floats,
    measures: dict[str, Any],
    geometry: Objects,
    told: Sequence[Any],
) -> WideHits:
    """The table of findings; scores go from 0 to 100 with one decimal."""
    return WideHits(
        key=texts(key),
        subject=subject.astype("V16"),
        members=members.work,
        offsets=members.offsets,
        start=start.astype(np.int32),
        end=end.astype(np.int32),
        score=np.round(np.clip(score, 0.0, 100.0), 1).astype(np.float64),
        measures={name: np.asarray(v, dtype=np.float64) for name, v in measures.items()},
        geometry=geometry,
        told=texts(told),
    )
