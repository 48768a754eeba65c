"""The pair rules about what lies near: O11, O15, B14 and B22, from the catalogue's tables.

Where a row of the table leaves room, the condition that the rule itself
publishes (`GET /api/rules`) settles it.
"""

from __future__ import annotations

from fractions import Fraction

from tests.oracle import measures as m
from tests.oracle.finding import (
    HALF,
    HORIZON_D,
    LONGEST_D,
    Expected,
    both_go_on,
    chance,
    from_first_to_last,
    in_time,
    same_street,
    together,
)
from tests.oracle.plan import Plan, is_line, opens_surface, other_party
from tests.oracle.street_rules import YEAR_D, moment_score, parties, rank

TWO_YEARS_D = 730
HOMES_M, DEVELOPMENT_M, BUNDLE_M = 25.0, 50.0, 50.0
CONNECTED = ("heat", "electricity", "sewer")
CONNECTING = ("new", "renew", "reinforce", "new_connection")
PARALLEL_M, ANGLE_DEG, OVER_M, CROSSING_M = 1.5, 15.0, 5, 0.5
WARM_SCORE, WARM_FULL_M = 80, 100
LADDER = ("idea", "indicative", "provisional", "committed", "under_construction")
STEPS, FULL_STEPS, HARDNESS_SCORE = 2, 4, 40


def housing_renovation_moment(a: Plan, b: Plan) -> Expected | None:
    """O11; `a` is the renovation."""
    if not parties(a, b) or (a.facility, a.activity) != ("housing", "renovate"):
        return None
    if b.facility not in CONNECTED or b.activity not in CONNECTING:
        return None
    return beside_in_time("O11", a, b, HOMES_M)


def developer_joins(a: Plan, b: Plan) -> Expected | None:
    """O15; `a` is the development."""
    if not parties(a, b) or a.facility != "development" or a.activity == "survey":
        return None
    return beside_in_time("O15", a, b, DEVELOPMENT_M) if opens_surface(b) else None


def beside_in_time(code: str, a: Plan, b: Plan, reach_m: float) -> Expected | None:
    when, distance = in_time(a, b), m.distance_m(a, b)
    if when["gap_days"] > TWO_YEARS_D or distance > reach_m:
        return None
    score = moment_score(a, b, reach_m)
    told = when | {"distance_m": distance}
    return Expected(code, a.name, b.name, *from_first_to_last(a, b), score, told)


def heat_near_drinking_water(a: Plan, b: Plan) -> Expected | None:
    """B14; `a` is the heat main."""
    if not both_go_on(a, b) or a.project == b.project or not laid_along_water(a, b):
        return None
    when = in_time(a, b)
    if when["gap_days"] > LONGEST_D:
        return None
    beside = min(
        m.length_beside(a.geometry, b.geometry, PARALLEL_M, ANGLE_DEG),
        m.length_beside(b.geometry, a.geometry, PARALLEL_M, ANGLE_DEG),
    )
    apart = m.lines_apart_m(a, b)
    if not (beside > OVER_M or apart < CROSSING_M):
        return None
    exposure = HALF + HALF * min(Fraction(1), Fraction(beside) / WARM_FULL_M)
    score = WARM_SCORE * exposure * chance(a, b)
    return Expected("B14", a.name, b.name, *from_first_to_last(a, b), score, when)


def laid_along_water(a: Plan, b: Plan) -> bool:
    if (a.facility, b.facility) != ("heat", "water"):
        return False
    if {a.activity, b.activity} & {"survey", "remove"}:
        return False
    return is_line(a.geometry) and is_line(b.geometry)


def hardness_mismatch(a: Plan, b: Plan) -> Expected | None:
    """B22; `a` is the softer plan."""
    if not other_party(a, b) or a.status not in LADDER or b.status not in LADDER:
        return None
    steps = LADDER.index(b.status) - LADDER.index(a.status)
    if steps < STEPS or not (linked_by_bundle(a, b) or linked_by_order(a, b)):
        return None
    exposure = HALF + HALF * min(Fraction(1), Fraction(steps, FULL_STEPS))
    score = HARDNESS_SCORE * exposure * chance(a, b)
    told = in_time(a, b) | {"distance_m": m.distance_m(a, b)}
    return Expected("B22", a.name, b.name, *from_first_to_last(a, b), score, told)


def linked_by_bundle(a: Plan, b: Plan) -> bool:
    if not together(a, b) or m.distance_m(a, b) > BUNDLE_M:
        return False
    return in_time(a, b)["gap_days"] <= HORIZON_D


def linked_by_order(a: Plan, b: Plan) -> bool:
    """One after the other within a year, and it matters which comes first."""
    if m.shared_days(a, b) or m.gap_days(a, b) > YEAR_D:
        return False
    if "survey" in (a.activity, b.activity):
        return False
    ranks = rank(a), rank(b)
    return None not in ranks and ranks[0] != ranks[1] and same_street(a, b)
