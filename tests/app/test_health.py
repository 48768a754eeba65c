"""Alive, ready, and how busy: what an orchestrator asks."""

from __future__ import annotations

from pathlib import Path

from fastapi.testclient import TestClient
from sqlalchemy import text

from app.kit.db import make_engine
from app.main import create_app


def _client(settings, engine):
    return TestClient(create_app(settings, engine))


def test_a_migrated_database_is_ready(settings, engine):
    answer = _client(settings, engine).get("/health/ready")
    assert (answer.status_code, answer.json()["database"]) == (200, "ok")


def test_a_database_of_another_version_is_not_ready(settings, engine):
    with engine.begin() as connection:
        connection.execute(text("update alembic_version set version_num = '0001'"))
    answer = _client(settings, engine).get("/health/ready")
    assert answer.status_code == 503
    assert answer.headers["content-type"] == "application/problem+json"
    assert "not migrated" in answer.json()["detail"]


def test_an_unreachable_database_is_not_ready_but_the_process_lives(settings, tmp_path: Path):
    engine = make_engine(f"postgresql://nobody@/nothing?host={tmp_path}")
    client = _client(settings, engine)
    assert client.get("/health/ready").status_code == 503
    assert client.get("/health/live").status_code == 200


def test_requests_are_counted_by_route_not_by_address(settings, engine):
    client = _client(settings, engine)
    for number in range(3):
        client.get(f"/api/uploads/{number}-no-such-id")
    client.get("/no/such/page")
    told = client.get("/metrics").text
    counted = [line for line in told.splitlines() if line.startswith("http_requests_total{")]
    assert any("upload_id" in line and line.endswith(" 3.0") for line in counted)
    assert "no/such/page" not in told


def test_two_services_in_one_process_count_apart(settings, engine):
    first, second = _client(settings, engine), _client(settings, engine)
    first.get("/docs")
    assert "/docs" not in second.get("/metrics").text
