"""Detection a second time: one pair after the other, in plain words.

Written from domain.md section 4 alone and sharing no code with the engine, so
that each checks the other. It is slow on purpose: every pair, every day set,
GEOS one geometry at a time.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import combinations

from shapely.geometry.base import BaseGeometry

from spatial.period import NO_DAY
from spatial.testing.making import Planned

FIVE_YEARS = 1826
LONG_TERM = 1096
ENOUGH_M, ENOUGH_M2, CATEGORY_2_M2 = 25, 50, 3
WIDENED = {"idea": 1826, "indicative": 730, "provisional": 365, "committed": 91}
CHANCE = {
    "idea": 0.3,
    "indicative": 0.5,
    "provisional": 0.75,
    "committed": 0.95,
    "under_construction": 1.0,
    "completed": 1.0,
    "unknown": 0.75,
}
LASTS = {
    "sewer": 120,
    "water": 60,
    "electricity": 60,
    "gas": 60,
    "heat": 120,
    "telecom": 30,
    "lighting": 30,
    "road": 60,
    "paving": 60,
    "green": 60,
    "trees": 30,
    "water_management": 120,
    "structure": 180,
    "housing": 365,
    "development": 730,
    "public_space": 120,
    "unknown": 60,
}
UNDERGROUND = ("sewer", "water", "electricity", "gas", "heat", "telecom", "lighting")


@dataclass(frozen=True)
class Expected:
    """A finding as the oracle sees it; works by number."""

    code: str
    first: int
    second: int
    start: int
    end: int
    score: float
    measures: dict[str, float]


def expected(works: list[Planned]) -> list[Expected]:
    """Every finding among these works, which need numbers."""
    found: list[Expected] = []
    for a, b in combinations(works, 2):
        if "withdrawn" in (a.planning_status, b.planning_status):
            continue
        if (b.start, b.end, b.number) < (a.start, a.end, a.number):
            a, b = b, a  # noqa: PLW2901 -- the pair in its order
        found += _o01(a, b) + _o02(a, b) + _b01(a, b) + _b02(a, b) + _b02(b, a)
    return found


def _periods(w: Planned) -> list[tuple[int, int]]:
    return list(w.periods) or [(w.start, w.end)]


def _days(w: Planned) -> set[int]:
    return {d for s, e in _periods(w) for d in range(s, e)}


def _fp(w: Planned) -> BaseGeometry:
    return w.geometry if w.footprint is None else w.footprint


def _nearest(a: Planned, b: Planned) -> tuple[int, tuple[int, int], tuple[int, int]]:
    """Gap and the two periods that are nearest."""
    pairs = [(max(p[0], q[0]) - min(p[1], q[1]), p, q) for p in _periods(a) for q in _periods(b)]
    return min(pairs, key=lambda found: found[0])


def never_opens(w: Planned) -> bool:
    """Housing, development and surveys do not open the surface."""
    return w.facility in ("housing", "development") or w.activity == "survey"


def digs(w: Planned) -> bool:
    """Whether the work digs."""
    below = w.facility in UNDERGROUND or w.activity == "relocate"
    return below and w.excavation not in ("trenchless", "none") and not never_opens(w)


def renews(w: Planned) -> bool:
    """Whether the work renews the surface."""
    top = w.facility in ("road", "paving", "public_space", "green")
    fresh = w.activity in ("redesign", "raise") or (top and w.activity in ("new", "renew"))
    return fresh and not never_opens(w)


def opens(w: Planned) -> bool:
    """Whether the work opens the surface."""
    return digs(w) or renews(w) or (w.facility == "unknown" and not never_opens(w))


def other_party(a: Planned, b: Planned) -> bool:
    """Another organisation, or another named department of one; not one project."""
    if a.project == b.project:
        return False
    if a.organisation != b.organisation:
        return True
    return -1 not in (a.department, b.department) and a.department != b.department


def _light(w: Planned) -> bool:
    coarse = w.precision in ("quarter", "half_year", "year", "period")
    return coarse or w.planning_status in ("idea", "indicative")


def _p(a: Planned, b: Planned) -> float:
    return CHANCE[a.planning_status] * CHANCE[b.planning_status]


def _shape(w: Planned) -> str:
    if w.geometry.geom_type.endswith("Point"):
        return "point"
    return "line" if w.geometry.geom_type.endswith("LineString") else "polygon"


def shared_length(a: Planned, b: Planned) -> float:
    """The shared length, by buffers so fine that a tenth of a millimetre is left."""
    shapes = (_shape(a), _shape(b))
    if "point" in shapes:
        return 0.0
    if shapes == ("polygon", "polygon"):
        zones = [_fp(w).buffer(5, quad_segs=32) for w in (a, b)]
        return float(zones[0].intersection(zones[1]).length / 2)
    lengths = [
        one.geometry.intersection(_fp(other).buffer(10, quad_segs=400)).length
        for one, other in ((a, b), (b, a))
        if _shape(one) == "line"
    ]
    return float(min(lengths))


def _in_street(a: Planned, b: Planned) -> tuple[bool, dict[str, float]]:
    area = float(_fp(a).intersection(_fp(b)).area)
    length = shared_length(a, b)
    saving = 100 * max(area, 1.5 * length)
    measures = {
        "distance_m": float(_fp(a).distance(_fp(b))),
        "shared_area_m2": area,
        "shared_length_m": length,
        "saving_eur": saving,
    }
    ready = other_party(a, b) and opens(a) and opens(b)
    ready = ready and "completed" not in (a.planning_status, b.planning_status)
    return ready and (length >= ENOUGH_M or area >= ENOUGH_M2), measures


def _o01(a: Planned, b: Planned) -> list[Expected]:
    both = _days(a) & _days(b)
    fits, measures = _in_street(a, b)
    if not both or not fits:
        return []
    score = 100 * min(1, measures["saving_eur"] / 250_000) * _p(a, b)
    measures |= {"shared_days": len(both), "gap_days": 0}
    return [Expected("O01", a.number, b.number, min(both), max(both) + 1, score, measures)]


def _slack(w: Planned) -> tuple[int, int]:
    """Days before and after the period that the window allows."""
    if w.earliest != NO_DAY:
        return w.start - w.earliest, w.latest - w.end
    if w.commitment == "result_obligation":
        return 0, 0
    days = WIDENED.get(w.planning_status, 0)
    return days, days


def _lasts(w: Planned) -> int:
    if w.duration_days > 0:
        return w.duration_days
    return w.end - w.start if w.precision in ("day", "week", "month") else LASTS[w.facility]


def _o02(a: Planned, b: Planned) -> list[Expected]:
    gap, p, q = _nearest(a, b)
    fits, measures = _in_street(a, b)
    if gap < 0 or gap > FIVE_YEARS or not fits:
        return []
    if q < p:
        a, b, p, q = b, a, q, p
    slack_a, slack_b = _slack(a)[1], _slack(b)[0]
    need = gap + min(_lasts(a), _lasts(b))
    if slack_a + slack_b < need:
        return []
    shift_a = need * slack_a // (slack_a + slack_b)
    shift_b = need - shift_a
    score = 100 * min(1, measures["saving_eur"] / 250_000) * _p(a, b) * (1 - gap / 3652)
    measures |= {
        "shared_days": 0,
        "gap_days": gap,
        "shift_days": need,
        "shift_a_days": shift_a,
        "shift_b_days": shift_b,
        "long_term": float(gap > LONG_TERM),
    }
    return [Expected("O02", a.number, b.number, q[0] - shift_b, p[1] + shift_a, score, measures)]


def _margin(w: Planned) -> float:
    return 10 if w.road_impact in ("closed", "one_direction_closed") else 5


def _b01(a: Planned, b: Planned) -> list[Expected]:
    both = _days(a) & _days(b)
    distance = _fp(a).distance(_fp(b))
    bundled = a.accepted_bundle == b.accepted_bundle != -1
    if not both or bundled or not other_party(a, b) or distance >= _margin(a) + _margin(b):
        return []
    if "completed" in (a.planning_status, b.planning_status):
        return []
    score = 100 * (1 if distance == 0 else 0.6) * (0.5 + 0.5 * min(1, len(both) / 90)) * _p(a, b)
    if _light(a) or _light(b):
        score = min(score, 30)
    measures = {"distance_m": distance, "shared_days": len(both), "gap_days": 0}
    return [Expected("B01", a.number, b.number, min(both), max(both) + 1, score, measures)]


def _b02(a: Planned, b: Planned) -> list[Expected]:
    """A renews the surface, B digs in it."""
    starts = [s for s, _ in _periods(b) if s >= a.end]
    if not renews(a) or not digs(b) or a.project == b.project or not starts:
        return []
    if b.planning_status == "completed" or b.activity in ("urgent_repair", "new_connection"):
        return []
    area = _fp(a).intersection(_fp(b)).area
    since = starts[0] - a.end
    if since >= FIVE_YEARS or area < CATEGORY_2_M2:
        return []
    score = 100 * (1 - since / FIVE_YEARS) * (0.5 + 0.5 * min(1, area / 50)) * _p(a, b)
    measures = {"shared_area_m2": area, "gap_days": since, "days_after_renewal": since}
    return [Expected("B02", a.number, b.number, starts[0], b.end, score, measures)]
