"""Which CRS a file is really in: every combination of what is said and what is seen."""

from __future__ import annotations

import numpy as np
import pytest
import shapely

from spatial.crs import decide, far_outside, parse, transform
from spatial.errors import CrsUnknown

LEIDEN_LONLAT = (4.4908, 52.1601)
LEIDEN_RD = (93_663.229, 463_926.982)
PARIS_LONLAT = (2.35, 48.86)
PARIS_LAMBERT = (652_000.0, 6_862_000.0)


def boxes(*places):
    return np.array([(x, y, x, y) for x, y in places])


def swapped(place):
    return place[::-1]


@pytest.mark.parametrize(
    ("declared", "place", "code", "how", "codes", "is_swapped"),
    [
        ("EPSG:28992", LEIDEN_RD, "28992", "declared", [], False),
        ("EPSG:4326", LEIDEN_LONLAT, "4326", "declared", [], False),
        ("OGC:CRS84", LEIDEN_LONLAT, "CRS84", "declared", [], False),
        ("EPSG:3857", (499_900, 6_830_000), "3857", "declared", [], False),
        ("EPSG:4326", LEIDEN_RD, "28992", "content", ["crs-contradicted"], False),
        ("OGC:CRS84", LEIDEN_RD, "28992", "content", ["crs-contradicted"], False),
        ("EPSG:28992", LEIDEN_LONLAT, "CRS84", "content", ["crs-contradicted"], False),
        ("EPSG:3857", LEIDEN_RD, "28992", "content", ["crs-contradicted"], False),
        ("EPSG:28992", (595_000, 5_780_000), "25831", "content", ["crs-contradicted"], False),
        ("EPSG:4326", swapped(LEIDEN_LONLAT), "4326", "declared", ["axes-swapped"], True),
        ("EPSG:28992", swapped(LEIDEN_RD), "28992", "declared", ["axes-swapped"], True),
        ("EPSG:4326", swapped(LEIDEN_RD), "28992", "content", ["crs-contradicted"], True),
        ("EPSG:28992", swapped(LEIDEN_LONLAT), "CRS84", "content", ["crs-contradicted"], True),
        ("EPSG:4326", PARIS_LONLAT, "4326", "declared", ["far-outside-region"], False),
        ("EPSG:2154", PARIS_LAMBERT, "2154", "declared", ["far-outside-region"], False),
        (None, LEIDEN_RD, "28992", "content", ["crs-from-content"], False),
        (None, LEIDEN_LONLAT, "CRS84", "content", ["crs-from-content"], False),
        (None, swapped(LEIDEN_RD), "28992", "content", ["crs-from-content"], True),
        (None, swapped(LEIDEN_LONLAT), "CRS84", "content", ["crs-from-content"], True),
        ("a system of our own", LEIDEN_RD, "28992", "content", ["crs-from-content"], False),
    ],
)
def test_what_a_file_says_against_where_it_lies(  # noqa: PLR0917  # a table of cases
    declared, place, code, how, codes, is_swapped
):
    decision = decide(declared, None, boxes(place), 28992)
    assert decision.crs.equals(parse(code))
    assert decision.how == how
    assert [fault.code for fault in decision.faults] == codes
    assert decision.swapped is is_swapped


@pytest.mark.parametrize(
    ("given", "declared", "place", "codes", "is_swapped"),
    [
        ("28992", None, LEIDEN_RD, [], False),
        ("28992", "EPSG:28992", LEIDEN_RD, [], False),
        ("28992", "EPSG:4326", LEIDEN_RD, ["crs-overridden"], False),
        ("4326", "OGC:CRS84", LEIDEN_LONLAT, [], False),
        ("4326", None, swapped(LEIDEN_LONLAT), ["axes-swapped"], True),
        ("28992", None, swapped(LEIDEN_RD), ["axes-swapped"], True),
        ("28992", None, LEIDEN_LONLAT, ["far-outside-region"], False),
    ],
)
def test_what_the_uploader_says_wins(given, declared, place, codes, is_swapped):
    decision = decide(declared, given, boxes(place), 28992)
    assert decision.crs.equals(parse(given))
    assert decision.how == "given"
    assert [fault.code for fault in decision.faults] == codes
    assert decision.swapped is is_swapped


