"""Two transactions that add neighbouring works at once lose no finding and do not deadlock."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import TYPE_CHECKING, Any
from uuid import UUID

from sqlalchemy import Engine, func, select, text

from app.findings.detect_all import detect_all
from app.findings.refresh import refresh
from app.findings.write import Changes
from app.projects.stored import read_works as read_stored_works
from app.tables import findings, works

if TYPE_CHECKING:
    from app.settings import Settings


def in_thread(call: Callable[[], Any]) -> threading.Thread:
    thread = threading.Thread(target=call, daemon=True)
    thread.start()
    return thread


def wait_until_blocked(engine: Engine, blocked: int = 1) -> None:
    """Until so many sessions wait for the turn; the test's time limit ends it otherwise."""
    waiting = text("SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND NOT granted")
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        for _ in range(2_000):
            if connection.scalar(waiting) >= blocked:
                return
            threading.Event().wait(0.005)
    msg = "nobody waits"
    raise AssertionError(msg)


def test_the_second_of_two_transactions_sees_the_works_of_the_first(
    engine: Engine, settings: Settings, world: Any
) -> None:
    """Both write their work before either refreshes: the case in which a finding would be lost."""
    with engine.begin() as setting_up:
        owners = type(world)(setting_up, settings)
        for slug in ("riool", "water"):
            owners.owner(slug)
    outcome: dict[str, Changes] = {}
    first, second = engine.connect(), engine.connect()
    try:
        one = type(world)(first, settings, dict(owners.owners)).work("riool")
        other = type(world)(second, settings, dict(owners.owners)).work("water", facility="water")
        outcome["first"] = refresh(first, settings, [one])
        thread = in_thread(lambda: outcome.update(second=refresh(second, settings, [other])))
        wait_until_blocked(engine)
        assert "second" not in outcome
        first.commit()
        thread.join(30)
        second.commit()
    finally:
        first.close()
        second.close()
    assert outcome == {"first": Changes(), "second": Changes(new=2)}
    assert detect_all(engine, settings) == Changes(unchanged=2)


def test_many_at_once_end_with_the_findings_of_a_full_run(
    engine: Engine, settings: Settings, world: Any
) -> None:
    with engine.begin() as connection:
        start = type(world)(connection, settings)
        for n in range(8):
            start.owner(f"partij-{n}")
    owners = dict(start.owners)

    def add(n: int) -> None:
        for turn in range(3):
            with engine.begin() as connection:
                mine = type(world)(connection, settings, dict(owners))
                ids: list[UUID] = [
                    mine.work(f"partij-{n}", x=10.0 * n, y=turn, facility="water"),
                    mine.work(f"partij-{n}", x=10.0 * n + 500, y=turn),
                ]
                mine.refresh(*ids)

    threads = [in_thread(lambda n=n: add(n)) for n in range(8)]
    for thread in threads:
        thread.join(60)
        assert not thread.is_alive()
    with engine.connect() as connection:
        stored = connection.scalar(select(func.count()).select_from(findings))
    assert stored > 100
    assert detect_all(engine, settings) == Changes(unchanged=stored)


def test_readers_do_not_wait_for_a_refresh(engine: Engine, settings: Settings, world: Any) -> None:
    with engine.connect() as writer, engine.connect() as reader:
        mine = type(world)(writer, settings)
        assert mine.refresh(mine.work("riool"), mine.work("water", facility="water")).new == 2
        reader.execute(text("SET LOCAL statement_timeout = '2s'"))
        assert reader.scalar(select(func.count()).select_from(findings)) == 0
        writer.rollback()


def test_an_edit_that_holds_its_work_does_not_deadlock_with_a_neighbour(
    engine: Engine, settings: Settings, world: Any
) -> None:
    """An edit locks its work before its turn; a finding of a neighbour must still refer to it."""
    with engine.begin() as connection:
        start = type(world)(connection, settings)
        edited = start.work("riool")
        start.owner("water")
    outcome: dict[str, Changes] = {}
    editor, uploader = engine.connect(), engine.connect()
    try:
        neighbour = type(world)(uploader, settings, dict(start.owners)).work(
            "water", facility="water"
        )
        read_stored_works(editor, works.c.id == edited)
        first = in_thread(lambda: outcome.update(uploader=refresh(uploader, settings, [neighbour])))
        first.join(10)
        second = in_thread(lambda: outcome.update(editor=refresh(editor, settings, [edited])))
        wait_until_blocked(engine)
        uploader.commit()
        second.join(10)
        editor.commit()
    finally:
        editor.close()
        uploader.close()
    assert outcome == {"uploader": Changes(new=2), "editor": Changes(unchanged=2)}
