"""Which context layers there are, their objects, and delivering them."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import orjson
from fastapi import APIRouter, Request
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import Response, StreamingResponse
from sqlalchemy import Engine, select

from app import files
from app.context.describe import describe
from app.context.geojson import stream, visible
from app.context.options import ContextOptions
from app.context.read_context import read_context
from app.context.take_in import ContextFile, known_layer, take_in
from app.kit.media import GEOJSON
from app.kit.problems import MEDIA_TYPE, BadRequest, Forbidden, NotFound
from app.kit.requests import ServiceEngine, ServiceSettings, Transaction
from app.organisations.authenticate import AnyViewer, Partner
from app.organisations.viewer import Viewer
from app.settings import Settings
from app.tables import organisations
from app.uploads.form import UploadForm, reading_form
from app.uploads.report import Report
from spatial.context import ContextLayer
from spatial.crs import transform_bounds

SUFFIX = ".geojson"
HEADERS = {"Cache-Control": "private, no-cache", "Vary": "Authorization, X-API-Key"}
BOX_NUMBERS = 4
router = APIRouter(tags=["context"])

_TEXTS = ("organisation", "dataset", "layer", "source_crs", "encoding", "visibility", "mapping")
_FORM: dict[str, Any] = {
    "requestBody": {
        "required": True,
        "content": {
            "multipart/form-data": {
                "schema": {
                    "type": "object",
                    "required": ["file"],
                    "properties": {
                        "file": {"type": "string", "format": "binary"},
                        **{name: {"type": "string"} for name in _TEXTS},
                        "dry_run": {"type": "boolean"},
                        "yes": {
                            "type": "boolean",
                            "description": "A file without rows is meant so: there is nothing.",
                        },
                    },
                }
            }
        },
    }
}


@router.get("/api/context")
def list_(connection: Transaction, viewer: AnyViewer) -> Response:
    """Every context layer: what it holds, whether it is loaded, and the rules that use it.

    Partners also see who delivered it. A rule whose layer is not loaded says
    that it was not assessed.
    """
    layers = describe(connection, viewer)
    return Response(orjson.dumps({"layers": layers}), 200, HEADERS, "application/json")


@router.get(
    "/api/context/{name}",
    responses={200: {"content": {GEOJSON: {}}}},
    response_class=StreamingResponse,
)
def read(
    name: str,
    connection: Transaction,
    settings: ServiceSettings,
    viewer: AnyViewer,
    bbox: str | None = None,
) -> Response:
    """The objects of a layer as `{layer}.geojson`, in longitude and latitude.

    `bbox` is west, south, east, north in degrees. Only what you may see.
    """
    if not name.endswith(SUFFIX):
        msg = f"A layer is asked as /api/context/{{layer}}.geojson, not {name!r}."
        raise NotFound(msg)
    layer = known_layer(name.removesuffix(SUFFIX))
    near = None if bbox is None else _box(bbox, settings)
    found = read_context(connection, [layer.id], near=near)
    if layer.id not in found:
        msg = f"Nothing of the layer {layer.id} was ever loaded here."
        raise NotFound(msg)
    objects = found[layer.id]
    shown = objects.take(visible(viewer, objects).nonzero()[0])
    body = stream(layer, shown, settings.storage_crs)
    return StreamingResponse(body, media_type=GEOJSON, headers=HEADERS)


def _box(text: str, settings: Settings) -> tuple[float, float, float, float]:
    try:
        west, south, east, north = (float(n) for n in text.split(","))
    except ValueError as error:
        msg = f"bbox must be {BOX_NUMBERS} numbers: west,south,east,north, not {text!r}."
        raise BadRequest(msg) from error
    if not (-180 <= west <= east <= 180 and -90 <= south <= north <= 90):  # noqa: PLR2004  degrees
        msg = "bbox must be west,south,east,north in degrees, the lowest first."
        raise BadRequest(msg)
    return transform_bounds((west, south, east, north), "OGC:CRS84", settings.storage_crs)


@router.post("/api/context/{name}", openapi_extra=_FORM)
async def send(
    request: Request,
    name: str,
    viewer: Partner,
    engine: ServiceEngine,
    settings: ServiceSettings,
) -> Response:
    """Replace what your dataset holds of a layer by a file, whole or not at all.

    The answer is the report. Where anything is wrong, nothing is stored and the
    answer is a problem with the report inside. `dry_run` stores nothing.
    """
    layer = known_layer(name)
    async with reading_form(request, settings.max_upload_bytes) as form:
        report = await run_in_threadpool(_take_in, engine, settings, layer, form, viewer)
    content = report.to_json()
    if report.problem is None:
        return Response(orjson.dumps(content, default=str), 200, None, "application/json")
    problem = {**report.problem, "instance": request.url.path, "report": content}
    status = int(str(report.problem["status"]))
    return Response(orjson.dumps(problem, default=str), status, None, MEDIA_TYPE)


def _take_in(
    engine: Engine, settings: Settings, layer: ContextLayer, form: UploadForm, viewer: Viewer
) -> Report:
    assert viewer.organisation_id is not None  # a partner has one
    slug = _slug(engine, viewer.organisation_id)
    if form.organisation not in {None, "", slug}:
        msg = f"Your key is of {slug}; you cannot deliver for {form.organisation}."
        raise Forbidden(msg)
    said = form.options
    if said.complete or said.kind is not None:
        msg = "A context file always replaces its dataset; leave out complete and kind."
        raise BadRequest(msg)
    options = ContextOptions(
        dataset=said.dataset,
        layer=said.layer,
        mapping=said.mapping,
        source_crs=said.source_crs,
        encoding=said.encoding,
        visibility=said.visibility,
        allow_empty=said.yes,
        dry_run=said.dry_run,
    )
    kept = files.store(settings.files, form.file, max_bytes=settings.max_upload_bytes)
    file = ContextFile(kept.path, form.filename, viewer.organisation_id, slug)
    return take_in(engine, settings, layer, file, options)


def _slug(engine: Engine, organisation_id: UUID) -> str:
    c = organisations.c
    with engine.connect() as connection:
        return str(connection.scalar(select(c.slug).where(c.id == organisation_id)))
