"""A real service in a process of its own, over a filled database, with its request log.

Not a thread: GDAL holds Python's lock while it waits for an answer. Run as
``python -m tests.acceptance.serving DATABASE_URL HOME PORT``.
"""

from __future__ import annotations

import os
import re
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.error import URLError

from sqlalchemy import Engine

ROOT = Path(__file__).parents[2]
REQUEST = re.compile(r'"(?:GET|HEAD|OPTIONS) (\S+) HTTP')
PATIENCE_SECONDS = 60


@dataclass
class Service:
    """Address and log: path and query of every request since ``forget``, in order."""

    url: str
    output: Path
    before: int = 0

    def forget(self) -> None:
        self.before = self.output.stat().st_size

    @property
    def log(self) -> list[str]:
        time.sleep(0.05)  # the log line is written after the answer is sent
        return REQUEST.findall(self.output.read_bytes()[self.before :].decode())

    def asked(self, part: str) -> list[str]:
        return [line for line in self.log if part in line]


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _wait(service: Service, process: subprocess.Popen[bytes]) -> None:
    deadline = time.monotonic() + PATIENCE_SECONDS
    while time.monotonic() < deadline:
        assert process.poll() is None, service.output.read_text()
        try:
            urllib.request.urlopen(f"{service.url}/ogc", timeout=5).close()
        except (URLError, OSError):
            time.sleep(0.1)
        else:
            return
    raise AssertionError(service.output.read_text())


@contextmanager
def serving(engine: Engine, home: Path) -> Iterator[Service]:
    """Serve the database of ``engine`` on a free port until the block ends."""
    address = engine.url.set(drivername="postgresql").render_as_string(hide_password=False)
    port = _free_port()
    service = Service(f"http://127.0.0.1:{port}", home / "service.log")
    command = [sys.executable, "-m", "tests.acceptance.serving", address, str(home), str(port)]
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}  # "run" keeps the folder off the path
    with service.output.open("wb") as output:
        process = subprocess.Popen(command, stdout=output, stderr=output, cwd=ROOT, env=environment)
        try:
            _wait(service, process)
            yield service
        finally:
            process.terminate()
            process.wait(20)


def main(address: str, home: str, port: str) -> None:
    """Serve until stopped; one line of log for every request."""
    import uvicorn

    from app.main import create_app
    from app.settings import Settings

    app = create_app(Settings(home=Path(home), database_url=address))
    uvicorn.run(app, port=int(port), access_log=True)


if __name__ == "__main__":
    main(*sys.argv[1:])
