"""The whole layer as plain GeoJSON, for web maps."""

from __future__ import annotations

from collections.abc import Iterator
from hashlib import blake2b

from fastapi import APIRouter, Request, Response
from fastapi.responses import StreamingResponse

from app.kit.media import GEOJSON
from app.kit.problems import NotFound
from app.kit.requests import ServiceEngine, ServiceSettings
from app.layer import layer as find_layer
from app.ogc.answer import PRIVATE, VARY, is_known
from app.ogc.counts import snapshot
from app.ogc.question import QUERY, read_question
from app.ogc.stream import stream
from app.organisations.authenticate import AnyViewer

SUFFIX = ".geojson"
router = APIRouter(tags=["layers"])


@router.head("/layers/{name}", include_in_schema=False)
@router.get(
    "/layers/{name}",
    operation_id="get_layer",
    responses={200: {"content": {GEOJSON: {}}}},
    response_class=StreamingResponse,
)
def get_layer(
    request: Request,
    name: str,
    engine: ServiceEngine,
    settings: ServiceSettings,
    viewer: AnyViewer,
) -> Response:
    """Every feature of a layer as `{layer}.geojson`, in longitude and latitude.

    Parameters: `bbox` (and `bbox-crs`), `datetime`, `lang`, `filter` in CQL2
    (and `filter-lang`, `filter-crs`), and the properties of the layer, such as
    `rule`, `organisation` or `facility`.
    """
    if not name.endswith(SUFFIX):
        msg = f"A layer is asked as /layers/{{layer}}.geojson, not {name!r}."
        raise NotFound(msg)
    question = read_question(request, find_layer(name.removesuffix(SUFFIX)), settings, QUERY)
    with engine.connect() as connection:
        state = snapshot(connection)
    asked = f"{state}|{viewer.cache_class}|{question.language}|{question.subject}"
    tag = f'W/"{blake2b(asked.encode(), digest_size=12).hexdigest()}"'
    headers = {
        "ETag": tag,
        "Cache-Control": PRIVATE,
        "Vary": VARY,
        "Content-Language": question.language,
        "Content-Crs": f"<{question.crs.uri}>",
    }
    if is_known(request, tag):
        return Response(status_code=304, headers=headers)
    body: Iterator[bytes] = iter(())
    if request.method == "GET":
        body = stream(engine, question, viewer, settings.storage_crs)
    return StreamingResponse(body, media_type=GEOJSON, headers=headers)
