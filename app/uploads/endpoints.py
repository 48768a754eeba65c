"""Send files, see what became of them, undo them."""

from __future__ import annotations

from typing import Annotated, Any, Literal
from uuid import UUID

import orjson
from fastapi import APIRouter, Query, Request
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import HTMLResponse, Response
from sqlalchemy import Engine, select

from app.kit.links import base_url, repeated, with_query
from app.kit.paging import Cursor, read_limit
from app.kit.problems import Forbidden
from app.kit.requests import ServiceEngine, ServiceSettings, Transaction
from app.organisations.authenticate import Partner
from app.organisations.viewer import Viewer
from app.settings import Settings
from app.tables import organisations
from app.uploads.form import FLAGS, TEXTS, UploadForm, reading_form
from app.uploads.receive import receive
from app.uploads.report_csv import report_csv
from app.uploads.report_page import report_page
from app.uploads.store import list_uploads, read_upload, upload_json
from app.uploads.tasks import queue
from app.uploads.undo import undo

router = APIRouter(tags=["uploads"])
Lang = Annotated[Literal["nl", "en"], Query()]

_FORM: dict[str, Any] = {
    "requestBody": {
        "required": True,
        "content": {
            "multipart/form-data": {
                "schema": {
                    "type": "object",
                    "required": ["file"],
                    "properties": {
                        "file": {"type": "string", "format": "binary"},
                        "organisation": {"type": "string"},
                        "mapping": {"type": "string", "description": "A mapping, as JSON."},
                        **{name: {"type": "string"} for name in TEXTS},
                        **{name: {"type": "boolean"} for name in FLAGS},
                    },
                }
            }
        },
    }
}


def answer(content: object, status: int = 200, headers: dict[str, str] | None = None) -> Response:
    """A JSON answer; ids and times are written as text."""
    return Response(orjson.dumps(content, default=str), status, headers, "application/json")


@router.post("/api/uploads", status_code=202, openapi_extra=_FORM)
async def send(
    request: Request, viewer: Partner, engine: ServiceEngine, settings: ServiceSettings
) -> Response:
    """Take in a file; a job stores it. ``Location`` tells where to follow it."""
    async with reading_form(request, settings.max_upload_bytes) as form:
        upload_id = await run_in_threadpool(_receive, engine, settings, form, viewer)
    place = f"/api/uploads/{upload_id}"
    content = {
        "id": str(upload_id),
        "state": "queued",
        "links": [
            {"rel": "self", "href": base_url(request) + place, "type": "application/json"},
            {
                "rel": "alternate",
                "href": f"{base_url(request)}/uploads/{upload_id}",
                "type": "text/html",
            },
        ],
    }
    return answer(content, 202, {"Location": place})


def _receive(engine: Engine, settings: Settings, form: UploadForm, viewer: Viewer) -> UUID:
    assert viewer.organisation_id is not None  # a partner has one
    with engine.begin() as connection:
        slug = connection.scalar(
            select(organisations.c.slug).where(organisations.c.id == viewer.organisation_id)
        )
        if form.organisation not in {None, "", slug}:
            msg = f"Your key is of {slug}; you cannot deliver for {form.organisation}."
            raise Forbidden(msg)
        upload_id = receive(
            connection,
            settings,
            stream=form.file,
            filename=form.filename,
            options=form.options,
            organisation_id=viewer.organisation_id,
            by=str(slug),
        )
        queue(connection, upload_id)
    return upload_id


@router.get("/api/uploads")
def list_(
    request: Request,
    connection: Transaction,
    viewer: Partner,
    limit: str | None = None,
    cursor: str | None = None,
) -> Response:
    """Your uploads, the newest first."""
    size = read_limit(limit, default=100)
    before = Cursor.decode(cursor).after if cursor else None
    rows = list_uploads(connection, viewer, before=before, limit=size + 1)
    more = len(rows) > size
    content: dict[str, object] = {"uploads": [upload_json(r) for r in rows[:size]]}
    if more:
        place = [("limit", str(size)), ("cursor", Cursor(rows[size - 1].key).encode())]
        content["next"] = with_query("/api/uploads", [*repeated(request), *place])
    return answer(content)


@router.get("/api/uploads/{upload_id}")
def read(upload_id: UUID, connection: Transaction, viewer: Partner) -> Response:
    """State, progress and report of an upload."""
    return answer(read_upload(connection, viewer, upload_id))


@router.get("/api/uploads/{upload_id}/report.csv")
def read_csv(
    upload_id: UUID, connection: Transaction, viewer: Partner, lang: Lang = "nl"
) -> Response:
    """The faults of an upload as CSV, to open beside the source."""
    upload = read_upload(connection, viewer, upload_id)
    report = upload["report"]
    assert report is None or isinstance(report, dict)
    headers = {"Content-Disposition": f'attachment; filename="report-{upload_id}.csv"'}
    return Response(report_csv(report, lang), 200, headers, "text/csv; charset=utf-8")


@router.post("/api/uploads/{upload_id}/undo")
def undo_(
    upload_id: UUID, engine: ServiceEngine, settings: ServiceSettings, viewer: Partner
) -> Response:
    """Undo an upload as a whole, or say which later changes stand in the way."""
    with engine.connect() as connection:
        upload = read_upload(connection, viewer, upload_id)
    done = undo(engine, settings, upload_id, by=str(upload["organisation"]))
    return answer(done.to_json())


@router.get("/uploads/{upload_id}", include_in_schema=False)
def page(
    upload_id: UUID,
    connection: Transaction,
    settings: ServiceSettings,
    viewer: Partner,
    lang: Lang = "nl",
) -> HTMLResponse:
    """The report of an upload to read and print."""
    return HTMLResponse(
        report_page(read_upload(connection, viewer, upload_id), lang, settings.zone)
    )
