"""Shared by all tests: a PostGIS of their own, and the rule that CI skips nothing unexplained.

Every pytest process has its own cluster in a temporary folder, with durability
off; a template database is migrated once and cloned for whoever asks. With
KANSENKAART_TEST_DATABASE_URL set, databases are made on that server instead.
"""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from fnmatch import fnmatchcase
from itertools import count
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from sqlalchemy import Connection, Engine

    from app.settings import Settings

ALLOWED_SKIPS = Path(__file__).parent / "acceptance" / "allowed_skips.txt"
PREFIX = "kansenkaart-tests-"
TEMPLATE = "kansenkaart_template"
NUMBERS = count(1)


def _remove_abandoned() -> None:
    """Stop clusters of test runs that were killed, whose process is no more."""
    from app.embedded import account, cluster, server
    from app.embedded.places import places_below

    for base in Path(tempfile.gettempdir()).glob(PREFIX + "*"):
        owner = base / "pytest.pid"
        if not owner.exists() or Path(f"/proc/{owner.read_text()}").exists():
            continue
        who = account.choose()
        if base.stat().st_uid == os.geteuid():
            server.stop(cluster.describe(places_below(base, who), who, disposable=True), None)
            shutil.rmtree(base, ignore_errors=True)


@contextmanager
def _own_cluster() -> Iterator[Callable[[str], str]]:
    from app.embedded import account, cluster
    from app.embedded.places import places_below

    _remove_abandoned()
    who = account.choose()
    base = Path(tempfile.mkdtemp(prefix=PREFIX))
    (base / "pytest.pid").write_text(str(os.getpid()))
    try:
        of = cluster.describe(places_below(base, who), who, disposable=True)
        with cluster.using(of) as running:
            yield running.url_of
    finally:
        shutil.rmtree(base, ignore_errors=True)


def _url_on(server: str, database: str) -> str:
    from sqlalchemy import make_url

    return make_url(server).set(database=database).render_as_string(hide_password=False)


def allowed_skips(text: str) -> list[tuple[str, str]]:
    """Patterns of test ids that CI may skip, each with its reason.

    A line is a pattern (``*`` stands for anything), a space and the reason.
    """
    lines = (line.strip() for line in text.splitlines())
    pairs = [line.partition(" ") for line in lines if line and not line.startswith("#")]
    unexplained = [pattern for pattern, _, reason in pairs if not reason.strip()]
    if unexplained:
        msg = f"{ALLOWED_SKIPS.name}: no reason stands beside {', '.join(unexplained)}"
        raise pytest.UsageError(msg)
    return [(pattern, reason.strip()) for pattern, _, reason in pairs]


def unexplained_skips(skipped: list[str], text: str) -> list[str]:
    """Which of the skipped test ids no pattern allows; brackets stand for themselves."""
    patterns = [pattern.replace("[", "[[]") for pattern, _ in allowed_skips(text)]
    return [one for one in skipped if not any(fnmatchcase(one, each) for each in patterns)]


def _unexplained(config: pytest.Config) -> list[str]:
    reporter = config.pluginmanager.get_plugin("terminalreporter")
    if os.environ.get("CI") != "true" or reporter is None or hasattr(config, "workerinput"):
        return []
    skipped = [report.nodeid for report in reporter.stats.get("skipped", [])]
    return unexplained_skips(skipped, ALLOWED_SKIPS.read_text(encoding="utf-8"))


def pytest_sessionfinish(session: pytest.Session, exitstatus: int) -> None:
    """With CI=true a skipped test is a failure, unless it is allowed with a reason."""
    if exitstatus == pytest.ExitCode.OK and _unexplained(session.config):
        session.exitstatus = pytest.ExitCode.TESTS_FAILED


def pytest_terminal_summary(
    terminalreporter: pytest.TerminalReporter, config: pytest.Config
) -> None:
    """Name the tests that were skipped and should not have been."""
    for one in _unexplained(config):
        terminalreporter.write_line(
            f"SKIPPED, which CI does not allow: {one} (see {ALLOWED_SKIPS.name})", red=True
        )


@pytest.fixture(scope="session")
def url_of() -> Iterator[Callable[[str], str]]:
    """The address of a database of the tests' server, by its name."""
    given = os.environ.get("KANSENKAART_TEST_DATABASE_URL")
    if given:
        yield lambda database: _url_on(given, database)
        return
    with _own_cluster() as address:
        yield address


@pytest.fixture(scope="session")
def clone(url_of: Callable[[str], str]) -> Iterator[Callable[[], str]]:
    """Makes a fresh, migrated database and gives its address; dropped when the run ends."""
    import psycopg

    from app.kit.db import make_engine
    from app.runtime import migrate
    from app.settings import Settings

    template = f"{TEMPLATE}_{os.getpid()}"
    made = [template]
    with psycopg.connect(url_of("postgres"), autocommit=True) as connection:
        connection.execute(f'create database "{template}"')
        engine = make_engine(url_of(template))
        try:
            migrate(engine, Settings(home=Path("/nonexistent")))
        finally:
            engine.dispose()

        def clone() -> str:
            name = f"kansenkaart_{os.getpid()}_{next(NUMBERS)}"
            connection.execute(f'create database "{name}" template "{template}" strategy file_copy')
            made.append(name)
            return url_of(name)

        yield clone
        for name in made:
            connection.execute(f'drop database if exists "{name}" with (force)')


@pytest.fixture(scope="session")
def database_url(clone: Callable[[], str]) -> str:
    """One migrated database for all tests that roll back what they do."""
    return clone()


@pytest.fixture(scope="session")
def shared_engine(database_url: str) -> Iterator[Engine]:
    from app.kit.db import make_engine

    engine = make_engine(database_url)
    yield engine
    engine.dispose()


@pytest.fixture
def connection(shared_engine: Engine) -> Iterator[Connection]:
    """A connection in a transaction that is rolled back after the test."""
    with shared_engine.connect() as connection:
        transaction = connection.begin()
        yield connection
        if transaction.is_active:
            transaction.rollback()


@pytest.fixture
def engine(clone: Callable[[], str]) -> Iterator[Engine]:
    """An engine on a database of the test's own, for code that commits."""
    from app.kit.db import make_engine

    engine = make_engine(clone())
    yield engine
    engine.dispose()


@pytest.fixture
def settings(tmp_path: Path, request: pytest.FixtureRequest) -> Settings:
    """Settings with a state folder of the test's own.

    ``database_url`` is that of ``engine`` where the test uses it, else of the shared database.
    """
    from app.settings import Settings

    home = tmp_path / "home"
    home.mkdir()
    plain = Settings(home=home)
    if "engine" in request.fixturenames:
        url = request.getfixturevalue("engine").url
        return replace(plain, database_url=url.set(drivername="postgresql").render_as_string(False))
    return replace(plain, database_url=request.getfixturevalue("database_url"))
