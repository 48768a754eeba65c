"""Rules over pairs that also see what is no work: B14 existing pipes, O15 development sites."""

from __future__ import annotations

from typing import Any

import pytest


@pytest.fixture
def surrounded(worlds: type[Any], connection: Any, settings: Any) -> Any:
    """A world with a water pipe along the street and a site beside it."""
    world = worlds(connection, settings, all_rules=True)
    world.surround()
    return world


def told(world: Any, rule: str) -> list[tuple[int, bool, str]]:
    """Works, whether there is an object, and the state of each finding of a rule."""
    rows = [row for row in world.findings() if row.rule == rule]
    return sorted((len(r.work_ids), r.subject_id is not None, r.state) for r in rows)


def test_pairs_and_pipes_give_findings_side_by_side(surrounded: Any) -> None:
    heat = surrounded.work("warmte", facility="heat", activity="new")
    water = surrounded.work("water", facility="water", y=1.2)
    surrounded.refresh(heat, water)
    assert told(surrounded, "B14") == [(1, True, "new"), (2, False, "new")]
    for row in surrounded.findings():
        if row.rule == "B14":
            existing = "bestaande drinkwaterleiding" in row.explanation_nl
            assert existing == (len(row.work_ids) == 1)
    surrounded.assert_full_run_writes_nothing()

    surrounded.change(water, withdrawn=True)
    surrounded.refresh(water)
    assert told(surrounded, "B14") == [(1, True, "new"), (2, False, "resolved")]
    surrounded.change(heat, facility="telecom")
    surrounded.refresh(heat)
    assert {state for *_, state in told(surrounded, "B14")} == {"resolved"}
    surrounded.assert_full_run_writes_nothing()


def test_a_site_gathers_the_works_beside_it(surrounded: Any) -> None:
    one = surrounded.work("water", facility="water")
    surrounded.refresh(one)
    other = surrounded.work("energie", facility="electricity", y=3.0)
    plot = surrounded.work("bouwer", facility="development", activity="new", y=9.0)
    surrounded.refresh(other, plot)
    assert told(surrounded, "O15") == [(2, False, "new"), (2, False, "new"), (2, True, "new")]
    surrounded.assert_full_run_writes_nothing()

    surrounded.change(other, withdrawn=True)
    surrounded.refresh(other)
    assert (1, True) in {found[:2] for found in told(surrounded, "O15")}
    surrounded.assert_full_run_writes_nothing()
