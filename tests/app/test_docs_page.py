"""The page of the API fetches nothing from elsewhere."""

import re

import pytest
from fastapi.testclient import TestClient

from app.main import create_app
from app.settings import Settings


@pytest.fixture(scope="module")
def client(tmp_path_factory):
    settings = Settings(home=tmp_path_factory.mktemp("home"), database_url="postgresql://nowhere/x")
    return TestClient(create_app(settings))


def test_every_address_on_the_page_is_our_own_and_answers(client):
    page = client.get("/docs")
    assert page.status_code == 200
    addresses = re.findall(r"https?://[^\"'\s>]+", page.text)
    assert len(addresses) >= 3
    for address in addresses:
        assert address.startswith("http://testserver/")
        assert client.get(address).status_code == 200
    assert "SwaggerUIBundle" in client.get("/docs/swagger-ui-bundle.js").text


@pytest.mark.parametrize("path", ["/docs/core.py", "/docs/..%2Fcore.py", "/redoc"])
def test_nothing_else_of_the_package_is_given_out(client, path):
    answer = client.get(path)
    assert answer.status_code == 404
    assert answer.headers["content-type"] == "application/problem+json"
