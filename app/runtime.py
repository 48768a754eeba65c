"""A database that runs and is migrated: what every command and the service stand on."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

import psycopg
from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from pyproj import CRS
from pyproj.exceptions import CRSError
from sqlalchemy import Connection, Engine, inspect, select, text
from sqlalchemy.exc import DBAPIError, OperationalError

from app.embedded import running_cluster
from app.embedded.places import make_folder
from app.kit.db import make_engine
from app.settings import SettingRefused, Settings
from app.tables import deployment
from spatial.errors import KansenkaartError

ROOT = Path(__file__).resolve().parent.parent
LACKS = (
    psycopg.errors.InsufficientPrivilege,
    psycopg.errors.FeatureNotSupported,
    psycopg.errors.UndefinedFile,
    psycopg.errors.UndefinedObject,
)
MIGRATION_LOCK = 20_260_101  # any number, the same in every process


class DatabaseUnreachable(KansenkaartError):
    """The database cannot be reached."""


class DatabaseUnfit(KansenkaartError):
    """The database lacks what is needed."""


class DeploymentDiffers(KansenkaartError):
    """The database was made with other settings."""


@dataclass(frozen=True, slots=True)
class Runtime:
    """Settings whose ``database_url`` is filled in, and an engine on that database."""

    settings: Settings
    engine: Engine


def alembic_config() -> Config:
    """Where the migrations lie."""
    config = Config()
    config.set_main_option("script_location", str(ROOT / "migrations").replace("%", "%%"))
    config.set_main_option("path_separator", "os")
    return config


def check_storage_crs(code: int) -> None:
    """Refuse a storage CRS that is unknown or not in metres."""
    try:
        crs = CRS.from_epsg(code)
    except CRSError as error:
        msg = f"STORAGE_CRS=EPSG:{code} is not a known coordinate reference system."
        raise SettingRefused(msg) from error
    if not crs.is_projected or any(axis.unit_name != "metre" for axis in crs.axis_info):
        msg = f"STORAGE_CRS=EPSG:{code} ({crs.name}) is not projected in metres, as distances need."
        raise SettingRefused(msg)


def migrate(engine: Engine, settings: Settings) -> str:
    """Bring the database to the newest version, which is returned.

    Two processes that start at once wait for each other. Refuses a database
    that was made with another STORAGE_CRS or TIME_ZONE.
    """
    config = alembic_config()
    head = ScriptDirectory.from_config(config).get_current_head()
    with engine.begin() as connection:
        connection.execute(text("select pg_advisory_xact_lock(:n)"), {"n": MIGRATION_LOCK})
        if MigrationContext.configure(connection).get_current_revision() != head:
            check_storage_crs(settings.storage_crs)
            config.attributes.update(connection=connection, settings=settings)
            with _explained(engine):
                command.upgrade(config, "head")
        check_deployment(connection, settings)
    return str(head)


@contextmanager
def _explained(engine: Engine) -> Iterator[None]:
    """Say in words what a database of somebody else lacks."""
    try:
        yield
    except DBAPIError as error:
        if not isinstance(error.orig, LACKS):
            raise
        place = engine.url.render_as_string(hide_password=True)
        why = str(error.orig).strip().splitlines()[0]
        msg = (
            f"The database {place} cannot be used: {why}. It needs PostgreSQL 14 or newer with the "
            "extension postgis, which an administrator makes with: CREATE EXTENSION postgis"
        )
        raise DatabaseUnfit(msg) from error


def check_deployment(connection: Connection, settings: Settings) -> None:
    """Refuse settings that differ from those the database was made with."""
    rows = connection.execute(select(deployment.c.name, deployment.c.value))
    made = {row.name: row.value for row in rows}
    if made["storage_crs"] != str(settings.storage_crs):
        msg = (
            f"This database stores EPSG:{made['storage_crs']} and STORAGE_CRS asks for "
            f"EPSG:{settings.storage_crs}. Unset STORAGE_CRS, or set KANSENKAART_HOME to a new "
            "folder to start another deployment."
        )
        raise DeploymentDiffers(msg)
    if made["time_zone"] != settings.time_zone:
        msg = (
            f"This database counts days in {made['time_zone']} and TIME_ZONE asks for "
            f"{settings.time_zone}. Unset TIME_ZONE, or set KANSENKAART_HOME to a new folder to "
            "start another deployment."
        )
        raise DeploymentDiffers(msg)


def is_migrated(connection: Connection) -> bool:
    """Whether the database is at the version this program expects."""
    if not inspect(connection).has_table("alembic_version"):
        return False
    head = ScriptDirectory.from_config(alembic_config()).get_current_head()
    return MigrationContext.configure(connection).get_current_revision() == head


def _reach(engine: Engine) -> None:
    try:
        with engine.connect() as connection:
            connection.execute(text("select 1"))
    except (OperationalError, psycopg.OperationalError) as error:
        place = engine.url.render_as_string(hide_password=True)
        why = str(error.__cause__ or error).strip().splitlines()[0]
        msg = f"The database {place} cannot be reached: {why}"
        raise DatabaseUnreachable(msg) from error


@contextmanager
def running(settings: Settings, *, keep: bool = False) -> Iterator[Runtime]:
    """A migrated database for as long as the block lasts.

    Without ``database_url`` the private cluster of the state folder is started,
    unless it runs, and stopped at the end, unless another command uses it.
    ``keep``: start it again when it dies, for a service that stays.
    """
    make_folder(settings.home, 0o700)
    with ExitStack() as stack:
        if not settings.database_url:
            cluster = stack.enter_context(running_cluster(settings.home))
            settings = replace(settings, database_url=cluster.url)
            if keep:
                stack.enter_context(_in_background(cluster.keep))
        engine = make_engine(settings.database_url)
        stack.callback(engine.dispose)
        _reach(engine)
        migrate(engine, settings)
        yield Runtime(settings, engine)


@contextmanager
def _in_background(work: object) -> Iterator[None]:
    assert callable(work)
    stopping = threading.Event()
    thread = threading.Thread(target=work, args=(stopping,), daemon=True, name="keep-cluster")
    thread.start()
    try:
        yield
    finally:
        stopping.set()
        thread.join()
