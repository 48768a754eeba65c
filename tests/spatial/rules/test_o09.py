"""O09 one unit on either side of every threshold."""

import numpy as np
import pytest
from shapely import box

from spatial.context import objects
from spatial.situation import Noted
from spatial.testing.making import Planned
from spatial.testing.surroundings import find

SURE = {"planning_status": "under_construction"}


def ends(*days, status="adopted", shape=None):
    n = len(days)
    return {
        "gas_end_dates": objects(
            "gas_end_dates",
            [shape or box(0, 0, 50, 100)] * n,
            names=["Merenwijk"] * n,
            gas_ends_on=days,
            status=[status] * n,
        )
    }


def work(**changes):
    given = {"facility": "gas", "activity": "renew", **SURE, **changes}
    return Planned(given.pop("shape", box(0, 0, 100, 10)), 0, 30, number=1, **given)


@pytest.mark.parametrize(
    ("days", "finds"), [(-100, True), (2_557, True), (5_477, True), (5_478, True), (5_479, False)]
)
def test_within_days(days, finds):
    found = find("O09", [work()], ends(days))
    assert bool(found) == finds
    assert find("O09", [work()], ends(days), {"within_days": 5_479})
    if finds:
        assert found[0]["days_before_end"] == days


@pytest.mark.parametrize(
    ("change", "finds"),
    [
        ({}, True),
        ({"activity": "urgent_repair"}, False),
        ({"activity": "remove"}, False),
        ({"activity": "new"}, False),
        ({"facility": "water"}, False),
        ({"planning_status": "withdrawn"}, False),
        ({"planning_status": "completed"}, False),
        ({"shape": box(49, 0, 100, 10)}, True),
        ({"shape": box(50, 0, 100, 10)}, False),
    ],
)
def test_which_works(change, finds):
    assert bool(find("O09", [work(**change)], ends(2_557))) == finds


@pytest.mark.parametrize(("urgent", "finds"), [(True, False), (False, True)])
def test_safety_goes_first(urgent, finds):
    noted = Noted(
        np.array([False]), np.array([urgent]), np.array([np.nan]), np.array([0], np.int32)
    )
    assert bool(find("O09", [work()], ends(2_557), noted=noted)) == finds


@pytest.mark.parametrize(("unit", "saving"), [(99.0, 49_500), (100.0, 50_000), (101.0, 50_500)])
def test_unit_eur_m2(unit, saving):
    (found,) = find("O09", [work()], ends(2_557), {"unit_eur_m2": unit})
    assert found["saving_eur"] == pytest.approx(saving)


@pytest.mark.parametrize(("full", "score"), [(50_000, 100.0), (51_000, 98.0), (250_000, 20.0)])
def test_full_saving_eur(full, score):
    assert find("O09", [work()], ends(2_557), {"full_saving_eur": full})[0]["score"] == score


@pytest.mark.parametrize(("factor", "score"), [(0.6, 12.0), (0.7, 14.0), (0.8, 16.0)])
def test_proposed_factor(factor, score):
    given = {"proposed_factor": factor}
    assert find("O09", [work()], ends(2_557, status="proposed"), given)[0]["score"] == score
    assert find("O09", [work()], ends(2_557), given)[0]["score"] == 20.0


def test_it_says_how_long_the_main_will_serve():
    (found,) = find("O09", [work()], ends(2_557, 2_922, status="proposed"))
    assert found["days_before_end"] == 2_557
    said = found["said"]
    assert "wordt 7 jaar vóór het einde van aardgas vervangen" in said.nl
    assert "Merenwijk heeft aardgas tot en met 1 januari 1977 (nog niet vastgesteld)" in said.nl
    assert "Kan levensduurverlenging volstaan? Dat scheelt ongeveer € 50.000." in said.nl
    assert "is renewed 7 years before the end of gas" in said.en
    assert "(not adopted yet)" in said.en
    (late,) = find("O09", [work()], ends(-366))
    assert "1 jaar na het einde van aardgas" in late["said"].nl
    assert "1 year after" in late["said"].en
