"""What callers and logs are told when something fails, and what a proxy may keep."""

import pytest
import structlog
from fastapi.testclient import TestClient
from sqlalchemy import create_engine, text
from sqlalchemy.exc import DBAPIError

from app.kit import logs
from app.kit.db import make_engine
from app.main import create_app
from app.settings import Settings

PASSWORD = "geheim-wachtwoord"
NOWHERE = f"postgresql+psycopg://nobody:{PASSWORD}@127.0.0.1:1/nothing"


@pytest.fixture
def client(tmp_path):
    """A service whose database is away."""
    app = create_app(Settings(home=tmp_path), create_engine(NOWHERE))

    @app.get("/broken")
    def broken() -> None:
        msg = "rows of somebody"
        raise RuntimeError(msg)

    return TestClient(app, raise_server_exceptions=False)


def test_a_database_that_is_away_is_503_as_a_problem(client):
    answer = client.get("/api/organisations")
    assert answer.status_code == 503
    assert answer.headers["content-type"] == "application/problem+json"
    assert int(answer.headers["retry-after"]) > 0
    assert answer.json()["instance"] == "/api/organisations"
    assert PASSWORD not in answer.text


def test_a_question_that_takes_too_long_is_503_and_says_what_to_ask(database_url, tmp_path):
    engine = make_engine(database_url)
    app = create_app(Settings(home=tmp_path), engine)

    @app.get("/slow")
    def slow() -> None:
        with engine.begin() as connection:
            connection.execute(text("select set_config('statement_timeout', '20ms', true)"))
            connection.execute(text("select pg_sleep(30)"))

    answer = TestClient(app, raise_server_exceptions=False).get("/slow")
    engine.dispose()
    assert answer.status_code == 503
    assert answer.headers["content-type"] == "application/problem+json"
    assert "smaller bbox" in answer.json()["detail"]


def test_a_fault_of_ours_is_a_problem_without_a_traceback(client):
    answer = client.get("/broken")
    assert answer.status_code == 500
    assert answer.headers["content-type"] == "application/problem+json"
    assert "somebody" not in answer.text
    assert "Traceback" not in answer.text


def test_what_says_nothing_of_caching_is_private(client):
    answer = client.get("/api/rules")
    assert answer.status_code in {200, 503}
    assert answer.headers["cache-control"] == "private, no-cache"
    assert {"Authorization", "X-API-Key"} <= {v.strip() for v in answer.headers["vary"].split(",")}
    assert answer.headers["x-content-type-options"] == "nosniff"


def test_tracebacks_in_the_log_hold_no_values(capsys):
    kept = structlog.get_config()
    try:
        logs.configure("info")
        secret = "".join(reversed(PASSWORD))
        try:
            int(secret)
        except ValueError as error:
            error.args = ("no number",)
            structlog.get_logger().exception("upload failed")
        structlog.get_logger().debug("too fine")
        told = capsys.readouterr().out
    finally:
        structlog.configure(**kept)
    assert "ValueError" in told
    assert secret not in told
    assert "too fine" not in told


def test_errors_of_the_database_do_not_repeat_values(database_url):
    engine = make_engine(database_url)
    try:
        with engine.connect() as connection, pytest.raises(DBAPIError) as caught:
            connection.execute(
                text("select cast(:name as text) || cast(1 / 0 as text)"), {"name": PASSWORD}
            )
    finally:
        engine.dispose()
    assert PASSWORD not in str(caught.value)
