"""B28: who hears of a plan that another keeps, and how little."""

import numpy as np
import pytest
import shapely

from spatial.detect import detect
from spatial.detect_wide import detect_masked
from spatial.finding import WideText, WorkText
from spatial.rules.b28_masked import RULE
from spatial.testing.making import Planned, works_of
from spatial.vocabulary import VISIBILITY

LINE = shapely.LineString([(120.0, 460.0), (320.0, 460.0)])


def masked(*visibilities, owners=(1, 2), square_m=500.0):
    facilities = ("sewer", "water")
    works = works_of(
        [
            Planned(LINE, 21_000, 21_050, n, owner, facility=facility, footprint=LINE.buffer(1.0))
            for n, (owner, facility) in enumerate(zip(owners, facilities, strict=True))
        ]
    )
    seen = np.array([VISIBILITY.code(v) for v in visibilities], dtype=np.int8)
    pairs = detect(works)
    rule = RULE.with_parameters({"square_m": square_m})
    return works, pairs, detect_masked(pairs, works, seen, [rule])


@pytest.mark.parametrize(
    ("visibilities", "told"),
    [
        (("public", "public"), []),
        (("partners", "partners"), []),
        (("own", "partners"), [2]),
        (("partners", "own"), [1]),
        (("own", "own"), [1, 2]),
    ],
)
def test_who_is_told(visibilities, told):
    works, pairs, found = masked(*visibilities)
    assert set(works.organisation[found.members].tolist()) == set(told)
    assert len(found) == len(told) * len(pairs)


def test_nobody_is_told_of_his_own_plans():
    assert len(masked("own", "own", owners=(1, 1))[2]) == 0


def test_place_is_a_square_of_the_grid_that_holds_the_centre():
    _, pairs, found = masked("own", "partners")
    west, south, east, north = shapely.total_bounds(found.geometry).tolist()
    assert (east - west, north - south) == (500.0, 500.0)
    assert (west % 500.0, south % 500.0) == (0.0, 0.0)
    assert shapely.contains(found.geometry[0], shapely.centroid(pairs.geometry[0]))


def test_finer_squares():
    found = masked("own", "partners", square_m=100.0)[2]
    assert shapely.area(found.geometry[0]) == 10_000.0


def test_texts_tell_neither_owner_nor_title_of_the_hidden_plan():
    mine = WorkText("Riool", "Gemeente", "sewer", "renew", 21000, 21030, "day", "committed")
    told = RULE.explain(WideText((mine,), 21000, 21030, {}, {"kind": "opportunity"}))
    assert "kans" in told.title_nl
    assert "an opportunity" in told.en
    assert "500 m" in told.nl
    other = RULE.explain(WideText((mine,), 21000, 21030, {}, {"kind": "bottleneck"}))
    assert "knelpunt" in other.nl
    assert "a bottleneck" in other.en
