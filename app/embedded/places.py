"""Where the files of a cluster lie."""

from __future__ import annotations

import hashlib
import os
import re
import socket
import tempfile
from dataclasses import dataclass
from pathlib import Path

from app.embedded.account import Account
from app.embedded.errors import HomeUnwritable

ROOTS_OWN = Path("/var/lib/kansenkaart")
LONGEST = 92  # a socket address holds 107 bytes, of which its file name takes 15
PLAIN = re.compile(r"[\w./-]+", re.ASCII)


@dataclass(frozen=True, slots=True)
class Places:
    """Folders and files of one cluster; ``base`` holds all but, sometimes, the socket."""

    base: Path
    sockets: Path

    @property
    def data(self) -> Path:
        """What PostgreSQL itself calls its data directory."""
        return self.base / "data"

    @property
    def log(self) -> Path:
        """What the server says."""
        return self.base / "postgres.log"

    @property
    def changing(self) -> Path:
        """Locked by whoever starts or stops the server."""
        return self.base / "changing.lock"

    @property
    def users(self) -> Path:
        """Locked, shared, by everybody who uses the server."""
        return self.base / "users.lock"


def make_folder(path: Path, mode: int, account: Account | None = None) -> None:
    """Make a folder, or say clearly why it cannot be."""
    try:
        path.mkdir(mode=mode, parents=True, exist_ok=True)
        if account is not None:
            account.own(path)
            path.chmod(mode)
        if not os.access(path, os.W_OK | os.X_OK):
            raise PermissionError(13, "Permission denied", str(path))
    except OSError as error:
        msg = (
            f"The folder {path} cannot be written ({error.strerror}). "
            "Set KANSENKAART_HOME to a folder of your own."
        )
        raise HomeUnwritable(msg) from error


def _takes_sockets(folder: Path) -> bool:
    """Whether a socket can be made there: not on every shared or mounted folder."""
    trial = folder / f".{os.getpid()}"
    try:
        with socket.socket(socket.AF_UNIX) as one:
            one.bind(str(trial))
    except OSError:
        return False
    trial.unlink()
    return True


def _private(folder: Path, account: Account) -> None:
    """Make sure that nobody put a folder of that name there before us."""
    found = folder.lstat()
    if found.st_uid != account.uid or folder.is_symlink() or found.st_mode & 0o022:
        msg = f"The folder {folder} belongs to somebody else. Remove it and start again."
        raise HomeUnwritable(msg)


def _digest(path: Path) -> str:
    return hashlib.sha256(os.fsencode(path.resolve())).hexdigest()[:16]


def places_below(base: Path, account: Account) -> Places:
    """The places of a cluster in ``base``, made if need be.

    The socket lies beside the data, unless the path is too long for a socket's
    address, has characters that would need quoting, or cannot hold sockets.
    """
    mode = 0o711 if account.other else 0o700
    make_folder(base, mode)
    base.chmod(mode)
    inside = base / "socket"
    if len(os.fsencode(inside)) <= LONGEST and PLAIN.fullmatch(str(inside)):
        make_folder(inside, 0o700, account)
        if _takes_sockets(inside):
            return Places(base, inside)
    short = Path(tempfile.gettempdir())
    if len(os.fsencode(short)) > LONGEST // 2 or not PLAIN.fullmatch(str(short)):
        short = Path("/tmp")  # noqa: S108  checked for ownership below
    outside = short / f"kansenkaart-{account.uid}-{_digest(base)}"
    make_folder(outside, 0o700, account if not outside.exists() else None)
    _private(outside, account)
    return Places(base, outside)


def folder_for_root(home: Path) -> Path:
    """The folder below ``/var/lib`` that belongs to a state folder.

    Its name is kept in the state folder, in ``cluster``. So a state folder that
    was removed and made again starts anew, as anyone would expect who removed it.
    """
    note = home / "cluster"
    if not note.exists():
        digest = hashlib.sha256(os.fsencode(home.resolve()) + os.urandom(16))
        note.write_text(digest.hexdigest()[:16] + "\n")
    return ROOTS_OWN / note.read_text().strip()


def places_of(home: Path, account: Account) -> Places:
    """The places of the cluster of a state folder.

    As root the data lie in ``/var/lib/kansenkaart``: the account that runs the
    server could not reach them below a home that is closed to others.
    """
    make_folder(home, 0o700)
    if not account.other:
        return places_below(home / "postgres", account)
    make_folder(ROOTS_OWN, 0o755)
    places = places_below(folder_for_root(home), account)
    (places.base / "home").write_text(f"{home}\n")
    return places
