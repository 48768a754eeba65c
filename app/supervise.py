"""Keeps a child process alive: the worker beside the web service.

Run as a program, ``python -m app.supervise MODULE`` calls ``main()`` of MODULE
and ends it when its parent is gone, so that a service killed with -9 leaves no
worker behind.
"""

from __future__ import annotations

import importlib
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager

import structlog

LONGEST_PAUSE_S = 30.0
SETTLED_S = 60.0
STOP_S = 10.0
log = structlog.get_logger()


class Supervisor:
    """Starts a module as a child process, and again whenever it ends."""

    def __init__(self, module: str, environ: Mapping[str, str]) -> None:
        self.module = module
        self.environ = dict(environ)
        self.child: subprocess.Popen[bytes] | None = None
        self._stopping = threading.Event()

    def run(self) -> None:
        """Start the child until told to stop, waiting longer each time that it dies at once."""
        pause = 0.5
        while not self._stopping.is_set():
            begun = time.monotonic()
            self.child = self._start()
            code = self.child.wait()
            if self._stopping.is_set():
                return
            pause = 0.5 if time.monotonic() - begun > SETTLED_S else min(pause * 2, LONGEST_PAUSE_S)
            log.warning(
                "process ended, starting it again", module=self.module, code=code, in_s=pause
            )
            self._stopping.wait(pause)

    def _start(self) -> subprocess.Popen[bytes]:
        return subprocess.Popen(  # noqa: S603  our own program
            [sys.executable, "-m", "app.supervise", self.module],
            env=self.environ,
            stdin=subprocess.DEVNULL,
            start_new_session=True,  # Ctrl-C is for the service, which then stops the child
        )

    def stop(self) -> None:
        """End the child: politely, then firmly."""
        self._stopping.set()
        child = self.child
        if child is None:
            return
        for end in (child.terminate, child.kill):
            if child.poll() is None:
                end()
            try:
                child.wait(STOP_S)
            except subprocess.TimeoutExpired:
                continue
            return


@contextmanager
def supervised(module: str, environ: Mapping[str, str]) -> Iterator[Supervisor]:
    """Keep a module running for as long as the block lasts."""
    supervisor = Supervisor(module, environ)
    thread = threading.Thread(target=supervisor.run, daemon=True, name=f"supervise-{module}")
    thread.start()
    try:
        yield supervisor
    finally:
        supervisor.stop()
        thread.join(STOP_S)


def _end_with(parent: int) -> None:
    while os.getppid() == parent:
        time.sleep(0.5)
    os.kill(os.getpid(), signal.SIGTERM)
    time.sleep(STOP_S)
    os._exit(1)  # it did not listen


def _main(module: str) -> None:
    threading.Thread(target=_end_with, args=(os.getppid(),), daemon=True).start()
    importlib.import_module(module).main()


if __name__ == "__main__":
    _main(sys.argv[1])
