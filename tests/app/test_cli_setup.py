"""The command line as a whole: what it lists, how it refuses, what it says of our own faults."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest
import structlog
from typer.testing import CliRunner

from app import cli
from app.doctor import Check, as_json, as_text, healthy
from spatial.errors import EmptyFile

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def home(tmp_path, monkeypatch):
    monkeypatch.setenv("KANSENKAART_HOME", str(tmp_path))
    for name in ("DATABASE_URL", "STORAGE_CRS", "TIME_ZONE", "PORT"):
        monkeypatch.delenv(name, raising=False)
    return tmp_path


@pytest.fixture
def line():
    """A command line of the same make, with commands that end badly."""
    made = cli._CommandLine(cls=cli._Refusing, pretty_exceptions_enable=False)

    @made.command()
    def refuse():
        msg = "plans.csv holds no rows."
        raise EmptyFile(msg)

    @made.command()
    def fail(json: bool = False):
        msg = "a fault of ours"
        raise ZeroDivisionError(msg)

    @made.command()
    def note():
        secret = "".join(reversed("geheim"))
        try:
            int(secret)
        except ValueError as error:
            error.args = ("no number",)
            structlog.get_logger().exception("import failed")

    return made


def test_the_log_of_a_command_keeps_values_out_and_stdout_clean(line):
    done = CliRunner().invoke(line, ["note"])
    assert (done.exit_code, done.stdout) == (0, "")
    assert "import failed" in done.stderr
    assert "".join(reversed("geheim")) not in done.stderr


def test_every_promised_command_is_there():
    listed = CliRunner().invoke(cli.main, ["--help"]).output
    promised = "import undo detect organisation key export serve migrate rules doctor demo"
    assert [word for word in promised.split() if f" {word} " not in listed] == []


def test_a_refusal_is_a_message_and_exit_2(line):
    done = CliRunner().invoke(line, ["refuse"])
    assert (done.exit_code, done.stdout) == (2, "")
    assert done.stderr == "The file holds nothing. plans.csv holds no rows.\n"


def test_wrong_arguments_are_exit_2(line):
    assert CliRunner().invoke(line, ["refuse", "--nonsense"]).exit_code == 2


def test_a_fault_of_ours_is_noted_and_exit_2(line, home, capsys):
    with pytest.raises(SystemExit) as ended:
        line(["fail"])
    assert ended.value.code == 2
    said = capsys.readouterr().err
    assert "Traceback" not in said
    assert str(home / "last-error.txt") in said
    assert "ZeroDivisionError: a fault of ours" in (home / "last-error.txt").read_text()


@pytest.mark.parametrize(
    ("name", "value"),
    [("PORT", "eighty"), ("TIME_ZONE", "Mars/Olympus"), ("STORAGE_CRS", "Rijksdriehoek")],
)
def test_a_setting_that_cannot_be_used_is_named(home, monkeypatch, name, value):
    monkeypatch.setenv(name, value)
    done = CliRunner().invoke(cli.main, ["doctor"])
    assert done.exit_code == 2
    assert name in done.stderr


def test_the_doctor_is_unhealthy_only_for_what_is_needed():
    fine = Check("python", fine=True, found="3.11")
    absent = Check("qgis", fine=False, found="not found", remedy="install it", needed=False)
    missing = Check("postgis", fine=False, found="none", remedy="apt-get install")
    assert healthy([fine, absent])
    assert not healthy([fine, absent, missing])
    assert as_text([fine, absent, missing]).splitlines() == [
        "ok       python: 3.11",
        "absent   qgis: not found  -> install it",
        "MISSING  postgis: none  -> apt-get install",
    ]
    assert json.loads(as_json([missing]))["checks"][0]["remedy"] == "apt-get install"


def test_the_doctor_reports_a_database_that_cannot_be_reached(home, monkeypatch):
    monkeypatch.setenv("DATABASE_URL", f"postgresql://nobody@/nothing?host={home}")
    done = CliRunner().invoke(cli.main, ["doctor", "--json"])
    assert done.exit_code == 1
    database = next(c for c in json.loads(done.stdout)["checks"] if c["name"] == "database")
    assert not database["fine"]


def test_the_command_line_starts_without_loading_the_service():
    """``--help`` stays quick: nothing heavy is imported for it."""
    code = "import sys, app.cli; print([m for m in ('fastapi', 'geopandas', 'alembic') if m in sys.modules])"
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() == "[]"


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        (["help"], 0, "./run demo"),
        (["bench"], 2, "Which benchmark?"),
        (["bench", "no-such"], 2, "no benchmark tests/benchmarks/no-such.py"),
    ],
)
def test_the_script_explains_itself(words, code, said):
    done = subprocess.run(
        [ROOT / "run", *words], cwd="/", capture_output=True, text=True, check=False, timeout=60
    )
    assert done.returncode == code
    assert said in done.stdout + done.stderr
