"""The examples of the page "Use in QGIS" for web maps, run in a real browser.

``KANSENKAART_NODE_MODULES`` names a folder made by ``npm install leaflet ol``; nothing is
fetched from elsewhere.
"""

from __future__ import annotations

import html
import os
import re
import shutil
import urllib.request
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from app.kit.db import make_engine
from tests.acceptance.serving import serving
from tests.filling import fill

pytestmark = pytest.mark.acceptance
CHROMIUM = (
    os.environ.get("CHROMIUM") or shutil.which("chromium") or shutil.which("chromium-browser")
)
MODULES = Path(os.environ.get("KANSENKAART_NODE_MODULES", "nowhere"))
FILES = {
    "leaflet.js": "leaflet/dist/leaflet.js",
    "leaflet.css": "leaflet/dist/leaflet.css",
    "ol.js": "ol/dist/ol.js",
}
BLANK = """<!doctype html><link rel="stylesheet" href="/example/leaflet.css">
<script src="/example/leaflet.js"></script><script src="/example/ol.js"></script>
<div id="map" style="width:900px;height:600px"></div>"""
MIDDLE = (52.145, 4.47)


@pytest.fixture(scope="module")
def service(clone, tmp_path_factory):
    engine = make_engine(clone())
    fill(engine, 300, 120)
    with serving(engine, tmp_path_factory.mktemp("home")) as running:
        yield running
    engine.dispose()


@pytest.fixture
def page(service):
    if not CHROMIUM:
        pytest.skip("Chromium is not installed (apt-get install chromium)")
    if not all((MODULES / file).is_file() for file in FILES.values()):
        pytest.skip("KANSENKAART_NODE_MODULES names no folder with leaflet and ol")
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        page = browser.new_page(viewport={"width": 900, "height": 600})
        page.faults, page.hosts = [], set()
        page.on("pageerror", lambda error: page.faults.append(str(error)))
        page.on("request", lambda request: page.hosts.add(urlsplit(request.url).netloc))
        page.route(
            "**/example/blank", lambda route: route.fulfill(body=BLANK, content_type="text/html")
        )
        for name, file in FILES.items():
            page.route(
                f"**/example/{name}", lambda route, _, at=MODULES / file: route.fulfill(path=at)
            )
        page.goto(f"{service.url}/example/blank")
        yield page
        browser.close()


def example(service, start):
    """The example of the page that starts with a text, as a reader would copy it."""
    with urllib.request.urlopen(f"{service.url}/qgis?lang=en") as answer:
        found = re.findall(r"<pre>(.*?)</pre>", answer.read().decode(), re.DOTALL)
    return next(html.unescape(text) for text in found if text.startswith(start))


def keep(page, name):
    folder = os.environ.get("KANSENKAART_PICTURES")
    if folder:
        page.screenshot(path=f"{folder}/{name}.png")


def test_leaflet_draws_plain_geojson(page, service):
    code = example(service, "const answer = await fetch")
    page.evaluate(
        f"""async () => {{
            const map = L.map("map").setView([{MIDDLE[0]}, {MIDDLE[1]}], 12);
            {code}
        }}"""
    )
    drawn = page.locator("path.leaflet-interactive").count()
    assert drawn > 10
    page.locator("path.leaflet-interactive").first.dispatch_event("click")
    assert page.locator(".leaflet-popup-content p").inner_text()
    keep(page, "leaflet")
    assert page.faults == []
    assert page.hosts == {urlsplit(service.url).netloc}


def test_openlayers_reads_the_tileset(page, service):
    code = example(service, "import OGCVectorTile")
    layer = code.split("\n\n", 1)[1].strip().rstrip(";")
    for name, whole in {
        "VectorTileLayer": "ol.layer.VectorTile",
        "OGCVectorTile": "ol.source.OGCVectorTile",
        "MVT": "ol.format.MVT",
    }.items():
        layer = re.sub(rf"new {name}\(", f"new {whole}(", layer)
    count = page.evaluate(
        f"""async () => {{
            const layer = {layer};
            const view = new ol.View({{center: ol.proj.fromLonLat([{MIDDLE[1]}, {MIDDLE[0]}]), zoom: 12}});
            const source = layer.getSource();
            await new Promise(done => source.on("change", () => source.getState() !== "loading" && done()));
            if (source.getState() !== "ready") return String(source.error_ || source.getState());
            const map = new ol.Map({{target: "map", layers: [layer], view}});
            await new Promise(done => map.once("rendercomplete", done));
            return layer.getFeaturesInExtent(view.calculateExtent()).length;
        }}"""
    )
    keep(page, "openlayers")
    assert isinstance(count, int), count
    assert count > 0, service.asked("tiles")[-5:]
    assert page.faults == []
    assert page.hosts == {urlsplit(service.url).netloc}
