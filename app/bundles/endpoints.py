"""Bundles over the web: lists, the best per area, one in full, and decisions about it."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

import orjson
from fastapi import APIRouter, Depends, Header, Query, Request, Response
from pydantic import BaseModel, Field, model_validator

from app.bundles.decide import Decision, decide
from app.bundles.one import read_bundle, to_uuid
from app.bundles.reading import EVERY, as_object, read_bundle_question
from app.bundles.top import MOST, read_top
from app.kit import media
from app.kit.links import Link, base_url, with_query
from app.ogc.answer import PRIVATE, VARY, answer, is_known
from app.ogc.endpoints import Reading, Reads
from app.ogc.page import Page, read_page
from app.ogc.question import check_parameters, read_question
from app.organisations.authenticate import Partner

router = APIRouter(prefix="/api", tags=["bundles"])
Id = Annotated[UUID, Depends(to_uuid)]
IfMatch = Annotated[str | None, Header()]


class Reason(BaseModel):
    """Why a decision is taken."""

    reason: str = Field(default="", max_length=2_000)


class GivenReason(Reason):
    """Why a bundle is rejected or given up: others must know."""

    @model_validator(mode="after")
    def _is_given(self) -> GivenReason:
        if not self.reason.strip():
            msg = "say in 'reason' why"
            raise ValueError(msg)
        return self


def _links(request: Request, page: Page) -> list[Link]:
    if page.next is None:
        return []
    kept = [(n, v) for n, v in request.query_params.multi_items() if n != "cursor"]
    href = with_query(f"{base_url(request)}/api/bundles", [*kept, ("cursor", page.next.encode())])
    return [Link("next", href, media.JSON)]


@router.head("/bundles", include_in_schema=False)
@router.get("/bundles")
def list_bundles(request: Request, reading: Reads) -> Response:
    """Bundles, a page at a time, without geometry.

    Filters: `bbox` (and `bbox-crs`), `datetime`, `area` (code or id), `organisation`,
    `work`, `state`, `feasible`, `min_score`, the other properties, and `filter` in CQL2;
    `sortby=-score` for the best first, `limit` and `cursor` for paging, `lang` for the
    language. Without `state` only what is proposed or accepted. Near misses have
    `feasible` false, score 0, and say which window is too short.
    """
    question = read_bundle_question(request, reading.settings)
    page = read_page(reading.connection, question, reading.viewer, reading.settings.storage_crs)
    links = _links(request, page)
    told = ", ".join(f'<{x.href}>; rel="{x.rel}"; type="{x.type}"' for x in links)
    content = {
        "bundles": [as_object(feature["properties"]) for feature in page.features],
        "numberReturned": len(page.features),
        "links": [link.json() for link in links],
    }
    return answer(request, "json", content, "", headers={"Link": told} if told else {})


@router.get("/bundles/top")
def list_top_bundles(
    request: Request,
    reading: Reads,
    level: Annotated[str, Query(description="Level of area: district, neighbourhood ...")],
    most: Annotated[int, Query(ge=1, le=MOST, description="How many an area.")] = 3,
) -> Response:
    """The bundles with the highest scores in each area of a level."""
    check_parameters(request, frozenset({"level", "most"}))
    language = media.language(request)
    found = read_top(reading.connection, reading.viewer, level=level, most=most, language=language)
    return answer(request, "json", {"areas": found}, "")


def _one(reading: Reading, bundle_id: UUID) -> Response:
    """The bundle in full, or 304 where the caller has it."""
    question = read_question(reading.request, EVERY, reading.settings, frozenset())
    content, tag = read_bundle(
        reading.connection, question, reading.viewer, bundle_id, reading.settings.storage_crs
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


@router.get("/bundles/{bundle_id}")
def get_bundle(bundle_id: Id, reading: Reads) -> Response:
    """One bundle with its works and their shifts, its findings, its worth and its history.

    Every amount comes with its range and the formula that gave it.
    """
    return _one(reading, bundle_id)


def _decided(
    reading: Reading, bundle_id: UUID, decision: Decision, reason: str, if_match: str | None
) -> Response:
    decide(
        reading.connection,
        reading.settings,
        reading.viewer,
        bundle_id,
        decision,
        reason=reason,
        if_match=if_match,
    )
    return _one(reading, bundle_id)


@router.post("/bundles/{bundle_id}/accept")
def accept_bundle(
    bundle_id: Id, body: Reason, reading: Reads, _viewer: Partner, if_match: IfMatch = None
) -> Response:
    """Accept a bundle: from now on it keeps its works and its slot.

    Open to the organisations whose works are in it. Detection never changes an
    accepted bundle; it says in `misfits` what no longer fits. `If-Match` with the
    entity tag that was read refuses a bundle that changed meanwhile.
    """
    return _decided(reading, bundle_id, "accept", body.reason, if_match)


@router.post("/bundles/{bundle_id}/reject")
def reject_bundle(
    bundle_id: Id, body: GivenReason, reading: Reads, _viewer: Partner, if_match: IfMatch = None
) -> Response:
    """Reject a bundle: it is not proposed again while its works are the same."""
    return _decided(reading, bundle_id, "reject", body.reason, if_match)


@router.post("/bundles/{bundle_id}/dissolve")
def dissolve_bundle(
    bundle_id: Id, body: GivenReason, reading: Reads, _viewer: Partner, if_match: IfMatch = None
) -> Response:
    """Give up an accepted bundle, or take back a rejection: its works can be bundled anew."""
    return _decided(reading, bundle_id, "dissolve", body.reason, if_match)
