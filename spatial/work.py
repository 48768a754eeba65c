"""Columns of works: one array per property, one position per work.

Detection reads millions of works; a Python object for each would cost more
than finding the overlaps. ``Works`` is therefore a struct of arrays. Codes are
positions in the vocabularies of :mod:`spatial.vocabulary`; days are day
numbers of :mod:`spatial.period`; geometry is in the storage CRS, in metres.
"""

from __future__ import annotations

from dataclasses import dataclass, field, fields, replace

import numpy as np
from numpy.typing import NDArray

from spatial.period import NO_DAY
from spatial.vocabulary import ORGANISATION_KIND

Ints = NDArray[np.int32]
Codes = NDArray[np.int8]
Keys = NDArray[np.int64]
Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]
Objects = NDArray[np.object_]

NOBODY = -1
"""Key for "no department", "no bundle"."""


@dataclass(frozen=True, slots=True)
class ValidPeriods:
    """The valid periods of works that have more than one, as ragged columns.

    ``starts[offsets[i]:offsets[i + 1]]`` and the same slice of ``ends`` are the
    half-open periods of work ``i``, sorted and disjoint. A work with a single
    period has an empty slice: its hull says it all.
    """

    offsets: Keys
    starts: Ints
    ends: Ints

    @classmethod
    def none(cls, n: int) -> ValidPeriods:
        """No work of ``n`` has more than one period."""
        empty = np.empty(0, dtype=np.int32)
        return cls(np.zeros(n + 1, dtype=np.int64), empty, empty)

    def take(self, rows: Keys) -> ValidPeriods:
        """The valid periods of some works, in the order of ``rows``."""
        counts = np.diff(self.offsets)[rows]
        offsets = np.concatenate(([0], np.cumsum(counts))).astype(np.int64)
        inside = np.arange(offsets[-1]) - np.repeat(offsets[:-1], counts)
        positions = np.repeat(self.offsets[:-1][rows], counts) + inside
        return ValidPeriods(offsets, self.starts[positions], self.ends[positions])


@dataclass(frozen=True, slots=True)
class Works:
    """Works as columns of equal length.

    ``id`` is the 16 bytes of the work's UUID (dtype ``V16``). ``organisation``,
    ``department`` and ``project`` are keys that only need to be equal where the
    thing is the same; ``department`` is ``NOBODY`` where the work names none;
    ``accepted_bundle`` is ``NOBODY`` outside any accepted bundle. ``start`` and
    ``end`` are the hull of all valid periods. ``earliest`` and ``latest`` are
    the given flexibility window (half-open), ``NO_DAY`` where none is given;
    ``duration_days`` is -1 where none is given. ``geometry`` is as delivered,
    ``footprint`` the polygon that counts for every measure. ``organisation_kind``
    says what kind of party each work is of: unknown for all where it is left out.
    """

    id: NDArray[np.void]
    version: Ints
    organisation: Keys
    department: Keys
    project: Keys
    accepted_bundle: Keys
    facility: Codes
    activity: Codes
    excavation: Codes
    road_impact: Codes
    planning_status: Codes
    commitment: Codes
    precision: Codes
    start: Ints
    end: Ints
    earliest: Ints
    latest: Ints
    duration_days: Ints
    geometry: Objects
    footprint: Objects
    valid_periods: ValidPeriods
    organisation_kind: Codes = field(default_factory=lambda: np.zeros(0, dtype=np.int8))

    def __post_init__(self) -> None:
        if len(self.organisation_kind) != len(self.id):
            unknown = np.full(len(self.id), ORGANISATION_KIND.code("unknown"), dtype=np.int8)
            object.__setattr__(self, "organisation_kind", unknown)

    def __len__(self) -> int:
        return len(self.id)

    def take(self, rows: Keys) -> Works:
        """The works at these positions, in that order."""
        columns = {
            f.name: getattr(self, f.name)[rows] for f in fields(self) if f.name != "valid_periods"
        }
        return Works(**columns, valid_periods=self.valid_periods.take(rows))

    def with_columns(self, **columns: object) -> Works:
        """The same works with some columns replaced."""
        return replace(self, **columns)  # type: ignore[arg-type]  # replace() is not generic over field types

    @property
    def has_window(self) -> Flags:
        """Where the uploader gave a flexibility window."""
        given: Flags = (self.earliest != NO_DAY) & (self.latest != NO_DAY)
        return given
