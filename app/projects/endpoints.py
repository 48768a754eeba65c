"""Projects and works: read them, change your own."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Annotated, Any
from uuid import UUID

import orjson
from fastapi import APIRouter, Header, Query, Request
from fastapi.responses import Response
from sqlalchemy import ColumnElement, Row, Table, and_, select

from app.kit.links import repeated, with_query
from app.kit.paging import Cursor, read_limit
from app.kit.problems import BadRequest, PreconditionFailed, PreconditionRequired
from app.kit.requests import ServiceSettings, Transaction
from app.kit.texts import storable_text
from app.organisations.authenticate import AnyViewer, Partner
from app.organisations.viewer import Viewer
from app.projects.change_work import Editor, change_work, withdraw_work
from app.projects.patch_body import BODY, PatchBody
from app.projects.read import (
    owns,
    project_json,
    project_rows,
    read_project,
    read_work,
    work_json,
    work_rows,
)
from app.tables import organisations, projects, works

router = APIRouter(tags=["projects"])
IfMatch = Annotated[str | None, Header()]
PageLimit = Annotated[str | None, Query(alias="limit")]
PageCursor = Annotated[str | None, Query(alias="cursor")]
OfOrganisation = Annotated[str | None, Query(alias="organisation")]
WithReference = Annotated[str | None, Query(alias="reference")]
"""Declared for the documentation; the page reads the query itself, to refuse what is unknown."""
FILTERS: dict[str, Callable[[Table, str], ColumnElement[bool]]] = {
    "organisation": lambda table, slug: (
        table.c.organisation_id
        == select(organisations.c.id).where(organisations.c.slug == slug).scalar_subquery()
    ),
    "reference": lambda table, text: (
        table.c.reference == text
        if table is projects
        else table.c.project_id.in_(select(projects.c.id).where(projects.c.reference == text))
    ),
}


def answer(content: object, version: int | None = None) -> Response:
    """A JSON answer, with the version as its ETag."""
    headers = {} if version is None else {"ETag": f'"{version}"'}
    body = orjson.dumps(content, default=str)
    return Response(body, 200, headers, "application/json")


def _page(
    request: Request,
    name: str,
    table: Table,
    fetch: Callable[[ColumnElement[bool], int], Sequence[Row[Any]]],
    to_json: Callable[[Row[Any]], object],
) -> Response:
    """One page of a list; filters and cursor come from the query."""
    asked = dict(request.query_params)
    size = read_limit(asked.pop("limit", None), default=100)
    cursor = asked.pop("cursor", None)
    asked.pop("apikey", None)
    asked.pop("lang", None)
    if unknown := asked.keys() - FILTERS.keys():
        msg = f"Unknown parameter(s): {', '.join(sorted(unknown))}."
        raise BadRequest(msg)
    if any(storable_text(value) != value for value in asked.values()):
        msg = "A filter holds a character that no text here can have."
        raise BadRequest(msg)
    where = [FILTERS[name](table, value) for name, value in asked.items()]
    after = Cursor.decode(cursor).after if cursor else 0
    rows = fetch(and_(table.c.key > after, ~table.c.withdrawn, *where), size + 1)
    content: dict[str, object] = {name: [to_json(r) for r in rows[:size]]}
    if len(rows) > size:
        place = {"limit": str(size), "cursor": Cursor(rows[size - 1].key).encode()}
        following = [*repeated(request), *asked.items(), *place.items()]
        content["next"] = with_query(request.url.path, following)
    return answer(content)


@router.get("/api/projects")
def list_projects(
    request: Request,
    *,
    connection: Transaction,
    viewer: AnyViewer,
    _limit: PageLimit = None,
    _cursor: PageCursor = None,
    _organisation: OfOrganisation = None,
    _reference: WithReference = None,
) -> Response:
    """Projects you may see, in the order they came."""
    return _page(
        request,
        "projects",
        projects,
        lambda where, n: project_rows(connection, viewer, where, n),
        project_json,
    )


@router.get("/api/projects/{project_id}")
def get_project(project_id: UUID, connection: Transaction, viewer: AnyViewer) -> Response:
    """A project with its works, budgets and versions."""
    content = read_project(connection, viewer, project_id)
    return answer(content, content["version"])


@router.get("/api/works")
def list_works(
    request: Request,
    *,
    connection: Transaction,
    viewer: AnyViewer,
    _limit: PageLimit = None,
    _cursor: PageCursor = None,
    _organisation: OfOrganisation = None,
    _reference: WithReference = None,
) -> Response:
    """Works you may see, in the order they came."""
    return _page(
        request,
        "works",
        works,
        lambda where, n: work_rows(connection, viewer, where, n),
        lambda r: work_json(r, own=owns(viewer, r)),
    )


@router.get("/api/works/{work_id}")
def get_work(work_id: UUID, connection: Transaction, viewer: AnyViewer) -> Response:
    """A work with its versions; the ETag is needed to change it."""
    content = read_work(connection, viewer, work_id)
    return answer(content, content["version"])


@router.patch("/api/works/{work_id}", openapi_extra={"requestBody": BODY})
def patch_work(
    work_id: UUID,
    *,
    patch: PatchBody,
    connection: Transaction,
    settings: ServiceSettings,
    viewer: Partner,
    if_match: IfMatch = None,
) -> Response:
    """Change a work of your organisation; its findings are right when this answers."""
    editor = _editor(connection, viewer, if_match)
    version = change_work(connection, settings, work_id, patch.facts(), editor)
    return answer(read_work(connection, viewer, work_id), version)


@router.delete("/api/works/{work_id}")
def delete_work(
    work_id: UUID,
    connection: Transaction,
    settings: ServiceSettings,
    viewer: Partner,
    if_match: IfMatch = None,
) -> Response:
    """Withdraw a work of your organisation; its history stays."""
    editor = _editor(connection, viewer, if_match)
    version = withdraw_work(connection, settings, work_id, editor)
    return answer(read_work(connection, viewer, work_id), version)


def _editor(connection: Transaction, viewer: Viewer, if_match: str | None) -> Editor:
    slug = connection.scalar(
        select(organisations.c.slug).where(organisations.c.id == viewer.organisation_id)
    )
    return Editor(viewer, str(slug), version_in(if_match))


def version_in(if_match: str | None) -> int:
    """The version that ``If-Match`` names.

    >>> version_in('"3"')
    3
    """
    if not if_match:
        msg = "Send the ETag of the work you read as If-Match, so that no change is overwritten."
        raise PreconditionRequired(msg)
    text = if_match.strip().removeprefix("W/").strip('"')
    if not text.isascii() or not text.isdigit():
        msg = f"If-Match {if_match} names no version of this work."
        raise PreconditionFailed(msg)
    return int(text)
