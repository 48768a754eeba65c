"""Every labelled case of tests/acceptance/bench: each rule finds all that it must, and no more."""

from __future__ import annotations

from copy import deepcopy
from functools import cache

import pytest

from spatial.rule import rules
from tests.acceptance.bench.running.cases import Case, read_cases
from tests.acceptance.bench.running.find import Found
from tests.acceptance.bench.running.known import read_known, stale, unknown_failures
from tests.acceptance.bench.running.match import Outcome, Run, judge, run
from tests.acceptance.bench.running.score import Score, by_rule
from tests.acceptance.bench.running.situations import seen

CASES = read_cases()
CODES = sorted({code for case in CASES for code in case["rules"]})


@cache
def ran() -> Run:
    return run(CASES)


def said(outcomes: list[Outcome]) -> str:
    return "\n".join(
        f"{o.case}: missed {list(o.missed)}, wrong {list(o.wrong)} {' '.join(o.faults)}"
        for o in outcomes
    )


@pytest.mark.parametrize("code", CODES)
def test_a_rule_finds_what_its_cases_ask_and_no_more(code: str) -> None:
    assert code in {rule.code for rule in rules()}, f"There is no rule {code}."
    mine = [o for o in ran().outcomes if o.rule == code]
    assert len(mine) == sum(code in case["rules"] for case in CASES)
    wrong = unknown_failures(mine, read_known())
    assert not wrong, said(wrong)


def test_precision_and_recall_are_one_but_for_the_misses_that_are_explained() -> None:
    known = read_known()
    explained = [o for o in ran().outcomes if (o.case, o.rule) not in known]
    scores = {"all": Score.of(explained)} | by_rule(explained)
    assert {code: (s.precision, s.recall) for code, s in scores.items()} == dict.fromkeys(
        scores, (1.0, 1.0)
    )


def test_an_explained_miss_is_a_miss_and_its_reason_a_sentence() -> None:
    known = read_known()
    assert stale(ran().outcomes, known) == []
    assert all(len(why.split()) > 8 for why in known.values())


def one_case() -> Case:
    (case,) = (c for c in CASES if c["id"] == "b01-minor-9-999")
    return deepcopy(case)


FOUND = Found("B01", frozenset("ab"), "2028-04-01 to 2028-05-31", {"distance_m": 9.9992}, None)


def outcome(case: Case, *found: Found) -> Outcome:
    (only,) = judge(seen(case), found, ["B01"])
    return only


@pytest.mark.parametrize(
    ("found", "passes"),
    [
        ([FOUND], True),
        ([], False),
        ([FOUND, Found("B01", frozenset("a"), FOUND.days, FOUND.measures, None)], False),
        ([Found("B01", frozenset("ab"), "2028-04-01 to 2028-05-30", FOUND.measures, None)], False),
        ([Found("B01", frozenset("ab"), FOUND.days, {"distance_m": 9.998}, None)], False),
        ([Found("B01", frozenset("ab"), FOUND.days, {}, None)], False),
    ],
)
def test_a_finding_matches_by_works_days_and_measures(found: list[Found], passes: bool) -> None:
    assert outcome(one_case(), *found).passed == passes


def test_what_is_barred_is_wrong_even_where_it_matches_an_entry() -> None:
    case = one_case()
    assert outcome(case, FOUND).passed
    case["absent"] = [{"rule": "B01", "works": ["a", "b"]}]
    assert not outcome(case, FOUND).passed


def test_a_text_that_reads_otherwise_than_its_label_fails_its_case() -> None:
    case = one_case()
    text = {"text": "mei 2028", "language": "nl"}
    days = {"first_day": case["works"]["a"]["period"]["first_day"], "last_day": "2028-05-31"}
    case["works"]["a"]["period"] = text | days
    assert outcome(case, FOUND).faults == (
        "period of a: 'mei 2028' reads as 2028-05-01 to 2028-05-31",
    )
