"""Cheap facts, and costly ones only where they are wanted."""

import numpy as np
import pytest
import shapely

from spatial.facts import Facts, Subject, in_order
from spatial.testing.making import Planned, works_of

BOX = shapely.box(0, 0, 10, 10)


def facts_of(a, b):
    return Facts.of(Subject.of(works_of([a, b])), np.array([0]), np.array([1]))


@pytest.mark.parametrize(
    ("a", "b", "other"),
    [
        ((1, -1, 1), (2, -1, 2), True),
        ((1, -1, 1), (1, -1, 2), False),
        ((1, 5, 1), (1, -1, 2), False),
        ((1, 5, 1), (1, 5, 2), False),
        ((1, 5, 1), (1, 6, 2), True),
        ((1, 5, 1), (1, 6, 1), False),
        ((1, -1, 1), (2, -1, 1), False),
    ],
)
def test_other_party(a, b, other):
    """Organisation, department, project of both."""
    sides = [Planned(BOX, 0, 9, organisation=o, department=d, project=p) for o, d, p in (a, b)]
    assert facts_of(*sides).other_party[0] == other
    assert facts_of(*sides[::-1]).other_party[0] == other


@pytest.mark.parametrize(
    ("a", "b"),
    [
        (Planned(BOX, 0, 9, number=9), Planned(BOX, 1, 9, number=1)),
        (Planned(BOX, 0, 8, number=9), Planned(BOX, 0, 9, number=1)),
        (Planned(BOX, 0, 9, number=1), Planned(BOX, 0, 9, number=9)),
        (Planned(BOX, 0, 9, number=2**70), Planned(BOX, 0, 9, number=2**70 + 1)),
        (Planned(BOX, 0, 9, number=2**64 - 1), Planned(BOX, 0, 9, number=2**64)),
    ],
)
def test_the_order_of_a_pair_is_start_end_id(a, b):
    works = works_of([a, b])
    zero, one = np.array([0]), np.array([1])
    for i, j in ((zero, one), (one, zero)):
        first, second = in_order(works, i, j)
        assert (first[0], second[0]) == (0, 1)


def test_bundles_count_only_where_both_are_in_the_same():
    assert facts_of(Planned(BOX, 0, 9), Planned(BOX, 0, 9)).one_bundle[0] == False  # noqa: E712
    bundled = Planned(BOX, 0, 9, accepted_bundle=4)
    assert facts_of(bundled, bundled).one_bundle[0]
    assert not facts_of(bundled, Planned(BOX, 0, 9, accepted_bundle=5)).one_bundle[0]


def test_the_chance_is_the_product_of_both():
    made = facts_of(
        Planned(BOX, 0, 9, planning_status="idea"),
        Planned(BOX, 0, 9, planning_status="provisional"),
    )
    assert made.probability[0] == pytest.approx(0.3 * 0.75)


def test_costly_facts_stand_only_where_they_are_wanted():
    works = works_of([Planned(shapely.box(x, 0, x + 10, 10), 0, 9) for x in (0, 5, 12)])
    facts = Facts.of(Subject.of(works), np.array([0, 0, 1]), np.array([1, 2, 2]))
    yes = np.array([True, False, True])
    made = facts.measured({"distance_m": yes})
    assert made.distance_m.tolist() == [0, pytest.approx(np.nan, nan_ok=True), 0]
    assert np.isnan(made.shared_area_m2).all()
    made = facts.measured({"shared_area_m2": ~yes, "shared_length_m": ~yes})
    assert made.shared_area_m2[1] == 0
    assert made.distance_m[1] == 2
    assert made.shared_length_m[1] > 0
    assert np.isnan(made.shared_length_m[[0, 2]]).all()


def test_no_pairs_have_no_facts():
    none = np.empty(0, dtype=np.int64)
    facts = Facts.of(Subject.of(works_of([])), none, none)
    assert len(facts.measured({})) == 0
