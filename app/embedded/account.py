"""Under which account the cluster runs: PostgreSQL refuses to run as root."""

from __future__ import annotations

import os
import pwd
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

from app.embedded.errors import ClusterFailed

NAMES = ("kansenkaart", "postgres")


@dataclass(frozen=True, slots=True)
class Account:
    """An account of the system; ``other`` is true when it is not the one that runs this."""

    name: str
    uid: int
    gid: int
    other: bool

    def own(self, path: Path) -> None:
        """Give a file or folder to this account."""
        if self.other:
            os.chown(path, self.uid, self.gid)

    def as_user(self) -> dict[str, object]:
        """Arguments of ``subprocess`` that run a program under this account."""
        if not self.other:
            return {"cwd": "/"}
        return {"cwd": "/", "user": self.uid, "group": self.gid, "extra_groups": []}


def _known(name: str) -> Account | None:
    try:
        entry = pwd.getpwnam(name)
    except KeyError:
        return None
    return Account(entry.pw_name, entry.pw_uid, entry.pw_gid, other=True)


def _self() -> Account:
    try:
        name = pwd.getpwuid(os.geteuid()).pw_name
    except KeyError as error:
        msg = f"Account {os.geteuid()} has no name in /etc/passwd, which PostgreSQL needs."
        raise ClusterFailed(msg) from error
    return Account(name, os.geteuid(), os.getegid(), other=False)


def _make() -> Account:
    program = shutil.which("useradd") or "/usr/sbin/useradd"
    options = ["--system", "--user-group", "--no-create-home", "--home-dir", "/var/lib/kansenkaart"]
    try:
        subprocess.run(  # noqa: S603  fixed arguments
            [program, *options, "--shell", "/usr/sbin/nologin", NAMES[0]],
            check=True,
            capture_output=True,
            timeout=60,
        )
    except (OSError, subprocess.SubprocessError) as error:
        msg = (
            "PostgreSQL does not run as root and the account 'kansenkaart' could not be made. "
            "Run: useradd --system kansenkaart"
        )
        raise ClusterFailed(msg) from error
    made = _known(NAMES[0])
    assert made is not None
    return made


def choose() -> Account:
    """Oneself, or as root an unprivileged account, made when there is none."""
    if os.geteuid() != 0:
        return _self()
    return next((known for name in NAMES if (known := _known(name))), None) or _make()
