"""``/docs``: the API, to read and to try, with nothing fetched from elsewhere.

The page of FastAPI takes Swagger UI from a content delivery network, which tells
others who reads here and stays empty where there is no internet. The package
fastapi-offline carries the same files; only those are used.
"""

from __future__ import annotations

from importlib.resources import as_file, files

from fastapi import APIRouter, Request, Response
from fastapi.openapi.docs import get_swagger_ui_html

from app.kit.links import base_url
from app.kit.problems import NotFound

MEDIA_TYPES = {
    "swagger-ui-bundle.js": "text/javascript",
    "swagger-ui.css": "text/css",
    "favicon.png": "image/png",
}
STATIC = files("fastapi_offline") / "static"

router = APIRouter(include_in_schema=False)


@router.api_route("/docs", methods=["GET", "HEAD"])
def get_docs(request: Request) -> Response:
    """The API as a page."""
    base = base_url(request)
    return get_swagger_ui_html(
        openapi_url=f"{base}/openapi.json",
        title="Kansenkaart: API",
        swagger_js_url=f"{base}/docs/swagger-ui-bundle.js",
        swagger_css_url=f"{base}/docs/swagger-ui.css",
        swagger_favicon_url=f"{base}/docs/favicon.png",
    )


@router.api_route("/docs/{name}", methods=["GET", "HEAD"])
def get_docs_file(name: str) -> Response:
    """A file of the page."""
    if name not in MEDIA_TYPES:
        msg = f"There is no file {name!r} of the page /docs."
        raise NotFound(msg)
    with as_file(STATIC / name) as path:
        return Response(
            path.read_bytes(), 200, {"Cache-Control": "public, max-age=86400"}, MEDIA_TYPES[name]
        )
