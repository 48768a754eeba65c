"""The start page without a browser: language, empty state, missing build, files."""

from __future__ import annotations

import pytest
from fastapi.testclient import TestClient

from app.main import create_app
from app.start import endpoints


@pytest.fixture
def client(settings, engine):
    with TestClient(create_app(settings, engine)) as client:
        yield client


def test_an_empty_deployment_says_what_to_do(client):
    page = client.get("/").text
    assert 'id="empty"' in page
    assert "kansenkaart import" in page
    assert "http://testserver/ogc" in page


def test_language(client):
    assert '<html lang="nl">' in client.get("/").text
    assert '<html lang="en">' in client.get("/?lang=en").text
    answer = client.get("/", headers={"Accept-Language": "en"})
    assert "Opportunities" in answer.text
    assert answer.headers["Content-Language"] == "en"
    assert client.get("/?lang=xx").status_code == 400


@pytest.mark.parametrize("name", ["favicon.ico", "favicon.svg"])
def test_browsers_find_an_icon(client, name):
    answer = client.get(f"/{name}")
    assert answer.status_code == 200
    assert answer.headers["content-type"] == "image/svg+xml"
    assert answer.text.startswith("<svg")


def test_without_a_built_map_the_page_still_works(client, monkeypatch, tmp_path):
    monkeypatch.setattr(endpoints, "BESIDE", tmp_path / "nothing")
    page = client.get("/").text
    assert 'id="not-built"' in page
    assert "assets/start.js" not in page
    assert client.get("/assets/start.js").status_code == 404


def test_a_build_in_the_state_folder_is_used(client, settings, monkeypatch, tmp_path):
    monkeypatch.setattr(endpoints, "BESIDE", tmp_path / "nothing")
    (settings.home / "web").mkdir()
    for name in endpoints.BUILT:
        (settings.home / "web" / name).write_text(f"/* {name} */", encoding="utf-8")
    assert "assets/start.js" in client.get("/").text
    answer = client.get("/assets/start.js")
    assert answer.text == "/* start.js */"
    assert "javascript" in answer.headers["content-type"]
    assert client.head("/assets/start.css").status_code == 200


@pytest.mark.parametrize("name", ["x.js", "..%2Fpackage.json", "%2e%2e", ".stamp"])
def test_nothing_else_is_handed_out(client, name):
    assert client.get(f"/assets/{name}").status_code == 404
