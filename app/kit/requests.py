"""What an endpoint asks of a request: a transaction and the settings."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated

from fastapi import Depends, Request
from sqlalchemy import Connection, Engine

from app.settings import Settings


def get_connection(request: Request) -> Iterator[Connection]:
    """One transaction for the request; it commits when the endpoint ends well.

    Use it through :data:`Transaction`, so that the commit comes before the
    answer: a client that has read "202" must find what it made.
    """
    engine: Engine = request.app.state.engine
    with engine.begin() as connection:
        yield connection


def get_engine(request: Request) -> Engine:
    """The engine of the service, for work that makes its own transactions."""
    engine: Engine = request.app.state.engine
    return engine


def get_settings(request: Request) -> Settings:
    """The settings of the deployment."""
    settings: Settings = request.app.state.settings
    return settings


Transaction = Annotated[Connection, Depends(get_connection, scope="function")]
ServiceEngine = Annotated[Engine, Depends(get_engine)]
ServiceSettings = Annotated[Settings, Depends(get_settings)]
