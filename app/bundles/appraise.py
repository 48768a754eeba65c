"""What one stored bundle is worth, by what is loaded around it now."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, RowMapping, text

from app.bundles.graph import EDGES, TRENCH
from app.context.loaded import known_layers
from spatial.appraisal import (
    NEAR_M,
    Amount,
    Slot,
    dwelling_days,
    nuisance,
    saving_amounts,
)
from spatial.bundle import Worth
from spatial.cost_share import Link, coalition_saving, proportional, shapley
from spatial.nuisance import LANES, Hindrance
from spatial.rules.o03_multi_party_bundle import RULE, MultiPartyBundle

_DWELLINGS = """
SELECT coalesce(sum((c.attributes->>'dwellings')::int)
    FILTER (WHERE ST_DWithin(c.geometry, b.geometry, {metres})), 0)::int
FROM context_objects c, bundles b
WHERE b.id = :id AND c.layer = 'dwellings' AND c.visibility <> 'own'
  AND c.geometry && ST_Expand(b.geometry, :most_m)
"""
_ROADS = """
SELECT w.id, array_agg(DISTINCT coalesce(c.attributes->>'road_class', 'unknown'))
        FILTER (WHERE c.id IS NOT NULL) AS classes,
    ST_Length(ST_BoundingDiagonal(w.footprint)) AS length_m,
    ST_Area(w.footprint) AS area_m2
FROM works w LEFT JOIN context_objects c ON c.layer = 'streets' AND c.visibility <> 'own'
    AND c.geometry && w.footprint AND ST_Intersects(c.geometry, w.footprint)
WHERE w.id = ANY(:ids) GROUP BY w.id
"""
_LINKS = f"""
SELECT least(work_ids[1], work_ids[2]) AS first, greatest(work_ids[1], work_ids[2]) AS second,
    max(coalesce(shared_area_m2, 0)) AS area_m2, max(coalesce(shared_length_m, 0)) AS length_m,
    max({TRENCH}) AS trench_m
FROM {EDGES} AND state NOT IN ('resolved', 'rejected') AND work_ids <@ CAST(:ids AS uuid[])
    AND work_ids && CAST(:ids AS uuid[])
