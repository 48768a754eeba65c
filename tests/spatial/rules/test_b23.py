"""B23 one unit on either side of every threshold."""

import numpy as np
import pytest
from shapely import box

from spatial.context import objects
from spatial.testing.making import Planned
from spatial.testing.surroundings import find, organisations_of

TODAY = 10_000
PARTIES = organisations_of({1: "municipality", 2: "network_operator"})


def work(number=1, organisation=1, start=TODAY + 100, **changes):
    given = {"accepted_bundle": 3, "planning_status": "under_construction", **changes}
    shape = box(10 * number, 0, 10 * number + 5, 5)
    return Planned(shape, start, start + 30, number=number, organisation=organisation, **given)


def moments(*rows):
    """Rows of (organisation, day, decided)."""
    return {
        "decision_moments": objects(
            "decision_moments",
            [None] * len(rows),
            organisation_key=[r[0] for r in rows],
            decided_on=[r[1] for r in rows],
            is_decided=[r[2] for r in rows],
            document=["programme_budget"] * len(rows),
        )
    }


def signs(*rows):
    """Rows of (organisation, mandate)."""
    return {
        "signatures": objects(
            "signatures",
            [None] * len(rows),
            organisation_key=[r[0] for r in rows],
            signer=["wethouder"] * len(rows),
            mandate=[r[1] for r in rows],
        )
    }


def found_in(context, works=None, parameters=None, judged=None):
    works = [work()] if works is None else works
    known = {"as_of": TODAY, "organisations": PARTIES}
    return find("B23", works, context, parameters, judged, **known)


@pytest.mark.parametrize(
    ("day", "decided", "finds"),
    [
        (TODAY - 1, False, True),
        (TODAY, False, False),
        (TODAY + 14, False, False),
        (TODAY - 1, True, False),
    ],
)
def test_a_moment_that_passed_without_a_decision(day, decided, finds):
    assert bool(found_in(moments((1, day, decided)))) == finds


@pytest.mark.parametrize(("mandate", "finds"), [("", True), ("B&W 2027-114", False)])
def test_a_signature_without_a_mandate(mandate, finds):
    assert bool(found_in(signs((1, mandate)))) == finds


@pytest.mark.parametrize(
    ("change", "finds"),
    [
        ({}, True),
        ({"accepted_bundle": -1}, False),
        ({"organisation": 2}, False),
        ({"planning_status": "withdrawn"}, False),
        ({"planning_status": "completed"}, False),
        ({"start": TODAY - 29}, True),
        ({"start": TODAY - 30}, False),
    ],
)
def test_works_that_wait_for_it(change, finds):
    assert bool(found_in(signs((1, "")), [work(**change)])) == finds


def test_one_finding_for_each_organisation_and_reason():
    both = moments((1, TODAY - 10, False), (1, TODAY - 90, False)) | signs((1, ""), (2, ""))
    works = [work(2), work(1), work(3, 2)]
    found = found_in(both, works)
    told = [(f["key"].split(":")[1], f["works"], f["subject"][-1]) for f in found]
    assert told == [("decision", [1, 2], 2), ("mandate", [1, 2], 2), ("mandate", [3], 3)]
    only = found_in(both, works, judged=np.array([False, True]))
    assert [f["key"] for f in only] == [found[2]["key"]]


@pytest.mark.parametrize(("base", "score"), [(84.0, 84.0), (85.0, 85.0), (86.0, 86.0)])
def test_base_score(base, score):
    found = found_in(signs((1, "")), parameters={"base_score": base, "full_works": 1})
    assert found[0]["score"] == score


@pytest.mark.parametrize(("full", "score"), [(1, 85.0), (2, 63.8), (5, 51.0)])
def test_full_works(full, score):
    found = found_in(signs((1, "")), parameters={"full_works": full})
    assert found[0]["score"] == pytest.approx(score, abs=0.06)


def test_it_says_who_must_decide_and_who_lacks_a_mandate():
    decision, mandate = found_in(moments((1, TODAY - 10, False)) | signs((1, "")))
    assert decision["said"].title_nl == "Besluit ontbreekt: Partij 1"
    assert "Partij 1 moest bij de begroting vóór 9 mei 1997 besluiten" in decision["said"].nl
    assert "had to decide with the programme budget before 9 May 1997" in decision["said"].en
    assert mandate["said"].title_en == "Mandate missing: Partij 1"
    assert "voor wethouder is geen besluit bekend" in mandate["said"].nl
    assert "no decision is known for wethouder" in mandate["said"].en
    assert "‘Werk 1’ van Partij 1" in mandate["said"].nl


def test_either_layer_and_a_day_are_needed():
    assert not find("B23", [work()], {}, as_of=TODAY, organisations=PARTIES)
    assert not find("B23", [work()], signs((1, "")), organisations=PARTIES)
