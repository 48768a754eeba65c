"""What the oracle says of a pair, and the questions that several rules ask."""

from __future__ import annotations

from collections.abc import Hashable
from dataclasses import dataclass, field
from fractions import Fraction
from typing import NamedTuple

from tests.oracle import measures as m
from tests.oracle.plan import Period, Plan, duration_of, end_of, probability, start_of, window_of

HORIZON_D = 1826
LONGEST_D = 3652
PRICE_EUR_M2 = 100
TRENCH_M = Fraction(3, 2)
FULL_SAVING_EUR = 250_000
HALF = Fraction(1, 2)


@dataclass(frozen=True)
class Expected:
    """One finding as the words give it; the score is not rounded. Days are half-open."""

    code: str
    first: Hashable
    second: Hashable
    start: int
    end: int
    score: Fraction
    measures: dict[str, float] = field(default_factory=dict)


def both_go_on(a: Plan, b: Plan) -> bool:
    """Neither is withdrawn or completed."""
    return not {a.status, b.status} & {"withdrawn", "completed"}


def together(a: Plan, b: Plan) -> bool:
    return a.bundle is not None and a.bundle == b.bundle


def chance(a: Plan, b: Plan) -> Fraction:
    return probability(a) * probability(b)


def same_street(a: Plan, b: Plan) -> bool:
    """Enough in common to open the street once: 25 m of it, or 50 m2."""
    return m.shared_length_m(a, b) >= 25 or m.shared_area_m2(a, b) >= 50


def saving_eur(a: Plan, b: Plan, length_m: float | None = None) -> Fraction:
    """What it saves to open once; over the shared length unless another is given."""
    area = Fraction(m.shared_area_m2(a, b))
    length = Fraction(m.shared_length_m(a, b) if length_m is None else length_m)
    return PRICE_EUR_M2 * max(area, TRENCH_M * length)


def saving_score(a: Plan, b: Plan, saving: Fraction, gap: int) -> Fraction:
    worth = min(Fraction(1), saving / FULL_SAVING_EUR)
    return 100 * worth * chance(a, b) * (1 - Fraction(gap, LONGEST_D))


def in_space(a: Plan, b: Plan) -> dict[str, float]:
    return {
        "distance_m": m.distance_m(a, b),
        "shared_area_m2": m.shared_area_m2(a, b),
        "shared_length_m": m.shared_length_m(a, b),
    }


def in_time(a: Plan, b: Plan) -> dict[str, float]:
    days = m.shared_days(a, b)
    return {"shared_days": days, "gap_days": 0 if days else m.gap_days(a, b)}


def from_first_to_last(a: Plan, b: Plan) -> Period:
    """The shared days; else from the start of the earlier to the end of the later period."""
    if m.shared_days(a, b):
        return m.shared_period(a, b)
    _, earlier, _, later = m.facing(a, b)
    return earlier[0], later[1]


class Slot(NamedTuple):
    """Two works that share no day, brought together: the earlier, the later, who moves how far."""

    a: Plan
    b: Plan
    start: int
    end: int
    shift_a: int
    shift_b: int


def joint_slot(one: Plan, other: Plan) -> Slot | None:
    """Where the windows of both suffice, days to move in proportion to what each has left.

    A work with several periods moves as a whole; the nearest two tell gap and slot.
    """
    a, earlier, b, later = m.facing(one, other)
    back, forward = window_of(a)[1] - end_of(a), start_of(b) - window_of(b)[0]
    need = later[0] - earlier[1] + min(duration_of(a), duration_of(b))
    if back + forward < need:
        return None
    back, forward = max(back, 0), max(forward, 0)
    shift_a = need * back // (back + forward)
    shift_b = need - shift_a
    return Slot(a, b, later[0] - shift_b, earlier[1] + shift_a, shift_a, shift_b)


def shifts(slot: Slot) -> dict[str, float]:
    return {
        "shift_days": slot.shift_a + slot.shift_b,
        "shift_a_days": slot.shift_a,
        "shift_b_days": slot.shift_b,
    }
