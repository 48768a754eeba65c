"""Finds PostgreSQL programs that have PostGIS beside them.

Looked for, the newest version first: ``KANSENKAART_POSTGRES_BIN``, the ``PATH``,
Debian and Ubuntu, PGDG packages on Red Hat, Homebrew, Postgres.app and a
self-built server.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from app.embedded.errors import PostgisMissing

OLDEST = 14  # the first with multiranges of dates
PLACES = (
    "/usr/lib/postgresql/*/bin",
    "/usr/pgsql-*/bin",
    "/opt/homebrew/opt/postgresql@*/bin",
    "/opt/homebrew/opt/postgresql/bin",
    "/usr/local/opt/postgresql@*/bin",
    "/usr/local/opt/postgresql/bin",
    "/home/linuxbrew/.linuxbrew/opt/postgresql@*/bin",
    "/Applications/Postgres.app/Contents/Versions/*/bin",
    "/usr/local/pgsql/bin",
)


@dataclass(frozen=True, slots=True)
class Installation:
    """The programs of one PostgreSQL version: folder, major version, PostGIS beside it or not."""

    folder: Path
    major: int
    has_postgis: bool

    def program(self, name: str) -> str:
        """Full path of one of its programs."""
        return str(self.folder / name)


def _folders() -> Iterator[Path]:
    given = os.environ.get("KANSENKAART_POSTGRES_BIN")
    if given:
        yield Path(given)
    found = shutil.which("initdb")
    if found:
        yield Path(found).resolve().parent
    for pattern in PLACES:
        yield from Path("/").glob(pattern.removeprefix("/"))


def _output(*command: str) -> str:
    try:
        return subprocess.run(  # noqa: S603  a program found in a known place
            command, capture_output=True, text=True, timeout=20, check=True
        ).stdout.strip()
    except (OSError, subprocess.SubprocessError):
        return ""


def _inspect(folder: Path) -> Installation | None:
    version = re.search(r"\(PostgreSQL\) (\d+)", _output(str(folder / "initdb"), "--version"))
    if version is None or not (folder / "postgres").exists():
        return None
    major = int(version[1])
    shares = [Path(f"/usr/share/postgresql/{major}")]
    told = _output(str(folder / "pg_config"), "--sharedir")
    if told:
        shares.insert(0, Path(told))
    has_postgis = any((share / "extension" / "postgis.control").exists() for share in shares)
    return Installation(folder, major, has_postgis)


@cache
def installations() -> tuple[Installation, ...]:
    """Every PostgreSQL on this machine, those with PostGIS and the newest first."""
    folders = dict.fromkeys(folder for folder in _folders() if (folder / "initdb").exists())
    found = [known for folder in folders if (known := _inspect(folder)) is not None]
    return tuple(sorted(found, key=lambda i: (i.has_postgis, i.major), reverse=True))


def how_to_install() -> str:
    """The command that installs what is missing, for the machine this runs on.

    >>> "postgis" in how_to_install()
    True
    """
    if sys.platform == "darwin":
        return "brew install postgresql@17 postgis"
    if shutil.which("apt-get"):
        return "sudo ./run setup   (or: sudo apt-get install postgresql-postgis)"
    if shutil.which("dnf"):
        return "sudo dnf install postgresql-server postgis"
    if shutil.which("zypper"):
        return "sudo zypper install postgresql-server postgis"
    if shutil.which("pacman"):
        return "sudo pacman -S postgresql postgis"
    return "install PostgreSQL 14 or newer with PostGIS 3"


def choose(major: int | None = None) -> Installation:
    """The installation to use; of version ``major`` where data of that version exist already.

    Raises ``PostgisMissing`` with the command that helps.
    """
    usable = [i for i in installations() if i.has_postgis and i.major >= OLDEST]
    if major is not None:
        usable = [i for i in usable if i.major == major]
    if usable:
        return usable[0]
    if major is not None:
        msg = (
            f"The data of this deployment were made by PostgreSQL {major}, which is not installed "
            f"here with PostGIS. Install that version, or start over with another KANSENKAART_HOME."
        )
        raise PostgisMissing(msg)
    bare = ", ".join(str(i.major) for i in installations())
    seen = f"PostgreSQL {bare} is present, but without PostGIS (or too old)." if bare else ""
    msg = (
        f"No PostgreSQL with PostGIS was found. {seen} Install it with: {how_to_install()}"
        " Or name a database of your own in DATABASE_URL."
    )
    raise PostgisMissing(" ".join(msg.split()))
