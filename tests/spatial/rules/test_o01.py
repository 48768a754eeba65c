"""O01 one unit on either side of every threshold."""

import pytest
import shapely

from spatial.rule import ParameterRefused


@pytest.mark.parametrize(("start", "days"), [(0, 30), (29, 1), (30, None), (31, None)])
def test_shared_days(lines, start, days):
    """The last day counts, the next does not."""
    found = lines("O01").second(start=start, end=start + 40).find()
    if days is None:
        assert found is None
    else:
        assert found["shared_days"] == days
        assert (found["start"], found["end"]) == (start, 30)


@pytest.mark.parametrize(
    ("length", "finds"), [(24.0, False), (24.9, False), (24.999, False), (25.0, True), (25.1, True)]
)
def test_shared_length_m(lines, length, finds):
    found = lines("O01", length=length, offset=3.0).find()
    assert (found is not None) == finds
    if finds:
        assert found["shared_length_m"] == pytest.approx(length)
        assert found["shared_area_m2"] == 0


@pytest.mark.parametrize(
    ("offset", "finds"), [(9.999, True), (10.499, True), (10.5, True), (10.501, False)]
)
def test_a_line_shares_its_street_within_ten_metres_of_the_other_footprint(lines, offset, finds):
    """The footprint reaches half a metre from its line."""
    assert (lines("O01", offset=offset).find() is not None) == finds


@pytest.mark.parametrize(
    ("square_metres", "finds"), [(49.9, False), (49.999, False), (50.0, True), (50.1, True)]
)
def test_shared_area_m2(boxes, square_metres, finds):
    """Two areas 5 m wide; what they share in length is too little."""
    pair = boxes("O01", gap=-square_metres / 5, width=5.0)
    found = pair.find({"shared_length_m": 1_000})
    assert (found is not None) == finds
    if finds:
        assert found["shared_area_m2"] == pytest.approx(square_metres)


def test_touching_shares_no_area(boxes):
    assert boxes("O01", gap=0.0).find({"shared_length_m": 1_000, "shared_area_m2": 0.001}) is None


def test_two_areas_share_half_the_outline_of_both_widened_by_five_metres(boxes):
    found = boxes("O01", gap=-30.0, width=10.0).find()
    a, b = shapely.box(0, 0, 100, 10), shapely.box(70, 0, 200, 10)
    both = a.buffer(5, quad_segs=32).intersection(b.buffer(5, quad_segs=32))
    assert found["shared_length_m"] == pytest.approx(both.length / 2)


def test_a_point_shares_no_length(lines):
    point = shapely.Point(50, 0)
    pair = lines("O01").second(geometry=point, footprint=point.buffer(2.5))
    assert pair.find() is None


@pytest.mark.parametrize(
    ("change", "finds"),
    [
        ({}, True),
        ({"organisation": 1}, False),
        ({"organisation": 1, "department": 5}, False),
        ({"facility": "housing"}, False),
        ({"facility": "development"}, False),
        ({"facility": "unknown", "activity": "unknown"}, True),
        ({"activity": "survey"}, False),
        ({"excavation": "trenchless"}, False),
        ({"excavation": "none"}, False),
        ({"facility": "paving", "activity": "renew"}, True),
        ({"facility": "paving", "activity": "maintain"}, False),
        ({"facility": "trees", "activity": "redesign"}, True),
        ({"planning_status": "withdrawn"}, False),
        ({"planning_status": "completed"}, False),
        ({"planning_status": "idea"}, True),
    ],
)
def test_who_and_what(lines, change, finds):
    assert (lines("O01").second(**change).find() is not None) == finds


def test_departments_of_one_organisation_are_parties_where_both_are_named(lines):
    pair = lines("O01").first(department=4).second(organisation=1, department=5)
    assert pair.find() is not None
    assert pair.second(department=4).find() is None


def test_works_of_one_project_are_never_a_pair(lines):
    assert lines("O01").first(project=7).second(project=7).find() is None


def test_saving_eur_m2_and_trench_m_and_score(lines):
    """100 m of trench of 1.5 m at 100 euros: 15,000 of the 250,000 that give 100 points."""
    pair = lines("O01", offset=3.0)
    found = pair.find()
    assert found["saving_eur"] == pytest.approx(15_000)
    assert found["score"] == round(100 * 15 / 250 * 0.95 * 0.95, 1)
    assert pair.find({"saving_eur_m2": 200})["saving_eur"] == pytest.approx(30_000)
    assert pair.find({"trench_m": 3})["saving_eur"] == pytest.approx(30_000)


@pytest.mark.parametrize(("full", "share"), [(15_001, 15_000 / 15_001), (15_000, 1), (14_999, 1)])
def test_full_saving_eur(lines, full, share):
    pair = lines("O01", offset=3.0, planning_status="under_construction")
    assert pair.find({"full_saving_eur": full})["score"] == round(100 * share, 1)


@pytest.mark.parametrize(
    "parameters",
    [
        {"no_such": 1},
        {"shared_days": 0},
        {"shared_days": 1.5},
        {"shared_length_m": -1},
        {"shared_length_m": float("nan")},
        {"shared_length_m": True},
    ],
)
def test_wrong_parameters_are_refused(lines, parameters):
    with pytest.raises(ParameterRefused):
        lines("O01").find(parameters)
