"""Findings over the web: lists, one in full, reviews, and what a draft would meet."""

from __future__ import annotations

from typing import Annotated, Any
from uuid import UUID

import orjson
from fastapi import APIRouter, Depends, Header, Request, Response
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from pydantic import ValidationError

from app.findings.draft import Draft
from app.findings.judgement import Items, Judgement
from app.findings.one import read_one, to_uuid
from app.findings.reading import (
    EVERY,
    as_object,
    filters_in_words,
    read_finding_question,
    review_facts,
    today,
)
from app.findings.review import review
from app.findings.review_many import ReviewedMany, review_many
from app.findings.what_if import what_if
from app.kit import media
from app.kit.links import Link, base_url, with_query
from app.kit.requests import ServiceEngine, ServiceSettings
from app.ogc.answer import PRIVATE, VARY, answer, is_known
from app.ogc.crs import CRS84, read_crs
from app.ogc.endpoints import Reading, Reads
from app.ogc.page import Page, read_page
from app.ogc.question import Question, check_parameters, read_question
from app.organisations.authenticate import Partner
from spatial.errors import FileTooLarge

router = APIRouter(prefix="/api", tags=["findings"])

MOST_BYTES = 4_000_000


def _draft_schema() -> dict[str, Any]:
    """The form of a draft in one piece: a reference would be looked up in the whole document."""
    schema = Draft.model_json_schema()
    parts = schema.pop("$defs")
    schema["properties"]["properties"] = parts["DraftProperties"]
    return schema


DRAFT_BODY = {"required": True, "content": {media.GEOJSON: {"schema": _draft_schema()}}}
FILTERS = filters_in_words()
Id = Annotated[UUID, Depends(to_uuid)]


class GeoJson(JSONResponse):
    """An answer in GeoJSON."""

    media_type = media.GEOJSON


def _following(request: Request, page: Page, path: str, type_: str) -> list[Link]:
    if page.next is None:
        return []
    kept = [(n, v) for n, v in request.query_params.multi_items() if n != "cursor"]
    href = with_query(f"{base_url(request)}{path}", [*kept, ("cursor", page.next.encode())])
    return [Link("next", href, type_)]


def _headers(links: list[Link]) -> dict[str, str]:
    told = ", ".join(f'<{x.href}>; rel="{x.rel}"; type="{x.type}"' for x in links)
    return {"Link": told} if told else {}


def _page(reading: Reading) -> tuple[Question, Page]:
    storage = reading.settings.storage_crs
    question = read_finding_question(reading.request, reading.settings, reading.viewer)
    return question, read_page(reading.connection, question, reading.viewer, storage)


@router.head("/findings", include_in_schema=False)
@router.get("/findings", openapi_extra={"parameters": FILTERS})
def list_findings(request: Request, reading: Reads) -> Response:
    """Findings, a page at a time, without geometry.

    Filters: `bbox` (and `bbox-crs`), `datetime`, `work`, `organisation`,
    `kind`, `rule`, `state`, `min_score`, the other properties, and `filter`
    in CQL2; `sortby` for the order, `limit` and `cursor` for paging, `lang`
    for the language. Without `state` only findings that still hold.

    For who reviews: `to_review=true` gives what waits for the caller's
    organisation, the highest score first; `assigned_to`; `snoozed` (true, false
    or any), for what the organisation put off is left out otherwise. `etag` is
    the tag to send back with a judgement.
    """
    _, page = _page(reading)
    links = _following(request, page, "/api/findings", media.JSON)
    beside = review_facts(reading.connection, reading.viewer, [f["id"] for f in page.features])
    content = {
        "findings": [as_object(f["properties"]) | beside[f["id"]] for f in page.features],
        "numberReturned": len(page.features),
        "links": [link.json() for link in links],
    }
    return answer(request, "json", content, "", headers=_headers(links))


@router.head("/overlaps", include_in_schema=False)
@router.get("/overlaps", response_class=GeoJson, openapi_extra={"parameters": FILTERS})
def list_overlaps(request: Request, reading: Reads) -> Response:
    """Findings as GeoJSON, with the same filters as `/api/findings`."""
    question, page = _page(reading)
    links = _following(request, page, "/api/overlaps", media.GEOJSON)
    content = {
        "type": "FeatureCollection",
        "numberReturned": len(page.features),
        "links": [link.json() for link in links],
        "features": page.features,
    }
    headers = {"Content-Crs": f"<{question.crs.uri}>", **_headers(links)}
    return answer(request, "json", content, "", type_=media.GEOJSON, headers=headers)


