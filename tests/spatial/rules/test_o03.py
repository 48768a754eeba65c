"""O03: three organisations in one street, one slot."""

import numpy as np
import pytest
import shapely

from spatial.bundle import grow
from spatial.bundle_groups import Edges
from spatial.finding import WideText, WorkText
from spatial.nuisance import ROAD_CLASS
from spatial.rule import ParameterRefused
from spatial.rules.o03_multi_party_bundle import RULE
from spatial.testing.making import Planned, works_of


def street(*organisations, days=30, **more):
    return works_of(
        [
            Planned(
                shapely.box(10 * n, 0, 10 * n + 20, 6),
                20_000,
                20_000 + days,
                n + 1,
                organisation,
                planning_status="under_construction",
                **more,
            )
            for n, organisation in enumerate(organisations)
        ]
    )


def found(works, parameters=None, score=10.0):
    n = len(works)
    rule = RULE.with_parameters(parameters or {})
    one = np.ones(n - 1)
    edges = Edges(
        np.arange(n - 1),
        np.arange(1, n),
        one > 0,
        one * score,
        one * 60.0,
        one * 100.0,
        one * 80.0,
    )
    return rule.hits(grow(works, edges, limits=rule.limits(), worth=rule.worth()), works)


@pytest.mark.parametrize(
    ("owners", "parameters", "n"),
    [
        ((1, 2, 3), {}, 1),
        ((1, 2, 1), {}, 0),
        ((1, 2, 1), {"organisations": 2}, 1),
        ((1, 2, 3), {"organisations": 4}, 0),
        ((1, 2, 3, 4), {"preferred_works": 3, "most_works": 3}, 1),
        ((1, 2, 3), {"most_days": 30}, 1),
        ((1, 2, 3), {"most_days": 29}, 0),
    ],
)
def test_how_many_organisations_and_days(owners, parameters, n):
    assert len(found(street(*owners), parameters)) == n


@pytest.mark.parametrize(
    ("preferred_works", "most_works", "size"),
    [(4, 8, 5), (4, 5, 5), (4, 4, 4), (3, 3, 3), (8, 2, 5)],
)
def test_how_many_works(preferred_works, most_works, size):
    sizes = {"preferred_works": preferred_works, "most_works": most_works}
    hits = found(street(1, 2, 3, 4, 5), sizes)
    assert np.diff(hits.offsets).max() == size


@pytest.mark.parametrize(
    ("parameters", "saving", "low", "high"),
    [
        # 2 times 150 m² of street; 2 times 80 m of trench of 1.5 m²; 60 of 90 days closed
        ({}, 55_800.0, 30_000.0, 217_200.0),
        ({"surface_eur_m2": 120}, 61_800.0, 30_000.0, 217_200.0),
        ({"surface_low_eur_m2": 50}, 55_800.0, 27_000.0, 217_200.0),
        ({"surface_high_eur_m2": 170}, 55_800.0, 30_000.0, 220_200.0),
        ({"trench_eur_m3": 55}, 58_200.0, 30_000.0, 217_200.0),
        ({"trench_low_eur_m3": 35}, 55_800.0, 32_400.0, 217_200.0),
        ({"trench_high_eur_m3": 90}, 55_800.0, 30_000.0, 219_600.0),
        ({"closure_eur_day": 300}, 58_800.0, 30_000.0, 217_200.0),
        ({"closure_low_eur_day": 110}, 55_800.0, 30_600.0, 217_200.0),
        ({"closure_high_eur_day": 2_000}, 55_800.0, 30_000.0, 187_200.0),
        ({"trench_m": 3.0}, 96_600.0, 54_000.0, 284_400.0),
        ({"trench_deep_m": 2.0}, 66_600.0, 36_000.0, 236_400.0),
    ],
)
def test_prices(parameters, saving, low, high):
    hits = found(street(1, 2, 3, road_impact="closed"), parameters)
    assert hits.measures["saving_eur"].tolist() == [saving]
    assert hits.measures["saving_low_eur"].tolist() == [low]
    assert hits.measures["saving_high_eur"].tolist() == [high]


@pytest.mark.parametrize(
    ("parameters", "score"),
    [({}, 8.2), ({"full_saving_eur": 40_800}, 100.0), ({"room_weight": 1.0}, 8.2)],
)
def test_score(parameters, score):
    assert found(street(1, 2, 3), parameters).score.tolist() == [score]


def test_room_weight_counts_only_where_somebody_moves():
    works = street(1, 2, 3).with_columns(start=np.array([20_000, 20_000, 20_030], dtype=np.int32))
    works = works.with_columns(
        end=works.start + 30,
        earliest=np.array([20_000, 20_000, 20_000], dtype=np.int32),
        latest=np.array([20_030, 20_030, 20_060], dtype=np.int32),
    )
    assert found(works).score.tolist() == [4.1]
    assert found(works, {"room_weight": 0.0}).score.tolist() == [8.2]
    assert found(works).measures["shift_days"].tolist() == [30.0]


@pytest.mark.parametrize("value", [float("nan"), -1.0, 100_001.0, float("inf"), True])
@pytest.mark.parametrize("name", [t.name for t in RULE.thresholds if "eur_" in t.name])
def test_a_price_that_is_none_is_refused(name, value):
    with pytest.raises(ParameterRefused):
        RULE.with_parameters({name: value})


@pytest.mark.parametrize(("n", "warns"), [(4, False), (5, True)])
def test_it_explains_itself(n, warns):
    hits = found(street(*range(1, n + 1)))
    works = tuple(
        WorkText(
            f"Werk {i}", f"Organisatie {i}", "sewer", "renew", 20_000, 20_030, "day", "committed"
        )
        for i in range(n)
    )
    measures = {name: float(column[0]) for name, column in hits.measures.items()}
    said = RULE.explain(WideText(works, int(hits.start[0]), int(hits.end[0]), measures, {}))
    assert said.nl.startswith(f"{n} organisaties")
    assert "Niemand hoeft te schuiven" in said.nl
    assert "Nobody has to move" in said.en
    assert ("aannemers" in said.nl) == warns
    assert ("bidders" in said.en) == warns
    assert "€" in said.nl


@pytest.mark.parametrize(
    "name", ["class_main", "class_distributor", "class_access", "class_path", "class_unknown"]
)
def test_classes_of_roads_are_a_setting(name):
    road = name.removeprefix("class_")
    assert RULE.road_classes()[road] == ROAD_CLASS[road]
    assert RULE.with_parameters({name: 3.0}).road_classes()[road] == 3.0
    with pytest.raises(ParameterRefused):
        RULE.with_parameters({name: 5.1})


def test_the_key_is_that_of_its_works():
    hits = found(street(1, 2, 3))
    again = found(street(1, 2, 3), score=50.0)
    assert hits.key.tolist() == again.key.tolist()
    assert hits.geometry[0].area == pytest.approx(40 * 6)
