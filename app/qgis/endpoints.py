"""``/qgis``: a page, the project, and a layer definition and style of every layer."""

from __future__ import annotations

from hashlib import blake2b
from typing import Annotated, Literal

from fastapi import APIRouter, Depends, Query, Request, Response

from app.kit import media
from app.kit.links import base_url
from app.kit.problems import BadRequest, NotFound
from app.layer import layer as find_layer
from app.layer import layers
from app.ogc.answer import PRIVATE, VARY, is_known
from app.ogc.endpoints import Reading, Reads
from app.ogc.question import check_parameters
from app.organisations.authenticate import key_in
from app.qgis.maplayers import definition
from app.qgis.page import page
from app.qgis.project import NAME, View, archive, project
from app.qgis.source import Source, read_authcfg
from app.qgis.styles import styles

PROJECT = "application/x-qgis-project"
DEFINITION = "application/x-qgis-layer-definition"
STYLE = "application/x-qgis-layer-settings"
ASKED = frozenset({"with_key", "authcfg"})
Lang = Annotated[Literal["nl", "en"], Query(description="Language of names, legend and forms")]
WithKey = Annotated[
    Literal["true", "false"],
    Query(description="Whether the key of this request is written into the file"),
]
Authcfg = Annotated[
    str,
    Query(
        pattern="^[A-Za-z0-9]{7}$",
        description="Id of an authentication that QGIS keeps, to stand in the file",
    ),
]
router = APIRouter(tags=["qgis"])


def declare(
    lang: Lang | None = None, with_key: WithKey | None = None, authcfg: Authcfg | None = None
) -> None:
    """Dependency: the parameters of every file, for the document; :func:`read_source` reads."""
    del lang, with_key, authcfg


Declared = Depends(declare)


@router.get("/qgis", response_class=Response, responses={200: {"content": {media.HTML: {}}}})
def get_page(request: Request, lang: Lang | None = None) -> Response:
    """Use in QGIS: the ways to connect, and examples for other programs."""
    check_parameters(request, frozenset())
    language = lang or media.language(request)
    headers = {"Content-Language": language, "Vary": "Accept-Language"}
    body = page(base_url(request), language)
    return Response(body, media_type="text/html; charset=utf-8", headers=headers)


@router.get(
    f"/qgis/{NAME}.{{ending}}",
    operation_id="get_qgis_project",
    response_class=Response,
    responses={200: {"content": {PROJECT: {}}}},
    dependencies=[Declared],
)
def get_project(
    request: Request,
    reading: Reads,
    ending: Literal["qgz", "qgs"],
) -> Response:
    """The project with every layer styled, in groups, with forms, relations and time."""
    check_parameters(request, ASKED)
    source = read_source(request)
    editing = reading.viewer.role != "public"
    storage = reading.settings.storage_crs
    body = project(source, view_of(reading), storage, editing=editing)
    body = archive(body) if ending == "qgz" else body
    return _file(request, body, PROJECT, f"{NAME}.{ending}", source)


@router.get(
    "/qgis/{name}.{ending}",
    operation_id="get_qgis_layer",
    response_class=Response,
    responses={200: {"content": {DEFINITION: {}, STYLE: {}}}},
    dependencies=[Declared],
)
def get_layer_file(
    request: Request,
    reading: Reads,
    name: str,
    ending: Literal["qlr", "qml"],
    style: Annotated[int | None, Query(ge=1, le=9, description="Which style, from 1")] = None,
) -> Response:
    """A layer definition (`.qlr`), or a style alone (`.qml`)."""
    found = find_layer(name)
    check_parameters(request, ASKED if ending == "qlr" else frozenset({"style"}))
    source = read_source(request)
    if ending == "qlr":
        editing = reading.viewer.role != "public"
        body = definition(found, source, editing=editing)
        return _file(request, body, DEFINITION, f"{name}.qlr", source)
    made = list(styles(found, source.language).values())
    if style is not None and style > len(made):
        msg = f"{name} has {len(made)} styles."
        raise NotFound(msg)
    return _file(request, made[(style or 1) - 1].encode(), STYLE, f"{name}.qml", source)


def read_source(request: Request) -> Source:
    """The service as the file names it; the key only where ``with_key=true`` asks for it."""
    given = request.query_params
    key = ""
    if given.get("with_key") == "true":
        key = key_in(request) or ""
        if not key:
            msg = "with_key=true asks for the key of this request, and it carries none."
            raise BadRequest(msg)
    authcfg = read_authcfg(given.get("authcfg"))
    if key and authcfg:
        msg = "Choose one: the key in the file (with_key) or an authentication of QGIS (authcfg)."
        raise BadRequest(msg)
    return Source(base_url(request), media.language(request), key, authcfg)


def view_of(reading: Reading) -> View:
    """Where and when there is something, as far as the caller may see."""
    all_ = layers().values()
    found = [reading.counts.summary(reading.connection, one, reading.viewer) for one in all_]
    named = dict(zip(layers(), found, strict=True))
    central = [named[name] for name in ("works", "opportunities", "bottlenecks")]
    boxes = [summary.bounds for summary in central if summary.bounds]
    box = None
    if boxes:
        west, south, east, north = zip(*boxes, strict=True)
        box = (min(west), min(south), max(east), max(north))
    first = min((s.first for s in central if s.first), default=None)
    return View(box, first, max((s.last for s in central if s.last), default=None))


def _file(request: Request, body: bytes, type_: str, name: str, source: Source) -> Response:
    tag = f'W/"{blake2b(body, digest_size=12).hexdigest()}"'
    headers = {
        "ETag": tag,
        "Cache-Control": "no-store" if source.key else PRIVATE,
        "Vary": VARY,
        "Content-Language": source.language,
        "Content-Disposition": f'attachment; filename="{name}"',
    }
    if is_known(request, tag):
        return Response(status_code=304, headers=headers)
    return Response(body, media_type=type_, headers=headers)