def test_one_stray_of_three_is_not_called_most():
    places = (LEIDEN_RD, LEIDEN_RD, swapped(LEIDEN_RD))
    (fault,) = decide(None, "EPSG:28992", boxes(*places), 28992).faults
    assert fault.code == "far-outside-region"
    assert fault.reason["nl"].startswith("Een groot deel van de werken ligt")
    assert fault.reason["en"].startswith("A large part of the works lies")


def test_what_cannot_be_is_refused_and_the_likely_one_named():
    with pytest.raises(CrsUnknown, match=r"look like EPSG:28992 .*--source-crs|--source-crs"):
        decide(None, "EPSG:4326", boxes(LEIDEN_RD), 28992)
    with pytest.raises(CrsUnknown, match="28992"):
        decide(None, "EPSG:4326", boxes(LEIDEN_RD), 28992)


@pytest.mark.parametrize("place", [(12.5, 7_000.0), (5e9, 5e9), (-1_000_000.0, 300_000.0)])
def test_nothing_said_and_nothing_fits(place):
    with pytest.raises(CrsUnknown, match="--source-crs"):
        decide(None, None, boxes(place), 28992)


def test_a_file_without_places_is_what_it_says():
    assert decide("EPSG:4326", None, np.empty((0, 4)), 28992).how == "declared"
    with pytest.raises(CrsUnknown):
        decide(None, None, np.empty((0, 4)), 28992)


def test_what_the_format_prescribes_counts_where_the_file_is_silent():
    decision = decide(None, None, boxes(LEIDEN_LONLAT), 28992, default="OGC:CRS84")
    assert (decision.how, decision.crs) == ("default", parse("CRS84"))
    lying = decide(None, None, boxes(LEIDEN_RD), 28992, default="OGC:CRS84")
    assert (lying.how, [f.code for f in lying.faults]) == ("content", ["crs-contradicted"])


def test_a_few_stray_features_decide_nothing():
    places = [LEIDEN_RD] * 9 + [(0.0, 0.0), (np.nan, 3.0), (9e9, 9e9)]
    decision = decide("EPSG:28992", None, boxes(*places), 28992)
    assert decision.faults == ()


def test_a_place_just_outside_the_region_is_near():
    antwerp = (4.4, 51.22)
    assert decide("EPSG:4326", None, boxes(antwerp), 28992).faults == ()


def test_another_region_has_its_own_readings():
    decision = decide(None, None, boxes(PARIS_LAMBERT), 2154)
    assert decision.crs.to_epsg() == 2154
    assert decide("EPSG:4326", None, boxes(PARIS_LONLAT), 2154).faults == ()


def test_two_readings_are_not_chosen_between():
    # around (45, 45) longitude and latitude are the same in either order
    with pytest.raises(CrsUnknown, match=" or "):
        decide("EPSG:28992", None, boxes((45.0, 44.9)), 3857, region=(44, 44, 46, 46))


@pytest.mark.parametrize(
    ("declared", "place"),
    [
        ("EPSG:4326", LEIDEN_LONLAT),
        ("EPSG:4326", swapped(LEIDEN_LONLAT)),
        ("EPSG:4326", LEIDEN_RD),
        (None, swapped(LEIDEN_RD)),
        ("EPSG:28992", LEIDEN_RD),
    ],
)
def test_whatever_was_said_the_works_end_up_where_they_are(declared, place):
    file = np.array([shapely.Point(place), None], dtype=object)
    brought = decide(declared, None, shapely.bounds(file), 28992).bring(file, 28992)
    assert brought[1] is None
    assert shapely.distance(brought[0], shapely.Point(LEIDEN_RD)) < 0.01


def test_every_fault_speaks_both_languages():
    for declared, place in [
        ("EPSG:4326", LEIDEN_RD),
        (None, LEIDEN_RD),
        ("EPSG:4326", PARIS_LONLAT),
    ]:
        for fault in decide(declared, None, boxes(place), 28992).faults:
            assert set(fault.reason) == set(fault.remedy) == {"nl", "en"}
            assert fault.severity == "warning"


def test_far_outside_tells_which_rows():
    file = transform(
        np.array([shapely.Point(LEIDEN_LONLAT), shapely.Point(PARIS_LONLAT), None], dtype=object),
        "CRS84",
        28992,
    )
    assert far_outside(shapely.bounds(file), 28992, (3.2, 50.75, 7.22, 53.7)).tolist() == [
        False,
        True,
        False,
    ]
