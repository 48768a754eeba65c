"""OGC API Tiles over every layer, and tiles with several layers together."""

from __future__ import annotations

import gzip
from collections.abc import Callable, Sequence
from hashlib import blake2b

from fastapi import APIRouter, Request, Response

from app.kit import media
from app.kit.requests import ServiceSettings
from app.layer import Layer
from app.layer import layer as find_layer
from app.ogc.answer import VARY, answer, is_known
from app.ogc.endpoints import NOTHING, Reads
from app.ogc.question import Question, check_parameters, read_question
from app.ogc.versions import version_of
from app.organisations.authenticate import get_viewer
from app.organisations.viewer import Viewer
from app.settings import Settings
from app.tiles import documents
from app.tiles.asked import ASKED, bounds_of, query_of, root_of, together
from app.tiles.cache import Cache
from app.tiles.grid import Tile, grid, grids
from app.tiles.make import Made, Making
from app.tiles.rels import MVT
from app.tiles.style_endpoints import router as styles

PARTS_BYTES = 64_000_000
MADE_BY = "2"
"""Counts up when the same data make another tile than before, so that browsers ask again."""
JSON_OR_TILEJSON = {"json": media.JSON, "tilejson": media.JSON}
router = APIRouter(include_in_schema=False)


def _read(path: str) -> Callable[[Callable[..., Response]], Callable[..., Response]]:
    return router.api_route(path, methods=["GET", "HEAD"])


@_read("/ogc/tiles/{grid_id}/{zoom}/{row}/{column}")
def get_dataset_tile(request: Request, grid_id: str, zoom: str, row: str, column: str) -> Response:
    """A tile of several layers."""
    settings: Settings = request.app.state.settings
    tile = grid(grid_id, settings.storage_crs).tile(zoom, row, column)
    return _tile(request, settings, tile, together(request, settings))


@_read("/ogc/collections/{collection_id}/tiles/{grid_id}/{zoom}/{row}/{column}")
def get_tile(
    request: Request, *, collection_id: str, grid_id: str, zoom: str, row: str, column: str
) -> Response:
    """A tile of one layer."""
    settings: Settings = request.app.state.settings
    layer = find_layer(collection_id)
    tile = grid(grid_id, settings.storage_crs).tile(zoom, row, column)
    return _tile(request, settings, tile, [read_question(request, layer, settings, ASKED)])


def get_caches(request: Request) -> tuple[Cache, Cache]:
    """The tiles that this service keeps, and the parts that many are made from."""
    state = request.app.state
    if not hasattr(state, "tiles"):
        state.tiles = Cache(state.settings.tile_cache_bytes), Cache(PARTS_BYTES)
    caches: tuple[Cache, Cache] = state.tiles
    return caches


def _tile(
    request: Request, settings: Settings, tile: Tile, questions: Sequence[Question]
) -> Response:
    """The tile, or 304 where the caller has it, or 204 where nothing is in it."""
    media.negotiate(request, {"mvt": MVT})
    viewer = get_viewer(request)
    with request.app.state.engine.connect() as connection:
        version = version_of(connection, [q.layer for q in questions])
        headers = _headers(viewer, version, tile, questions)
        if is_known(request, headers["ETag"]):
            return Response(status_code=304, headers=headers)
        caches = get_caches(request)
        making = Making(connection, *caches, viewer, settings.storage_crs, version)
        made = making.tile(tile, questions)
    return _sent(request, made, headers)


def _headers(
    viewer: Viewer, version: str, tile: Tile, questions: Sequence[Question]
) -> dict[str, str]:
    asked = [(q.subject, q.language) for q in questions]
    named = f"{MADE_BY}|{version}|{viewer.cache_class}|{tile.grid.id}|{asked}"
    digest = blake2b(named.encode(), digest_size=9).hexdigest()
    audience = "public" if viewer.role == "public" else "private"
    return {
        "ETag": f'W/"{digest}-{tile.zoom}-{tile.row}-{tile.column}"',
        "Cache-Control": f"{audience}, no-cache",
        "Vary": VARY,
        "Content-Language": questions[0].language,
    }


