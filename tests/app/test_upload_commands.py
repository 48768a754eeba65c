"""The command line: exit codes, one JSON object, clear refusals."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


@pytest.fixture
def run(engine, settings, tmp_path):
    """Runs ``kansenkaart`` on a database of the test's own."""
    environment = {
        **os.environ,
        "DATABASE_URL": settings.database_url,
        "KANSENKAART_HOME": str(settings.home),
        "PYTHONPATH": str(ROOT),
    }

    def run(*arguments, file=None):
        if file is not None:
            name, content = file
            (tmp_path / name).write_bytes(content)
        return subprocess.run(
            [sys.executable, "-m", "app.cli", *arguments],
            cwd=tmp_path,
            env=environment,
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )

    return run


def test_the_way_of_an_upload(run, as_file, a_work):
    nowhere = a_work("N")
    nowhere["geometry"] = None
    assert run("organisation", "add", "leiden", "--kind", "municipality").returncode == 0
    key = run("key", "add", "leiden")
    assert key.stdout.startswith("kk_")

    good = run("import", "a.geojson", "--organisation", "leiden", "--json",
               file=("a.geojson", as_file([a_work("A"), a_work("B", y=40)])))  # fmt: skip
    assert good.returncode == 0, good.stderr
    assert json.loads(good.stdout)["counts"]["stored"] == 2

    some = run("import", "b.geojson", "--organisation", "leiden", "--dataset", "b",
               file=("b.geojson", as_file([a_work("C"), nowhere])))  # fmt: skip
    assert some.returncode == 1
    assert "row 2" in some.stdout

    bad = run("import", "c.gpkg", "--organisation", "leiden", "--json", file=("c.gpkg", b"no"))
    assert bad.returncode == 2
    assert json.loads(bad.stdout)["problem"]["detail"]
    assert "Traceback" not in bad.stderr

    asked = run("import", "a.geojson", "--organisation", "leiden", "--complete",
                file=("a.geojson", as_file([a_work("A")])))  # fmt: skip
    assert asked.returncode == 2
    assert "--yes" in asked.stderr
    sure = run("import", "a.geojson", "--organisation", "leiden", "--complete", "--yes", "--json")
    assert sure.returncode == 0
    assert json.loads(sure.stdout)["counts"]["withdrawn"] == 1

    undone = run("undo", json.loads(sure.stdout)["id"], "--json")
    assert undone.returncode == 0, undone.stderr
    assert json.loads(undone.stdout)["restored"] == 1


@pytest.mark.parametrize(
    "arguments",
    [
        ("import", "nothing.csv", "--organisation", "leiden"),
        ("import", "a.csv", "--organisation", "nobody"),
        ("import", "a.csv", "--organisation", "leiden", "--visibility", "everyone"),
        ("import", "a.csv", "--organisation", "leiden", "--mapping", "none.json"),
        ("import", "a.csv"),
        ("import", ".", "--organisation", "leiden"),
        ("undo", "not-an-id"),
        ("undo", "00000000-0000-0000-0000-000000000000"),
        ("key", "add", "nobody"),
        ("organisation", "add", "No Slug"),
        ("areas", "import", "a.csv"),
    ],
)
def test_bad_arguments_end_in_a_message_and_exit_2(run, arguments):
    done = run(*arguments, file=("a.csv", b"a;b\n1;2\n"))
    assert done.returncode == 2
    assert done.stderr.strip()
    assert "Traceback" not in done.stderr


def test_the_areas_of_the_sample(run, engine):
    from sqlalchemy import func, select

    from app.tables import areas

    sample = ROOT / "sample_data" / "areas.gpkg"
    for _ in range(2):
        done = run("areas", "import", str(sample))
        assert done.returncode == 0, done.stderr
    with engine.connect() as connection:
        found = connection.execute(
            select(areas.c.level, func.count()).group_by(areas.c.level).order_by(areas.c.level)
        ).all()
    assert found == [("district", 4), ("municipality", 1), ("neighbourhood", 16)]


def test_an_import_prints_what_the_mapping_asks(run, as_file, a_work):
    assert run("organisation", "add", "leiden").returncode == 0
    rows = [a_work(f"E{i}", y=50 * i, kind=k) for i, k in enumerate(("evenement", "riool", "gas"))]
    done = run("import", "a.geojson", "--organisation", "leiden",
               file=("a.geojson", as_file(rows)))  # fmt: skip
    assert "question: " in done.stdout
    assert "Which column" in done.stdout
    assert "None" not in done.stdout
