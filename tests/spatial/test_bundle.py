"""Bundles: what grows, what fits, and that nothing depends on the order."""

import numpy as np
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st

from spatial.bundle import DEFAULT_LIMITS, grow
from spatial.bundle_groups import Edges, Limits
from spatial.common_slot import Room, common_slots
from spatial.testing.making import Planned, works_of
from spatial.traits import Traits

SQUARE = shapely.box(0, 0, 10, 10)


def planned(number, organisation, start, end, **more):
    given = {"planning_status": "provisional", "organisation": organisation, **more}
    return Planned(SQUARE, start, end, number=number, **given)


def edges_of(pairs, **columns):
    n = len(pairs)
    first, second = (np.array([p[i] for p in pairs], dtype=np.int64) for i in (0, 1))
    usual = {
        "proposes": np.ones(n, dtype=bool),
        "score": np.array([p[2] if len(p) > 2 else 10.0 for p in pairs], dtype=float),
        "area_m2": np.full(n, 100.0),
        "length_m": np.zeros(n),
        "trench_m": np.zeros(n),
    }
    return Edges(first, second, **(usual | columns))


def sets(bundles, works):
    ids = works.id[bundles.members]
    cuts = zip(bundles.offsets[:-1], bundles.offsets[1:], strict=True)
    return [frozenset(bytes(i) for i in ids[a:b]) for a, b in cuts]


def test_two_works_meet_in_the_middle():
    works = works_of(
        [
            planned(1, 1, 0, 40, earliest=-60, latest=140),
            planned(2, 2, 100, 140, earliest=0, latest=200),
        ]
    )
    found = grow(works, edges_of([(0, 1)]))
    assert found.feasible.tolist() == [True]
    assert (found.slots.start[0], found.slots.end[0]) == (50, 90)
    assert found.slots.shift_days.tolist() == [50, -50]
    assert found.shift_days.tolist() == [100]


def test_a_result_obligation_does_not_move():
    hard = planned(1, 1, 0, 40, commitment="result_obligation")
    works = works_of([hard, planned(2, 2, 100, 140)])
    found = grow(works, edges_of([(0, 1)]))
    assert found.slots.shift_days.tolist() == [0, -100]
    both = works_of([hard, planned(2, 2, 100, 140, commitment="result_obligation")])
    missed = grow(both, edges_of([(0, 1)]))
    assert missed.feasible.tolist() == [False]
    assert missed.slots.lacking_days.tolist() == [100]
    assert missed.members[missed.slots.opens_last].tolist() == [1]
    assert missed.members[missed.slots.closes_first].tolist() == [0]
    assert missed.score.tolist() == [0.0]


@pytest.mark.parametrize(("lacking", "fits"), [(0, True), (1, False)])
def test_one_day_decides(lacking, fits):
    works = works_of(
        [
            planned(1, 1, 0, 40, earliest=0, latest=70),
            planned(2, 2, 100, 140, earliest=30 + lacking, latest=140),
        ]
    )
    found = grow(works, edges_of([(0, 1)]))
    assert found.feasible.tolist() == [fits]
    assert found.slots.lacking_days.tolist() == [lacking]


@pytest.mark.parametrize(("days", "fits"), [(364, True), (365, False)])
def test_a_slot_lasts_a_year_at_most(days, fits):
    works = works_of([planned(1, 1, 0, days), planned(2, 2, 0, 30)])
    found = grow(works, edges_of([(0, 1)]))
    assert found.feasible.tolist() == [fits]
    assert found.too_long_days.tolist() == [0 if fits else 1]


def test_a_bundle_grows_to_four_and_beyond_with_new_parties_only():
    chain = [(n, n + 1, 50.0 - n) for n in range(6)]
    same = works_of([planned(n + 1, n % 2, 0, 30) for n in range(7)])
    assert sorted(len(s) for s in sets(grow(same, edges_of(chain)), same)) == [3, 4]
    fresh = works_of([planned(n + 1, n if n == 4 else n % 2, 0, 30) for n in range(5)])
    assert [len(s) for s in sets(grow(fresh, edges_of(chain[:4])), fresh)] == [5]
    most = grow(fresh, edges_of(chain[:4]), limits=DEFAULT_LIMITS._replace(most_works=4))
    assert [len(s) for s in sets(most, fresh)] == [4]


def test_one_organisation_is_no_bundle_nor_is_a_decided_work():
    works = works_of([planned(1, 1, 0, 30), planned(2, 1, 0, 30)])
    assert len(grow(works, edges_of([(0, 1)]))) == 0
    decided = works_of([planned(1, 1, 0, 30, accepted_bundle=5), planned(2, 2, 0, 30)])
    assert len(grow(decided, edges_of([(0, 1)]))) == 0


def test_an_opening_saved_counts_once():
    """Three works in one street save two openings, the two that save most."""
    works = works_of([planned(n, n, 0, 30, planning_status="completed") for n in (1, 2, 3)])
    areas = np.array([100.0, 50.0, 20.0])
    found = grow(works, edges_of([(0, 1), (1, 2), (0, 2)], area_m2=areas))
    assert found.quantities.surface_m2.tolist() == [150.0]
    assert found.saving_eur.tolist() == [15_000.0]
    assert found.saving_low_eur.tolist() == [9_000.0]
    assert found.saving_high_eur.tolist() == [24_000.0]
    assert found.probability.tolist() == [1.0]
    assert found.score.tolist() == [3.0]


