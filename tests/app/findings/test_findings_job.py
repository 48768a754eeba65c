"""A change of context has findings made anew, by a job that exists exactly when the change does."""

from __future__ import annotations

from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

from sqlalchemy import Connection, Engine, text

from app.context.changed import changed, changed_layers
from app.findings.catch_up import catch_up
from app.findings.tasks import detect_pending

if TYPE_CHECKING:
    from app.settings import Settings

QUEUED = text("SELECT count(*) FROM procrastinate_jobs WHERE task_name = 'detect'")


def test_one_job_for_all_changes_until_it_ran(connection: Connection) -> None:
    changed(connection, "trees")
    changed(connection, "trees")
    assert connection.scalar(QUEUED) == 1


def test_the_job_settles_what_changed(engine: Engine, settings: Settings, world: Any) -> None:
    with engine.begin() as connection:
        mine = type(world)(connection, settings)
        mine.work("riool")
        mine.work("water", facility="water")
        changed(connection, "trees")
    context = SimpleNamespace(additional_context={"engine": engine, "settings": settings})
    detect_pending(context)  # type: ignore[arg-type]  # only what it reads
    with engine.connect() as connection:
        assert changed_layers(connection) == frozenset()
        assert connection.scalar(text("SELECT count(*) FROM findings")) == 2
    assert catch_up(engine, settings).extent == "nothing"
