"""The engine against a loop over all pairs, and the laws that any detection keeps."""

from dataclasses import replace

import numpy as np
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from spatial.detect import detect, solutions
from spatial.rule import rules
from spatial.testing.asserts import assert_drawable
from spatial.testing.making import Planned, works_of
from spatial.testing.oracle import expected
from spatial.testing.strategies import streets

EXAMPLES = 120
CODES = ("O01", "O02", "B01", "B02")
"""The rules of which the oracle beside this test knows."""


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
@given(streets())
def test_the_engine_finds_what_a_loop_over_all_pairs_finds(planned):
    wanted = {(e.code, e.first, e.second): e for e in expected(planned)}
    got = found(planned, rules=[r for r in rules() if r.code in CODES])
    assert set(got) == set(wanted)
    for key, (start, end, score, measures) in got.items():
        e = wanted[key]
        assert (start, end) == (e.start, e.end), key
        assert abs(score - e.score) <= 0.0501, (key, score, e.score)
        for name, value in e.measures.items():
            # The oracle's lengths come from buffers, a millimetre short; a millimetre is 15 cents.
            tolerance = 0.2 if name == "saving_eur" else 2e-3
            assert abs(measures[name] - value) < tolerance, (key, name)


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
    solves = {rule.code: rule.solves for rule in rules()}
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