def test_one_closure_instead_of_two():
    works = works_of(
        [planned(1, 1, 0, 30, road_impact="closed"), planned(2, 2, 0, 20, road_impact="closed")]
    )
    found = grow(works, edges_of([(0, 1)]))
    assert found.quantities.closure_days.tolist() == [20.0]


def test_a_regretted_pair_is_a_near_miss_and_no_proposal():
    works = works_of([planned(1, 1, 0, 30, latest=30), planned(2, 2, 900, 930, earliest=900)])
    found = grow(works, edges_of([(0, 1)], proposes=np.array([False])))
    assert found.feasible.tolist() == [False]
    assert found.slots.lacking_days.tolist() == [900]


DAY = st.integers(0, 700)


@st.composite
def worlds(draw):
    n = draw(st.integers(2, 9))
    works = []
    for number in range(1, n + 1):
        start = draw(DAY)
        end = start + draw(st.integers(1, 400))
        window = {}
        if draw(st.booleans()):
            window = {
                "earliest": start - draw(st.integers(-20, 300)),
                "latest": end + draw(st.integers(-20, 300)),
            }
        status = draw(st.sampled_from(["idea", "committed", "under_construction", "unknown"]))
        precision = draw(st.sampled_from(["day", "year"]))
        organisation = draw(st.integers(1, 4))
        more = {"planning_status": status, "precision": precision, **window}
        works.append(planned(number, organisation, start, end, **more))
    pair = st.tuples(st.integers(0, n - 1), st.integers(0, n - 1), st.integers(0, 5))
    pairs = [p for p in draw(st.lists(pair, max_size=20)) if p[0] != p[1]]
    proposes = draw(st.lists(st.booleans(), min_size=len(pairs), max_size=len(pairs)))
    return works, pairs, proposes


@given(worlds(), st.randoms(use_true_random=False))
def test_order_does_not_matter(world, random):
    planned_works, pairs, proposes = world
    works = works_of(planned_works)
    found = grow(works, edges_of(pairs, proposes=np.array(proposes, dtype=bool)))
    places = list(range(len(planned_works)))
    random.shuffle(places)
    where = {old: new for new, old in enumerate(places)}
    shuffled = works_of([planned_works[i] for i in places])
    moved = [(where[b], where[a], s, p) for (a, b, s), p in zip(pairs, proposes, strict=True)]
    random.shuffle(moved)
    other = grow(
        shuffled,
        edges_of([m[:3] for m in moved], proposes=np.array([m[3] for m in moved], dtype=bool)),
    )
    assert sets(found, works) == sets(other, shuffled)
    for name in ("score", "saving_eur", "probability", "shift_days", "feasible"):
        np.testing.assert_allclose(getattr(found, name), getattr(other, name))
    np.testing.assert_array_equal(found.slots.start, other.slots.start)
    np.testing.assert_array_equal(found.slots.shift_days, other.slots.shift_days)


@given(worlds(), st.integers(2, 8))
def test_what_fits_fits_everybody(world, most):
    planned_works, pairs, proposes = world
    works = works_of(planned_works)
    limits = Limits(min(4, most), most, 364)
    found = grow(works, edges_of(pairs, proposes=np.array(proposes, dtype=bool)), limits=limits)
    room = Room.of(works, Traits.of(works))
    assert len(set(found.members.tolist())) == len(found.members)
    for i in range(len(found)):
        inside = slice(found.offsets[i], found.offsets[i + 1])
        members = found.members[inside]
        assert 2 <= len(members) <= most
        assert len(set(works.organisation[members].tolist())) >= 2
        if not found.feasible[i]:
            assert found.slots.lacking_days[i] or found.too_long_days[i]
            assert found.score[i] == 0
            continue
        own, run = room.take(members), found.slots.run_start[inside]
        assert (run >= own.earliest).all()
        assert (run + own.days <= own.latest).all()
        assert (run >= found.slots.start[i]).all()
        assert (run + own.days <= found.slots.end[i]).all()
        assert found.slots.end[i] - found.slots.start[i] == own.days.max() <= 364
        shift = found.slots.shift_days[inside]
        assert ((shift == 0) == ((run >= own.least) & (run <= own.most))).all()


@given(worlds())
def test_no_other_slot_asks_less(world):
    """Every slot that serves all works asks at least as many days of shift."""
    works = works_of(world[0])
    room = Room.of(works, Traits.of(works))
    if (room.days > room.latest - room.earliest).any():
        return
    offsets = np.array([0, len(works)])
    slots = common_slots(room, offsets)
    longest = int(room.days.max())
    asked = []
    for start in range(int(room.earliest.min()), int(room.latest.max())):
        low = np.maximum(room.earliest, start)
        high = np.minimum(room.latest, start + longest) - room.days
        if (low <= high).all():
            shift = np.maximum(low - room.most, 0) + np.maximum(room.least - high, 0)
            asked.append(int(shift.sum()))
    assert bool(slots.feasible[0]) == bool(asked)
    if asked:
        assert int(np.abs(slots.shift_days).sum()) == min(asked)
