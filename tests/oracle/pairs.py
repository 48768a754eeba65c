"""A loop over all pairs, each put to every pair rule.

Each rule is a plain function that is asked about two works and answers with a
finding or None.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from itertools import combinations

from tests.oracle import first_rules, neighbour_rules, street_rules
from tests.oracle import measures as m
from tests.oracle.finding import Expected
from tests.oracle.plan import Plan

FARTHEST_M = 50.0
Rule = Callable[[Plan, Plan], Expected | None]
ONE_WAY: dict[str, Rule] = {
    "O01": first_rules.same_street_same_time,
    "O02": first_rules.bundle_by_shifting,
    "B01": first_rules.space_time_conflict,
    "O04": street_rules.shared_trench,
    "O12": street_rules.shared_closure,
    "B04": street_rules.wrong_order,
}
"""Say the same whichever work is named first: asked once."""
BOTH_WAYS: dict[str, Rule] = {
    "B02": first_rules.digging_in_new_pavement,
    "O05": street_rules.ride_along_with_redesign,
    "O06": street_rules.advance_before_new_paving,
    "O08": street_rules.heat_with_sewer_or_gas,
    "O11": neighbour_rules.housing_renovation_moment,
    "O15": neighbour_rules.developer_joins,
    "B14": neighbour_rules.heat_near_drinking_water,
    "B22": neighbour_rules.hardness_mismatch,
}
"""Give the two works different parts: asked in both orders."""
CODES = frozenset(ONE_WAY) | frozenset(BOTH_WAYS)
SAME_EITHER_WAY = frozenset(("O01", "B01"))
"""Rules of which the words name no first and second work."""


def of_pair(a: Plan, b: Plan, codes: Iterable[str] = CODES) -> list[Expected]:
    """All that the rules find between two works; no rule over pairs looks further than 50 m."""
    if m.distance_m(a, b) > FARTHEST_M:
        return []
    asked = [ONE_WAY[code](a, b) for code in codes if code in ONE_WAY]
    for code in codes:
        if code in BOTH_WAYS:
            asked += [BOTH_WAYS[code](a, b), BOTH_WAYS[code](b, a)]
    return [finding for finding in asked if finding is not None]


def expected(
    plans: Sequence[Plan],
    pairs: Iterable[tuple[int, int]] | None = None,
    codes: Iterable[str] = CODES,
) -> list[Expected]:
    """All that the rules find, looking at every pair or at the given ones."""
    looked_at = combinations(range(len(plans)), 2) if pairs is None else pairs
    return [finding for i, j in looked_at for finding in of_pair(plans[i], plans[j], codes)]
