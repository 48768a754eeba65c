"""The engine against a loop over all pairs, and the laws that any detection keeps."""

import ast
from dataclasses import replace
from itertools import combinations
from pathlib import Path

import numpy as np
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from spatial.detect import detect, solutions
from spatial.rule import PairRule, rules
from spatial.testing.asserts import assert_drawable
from spatial.testing.making import Planned, works_of
from spatial.testing.strategies import lanes, streets
from tests.oracle.grid import near_pairs
from tests.oracle.measures import distance_m
from tests.oracle.pairs import CODES, expected
from tests.side_by_side import differences, plans_of

EXAMPLES = 120


def found(planned, **options):
    """Findings keyed by rule and the numbers of both works, with all that they say."""
    works = works_of(planned)
    findings = detect(works, threads=1, **options)
    table = {}
    for n in range(len(findings)):
        first, second = planned[findings.first[n]].number, planned[findings.second[n]].number
        measures = {
            k: round(float(v[n]), 5) for k, v in findings.measures.items() if not np.isnan(v[n])
        }
        key = (findings.codes[findings.rule[n]], first, second)
        assert key not in table
        table[key] = (
            int(findings.start[n]),
            int(findings.end[n]),
            float(findings.score[n]),
            measures,
        )
    return table


@settings(max_examples=2 * EXAMPLES, deadline=None)
@given(streets() | lanes())
def test_the_engine_finds_what_a_loop_over_all_pairs_finds(planned):
    works = works_of(planned)
    pair_rules = [rule for rule in rules() if rule.code in CODES]
    findings = detect(works, rules=pair_rules, threads=1)
    assert differences(findings, expected(plans_of(works))) == []


def test_the_oracle_knows_every_rule_over_pairs():
    assert {rule.code for rule in rules() if isinstance(rule, PairRule)} == CODES


def test_the_oracle_shares_no_code_with_the_engine():
    files = sorted((Path(__file__).parents[1] / "oracle").glob("*.py"))
    trees = [node for file in files for node in ast.walk(ast.parse(file.read_text("utf-8")))]
    imported = {n.module for n in trees if isinstance(n, ast.ImportFrom)}
    imported |= {a.name for n in trees if isinstance(n, ast.Import) for a in n.names}
    own = {name for name in imported if name.startswith("tests.oracle")}
    assert len(files) > 3
    assert imported - own == {
        "__future__",
        "collections",
        "collections.abc",
        "dataclasses",
        "fractions",
        "functools",
        "itertools",
        "math",
        "shapely",
        "shapely.geometry.base",
        "typing",
    }


@settings(max_examples=EXAMPLES, deadline=None)
@given(streets(), st.sampled_from((1.0, 7.0, 50.0)))
def test_the_grid_of_the_oracle_loses_no_pair(planned, reach_m):
    plans = plans_of(works_of(planned))
    near = {
        (i, j)
        for i, j in combinations(range(len(plans)), 2)
        if distance_m(plans[i], plans[j]) <= reach_m
    }
    assert near <= near_pairs(plans, reach_m)


def test_a_dig_is_never_advanced_by_less_than_nothing():
    """By its first period and its duration B would end before A does; its second comes after."""
    street = shapely.box(0, 0, 30, 6)
    paving = Planned(
        street, 0, 100, number=1, organisation=1, facility="paving", activity="redesign"
    )
    dig = Planned(
        street,
        20,
        160,
        number=2,
        organisation=2,
        facility="water",
        duration_days=10,
        periods=((20, 40), (120, 160)),
    )
    findings = detect(works_of([paving, dig]), rules=[r for r in rules() if r.code == "O06"])
    assert findings.measures["shift_days"].tolist() == [0.0]


@settings(max_examples=EXAMPLES, deadline=None)
@given(streets(), st.randoms())
def test_the_order_of_works_changes_nothing(planned, random):
    shuffled = random.sample(planned, len(planned))
    assert found(shuffled) == found(planned)


@settings(max_examples=EXAMPLES, deadline=None)
@given(streets(), st.integers(-4_000, 4_000), st.integers(-500, 500))
def test_shifting_all_works_in_space_and_time_keeps_all_findings(planned, days, metres):
    def moved(w: Planned) -> Planned:
        def there(g):
            return shapely.transform(g, lambda xy: xy + np.array([metres, 2 * metres]))

        return replace(
            w,
            geometry=there(w.geometry),
            footprint=there(w.footprint),
            start=w.start + days,
            end=w.end + days,
            earliest=w.earliest + days if w.earliest > -(2**31) else w.earliest,
            latest=w.latest + days if w.latest > -(2**31) else w.latest,
            periods=tuple((s + days, e + days) for s, e in w.periods),
        )

    there = {
        k: (s - days, e - days, score)
        for k, (s, e, score, _) in found([moved(w) for w in planned]).items()
    }
    assert there == {k: v[:3] for k, v in found(planned).items()}


@settings(max_examples=EXAMPLES, deadline=None)
@given(streets())
def test_a_far_work_changes_nothing(planned):
    far = replace(
        planned[0],
        number=999,
        project=999,
        organisation=9,
        geometry=shapely.box(900, 900, 990, 990),
        footprint=shapely.box(900, 900, 990, 990),
    )
    assert found([far, *planned]) == found(planned)


@settings(max_examples=EXAMPLES, deadline=None)
@given(streets(), st.sets(st.integers(0, 11)))
def test_a_run_on_changed_works_is_the_full_run_restricted(planned, changed):
    focus = np.array([n in changed for n in range(len(planned))])
    numbers = {w.number for w, f in zip(planned, focus, strict=True) if f}
    full = found(planned)
    restricted = {k: v for k, v in full.items() if {k[1], k[2]} & numbers}
    assert found(planned, focus=focus) == restricted


@settings(max_examples=EXAMPLES, deadline=None)
@given(streets())
def test_every_finding_can_be_drawn(planned):
    for geometry in detect(works_of(planned), threads=1).geometry:
        assert_drawable(geometry)


@settings(max_examples=EXAMPLES, deadline=None)
@given(streets())
def test_an_opportunity_solves_the_bottlenecks_of_its_pair(planned):
    findings = detect(works_of(planned), threads=1)
    subject = [
        frozenset(p) for p in zip(findings.first.tolist(), findings.second.tolist(), strict=True)
    ]
    code = [findings.codes[r] for r in findings.rule]
    solves = {r.code: r.solves for r in rules() if isinstance(r, PairRule)}
    wanted = {
        (i, j)
        for i in range(len(findings))
        for j in range(len(findings))
        if code[j] in solves[code[i]] and subject[i] == subject[j]
    }
    opportunities, bottlenecks = solutions(findings)
    assert set(zip(opportunities.tolist(), bottlenecks.tolist(), strict=True)) == wanted
    assert len(opportunities) == len(wanted)


def test_no_works_give_no_findings():
    findings = detect(works_of([]))
    assert len(findings) == 0
    assert [len(x) for x in solutions(findings)] == [0, 0]


def test_threads_change_nothing():
    planned = [
        Planned(shapely.box(x, 0, x + 30, 10), 0, 30, number=n + 1, organisation=n)
        for n, x in enumerate(range(0, 300, 10))
    ]
    works = works_of(planned)
    one, two = detect(works, threads=1), detect(works, threads=2)
    assert one.first.tolist() == two.first.tolist()
    assert one.score.tolist() == two.score.tolist()


def test_stages_are_told():
    told = {}
    detect(works_of([]), on_stage=told.__setitem__)
    assert {"derive", "candidates", "costly facts", "collect"} <= set(told)
