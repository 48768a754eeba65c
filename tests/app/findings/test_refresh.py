"""The incremental run: what becomes new, changed, re-opened and resolved, and what is left alone."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any
from uuid import UUID

import pytest
import shapely
from shapely.affinity import translate
from sqlalchemy import Engine, text

from app.findings.detect_all import detect_everything
from app.findings.parameters import switch_off
from app.findings.refresh import refresh
from app.findings.write import Changes
from spatial.finding import MEASURE_COLUMNS, finding_id

if TYPE_CHECKING:
    from app.settings import Settings


@pytest.fixture
def pair(world: Any) -> tuple[UUID, UUID]:
    """Two works of two owners in one street in one spring: O01 and B01."""
    a, b = world.work("riool"), world.work("water", "2028-04-01", y=4.0, facility="water")
    assert world.refresh(a, b).new == 2
    return a, b


def unchanged(world: Any) -> bool:
    """Whether a full run finds nothing to write."""
    changes = detect_everything(world.connection, world.settings)
    return changes == Changes(unchanged=changes.unchanged)


def test_first_refresh_stores_everything_a_finding_carries(world: Any, pair: Any) -> None:
    a, b = pair
    o01 = world.finding("O01")
    assert o01.id == finding_id("O01", (a, b))
    assert set(o01.work_ids) == {a, b}
    assert (o01.kind, o01.state, o01.visibility) == ("opportunity", "new", "public")
    assert (o01.period.lower, o01.period.upper) == (date(2028, 4, 1), date(2028, 6, 1))
    assert o01.shared_days == 61.0
    assert o01.shared_length_m == pytest.approx(100.0)
    assert set(o01.organisation_ids) == {world.owners["riool"], world.owners["water"]}
    assert o01.own_organisation_ids == []
    assert "Werk van riool" in o01.explanation_nl
    assert o01.parameters["shared_length_m"] == 25.0
    b01 = world.finding("B01")
    assert (o01.solves, b01.solved_by) == ([b01.id], [o01.id])
    assert (b01.solves, o01.solved_by) == ([], [])
    assert unchanged(world)


def test_geometry_4326_is_the_geometry_in_degrees(world: Any, pair: Any) -> None:
    row = world.connection.execute(
        text(
            "SELECT ST_SRID(geometry) s, ST_SRID(geometry_4326) d, ST_X(ST_Centroid(geometry_4326)) x"
            " FROM findings LIMIT 1"
        )
    ).one()
    assert (row.s, row.d) == (28992, 4326)
    assert 4.4 < row.x < 4.6


def test_refreshing_again_writes_nothing(world: Any, pair: Any) -> None:
    before = world.findings()
    assert world.refresh(*pair) == Changes(unchanged=2)
    assert world.findings() == before


def test_a_title_rewrites_the_text_but_reopens_nothing(world: Any, pair: Any) -> None:
    b01 = world.finding("B01")
    world.judge(b01.id, "confirmed")
    world.change(pair[0], title="Nieuwe naam")
    assert world.refresh(pair[0]) == Changes(rewritten=2)
    after = world.finding("B01")
    assert "Nieuwe naam" in after.title_nl
    assert after.state == "confirmed"
    assert world.events(b01.id) == []


@pytest.mark.parametrize("state", ["confirmed", "rejected"])
def test_a_shifted_period_reopens_and_tells_the_difference(
    world: Any, pair: Any, state: str
) -> None:
    b01 = world.finding("B01")
    world.judge(b01.id, state)
    world.plan(pair[0], "2028-03-01", "2028-05-10")
    assert world.refresh(pair[0]) == Changes(reopened=2)
    assert world.finding("B01").state == "to_assess"
    (event,) = world.events(b01.id)
    assert (event.by, event.from_state, event.to_state) == ("system", state, "to_assess")
    assert event.difference["shared_days"] == [61.0, 40.0]
    assert event.difference["end"] == ["2028-05-31", "2028-05-10"]
    assert event.difference["works"] == {str(pair[0]): ["attributes"]}


@pytest.mark.parametrize("state", ["new", "to_assess"])
def test_a_change_keeps_a_state_that_still_waits_for_people(
    world: Any, pair: Any, state: str
) -> None:
    b01 = world.finding("B01")
    world.judge(b01.id, state)
    world.plan(pair[0], "2028-03-01", "2028-05-10")
    world.refresh(pair[0])
    assert world.finding("B01").state == state
    assert [e.to_state for e in world.events(b01.id)] == [state]


@pytest.mark.parametrize(
    "values",
    [
        {"planning_status": "provisional"},
        {"road_impact": "closed"},
        {"precision": "quarter"},
        {"commitment": "result_obligation"},
        {"flexibility_window": "[2028-01-01,2029-01-01)"},
        {"duration_days": 5},
        {"activity": "maintain"},
        {"valid_periods": "{[2028-03-01,2028-04-11),[2028-05-01,2028-06-01)}"},
    ],
    ids=lambda v: next(iter(v)),
)
def test_what_the_rules_look_at_reopens(world: Any, pair: Any, values: dict[str, Any]) -> None:
    world.judge(world.finding("B01").id, "confirmed")
    world.change(pair[0], **values)
    world.refresh(pair[0])
    assert world.finding("B01").state == "to_assess"
    assert unchanged(world)


@pytest.mark.parametrize(("shift_m", "reopens"), [(0.4, False), (1.0, False), (1.2, True)])
def test_a_place_reopens_from_more_than_a_metre(
    world: Any, pair: Any, shift_m: float, reopens: bool
) -> None:
    """The wide square around the other work moves; no measure does."""
    for work in pair:
        world.change(work, withdrawn=True)
    square = shapely.box(300, -50, 500, 50)
    wide = world.work("riool", shape=square)
    narrow = world.work("water", x=350.0, facility="water")
    world.refresh(*pair, wide, narrow)
    (b01,) = [f for f in world.findings(rule="B01") if f.state == "new"]
    world.judge(b01.id, "confirmed")
    world.change(wide, shape=translate(square, 0.0, shift_m))
    world.refresh(wide)
    (after,) = world.findings(id=b01.id)
    assert after.state == ("to_assess" if reopens else "confirmed")
    assert sum(after.work_versions) == 3


def test_a_finding_that_no_longer_holds_is_kept_as_resolved(world: Any, pair: Any) -> None:
    before = {f.rule: f.id for f in world.findings()}
    world.move(pair[0], y=500.0)
    assert world.refresh(pair[0]) == Changes(resolved=2)
    assert world.states() == {"B01": "resolved", "O01": "resolved"}
    assert {f.rule: f.id for f in world.findings()} == before
    assert world.finding("O01").solves == []
    assert [e.to_state for e in world.events(before["B01"])] == ["resolved"]
    assert world.refresh(pair[0]) == Changes()


def test_a_finding_that_comes_back_keeps_its_id_and_must_be_assessed(world: Any, pair: Any) -> None:
    before = world.finding("B01")
    world.change(pair[0], withdrawn=True)
    world.refresh(pair[0])
    world.change(pair[0], withdrawn=False)
    assert world.refresh(pair[0]) == Changes(reopened=2)
    after = world.finding("B01")
    assert (after.id, after.state) == (before.id, "to_assess")
    assert after.solved_by == before.solved_by
    assert [e.to_state for e in world.events(before.id)] == ["resolved", "to_assess"]


def test_one_of_two_findings_of_a_pair_resolves_and_the_other_forgets_it(
    world: Any, pair: Any
) -> None:
    world.move(pair[0], x=90.0)
    assert world.refresh(pair[0]).resolved == 1
    assert world.states() == {"B01": "new", "O01": "resolved"}
    assert world.finding("B01").solved_by == []
    assert unchanged(world)


def test_works_that_do_not_count_are_in_no_finding(world: Any, pair: Any) -> None:
    world.change(pair[0], counts=False)
    assert world.refresh(pair[0]).resolved == 2
    double = world.work("telecom", facility="telecom", counts=False)
    dateless = world.work("gas", facility="gas", period=None)
    endless = world.work("warmte", facility="heat", period="[2028-01-01,)")
    assert world.refresh(double, dateless, endless) == Changes()


def test_only_findings_of_the_changed_works_are_touched(world: Any, pair: Any) -> None:
    far = world.work("riool", x=900.0), world.work("water", x=900.0, facility="water")
    assert world.refresh(*far).new == 2
    world.connection.execute(text("UPDATE findings SET score = -1"))
    world.change(far[0], title="x")
    assert world.refresh(far[0]) == Changes(rewritten=2)
    assert sorted(f.score for f in world.findings())[:2] == [-1.0, -1.0]
    assert min(f.score for f in world.findings() if far[0] in f.work_ids) > 0


def test_nothing_changed_asks_nothing_of_the_database(world: Any) -> None:
    assert world.refresh() == Changes()


class TestVisibility:
    def test_the_strictest_of_both_works_counts(self, world: Any, pair: Any) -> None:
        world.change(pair[0], visibility="partners")
        world.refresh(pair[0])
        assert {f.visibility for f in world.findings()} == {"partners"}
        world.change(pair[1], visibility="own")
        world.refresh(pair[1])
        assert {f.visibility for f in world.findings()} == {"own"}
        assert {tuple(f.own_organisation_ids) for f in world.findings()} == {
            (world.owners["water"],)
        }

    def test_a_new_finding_of_two_hidden_works_names_both_keepers(self, world: Any) -> None:
        ids = world.work("riool", visibility="own"), world.work("water", visibility="own")
        world.refresh(*ids)
        assert set(world.finding("B01").own_organisation_ids) == set(world.owners.values())
        assert world.refresh(*ids) == Changes(unchanged=2)

    def test_resolved_findings_hide_with_their_works(self, world: Any, pair: Any) -> None:
        world.change(pair[0], withdrawn=True, visibility="own")
        world.refresh(pair[0])
        assert {(f.state, f.visibility) for f in world.findings()} == {("resolved", "own")}

    def test_a_new_owner_shows_in_the_finding(self, world: Any, pair: Any) -> None:
        other = world.owner("gemeente")
        world.change(pair[0], organisation_id=other)
        world.refresh(pair[0])
        assert all(other in f.organisation_ids for f in world.findings())


def test_measures_are_numbers_or_absent_for_every_rule(world: Any, pair: Any) -> None:
    for row in world.findings():
        for name in MEASURE_COLUMNS:
            assert getattr(row, name) is None or isinstance(getattr(row, name), float)


def test_many_changed_works_are_read_at_once_with_the_same_result(world: Any) -> None:
    """From a few hundred works of a small table on, all are read instead of asked one by one."""
    ids = [world.work("riool", x=30.0 * n, y=300.0) for n in range(205)]
    other = world.work("water", x=0.0, y=300.0, length=6000.0, facility="water")
    world.connection.execute(text("ANALYZE works"))
    assert world.refresh(*ids).new > 0
    assert world.refresh(*ids, other).new == 0
    assert unchanged(world)


def test_it_refuses_a_snapshot_older_than_its_turn(engine: Engine, settings: Settings) -> None:
    strict = engine.execution_options(isolation_level="REPEATABLE READ")
    with strict.connect() as connection, pytest.raises(RuntimeError, match="repeatable read"):
        refresh(connection, settings, [UUID(int=1)])


class TestMasked:
    """A plan that its owner keeps: the other party hears that there is something (B28)."""

    def masked(self, world: Any) -> list[Any]:
        return [f for f in world.findings() if f.rule == "B28" and f.state != "resolved"]

    @pytest.fixture
    def street(self, world: Any) -> tuple[UUID, UUID]:
        switch_off(world.connection, [])
        kept = world.work("riool", visibility="own", title="Geheim")
        mine = world.work("water", facility="water", visibility="partners")
        world.refresh(kept, mine)
        return kept, mine

    def test_only_the_other_party_is_told(self, world: Any, street: tuple[UUID, UUID]) -> None:
        told = self.masked(world)
        assert told
        for finding in told:
            assert finding.work_ids == [street[1]]
            assert finding.organisation_ids == [world.owner("water")]
            assert finding.own_organisation_ids == [world.owner("water")]
            assert finding.visibility == "own"
            assert (
                "Geheim" not in finding.title_nl + finding.explanation_nl + finding.explanation_en
            )
            assert "Riool" not in finding.explanation_nl

    def test_it_follows_the_visibility_of_the_hidden_work(
        self, world: Any, street: tuple[UUID, UUID]
    ) -> None:
        world.change(street[0], visibility="partners")
        world.refresh(street[0])
        assert self.masked(world) == []
        world.change(street[0], visibility="own")
        world.refresh(street[0])
        assert self.masked(world)

    def test_a_change_of_the_own_work_keeps_the_mask(
        self, world: Any, street: tuple[UUID, UUID]
    ) -> None:
        before = {f.id for f in self.masked(world)}
        world.move(street[1], y=1.5)
        world.refresh(street[1])
        assert {f.id for f in self.masked(world)} == before
        assert all(f.visibility == "own" for f in self.masked(world))
