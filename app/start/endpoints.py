"""The page at ``/`` and the built files of its map."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import orjson
from fastapi import APIRouter, Request, Response
from fastapi.responses import FileResponse
from jinja2 import Environment, FileSystemLoader

from app.kit import media
from app.kit.links import base_url
from app.kit.problems import NotFound
from app.kit.requests import ServiceSettings
from app.layer import layers
from app.ogc.answer import PRIVATE, VARY
from app.ogc.counts import Summary
from app.ogc.endpoints import Reads
from app.settings import Settings
from app.start.texts import page_texts

BUILT = ("start.js", "start.css")
BESIDE = Path(__file__).parents[1] / "web" / "dist"
POLICY = (
    "default-src 'self'; img-src 'self' data: blob:; style-src 'self' 'unsafe-inline'; "
    "worker-src blob:; child-src blob:; connect-src 'self'; object-src 'none'; "
    "base-uri 'none'; frame-ancestors 'self'"
)
"""Nothing is fetched from elsewhere; MapLibre starts its worker from a blob."""

ICON = (
    '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 16 16">'
    '<circle cx="6" cy="6" r="5" fill="#0072b2"/><path d="M10 6l5 9H5z" fill="#d55e00"/></svg>'
)
"""A circle and a triangle, as opportunities and bottlenecks are drawn on the map."""

router = APIRouter(include_in_schema=False)
_pages = Environment(
    loader=FileSystemLoader(Path(__file__).parent / "templates"),
    autoescape=True,
    trim_blocks=True,
    lstrip_blocks=True,
)


def built_folder(settings: Settings) -> Path | None:
    """Where the built map lies: in the state folder or beside the code; None where it is not."""
    for folder in (settings.home / "web", BESIDE):
        if all((folder / name).is_file() for name in BUILT):
            return folder
    return None


@router.api_route("/", methods=["GET", "HEAD"])
def get_start(request: Request, reading: Reads) -> Response:
    """The start page in the caller's language."""
    language = media.language(request)
    found = {
        name: reading.counts.summary(reading.connection, layer, reading.viewer)
        for name, layer in layers().items()
    }
    texts = page_texts(language)
    for_map: dict[str, Any] = {
        "bounds": _bounds(found),
        "language": language,
        "texts": {name: texts[name] for name in texts if not name.startswith("page_")},
    }
    body = _pages.get_template("start.html").render(
        t={name.removeprefix("page_"): text for name, text in texts.items()},
        language=language,
        other="en" if language == "nl" else "nl",
        base=base_url(request),
        layers=[(layer, found[name]) for name, layer in layers().items()],
        counts={name: summary.count for name, summary in found.items()},
        built=built_folder(reading.settings) is not None,
        page=orjson.dumps(for_map).decode().replace("<", "\\u003c"),
    )
    headers = {
        "Cache-Control": PRIVATE,
        "Vary": VARY,
        "Content-Language": language,
        "Content-Security-Policy": POLICY,
    }
    return Response(body, media_type="text/html; charset=utf-8", headers=headers)


def _bounds(found: dict[str, Summary]) -> tuple[float, float, float, float] | None:
    """What the map shows first: the findings, else the works, else the areas."""
    names = ("opportunities", "bottlenecks", "works", "areas")
    return next((found[name].bounds for name in names if found[name].bounds), None)


@router.api_route("/favicon.ico", methods=["GET", "HEAD"])
@router.api_route("/favicon.svg", methods=["GET", "HEAD"])
def get_icon() -> Response:
    """The icon of the service; browsers ask for ``.ico`` where a page names none."""
    headers = {"Cache-Control": "public, max-age=86400"}
    return Response(ICON, 200, headers, "image/svg+xml")


@router.api_route("/assets/{name}", methods=["GET", "HEAD"])
def get_asset(name: str, settings: ServiceSettings) -> Response:
    """A built file of the map."""
    folder = built_folder(settings)
    if name not in BUILT or folder is None:
        msg = f"There is no built file {name!r}. `./run setup` builds the map."
        raise NotFound(msg)
    return FileResponse(folder / name, headers={"Cache-Control": "no-cache"})
