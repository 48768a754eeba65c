"""B22 one unit on either side of every threshold."""

import pytest

LADDER = ("idea", "indicative", "provisional", "committed", "under_construction")
PAVING = {"facility": "paving", "activity": "renew"}
BUNDLE = {"accepted_bundle": 3}


@pytest.fixture
def hanging(boxes):
    """A sewer that is indicative and, 10 days later, paving above it that is committed."""

    def make(gap=-10.0, **changes):
        pair = boxes("B22", gap=gap, **changes)
        pair = pair.first(planning_status="indicative")
        return pair.second(**PAVING, start=40, end=70)

    return make


@pytest.mark.parametrize("one", LADDER)
@pytest.mark.parametrize("other", LADDER)
def test_steps(hanging, one, other):
    apart = abs(LADDER.index(one) - LADDER.index(other))
    pair = hanging().first(planning_status=one).second(planning_status=other)
    found = pair.find()
    assert (found is not None) == (apart >= 2)
    assert (pair.find({"steps": 1}) is not None) == (apart >= 1)
    assert (pair.find({"steps": 3}) is not None) == (apart >= 3)
    if found:
        assert found["steps_apart"] == apart
        assert found["first"] == (1 if LADDER.index(one) < LADDER.index(other) else 2)


@pytest.mark.parametrize("status", ["unknown", "completed", "withdrawn"])
def test_what_is_not_on_the_ladder(hanging, status):
    assert hanging().first(planning_status=status).find({"steps": 1}) is None
    assert hanging(**BUNDLE).first(planning_status=status).find({"steps": 1}) is None


@pytest.mark.parametrize(
    ("gap", "finds"), [(-1, False), (0, True), (364, True), (365, True), (366, False)]
)
def test_within_days(hanging, gap, finds):
    """Works that share a day have no order yet."""
    pair = hanging().second(start=30 + gap, end=60 + gap)
    found = pair.find()
    assert (found is not None) == finds
    assert (pair.find({"within_days": 400}) is not None) == (gap >= 0)
    if found:
        assert (found["start"], found["end"]) == (0, 60 + gap)


def test_in_one_bundle_the_works_may_share_days(hanging):
    found = hanging(**BUNDLE).second(start=20, end=50).find()
    assert (found["start"], found["end"]) == (20, 30)


@pytest.mark.parametrize(
    ("name", "one", "other"),
    [
        ("rank_relocation", ("water", "relocate"), ("sewer", "renew")),
        ("rank_sewer", ("sewer", "renew"), ("heat", "new")),
        ("rank_heat", ("heat", "new"), ("water", "renew")),
        ("rank_water_gas", ("gas", "renew"), ("electricity", "renew")),
        ("rank_cables", ("telecom", "new"), ("paving", "renew")),
        ("rank_paving", ("road", "renew"), ("green", "new")),
        ("rank_green", ("trees", "renew"), ("public_space", "redesign")),
    ],
)
def test_one_must_have_to_precede_the_other(hanging, name, one, other):
    pair = hanging().first(facility=one[0], activity=one[1])
    pair = pair.second(facility=other[0], activity=other[1])
    assert pair.find() is not None
    rank = {
        "sewer": 1.0,
        "heat": 2.0,
        "water": 3.0,
        "electricity": 4.0,
        "paving": 5.0,
        "green": 6.0,
        "public_space": 5.0,
    }[other[0]]
    assert pair.find({name: rank}) is None
    assert pair.find({name: rank + 1})["soft_goes_first"] == 0
    assert pair.find({name: rank - 1})["soft_goes_first"] == 1


@pytest.mark.parametrize(
    ("change", "finds"),
    [
        ({}, True),
        ({"facility": "sewer"}, False),
        ({"facility": "unknown"}, False),
        ({"activity": "survey"}, False),
        ({"facility": "trees", "activity": "renew"}, True),
        ({"excavation": "trenchless"}, True),
        ({"organisation": 1}, False),
    ],
)
def test_who_and_what(hanging, change, finds):
    assert (hanging().second(**change).find() is not None) == finds


