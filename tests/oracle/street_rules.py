"""The pair rules of the catalogue's tables: O04, O05, O06, O08, O12 and B04.

Where a row of the table leaves room, the condition that the rule itself
publishes (`GET /api/rules`) settles it.
"""

from __future__ import annotations

from fractions import Fraction

from tests.oracle import measures as m
from tests.oracle.finding import (
    HALF,
    HORIZON_D,
    Expected,
    both_go_on,
    chance,
    from_first_to_last,
    in_space,
    in_time,
    joint_slot,
    same_street,
    saving_eur,
    saving_score,
    shifts,
    together,
)
from tests.oracle.first_rules import days_after_renewal
from tests.oracle.plan import (
    Plan,
    digs,
    duration_of,
    end_of,
    in_order,
    is_line,
    opens_surface,
    other_party,
    renews_surface,
    start_of,
    window_of,
)

APART_M, ANGLE_DEG, BESIDE_M = 2.0, 15.0, 50
NOT_IN_ONE_TRENCH = ({"heat", "water"}, {"gas", "electricity"})
THREE_YEARS_D, YEAR_D, QUARTER_D = 1095, 365, 91
HEAT_LENGTH_M = 50
CLOSURE_M = 20.0
MOMENT_SCORE, MOMENT_FADES_D = 50, 1461
ORDER_SCORE, FULL_RANKS = 60, 4
RANKS = {"sewer": 1, "heat": 2, "water": 3, "gas": 3, "electricity": 4, "telecom": 4}
RANKS |= {"lighting": 4, "paving": 5, "road": 5, "public_space": 5, "green": 6, "trees": 6}


def parties(a: Plan, b: Plan) -> bool:
    return both_go_on(a, b) and other_party(a, b)


def shared_trench(a: Plan, b: Plan) -> Expected | None:
    """O04."""
    lines = is_line(a.geometry) and is_line(b.geometry)
    if not (parties(a, b) and digs(a) and digs(b) and lines):
        return None
    if {a.facility, b.facility} in NOT_IN_ONE_TRENCH:
        return None
    beside = min(
        m.length_beside(a.geometry, b.geometry, APART_M, ANGLE_DEG),
        m.length_beside(b.geometry, a.geometry, APART_M, ANGLE_DEG),
    )
    if beside < BESIDE_M:
        return None
    saving = saving_eur(a, b, beside)
    told = in_space(a, b) | in_time(a, b) | {"saving_eur": float(saving), "beside_m": beside}
    if m.shared_days(a, b):
        first, second = in_order(a, b)
        score = saving_score(a, b, saving, 0)
        return Expected("O04", first.name, second.name, *m.shared_period(a, b), score, told)
    gap = m.gap_days(a, b)
    slot = joint_slot(a, b) if gap <= HORIZON_D else None
    if slot is None:
        return None
    told |= shifts(slot)
    score = saving_score(a, b, saving, gap)
    return Expected("O04", slot.a.name, slot.b.name, slot.start, slot.end, score, told)


def ride_along_with_redesign(a: Plan, b: Plan) -> Expected | None:
    """O05; `a` makes the surface, `b` digs."""
    if not could_ride_along(a, b) or not same_street(a, b):
        return None
    if could_ride_along(b, a) and in_order(a, b) != (a, b):
        return None
    when, saving = in_time(a, b), saving_eur(a, b)
    told = in_space(a, b) | when | {"saving_eur": float(saving)}
    score = saving_score(a, b, saving, int(when["gap_days"]))
    return Expected("O05", a.name, b.name, start_of(a), end_of(a), score, told)


def could_ride_along(a: Plan, b: Plan) -> bool:
    if not (parties(a, b) and renews_surface(a) and digs(b)):
        return False
    return start_of(a) - HORIZON_D <= start_of(b) <= end_of(a) + HORIZON_D


def advance_before_new_paving(a: Plan, b: Plan) -> Expected | None:
    """O06; `a` makes the surface, `b` digs."""
    age = days_after_renewal(a, b)
    if age is None or window_of(b)[0] + duration_of(b) > end_of(a):
        return None
    saving = saving_eur(a, b)
    told = in_space(a, b) | {"gap_days": age, "saving_eur": float(saving)}
    told["shift_days"] = max(0, start_of(b) + duration_of(b) - end_of(a))
    score = saving_score(a, b, saving, age)
    return Expected("O06", a.name, b.name, end_of(a) - duration_of(b), end_of(a), score, told)


def heat_with_sewer_or_gas(a: Plan, b: Plan) -> Expected | None:
    """O08; `a` is the heat network."""
    if not parties(a, b) or a.facility != "heat" or b.facility not in ("sewer", "gas"):
        return None
    if "survey" in (a.activity, b.activity):
        return None
    when = in_time(a, b)
    if when["gap_days"] > THREE_YEARS_D or m.shared_length_m(a, b) < HEAT_LENGTH_M:
        return None
    saving = saving_eur(a, b)
    told = in_space(a, b) | when | {"saving_eur": float(saving)}
    score = saving_score(a, b, saving, int(when["gap_days"]))
    return Expected("O08", a.name, b.name, *from_first_to_last(a, b), score, told)


def shared_closure(a: Plan, b: Plan) -> Expected | None:
    """O12."""
    closed = ("closed", "one_direction_closed")
    if not parties(a, b) or a.road_impact not in closed or b.road_impact not in closed:
        return None
    when, distance = in_time(a, b), m.distance_m(a, b)
    if when["gap_days"] > QUARTER_D or not distance < CLOSURE_M:
        return None
    score = moment_score(a, b, CLOSURE_M)
    first, second = in_order(a, b)
    told = when | {"distance_m": distance}
    return Expected("O12", first.name, second.name, *from_first_to_last(a, b), score, told)


def moment_score(a: Plan, b: Plan, reach_m: float) -> Fraction:
    """What a moment to talk is worth: less where further apart in place and in time."""
    near = 1 - HALF * Fraction(m.distance_m(a, b)) / Fraction(reach_m)
    soon = 1 - Fraction(int(in_time(a, b)["gap_days"]), MOMENT_FADES_D)
    return MOMENT_SCORE * near * soon * chance(a, b)


def wrong_order(one: Plan, other: Plan) -> Expected | None:
    """B04."""
    if not parties(one, other) or m.shared_days(one, other):
        return None
    a, _, b, later = m.facing(one, other)
    ranks, gap = (rank(a), rank(b)), m.gap_days(a, b)
    if ranks[0] is None or ranks[1] is None or ranks[0] <= ranks[1]:
        return None
    if a.activity == "survey" or not opens_surface(b):
        return None
    if gap > (HORIZON_D if together(a, b) else YEAR_D) or not same_street(a, b):
        return None
    over = ranks[0] - ranks[1]
    exposure = HALF + HALF * min(Fraction(1), Fraction(over, FULL_RANKS))
    score = ORDER_SCORE * exposure * chance(a, b)
    told = in_space(a, b) | {"gap_days": gap}
    return Expected("B04", a.name, b.name, *later, score, told)


def rank(work: Plan) -> int | None:
    return 0 if work.activity == "relocate" else RANKS.get(work.facility)
