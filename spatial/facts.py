"""Facts of pairs of works, as columns: the cheap ones at once, the costly on demand.

The two works of a pair are ``first`` and ``second``: the one that starts
first, then the one that ends first, then the one with the smaller id. So a
pair reads the same whatever the order of the works, and in a full run as in
an incremental one.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import shapely

from spatial import measure
from spatial.shared_time import Calendar, SharedTime
from spatial.traits import LINE, Traits
from spatial.work import NOBODY, Flags, Floats, Keys, Objects, Works

COSTLY = frozenset({"distance_m", "shared_area_m2", "shared_length_m"})


@dataclass(frozen=True, slots=True)
class Subject:
    """Works with all that detection derives from them once."""

    works: Works
    traits: Traits
    calendar: Calendar

    @classmethod
    def of(cls, works: Works) -> Subject:
        """Derive traits and calendar."""
        return cls(works, Traits.of(works), Calendar.of(works))


@dataclass(frozen=True, slots=True)
class Facts:
    """Facts of pairs, one row a pair.

    Cheap facts are there from the start. ``distance_m``, ``shared_area_m2`` and
    ``shared_length_m`` are NaN in the rows in which no rule asked for them.

    Attributes
    ----------
    first, second
        Positions in ``subject.works``.
    other_party
        Another organisation, or another department of one organisation where
        both works name one; never two works of one project.
    one_project, one_bundle
        Whether both works belong to one project, to one accepted bundle.
    probability
        Product of the chances that either work goes ahead.
    light
        Whether a side is coarser than a month or merely an idea or indicative.
    active
        Whether neither work is completed or withdrawn.
    time
        Shared days, gap and nearest periods.
    """

    subject: Subject
    first: Keys
    second: Keys
    other_party: Flags
    one_project: Flags
    one_bundle: Flags
    probability: Floats
    light: Flags
    active: Flags
    time: SharedTime
    distance_m: Floats
    shared_area_m2: Floats
    shared_length_m: Floats

    @classmethod
    def of(cls, subject: Subject, i: Keys, j: Keys) -> Facts:
        """The cheap facts of these pairs of positions, in either order."""
        works, traits = subject.works, subject.traits
        first, second = in_order(works, i, j)
        organisation = works.organisation[first], works.organisation[second]
        department = works.department[first], works.department[second]
        named = (department[0] != NOBODY) & (department[1] != NOBODY)
        one_project = works.project[first] == works.project[second]
        other = (organisation[0] != organisation[1]) | (named & (department[0] != department[1]))
        bundle = works.accepted_bundle[first]
        idle = traits.completed | traits.withdrawn
        unknown = np.full(len(first), np.nan)
        return cls(
            subject=subject,
            first=first,
            second=second,
            other_party=other & ~one_project,
            one_project=one_project,
            one_bundle=(bundle != NOBODY) & (bundle == works.accepted_bundle[second]),
            probability=traits.probability[first] * traits.probability[second],
            light=traits.light[first] | traits.light[second],
            active=~(idle[first] | idle[second]),
            time=subject.calendar.shared(first, second),
            distance_m=unknown,
            shared_area_m2=unknown,
            shared_length_m=unknown,
        )

    def __len__(self) -> int:
        return len(self.first)

    def measured(self, wanted: dict[str, Flags]) -> Facts:
        """The same facts with the costly ones in the rows where they are wanted.

        ``wanted`` holds a mask for each name of ``COSTLY`` that any rule needs;
        a length needs the distance too.
        """
        works, shape = self.subject.works, self.subject.traits.shape
        none = np.zeros(len(self), dtype=np.bool_)
        areas, lengths = (wanted.get(n, none) for n in ("shared_area_m2", "shared_length_m"))
        far = wanted.get("distance_m", none) | lengths
        distance_m, area_m2, length_m = (np.full(len(self), np.nan) for _ in COSTLY)
        rows = np.flatnonzero(far | areas)
        meets = none.copy()
        meets[rows] = shapely.intersects(*self._footprints(rows))
        rows = np.flatnonzero(far)
        distance_m[rows] = measure.distances(*self._footprints(rows), meets[rows])
        area_m2[areas] = 0.0
        rows = np.flatnonzero(areas & meets)
        area_m2[rows] = measure.shared_areas(*self._footprints(rows))
        length_m[lengths] = 0.0
        rows = np.flatnonzero(lengths & (distance_m <= measure.NEAR_M))
        length_m[rows] = measure.shared_lengths(
            works.geometry, works.footprint, shape, self.first[rows], self.second[rows]
        )
        return replace(
            self, distance_m=distance_m, shared_area_m2=area_m2, shared_length_m=length_m
        )

    def beside_m(self, rows: Flags, within_m: float, most_angle_deg: float) -> Floats:
        """Length over which two lines run side by side, measured in some rows; 0 elsewhere.

        The smaller of the length of line A that runs within ``within_m`` of
        line B at an angle of at most ``most_angle_deg``, and that of B along A.
        Between the lines as delivered, not their footprints; 0 where either
        work is not a line.
        """
        found = np.zeros(len(self))
        at = self._of_lines(rows)
        lines = self._geometries(at)
        found[at] = measure.beside_lengths(*lines, within_m, most_angle_deg)
        return found

    def line_distance_m(self, rows: Flags) -> Floats:
        """Distance between two lines as delivered, in some rows; inf elsewhere."""
        found = np.full(len(self), np.inf)
        at = self._of_lines(rows)
        found[at] = shapely.distance(*self._geometries(at))
        return found

    def _of_lines(self, rows: Flags) -> Keys:
        """Those of the rows in which both works are lines."""
        line = self.subject.traits.shape == LINE
        return np.flatnonzero(rows & line[self.first] & line[self.second])

    def _geometries(self, rows: Keys) -> tuple[Objects, Objects]:
        geometry = self.subject.works.geometry
        return geometry[self.first[rows]], geometry[self.second[rows]]

    def _footprints(self, rows: Keys) -> tuple[Objects, Objects]:
        footprint = self.subject.works.footprint
        return footprint[self.first[rows]], footprint[self.second[rows]]


def in_order(works: Works, i: Keys, j: Keys) -> tuple[Keys, Keys]:
    """Each pair with the earlier work first: by start, then end, then id."""
    swap = works.start[i] > works.start[j]
    tie = works.start[i] == works.start[j]
    swap |= tie & (works.end[i] > works.end[j])
    rows = np.flatnonzero(tie & (works.end[i] == works.end[j]))
    if len(rows):
        halves = np.ascontiguousarray(works.id).view(">u8").reshape(-1, 2)
        a, b = halves[i[rows]], halves[j[rows]]
        swap[rows] = (a[:, 0] > b[:, 0]) | ((a[:, 0] == b[:, 0]) & (a[:, 1] > b[:, 1]))
    return np.where(swap, j, i), np.where(swap, i, j)
