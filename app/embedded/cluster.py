"""One server per state folder, shared by every command that needs it.

Whoever comes first starts it, whoever leaves last stops it. Two locks say who
that is: ``changing`` is held while the server is started or stopped, ``users``
is held, shared, as long as one uses it. Locks die with their process, so a
command killed with -9 leaves nothing to clean; its server is taken over.
"""

from __future__ import annotations

import fcntl
import subprocess
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

import psycopg
import structlog
from psycopg import sql

from app.embedded import account, installation, server
from app.embedded.errors import ClusterFailed
from app.embedded.places import Places, places_of

DATABASE = "kansenkaart"
log = structlog.get_logger()


class Cluster:
    """A running server, and the means to keep it running."""

    def __init__(self, of: server.Server) -> None:
        self.server = of
        self.sockets = of.places.sockets
        self._child: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        """Address of the deployment's database."""
        return self.url_of(DATABASE)

    def url_of(self, database: str) -> str:
        """Address of a database of this cluster."""
        return self.server.url(database, self.sockets)

    def up(self) -> bool:
        """Start the server unless it runs; true when it had to be started."""
        with _locked(self.server.places.changing):
            found = server.postmaster(self.server)
            if found is not None:
                self.sockets = found.sockets
                self._wait(found)
                return False
            self.sockets = self.server.places.sockets
            server.make(self.server)
            server.clear_stale(self.server)
            self._child = server.start(self.server)
            return True

    def _wait(self, found: server.Postmaster) -> None:
        """Wait for a server that another process has just started, or that recovers."""
        for _ in range(10 * server.START_SECONDS):
            if server.answers(self.server, found.sockets):
                return
            if server.postmaster(self.server) is None:
                break
            threading.Event().wait(0.1)
        msg = f"PostgreSQL runs as process {found.pid} but does not answer. Stop it and try again."
        raise ClusterFailed(msg)

    def down(self) -> None:
        """Stop the server."""
        server.stop(self.server, self._child)
        self._child = None

    def leave(self) -> None:
        """Leave the server running for others; still our child, it is waited for when it ends."""
        if self._child is not None:
            threading.Thread(target=self._child.wait, daemon=True, name="reap-cluster").start()
            self._child = None

    def make_database(self, name: str) -> None:
        """Make a database unless it exists."""
        with psycopg.connect(self.url_of("postgres"), autocommit=True) as connection:
            known = connection.execute("select 1 from pg_database where datname = %s", [name])
            if known.fetchone() is None:
                connection.execute(sql.SQL("create database {}").format(sql.Identifier(name)))

    def keep(self, stopping: threading.Event, every_s: float = 0.5) -> None:
        """Until ``stopping``, start the server again whenever it dies."""
        while not stopping.wait(every_s):
            if self._child is not None:
                self._child.poll()  # a dead child must be waited for before it counts as gone
            if server.postmaster(self.server) is not None:
                continue
            try:
                if self.up():
                    log.warning("database server had died and was started again")
            except ClusterFailed as error:
                log.error("database server cannot be started", reason=str(error))  # noqa: TRY400  the reason is the message
                stopping.wait(5)


@contextmanager
def _locked(path: Path) -> Iterator[IO[bytes]]:
    with path.open("ab") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield file


def _last(file: IO[bytes]) -> bool:
    """Whether nobody else holds the lock that we share."""
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        return False
    return True


def _version(places: Places) -> int | None:
    try:
        return int((places.data / "PG_VERSION").read_text())
    except FileNotFoundError:
        return None


def describe(places: Places, who: account.Account, *, disposable: bool = False) -> server.Server:
    """The server that belongs to these places, with the programs that fit its data."""
    programs = installation.choose(_version(places))
    return server.Server(places, who, programs, disposable)


@contextmanager
def using(of: server.Server, database: str = DATABASE) -> Iterator[Cluster]:
    """Use a server: started if none runs, stopped if nobody else uses it any more."""
    cluster = Cluster(of)
    with of.places.users.open("ab") as users:
        with _locked(of.places.users.with_name("entering.lock")):
            fcntl.flock(users, fcntl.LOCK_SH)
            cluster.up()
        try:
            cluster.make_database(database)
            yield cluster
        finally:
            with _locked(of.places.users.with_name("entering.lock")):
                if _last(users):
                    cluster.down()
                else:
                    cluster.leave()


@contextmanager
def running_cluster(home: Path) -> Iterator[Cluster]:
    """The private cluster of a state folder, running for as long as the block lasts."""
    installation.choose()  # says what is missing before any folder is made
    who = account.choose()
    with using(describe(places_of(home, who), who)) as cluster:
        yield cluster
