"""Uploads over the API: sent, stored by a job, followed, reported, undone."""

from __future__ import annotations

import asyncio
import threading

import pytest
from fastapi.testclient import TestClient
from sqlalchemy import select, text

from app.main import create_app
from app.organisations.issue_key import issue_key
from app.tables import uploads, works
from app.worker import work as run_worker


@pytest.fixture
def client(deliver, engine, settings):
    deliver.organisation("leiden")
    deliver.organisation("stedin")
    with engine.begin() as connection:
        keys = {slug: issue_key(connection, slug) for slug in ("leiden", "stedin")}
    with TestClient(create_app(settings, engine)) as client:
        client.headers["Authorization"] = f"Bearer {keys['leiden']}"
        client.keys = keys
        yield client


@pytest.fixture
def worker(engine, settings):
    """A worker in a thread, and a function that waits until an upload is finished."""
    loop, stop = asyncio.new_event_loop(), asyncio.Event()
    thread = threading.Thread(
        target=lambda: loop.run_until_complete(run_worker(settings, engine, stop))
    )
    thread.start()
    yield
    loop.call_soon_threadsafe(stop.set)
    thread.join(20)
    assert not thread.is_alive()
    loop.close()


def send(client, content, **fields):
    return client.post("/api/uploads", files={"file": ("plan.geojson", content)}, data=fields)


def finished(client, place):
    done = threading.Event()
    for _ in range(200):
        upload = client.get(place).json()
        if upload["state"] not in {"queued", "running"}:
            return upload
        done.wait(0.05)
    pytest.fail("the upload was not finished in 10 s")


def test_an_upload_runs_as_a_job(client, worker, as_file, a_work, engine):
    answer = send(client, as_file([a_work("A"), a_work("B", y=40)]), dataset="riool")
    assert answer.status_code == 202
    assert answer.headers["location"] == f"/api/uploads/{answer.json()['id']}"
    upload = finished(client, answer.headers["location"])
    assert (upload["state"], upload["dataset"]) == ("done", "riool")
    assert upload["report"]["counts"]["stored"] == 2
    assert upload["progress"]["fraction"] == 1.0
    with engine.connect() as connection:
        assert len(connection.execute(select(works.c.id)).all()) == 2


def test_a_bad_file_ends_as_a_problem_in_the_report(client, worker):
    upload = finished(client, send(client, b"nonsense").headers["location"])
    assert upload["state"] == "refused"
    assert upload["report"]["problem"]["status"] == 422


def test_the_job_and_the_upload_are_one_transaction(client, as_file, a_work, engine):
    send(client, as_file([a_work("A")]))
    with engine.connect() as connection:
        upload_id = connection.scalar(select(uploads.c.id))
        args = connection.scalar(text("select args from procrastinate_jobs"))
    assert args == {"upload_id": str(upload_id)}


def test_too_large_is_413_with_a_reason(client, settings, engine):
    from dataclasses import replace

    small = replace(settings, max_upload_bytes=1000)
    with TestClient(create_app(small, engine)) as other:
        other.headers.update(client.headers)
        answer = send(other, b"x" * 1001)
        huge = send(other, b"x" * 3_000_000)
    for refused in (answer, huge):
        assert refused.status_code == 413
        assert refused.headers["content-type"] == "application/problem+json"
        assert "MAX_UPLOAD_MB" in refused.json()["detail"]
    with engine.connect() as connection:
        assert connection.scalar(select(uploads.c.id)) is None


@pytest.mark.parametrize(
    ("fields", "status"),
    [
        ({"visibility": "everyone"}, 400),
        ({"dry_run": "perhaps"}, 400),
        ({"mapping": "{"}, 400),
        ({"mapping": "[]"}, 400),
        ({"colour": "red"}, 400),
        ({"organisation": "stedin"}, 403),
    ],
)
def test_bad_fields_are_refused(client, as_file, a_work, fields, status):
    answer = send(client, as_file([a_work("A")]), **fields)
    assert answer.status_code == status
    assert answer.headers["content-type"] == "application/problem+json"


def test_an_empty_file_and_no_file_are_refused(client):
    assert send(client, b"").status_code == 422
    assert client.post("/api/uploads", data={"dataset": "x"}).status_code == 400
    assert client.post("/api/uploads", content=b"x").status_code == 400


def test_an_upload_is_seen_only_by_who_sent_it(client, deliver, a_work):
    deliver([a_work("A")], organisation="leiden")
    place = f"/api/uploads/{deliver.uploads[0]}"
    assert client.get(place).status_code == 200
    other = {"Authorization": f"Bearer {client.keys['stedin']}"}
    for path in (place, f"{place}/report.csv", f"/uploads/{deliver.uploads[0]}"):
        assert client.get(path, headers=other).status_code == 404
    assert client.post(f"{place}/undo", headers=other).status_code == 404
    assert client.get("/api/uploads", headers=other).json()["uploads"] == []


def test_undo_over_the_api(client, deliver, a_work):
    deliver([a_work("A")])
    deliver([a_work("A", title="Later")])
    first, second = (f"/api/uploads/{u}/undo" for u in deliver.uploads)
    refused = client.post(first)
    assert refused.status_code == 409
    assert "Later" in refused.json()["detail"]
    assert client.post(second).json()["restored"] == 1
    assert client.post(first).json()["withdrawn"] == 1


def test_uploads_are_listed_newest_first_in_pages(client, deliver, a_work):
    for i in range(3):
        deliver([a_work("A", title=str(i))])
    seen, url = [], "/api/uploads?limit=2"
    while url:
        page = client.get(url).json()
        seen += [u["id"] for u in page["uploads"]]
        url = page.get("next")
    assert seen == [str(u) for u in reversed(deliver.uploads)]


def test_a_mapping_with_nul_is_taken_in_without(client, as_file, a_work):
    for mapping in ('{"title": "ti\\u0000tle"}', '{"constants": {"department": "a\\u0000"}}'):
        answer = send(client, as_file([a_work("A")]), mapping=mapping)
        assert answer.status_code == 202, answer.text