async def read_draft(request: Request) -> Draft:
    """Dependency: the drafted work in the body; FileTooLarge before all of it is read."""
    body = b""
    async for chunk in request.stream():
        body += chunk
        if len(body) > MOST_BYTES:
            msg = f"A drafted work may take at most {MOST_BYTES // 1_000_000} MB."
            raise FileTooLarge(msg)
    try:
        return Draft.model_validate_json(body)
    except ValidationError as error:
        told = [
            {
                "loc": ("body", *e["loc"]),
                "msg": e["msg"].removeprefix("Value error, "),
                "type": e["type"],
            }
            for e in error.errors(include_url=False, include_input=False, include_context=False)
        ]
        raise RequestValidationError(told) from error


@router.post("/overlaps", response_class=GeoJson, openapi_extra={"requestBody": DRAFT_BODY})
def find_overlaps(
    draft: Annotated[Draft, Depends(read_draft)],
    reading: Reads,
    content_crs: Annotated[str | None, Header()] = None,
) -> Response:
    """What a drafted work would meet, as GeoJSON; nothing is stored.

    The body is a GeoJSON Feature with `start` and `end` (inclusive days) and
    what is known of facility, activity, owner and window. `Content-Crs` names
    its coordinate reference system, longitude and latitude where it is left
    out. Only works that the caller may see are compared.
    """
    check_parameters(reading.request, frozenset())
    storage = reading.settings.storage_crs
    crs = read_crs(content_crs.strip("<> ") if content_crs else None, "Content-Crs", storage)
    content = what_if(
        reading.connection,
        draft,
        reading.viewer,
        crs=crs,
        language=media.language(reading.request),
        storage_crs=storage,
    )
    headers = {"Content-Crs": f"<{CRS84}>", "Vary": VARY, "Cache-Control": "no-store"}
    return Response(orjson.dumps(content), media_type=media.GEOJSON, headers=headers)


def _one(reading: Reading, finding_id: UUID) -> Response:
    """The finding in full, or 304 where the caller has it."""
    question = read_question(reading.request, EVERY, reading.settings, frozenset())
    content, tag = read_one(
        reading.connection, question, reading.viewer, finding_id, reading.settings.storage_crs
    )
    headers = {
        "ETag": tag,
        "Cache-Control": PRIVATE,
        "Vary": VARY,
        "Content-Language": question.language,
    }
    if is_known(reading.request, tag):
        return Response(status_code=304, headers=headers)
    return Response(orjson.dumps(content), media_type=media.JSON, headers=headers)


@router.head("/findings/{finding_id}", include_in_schema=False)
@router.get("/findings/{finding_id}")
def get_finding(finding_id: Id, reading: Reads) -> Response:
    """One finding with its geometry, its works, the rule's parameters and its history."""
    return _one(reading, finding_id)


@router.post("/findings/reviews", response_model_exclude_none=True)
def review_findings(
    body: Items, engine: ServiceEngine, settings: ServiceSettings, viewer: Partner
) -> ReviewedMany:
    """Judge up to 500 findings, each by itself: one that is refused leaves the others be.

    The answer has an item for each, in the order given: `status` 200 with the
    new `etag`, or the status and `problem` that the judgement of that one alone
    would get (403, 404, 409, 412, 422).
    """
    return review_many(engine, viewer, body.items, today=today(settings))


@router.post("/findings/{finding_id}/review")
def review_finding(
    finding_id: Id,
    body: Judgement,
    reading: Reads,
    viewer: Partner,
    if_match: Annotated[str | None, Header()] = None,
) -> Response:
    """Confirm or reject a finding, assign it, put it off, or say something of it.

    Open to the organisations whose works are in the finding. `If-Match` with
    the entity tag that was read refuses a finding that changed meanwhile.
    """
    day = today(reading.settings)
    review(reading.connection, viewer, finding_id, body, today=day, if_match=if_match)
    return _one(reading, finding_id)
