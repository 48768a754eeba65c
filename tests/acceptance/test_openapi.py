"""The OpenAPI document against the running service: schemathesis asks whatever it allows."""

from __future__ import annotations

import json
import re
import subprocess
import sys
import urllib.request
from pathlib import Path

import pytest
from openapi_spec_validator import validate_url

from app.kit.db import make_engine
from tests.acceptance.serving import serving
from tests.filling import fill

pytestmark = pytest.mark.acceptance

METHODS = {"get", "post", "put", "patch", "delete"}
OWN = ("get", "/api")
"""The operation that gives the document itself, which the tool reads first and then leaves out."""
# One worker: two that read source at once trip over the parser of CPython 3.11 ("AST constructor
# recursion depth mismatch").
# "negative data rejection" is left out: Part 1 has a limit above the maximum clamped, not refused.
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


def test_the_document_is_valid(service):
    validate_url(f"{service.url}/ogc/api?f=json")


def test_the_service_keeps_to_its_document(service, tmp_path):
    tool = Path(sys.executable).with_name("schemathesis")
    done = subprocess.run(
        [
            tool, "run", f"{service.url}/ogc/api?f=json", "--checks", CHECKS, "--phases",
            "coverage,fuzzing", "--max-examples", "12", "--workers", "1", "--seed", "20",
        ],
        capture_output=True, text=True, timeout=400, cwd=tmp_path, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout[-4000:]
    with urllib.request.urlopen(f"{service.url}/ogc/api?f=json") as answer:
        paths = json.load(answer)["paths"]
    operations = {(method, path) for path, told in paths.items() for method in told}
    asked = {(method, path) for method, path in operations if method in METHODS} - {OWN}
    told = dict(re.findall(r"(Selected|Tested): (\d+)", done.stdout))
    assert told == {"Selected": str(len(asked)), "Tested": str(len(asked))}, done.stdout[-2000:]
    assert len(service.log) > 200
