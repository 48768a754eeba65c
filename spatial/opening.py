"""Open a file from a stranger: find its reader by content, or refuse it with a reason.

The file is linked into a private folder under its own name, archives are
unpacked there, and the folder is removed when the last layer is let go. A
reader therefore sees nothing beside what was delivered.
"""

from __future__ import annotations

import os
import re
import shutil
import tempfile
import weakref
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from itertools import chain
from pathlib import Path
from typing import Protocol, runtime_checkable

from spatial import archive
from spatial.errors import EmptyFile, UnknownFormat, UnreadableFile, WrongExtension
from spatial.ogr_drivers import SHAPE, SIDECARS, SQLITE
from spatial.reader import RawBatch, RawLayer, Reader, ReadOptions, readers
from spatial.reading import fault, named, refuse

HEAD_BYTES = 4096
MOST_LAYERS_NAMED = 12
CATCH_ALL = "delimited"
"""The reader that is asked last: most text can be taken for a table."""
GENERIC_EXTENSIONS = frozenset({"", ".txt", ".dat", ".bin", ".tmp", ".zip", ".gz"})
WE_READ = (
    "Deliver GeoJSON, GeoPackage, a zipped Shapefile, FlatGeobuf, KML, GML, MapInfo, "
    "a zipped file geodatabase, GeoParquet, CSV, XLSX or DATEX II."
)
PARTS = frozenset(suffix for suffixes in SIDECARS.values() for suffix in suffixes)
STRANGERS = (
    (b"\xd0\xcf\x11\xe0", "an old Office document (.xls); save it as .xlsx"),
    (b"%PDF", "a PDF; deliver the data it was made from"),
    (b"\x89PNG", "a picture; deliver the data it was made from"),
    (b"\xff\xd8\xff", "a picture; deliver the data it was made from"),
    (b"Rar!", "a RAR archive; pack it as .zip"),
    (b"7z\xbc\xaf", "a 7-Zip archive; pack it as .zip"),
    (b"SQLite format 3", "an SQLite database that is not a GeoPackage; export it as GeoPackage"),
    (b"AC10", "an AutoCAD drawing; export it as GeoPackage or Shapefile"),
    (b"<", "XML or a web page of a kind that is not read here"),
)


@runtime_checkable
class ManyFormats(Protocol):
    """A reader of formats with an extension each."""

    def extensions_of(self, path: Path, head: bytes) -> tuple[str, ...]:
        """Return the extensions of the one format that this file is in."""


@dataclass(eq=False)
class Workplace:
    """A private folder that goes when nobody holds this object any more."""

    folder: Path

    @classmethod
    def make(cls) -> Workplace:
        """Make the folder."""
        place = cls(Path(tempfile.mkdtemp(prefix="kansenkaart-read-")))
        weakref.finalize(place, shutil.rmtree, place.folder, ignore_errors=True)
        return place


def open_file(
    path: Path, options: ReadOptions, filename: str = ""
) -> tuple[Reader, Iterator[RawLayer]]:
    """Find the reader of a file and open its layers.

    Parameters
    ----------
    path
        The file as it is stored.
    options
        The layer that is wanted and the limits.
    filename
        The name the uploader gave it; the path's own name where empty.

    Raises
    ------
    FileRefused
        One of its kinds; the message says what is wrong and what to do. Damage
        further on in the file is raised while the batches are read.
    """
    place = Workplace.make()
    staged = _stage(path, place.folder, filename or path.name)
    reader, sources = _sources(staged, place, options)
    opened = chain.from_iterable(
        _layers(reader, source, _share(options, i, len(sources.read)), sources)
        for i, source in enumerate(sources.read)
    )
    layers = _held(opened, place, sources.skipped)
    first = next(layers, None)
    if first is None:
        refuse(EmptyFile, f"The file ({reader.name}) holds no layers with rows. {WE_READ}")
    return reader, named(chain([first], layers), options.layer)


def _share(options: ReadOptions, number: int, files: int) -> ReadOptions:
    """Options for one of several files: any layer of it, and its share of the progress."""
    told = options.on_progress
    if told is None:
        return replace(options, layer=None)
    return replace(options, layer=None, on_progress=lambda part: told((number + part) / files))


@dataclass(frozen=True)
class _Sources:
    """Files for the reader, and names of files of an archive that are left out.

    ``names`` are those of the layers that have been read.
    """

    read: list[Path]
    skipped: list[str]
    names: set[str] = field(default_factory=set)


def _stage(path: Path, folder: Path, filename: str) -> Path:
    """Link the file, and what belongs to it, into the folder under a harmless name."""
    if not path.exists():
        refuse(UnreadableFile, f"There is no file {path.name!r}.")
    if path.is_dir():
        return path
    if path.stat().st_size == 0:
        refuse(EmptyFile, "The file is empty (0 bytes). Export it again and check its size.")
    name = re.sub(r"[^\w.,()+ -]", "_", Path(filename.replace("\\", "/")).name).lstrip(".")
    target = folder / (name[-120:] or "file")
    _link(path, target)
    for suffix in SIDECARS.get(path.suffix.lower(), ()):
        for beside in (path.with_suffix(suffix), path.with_suffix(suffix.upper())):
            if beside.is_file() and not target.with_suffix(suffix).exists():
                _link(beside, target.with_suffix(suffix))
    return target


def _link(source: Path, target: Path) -> None:
    """Hard link; on another disk, or of another owner, a symbolic link.

    SQLite looks for journals beside the file that a symbolic link points to, so
    that is copied instead.
    """
    try:
        os.link(source.resolve(), target)
    except OSError:
        if _head(source).startswith(SQLITE):
            shutil.copyfile(source, target)
        else:
            target.symlink_to(source.resolve())


