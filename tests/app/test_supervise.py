"""A supervised process is started again when it dies, and ends with whoever watches it."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from app.supervise import supervised

CHILD = """
import os, pathlib, time
def main():
    with pathlib.Path(os.environ["NOTES"]).open("a") as notes:
        notes.write(f"{os.getpid()}\\n")
    time.sleep(60)
"""
PARENT = """
import os, time
from app.supervise import supervised
with supervised("one_child", os.environ):
    time.sleep(60)
"""


@pytest.fixture
def environ(tmp_path):
    (tmp_path / "one_child.py").write_text(CHILD)
    notes = tmp_path / "notes"
    notes.touch()
    path = os.pathsep.join([str(tmp_path), str(Path.cwd())])
    return {**os.environ, "NOTES": str(notes), "PYTHONPATH": path}


def _started(environ, number):
    """The process number of the n-th start, once it has happened."""
    until = time.monotonic() + 30
    while True:
        pids = Path(environ["NOTES"]).read_text().split()
        if len(pids) >= number:
            return int(pids[number - 1])
        assert time.monotonic() < until, "it was not started"
        time.sleep(0.05)


def _wait_until_gone(pid):
    until = time.monotonic() + 30
    while Path(f"/proc/{pid}").exists() and not _is_zombie(pid):
        assert time.monotonic() < until, "it still runs"
        time.sleep(0.05)


def _is_zombie(pid):
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] == "Z"
    except FileNotFoundError:
        return True


def test_it_is_started_again_and_stopped(environ):
    with supervised("one_child", environ):
        first = _started(environ, 1)
        os.kill(first, signal.SIGKILL)
        second = _started(environ, 2)
        assert second != first
    _wait_until_gone(second)


def test_it_ends_when_its_parent_is_killed(environ):
    parent = subprocess.Popen([sys.executable, "-c", PARENT], env=environ)
    child = _started(environ, 1)
    parent.kill()
    parent.wait(10)
    _wait_until_gone(child)
