"""After any sequence of changes the findings are those of a full run on a copy.

A hypothesis state machine adds, edits, withdraws and restores works along one
street, changes parameters, judges findings, and after every step compares what
is stored with a detection of all works that starts from nothing; a full run on
top must find nothing to write.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING, Any
from uuid import UUID

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    Bundle,
    RuleBasedStateMachine,
    consumes,
    invariant,
    multiple,
    rule,
    run_state_machine_as_test,
)
from sqlalchemy import select

from app.findings.detect_all import detect_everything
from app.findings.parameters import set_parameters
from app.settings import Settings
from app.tables import works as works_table

if TYPE_CHECKING:
    from sqlalchemy import Engine

OWNERS = ("gemeente", "water", "energie")
MONTHS = [f"{year}-{month:02}" for year in range(2027, 2033) for month in (1, 4, 7, 10)]

places = st.fixed_dictionaries(
    {
        "x": st.sampled_from([0.0, 40.0, 90.0, 97.0, 300.0]),
        "y": st.sampled_from([0.0, 2.0, 8.0, 14.0, 19.0]),
        "length": st.sampled_from([20.0, 60.0, 100.0]),
    }
)
kinds = st.fixed_dictionaries(
    {
        "facility": st.sampled_from(["sewer", "water", "paving", "heat", "unknown"]),
        "activity": st.sampled_from(["renew", "redesign", "urgent_repair", "unknown"]),
    }
)
plans = st.tuples(st.sampled_from(MONTHS), st.sampled_from(MONTHS)).map(sorted)
details = st.one_of(
    st.fixed_dictionaries({"title": st.sampled_from(["A", "B"])}),
    st.fixed_dictionaries({"planning_status": st.sampled_from(["idea", "committed"])}),
    st.fixed_dictionaries({"precision": st.sampled_from(["day", "year"])}),
    st.fixed_dictionaries({"road_impact": st.sampled_from(["closed", "unknown"])}),
    st.fixed_dictionaries({"visibility": st.sampled_from(["public", "partners", "own"])}),
    st.fixed_dictionaries({"counts": st.booleans()}),
    st.fixed_dictionaries({"duration_days": st.sampled_from([None, 10, 400])}),
)


class Machine(RuleBasedStateMachine):
    """Changes of works, each in the way an upload, an edit or an undo makes them."""

    works: Bundle[UUID] = Bundle("works")
    engine: Engine
    world_of: Callable[..., Any]

    def __init__(self) -> None:
        super().__init__()
        self.stack = ExitStack()
        connection = self.stack.enter_context(self.engine.connect())
        self.stack.callback(connection.begin().rollback)
        self.world = self.world_of(connection, Settings(home=Path("/nonexistent")), all_rules=True)
        self.world.surround()
        self.before: dict[UUID, dict[str, Any]] = {}

    def teardown(self) -> None:
        self.stack.close()

    def _remember(self, *ids: UUID) -> None:
        """Keep the works as they are now, for an undo."""
        rows = self.world.connection.execute(select(works_table).where(works_table.c.id.in_(ids)))
        keep = {"id", "key", "version", "updated_at"}
        self.before = {
            row.id: {k: v for k, v in row._asdict().items() if k not in keep} for row in rows
        }

    @rule(
        target=works,
        rows=st.lists(
            st.tuples(st.sampled_from(OWNERS), places, kinds, plans), min_size=1, max_size=4
        ),
    )
    def upload(self, rows: list[tuple[str, dict[str, float], dict[str, str], list[str]]]) -> Any:
        ids = [
            self.world.work(owner, f"{first}-01", f"{last}-20", **place, **kind)
            for owner, place, kind, (first, last) in rows
        ]
        self.world.refresh(*ids)
        self.before = {}
        return multiple(*ids)

    @rule(work=works, place=places)
    def move(self, work: UUID, place: dict[str, float]) -> None:
        self._remember(work)
        self.world.move(work, **place)
        self.world.refresh(work)

    @rule(work=works, plan=plans)
    def replan(self, work: UUID, plan: list[str]) -> None:
        self._remember(work)
        self.world.plan(work, f"{plan[0]}-01", f"{plan[1]}-20")
        self.world.refresh(work)

    @rule(ids=st.lists(works, min_size=1, max_size=3, unique=True), values=details)
    def upload_again(self, ids: list[UUID], values: dict[str, Any]) -> None:
        self._remember(*ids)
        for work in ids:
            self.world.change(work, **values)
        self.world.refresh(*ids)

    @rule(work=consumes(works))
    def withdraw(self, work: UUID) -> None:
        self._remember(work)
        self.world.change(work, withdrawn=True)
        self.world.refresh(work)

    @rule(target=works)
    def undo(self) -> Any:
        """Put back what the last change replaced; a work that was withdrawn can be edited again."""
        was_withdrawn = set(
            self.world.connection.scalars(
                select(works_table.c.id).where(
                    works_table.c.id.in_(self.before), works_table.c.withdrawn
                )
            )
        )
        for work, values in self.before.items():
            self.world.change(work, **values)
        self.world.refresh(*self.before)
        self.before = {}
        return multiple(*sorted(was_withdrawn))

    @rule(
        length_m=st.sampled_from([10, 25, 60]),
        gap_days=st.sampled_from([100, 1826]),
        area_m2=st.sampled_from([0, 3, 100]),
    )
    def set_parameters(self, length_m: int, gap_days: int, area_m2: int) -> None:
        parameters = {
            "O01": {"shared_length_m": length_m},
            "O02": {"gap_days": gap_days},
            "B02": {"shared_area_m2": area_m2},
        }
        set_parameters(self.world.connection, parameters)
        detect_everything(self.world.connection, self.world.settings)

    @rule(data=st.data(), state=st.sampled_from(["to_assess", "confirmed", "rejected"]))
    def judge(self, data: st.DataObject, state: str) -> None:
        open_ = [f.id for f in self.world.findings() if f.state != "resolved"]
        if open_:
            self.world.judge(data.draw(st.sampled_from(sorted(open_))), state)

    @invariant()
    def findings_are_those_of_a_copy(self) -> None:
        self.world.assert_like_a_copy()

    @invariant()
    def a_full_run_has_nothing_to_write(self) -> None:
        self.world.assert_full_run_writes_nothing()


@pytest.fixture
def machine(shared_engine: Engine, worlds: Any) -> type[Machine]:
    class Bound(Machine):
        engine = shared_engine
        world_of = staticmethod(worlds)

    return Bound


def test_incremental_equals_full(machine: type[Machine]) -> None:
    run_state_machine_as_test(
        machine,
        settings=settings(
            max_examples=20,
            stateful_step_count=15,
            deadline=None,
            suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture],
        ),
    )
