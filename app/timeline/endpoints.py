"""The timeline of findings."""

from __future__ import annotations

from fastapi import APIRouter, Response

from app.kit import media
from app.nearby import openapi
from app.nearby.kept import kept
from app.ogc.endpoints import Reads
from app.timeline.count_quarters import count_quarters

router = APIRouter(prefix="/api", tags=["timeline"])

COUNT = {"type": "integer", "minimum": 0}
COUNTS = {"type": "object", "additionalProperties": COUNT}
DAY = {"type": "string", "format": "date"}
SCHEMA: openapi.Schema = {
    "type": "object",
    "required": ["numberMatched", "quarters"],
    "properties": {
        "numberMatched": COUNT,
        "quarters": {
            "type": "array",
            "items": {
                "type": "object",
                "required": ["quarter", "start", "end", "count", "kinds", "rules"],
                "properties": {
                    "quarter": {"type": "string", "pattern": "^[0-9]{4}-Q[1-4]$"},
                    "start": DAY,
                    "end": DAY,
                    "count": COUNT,
                    "kinds": COUNTS,
                    "rules": COUNTS,
                },
            },
        },
    },
}


@router.head("/timeline", include_in_schema=False)
@router.get(
    "/timeline",
    operation_id="get_timeline",
    response_class=Response,
    responses=openapi.answers(media.JSON, SCHEMA),
    openapi_extra={"parameters": [*openapi.PLACE, *openapi.FILTERS]},
)
def get_timeline(reading: Reads) -> Response:
    """How many findings hold in each quarter, by kind and by rule, with the filters of a map.

    A finding counts in every quarter that its period touches, so the counts of
    quarters do not add up to `numberMatched`. With `datetime` only the quarters
    of those days. Quarters in between without findings are there, with 0.
    """
    return kept(reading, lambda: count_quarters(reading))
