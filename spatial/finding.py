"""Findings as columns, and the texts that explain them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple
from uuid import UUID, uuid5

import numpy as np
from numpy.typing import NDArray

from spatial.work import Flags, Floats, Ints, Keys, Objects

FINDING_NAMESPACE = UUID("6f1c1b0e-6c0e-5f5c-9a61-6b616e73656e")
MEASURE_COLUMNS = (
    "distance_m",
    "shared_area_m2",
    "shared_length_m",
    "shared_days",
    "gap_days",
    "shift_days",
    "saving_eur",
)


@dataclass(frozen=True, slots=True)
class Hits:
    """What one rule found among pair facts.

    ``row`` points into the facts; ``first`` and ``second`` are positions of
    works, in the order in which the rule speaks of them (the rule says what
    that order means). ``start`` and ``end`` are half-open days. ``measures``
    holds float columns by name, those of ``MEASURE_COLUMNS`` and the rule's
    own. ``margin_first_m`` and ``margin_second_m`` say how far each footprint
    is widened for the drawn geometry.
    """

    row: Keys
    first: Keys
    second: Keys
    start: Ints
    end: Ints
    score: Floats
    measures: dict[str, Floats]
    margin_first_m: Floats
    margin_second_m: Floats


@dataclass(frozen=True, slots=True)
class WideHits:
    """What one rule found that speaks of any number of works.

    ``key`` is a text that names the subject within the rule, the same in every
    run; it may not depend on what a work is called or where it lies.
    ``subject`` is the id of the context object or organisation that the finding
    is about (``V16``, zero bytes where it is about works alone). The works of
    hit ``i`` are ``members[offsets[i]:offsets[i + 1]]``, at least one, in the
    order in which the rule speaks of them. ``geometry`` holds MultiPolygons
    with an area. ``told`` has for each hit what its texts need beside numbers.
    """

    key: Objects
    subject: NDArray[np.void]
    members: Keys
    offsets: Keys
    start: Ints
    end: Ints
    score: Floats
    measures: dict[str, Floats]
    geometry: Objects
    told: Objects

    def __len__(self) -> int:
        return len(self.key)


@dataclass(frozen=True, slots=True)
class Findings:
    """Findings of one detection, as columns of equal length.

    ``rule`` is a position in ``codes``. The works of finding ``i`` are
    ``members[offsets[i]:offsets[i + 1]]``, positions in the works that were
    detected; a pair has two. ``geometry`` holds MultiPolygons in the storage
    CRS. ``measures`` has every column of ``MEASURE_COLUMNS`` and the rules' own;
    NaN where a rule does not measure it. ``key``, ``subject`` and ``told`` are
    as in :class:`WideHits`; the key of a pair is empty, its works say it all.
    """

    codes: tuple[str, ...]
    rule: Ints
    members: Keys
    offsets: Keys
    start: Ints
    end: Ints
    score: Floats
    geometry: Objects
    measures: dict[str, Floats]
    key: Objects
    subject: NDArray[np.void]
    told: Objects

    def __len__(self) -> int:
        return len(self.rule)

    @property
    def first(self) -> Keys:
        """The first work of each finding."""
        return self.members[self.offsets[:-1]]

    @property
    def second(self) -> Keys:
        """The second work of each finding, the first where there is no other."""
        return self.members[np.minimum(self.offsets[:-1] + 1, self.offsets[1:] - 1)]

    @property
    def is_pair(self) -> Flags:
        """Where the subject is a pair of works and nothing else."""
        pairs: Flags = self.key == ""
        return pairs

    def take(self, rows: Keys) -> Findings:
        """The findings at these positions, in that order."""
        offsets, positions = ragged(self.offsets, rows)
        return Findings(
            self.codes,
            self.rule[rows],
            self.members[positions],
            offsets,
            self.start[rows],
            self.end[rows],
            self.score[rows],
            self.geometry[rows],
            {name: column[rows] for name, column in self.measures.items()},
            self.key[rows],
            self.subject[rows],
            self.told[rows],
        )


def ragged(offsets: Keys, rows: Keys) -> tuple[Keys, Keys]:
    """Offsets and positions of some rows of a ragged column.

    >>> offsets, positions = ragged(np.array([0, 2, 3, 6]), np.array([2, 0]))
    >>> offsets.tolist(), positions.tolist()
    ([0, 3, 5], [3, 4, 5, 0, 1])
    """
    counts = np.diff(offsets)[rows]
    taken = np.concatenate(([0], np.cumsum(counts))).astype(np.int64)
    inside = np.arange(taken[-1]) - np.repeat(taken[:-1], counts)
    return taken, np.repeat(offsets[:-1][rows], counts) + inside


def join(parts: Sequence[Findings]) -> Findings:
    """Several tables of findings as one, in this order; at least one."""
    codes = tuple(dict.fromkeys(code for part in parts for code in part.codes))
    names = tuple(dict.fromkeys(name for part in parts for name in part.measures))
    places = [np.array([codes.index(c) for c in p.codes], dtype=np.int32)[p.rule] for p in parts]
    counts = np.concatenate([np.diff(part.offsets) for part in parts])

    def column(name: str) -> NDArray[Any]:
        return np.concatenate([getattr(part, name) for part in parts])

    def measure(name: str) -> Floats:
        unknown = [part.measures.get(name, np.full(len(part), np.nan)) for part in parts]
        return np.concatenate(unknown)

    return Findings(
        codes,
        np.concatenate(places),
        column("members"),
        np.concatenate(([0], np.cumsum(counts))).astype(np.int64),
        column("start"),
        column("end"),
        column("score"),
        column("geometry"),
        {name: measure(name) for name in names},
        column("key"),
        column("subject"),
        column("told"),
    )


class WorkText(NamedTuple):
    """What an explanation says about a work: its title, its owner, its words."""

    title: str
    organisation: str
    facility: str
    activity: str
    start: int
    end: int
    precision: str
    planning_status: str


class PairText(NamedTuple):
    """All that the explanation of one finding may use."""

    first: WorkText
    second: WorkText
    start: int
    end: int
    measures: dict[str, float]


class WideText(NamedTuple):
    """All that the explanation of a finding about any number of works may use.

    ``told`` is what the rule said of this hit (names of streets, areas, lines).
    """

    works: tuple[WorkText, ...]
    start: int
    end: int
    measures: dict[str, float]
    told: Mapping[str, Any]


class Explanation(NamedTuple):
    """Title and explanation of a finding in both languages."""

    title_nl: str
    title_en: str
    nl: str
    en: str


def finding_id(code: str, works: tuple[UUID, UUID]) -> UUID:
    """Stable id of a pair: UUIDv5 of the rule and its subject, whatever the order.

    >>> a, b = UUID(int=1), UUID(int=2)
    >>> finding_id("B01", (a, b)) == finding_id("B01", (b, a))
    True
    """
    return uuid5(FINDING_NAMESPACE, ":".join((code, *sorted(str(w) for w in works))))


def wide_finding_id(code: str, key: str) -> UUID:
    """Stable id of any other finding: UUIDv5 of the rule and the key of its subject.

    >>> wide_finding_id("B03", "a") == wide_finding_id("B03", "b")
    False
    """
    return uuid5(FINDING_NAMESPACE, f"{code}:{key}")
