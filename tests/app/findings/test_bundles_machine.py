"""After any sequence of changes bundles are those of a full run, and what people decided stands."""

from __future__ import annotations

from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING, Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from app.bundles.decide import FROM, decide
from app.bundles.refresh import refresh_bundles
from app.organisations.viewer import ADMINISTRATOR
from app.settings import Settings
from app.tables import bundle_works, bundles

if TYPE_CHECKING:
    from sqlalchemy import Engine

OWNERS = ("gemeente", "water", "energie", "telecom")
STARTS = ("2028-01-01", "2028-04-01", "2028-12-01", "2030-06-01")
ENDS = ("2028-03-15", "2028-09-01", "2029-06-01", "2031-01-01")
PLACES = (0.0, 60.0, 120.0, 400.0)

plan = st.integers(0, 3)
place = st.sampled_from(PLACES)
number = st.integers(0, 30)
steps = st.lists(
    st.one_of(
        st.tuples(st.just("add"), st.sampled_from(OWNERS), place, plan),
        st.tuples(st.just("add"), st.sampled_from(OWNERS), place, plan),
        st.tuples(st.just("add"), st.sampled_from(OWNERS), place, plan),
        st.tuples(st.just("move"), number, place),
        st.tuples(st.just("plan"), number, plan),
        st.tuples(st.just("withdraw"), number),
        st.tuples(st.just("harden"), number),
        st.tuples(st.just("decide"), number, st.sampled_from(["accept", "reject", "dissolve"])),
    ),
    min_size=4,
    max_size=14,
)


class Street:
    """A street whose works change one at a time."""

    def __init__(self, world: Any) -> None:
        self.world = world
        self.works: list[Any] = []

    def take(self, step: tuple[Any, ...]) -> None:
        kind, *given_ = step
        if kind == "add":
            owner, x, n = given_
            y = float(len(self.works) % 5)
            self.works.append(self.world.work(owner, STARTS[n], ENDS[n], x=x, y=y))
            self.world.refresh(self.works[-1])
        elif kind == "decide":
            self._decide(*given_)
        elif self.works:
            self._change(kind, self.works[given_[0] % len(self.works)], *given_[1:])

    def _change(self, kind: str, work: Any, *given_: Any) -> None:
        if kind == "move":
            self.world.move(work, x=given_[0])
        elif kind == "plan":
            self.world.plan(work, STARTS[given_[0]], ENDS[given_[0]])
        elif kind == "withdraw":
            self.world.change(work, withdrawn=True)
        else:
            self.world.change(work, commitment="result_obligation")
        self.world.refresh(work)

    def _decide(self, n: int, decision: Any) -> None:
        may = [
            b
            for b in self.rows()
            if b.state in FROM[decision] and (b.feasible or decision != "accept")
        ]
        if may:
            chosen = may[n % len(may)]
            settings_ = self.world.settings
            decide(self.world.connection, settings_, ADMINISTRATOR, chosen.id, decision)

    def rows(self) -> list[Any]:
        return list(self.world.connection.execute(select(bundles).order_by(bundles.c.key)))

    def check(self, before: dict[Any, Any]) -> None:
        """A full run has nothing to write; decisions kept their works; no work is in two."""
        changes = refresh_bundles(
            self.world.connection, storage_crs=self.world.settings.storage_crs
        )
        assert (changes.new, changes.changed, changes.gone, changes.misfits) == (0, 0, 0, 0)
        rows = self.rows()
        for state in ("proposed", "accepted"):
            taken = [w for b in rows if b.state == state for w in b.work_ids]
            assert len(taken) == len(set(taken))
        decided = {w for b in rows if b.state == "accepted" for w in b.work_ids}
        assert not decided & {w for b in rows if b.state == "proposed" for w in b.work_ids}
        flagged = set(
            self.world.connection.scalars(
                select(bundle_works.c.work_id).where(bundle_works.c.accepted)
            )
        )
        assert flagged == decided
        for b in rows:
            if b.state == "accepted" and before.get(b.id, (None,))[0] == "accepted":
                assert (b.state, b.work_ids, b.period) == before[b.id]


def test_bundles_of_any_history_are_those_of_a_full_run(shared_engine: Engine, world: Any) -> None:
    world_of = type(world)

    @settings(
        max_examples=25,
        deadline=None,
        suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture],
    )
    @given(steps)
    def history(taken: list[tuple[Any, ...]]) -> None:
        with ExitStack() as stack:
            connection = stack.enter_context(shared_engine.connect())
            stack.callback(connection.begin().rollback)
            given_ = Settings(home=Path("/nonexistent"))
            street = Street(world_of(connection, given_, all_rules=True))
            for step in taken:
                before = {b.id: (b.state, b.work_ids, b.period) for b in street.rows()}
                street.take(step)
                street.check(before)

    history()
