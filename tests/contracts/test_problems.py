"""Every error has a status, a title a person can read, and a page."""

import importlib
import pkgutil
from typing import Literal

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient
from pydantic import BaseModel, field_validator

import app as app_package
import spatial as spatial_package
from app.kit.problems import install, kebab, status_of
from app.main import create_app
from app.problems.endpoints import problem_classes, title
from app.settings import Settings
from spatial.errors import KansenkaartError


class Said(BaseModel):
    state: Literal["confirmed", "rejected"]

    @field_validator("state")
    @classmethod
    def _no_rejection(cls, value: str) -> str:
        if value == "rejected":
            msg = "say why"
            raise ValueError(msg)
        return value


def all_modules():
    for package in (app_package, spatial_package):
        for module in pkgutil.walk_packages(package.__path__, f"{package.__name__}."):
            if not module.name.endswith("__main__"):
                yield module.name


def all_errors():
    for name in all_modules():
        importlib.import_module(name)
    return sorted(problem_classes().values(), key=lambda cls: cls.__name__)


@pytest.fixture(scope="module")
def client(tmp_path_factory):
    settings = Settings(home=tmp_path_factory.mktemp("home"), database_url="postgresql://nowhere/x")
    return TestClient(create_app(settings))


@pytest.mark.parametrize("error", all_errors(), ids=lambda e: e.__name__)
def test_every_error_is_a_statement_with_a_client_status(error, client):
    assert title(error), f"{error.__name__} has no docstring"
    assert 400 <= status_of(error()) < 600
    page = client.get(f"/problems/{kebab(error.__name__)}")
    assert page.status_code == 200
    assert f"<h1>{title(error)}" in page.text.replace("&#x27;", "'")


def test_no_two_errors_share_a_page():
    names = [kebab(e.__name__) for e in all_errors()]
    assert len(names) == len(set(names))


def test_a_subclass_without_a_row_takes_its_ancestors_status():
    class Odd(KansenkaartError):
        """Odd."""

    assert status_of(Odd()) == 422


def test_an_unknown_path_is_a_problem_object(client):
    answer = client.get("/nowhere")
    assert answer.status_code == 404
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.json()["instance"] == "/nowhere"


@pytest.mark.parametrize(
    ("body", "status", "kind", "place"),
    [
        ("{oh", 400, "bad-request", "/"),
        ("[]", 422, "body-refused", "/"),
        ('{"state": "no state"}', 422, "body-refused", "/state"),
        ('{"state": "rejected"}', 422, "body-refused", "/state"),
    ],
)
def test_a_body_that_cannot_be_read_differs_from_one_that_breaks_a_rule(body, status, kind, place):
    service = FastAPI()
    install(service)

    @service.post("/said")
    def say(said: Said) -> str:
        return said.state

    answer = TestClient(service).post(
        "/said", content=body, headers={"content-type": "application/json"}
    )
    told = answer.json()
    assert answer.headers["content-type"] == "application/problem+json"
    assert (answer.status_code, told["status"]) == (status, status)
    assert told["type"] == f"/problems/{kind}"
    assert [e["pointer"] for e in told["errors"]] == [place]
    assert "Value error" not in answer.text
    assert told["detail"] == f"{place}: {told['errors'][0]['detail']}"


def test_the_description_of_the_api_names_each_operation_once(client):
    paths = client.get("/openapi.json").json()["paths"]
    names = [op["operationId"] for methods in paths.values() for op in methods.values()]
    assert len(names) == len(set(names)) >= 20


def test_every_operation_declares_its_refusals(client):
    document = client.get("/openapi.json").json()
    for path in document["paths"].values():
        for method, operation in path.items():
            writing = set() if method == "get" else {"403", "409", "412", "413", "428"}
            refusals = {"400", "401", "404", "422", "503"} | writing
            assert refusals <= operation["responses"].keys()
            for status in refusals:
                assert list(operation["responses"][status]["content"]) == [
                    "application/problem+json"
                ]
    for method in ("get", "post"):
        overlaps = document["paths"]["/api/overlaps"][method]["responses"]["200"]
        assert list(overlaps["content"]) == ["application/geo+json"]
