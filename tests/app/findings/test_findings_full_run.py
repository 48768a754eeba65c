"""The full run, what is pending, and works read as columns."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
import shapely
from sqlalchemy import Engine, inspect, text

from app.findings import write
from app.findings.catch_up import catch_up, lagging
from app.findings.detect_all import detect_all, detect_everything
from app.findings.found import uuid_texts
from app.findings.parameters import is_up_to_date, read_rules, set_parameters
from app.findings.read_works import read_works
from app.findings.write import Changes
from app.tables import findings
from spatial.period import NO_DAY, day
from spatial.rule import ParameterRefused
from spatial.vocabulary import ACTIVITY, FACILITY, VISIBILITY

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from app.settings import Settings


@pytest.fixture
def street(world: Any) -> list[Any]:
    """Works of six owners in one street, none of them detected yet."""
    return [
        world.work(f"partij-{n}", x=20.0 * n, y=n, facility=facility)
        for n, facility in enumerate(("sewer", "water", "gas", "heat", "paving", "telecom"))
    ]


def test_a_full_run_finds_what_refreshing_each_work_finds(world: Any, street: list[Any]) -> None:
    for work in street:
        world.refresh(work)
    before = world.findings()
    assert len(before) > 10
    changes = detect_everything(world.connection, world.settings)
    assert changes == Changes(unchanged=len(before))
    assert world.findings() == before


def test_a_full_run_resolves_reopens_and_rewrites_too(world: Any, street: list[Any]) -> None:
    detect_everything(world.connection, world.settings)
    total = len(world.findings())
    about = [sum(w in f.work_ids for f in world.findings()) for w in street]
    world.change(street[0], withdrawn=True)
    changes = detect_everything(world.connection, world.settings)
    assert changes == Changes(resolved=about[0], unchanged=total - about[0])
    world.change(street[0], withdrawn=False, visibility="own")
    assert detect_everything(world.connection, world.settings).reopened == about[0]
    assert sum(f.visibility == "own" for f in world.findings()) == about[0]


def test_stages_are_told(world: Any, street: list[Any]) -> None:
    told: dict[str, float] = {}
    detect_everything(world.connection, world.settings, on_stage=told.__setitem__)
    assert {"read", "candidates", "costly facts", "compare", "write"} <= told.keys()
    assert all(seconds >= 0 for seconds in told.values())


def test_a_large_first_run_leaves_the_indexes_as_they_were(
    engine: Engine, settings: Settings, world: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(write, "MANY", 2)
    with engine.begin() as connection:
        mine = type(world)(connection, settings)
        mine.work("riool")
        mine.work("water", facility="water")
    before = index_definitions(engine)
    assert detect_all(engine, settings) == Changes(new=2)
    assert index_definitions(engine) == before
    assert len(before) >= 5


def index_definitions(engine: Engine) -> list[str]:
    with engine.connect() as connection:
        query = text("SELECT indexdef FROM pg_indexes WHERE tablename = 'findings' ORDER BY 1")
        return list(connection.scalars(query))


def test_a_refresh_of_many_works_drops_no_index_of_a_filled_table(
    world: Any, street: list[Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    world.refresh(street[0], street[1])
    monkeypatch.setattr(write, "MANY", 1)
    dropped: list[str] = []
    monkeypatch.setattr(
        "sqlalchemy.schema.Index.drop", lambda self, *_a, **_k: dropped.append(self.name)
    )
    assert world.refresh(*street[2:]).new > 1
    assert dropped == []


def test_texts_with_tabs_breaks_and_backslashes_survive(world: Any) -> None:
    title = "a\tb\\c\nd\re \\N {x} 'é' \\."
    world.refresh(world.work("riool", title=title), world.work("water", facility="water"))
    assert all(title in f.title_nl and title in f.explanation_en for f in world.findings())


class TestPending:
    def test_nothing_is_pending_after_uploads(
        self, engine: Engine, settings: Settings, world: Any
    ) -> None:
        with engine.begin() as connection:
            mine = type(world)(connection, settings)
            mine.refresh(mine.work("riool"), mine.work("water", facility="water"))
        assert catch_up(engine, settings) == ("nothing", 0, Changes())

    def test_works_written_past_the_service_are_caught_up(
        self, engine: Engine, settings: Settings, world: Any
    ) -> None:
        with engine.begin() as connection:
            mine = type(world)(connection, settings)
            work = mine.work("riool")
            mine.refresh(work, mine.work("water", facility="water"))
            mine.move(work, y=300.0)
            assert lagging(connection) == [work]
        assert catch_up(engine, settings) == ("some works", 1, Changes(resolved=2))
        assert catch_up(engine, settings).extent == "nothing"

    def test_other_parameters_ask_for_everything(
        self, engine: Engine, settings: Settings, world: Any
    ) -> None:
        with engine.begin() as connection:
            mine = type(world)(connection, settings)
            mine.refresh(mine.work("riool"), mine.work("water", facility="water"))
            set_parameters(connection, {"O01": {"shared_length_m": 500, "shared_area_m2": 5000}})
            assert not is_up_to_date(connection, read_rules(connection))
        assert catch_up(engine, settings) == ("everything", None, Changes(rewritten=1, resolved=1))
        assert catch_up(engine, settings).extent == "nothing"
        assert catch_up(engine, settings, full=True).extent == "everything"

    def test_parameters_that_cannot_be_are_refused(self, connection: Connection) -> None:
        for wrong in ({"X99": {}}, {"O01": {"no": 1.0}}, {"O01": {"shared_length_m": -1.0}}):
            with pytest.raises(ParameterRefused):
                set_parameters(connection, wrong)


class TestReadWorks:
    def test_columns_are_those_of_the_rows(self, world: Any) -> None:
        first = world.work("riool", "2028-03-01", "2028-03-31", visibility="own", title="Één")
        second = world.work(
            "water",
            shape=shapely.Point(5, 5),
            facility="unknown",
            activity="unknown",
            flexibility_window="[2028-01-01,2029-01-01)",
            duration_days=12,
            valid_periods="{[2028-03-01,2028-03-05),[2028-04-01,2028-06-01)}",
            title="",
        )
        third = world.work("gas", valid_periods="{[2028-03-01,2028-06-01)}")
        wanted = {"ids": [first, second, third]}
        works, keys, owners, visibility, title = read_works(
            world.connection, "w.id = ANY(%(ids)s)", wanted
        )
        assert uuid_texts(works.id) == [str(first), str(second), str(third)]
        assert list(keys) == sorted(keys)
        assert title.tolist() == ["Één", "", "Werk van gas"]
        assert uuid_texts(owners) == [str(world.owners[s]) for s in ("riool", "water", "gas")]
        assert [VISIBILITY.ids[v] for v in visibility] == ["own", "public", "public"]
        assert [FACILITY.ids[f] for f in works.facility] == ["sewer", "unknown", "sewer"]
        assert [ACTIVITY.ids[a] for a in works.activity] == ["renew", "unknown", "renew"]
        assert [str(day(d)) for d in (works.start[0], works.end[0])] == ["2028-03-01", "2028-04-01"]
        assert works.earliest.tolist()[::2] == [NO_DAY, NO_DAY]
        assert (str(day(works.earliest[1])), str(day(works.latest[1]))) == (
            "2028-01-01",
            "2029-01-01",
        )
        assert works.duration_days.tolist() == [-1, 12, -1]
        assert works.valid_periods.offsets.tolist() == [0, 0, 2, 2]
        assert [str(day(d)) for d in works.valid_periods.ends] == ["2028-03-05", "2028-06-01"]
        assert [g.geom_type for g in works.geometry] == ["LineString", "Point", "LineString"]
        assert shapely.area(works.footprint[1]) == pytest.approx(np.pi * 2.5**2, rel=0.02)
        assert len(set(works.organisation)) == len(set(works.project)) == 3

    def test_no_works_are_columns_of_length_nil(self, connection: Connection) -> None:
        works = read_works(connection, "false")
        assert len(works.works) == len(works.title) == 0
        assert works.works.valid_periods.offsets.tolist() == [0]

    def test_slabs_make_no_difference(self, world: Any, monkeypatch: pytest.MonkeyPatch) -> None:
        ids = [world.work("riool", x=n, title=str(n)) for n in range(7)]
        where = ("w.id = ANY(%(ids)s)", {"ids": ids})
        whole = read_works(world.connection, *where)
        monkeypatch.setattr("app.findings.read_works.SLAB", 3)
        parts = read_works(world.connection, *where)
        assert parts.title.tolist() == whole.title.tolist() == [str(n) for n in range(7)]
        assert shapely.equals_exact(parts.works.footprint, whole.works.footprint).all()

    def test_rows_come_in_the_order_of_their_keys_after_updates(self, world: Any) -> None:
        ids = [world.work("riool", x=n) for n in range(5)]
        world.change(ids[0], title="Nieuw")
        read = read_works(world.connection, "w.id = ANY(%(ids)s)", {"ids": ids})
        assert uuid_texts(read.works.id) == [str(i) for i in ids]


def test_every_index_of_the_table_is_known_to_the_program(engine: Engine) -> None:
    """What a large first run drops it can make again."""
    known = {index.name for index in findings.indexes}
    assert {index["name"] for index in inspect(engine).get_indexes("findings")} >= known
