"""What a deployment can set, read once from the environment and then frozen.

Only ``app.main``, ``app.cli`` and ``app.worker`` build settings; every other
module is handed what it needs.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from spatial.errors import KansenkaartError


class SettingRefused(KansenkaartError):
    """A setting has a value that cannot be used."""


@dataclass(frozen=True, slots=True)
class Settings:
    """The settings of one deployment.

    ``home`` is the state folder: private cluster, uploaded files, demo keys.
    ``database_url`` is empty where the private cluster is to be used.
    """

    home: Path
    database_url: str = ""
    storage_crs: int = 28992
    time_zone: str = "Europe/Amsterdam"
    port: int = 8000
    host: str = "127.0.0.1"
    base_url: str = ""
    cors_origins: tuple[str, ...] = ()
    max_upload_bytes: int = 500_000_000
    max_unpacked_bytes: int = 2_000_000_000
    max_vertices: int = 5_000_000
    tile_cache_bytes: int = 128_000_000
    log_level: str = "info"

    @property
    def zone(self) -> ZoneInfo:
        """The time zone in which days are counted."""
        return ZoneInfo(self.time_zone)

    @property
    def files(self) -> Path:
        """Where uploaded files are kept, by digest."""
        return self.home / "files"


def _number(environ: Mapping[str, str], name: str, default: int) -> int:
    text = environ.get(name, "").strip()
    if not text:
        return default
    if not text.isdigit():
        msg = f"{name} must be a whole number, not {text!r}."
        raise SettingRefused(msg)
    return int(text)


def _storage_crs(environ: Mapping[str, str]) -> int:
    text = environ.get("STORAGE_CRS", "").strip().upper().removeprefix("EPSG:")
    if not text:
        return 28992
    if not text.isdigit():
        msg = f"STORAGE_CRS must look like EPSG:28992, not {text!r}."
        raise SettingRefused(msg)
    return int(text)


def _time_zone(environ: Mapping[str, str]) -> str:
    name = environ.get("TIME_ZONE", "").strip() or "Europe/Amsterdam"
    try:
        ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError) as error:
        msg = f"TIME_ZONE must be a name such as Europe/Amsterdam, not {name!r}."
        raise SettingRefused(msg) from error
    return name


def read_settings(environ: Mapping[str, str] | None = None) -> Settings:
    """Read the settings from environment variables.

    >>> read_settings({"STORAGE_CRS": "EPSG:2154"}).storage_crs
    2154
    """
    env = os.environ if environ is None else environ
    origins = tuple(o.strip() for o in env.get("CORS_ORIGINS", "").split(",") if o.strip())
    return Settings(
        home=Path(env.get("KANSENKAART_HOME") or ".kansenkaart").expanduser().absolute(),
        database_url=env.get("DATABASE_URL", "").strip(),
        storage_crs=_storage_crs(env),
        time_zone=_time_zone(env),
        port=_number(env, "PORT", 8000),
        host=env.get("HOST", "").strip() or "127.0.0.1",
        base_url=env.get("BASE_URL", "").strip().rstrip("/"),
        cors_origins=origins,
        max_upload_bytes=_number(env, "MAX_UPLOAD_MB", 500) * 1_000_000,
        max_unpacked_bytes=_number(env, "MAX_UNPACKED_MB", 2_000) * 1_000_000,
        max_vertices=_number(env, "MAX_VERTICES", 5_000_000),
        tile_cache_bytes=_number(env, "TILE_CACHE_MB", 128) * 1_000_000,
        log_level=env.get("LOG_LEVEL", "").strip().lower() or "info",
    )
