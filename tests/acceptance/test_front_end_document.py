"""What /openapi.json says of the answers for front ends, against the running service."""

from __future__ import annotations

import json
import subprocess
import sys
import urllib.request
from pathlib import Path

import pytest

from app.kit.db import make_engine
from tests.acceptance.serving import serving
from tests.filling import fill

pytestmark = pytest.mark.acceptance

PATHS = "^/api/(nearby|timeline|summary|works/[^/]+/findings)$"
CHECKS = (
    "not_a_server_error,status_code_conformance,content_type_conformance,"
    "response_schema_conformance"
)


@pytest.fixture(scope="module")
def service(clone, tmp_path_factory):
    engine = make_engine(clone())
    fill(engine, 200, 60)
    with serving(engine, tmp_path_factory.mktemp("home")) as running:
        yield running
    engine.dispose()


def test_the_service_keeps_to_its_document(service, tmp_path):
    tool = Path(sys.executable).with_name("schemathesis")
    done = subprocess.run(
        [
            tool, "run", f"{service.url}/openapi.json", "--checks", CHECKS, "--phases",
            "coverage,fuzzing", "--max-examples", "30", "--workers", "1", "--seed", "20",
            "--include-path-regex", PATHS,
        ],
        capture_output=True, text=True, timeout=400, cwd=tmp_path, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout[-4000:]
    with urllib.request.urlopen(f"{service.url}/openapi.json") as answer:
        paths = json.load(answer)["paths"]
    assert {"/api/nearby", "/api/timeline", "/api/summary"} <= paths.keys()
    assert "Tested: 5" in done.stdout, done.stdout[-2000:]
