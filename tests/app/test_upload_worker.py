"""The worker as a process: it ends when told to, and its job survives when it is killed."""

from __future__ import annotations

import io
import os
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest
from sqlalchemy import func, select, text, update

from app.tables import uploads, works
from app.uploads.options import UploadOptions
from app.uploads.receive import receive
from app.uploads.tasks import queue

ROOT = Path(__file__).parents[2]


@pytest.fixture
def start(settings):
    """Starts workers; kills what is left of them."""
    environment = {
        **os.environ,
        "DATABASE_URL": settings.database_url,
        "KANSENKAART_HOME": str(settings.home),
    }
    running = []

    def start():
        process = subprocess.Popen([sys.executable, "-m", "app.worker"], cwd=ROOT, env=environment)
        running.append(process)
        return process

    yield start
    for process in running:
        if process.poll() is None:
            process.kill()
        process.wait(10)


def send(deliver, data):
    organisation_id = deliver.organisation("leiden")
    with deliver.engine.begin() as connection:
        upload_id = receive(
            connection,
            deliver.settings,
            stream=io.BytesIO(data),
            filename="plan.geojson",
            options=UploadOptions(),
            organisation_id=organisation_id,
            by="test",
        )
        queue(connection, upload_id)
    return upload_id


def wait_for(what, seconds=30.0):
    pause = threading.Event()
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if what():
            return
        pause.wait(0.05)
    pytest.fail("it did not happen in time")


def state(engine, upload_id):
    with engine.connect() as connection:
        return connection.scalar(select(uploads.c.state).where(uploads.c.id == upload_id))


def test_it_stores_what_waits_and_ends_on_sigterm(deliver, start, a_work, as_file):
    upload = send(deliver, as_file([a_work("A")]))
    process = start()
    wait_for(lambda: state(deliver.engine, upload) == "done")
    process.send_signal(signal.SIGTERM)
    assert process.wait(15) == 0


def test_a_job_of_a_killed_worker_is_done_by_the_next(deliver, start, a_work, as_file):
    engine = deliver.engine
    upload = send(deliver, as_file([a_work(f"A{i}", y=30 * i) for i in range(20)]))
    with engine.begin() as connection:  # the state a worker leaves that is killed in the act
        worker = connection.scalar(
            text(
                "insert into procrastinate_workers (last_heartbeat)"
                " values (now() - interval '1 minute') returning id"
            )
        )
        connection.execute(
            text("update procrastinate_jobs set status = 'doing', worker_id = :w"), {"w": worker}
        )
        connection.execute(update(uploads).values(state="running"))
    start()
    wait_for(lambda: state(engine, upload) == "done")
    with engine.connect() as connection:
        assert connection.scalar(select(func.count()).select_from(works)) == 20


def test_two_uploads_of_one_dataset_wait_for_each_other(deliver, a_work):
    """Both name the same new projects and the same new organisation."""
    files = [
        [a_work(f"A{i}", y=30 * i, title=t, organisatie="Stedin") for i in range(30)]
        for t in ("een", "twee")
    ]
    deliver.organisation("leiden")
    reports = []
    threads = [
        threading.Thread(target=lambda f=f: reports.append(deliver(f))) for f in (*files, *files)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert len(reports) == 4
    assert all(r.state in {"done", "unchanged"} for r in reports), [r.problem for r in reports]
    with deliver.engine.connect() as connection:
        assert connection.scalar(select(func.count()).select_from(works)) == 30
        assert len(set(connection.scalars(select(works.c.title)))) == 1


def test_an_upload_that_is_finished_is_not_stored_again(deliver, a_work):
    from app.kit.problems import Conflict
    from app.uploads.ingest import ingest

    deliver([a_work("A")])
    with pytest.raises(Conflict, match="finished"):
        ingest(deliver.engine, deliver.settings, deliver.uploads[0])
