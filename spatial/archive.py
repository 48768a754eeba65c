"""Unpack a zip or gzip from a stranger without being harmed by it.

Nothing is written outside the folder that is given; sizes are counted while
unpacking because what an archive says of itself may be a lie; archives inside
archives, links and passwords are refused.
"""

from __future__ import annotations

import gzip
import re
import stat
import zipfile
import zlib
from collections.abc import Iterable
from pathlib import Path, PurePosixPath
from typing import IO, cast

from spatial.errors import EmptyFile, FileTooLarge, UnreadableFile, UnsafeFile
from spatial.reading import refuse

ZIP_MAGIC = (b"PK\x03\x04", b"PK\x05\x06", b"PK\x07\x08")
GZIP_MAGIC = b"\x1f\x8b"
MOST_MEMBERS = 10_000
HIGHEST_RATIO = 200
"""Unpacked to packed; GML reaches 40, blank DBF columns 100."""
RATIO_COUNTS_FROM_BYTES = 50_000_000
CHUNK_BYTES = 1 << 20
NESTED = (".zip", ".gz", ".7z", ".rar", ".tar", ".tgz", ".bz2", ".xz", ".kmz")
LITTER = re.compile(r"(^|/)(__MACOSX/|\.DS_Store$|\._|Thumbs\.db$|desktop\.ini$)", re.IGNORECASE)


def is_zip(head: bytes) -> bool:
    r"""Whether a file with these first bytes is a zip.

    >>> is_zip(b"PK\x05\x06"), is_zip(b"PKZ")
    (True, False)
    """
    return head.startswith(ZIP_MAGIC)


def members(path: Path, max_unpacked_bytes: int) -> list[zipfile.ZipInfo]:
    """List the files of a zip that are worth unpacking, after checking all of them.

    Raises
    ------
    UnreadableFile, EmptyFile, FileTooLarge, UnsafeFile
        As the name says; the message names the member.
    """
    try:
        with zipfile.ZipFile(path) as archive:
            entries = archive.infolist()
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError) as broken:
        refuse(
            UnreadableFile,
            f"The zip is damaged ({broken}). Pack the files again and deliver it once more.",
        )
    _check_size(entries, path.stat().st_size, max_unpacked_bytes)
    kept = [e for e in entries if not e.is_dir() and not LITTER.search(e.filename)]
    if not kept or not any(e.file_size for e in kept):
        refuse(EmptyFile, "The zip holds no files, or only empty ones. Pack the data itself.")
    for entry in kept:
        _check_member(entry)
    if len({e.filename.casefold() for e in kept}) < len(kept):
        refuse(UnsafeFile, "The zip holds the same file name twice. Pack the files again.")
    return kept


def _check_size(entries: list[zipfile.ZipInfo], packed: int, most: int) -> None:
    if len(entries) > MOST_MEMBERS:
        refuse(
            FileTooLarge,
            f"The zip holds {len(entries)} files, more than {MOST_MEMBERS}. "
            "Deliver only the files with works.",
        )
    _check_bytes(sum(e.file_size for e in entries), packed, most)


def _check_bytes(unpacked: int, packed: int, most: int) -> None:
    if unpacked > most:
        refuse(
            FileTooLarge,
            f"The archive unpacks to {unpacked / 1e6:,.0f} MB, more than the {most / 1e6:,.0f} MB "
            "that is allowed. Deliver the data in parts.",
        )
    if unpacked > RATIO_COUNTS_FROM_BYTES and unpacked > HIGHEST_RATIO * max(1, packed):
        refuse(
            FileTooLarge,
            f"The archive unpacks to more than {HIGHEST_RATIO} times its size, as a zip bomb does. "
            "Deliver the file without packing it.",
        )


def _check_member(entry: zipfile.ZipInfo) -> None:
    name = entry.filename
    parts = PurePosixPath(name.replace("\\", "/")).parts
    if not parts or parts[0] == "/" or ".." in parts or ":" in parts[0] or "\0" in name:
        refuse(UnsafeFile, f"The zip holds a path that leads out of it: {name[:100]!r}.")
    if stat.S_ISLNK(entry.external_attr >> 16):
        refuse(UnsafeFile, f"{name[:100]!r} in the zip is a link. Pack the file itself.")
    if name.lower().endswith(NESTED):
        refuse(
            UnreadableFile,
            f"{name[:100]!r} is an archive inside the archive. "
            "Unpack it and deliver the files in one zip.",
        )
    if entry.flag_bits & 0x1:
        refuse(UnreadableFile, f"{name[:100]!r} has a password. Pack it without one.")


def unpack(path: Path, folder: Path, max_unpacked_bytes: int) -> list[Path]:
    """Unpack a zip into an empty folder and return the files, in the zip's order.

    Raises
    ------
    UnreadableFile, EmptyFile, FileTooLarge, UnsafeFile
        See :func:`members`; also where the data are damaged.
    """
    entries = members(path, max_unpacked_bytes)
    packed = path.stat().st_size
    written = 0
    files = []
    with zipfile.ZipFile(path) as archive:
        for entry in entries:
            target = folder.joinpath(*PurePosixPath(entry.filename.replace("\\", "/")).parts)
            target.parent.mkdir(parents=True, exist_ok=True)
            try:
                with archive.open(entry) as source:
                    written = _copy(source, target, written, packed, max_unpacked_bytes)
            except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, OSError) as bad:
                refuse(UnreadableFile, f"{entry.filename[:100]!r} in the zip is damaged ({bad}).")
            files.append(target)
    return files


def unpack_gzip(path: Path, folder: Path, max_unpacked_bytes: int) -> Path:
    """Unpack a gzip into a folder; the file takes the name without ``.gz``.

    Raises
    ------
    UnreadableFile, FileTooLarge
        Damaged, or more than is allowed.
    """
    target = folder / (path.stem if path.suffix.lower() == ".gz" else f"{path.name}.unpacked")
    try:
        with gzip.open(path) as source:
            _copy(cast("IO[bytes]", source), target, 0, path.stat().st_size, max_unpacked_bytes)
    except (gzip.BadGzipFile, zlib.error, EOFError, OSError) as broken:
        refuse(UnreadableFile, f"The gzip file is damaged ({broken}). Pack it again.")
    return target


def _copy(source: IO[bytes], target: Path, written: int, packed: int, most: int) -> int:
    """Copy while counting; return the bytes written so far."""
    with target.open("xb") as out:
        while chunk := source.read(CHUNK_BYTES):
            written += len(chunk)
            _check_bytes(written, packed, most)
            out.write(chunk)
    return written


def names(entries: Iterable[zipfile.ZipInfo]) -> set[str]:
    """Names of the members."""
    return {e.filename for e in entries}
