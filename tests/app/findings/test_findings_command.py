"""``kansenkaart detect`` as people and scripts call it."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import Engine, select
from typer.testing import CliRunner

from app.cli import main
from app.findings.parameters import switch_off
from app.tables import deployment

if TYPE_CHECKING:
    from app.settings import Settings


@pytest.fixture
def detect(engine: Engine, settings: Settings, world: Any, monkeypatch: pytest.MonkeyPatch) -> Any:
    """Runs the command on a database with two works that meet and were never detected."""
    monkeypatch.setenv("DATABASE_URL", settings.database_url)
    monkeypatch.setenv("KANSENKAART_HOME", str(settings.home))
    with engine.begin() as connection:
        mine = type(world)(connection, settings)
        mine.work("riool")
        mine.work("water", facility="water")

    def run(*arguments: str, code: int = 0) -> str:
        done = CliRunner().invoke(main, ["detect", *arguments])
        assert done.exit_code == code, done.output
        return done.stdout

    return run


def test_a_full_run_tells_counts_and_seconds(detect: Any) -> None:
    told = json.loads(detect("--full", "--json"))
    assert told["extent"] == "everything"
    assert told["findings"] == {
        "new": 2,
        "reopened": 0,
        "rewritten": 0,
        "resolved": 0,
        "unchanged": 0,
    }
    assert {"read", "compare", "write"} <= told["seconds"].keys()
    again = json.loads(detect("--full", "--json"))
    assert again["findings"]["unchanged"] == 2
    assert json.loads(detect("--json"))["extent"] == "nothing"


def test_people_read_a_table(detect: Any) -> None:
    shown = detect("--full")
    assert "2 new" in shown
    assert "costly facts" in shown
    assert detect() == "Nothing is pending: all findings are up to date.\n"


def test_the_day_that_counts_as_today_is_recorded(detect: Any, engine: Engine) -> None:
    assert json.loads(detect("--as-of", "2027-03-01", "--json"))["as_of"] == "2027-03-01"
    with engine.connect() as connection:
        query = select(deployment.c.value).where(deployment.c.name == "detected_as_of")
        assert connection.scalar(query) == "2027-03-01"
    detect("--as-of", "2027-02-30", code=2)


def test_a_new_day_asks_for_everything_and_rules_say_what_they_lack(
    detect: Any, engine: Engine
) -> None:
    with engine.begin() as connection:
        switch_off(connection, [])
    before = json.loads(detect("--full", "--json"))["not_assessed"]
    assert before["B24"] == ["as_of"]
    assert before["B16"] == ["trees"]
    assert "B16 was not assessed: the layer trees is not loaded." in detect()
    told = json.loads(detect("--as-of", "2027-03-01", "--json"))
    assert told["extent"] == "everything"
    assert "B24" not in told["not_assessed"]
    assert json.loads(detect("--as-of", "2027-03-01", "--json"))["extent"] == "nothing"
