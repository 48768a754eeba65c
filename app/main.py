"""Composes the service: every feature's endpoints over one engine."""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager

from fastapi import APIRouter, FastAPI
from sqlalchemy import Engine
from starlette.middleware.cors import CORSMiddleware
from starlette_compress import CompressMiddleware

import app as package
from app.health.endpoints import instrument
from app.kit import outages, problems
from app.kit.db import make_engine
from app.kit.describe import describe
from app.kit.private import PrivateMiddleware
from app.settings import Settings

MOST_ASKED = "tiles"
"""A request is held against the routes in their order, which costs more than a kept tile does."""


def routers() -> Iterator[APIRouter]:
    """The router of every feature folder that has an ``endpoints`` module."""
    modules = pkgutil.iter_modules(package.__path__)
    for module in sorted(modules, key=lambda m: (m.name != MOST_ASKED, m.name)):
        if not module.ispkg:
            continue
        inside = importlib.import_module(f"app.{module.name}")
        if any(m.name == "endpoints" for m in pkgutil.iter_modules(inside.__path__)):
            yield importlib.import_module(f"app.{module.name}.endpoints").router


def create_app(settings: Settings, engine: Engine | None = None) -> FastAPI:
    """The web service on a database that is already migrated.

    ``engine`` is given by tests, which bind it to a transaction of their own.
    """
    own = engine is None
    engine = engine or make_engine(settings.database_url)

    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        yield
        if own:
            engine.dispose()

    app = FastAPI(
        title="Kansenkaart", version="0.1.0", docs_url=None, redoc_url=None, lifespan=lifespan
    )
    app.state.settings = settings
    app.state.engine = engine
    problems.install(app)
    outages.install(app)
    instrument(app)
    found = list(routers())
    for router in found:
        app.include_router(router)
    app.state.routes = [*app.routes, *(route for router in found for route in router.routes)]
    describe(app)
    app.add_middleware(PrivateMiddleware)
    app.add_middleware(CompressMiddleware)
    if settings.cors_origins:
        app.add_middleware(
            CORSMiddleware,
            allow_origins=list(settings.cors_origins),
            allow_methods=["*"],
            allow_headers=["*"],
            expose_headers=["Content-Crs", "ETag", "Link", "Location", "OGC-NumberMatched"],
        )
    return app
