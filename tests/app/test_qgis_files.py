"""The files for QGIS and the page about them, as any client gets them."""

from __future__ import annotations

import io
import re
import zipfile
from xml.etree import ElementTree as ET

import pytest
from fastapi.testclient import TestClient

from app.encoder import encoders
from app.kit.db import make_engine
from app.layer import layers
from app.main import create_app
from app.qgis.styles import styles
from app.settings import Settings
from tests.filling import fill


@pytest.fixture(scope="module")
def filled(clone):
    engine = make_engine(clone())
    yield fill(engine, 120, 40)
    engine.dispose()


@pytest.fixture(scope="module")
def client(filled, tmp_path_factory):
    address = filled.engine.url.render_as_string(hide_password=False)
    settings = Settings(home=tmp_path_factory.mktemp("home"), database_url=address)
    with TestClient(create_app(settings, filled.engine)) as found:
        yield found


def project(answer):
    with zipfile.ZipFile(io.BytesIO(answer.content)) as archive:
        return archive.read("kansenkaart.qgs").decode()


def test_the_project_and_its_archive_hold_the_same(client):
    packed = client.get("/qgis/kansenkaart.qgz?lang=nl")
    plain = client.get("/qgis/kansenkaart.qgs?lang=nl")
    assert packed.headers["content-type"] == "application/x-qgis-project"
    assert project(packed) == plain.text
    again = client.get(
        "/qgis/kansenkaart.qgz?lang=nl", headers={"If-None-Match": packed.headers["etag"]}
    )
    assert again.status_code == 304


@pytest.mark.parametrize("place", ["/qgis/kansenkaart.qgs", "/qgis/works-points.qlr"])
def test_a_key_is_in_a_file_only_where_it_is_asked(client, filled, place):
    key = filled.keys["gemeente"]
    for headers, query in (({"X-API-Key": key}, ""), ({}, f"?apikey={key}")):
        answer = client.get(place + query, headers=headers)
        assert key not in answer.text
        assert "apikey" not in answer.text
        assert 'readOnly="0"' in answer.text, "a partner may edit"
    answer = client.get(f"{place}?with_key=true", headers={"X-API-Key": key})
    assert f"apikey={key}" in answer.text
    assert answer.headers["cache-control"] == "no-store"
    answer = client.get(f"{place}?authcfg=a1b2c3d", headers={"X-API-Key": key})
    assert "authcfg=a1b2c3d" in answer.text
    assert key not in answer.text
    assert 'readOnly="0"' not in client.get(place).text, "the public may not"


@pytest.mark.parametrize(
    ("place", "status"),
    [
        ("/qgis/kansenkaart.qgz?with_key=true", 400),
        ("/qgis/kansenkaart.qgz?authcfg=a'b", 400),
        ("/qgis/kansenkaart.qgz?colour=red", 400),
        ("/qgis/kansenkaart.docx", 400),
        ("/qgis/unicorns.qlr", 404),
        ("/qgis/works.qml?style=9", 404),
        ("/qgis/works.qml?with_key=true", 400),
        ("/qgis?lang=de", 400),
    ],
)
def test_what_cannot_be_is_refused(client, place, status):
    assert client.get(place).status_code == status


@pytest.mark.parametrize("name", list(layers()))
def test_every_style_is_well_formed_in_both_languages(client, name):
    for language in ("nl", "en"):
        made = styles(layers()[name], language)
        for number, text in enumerate(made.values(), 1):
            answer = client.get(f"/qgis/{name}.qml?lang={language}&style={number}")
            assert answer.text == text
            root = ET.fromstring(text)
            used = {one.get("symbol") for one in root.iter("category")}
            used |= {one.get("symbol") for one in root.iter("rule")}
            assert used <= {one.get("name") for one in root.find("renderer-v2/symbols")}
            assert root.find("labeling") is not None


@pytest.mark.parametrize("language", ["nl", "en"])
def test_the_page_says_how_and_every_link_in_it_leads_somewhere(client, language):
    answer = client.get(f"/qgis?lang={language}")
    assert answer.headers["content-language"] == language
    assert f'<html lang="{language}">' in answer.text
    links = set(re.findall(r'href="http://testserver([^"]+)"', answer.text))
    assert {f"/layers/works{suffix}?lang={language}" for suffix in encoders()} <= links
    for link in links:
        found = client.get(link.replace("&amp;", "&"))
        assert found.status_code == 200, link
    elsewhere = re.findall(r'(?:src|href)="(https?://[^"]+)"', answer.text)
    assert all(one.startswith("http://testserver") for one in elsewhere)


def test_the_document_has_it_all(client):
    paths = client.get("/openapi.json").json()["paths"]
    assert {"/qgis", "/qgis/kansenkaart.{ending}", "/qgis/{name}.{ending}"} <= set(paths)
    assert {"/api/exports", "/api/exports/{export_id}", "/api/exports/{export_id}/file"} <= set(
        paths
    )
    said = {p["name"] for p in paths["/qgis/{name}.{ending}"]["get"]["parameters"]}
    assert {"name", "ending", "lang", "with_key", "authcfg", "style"} == said
