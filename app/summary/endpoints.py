"""The summary of findings by area."""

from __future__ import annotations

from fastapi import APIRouter, Response

from app.kit import media
from app.nearby import openapi
from app.nearby.kept import kept
from app.ogc.endpoints import Reads
from app.summary.sum_areas import LEVEL, sum_areas
from spatial.vocabulary import AREA_LEVEL

router = APIRouter(prefix="/api", tags=["summary"])

COUNT = {"type": "integer", "minimum": 0}
COUNTS = {"type": "object", "additionalProperties": COUNT}
AREA: openapi.Schema = {
    "id": {"type": "string", "format": "uuid"},
    "code": {"type": "string"},
    "name": {"type": "string"},
    "count": COUNT,
    "kinds": COUNTS,
    "rules": COUNTS,
    "saving_eur": {"type": "number"},
    "open_bottlenecks": COUNT,
    "open_bottlenecks_by_rule": COUNTS,
}
SCHEMA: openapi.Schema = {
    "type": "object",
    "required": ["level", "areas", "numberReturned", "links"],
    "properties": {
        "level": {"type": "string", "enum": list(AREA_LEVEL.ids)},
        "areas": {
            "type": "array",
            "items": {"type": "object", "required": list(AREA), "properties": AREA},
        },
        "numberReturned": COUNT,
        "links": {"type": "array", "items": {"type": "object"}},
    },
}
LEVELS: openapi.Schema = {
    "name": "level",
    "in": "query",
    "required": False,
    "description": "Level of the areas",
    "schema": {"type": "string", "enum": list(AREA_LEVEL.ids), "default": LEVEL},
}


@router.head("/summary", include_in_schema=False)
@router.get(
    "/summary",
    operation_id="get_summary",
    response_class=Response,
    responses=openapi.answers(media.JSON, SCHEMA),
    openapi_extra={"parameters": [LEVELS, *openapi.FILTERS, *openapi.SUM_PAGE]},
)
def get_summary(reading: Reads) -> Response:
    """What is found in each neighbourhood, or in the areas of another level, a page at a time.

    Numbers by kind and by rule, the sum of the expected savings in euros, and
    the bottlenecks that are neither rejected nor resolved, by rule. A finding
    counts in one area of a level: that around the middle of its box. With
    `bbox` only areas that share the box. Areas without findings are there, with 0.
    """
    return kept(reading, lambda: sum_areas(reading))