def _sources(path: Path, place: Workplace, options: ReadOptions) -> tuple[Reader, _Sources]:
    """The reader, and the files it is to read."""
    head = _head(path)
    if archive.is_zip(head):
        archive.members(path, options.max_unpacked_bytes)
    reader = _recognise(path, head)
    if reader is not None:
        _check_extension(reader, path, head)
        return reader, _Sources([path], [])
    if archive.is_zip(head):
        return _from_zip(path, place, options)
    if head.startswith(archive.GZIP_MAGIC):
        inside = archive.unpack_gzip(path, _subfolder(place), options.max_unpacked_bytes)
        if archive.is_zip(_head(inside)) or _head(inside).startswith(archive.GZIP_MAGIC):
            refuse(UnreadableFile, "There is an archive inside the archive. Unpack it first.")
        return _sources(inside, place, options)
    return _refuse_unknown(path, head)


def _head(path: Path) -> bytes:
    if path.is_dir():
        return b""
    with path.open("rb") as stream:
        return stream.read(HEAD_BYTES)


def _subfolder(place: Workplace) -> Path:
    folder = place.folder / "unpacked"
    folder.mkdir()
    return folder


def _recognise(path: Path, head: bytes) -> Reader | None:
    """The first reader that knows the content."""
    ordered = sorted(readers(), key=lambda reader: reader.name == CATCH_ALL)
    return next((reader for reader in ordered if reader.recognises(path, head)), None)


def _from_zip(path: Path, place: Workplace, options: ReadOptions) -> tuple[Reader, _Sources]:
    """Unpack, and let one reader read all that it knows of what is inside."""
    folder = _subfolder(place)
    files = archive.unpack(path, folder, options.max_unpacked_bytes)
    databases = sorted({p for f in files for p in f.parents if p.suffix.lower() == ".gdb"})
    loose = [f for f in files if not any(d in f.parents for d in databases)]
    found: dict[str, tuple[Reader, list[Path]]] = {}
    for file in [*databases, *loose]:
        reader = _recognise(file, _head(file))
        if reader is not None and _fits(reader, file, _head(file)):
            found.setdefault(reader.name, (reader, []))[1].append(file)
    if not found:
        shown = ", ".join(f.relative_to(folder).as_posix() for f in loose[:MOST_LAYERS_NAMED])
        refuse(UnknownFormat, f"Nothing in the zip can be read (it holds {shown}). {WE_READ}")
    ranked = sorted(found.values(), key=lambda pair: pair[0].name == CATCH_ALL)
    (reader, chosen), others = ranked[0], ranked[1:]
    skipped = [f.relative_to(folder).as_posix() for _, some in others for f in some]
    return reader, _Sources(chosen, skipped)


def _extensions_of(reader: Reader, path: Path, head: bytes) -> tuple[str, ...]:
    if isinstance(reader, ManyFormats):
        return reader.extensions_of(path, head)
    return reader.extensions


def _fits(reader: Reader, path: Path, head: bytes) -> bool:
    """Whether the extension is one of the format, or says nothing."""
    suffix = path.suffix.lower()
    known = {extension for r in readers() for extension in r.extensions}
    fitting = suffix in _extensions_of(reader, path, head)
    return fitting or suffix not in known or suffix in GENERIC_EXTENSIONS


def _check_extension(reader: Reader, path: Path, head: bytes) -> None:
    if not _fits(reader, path, head):
        right = " or ".join(_extensions_of(reader, path, head)[:3])
        refuse(
            WrongExtension,
            f"The name ends in {path.suffix}, but the content is of another format. If it is "
            f"what you mean to deliver, rename it to {right}; otherwise export it again.",
        )


def _refuse_unknown(path: Path, head: bytes) -> tuple[Reader, _Sources]:
    suffix = path.suffix.lower()
    what = next((told for start, told in STRANGERS if head.startswith(start)), None)
    if head.startswith(SHAPE) or suffix in PARTS:
        what = "one part of a format of several files; put all of them in one zip"
    if what is None:
        text = b"\0" not in head
        what = "text, but no table and no geodata" if text else "not known here"
    known = {extension for r in readers() for extension in r.extensions}
    kind = UnreadableFile if suffix in known and suffix not in GENERIC_EXTENSIONS else UnknownFormat
    begins = "" if kind is UnknownFormat else f"It is not a {suffix} file, whatever its name says. "
    return refuse(kind, f"The content is {what}. {begins}{WE_READ}")


def _layers(
    reader: Reader, path: Path, options: ReadOptions, sources: _Sources
) -> Iterator[RawLayer]:
    """The layers of one file; an empty one among others is passed over.

    A layer whose name another file of the archive has as well is told apart by its file.
    """
    try:
        for layer in reader.read(path, options):
            taken = layer.name in sources.names
            sources.names.add(layer.name)
            yield replace(layer, name=f"{layer.name} ({path.stem})") if taken else layer
    except EmptyFile:
        if len(sources.read) == 1:
            raise


def _held(layers: Iterator[RawLayer], place: Workplace, skipped: list[str]) -> Iterator[RawLayer]:
    """The layers, each keeping the folder until its batches are let go."""
    for number, layer in enumerate(layers):
        if number == 0:
            layer.notes.extend(fault("member-skipped", "warning", detail=name) for name in skipped)
        yield replace(layer, batches=_batches(layer.batches, place))


def _batches(batches: Iterator[RawBatch], place: Workplace) -> Iterator[RawBatch]:
    yield from batches
    del place
