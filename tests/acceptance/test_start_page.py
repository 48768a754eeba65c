"""The start page in a real browser: the map draws, a click explains, nothing comes from elsewhere."""

from __future__ import annotations

import os
import shutil
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from app.kit.db import make_engine
from app.start.endpoints import BESIDE, BUILT
from tests.acceptance.serving import serving
from tests.filling import fill

pytestmark = pytest.mark.acceptance
CHROMIUM = (
    os.environ.get("CHROMIUM") or shutil.which("chromium") or shutil.which("chromium-browser")
)


@pytest.fixture(scope="module")
def browser():
    if not CHROMIUM:
        pytest.skip("Chromium is not installed (apt-get install chromium)")
    if not all((BESIDE / name).is_file() for name in BUILT):
        pytest.skip("the map has not been built (./run setup)")
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        found = playwright.chromium.launch(
            executable_path=CHROMIUM, args=["--no-sandbox", "--enable-unsafe-swiftshader"]
        )
        yield found
        found.close()


@pytest.fixture(scope="module")
def service(clone, tmp_path_factory):
    engine = make_engine(clone())
    fill(engine, 300, 120)
    with serving(engine, tmp_path_factory.mktemp("home")) as running:
        yield running
    engine.dispose()


@pytest.fixture
def page(browser, service):
    page = browser.new_page(viewport={"width": 1280, "height": 800})
    page.faults, page.hosts = [], set()
    page.on("pageerror", lambda error: page.faults.append(str(error)))
    page.on(
        "console",
        lambda line: page.faults.append(line.text) if line.type == "error" else None,
    )
    page.on("request", lambda request: page.hosts.add(urlsplit(request.url).netloc))
    yield page
    page.close()


IDLE = """() => new Promise(done => {
  const map = window.kansenkaart;
  map.once("idle", () => done(true));
  map.triggerRepaint();
})"""


def opened(page, service, query=""):
    page.goto(f"{service.url}/{query}")
    page.wait_for_selector("body[data-loaded]", timeout=60_000)
    assert page.evaluate(IDLE)


def test_the_map_shows_all_layers(page, service):
    opened(page, service, "?lang=nl")
    for name in ("opportunities", "bottlenecks", "works", "areas"):
        assert page.evaluate(
            "name => window.kansenkaart.queryRenderedFeatures({layers: window.kansenkaart"
            ".getStyle().layers.map(l => l.id).filter(id => id.startsWith(name + '-'))}).length",
            name,
        ), name
        assert int(page.inner_text(f"[data-count={name}]").rstrip("+")) > 0
    assert page.inner_text("#qgis") == f"{service.url}/ogc"
    assert page.faults == []
    assert page.hosts <= {urlsplit(service.url).netloc, ""}, "nothing is fetched from elsewhere"
    pixels = page.screenshot()
    assert len(pixels) > 20_000
    if folder := os.environ.get("KANSENKAART_SCREENSHOTS"):
        (Path(folder) / "start.png").write_bytes(pixels)


def test_a_click_explains(page, service):
    opened(page, service, "?lang=en")
    page.evaluate(
        """() => { const map = window.kansenkaart;
        const found = map.querySourceFeatures("kansenkaart",
            {sourceLayer: "opportunities-markers"})[0];
        map.jumpTo({center: found.geometry.coordinates, zoom: 17}); }"""
    )
    assert page.evaluate(IDLE)
    box = page.locator("#map").bounding_box()
    page.mouse.click(box["x"] + box["width"] / 2 - 8, box["y"] + box["height"] / 2)
    popup = page.locator(".popup section.opportunities").first
    popup.wait_for(timeout=10_000)
    text = popup.inner_text()
    assert "In English." in text
    assert "Score" in text
    link = popup.locator("a").get_attribute("href")
    assert page.request.get(f"{service.url}/{link}").ok
    assert page.faults == []


def test_a_layer_can_be_switched_off(page, service):
    opened(page, service)
    page.uncheck("input[data-layer=works]")
    assert page.evaluate(IDLE)
    hidden = "() => window.kansenkaart.queryRenderedFeatures({layers: ['works-fill']}).length"
    assert page.evaluate(hidden) == 0
    page.check("input[data-layer=works]")
    page.wait_for_function(hidden, timeout=10_000)
