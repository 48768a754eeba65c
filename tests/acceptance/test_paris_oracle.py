"""The works in the streets of Paris: engine and oracle say the same of every pair.

The file goes through the real reader, mapping, transformation, repair and
footprints; what comes out is put to both.
"""

from __future__ import annotations

import os
from collections import Counter
from itertools import combinations
from pathlib import Path
from zoneinfo import ZoneInfo

import numpy as np
import pyproj
import pytest

from spatial.crs import transform
from spatial.detect import detect
from spatial.geometry import clean, footprints
from spatial.mapping import apply, propose
from spatial.opening import open_file
from spatial.period import NO_DAY
from spatial.reader import ReadOptions
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
from spatial.work import NOBODY, Works
from tests.oracle.grid import near_pairs
from tests.oracle.measures import distance_m, shared_length_m
from tests.oracle.pairs import CODES, expected
from tests.side_by_side import differences, plans_of

SHARED = Path(os.environ.get("KANSENKAART_SHARED", Path(__file__).parents[2].parent / "shared"))
FILE = SHARED / "data/paris-chantiers-a-paris-2024-03/chantiers-a-paris.csv"
LAMBERT = pyproj.CRS(2154)
SEED = 2_024_03
pytestmark = [
    pytest.mark.acceptance,
    pytest.mark.skipif(not FILE.exists(), reason=f"{FILE} is not there"),
]


def coded(vocabulary, words, unsaid):
    return np.array([vocabulary.code(word or unsaid) for word in words], dtype=np.int8)


def numbered(values):
    """One key for each distinct value; a value that is missing is like no other."""
    alike = [value if value is not None else n for n, value in enumerate(values)]
    keys = {value: key for key, value in enumerate(dict.fromkeys(alike))}
    return np.array([keys[value] for value in alike], dtype=np.int64)


def works_in(batch, geometry):
    """Columns of the rows of a mapped batch, as they would be stored."""
    n = len(batch)
    terms = batch.terms
    facility = coded(FACILITY, terms["facility"], "unknown")
    activity = coded(ACTIVITY, terms["activity"], "unknown")
    ids = np.frombuffer(b"".join(int(r).to_bytes(16, "big") for r in batch.row), dtype="V16")
    return Works(
        id=ids,
        version=np.ones(n, dtype=np.int32),
        organisation=numbered([text and text.strip() for text in batch.texts["organisation"]]),
        department=np.full(n, NOBODY, dtype=np.int64),
        project=numbered(batch.texts["reference"]),
        accepted_bundle=np.full(n, NOBODY, dtype=np.int64),
        facility=facility,
        activity=activity,
        excavation=coded(EXCAVATION, terms["excavation"], "unknown"),
        road_impact=coded(ROAD_IMPACT, terms["road_impact"], "unknown"),
        planning_status=coded(PLANNING_STATUS, terms["planning_status"], "unknown"),
        commitment=coded(COMMITMENT, terms["commitment"], "none"),
        precision=coded(PRECISION, batch.precision, "day"),
        start=batch.start,
        end=batch.end,
        earliest=batch.earliest,
        latest=batch.latest,
        duration_days=batch.duration_days,
        geometry=geometry,
        footprint=footprints(geometry, facility, activity),
        valid_periods=batch.valid_periods,
    )


@pytest.fixture(scope="module")
def works():
    _, layers = open_file(FILE, ReadOptions(batch_rows=10_000))
    layer = next(layers)
    (raw,) = list(layer.batches)
    mapped = apply(propose(layer, raw), raw, zone=ZoneInfo("Europe/Paris"))
    moved = transform(mapped.geometry, 4326, LAMBERT)
    geometry, _ = clean(moved, mapped.row, 100_000)
    whole = np.flatnonzero([shape is not None for shape in geometry])
    every = np.full(len(mapped), None)
    every[whole] = geometry[whole]
    return works_in(mapped, every).take(whole)


def test_the_file_is_the_one_we_know(works):
    assert len(works) == 1_722
    assert len(set(works.organisation.tolist())) == 23
    assert (works.start != NO_DAY).all()


def compared(works, pairs_of):
    """What the oracle finds among these pairs, by rule; the engine finds the same."""
    plans = plans_of(works, own_footprints=True)
    wanted = expected(plans, pairs_of(plans))
    findings = detect(works, rules=[rule for rule in rules() if rule.code in CODES])
    assert differences(findings, wanted) == []
    return Counter(finding.code for finding in wanted)


def test_engine_and_oracle_agree_on_every_pair(works):
    each = compared(works, lambda plans: combinations(range(len(plans)), 2))
    assert each["B01"] == 422
    assert each["O01"] > 0


def test_no_pair_of_areas_is_decided_by_chords_instead_of_arcs(works):
    """Both sides measure by 32 chords to a quarter circle; 256 hardly say otherwise."""
    plans = plans_of(works)
    near = [
        (plans[i], plans[j])
        for i, j in near_pairs(plans, 10.0)
        if distance_m(plans[i], plans[j]) <= 10.0
    ]
    assert len(near) > 422
    for a, b in near:
        coarse, fine = shared_length_m(a, b), shared_length_m(a, b, 256)
        assert abs(coarse - fine) < 0.05
        assert (coarse >= 25) == (fine >= 25)


def test_they_agree_where_the_same_places_are_soft_plans_for_other_things(works):
    """The file says little of status and facility: the same pairs again, with every rule at work."""
    rng = np.random.default_rng(SEED)
    n = len(works)
    statuses = ("idea", "indicative", "provisional", "committed")
    networks = ("sewer", "heat", "gas", "electricity")
    facilities = (*networks, *networks, "heat", "road", "paving", "housing", "development")
    soft = works.with_columns(
        accepted_bundle=rng.integers(NOBODY, 2, n),
        planning_status=coded(PLANNING_STATUS, rng.choice(statuses, n), ""),
        facility=coded(FACILITY, rng.choice(facilities, n), ""),
        activity=coded(ACTIVITY, rng.choice(("renew", "redesign", "renovate"), n), ""),
        road_impact=coded(ROAD_IMPACT, rng.choice(("closed", "unknown"), n), ""),
    )
    each = compared(soft, near_pairs)
    # Two rules are about lines; all places of this file are areas.
    assert CODES - set(each) == {"O04", "B14"}
