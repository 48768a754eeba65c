"""The four rules that the catalogue words exactly: O01, O02, B01 and B02."""

from __future__ import annotations

from fractions import Fraction

from tests.oracle import measures as m
from tests.oracle.finding import (
    HALF,
    HORIZON_D,
    Expected,
    both_go_on,
    chance,
    in_space,
    in_time,
    joint_slot,
    same_street,
    saving_eur,
    saving_score,
    shifts,
    together,
)
from tests.oracle.plan import (
    Plan,
    digs,
    end_of,
    is_light,
    margin_m,
    opens_surface,
    other_party,
    renews_surface,
)

LONG_TERM_D = 1096
LIGHT_CAP = 30


def two_parties_open(a: Plan, b: Plan) -> bool:
    return both_go_on(a, b) and other_party(a, b) and opens_surface(a) and opens_surface(b)


def same_street_same_time(a: Plan, b: Plan) -> Expected | None:
    """O01."""
    if not two_parties_open(a, b) or m.shared_days(a, b) < 1 or not same_street(a, b):
        return None
    saving = saving_eur(a, b)
    told = in_space(a, b) | in_time(a, b) | {"saving_eur": float(saving)}
    score = saving_score(a, b, saving, 0)
    return Expected("O01", a.name, b.name, *m.shared_period(a, b), score, told)


def bundle_by_shifting(a: Plan, b: Plan) -> Expected | None:
    """O02."""
    if not two_parties_open(a, b) or m.shared_days(a, b) >= 1:
        return None
    gap = m.gap_days(a, b)
    if gap > HORIZON_D or not same_street(a, b):
        return None
    slot = joint_slot(a, b)
    if slot is None:
        return None
    saving = saving_eur(a, b)
    told = in_space(a, b) | in_time(a, b) | shifts(slot) | {"saving_eur": float(saving)}
    told["long_term"] = gap > LONG_TERM_D
    score = saving_score(a, b, saving, gap)
    return Expected("O02", slot.a.name, slot.b.name, slot.start, slot.end, score, told)


def space_time_conflict(a: Plan, b: Plan) -> Expected | None:
    """B01."""
    if not (both_go_on(a, b) and other_party(a, b)) or together(a, b):
        return None
    days, distance = m.shared_days(a, b), m.distance_m(a, b)
    if days < 1 or not distance < margin_m(a) + margin_m(b):
        return None
    base = Fraction(1) if distance == 0 else Fraction(6, 10)
    score = 100 * base * (HALF + HALF * min(Fraction(1), Fraction(days, 90))) * chance(a, b)
    if is_light(a) or is_light(b):
        score = min(score, Fraction(LIGHT_CAP))
    told = {"distance_m": distance, "shared_days": days}
    return Expected("B01", a.name, b.name, *m.shared_period(a, b), score, told)


def digging_in_new_pavement(a: Plan, b: Plan) -> Expected | None:
    """B02; `a` makes the surface, `b` digs in it."""
    age = days_after_renewal(a, b)
    if age is None:
        return None
    area = m.shared_area_m2(a, b)
    exposure = HALF + HALF * min(Fraction(1), Fraction(area) / 50)
    score = 100 * (1 - Fraction(age, HORIZON_D)) * exposure * chance(a, b)
    told = {"shared_area_m2": area, "distance_m": 0.0, "gap_days": age, "surface_is_first": 1}
    return Expected("B02", a.name, b.name, end_of(a) + age, end_of(b), score, told)


def days_after_renewal(a: Plan, b: Plan) -> int | None:
    """How long after `a` has made the surface `b` digs in it; None where B02 has no say.

    `b` digs from its first period after all of `a`'s.
    """
    if "withdrawn" in (a.status, b.status) or b.status == "completed" or a.project == b.project:
        return None
    if not (renews_surface(a) and digs(b)) or b.activity in ("urgent_repair", "new_connection"):
        return None
    start = min((s for s, _ in b.periods if s >= end_of(a)), default=None)
    if start is None or start >= end_of(a) + HORIZON_D or m.shared_area_m2(a, b) < 3:
        return None
    return start - end_of(a)
