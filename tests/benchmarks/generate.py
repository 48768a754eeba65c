"""Works that look like those of a country's streets, from a seed.

Two settings, both over ten years from 2026-01-01 (docs/benchmarks.md):

* ``dense``: about 16 spatial neighbours each and about 0.55 pairs a work that
  also overlap in time. This is the join that is timed against other engines.
* ``national``: the density of the Dutch planning feed, about 0.1 pairs a work
  that overlap in space and time.

A town is a square of streets 100 m apart. A work lies along a street: it
starts somewhere on it, is 40 to 260 m long and as wide as its facility asks,
and lies up to 4 m beside the axis; one in twelve turns a corner.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
import shapely
from numpy.typing import NDArray

from spatial.period import NO_DAY
from spatial.vocabulary import (
    ACTIVITY,
    COMMITMENT,
    EXCAVATION,
    FACILITY,
    PLANNING_STATUS,
    PRECISION,
    ROAD_IMPACT,
)
from spatial.work import NOBODY, ValidPeriods, Works

Density = Literal["dense", "national"]
FIRST_DAY = 20_454
"""2026-01-01 as a day number."""
HORIZON_DAYS = 3_652
STREET_GAP_M = 100.0
WORKS_PER_TOWN = 1_000
STREETS_PER_SIDE: dict[Density, int] = {"dense": 11, "national": 22}
MEAN_DAYS: dict[Density, float] = {"dense": 115.0, "national": 80.0}
WIDTHS_M = {"sewer": 3.0, "heat": 2.5, "water": 1.0, "gas": 1.0, "electricity": 0.8}
WIDTHS_M |= {"telecom": 0.8, "road": 6.0, "paving": 6.0, "green": 3.0, "unknown": 2.0}
FACILITY_SHARES = {"sewer": 0.14, "water": 0.16, "electricity": 0.2, "gas": 0.1, "heat": 0.06}
FACILITY_SHARES |= {"telecom": 0.14, "road": 0.08, "paving": 0.06, "green": 0.03, "unknown": 0.03}


@dataclass(frozen=True, slots=True)
class Places:
    """Lines and their footprints, with the facility that gave the width."""

    lines: NDArray[np.object_]
    footprints: NDArray[np.object_]
    facility: NDArray[np.int8]


def _places(n: int, density: Density, rng: np.random.Generator) -> Places:
    streets = STREETS_PER_SIDE[density]
    side = streets * STREET_GAP_M
    towns = max(1, round(n / WORKS_PER_TOWN))
    per_row = int(np.ceil(np.sqrt(towns)))
    town = rng.integers(0, towns, n)
    corner = np.column_stack((town % per_row, town // per_row)) * (side + 400.0)
    axis = rng.integers(0, streets, n) * STREET_GAP_M + rng.normal(0.0, 1.6, n).clip(-4, 4)
    length = rng.uniform(40.0, 260.0, n)
    along = rng.uniform(0.0, side - length, n)
    bend = np.where(rng.random(n) < 1 / 12, rng.uniform(20.0, 90.0, n), 0.0)
    points = np.empty((n, 3, 2))
    points[:, 0] = np.column_stack((along, axis))
    points[:, 1] = np.column_stack((along + length, axis))
    points[:, 2] = np.column_stack((along + length + 0.01, axis + bend))
    vertical = rng.random(n) < 0.5
    points[vertical] = points[vertical][:, :, ::-1]
    points += corner[:, None, :] + [100_000.0, 400_000.0]
    names = list(FACILITY_SHARES)
    picked = rng.choice(len(names), n, p=np.array(list(FACILITY_SHARES.values())))
    facility = np.array([FACILITY.code(x) for x in names], dtype=np.int8)[picked]
    width = np.array([WIDTHS_M[x] for x in names])[picked]
    lines = np.empty(n, dtype=object)
    straight = bend == 0
    lines[straight] = shapely.linestrings(points[straight][:, :2])
    lines[~straight] = shapely.linestrings(points[~straight])
    return Places(lines, shapely.buffer(lines, width / 2, cap_style="flat"), facility)


def _days(
    n: int, density: Density, rng: np.random.Generator
) -> tuple[NDArray[np.int32], NDArray[np.int32]]:
    days = rng.gamma(2.0, MEAN_DAYS[density] / 2, n).astype(np.int32).clip(1, 720)
    start = (FIRST_DAY + rng.integers(0, HORIZON_DAYS, n)).astype(np.int32)
    return start, start + days


@dataclass(frozen=True, slots=True)
class Table:
    """What the bare join reads: footprints and half-open periods."""

    footprint: NDArray[np.object_]
    start: NDArray[np.int32]
    end: NDArray[np.int32]


def table(n: int, seed: int = 1, density: Density = "dense") -> Table:
    """Footprints and periods alone.

    >>> made = table(100)
    >>> len(made.footprint), bool((made.end > made.start).all())
    (100, True)
    """
    rng = np.random.default_rng(seed)
    places = _places(n, density, rng)
    return Table(places.footprints, *_days(n, density, rng))


def works(n: int, seed: int = 1, density: Density = "national") -> Works:
    """Works with owners, facilities, statuses and precisions, for a full detection.

    >>> len(works(50))
    50
    """
    rng = np.random.default_rng(seed)
    places = _places(n, density, rng)
    start, end = _days(n, density, rng)

    def codes(vocabulary: object, shares: dict[str, float]) -> NDArray[np.int8]:
        values = np.array([vocabulary.code(x) for x in shares], dtype=np.int8)  # type: ignore[attr-defined]  # any vocabulary
        return rng.choice(values, n, p=np.array(list(shares.values())))

    def const(value: int, kind: type = np.int64) -> NDArray[np.int64]:
        return np.full(n, value, dtype=kind)

    ids = rng.integers(0, 256, (n, 16), dtype=np.uint8)
    return Works(
        id=np.ascontiguousarray(ids).view("V16").ravel(),
        version=const(1, np.int32),
        organisation=rng.integers(0, 350, n),
        department=const(NOBODY),
        project=np.arange(n, dtype=np.int64) * 2 // 3,
        accepted_bundle=const(NOBODY),
        facility=places.facility,
        activity=codes(
            ACTIVITY, {"renew": 0.4, "new": 0.15, "maintain": 0.2, "redesign": 0.05, "unknown": 0.2}
        ),
        excavation=codes(EXCAVATION, {"unknown": 0.7, "open": 0.2, "trenchless": 0.1}),
        road_impact=codes(ROAD_IMPACT, {"unknown": 0.5, "lane": 0.3, "closed": 0.2}),
        planning_status=codes(
            PLANNING_STATUS,
            {"unknown": 0.4, "committed": 0.3, "provisional": 0.1, "indicative": 0.1, "idea": 0.1},
        ),
        commitment=codes(COMMITMENT, {"none": 0.9, "result_obligation": 0.1}),
        precision=codes(PRECISION, {"day": 0.8, "month": 0.1, "year": 0.1}),
        start=start,
        end=end,
        earliest=const(NO_DAY, np.int32),
        latest=const(NO_DAY, np.int32),
        duration_days=const(-1, np.int32),
        geometry=places.lines,
        footprint=places.footprints,
        valid_periods=ValidPeriods.none(n),
    )
