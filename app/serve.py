"""The service: web server and worker over a running, migrated database."""

from __future__ import annotations

import fcntl
import os
import signal
import socket
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from types import FrameType
from typing import Any

import uvicorn

from app.embedded.places import make_folder
from app.kit import logs
from app.main import create_app
from app.runtime import Runtime, running
from app.settings import Settings
from app.supervise import supervised
from spatial.errors import KansenkaartError

GRACE_S = 10


class PortTaken(KansenkaartError):
    """Another program uses the port."""


class AlreadyServed(KansenkaartError):
    """The state folder is served already."""


class _Stopped(BaseException):
    """Ctrl-C or SIGTERM arrived."""


def serve(
    settings: Settings,
    *,
    prepare: Callable[[Runtime], None] | None = None,
    announce: Callable[[Settings], None] | None = None,
) -> None:
    """Serve until Ctrl-C or SIGTERM, then stop everything that was started.

    ``prepare`` runs once the database stands, before the first request;
    ``announce`` when requests are answered. A taken port, a state folder that
    cannot be written or is served already are refused before anything else.
    """
    logs.configure(settings.log_level)
    with ExitStack() as stack:
        stack.enter_context(_until_stopped())
        port = stack.enter_context(_bound(settings.host, settings.port))
        make_folder(settings.home, 0o700)
        stack.enter_context(_only_one(settings))
        runtime = stack.enter_context(running(settings, keep=True))
        if prepare is not None:
            prepare(runtime)
        stack.enter_context(supervised("app.worker", environment(runtime.settings)))
        _answer(runtime, port, announce)


def environment(settings: Settings) -> dict[str, str]:
    """The variables from which a child process reads these same settings."""
    return {
        **os.environ,
        "KANSENKAART_HOME": str(settings.home),
        "DATABASE_URL": settings.database_url,
        "STORAGE_CRS": f"EPSG:{settings.storage_crs}",
        "TIME_ZONE": settings.time_zone,
    }


class _Server(uvicorn.Server):
    """A uvicorn server that says when it answers."""

    def __init__(self, config: uvicorn.Config, announce: Callable[[], None]) -> None:
        super().__init__(config)
        self._announce = announce

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        self._announce()


def _answer(
    runtime: Runtime, port: socket.socket, announce: Callable[[Settings], None] | None
) -> None:
    config = uvicorn.Config(
        create_app(runtime.settings, runtime.engine),
        log_level="warning",
        access_log=False,
        proxy_headers=True,
        timeout_graceful_shutdown=GRACE_S,
    )
    server = _Server(config, lambda: (announce or _say)(runtime.settings))
    server.run(sockets=[port])


def _say(settings: Settings) -> None:
    print(f"Kansenkaart serves on {address(settings)} (Ctrl-C stops it)", flush=True)  # noqa: T201  for whoever started it


def address(settings: Settings) -> str:
    """Where a browser on this machine finds the service."""
    host = "127.0.0.1" if settings.host in {"0.0.0.0", "::", ""} else settings.host  # noqa: S104  compared, not bound
    return settings.base_url or f"http://{host}:{settings.port}"


@contextmanager
def _bound(host: str, port: int) -> Iterator[socket.socket]:
    """Take the port before anything else is done."""
    try:
        found = socket.getaddrinfo(
            host or None, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE
        )
    except (OSError, OverflowError) as error:
        msg = f"{host}:{port} is not an address to serve on: {error}"
        raise PortTaken(msg) from error
    family, kind, number, _, place = found[0]
    with socket.socket(family, kind, number) as bound:
        bound.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            bound.bind(place)
            bound.listen(1024)
        except OSError as error:
            msg = (
                f"Port {port} on {host} cannot be used ({error.strerror}): another program has it. "
                f"Stop that program, or choose another port, for example PORT={port + 1}."
            )
            raise PortTaken(msg) from error
        yield bound


@contextmanager
def _only_one(settings: Settings) -> Iterator[None]:
    """Refuse a second service on one state folder; the lock dies with its process."""
    path = Path(settings.home / "serving.lock")
    with path.open("a+", encoding="utf-8") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            file.seek(0)
            other = file.read().strip() or "another process"
            msg = (
                f"The state folder {settings.home} is served already, by {other}. "
                "Stop that one, or set KANSENKAART_HOME to another folder."
            )
            raise AlreadyServed(msg) from error
        file.truncate(0)
        file.write(f"process {os.getpid()} on {address(settings)}\n")
        file.flush()
        yield
        file.truncate(0)


@contextmanager
def _until_stopped() -> Iterator[None]:
    """End the block quietly on Ctrl-C or SIGTERM; ignore more of them while things are stopped."""
    kept: dict[signal.Signals, Any] = {}

    def stop(_number: int, _frame: FrameType | None) -> None:
        for each in kept:
            signal.signal(each, signal.SIG_IGN)
        raise _Stopped

    listened = [signal.SIGINT, signal.SIGTERM]
    if signal.getsignal(signal.SIGHUP) is not signal.SIG_IGN:  # as nohup wants it
        listened.append(signal.SIGHUP)
    for each in listened:
        kept[each] = signal.signal(each, stop)
    try:
        yield
    except _Stopped:
        print("Stopped.", flush=True)  # noqa: T201  for whoever pressed Ctrl-C
    finally:
        for each, handler in kept.items():
            signal.signal(each, handler)
