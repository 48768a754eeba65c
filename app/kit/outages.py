"""What a caller sees when it is the service that fails: a problem object, never a bare text."""

from __future__ import annotations

from http import HTTPStatus

import orjson
import psycopg
import structlog
from fastapi import FastAPI, Request
from fastapi.responses import Response
from sqlalchemy.exc import InterfaceError, OperationalError

from app.kit.problems import MEDIA_TYPE

RETRY_S = 5
TOO_LONG = (
    "The answer takes longer than the service allows; nothing was changed. Ask for less at a time: "
    "a smaller bbox or limit, a shorter datetime, or a filter."
)
log = structlog.get_logger()


def _told(request: Request, status: HTTPStatus, detail: str, headers: dict[str, str]) -> Response:
    content = {
        "type": "about:blank",
        "title": status.phrase,
        "status": int(status),
        "detail": detail,
        "instance": request.url.path,
    }
    return Response(orjson.dumps(content), status, headers, MEDIA_TYPE)


def _database(request: Request, error: Exception) -> Response:
    """The database is away, is starting again, or took too long; the request changed nothing."""
    if isinstance(getattr(error, "orig", None), psycopg.errors.QueryCanceled):
        log.warning("question took too long", path=request.url.path)
        return _told(request, HTTPStatus.SERVICE_UNAVAILABLE, TOO_LONG, {})
    log.warning("database does not answer", path=request.url.path, error=type(error).__name__)
    detail = "The database does not answer just now; nothing was changed. Try again shortly."
    return _told(request, HTTPStatus.SERVICE_UNAVAILABLE, detail, {"Retry-After": str(RETRY_S)})


def _own_fault(request: Request, _error: Exception) -> Response:
    """A fault of ours. The traceback is in the log of the service and is for nobody else."""
    detail = "Something went wrong on our side; nothing was changed. The log of the service tells."
    return _told(request, HTTPStatus.INTERNAL_SERVER_ERROR, detail, {})


def install(app: FastAPI) -> None:
    """Make ``app`` answer outages and faults of its own as problem objects."""
    for kind in (OperationalError, InterfaceError):
        app.add_exception_handler(kind, _database)
    app.add_exception_handler(Exception, _own_fault)
