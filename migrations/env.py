"""Runs migrations on the connection that ``app.runtime`` hands over.

From the ``alembic`` command itself (development only) it uses the deployment
that the environment variables describe, as every command does.
"""

from typing import Any

from alembic import context
from geoalchemy2 import alembic_helpers
from sqlalchemy import Connection
from sqlalchemy.schema import SchemaItem

from app.embedded import running_cluster
from app.kit.db import make_engine
from app.settings import Settings, read_settings
from app.tables import metadata


def is_ours(
    item: SchemaItem, name: str | None, kind: str, reflected: bool, compare_to: SchemaItem | None
) -> bool:
    """Leave out what PostGIS and the job queue made."""
    if kind == "table" and name is not None and name.startswith("procrastinate_"):
        return False
    kept: Any = alembic_helpers.include_object(item, name, kind, reflected, compare_to)
    return bool(kept)


def run(connection: Connection, settings: Settings) -> None:
    context.configure(
        connection=connection,
        target_metadata=metadata,
        include_object=is_ours,
        render_item=alembic_helpers.render_item,
        storage_crs=settings.storage_crs,
        time_zone=settings.time_zone,
    )
    with context.begin_transaction():
        context.run_migrations()


def run_from_command() -> None:
    settings = read_settings()
    if settings.database_url:
        with make_engine(settings.database_url).begin() as connection:
            run(connection, settings)
        return
    with running_cluster(settings.home) as cluster:
        engine = make_engine(cluster.url)
        with engine.begin() as connection:
            run(connection, settings)
        engine.dispose()


given = context.config.attributes
if "connection" in given:
    run(given["connection"], given["settings"])
else:
    run_from_command()