@pytest.mark.parametrize(
    ("length", "finds"), [(24.0, False), (24.999, False), (25.0, True), (26.0, True)]
)
def test_shared_length_m(lines, length, finds):
    pair = lines("B22", length=length, offset=3.0).first(planning_status="idea")
    pair = pair.second(**PAVING, start=40, end=70)
    assert (pair.find() is not None) == finds
    assert pair.find({"shared_length_m": 20}) is not None


@pytest.mark.parametrize(
    ("square_metres", "finds"), [(49.0, False), (49.999, False), (50.0, True), (51.0, True)]
)
def test_shared_area_m2(boxes, square_metres, finds):
    pair = boxes("B22", gap=-square_metres / 5, width=5.0)
    pair = pair.first(planning_status="idea").second(**PAVING, start=40, end=70)
    assert (pair.find({"shared_length_m": 1_000}) is not None) == finds
    assert pair.find({"shared_length_m": 1_000, "shared_area_m2": 40}) is not None


@pytest.mark.parametrize(
    ("gap", "finds"), [(0.0, True), (49.999, True), (50.0, True), (50.001, False), (51.0, False)]
)
def test_bundle_m(hanging, gap, finds):
    """In one accepted bundle the street need not be shared, nor the ranks differ."""
    pair = hanging(gap, **BUNDLE).second(facility="sewer")
    found = pair.find()
    assert (found is not None) == finds
    assert (pair.find({"bundle_m": 40}) is not None) == (gap <= 40)
    assert pair.second(accepted_bundle=4).find() is None
    assert pair.second(accepted_bundle=-1).find() is None
    if finds:
        assert found["one_bundle"] == 1


@pytest.mark.parametrize(("gap", "finds"), [(1_825, True), (1_826, True), (1_827, False)])
def test_bundle_days(hanging, gap, finds):
    pair = hanging(**BUNDLE).second(start=30 + gap, end=60 + gap)
    assert (pair.find() is not None) == finds
    assert pair.find({"bundle_days": 2_000}) is not None
    assert pair.second(accepted_bundle=4).find() is None


@pytest.mark.parametrize(("base", "score"), [(39.0, 17.1), (40.0, 17.5), (41.0, 17.9)])
def test_base_score(hanging, base, score):
    """Three steps of four make 0.875, and p is a half."""
    pair = hanging().second(planning_status="under_construction")
    assert pair.find({"base_score": base})["score"] == score


@pytest.mark.parametrize(("full", "score"), [(2.0, 20.0), (3.0, 20.0), (4.0, 17.5), (6.0, 15.0)])
def test_full_steps(hanging, full, score):
    pair = hanging().second(planning_status="under_construction")
    assert pair.find({"full_steps": full})["score"] == score


def test_it_says_which_firm_plan_hangs_on_which_soft_one(hanging):
    said = hanging().said()
    assert said.title_nl == "Hard plan hangt aan zacht plan: Werk 1 en Werk 2"
    assert "‘Werk 2’ van Partij 2 is definitief en hangt aan ‘Werk 1’ van Partij 1" in said.nl
    assert "dat indicatief is: 2 stappen verschil" in said.nl
    assert "het zachte plan hoort eerst te gaan" in said.nl
    assert "van 1 januari 1970 t/m 11 maart 1970" in said.nl
    assert "is committed and hangs on ‘Werk 1’ by Partij 1, which is indicative" in said.en
    assert "the soft plan should go first" in said.en
    other = hanging().first(planning_status="committed").second(planning_status="idea").said()
    assert "het harde plan hoort eerst te gaan" in other.nl
    assert "the firm plan should go first" in other.en
    bundled = hanging(**BUNDLE).said()
    assert "in één aanvaarde bundel" in bundled.nl
    assert "in one accepted bundle" in bundled.en
