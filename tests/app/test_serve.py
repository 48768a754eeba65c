"""The service as a process: one per state folder, clear refusals, a quiet end, no loss by kill -9."""

from __future__ import annotations

import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path

import pytest

from app.embedded import account, cluster, places, server

ROOT = Path(__file__).resolve().parents[2]


def _free_port():
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return one.getsockname()[1]


def _environment(home, port):
    kept = {k: v for k, v in os.environ.items() if k not in {"DATABASE_URL", "STORAGE_CRS"}}
    return {**kept, "KANSENKAART_HOME": str(home), "PORT": str(port)}


def _run(home, port, *words):
    """Run a command to its end: exit code, standard output, standard error."""
    done = subprocess.run(
        [sys.executable, "-m", "app.cli", *words],
        cwd=ROOT,
        env=_environment(home, port),
        capture_output=True,
        text=True,
        timeout=90,
        check=False,
    )
    assert "Traceback" not in done.stderr
    return done


def _get(port, path):
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}{path}", timeout=10) as answer:
            return answer.status, answer.read()
    except urllib.error.HTTPError as error:
        return error.code, error.read()
    except OSError:
        return 0, b""


def _wait_until(condition, seconds=60):
    until = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < until, "it took too long"
        time.sleep(0.1)


class Service:
    """A service in a process of its own, and what it said."""

    def __init__(self, home, port, log):
        self.home, self.port, self.log = home, port, log
        self.process = None

    def start(self):
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "app.cli", "serve"],
                cwd=ROOT,
                env=_environment(self.home, self.port),
                stdout=log,
                stderr=log,
            )
        _wait_until(self.ready)

    def ready(self):
        assert self.process.poll() is None, self.log.read_text()
        return _get(self.port, "/health/ready")[0] == 200

    def end(self, how=signal.SIGINT):
        self.process.send_signal(how)
        return self.process.wait(60)

    def database(self):
        who = account.choose()
        return cluster.describe(places.places_of(self.home, who), who)


@pytest.fixture(scope="module")
def service(tmp_path_factory):
    folder = tmp_path_factory.mktemp("with a space")
    one = Service(folder / "home", _free_port(), folder / "log")
    one.start()
    yield one
    if one.process.poll() is None:
        one.end()
    of = one.database()
    assert server.postmaster(of) is None
    shutil.rmtree(of.places.base)


def test_it_lives_is_ready_and_counts(service):
    assert _get(service.port, "/health/live") == (200, b'{"status":"ok"}')
    assert _get(service.port, "/health/ready")[0] == 200
    _get(service.port, "/docs")
    assert b"http_requests_total" in _get(service.port, "/metrics")[1]


def test_a_taken_port_is_refused_before_anything_happens(service, tmp_path):
    done = _run(tmp_path / "home", service.port, "serve")
    assert done.returncode == 2
    assert f"PORT={service.port + 1}" in done.stderr
    assert not (tmp_path / "home").exists()


def test_a_second_service_on_the_same_folder_is_refused(service):
    done = _run(service.home, _free_port(), "serve")
    assert done.returncode == 2
    assert f"process {service.process.pid} on http://127.0.0.1:{service.port}" in done.stderr


def test_a_command_uses_the_database_of_the_running_service(service):
    before = server.postmaster(service.database()).pid
    done = _run(service.home, service.port, "migrate")
    assert (done.returncode, done.stderr) == (0, "")
    assert server.postmaster(service.database()).pid == before
    assert service.ready()


def test_a_killed_database_comes_back_by_itself(service):
    killed = server.postmaster(service.database()).pid
    os.kill(killed, signal.SIGKILL)
    _wait_until(lambda: (p := server.postmaster(service.database())) and p.pid != killed)
    _wait_until(service.ready)


def test_a_killed_service_starts_again_on_the_same_data(service):
    before = server.postmaster(service.database()).pid
    assert service.end(signal.SIGKILL) == -signal.SIGKILL
    service.start()
    assert server.postmaster(service.database()).pid == before


def test_another_storage_crs_is_refused(service):
    done = subprocess.run(
        [sys.executable, "-m", "app.cli", "migrate"],
        cwd=ROOT,
        env={**_environment(service.home, service.port), "STORAGE_CRS": "EPSG:2154"},
        capture_output=True,
        text=True,
        timeout=90,
        check=False,
    )
    assert done.returncode == 2
    assert "stores EPSG:28992" in done.stderr


def test_the_doctor_finds_the_running_database(service):
    done = _run(service.home, service.port, "doctor", "--json")
    told = json.loads(done.stdout)
    assert done.returncode == 0
    assert told["healthy"]
    assert "migrated" in next(c["found"] for c in told["checks"] if c["name"] == "database")


@pytest.mark.parametrize("how", [signal.SIGTERM, signal.SIGINT])
def test_it_ends_quietly_and_stops_what_it_started(service, how):
    if service.process.poll() is not None:
        service.start()
    assert service.end(how) == 0
    assert "Stopped." in service.log.read_text()
    assert "KeyboardInterrupt" not in service.log.read_text()
    assert server.postmaster(service.database()) is None


def test_a_folder_that_cannot_be_written_is_refused(tmp_path):
    (tmp_path / "file").write_text("in the way")
    done = _run(tmp_path / "file" / "home", _free_port(), "serve")
    assert done.returncode == 2
    assert "KANSENKAART_HOME" in done.stderr
    assert done.stdout == ""


def test_refusals_are_json_where_json_is_asked(tmp_path):
    done = subprocess.run(
        [sys.executable, "-m", "app.cli", "doctor", "--json"],
        cwd=ROOT,
        env={**_environment(tmp_path, 1), "STORAGE_CRS": "Amersfoort"},
        capture_output=True,
        text=True,
        timeout=90,
        check=False,
    )
    assert done.returncode == 2
    assert json.loads(done.stdout)["type"] == "/problems/setting-refused"
    assert "must look like EPSG:28992" in done.stderr
