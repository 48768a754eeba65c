"""What detection derives from each work once: does it dig, how far may it move.

All columns follow domain.md, "Shared definitions" and sections 2.7 and 3.1.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
import shapely
from numpy.typing import NDArray

from spatial.defaults import DEFAULT_DURATION_DAYS
from spatial.period import NO_DAY, years
from spatial.vocabulary import (
    ACTIVITY,
    COMMITMENT,
    EXCAVATION,
    FACILITY,
    PLANNING_STATUS,
    PRECISION,
    ROAD_IMPACT,
    Vocabulary,
)
from spatial.work import Codes, Flags, Floats, Ints, Works

POINT, LINE, POLYGON = 0, 1, 2

WINDOW_DAYS = {
    "idea": years(5),
    "indicative": years(2),
    "provisional": years(1),
    "committed": 91,
}
"""By how many days either side of a period may move without a given window [D];
years of 365.25 days rounded down, a quarter is 91 days; other statuses are fixed."""

PROBABILITY = {
    "idea": 0.3,
    "indicative": 0.5,
    "provisional": 0.75,
    "committed": 0.95,
    "under_construction": 1.0,
    "completed": 1.0,
    "withdrawn": 0.0,
    "unknown": 0.75,
}
"""Chance that a work of this planning status goes ahead [D]."""


@dataclass(frozen=True, slots=True)
class Traits:
    """Derived columns of works, one position a work.

    ``shape`` is the highest dimension of the delivered geometry (``POINT``,
    ``LINE``, ``POLYGON``). ``slack_after`` and ``slack_before`` are the days
    by which the work may end later or start earlier; they are negative where a
    given window is narrower than the period. ``duration_days`` is at least 1.
    """

    digs: Flags
    renews_surface: Flags
    opens_surface: Flags
    major_hindrance: Flags
    light: Flags
    completed: Flags
    withdrawn: Flags
    urgent_or_connection: Flags
    probability: Floats
    shape: Codes
    slack_before: Ints
    slack_after: Ints
    duration_days: Ints

    @classmethod
    def of(cls, works: Works) -> Traits:
        """The traits of these works."""
        digs, renews, opens = surface(works.facility, works.activity, works.excavation)
        before, after = slack_days(works)
        status = works.planning_status
        return cls(
            digs=digs,
            renews_surface=renews,
            opens_surface=opens,
            major_hindrance=among(
                works.road_impact, ROAD_IMPACT, ("closed", "one_direction_closed")
            ),
            light=(works.precision > PRECISION.code("month"))
            | among(status, PLANNING_STATUS, ("idea", "indicative")),
            completed=status == PLANNING_STATUS.code("completed"),
            withdrawn=status == PLANNING_STATUS.code("withdrawn"),
            urgent_or_connection=among(
                works.activity, ACTIVITY, ("urgent_repair", "new_connection")
            ),
            probability=np.array([PROBABILITY[s] for s in PLANNING_STATUS.ids])[status],
            shape=shape_of(works),
            slack_before=before,
            slack_after=after,
            duration_days=duration_days(works),
        )


def among(codes: Codes, vocabulary: Vocabulary, ids: Iterable[str]) -> Flags:
    """Where a coded column holds one of these words.

    >>> among(np.array([0, 1], dtype=np.int8), FACILITY, ["sewer"]).tolist()
    [True, False]
    """
    table = np.zeros(len(vocabulary), dtype=np.bool_)
    table[[vocabulary.code(i) for i in ids]] = True
    flags: Flags = table[codes]
    return flags


def surface(facility: Codes, activity: Codes, excavation: Codes) -> tuple[Flags, Flags, Flags]:
    """Which works dig, renew the surface, and open it.

    "Housing, development, events and surveys do not [open the surface]" is
    read to go before the other words: what does not open the surface cannot
    dig in it or renew it either.

    >>> one = [np.array([v.code(i)], dtype=np.int8) for v, i in
    ...        ((FACILITY, "sewer"), (ACTIVITY, "renew"), (EXCAVATION, "unknown"))]
    >>> [bool(x[0]) for x in surface(*one)]
    [True, False, True]
    """
    never = among(facility, FACILITY, ("housing", "development"))
    never |= activity == ACTIVITY.code("survey")
    underground = ("sewer", "water", "electricity", "gas", "heat", "telecom", "lighting")
    digs = among(facility, FACILITY, underground) | (activity == ACTIVITY.code("relocate"))
    digs &= ~among(excavation, EXCAVATION, ("trenchless", "none")) & ~never
    on_top = among(facility, FACILITY, ("road", "paving", "public_space", "green"))
    renews = on_top & among(activity, ACTIVITY, ("new", "renew"))
    renews |= among(activity, ACTIVITY, ("redesign", "raise"))
    renews &= ~never
    opens = (digs | renews | (facility == FACILITY.code("unknown"))) & ~never
    return digs, renews, opens


def slack_days(works: Works) -> tuple[Ints, Ints]:
    """Days by which each work may start earlier and end later.

    A given side of the window decides for that side; the default of the
    planning status, 0 for a result obligation, decides for the other.
    """
    table = np.array([WINDOW_DAYS.get(s, 0) for s in PLANNING_STATUS.ids], dtype=np.int32)
    default = table[works.planning_status]
    default[works.commitment == COMMITMENT.code("result_obligation")] = 0
    before = np.where(works.earliest == NO_DAY, default, works.start - works.earliest)
    after = np.where(works.latest == NO_DAY, default, works.latest - works.end)
    return before.astype(np.int32), after.astype(np.int32)


def duration_days(works: Works) -> Ints:
    """How long each work takes: given, else its period, else its facility's default.

    The period counts only where it is known to a month or finer. A work with
    several valid periods lasts as long as their hull.
    """
    table: NDArray[np.int32] = np.array(
        [DEFAULT_DURATION_DAYS[f] for f in FACILITY.ids], dtype=np.int32
    )
    fine = works.precision <= PRECISION.code("month")
    assumed = np.where(fine, works.end - works.start, table[works.facility])
    days = np.where(works.duration_days > 0, works.duration_days, assumed)
    return days.astype(np.int32)


def shape_of(works: Works) -> Codes:
    """Highest dimension of each delivered geometry; a missing one counts as a polygon.

    Only the footprint of such a work is known.
    """
    dimension = shapely.get_dimensions(works.geometry)
    return np.where(dimension < 0, POLYGON, dimension).astype(np.int8)
