"""The originals of uploaded files, kept by the digest of their content.

A file is written beside its place, synced and then renamed, so that a digest
never names half a file. The same content is kept once.
"""

from __future__ import annotations

import hashlib
import os
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Protocol

from spatial.errors import FileTooLarge

CHUNK_BYTES = 1_048_576


class Stream(Protocol):
    """Anything that gives bytes."""

    def read(self, size: int, /) -> bytes:
        """Give at most ``size`` bytes; none at the end."""


@dataclass(frozen=True, slots=True)
class StoredFile:
    """A kept original."""

    digest: str
    size_bytes: int
    path: Path


def place(files: Path, digest: str) -> Path:
    """Where the content of a digest is kept."""
    return files / digest[:2] / digest


def store(files: Path, stream: Stream, *, max_bytes: int) -> StoredFile:
    """Keep a stream; FileTooLarge, with nothing kept, where it is over the limit."""
    files.mkdir(parents=True, exist_ok=True)
    handle, temporary = tempfile.mkstemp(dir=files, prefix=".receiving-")
    try:
        with os.fdopen(handle, "wb") as target:
            digest, size = _copy(stream, target, max_bytes)
            target.flush()
            os.fsync(target.fileno())
        path = place(files, digest)
        path.parent.mkdir(exist_ok=True)
        Path(temporary).replace(path)
        _sync_folder(path.parent)
    finally:
        Path(temporary).unlink(missing_ok=True)
    return StoredFile(digest, size, path)


def _copy(stream: Stream, target: IO[bytes], max_bytes: int) -> tuple[str, int]:
    digest, size = hashlib.sha256(), 0
    while chunk := stream.read(CHUNK_BYTES):
        size += len(chunk)
        if size > max_bytes:
            msg = (
                f"The file is larger than the {max_bytes / 1e6:,.0f} MB that this service takes. "
                "Split it, zip it, or ask the administrator to raise MAX_UPLOAD_MB."
            )
            raise FileTooLarge(msg)
        digest.update(chunk)
        target.write(chunk)
    return digest.hexdigest(), size


def _sync_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
