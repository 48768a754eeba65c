"""The rules over the web: how they stand, trying a change, adopting it and taking it back."""

from __future__ import annotations

import orjson
from fastapi import APIRouter, Depends, Request, Response
from fastapi.responses import JSONResponse
from pydantic import BaseModel, ConfigDict, Field, StrictFloat

from app.findings.review import who
from app.kit import media
from app.kit.jobs import defer_named
from app.kit.requests import ServiceSettings, Transaction
from app.kit.texts import Storable
from app.ogc.question import check_parameters
from app.organisations.authenticate import AnyViewer, Partner
from app.rules.adopt import adopt, confirm, confirmation, undo
from app.rules.change import Change
from app.rules.place import Area
from app.rules.rights import check_may_set_rules
from app.rules.sandbox import try_out
from app.rules.state import RuleState, Standings
from app.rules.versions import VersionOut, VersionsOut, describe_version, list_versions


def take_no_parameters(request: Request) -> None:
    """Dependency: refuses parameters that would be ignored."""
    check_parameters(request, frozenset())


router = APIRouter(prefix="/api/rules", tags=["rules"], dependencies=[Depends(take_no_parameters)])


class GeoJson(JSONResponse):
    """An answer in GeoJSON."""

    media_type = media.GEOJSON


class Trial(Change):
    """A change and the area in which to try it.

    ``area`` is the id of an area, a box (west, south, east, north) in degrees,
    or a GeoJSON polygon in longitude and latitude.
    """

    area: Area


class Adoption(Change):
    """A change to put in force, why, and the version that it was tried on."""

    reason: Storable = Field(min_length=1, max_length=2_000)
    based_on: int | None = None


class Reason(BaseModel):
    """Why a version is taken back."""

    model_config = ConfigDict(extra="forbid")

    reason: Storable = Field(default="", max_length=2_000)


class Confirming(BaseModel):
    """That a person stands for the value that they saw, and on what ground."""

    model_config = ConfigDict(extra="forbid")

    value: StrictFloat
    by: Storable = Field(min_length=1, max_length=200, pattern=r"\S")
    note: Storable = Field(default="", max_length=2_000)


@router.get("")
def list_rules(request: Request, connection: Transaction, viewer: AnyViewer) -> list[RuleState]:
    """Every rule as it stands here, in the order of their codes.

    Its values and what they rest on, whether it is switched on and where,
    whether it is assessed and why not, and how many findings of it you may see.
    """
    return Standings.read(connection, viewer, media.language(request)).all()


@router.get("/versions")
def get_versions(connection: Transaction, viewer: AnyViewer) -> VersionsOut:
    """Every version of how the rules are set: what changed, when, and for partners who and why."""
    return list_versions(connection, viewer)


@router.post("/sandbox", response_class=GeoJson)
def try_rules(
    body: Trial,
    request: Request,
    connection: Transaction,
    settings: ServiceSettings,
    viewer: Partner,
) -> Response:
    """Which findings would appear, vanish or change score in an area; nothing is stored.

    Works and findings are those that you may see. `rules` has the counts for
    each rule that would change, and why one would not be assessed; `features`
    the thousand highest scores, with `change`, `score_before` and
    `score_after`. Send `based_on` along when you adopt the change.
    """
    content = try_out(
        connection,
        viewer,
        body,
        body.area,
        language=media.language(request),
        storage_crs=settings.storage_crs,
    )
    headers = {"Cache-Control": "no-store"}
    return Response(orjson.dumps(content), media_type=media.GEOJSON, headers=headers)


@router.post("/adopt")
def adopt_rules(body: Adoption, connection: Transaction, viewer: Partner) -> VersionOut:
    """Put a change in force as a new version; all findings are then made again, by a job.

    Open to organisations of the kind municipality. A value that cannot be is
    refused with the reason, and what was in force stays so.
    """
    check_may_set_rules(connection, viewer)
    by = who(connection, viewer)
    made = adopt(connection, body, by=by, reason=body.reason, based_on=body.based_on)
    defer_named(connection, "detect", "uploads")
    return describe_version(connection, viewer, made)


@router.post("/versions/{version}/undo")
def undo_version(
    version: int, connection: Transaction, viewer: Partner, body: Reason | None = None
) -> VersionOut:
    """Write a new version equal to the one before this one, which must be the newest."""
    check_may_set_rules(connection, viewer)
    reason = body.reason if body else ""
    made = undo(connection, version, by=who(connection, viewer), reason=reason)
    defer_named(connection, "detect", "uploads")
    return describe_version(connection, viewer, made)


@router.get("/{code}")
def get_rule(code: str, request: Request, connection: Transaction, viewer: AnyViewer) -> RuleState:
    """One rule as it stands here; 404 where there is none of that code."""
    return Standings.read(connection, viewer, media.language(request)).one(code)


@router.put("/{code}/thresholds/{name}/confirm")
def confirm_threshold(
    code: str,
    name: str,
    body: Confirming,
    *,
    request: Request,
    connection: Transaction,
    viewer: Partner,
) -> RuleState:
    """Say that a person of the partnership stands for the present value of a threshold.

    Until then a default decides no refusal and no gate. `value` is the value
    that the person saw: 409 where it is another one by now.
    """
    check_may_set_rules(connection, viewer)
    said = confirmation(body.value, body.by, body.note)
    confirm(connection, code, name, said, by=who(connection, viewer))
    return Standings.read(connection, viewer, media.language(request)).one(code)
