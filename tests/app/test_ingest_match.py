"""Which row is which stored work: the order of the clues, and what always holds."""

from __future__ import annotations

import numpy as np
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st

from app.projects.shapes import keys, objects
from app.uploads.match import NEW, Side, match

LINE = shapely.LineString([(0, 0), (100, 0)])
NEAR = shapely.LineString([(10, 0), (110, 0)])
FAR = shapely.LineString([(0, 500), (100, 500)])


def side(*works, standing=None):
    """Works as (project, part, line, period)."""
    geometry = objects([w[2] for w in works])
    return Side(
        [w[0] for w in works],
        [w[1] for w in works],
        keys(geometry),
        [w[3] for w in works],
        shapely.buffer(geometry, 1.0),
        np.array(standing if standing is not None else [True] * len(works), dtype=np.bool_),
    )


@pytest.mark.parametrize(
    ("row", "stored", "expected"),
    [
        pytest.param(("p", "", LINE, 1), ("p", "", LINE, 1), 0, id="the same"),
        pytest.param(("p", "", LINE, 1), ("p", "", LINE, 2), 0, id="same place, other period"),
        pytest.param(
            ("p", "", LINE, 1), ("p", "", NEAR, 1), 0, id="same period, most of the place"
        ),
        pytest.param(("p", "", LINE, 1), ("p", "", NEAR, 2), 0, id="moved in place and time"),
        pytest.param(("p", "", LINE, 1), ("p", "", FAR, 1), 0, id="same period, elsewhere"),
        pytest.param(("p", "", LINE, 1), ("q", "", LINE, 1), NEW, id="another project"),
        pytest.param(("p", "a", LINE, 1), ("p", "a", FAR, 2), 0, id="same part, all else moved"),
        pytest.param(("p", "a", LINE, 1), ("p", "", FAR, 2), NEW, id="a part, all else moved"),
        pytest.param(("p", "a", LINE, 1), ("p", "b", LINE, 1), NEW, id="another part"),
        pytest.param(("p", "a", LINE, 1), ("p", "", LINE, 1), 0, id="parts are new in the file"),
        pytest.param(("p", "", LINE, 1), ("p", "b", LINE, 1), 0, id="parts are left out"),
    ],
)
def test_one_row(row, stored, expected):
    assert match(side(row), side(stored)).tolist() == [expected]


@pytest.mark.parametrize(("shift", "expected"), [(34, NEW), (33, 0)])
def test_half_of_the_larger_footprint_must_be_shared(shift, expected):
    wide = shapely.box(0, 0, 100, 2)
    moved = shapely.box(shift + 17, 0, shift + 117, 2)
    more = shapely.box(0, 900, 1, 901)  # a second new row, so that nothing is left to pair up
    rows = side(("p", "", wide, 1), ("p", "", more, 3))
    stored = side(("p", "", moved, 1))
    flat = [Side(s.project, s.part, s.shape, s.period, objects(g), s.standing)
            for s, g in ((rows, [wide, more]), (stored, [moved]))]  # fmt: skip
    assert match(*flat).tolist() == [expected, NEW]


def test_what_is_left_is_one_work_only_where_it_is_one_on_either_side():
    two_rows = side(("p", "", LINE, 1), ("p", "", NEAR, 2))
    assert match(two_rows, side(("p", "", FAR, 3))).tolist() == [NEW, NEW]
    assert match(side(("p", "", FAR, 3)), two_rows).tolist() == [NEW]
    gone = side(("p", "", FAR, 3), standing=[False])
    assert match(side(("p", "", LINE, 1)), gone).tolist() == [NEW]
    assert match(two_rows, side(("p", "", LINE, 1), ("p", "", FAR, 3))).tolist() == [0, 1]


def test_same_period_goes_before_other_period_at_the_same_place():
    stored = side(("p", "", LINE, 2), ("p", "", LINE, 1))
    assert match(side(("p", "", LINE, 1)), stored).tolist() == [1]


def test_a_standing_work_goes_before_a_withdrawn_one():
    stored = side(("p", "", LINE, 1), ("p", "", LINE, 1), standing=[False, True])
    assert match(side(("p", "", LINE, 1)), stored).tolist() == [1]


def test_the_direction_of_a_line_makes_no_other_work():
    back = shapely.LineString([(100, 0), (0, 0)])
    assert match(side(("p", "", back, 5)), side(("p", "", LINE, 1))).tolist() == [0]


work = st.tuples(
    st.sampled_from("pq"),
    st.sampled_from(["", "", "a", "b"]),
    st.sampled_from([LINE, NEAR, FAR]),
    st.integers(1, 3),
)


@given(st.lists(work, max_size=8), st.lists(work, max_size=8))
def test_each_stored_work_is_given_away_once_and_within_its_project(rows, stored):
    found = match(side(*rows), side(*stored)).tolist()
    given_away = [j for j in found if j != NEW]
    assert len(given_away) == len(set(given_away))
    for i, j in enumerate(found):
        if j != NEW:
            assert rows[i][0] == stored[j][0]
            assert not rows[i][1] or stored[j][1] in {"", rows[i][1]}


@given(st.lists(work, max_size=8, unique_by=lambda w: (w[0], w[1], w[2].wkb, w[3])))
def test_the_same_list_again_matches_itself(works):
    found = match(side(*works), side(*works)).tolist()
    assert NEW not in found
    for i, j in enumerate(found):
        assert works[i][2] == works[j][2]
        assert works[i][3] == works[j][3]
