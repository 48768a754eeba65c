"""For whoever watches the service: is it alive, can it serve, how busy is it."""

from __future__ import annotations

from http import HTTPStatus

from fastapi import APIRouter, FastAPI, Request, Response
from fastapi.responses import JSONResponse
from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, generate_latest
from prometheus_fastapi_instrumentator import Instrumentator
from sqlalchemy.exc import SQLAlchemyError

from app.runtime import is_migrated

router = APIRouter(tags=["health"])


@router.get("/health/live", include_in_schema=False)
async def live() -> dict[str, str]:
    """The process answers; says nothing about the database."""
    return {"status": "ok"}


@router.get("/health/ready", include_in_schema=False)
def ready(request: Request) -> JSONResponse:
    """200 when the database can be reached and is at the version expected, else 503."""
    try:
        with request.app.state.engine.connect() as connection:
            migrated = is_migrated(connection)
    except SQLAlchemyError:
        return _not_ready("The database cannot be reached.")
    if not migrated:
        return _not_ready("The database is not migrated to the version of this program.")
    return JSONResponse({"status": "ok", "database": "ok"})


def _not_ready(detail: str) -> JSONResponse:
    status = HTTPStatus.SERVICE_UNAVAILABLE
    content = {"type": "about:blank", "title": status.phrase, "status": status, "detail": detail}
    return JSONResponse(content, status, media_type="application/problem+json")


@router.get("/metrics", include_in_schema=False)
def metrics(request: Request) -> Response:
    """Counts and durations of requests, in the text format of Prometheus."""
    return Response(generate_latest(request.app.state.registry), media_type=CONTENT_TYPE_LATEST)


def instrument(app: FastAPI) -> None:
    """Measure every request of ``app``, in a registry of its own."""
    app.state.registry = CollectorRegistry()
    Instrumentator(
        registry=app.state.registry,
        should_group_status_codes=False,
        should_ignore_untemplated=True,
        excluded_handlers=["/metrics", "/health/.*"],
    ).instrument(app)
