"""CI turns an unexplained skip into a failure."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

TESTS = Path(__file__).resolve().parents[1]
SKIPPING = """
import pytest
def test_here(): pytest.skip("no such program")
def test_fine(): pass
"""


@pytest.mark.parametrize(
    ("ci", "allowed", "code", "workers"),
    [
        ("true", "*::test_fine another one is allowed\n", 1, "0"),
        ("true", "", 1, "1"),
        ("", "", 0, "0"),
        ("true", "*test_one.py::test_here needs another program\n", 0, "0"),
        ("true", "*test_one.py::test_here\n", 4, "0"),
    ],
)
def test_a_skip_fails_only_in_ci_and_only_unexplained(tmp_path, ci, allowed, code, workers):
    folder = tmp_path / "tests"
    (folder / "acceptance").mkdir(parents=True)
    (folder / "conftest.py").write_text((TESTS / "conftest.py").read_text())
    (folder / "acceptance" / "allowed_skips.txt").write_text(allowed)
    (folder / "test_one.py").write_text(SKIPPING)
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-n", workers, "--rootdir", tmp_path, folder],
        cwd=tmp_path,
        env={**os.environ, "CI": ci},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == code, done.stdout + done.stderr
    assert ("does not allow" in done.stdout) == (code == 1)


def test_the_list_has_a_reason_on_every_line():
    lines = (TESTS / "acceptance" / "allowed_skips.txt").read_text().splitlines()
    told = [line for line in lines if line.strip() and not line.startswith("#")]
    assert all(len(line.split(maxsplit=1)) == 2 for line in told)
