"""The rules on the command line and over the API."""

import json

import pytest
import typer
from fastapi.testclient import TestClient
from typer.testing import CliRunner

from app.main import create_app
from app.rules import commands
from spatial.rule import rules


@pytest.fixture
def client(engine, settings):
    return TestClient(create_app(settings, engine))


def test_the_api_lists_every_rule(client):
    listed = client.get("/api/rules").json()
    assert [r["code"] for r in listed] == [r.code for r in rules()]
    assert all(t["source"] for r in listed for t in r["thresholds"])


def test_one_rule_by_its_code_in_any_case(client):
    found = client.get("/api/rules/b01").json()
    assert found["title_nl"] == "Ruimte-tijdconflict"
    assert found["reach_m"] == 20


def test_a_parameter_that_would_be_ignored_is_refused(client):
    for path in ("/api/rules?state=new", "/api/rules/B01?version=2"):
        assert client.get(path).status_code == 400


def test_an_unknown_rule_is_not_found(client):
    answer = client.get("/api/rules/Z9")
    assert answer.status_code == 404
    assert answer.headers["content-type"].startswith("application/problem+json")
    assert "B01" in answer.json()["detail"]


def _run(*arguments):
    cli = typer.Typer()
    commands.register(cli)
    cli.callback()(lambda: None)
    return CliRunner().invoke(cli, ["rules", *arguments])


def test_the_command_shows_every_threshold():
    shown = _run()
    assert shown.exit_code == 0
    for rule in rules():
        assert rule.title_en in shown.output
        assert all(t.name in shown.output for t in rule.thresholds)


def test_the_command_prints_one_json_object():
    assert len(json.loads(_run("--json").output)["rules"]) == len(rules())
