"""Keep the original of a context file and take it in, for the organisation with this slug."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from uuid import UUID

from sqlalchemy import Connection, Engine, select

from app import files
from app.context.options import ContextOptions
from app.context.take_in import ContextFile, known_layer, take_in
from app.kit.problems import NotFound
from app.settings import Settings
from app.tables import organisations
from app.uploads.report import Report


def deliver(
    engine: Engine,
    settings: Settings,
    layer: str,
    path: Path,
    options: ContextOptions,
    *,
    organisation: str,
    by: str,
    on_progress: Callable[[float], None] | None = None,
) -> Report:
    """Take a file on this machine into a layer; what lies beside it is read with it.

    Raises
    ------
    NotFound
        There is no such layer or organisation.
    FileTooLarge
        The file is over the limit.
    """
    definition = known_layer(layer)
    with engine.connect() as connection:
        organisation_id = organisation_named(connection, organisation)
    with path.open("rb") as stream:
        files.store(settings.files, stream, max_bytes=settings.max_upload_bytes)
    file = ContextFile(path, path.name, organisation_id, by)
    return take_in(engine, settings, definition, file, options, on_progress=on_progress)


def organisation_named(connection: Connection, slug: str) -> UUID:
    """The id of an organisation; NotFound with what to do where there is none."""
    c = organisations.c
    found: UUID | None = connection.scalar(select(c.id).where(c.slug == slug))
    if found is None:
        how = f"make it with `kansenkaart organisation add {slug}`"
        msg = f"There is no organisation {slug!r}; {how}."
        raise NotFound(msg)
    return found
