"""Shapefile, zipped, with a text inside that says what the format could not hold.

A field name has 10 characters, a text 254 bytes, there is no time of day and no
file above 2 GB. Names are cut here, so that they stay apart and the text can
name them; so are texts, at the end of a character. Times become text.
"""

from __future__ import annotations

import zipfile
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
import pyogrio

from app.encoder import GEOMETRY, ExportRefused, Extract

NAME_CHARACTERS = 10
TEXT_BYTES = 254
FILE_BYTES = 2_000_000_000
README = "LEESMIJ-README.txt"


@dataclass
class _Cuts:
    """What became shorter: names as they were and are, and how many texts of each property."""

    names: dict[str, str]
    texts: Counter[str] = field(default_factory=Counter)


@dataclass(frozen=True)
class Shapefile:
    """Streams Arrow batches into GDAL's driver and zips the parts."""

    name: str = "shp"
    media_type: str = "application/zip"
    suffix: str = ".shp.zip"
    lonlat: bool = False

    def write(self, path: Path, extract: Extract) -> None:
        """Write the file; ``ExportRefused`` where a part would be larger than the format allows."""
        names = _short_names([n for n in extract.schema.names if n != GEOMETRY])
        cuts = _Cuts(names)
        with TemporaryDirectory(dir=path.parent, prefix=".shapefile-") as folder:
            inside = Path(folder)
            pyogrio.write_arrow(
                _fitting(extract, cuts, inside),
                inside / f"{extract.name}.shp",
                driver="ESRI Shapefile",
                encoding="UTF-8",
                geometry_name=GEOMETRY,
                geometry_type=extract.geometry_type,
                crs=extract.crs.to_wkt("WKT1_ESRI"),
            )
            _check_size(inside)
            (inside / README).write_text(_report(extract, cuts), encoding="utf-8")
            with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=6) as archive:
                for part in sorted(inside.iterdir()):
                    archive.write(part, part.name)

    def cut_names(self, schema: pa.Schema) -> dict[str, str]:
        """Which properties get a shorter name, by their own."""
        names = _short_names([n for n in schema.names if n != GEOMETRY])
        return {name: short for name, short in names.items() if name != short}


def _short_names(names: list[str]) -> dict[str, str]:
    """A name of at most ten characters for every property, no two alike.

    >>> _short_names(["start", "planning_status", "planning_state"])
    {'start': 'start', 'planning_status': 'planning_s', 'planning_state': 'planning_1'}
    """
    taken: set[str] = {name.lower() for name in names if len(name) <= NAME_CHARACTERS}
    found = {}
    for name in names:
        short = name if len(name) <= NAME_CHARACTERS else _free(name, taken)
        taken.add(short.lower())
        found[name] = short
    return found


def _free(name: str, taken: set[str]) -> str:
    short, number = name[:NAME_CHARACTERS], 0
    while short.lower() in taken:
        number += 1
        short = name[: NAME_CHARACTERS - len(str(number))] + str(number)
    return short


def _fitting(extract: Extract, cuts: _Cuts, folder: Path) -> pa.RecordBatchReader:
    """The extract with short names, short texts and times as text."""
    fields = [
        f if f.name == GEOMETRY else pa.field(cuts.names[f.name], _kept_type(f.type))
        for f in extract.schema
    ]
    schema = pa.schema(fields)

    def batches() -> Iterator[pa.RecordBatch]:
        for batch in extract.batches:
            _check_size(folder)
            columns = [
                batch.column(f.name) if f.name == GEOMETRY else _kept(batch.column(f.name), f, cuts)
                for f in extract.schema
            ]
            yield pa.RecordBatch.from_arrays(columns, schema=schema)

    return pa.RecordBatchReader.from_batches(schema, batches())


def _kept_type(type_: pa.DataType) -> pa.DataType:
    return pa.string() if pa.types.is_timestamp(type_) else type_


def _kept(column: Any, of: pa.Field[Any], cuts: _Cuts) -> Any:
    if pa.types.is_timestamp(of.type):
        return pc.strftime(
            pc.cast(column, pa.timestamp("s", tz="UTC"), safe=False), "%Y-%m-%dT%H:%M:%SZ"
        )
    if not pa.types.is_string(of.type):
        return column
    longest = pc.max(pc.binary_length(column)).as_py() or 0
    if longest <= TEXT_BYTES:
        return column
    values = column.to_pylist()
    short = [None if value is None else _first_bytes(value) for value in values]
    cuts.texts[of.name] += sum(a != b for a, b in zip(values, short, strict=True))
    return pa.array(short, pa.string())


def _first_bytes(text: str) -> str:
    """As much of a text as fits, whole characters only.

    >>> len(_first_bytes("é" * 200).encode())
    254
    """
    return text.encode()[:TEXT_BYTES].decode(errors="ignore")


def _check_size(folder: Path) -> None:
    if any(part.stat().st_size > FILE_BYTES for part in folder.iterdir()):
        msg = "A part of a shapefile cannot be larger than 2 GB and the layer is: take .gpkg."
        raise ExportRefused(msg)


def _report(extract: Extract, cuts: _Cuts) -> str:
    """What was lost, for people, in Dutch and English."""
    renamed = {name: short for name, short in cuts.names.items() if name != short}
    pairs = "".join(f"  {short:<12}{name}\n" for name, short in renamed.items())
    texts = "".join(f"  {name:<20}{count}\n" for name, count in sorted(cuts.texts.items()))
    return (
        f"Kansenkaart: {extract.title} ({extract.name})\n\n"
        "NEDERLANDS\n"
        "Een shapefile kan niet alles bevatten. Neem GeoPackage (.gpkg) voor alles.\n"
        "Tekens staan in UTF-8. Tijdstippen zijn tekst, in UTC. Lege tekst en geen tekst zijn "
        "hetzelfde.\n"
        f"Ingekorte veldnamen (hier, voluit):\n{pairs or '  geen' + chr(10)}"
        f"Teksten ingekort tot {TEXT_BYTES} bytes (veld, aantal):\n{texts or '  geen' + chr(10)}\n"
        "ENGLISH\n"
        "A shapefile cannot hold everything. Take GeoPackage (.gpkg) for all of it.\n"
        "Characters are in UTF-8. Times are text, in UTC. Empty text and no text are the same.\n"
        f"Names cut (here, in full):\n{pairs or '  none' + chr(10)}"
        f"Texts cut to {TEXT_BYTES} bytes (field, number):\n{texts or '  none' + chr(10)}"
    )


ENCODER = Shapefile()
