"""The state machine over files and edits: what people do, through the doors they use."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, ClassVar
from uuid import UUID

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    rule,
    run_state_machine_as_test,
)
from sqlalchemy import select, text

from app.kit.problems import Conflict
from app.organisations.viewer import ADMINISTRATOR
from app.projects.change_work import Editor, change_work, withdraw_work
from app.tables import works
from app.uploads.undo import undo

if TYPE_CHECKING:
    from sqlalchemy import Connection

OWNERS = st.sampled_from(["leiden", "water", "energie"])
REFERENCES = ("A", "B", "C")

facts = st.fixed_dictionaries(
    {
        "x": st.sampled_from([0.0, 60.0, 95.0, 400.0]),
        "y": st.sampled_from([0.0, 3.0, 9.0]),
        "start": st.sampled_from(["2027-01-01", "2028-03-01", "2030-06-01"]),
        "end": st.sampled_from(["2030-06-01", "2030-12-31", "2031-03-31"]),
        "facility": st.sampled_from(["sewer", "water", "paving"]),
        "title": st.sampled_from(["Werk", "Ander werk"]),
    }
)
files = st.dictionaries(st.sampled_from(REFERENCES), facts, min_size=1)
patches = st.one_of(
    st.fixed_dictionaries({"end": st.sampled_from(["2030-07-01", "2032-01-01"])}),
    st.fixed_dictionaries({"title": st.sampled_from(["Nieuwe titel", "Werk"])}),
    st.fixed_dictionaries({"facility": st.sampled_from(["gas", "paving"])}),
    st.fixed_dictionaries({"visibility": st.sampled_from(["own", "public"])}),
    st.fixed_dictionaries({"planning_status": st.sampled_from(["idea", "committed"])}),
)


class Uploads(RuleBasedStateMachine):
    """Files of three owners, edits of their works, withdrawals and undo."""

    deliver: Any
    world_of: Callable[..., Any]
    feature: Callable[..., dict[str, Any]]
    met: ClassVar[set[str]]

    @initialize()
    def empty(self) -> None:
        with self.deliver.engine.begin() as connection:
            connection.execute(
                text("TRUNCATE organisations, datasets, projects, works, findings CASCADE")
            )
        self.deliver.ids.clear()
        self.deliver.uploads.clear()

    @rule(owner=OWNERS, rows=files, complete=st.booleans())
    def upload(self, owner: str, rows: dict[str, dict[str, Any]], complete: bool) -> None:
        features = [self.feature(f"{owner}-{name}", **given) for name, given in rows.items()]
        report = self.deliver(features, organisation=owner, complete=complete, yes=True)
        assert report.state in {"done", "unchanged"}

    @rule(data=st.data())
    def undo(self, data: st.DataObject) -> None:
        if not self.deliver.uploads:
            return
        chosen = data.draw(st.sampled_from(range(len(self.deliver.uploads))))
        try:
            undo(
                self.deliver.engine, self.deliver.settings, self.deliver.uploads[chosen], by="test"
            )
        except Conflict:
            return

    @rule(data=st.data(), patch=patches)
    def edit(self, data: st.DataObject, patch: dict[str, str]) -> None:
        self._on_a_work(
            data, lambda c, work, editor: change_work(c, self.settings, work, patch, editor)
        )

    @rule(data=st.data())
    def withdraw(self, data: st.DataObject) -> None:
        self._on_a_work(data, lambda c, work, editor: withdraw_work(c, self.settings, work, editor))

    @property
    def settings(self) -> Any:
        return self.deliver.settings

    def _on_a_work(
        self, data: st.DataObject, change: Callable[[Connection, UUID, Editor], object]
    ) -> None:
        with self.deliver.engine.begin() as connection:
            query = select(works.c.id, works.c.version).where(~works.c.withdrawn)
            standing = connection.execute(query.order_by(works.c.key)).all()
            if standing:
                at = data.draw(st.sampled_from(range(len(standing))))
                change(
                    connection, standing[at].id, Editor(ADMINISTRATOR, "test", standing[at].version)
                )

    @invariant()
    def findings_are_those_of_a_copy(self) -> None:
        with self.deliver.engine.connect() as connection:
            world = self.world_of(connection, self.settings, all_rules=True)
            type(self).met |= {finding.state for finding in world.findings()}
            world.assert_like_a_copy()
            world.assert_full_run_writes_nothing()
            connection.rollback()


def test_incremental_equals_full_over_files(
    deliver: Any, worlds: Any, a_work: Callable[..., dict[str, Any]]
) -> None:
    class Bound(Uploads):
        world_of = staticmethod(worlds)
        feature = staticmethod(a_work)
        met: ClassVar[set[str]] = set()

    Bound.deliver = deliver
    run_state_machine_as_test(
        Bound,
        settings=settings(
            max_examples=8,
            stateful_step_count=8,
            deadline=None,
            suppress_health_check=list(HealthCheck),
        ),
    )
    assert "new" in Bound.met


@pytest.fixture(autouse=True)
def _own_database(engine: Any) -> Any:
    """The machine empties the tables, so it needs a database of its own."""
    return engine
