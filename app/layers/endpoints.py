"""The whole layer as a file: plain GeoJSON for web maps, and every other format."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from fastapi import APIRouter, Request, Response
from fastapi.responses import StreamingResponse

from app.encoder import Encoder, ExportRefused, by_name, encoders, streams
from app.kit import media
from app.kit.problems import NotFound
from app.kit.requests import ServiceEngine, ServiceSettings
from app.layer import layer as find_layer
from app.layer import layers
from app.ogc.answer import PRIVATE, VARY, is_known
from app.ogc.counts import snapshot
from app.ogc.crs import read_crs
from app.ogc.endpoints import get_counts
from app.ogc.forms import (
    GEOJSON,
    default_crs,
    file_headers,
    from_file,
    layer_cut,
    streamed,
    tag_of,
)
from app.ogc.question import QUERY, read_question
from app.ogc.stream import stream
from app.organisations.authenticate import AnyViewer

AT_ONCE = 50_000
"""Features that a format which cannot be streamed is made of while the caller waits."""
ASKED = QUERY | {"crs", "properties"}
_CONTENT: dict[int | str, dict[str, Any]] = {
    200: {"content": {encoder.media_type: {} for encoder in encoders().values()}}
}
router = APIRouter(tags=["layers"])


@router.head("/layers/{name}", include_in_schema=False)
@router.get(
    "/layers/{name}",
    operation_id="get_layer",
    responses=_CONTENT,
    response_class=StreamingResponse,
)
def get_layer(
    request: Request,
    name: str,
    engine: ServiceEngine,
    settings: ServiceSettings,
    viewer: AnyViewer,
) -> Response:
    """Every feature of a layer in one file.

    The ending says which: `.geojson`, `.geojsons`, `.fg.json`, `.csv` (streamed,
    however many features), `.gpkg`, `.fgb`, `.parquet`, `.xlsx`, `.shp.zip` (up to
    50,000 features; more with `POST /api/exports`). Without ending `f` or `Accept` says it.

    Parameters: `bbox` (and `bbox-crs`), `datetime`, `lang`, `crs`, `properties`,
    `filter` in CQL2 (and `filter-lang`, `filter-crs`), and the properties of the
    layer, such as `rule`, `organisation` or `facility`.
    """
    layer_id, encoder = _asked(request, name)
    question = read_question(request, find_layer(layer_id), settings, ASKED)
    storage = settings.storage_crs
    target = question.crs.uri if "crs" in request.query_params else default_crs(encoder, storage)
    cut = layer_cut(question, viewer, storage, target)
    with engine.connect() as connection:
        state = snapshot(connection)
        if not streams(encoder):
            matched = get_counts(request).matched(connection, question, viewer, storage)
            _check_count(matched, layer_id)
    subject = (question.subject, encoder.name, target, [p.name for p in question.properties])
    tag = tag_of(state, viewer.cache_class, question.language, subject)
    headers = {
        "ETag": tag,
        "Cache-Control": PRIVATE,
        "Vary": VARY,
        "Content-Language": question.language,
        "Content-Crs": f"<{read_crs(target, 'crs', storage).uri}>",
        **file_headers(question.layer, encoder, cut),
    }
    if is_known(request, tag):
        return Response(status_code=304, headers=headers)
    if request.method == "HEAD":
        return Response(media_type=encoder.media_type, headers=headers)
    body: Iterator[bytes]
    if encoder.name == GEOJSON:
        del headers["Content-Disposition"]  # a browser shows it, as web maps read it
        body = stream(engine, question, viewer, storage)  # from the text of PostGIS: quicker
    elif streams(encoder):
        body = streamed(engine, cut, encoder)
    else:
        size, body = from_file(engine, cut, encoder)
        headers["Content-Length"] = str(size)
    return StreamingResponse(body, media_type=encoder.media_type, headers=headers)


def _asked(request: Request, name: str) -> tuple[str, Encoder]:
    """Layer and format of a name: the ending tells, else ``f`` or ``Accept``."""
    for suffix, encoder in encoders().items():
        if name.endswith(suffix) and name.removesuffix(suffix) in layers():
            return name.removesuffix(suffix), encoder
    if name in layers():
        first = {GEOJSON: media.GEOJSON}
        offered = first | {n: encoder.media_type for n, encoder in by_name().items()}
        return name, by_name()[media.negotiate(request, offered)]
    endings = ", ".join(encoders())
    msg = f"There is no {name[:80]!r}. Layers are {', '.join(layers())}; endings {endings}."
    raise NotFound(msg)


def _check_count(matched: int | None, layer_id: str) -> None:
    if matched is None or matched > AT_ONCE:
        msg = (
            f"More than {AT_ONCE:,} features of {layer_id} match: ask for this format with "
            "POST /api/exports, or take .csv, .geojsons or .geojson, which have no limit."
        )
        raise ExportRefused(msg)
