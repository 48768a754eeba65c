"""The private cluster: made, shared, stopped by the last to leave, and safe after kill -9."""

from __future__ import annotations

import os
import shutil
import signal
import tempfile
import threading
import time
from dataclasses import replace
from pathlib import Path

import psycopg
import pytest

from app.embedded import account, cluster, configuration, installation, places, server
from app.embedded.errors import ClusterFailed, HomeUnwritable, PostgisMissing


@pytest.fixture(scope="module")
def base():
    """A folder that the server's account can reach, unlike pytest's own."""
    folder = Path(tempfile.mkdtemp(prefix="kansenkaart-embedded-"))
    yield folder
    shutil.rmtree(folder)


@pytest.fixture(scope="module")
def of(base):
    who = account.choose()
    return cluster.describe(places.places_below(base, who), who, disposable=True)


def _ask(running):
    with psycopg.connect(running.url) as connection:
        return connection.execute("select current_user, current_database()").fetchone()


def _wait_for(condition, seconds=20):
    until = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < until, "it took too long"
        time.sleep(0.05)


def test_it_is_made_started_and_stopped(of):
    with cluster.using(of) as running:
        assert _ask(running) == ("kansenkaart", "kansenkaart")
        assert server.postmaster(of).ready
    assert server.postmaster(of) is None
    assert not (of.places.data / "postmaster.pid").exists()


def test_it_does_not_listen_on_the_network(of):
    with cluster.using(of) as running, psycopg.connect(running.url) as connection:
        assert connection.execute("show listen_addresses").fetchone() == ("",)


def test_the_last_to_leave_stops_it(of):
    with cluster.using(of) as first:
        with cluster.using(of) as second:
            assert second.url == first.url
        assert _ask(first)
    assert server.postmaster(of) is None


def test_the_first_may_leave_first(of):
    first, second = cluster.using(of), cluster.using(of)
    first.__enter__()
    running = second.__enter__()
    first.__exit__(None, None, None)
    assert _ask(running)
    second.__exit__(None, None, None)
    assert server.postmaster(of) is None


def test_two_that_start_at_once_share_one_server(of):
    meeting, pids = threading.Barrier(2), []

    def use():
        with cluster.using(of) as running:
            _ask(running)
            pids.append(server.postmaster(of).pid)
            meeting.wait(30)

    threads = [threading.Thread(target=use) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert len(pids) == 2
    assert len(set(pids)) == 1


def test_what_was_committed_survives_kill_9_and_the_server_is_started_again(of):
    stopping = threading.Event()
    with cluster.using(replace(of, disposable=False)) as running:
        keeper = threading.Thread(target=running.keep, args=(stopping, 0.05))
        keeper.start()
        try:
            with psycopg.connect(running.url) as connection:
                connection.execute("create table kept as select 42 as answer")
            killed = server.postmaster(of).pid
            os.kill(killed, signal.SIGKILL)
            _wait_for(lambda: (found := server.postmaster(of)) and found.pid != killed)
            _wait_for(lambda: server.answers(of))
            with psycopg.connect(running.url) as connection:
                assert connection.execute("select answer from kept").fetchone() == (42,)
                connection.execute("drop table kept")
        finally:
            stopping.set()
            keeper.join()


def test_a_server_left_by_a_killed_command_is_taken_over_and_stopped(of):
    orphan = cluster.Cluster(of)
    orphan.up()
    pid = server.postmaster(of).pid
    with cluster.using(of) as running:
        assert _ask(running)
        assert server.postmaster(of).pid == pid
        orphan.leave()  # in this one process it is our child: waited for, as init would
    assert server.postmaster(of) is None


@pytest.mark.parametrize("pid", ["mine", "999999", "", "nonsense"])
def test_a_stale_pid_file_does_not_prevent_a_start(of, pid):
    file = of.places.data / "postmaster.pid"
    number = os.getpid() if pid == "mine" else pid
    file.write_text(f"{number}\n{of.places.data}\n")
    of.account.own(file)
    with cluster.using(of) as running:
        assert _ask(running)


def test_a_half_made_folder_is_made_anew():
    base = Path(tempfile.mkdtemp(prefix="kansenkaart-embedded-"))
    try:
        who = account.choose()
        of = cluster.describe(places.places_below(base, who), who, disposable=True)
        (base / "data.new").mkdir()
        (base / "data.new" / "PG_VERSION").write_text("half")
        server.make(of)
        assert (of.places.data / "PG_VERSION").read_text().strip() == str(of.installation.major)
    finally:
        shutil.rmtree(base)


@pytest.mark.parametrize("name", ["with a space and ' quotes", "x" * 160])
def test_a_path_with_spaces_or_of_160_characters_works(name):
    root = Path(tempfile.mkdtemp(prefix="kansenkaart-embedded-"))
    root.chmod(0o711)
    who = account.choose()
    of = cluster.describe(places.places_below(root / name, who), who, disposable=True)
    try:
        assert len(os.fsencode(of.places.sockets)) <= places.LONGEST
        with cluster.using(of) as running:
            assert _ask(running)
    finally:
        shutil.rmtree(root)
        if of.places.sockets.exists():
            of.places.sockets.rmdir()


def test_a_folder_that_cannot_be_made_is_named(tmp_path):
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(HomeUnwritable, match="KANSENKAART_HOME"):
        places.places_of(tmp_path / "file" / "home", account.choose())


def test_a_socket_folder_of_somebody_else_is_refused(tmp_path, monkeypatch):
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    who = account._self()
    folder = tmp_path / ("long " * 30)
    with_socket = places.places_below(folder, who).sockets
    with_socket.chmod(0o777)
    with pytest.raises(HomeUnwritable, match="somebody else"):
        places.places_below(folder, who)


def test_a_state_folder_that_was_removed_starts_anew(tmp_path):
    home = tmp_path / "home"
    home.mkdir()
    first = places.folder_for_root(home)
    assert places.folder_for_root(home) == first
    shutil.rmtree(home)
    home.mkdir()
    assert places.folder_for_root(home) != first


def test_data_of_a_version_that_is_not_installed_are_not_touched():
    with pytest.raises(PostgisMissing, match="PostgreSQL 9, which is not installed"):
        installation.choose(9)


def test_without_postgis_the_command_is_told(monkeypatch):
    monkeypatch.setattr(installation, "installations", tuple)
    with pytest.raises(PostgisMissing, match=r"Install it with: .+ DATABASE_URL"):
        installation.choose()


def test_a_server_that_cannot_start_says_why(of):
    broken = of.places.data / "kansenkaart.conf"
    options = configuration.options(1 << 30) | {"shared_buffers": "'much'"}
    text = "".join(f"{name} = {value}\n" for name, value in options.items())

    def write(*_args, **_kwargs):
        broken.write_text(text)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(configuration, "write", write)
        with pytest.raises(ClusterFailed, match="shared_buffers"), cluster.using(of):
            pass
    with cluster.using(of) as running:
        assert _ask(running)


@pytest.mark.parametrize("memory", [512 << 20, 2 << 30, 24 << 30, 512 << 30])
def test_the_memory_asked_for_fits_the_machine(memory):
    asked = configuration.options(memory)
    size = {name: int(value[:-2]) << 20 for name, value in asked.items() if value.endswith("MB")}
    assert size["shared_buffers"] <= max(memory // 4, 128 << 20)
    assert size["shared_buffers"] + 8 * size["work_mem"] < memory
