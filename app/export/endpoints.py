"""``/api/exports``: a file of any size, made by a job, kept for a day for who asked it."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import orjson
from fastapi import APIRouter, Request, Response
from fastapi.responses import FileResponse

from app.encoder import by_name
from app.export.asked import Asked, read_asked
from app.export.store import Export, expire, note, place, read_export, remove
from app.export.tasks import queue
from app.kit import media
from app.kit.links import base_url
from app.kit.problems import Conflict, NotFound
from app.kit.requests import ServiceSettings, Transaction
from app.organisations.authenticate import Partner

router = APIRouter(prefix="/api/exports", tags=["exports"])


@router.post("", status_code=202)
def ask_export(
    request: Request,
    asked: Asked,
    viewer: Partner,
    connection: Transaction,
    settings: ServiceSettings,
) -> Response:
    """Ask a file; a job makes it. ``Location`` tells where to follow it."""
    read_asked(asked, viewer, settings)
    expire(connection, settings)
    export_id = note(connection, viewer, asked)
    queue(connection, export_id)
    export = read_export(connection, export_id, viewer)
    headers = {"Location": f"/api/exports/{export_id}", "Retry-After": "2"}
    return _answer(request, export, 202, headers)


@router.get("/{export_id}")
def get_export(
    request: Request, export_id: UUID, viewer: Partner, connection: Transaction
) -> Response:
    """How far an export is: queued, making, ready (with a link to the file) or failed (why)."""
    return _answer(request, read_export(connection, export_id, viewer))


@router.get(
    "/{export_id}/file",
    response_class=FileResponse,
    responses={
        200: {"content": {encoder.media_type: {} for encoder in by_name().values()}},
        409: {"description": "The file is not ready"},
    },
)
def get_file(
    export_id: UUID, viewer: Partner, connection: Transaction, settings: ServiceSettings
) -> Response:
    """The file, in parts where ``Range`` asks for them; 409 while it is not ready."""
    export = read_export(connection, export_id, viewer)
    if export.state != "ready":
        msg = f"The export is {export.state}, not ready. {export.problem}".strip()
        raise Conflict(msg)
    path = place(settings, export)
    if not path.is_file():
        msg = "The file of this export is no longer there: ask it again."
        raise NotFound(msg)
    encoder = by_name()[export.asked.format]
    return FileResponse(
        path,
        media_type=encoder.media_type,
        filename=f"{export.asked.layer}{encoder.suffix}",
        headers={"Cache-Control": "private, no-cache"},
    )


@router.delete("/{export_id}", status_code=204)
def delete_export(
    export_id: UUID, viewer: Partner, connection: Transaction, settings: ServiceSettings
) -> Response:
    """Forget an export and its file before its day is over."""
    remove(connection, settings, read_export(connection, export_id, viewer))
    return Response(status_code=204)


def _answer(
    request: Request, export: Export, status: int = 200, headers: dict[str, str] | None = None
) -> Response:
    place_ = f"{base_url(request)}/api/exports/{export.id}"
    links = [{"rel": "self", "href": place_, "type": media.JSON}]
    if export.state == "ready":
        type_ = by_name()[export.asked.format].media_type
        links.append({"rel": "enclosure", "href": f"{place_}/file", "type": type_})
    content: dict[str, Any] = {
        "id": str(export.id),
        "state": export.state,
        **({"problem": export.problem} if export.problem else {}),
        "asked": export.asked.model_dump(),
        "features": export.features,
        "size_bytes": export.size_bytes,
        "created_at": export.created_at,
        "finished_at": export.finished_at,
        "expires_at": export.expires_at,
        "links": links,
    }
    return Response(orjson.dumps(content), status, headers, media.JSON)