def _sent(request: Request, made: Made, headers: dict[str, str]) -> Response:
    if not made.gzipped:
        return Response(status_code=204, headers=headers)
    headers["OGC-NumberLeftOut"] = str(made.left_out)
    if "gzip" in request.headers.get("accept-encoding", ""):
        headers["Content-Encoding"] = "gzip"
        return Response(made.gzipped, media_type=MVT, headers=headers)
    return Response(gzip.decompress(made.gzipped), media_type=MVT, headers=headers)


@_read("/ogc/tileMatrixSets")
def get_matrix_sets(request: Request, settings: ServiceSettings) -> Response:
    """The grids."""
    check_parameters(request, NOTHING)
    form = media.negotiate(request, {"json": media.JSON})
    content = documents.matrix_sets(root_of(request), grids(settings.storage_crs).values())
    return answer(request, form, content, "")


@_read("/ogc/tileMatrixSets/{grid_id}")
def get_matrix_set(request: Request, grid_id: str, settings: ServiceSettings) -> Response:
    """The definition of a grid."""
    found = grid(grid_id, settings.storage_crs)
    check_parameters(request, NOTHING)
    form = media.negotiate(request, {"json": media.JSON})
    return answer(request, form, found.document(), "")


@_read("/ogc/tiles")
def get_dataset_tilesets(request: Request, settings: ServiceSettings) -> Response:
    """The tilesets of all layers together."""
    together(request, settings)
    form = media.negotiate(request, {"json": media.JSON})
    title = documents.dataset_title(media.language(request))
    root, found = root_of(request), grids(settings.storage_crs).values()
    content = documents.tilesets(root, f"{root}/tiles", title, found, query_of(request))
    return answer(request, form, content, "")


@_read("/ogc/collections/{collection_id}/tiles")
def get_tilesets(request: Request, collection_id: str, settings: ServiceSettings) -> Response:
    """The tilesets of one layer."""
    layer = find_layer(collection_id)
    read_question(request, layer, settings, ASKED)
    form = media.negotiate(request, {"json": media.JSON})
    root, title = root_of(request), layer.title.in_(media.language(request))
    url = f"{root}/collections/{layer.id}/tiles"
    found = grids(settings.storage_crs).values()
    return answer(request, form, documents.tilesets(root, url, title, found, query_of(request)), "")


@_read("/ogc/tiles/{grid_id}")
def get_dataset_tileset(request: Request, grid_id: str, reading: Reads) -> Response:
    """One tileset of all layers together."""
    questions = together(request, reading.settings)
    title = documents.dataset_title(media.language(request))
    return _tileset(reading, grid_id, "tiles", title, [q.layer for q in questions])


@_read("/ogc/collections/{collection_id}/tiles/{grid_id}")
def get_tileset(request: Request, collection_id: str, grid_id: str, reading: Reads) -> Response:
    """One tileset of one layer."""
    layer = find_layer(collection_id)
    read_question(request, layer, reading.settings, ASKED)
    title = layer.title.in_(media.language(request))
    return _tileset(reading, grid_id, f"collections/{layer.id}/tiles", title, [layer])


def _tileset(
    reading: Reads, grid_id: str, path: str, title: str, chosen: Sequence[Layer]
) -> Response:
    request = reading.request
    found = grid(grid_id, reading.settings.storage_crs)
    form = media.negotiate(request, JSON_OR_TILEJSON)
    of = documents.Tileset(
        root=reading.root,
        url=f"{reading.root}/{path}/{found.id}",
        title=title,
        grid=found,
        layers=chosen,
        box=bounds_of(reading, chosen),
        language=media.language(request),
        query=query_of(request),
    )
    content = documents.tilejson(of) if form == "tilejson" else documents.tileset(of)
    return answer(request, form, content, "")


router.include_router(styles)
