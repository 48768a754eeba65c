"""Findings near a point, along a line, inside an area, and of a work."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

import orjson
from fastapi import APIRouter, Depends, Header, Request, Response

from app.kit import media
from app.nearby import openapi
from app.nearby.kept import TABLES, kept
from app.nearby.list_near import headers_of, list_near, list_of_work
from app.nearby.place import Place, read_body, read_radius
from app.ogc.answer import VARY
from app.ogc.crs import read_crs
from app.ogc.endpoints import Reads
from app.ogc.versions import BEHIND_SHARED
from spatial.errors import FileTooLarge

MOST_BYTES = 1_000_000
router = APIRouter(prefix="/api", tags=["nearby"])
OF_WORK = TABLES | BEHIND_SHARED
"""Whether the work may be seen is part of the answer."""
_FOUND = openapi.answers(media.GEOJSON, openapi.COLLECTION)


async def read_geometry(request: Request) -> bytes:
    """Dependency: the geometry in the body; FileTooLarge before all of it is read."""
    body = b""
    async for chunk in request.stream():
        body += chunk
        if len(body) > MOST_BYTES:
            msg = f"A geometry may take at most {MOST_BYTES // 1_000_000} MB. Simplify it."
            raise FileTooLarge(msg)
    return body


Body = Annotated[bytes, Depends(read_geometry)]


@router.head("/nearby", include_in_schema=False)
@router.get(
    "/nearby",
    operation_id="list_nearby",
    response_class=Response,
    responses=_FOUND,
    openapi_extra={"parameters": [*openapi.PLACE, *openapi.FILTERS, *openapi.PAGE]},
)
def list_nearby(reading: Reads) -> Response:
    """Findings near a point, along a line or inside an area, as GeoJSON, the nearest first.

    Say where with `lon` and `lat`, with `geometry` in WKT, or with the id of
    an `area`; `radius` is in metres. `away_m` tells how far each finding is
    from there. Inside an area nothing is nearer than another, and the order is
    that of keys. Without `state` only findings that still hold.
    """
    return kept(reading, lambda: list_near(reading), type_=media.GEOJSON, headers=headers_of)


@router.post(
    "/nearby",
    operation_id="find_nearby",
    response_class=Response,
    responses=openapi.answers(media.GEOJSON, openapi.COLLECTION, kept=False),
    openapi_extra={
        "requestBody": openapi.BODY,
        "parameters": [*openapi.RADIUS, *openapi.FILTERS, *openapi.PAGE],
    },
)
def find_nearby(
    reading: Reads, raw: Body, content_crs: Annotated[str | None, Header()] = None
) -> Response:
    """The same for a geometry that is too long for an address, as GeoJSON in the body.

    `Content-Crs` names its coordinate reference system, longitude and latitude
    where it is left out. For a next page post the same body to the link `next`.
    """
    storage, request = reading.settings.storage_crs, reading.request
    with media.told(request):
        named = content_crs.strip("<> ") if content_crs else None
        crs = read_crs(named, "Content-Crs", storage)
        geometry = read_body(raw, crs, storage, media.language(request))
        place = Place(geometry, read_radius(request.query_params, geometry))
    content = list_near(reading, place)
    headers = {
        "Vary": VARY,
        "Cache-Control": "no-store",
        "Content-Language": media.language(request),
        **headers_of(content),
    }
    return Response(orjson.dumps(content), media_type=media.GEOJSON, headers=headers)


@router.head("/works/{work_id}/findings", include_in_schema=False)
@router.get(
    "/works/{work_id}/findings",
    operation_id="list_findings_of_work",
    response_class=Response,
    responses=_FOUND,
    openapi_extra={"parameters": [*openapi.PLACE, *openapi.FILTERS, *openapi.PAGE]},
)
def list_findings_of_work(work_id: UUID, reading: Reads) -> Response:
    """The findings that a work is in, as GeoJSON, with the same filters as `/api/nearby`."""
    return kept(
        reading,
        lambda: list_of_work(reading, work_id),
        type_=media.GEOJSON,
        tables=OF_WORK,
        headers=headers_of,
    )