GROUP BY 1, 2
"""  # noqa: S608 - constants of this package, values are bound


def rule_of(parameters: Mapping[str, float]) -> MultiPartyBundle:
    """The rule with the parameters that a bundle was made with, as far as it still has them."""
    known = {t.name for t in RULE.thresholds}
    return RULE.with_parameters({n: v for n, v in parameters.items() if n in known})


def appraise(
    connection: Connection, bundle: RowMapping, works: Sequence[Mapping[str, Any]]
) -> dict[str, Any]:
    """Amounts with formulas, and the saving divided over the parties."""
    rule = rule_of(bundle["parameters"])
    prices = rule.worth().prices
    days = tuple((w["run_end"] - w["run_start"]).days + 1 for w in works)
    slot = Slot(days, max(days))
    places = _places(connection, bundle["work_ids"])
    amounts = saving_amounts(
        bundle["surface_m2"], bundle["trench_m3"], bundle["closure_days"], prices
    )
    amounts.append(dwelling_days(_dwellings(connection, bundle["id"]), slot))
    amounts.append(_nuisance(connection, works, places, rule, slot))
    return {
        "amounts": [_told(amount) for amount in amounts],
        "saving_eur": {
            "low": bundle["saving_low_eur"],
            "usual": bundle["saving_eur"],
            "high": bundle["saving_high_eur"],
        },
        "cost_share": _cost_share(connection, bundle, works, places, rule),
    }


def _told(amount: Amount) -> dict[str, Any]:
    return {**amount._asdict(), "assessed": amount.usual is not None}


def _places(connection: Connection, ids: Sequence[UUID]) -> dict[UUID, Any]:
    return {row.id: row for row in connection.execute(text(_ROADS), {"ids": list(ids)})}


def _dwellings(connection: Connection, bundle_id: UUID) -> tuple[int, int, int] | None:
    if "dwellings" not in known_layers(connection):
        return None
    given = {"id": bundle_id, "most_m": NEAR_M[-1]}
    low, usual, high = (
        int(connection.scalar(text(_DWELLINGS.format(metres=metres)), given) or 0)
        for metres in NEAR_M
    )
    return low, usual, high


def _nuisance(
    connection: Connection,
    works: Sequence[Mapping[str, Any]],
    places: Mapping[UUID, Any],
    rule: MultiPartyBundle,
    slot: Slot,
) -> Amount:
    if "streets" not in known_layers(connection):
        return nuisance(None, None)
    classes = rule.road_classes()
    apart = []
    for work, days in zip(works, slot.works, strict=True):
        place = places[work["id"]]
        road = max((classes.get(c, classes["unknown"]) for c in place.classes or ()), default=0.0)
        apart.append(Hindrance(days, road, work["road_impact"], place.length_m))
    worst = max(apart, key=lambda h: LANES[h.impact])
    together = Hindrance(
        slot.days,
        max(h.road for h in apart),
        worst.impact,
        max(h.length_m for h in apart),
    )
    return nuisance(apart, together)


def _cost_share(
    connection: Connection,
    bundle: RowMapping,
    works: Sequence[Mapping[str, Any]],
    places: Mapping[UUID, Any],
    rule: MultiPartyBundle,
) -> dict[str, Any]:
    """What each party pays of its openings, by both keys, at usual, low and high prices."""
    by_party: dict[str, list[str]] = defaultdict(list)
    for work in works:
        by_party[work["organisation"]].append(str(work["id"]))
    rows = connection.execute(text(_LINKS), {"ids": list(bundle["work_ids"])}).all()
    closed = {
        str(w["id"]): float(days)
        for w, days in zip(works, _days(works), strict=True)
        if w["road_impact"] in {"closed", "one_direction_closed"}
    }
    area_m2 = {str(id_): place.area_m2 for id_, place in places.items()}
    low, usual, high = (
        _shares(by_party, rows, closed, area_m2, worth=rule.worth(), level=level)
        for level in ("low", "usual", "high")
    )
    return {
        "parties": [
            {"organisation": party}
            | {
                name: {
                    "low": low[party][name],
                    "usual": usual[party][name],
                    "high": high[party][name],
                }
                for name in ("alone_eur", "proportional_eur", "shapley_eur")
            }
            for party in by_party
        ],
        "formula_nl": "alone_eur: eigen oppervlak x herstelprijs. proportional_eur: de besparing "
        "naar rato van alone_eur. shapley_eur: gemiddelde bijdrage aan de besparing over alle "
        "volgordes waarin partijen aanhaken (tot acht partijen). Voorstel: ieder betaalt "
        "alone_eur min zijn deel.",
        "formula_en": "alone_eur: own surface x repaving price. proportional_eur: the saving in "
        "proportion to alone_eur. shapley_eur: mean contribution to the saving over all orders in "
        "which parties join (up to eight parties). Proposal: each pays alone_eur less its part.",
    }


def _shares(
    by_party: Mapping[str, Sequence[str]],
    rows: Sequence[Any],
    closed: Mapping[str, float],
    area_m2: Mapping[str, float],
    *,
    worth: Worth,
    level: str,
) -> dict[str, dict[str, float | None]]:
    """What each party pays alone, and its part of the saving, at one level of prices."""
    surface, trench, closure = (getattr(price, level) for price in worth.prices)
    links = [
        Link(
            str(r.first),
            str(r.second),
            surface * max(r.area_m2, worth.trench_m * r.length_m)
            + trench * r.trench_m * worth.trench_m * worth.trench_deep_m,
        )
        for r in rows
    ]
    alone = {p: round(sum(area_m2[w] for w in ids) * surface) for p, ids in by_party.items()}
    saves = coalition_saving(by_party, links, closed, closure)
    by_part = proportional(alone, saves(frozenset(by_party)))
    by_shapley = shapley([*by_party], saves)
    return {
        party: {
            "alone_eur": alone[party],
            "proportional_eur": round(by_part[party]),
            "shapley_eur": None if by_shapley is None else round(by_shapley[party]),
        }
        for party in by_party
    }


def _days(works: Sequence[Mapping[str, Any]]) -> list[int]:
    return [(w["run_end"] - w["run_start"]).days + 1 for w in works]
