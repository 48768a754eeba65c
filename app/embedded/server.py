"""Makes, starts and stops the PostgreSQL server of one place, and knows whether it lives."""

from __future__ import annotations

import contextlib
import os
import shutil
import signal
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

import psycopg

from app.embedded import configuration
from app.embedded.account import Account
from app.embedded.errors import ClusterFailed
from app.embedded.installation import Installation
from app.embedded.places import Places

START_SECONDS = 300  # recovery after a crash may take long; a start takes 0.1 s
STOP_SECONDS = 60
LOG_BYTES = 20_000_000
ENVIRONMENT = {"PATH": "/usr/bin:/bin", "LC_ALL": "C", "TZ": "UTC"}


@dataclass(frozen=True, slots=True)
class Server:
    """One server: where it lies, who runs it, with which programs."""

    places: Places
    account: Account
    installation: Installation
    disposable: bool = False

    def url(self, database: str, sockets: Path | None = None) -> str:
        """Address of a database of this server."""
        folder = quote(str(sockets or self.places.sockets), safe="")
        return f"postgresql://{configuration.ROLE}@/{database}?host={folder}"


@dataclass(frozen=True, slots=True)
class Postmaster:
    """What ``postmaster.pid`` tells of a server: process, socket folder, and if it is ready."""

    pid: int
    sockets: Path
    ready: bool


def postmaster(server: Server) -> Postmaster | None:
    """The server that runs on these data, or None."""
    try:
        lines = (server.places.data / "postmaster.pid").read_text().splitlines()
        pid = abs(int(lines[0]))
    except (FileNotFoundError, IndexError, ValueError):
        return None
    if not _is_postgres(pid, server.places.data):
        return None
    told = [line.strip() for line in lines] + [""] * 8  # the file grows while the server starts
    return Postmaster(pid, Path(told[4] or server.places.sockets), told[7] == "ready")


def clear_stale(server: Server) -> None:
    """Remove what a dead server left; only for whoever holds the lock and is about to start one.

    PostgreSQL itself refuses to start when the file is cut short, or names a
    process that got the dead server's number since, as after a restart of a
    container.
    """
    file = server.places.data / "postmaster.pid"
    for stale in (file, *server.places.sockets.glob(".s.PGSQL.*")):
        stale.unlink(missing_ok=True)


def _is_postgres(pid: int, data: Path) -> bool:
    """Whether a living process is the server of these data, not one that got its number since."""
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return False  # of another account, so not the server of our data
    if not sys.platform.startswith("linux"):
        return True
    try:
        if Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] == "Z":
            return False
        return Path(f"/proc/{pid}/cwd").resolve() == data.resolve()
    except OSError:
        return False


def make(server: Server) -> None:
    """Make the data with ``initdb``; a half-made folder is never left under the final name."""
    data = server.places.data
    if (data / "PG_VERSION").exists():
        return
    half = data.with_name("data.new")
    shutil.rmtree(half, ignore_errors=True)
    half.mkdir(mode=0o700)
    server.account.own(half)
    locale = "C.UTF-8" if sys.platform.startswith("linux") else "C"
    options = ["-U", configuration.ROLE, "-E", "UTF8", f"--locale={locale}", "--auth=peer"]
    if server.disposable:
        options.append("--no-sync")
    done = subprocess.run(  # noqa: S603  a program found in a known place
        [server.installation.program("initdb"), "-D", str(half), *options],
        env=ENVIRONMENT,
        capture_output=True,
        text=True,
        timeout=START_SECONDS,
        check=False,
        **server.account.as_user(),  # type: ignore[call-overload]  # keyword arguments of Popen
    )
    if done.returncode:
        shutil.rmtree(half, ignore_errors=True)
        msg = f"initdb could not make the data in {data}: {done.stderr.strip()[-1000:]}"
        raise ClusterFailed(msg)
    configuration.include(half)
    half.rename(data)


def start(server: Server) -> subprocess.Popen[bytes]:
    """Start the server as our own child and wait until it answers."""
    configuration.write(server.places.data, server.account, disposable=server.disposable)
    if server.places.log.exists() and server.places.log.stat().st_size > LOG_BYTES:
        server.places.log.replace(server.places.log.with_suffix(".old.log"))
    until = time.monotonic() + START_SECONDS
    while True:
        child = _launch(server)
        if _wait_until_ready(server, child, until):
            return child
        # after kill -9 the old server's last processes may still hold its memory
        if time.monotonic() > until or "still in use" not in last_words(server):
            break
        time.sleep(0.1)
    msg = f"PostgreSQL does not start. Its last words, in {server.places.log}: {last_words(server)}"
    raise ClusterFailed(msg)


def _launch(server: Server) -> subprocess.Popen[bytes]:
    with server.places.log.open("ab") as log:
        child: subprocess.Popen[bytes] = subprocess.Popen(  # noqa: S603  a known program
            [
                server.installation.program("postgres"),
                "-D",
                str(server.places.data),
                "-k",
                str(server.places.sockets),
            ],
            env=ENVIRONMENT,
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            start_new_session=True,  # Ctrl-C is for us; we stop the server when we are done
            **server.account.as_user(),  # type: ignore[call-overload]  # keyword arguments
        )
    return child


def _wait_until_ready(server: Server, child: subprocess.Popen[bytes], until: float) -> bool:
    while time.monotonic() < until:
        if child.poll() is not None:
            return False
        found = postmaster(server)
        if found is not None and found.pid == child.pid and found.ready and answers(server):
            return True
        time.sleep(0.02)
    child.send_signal(signal.SIGQUIT)
    child.wait(STOP_SECONDS)
    return False


def answers(server: Server, sockets: Path | None = None) -> bool:
    """Whether the server takes a connection now."""
    try:
        psycopg.connect(server.url("postgres", sockets), connect_timeout=5).close()
    except psycopg.OperationalError:
        return False
    return True


def stop(server: Server, child: subprocess.Popen[bytes] | None) -> None:
    """Stop the server, ours or one we found: politely, then firmly. Every wait has an end."""
    found = postmaster(server)
    for how in (signal.SIGINT, signal.SIGQUIT, signal.SIGKILL):
        if found is None:
            break
        with contextlib.suppress(ProcessLookupError):
            os.kill(found.pid, how)
        if _gone(server, child, STOP_SECONDS):
            break
    if child is not None:
        with contextlib.suppress(subprocess.TimeoutExpired):
            child.wait(5)


def _gone(server: Server, child: subprocess.Popen[bytes] | None, seconds: float) -> bool:
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        if child is not None:
            child.poll()
        if postmaster(server) is None:
            return True
        time.sleep(0.02)
    return False


def last_words(server: Server) -> str:
    """The end of the server's log."""
    try:
        lines = server.places.log.read_text(errors="replace").splitlines()
    except OSError:
        return "(no log)"
    return " | ".join(lines[-6:])
