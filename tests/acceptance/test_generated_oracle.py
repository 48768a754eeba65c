"""Ten thousand generated works: engine and oracle say the same of every pair.

The works lie along the streets of towns as those of the benchmarks do, and are
given everything that a rule asks about: points and areas among the lines,
several periods, windows on either side or on both, durations, departments,
accepted bundles, every word of every vocabulary.
"""

from __future__ import annotations

from collections import Counter

import numpy as np
import pytest
import shapely

from spatial.detect import detect
from spatial.geometry import footprints
from spatial.period import NO_DAY
from spatial.rule import rules
from spatial.vocabulary import (
    ACTIVITY,
    COMMITMENT,
    EXCAVATION,
    FACILITY,
    PLANNING_STATUS,
    PRECISION,
    ROAD_IMPACT,
)
from spatial.work import NOBODY, ValidPeriods
from tests.benchmarks import generate
from tests.oracle.grid import near_pairs
from tests.oracle.pairs import CODES, expected
from tests.side_by_side import differences, plans_of

pytestmark = pytest.mark.acceptance

N = 10_000
SEED = 20_260_726
LEAST_OF_EACH = 20


def drawn(rng, vocabulary, likely=()):
    """Any word; half the time one of the likely ones, where there are any."""
    codes = rng.integers(0, len(vocabulary), N)
    if likely:
        chosen = rng.choice([vocabulary.code(word) for word in likely], N)
        codes = np.where(rng.random(N) < 0.5, chosen, codes)
    return codes.astype(np.int8)


def several_periods(rng, start, end):
    """One work in eight has two to four periods, which its hull spans."""
    offsets, starts, ends = [0], [], []
    for first, last in zip(start.tolist(), end.tolist(), strict=True):
        wanted = int(rng.integers(2, 5)) if rng.random() < 1 / 8 else 1
        if wanted > 1 and last - first >= 2 * wanted:
            cuts = np.sort(rng.choice(np.arange(first + 1, last), 2 * wanted - 2, replace=False))
            days = [first, *cuts.tolist(), last]
            starts += days[::2]
            ends += days[1::2]
        offsets.append(len(starts))
    return ValidPeriods(
        np.array(offsets, dtype=np.int64),
        np.array(starts, dtype=np.int32),
        np.array(ends, dtype=np.int32),
    )


def shapes(rng, lines):
    """Lines as they are, areas along them, or points on them."""
    kind = rng.random(N)
    made = lines.copy()
    areas, points = kind < 0.25, kind > 0.92
    made[areas] = shapely.buffer(
        lines[areas], rng.uniform(1.0, 8.0, N)[areas], cap_style="flat", quad_segs=3
    )
    made[points] = shapely.line_interpolate_point(
        lines[points], rng.random(N)[points], normalized=True
    )
    return made


@pytest.fixture(scope="module")
def works():
    rng = np.random.default_rng(SEED)
    plain = generate.works(N, seed=SEED, density="dense")
    facility = np.where(
        rng.random(N) < 0.8, plain.facility, drawn(rng, FACILITY, ("housing",))
    ).astype(np.int8)
    activity = drawn(rng, ACTIVITY, ("new", "renew", "redesign", "renovate"))
    geometry = shapes(rng, plain.geometry)
    given = rng.random((3, N)) < 0.2

    def or_none(where, values, none):
        return np.where(where, values, none).astype(np.int32)

    return plain.with_columns(
        organisation=rng.integers(0, 12, N),
        department=rng.integers(NOBODY, 3, N),
        accepted_bundle=np.where(rng.random(N) < 0.7, NOBODY, rng.integers(0, 5, N)),
        facility=facility,
        activity=activity,
        excavation=drawn(rng, EXCAVATION, ("open", "unknown")),
        road_impact=drawn(rng, ROAD_IMPACT, ("closed", "lane")),
        planning_status=drawn(rng, PLANNING_STATUS, ("committed", "provisional")),
        commitment=drawn(rng, COMMITMENT, ("none",)),
        precision=drawn(rng, PRECISION, ("day",)),
        earliest=or_none(given[0], plain.start - rng.integers(0, 1_500, N), NO_DAY),
        latest=or_none(given[1], plain.end + rng.integers(0, 1_500, N), NO_DAY),
        duration_days=or_none(given[2], rng.integers(1, 400, N), -1),
        geometry=geometry,
        footprint=footprints(geometry, facility, activity),
        valid_periods=several_periods(rng, plain.start, plain.end),
    )


def test_engine_and_oracle_agree_on_every_pair(works):
    plans = plans_of(works, own_footprints=True)
    wanted = expected(plans, sorted(near_pairs(plans)))
    findings = detect(works, rules=[r for r in rules() if r.code in CODES])
    assert differences(findings, wanted) == []
    each = Counter(finding.code for finding in wanted)
    assert {code for code in CODES if each[code] < LEAST_OF_EACH} == set()
