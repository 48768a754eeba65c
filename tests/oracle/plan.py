"""A planned work as the oracle sees it, and what the words of the domain say of one work.

Nothing here comes from `spatial`: every width, window and probability is
written down a second time from the text of the domain (hardness in 2.7,
vocabularies in 3.1, shared definitions in 4). Days are whole numbers, periods
half-open, metres those of the storage CRS.
"""

from __future__ import annotations

from collections.abc import Hashable
from dataclasses import dataclass
from fractions import Fraction

import shapely
from shapely.geometry.base import BaseGeometry

Period = tuple[int, int]

DIGGERS = {"sewer", "water", "electricity", "gas", "heat", "telecom", "lighting"}
SURFACES = {"road", "paving", "public_space", "green"}
WIDTH_M = {"sewer": 3.0, "heat": 2.5, "water": 1.0, "gas": 1.0, "electricity": 0.8}
WIDTH_M |= {"telecom": 0.8, "road": 6.0, "paving": 6.0, "green": 3.0}
UNKNOWN_WIDTH_M = 2.0
REDESIGN_WIDTH_M = 10.0
DISC_M = 2.5
DISC_ARC, BEND_ARC = 16, 8
"""Chords that stand for a quarter circle: a footprint is a polygon."""
QUARTER_D, YEAR_D, TWO_YEARS_D, FIVE_YEARS_D = 91, 365, 730, 1826
FLEXIBLE_D = {"idea": FIVE_YEARS_D, "indicative": TWO_YEARS_D}
FLEXIBLE_D |= {"provisional": YEAR_D, "committed": QUARTER_D}
PROBABILITY = {"idea": Fraction(3, 10), "indicative": Fraction(1, 2), "provisional": Fraction(3, 4)}
PROBABILITY |= {"committed": Fraction(95, 100), "under_construction": Fraction(1)}
PROBABILITY |= {"completed": Fraction(1), "unknown": Fraction(3, 4)}
FINE = {"day", "week", "month"}


@dataclass(frozen=True, eq=False)
class Plan:
    """One work. `periods` are sorted and apart; `usual_days` is what its facility usually takes.

    `footprint` is the ground that counts for every measure, `geometry` the shape as delivered.
    """

    name: Hashable
    id: bytes
    organisation: Hashable
    project: Hashable
    periods: tuple[Period, ...]
    geometry: BaseGeometry
    footprint: BaseGeometry
    department: Hashable | None = None
    bundle: Hashable | None = None
    facility: str = "unknown"
    activity: str = "unknown"
    excavation: str = "unknown"
    road_impact: str = "unknown"
    status: str = "unknown"
    commitment: str = "none"
    precision: str = "day"
    earliest: int | None = None
    latest: int | None = None
    duration: int | None = None
    usual_days: int = 1


def start_of(work: Plan) -> int:
    return work.periods[0][0]


def end_of(work: Plan) -> int:
    return work.periods[-1][1]


def leaves_surface(work: Plan) -> bool:
    """Housing, development and surveys do not open the surface, so they neither dig nor renew it."""
    return work.facility in ("housing", "development") or work.activity == "survey"


def digs(work: Plan) -> bool:
    if leaves_surface(work) or work.excavation in ("trenchless", "none"):
        return False
    return work.facility in DIGGERS or work.activity == "relocate"


def renews_surface(work: Plan) -> bool:
    if leaves_surface(work):
        return False
    if work.activity in ("redesign", "raise"):
        return True
    return work.facility in SURFACES and work.activity in ("new", "renew")


def opens_surface(work: Plan) -> bool:
    if leaves_surface(work):
        return False
    return digs(work) or renews_surface(work) or work.facility == "unknown"


def is_light(work: Plan) -> bool:
    return work.precision not in FINE or work.status in ("idea", "indicative")


def margin_m(work: Plan) -> float:
    return 10.0 if work.road_impact in ("closed", "one_direction_closed") else 5.0


def probability(work: Plan) -> Fraction:
    return PROBABILITY[work.status]


def window_of(work: Plan) -> Period:
    """Each side as given, else the period widened by what its status allows."""
    widened = 0 if work.commitment == "result_obligation" else FLEXIBLE_D.get(work.status, 0)
    earliest = start_of(work) - widened if work.earliest is None else work.earliest
    latest = end_of(work) + widened if work.latest is None else work.latest
    return earliest, latest


def duration_of(work: Plan) -> int:
    if work.duration is not None:
        return work.duration
    if work.precision in FINE:
        return end_of(work) - start_of(work)
    return work.usual_days


def is_line(geometry: BaseGeometry) -> bool:
    return geometry.geom_type in ("LineString", "MultiLineString", "LinearRing")


def is_area(geometry: BaseGeometry) -> bool:
    return geometry.geom_type in ("Polygon", "MultiPolygon")


def footprint_of(geometry: BaseGeometry, facility: str, activity: str) -> BaseGeometry:
    """The polygon of a delivered shape: itself, a strip along a line, or a disc around a point."""
    if is_area(geometry):
        return geometry
    if not is_line(geometry):
        return shapely.buffer(geometry, DISC_M, quad_segs=DISC_ARC)
    width = WIDTH_M.get(facility, UNKNOWN_WIDTH_M)
    if activity == "redesign":
        width = REDESIGN_WIDTH_M
    return shapely.buffer(geometry, width / 2, cap_style="flat", quad_segs=BEND_ARC)


def other_party(a: Plan, b: Plan) -> bool:
    if a.project == b.project:
        return False
    if a.organisation != b.organisation:
        return True
    both_named = a.department is not None and b.department is not None
    return both_named and a.department != b.department


def in_order(a: Plan, b: Plan) -> tuple[Plan, Plan]:
    """The one that starts first, then the one that ends first, then by id."""
    one, other = sorted((a, b), key=lambda w: (start_of(w), end_of(w), w.id))
    return one, other
