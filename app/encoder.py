"""What an output format is, and how one is found.

An encoder is one file in ``app/encoders`` with an instance ``ENCODER``. It takes
an :class:`Extract`, which hands it the features of a layer in Arrow batches,
and writes one file. Batches keep memory constant however large the layer is; a text
format is also handed out piece by piece, before the last row was read.
Encoders never import one another and know neither database nor visibility.
"""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any, Protocol, TypeGuard

import pyarrow as pa
from pyproj import CRS

from app.layer import GeometryType
from spatial.errors import KansenkaartError

GEOMETRY = "geometry"
"""The last column of every batch: WKB, x before y."""


class ExportRefused(KansenkaartError):
    """The layer cannot be written to this file."""


@dataclass(frozen=True)
class Extract:
    """The features of a layer, as an encoder takes them.

    ``schema`` has the properties in their order (text, double, date or
    timestamp in UTC) and then ``geometry``. ``batches`` can be read once.
    ``styles`` are QML by title, the first of them the one to start with, for a
    format that can carry them.
    """

    name: str
    title: str
    geometry_type: GeometryType
    crs: CRS
    schema: pa.Schema
    batches: Iterator[pa.RecordBatch]
    styles: Mapping[str, str] = field(default_factory=dict)

    @property
    def reader(self) -> pa.RecordBatchReader:
        """The batches as an Arrow stream."""
        return pa.RecordBatchReader.from_batches(self.schema, self.batches)


class Encoder(Protocol):
    """Writes one format.

    ``suffix`` is the ending of its file names, ``name`` what is asked as ``f=``
    and ``media_type`` what is asked with ``Accept``. ``lonlat`` says that the
    format is in longitude and latitude (CRS84) unless another CRS is asked for.
    """

    name: str
    media_type: str
    suffix: str
    lonlat: bool

    def write(self, path: Path, extract: Extract) -> None:
        """Write the whole extract to a file that does not exist yet."""


class StreamingEncoder(Encoder, Protocol):
    """A format that can be handed out while it is being made."""

    def pieces(self, extract: Extract) -> Iterator[bytes]:
        """The file in pieces of about a batch."""


def streams(encoder: Encoder) -> TypeGuard[StreamingEncoder]:
    """Whether a format can be handed out while it is being made.

    >>> streams(encoders()[".csv"]), streams(encoders()[".gpkg"])
    (True, False)
    """
    return hasattr(encoder, "pieces")


def write_pieces(path: Path, pieces: Iterable[bytes]) -> None:
    """Write what an encoder hands out to a file."""
    with path.open("wb") as file:
        file.writelines(pieces)


def cut_names(encoder: Encoder, schema: pa.Schema) -> dict[str, str]:
    """Which properties get another name in this format, by their own name; none in most.

    >>> cut_names(encoders()[".shp.zip"], pa.schema([("project_cost_eur", pa.float64())]))
    {'project_cost_eur': 'project_co'}
    """
    found = encoder.cut_names(schema) if hasattr(encoder, "cut_names") else {}
    return dict(found)


@cache
def encoders() -> dict[str, Encoder]:
    """All encoders by the ending of their files."""
    import app.encoders as package

    names = sorted(m.name for m in pkgutil.iter_modules(package.__path__))
    modules = [importlib.import_module(f"{package.__name__}.{name}") for name in names]
    return {m.ENCODER.suffix: m.ENCODER for m in modules}


@cache
def by_name() -> dict[str, Encoder]:
    """All encoders by what is asked as ``f=``."""
    return {encoder.name: encoder for encoder in encoders().values()}


def encoder_for(path: Path) -> Encoder:
    """The encoder that the ending of a file name asks for.

    >>> encoder_for(Path("works.GPKG")).suffix
    '.gpkg'
    """
    name = path.name.lower()
    found = next((e for suffix, e in encoders().items() if name.endswith(suffix)), None)
    if found is None:
        msg = f"{path.name!r} must end in one of {', '.join(encoders())}."
        raise ExportRefused(msg)
    return found


def as_text(value: Any) -> Any:
    """A value of a batch as text formats write it: days and UTC seconds; others unchanged.

    >>> from datetime import UTC, date, datetime
    >>> as_text(date(2027, 1, 1)), as_text(datetime(2027, 1, 1, tzinfo=UTC)), as_text(1.0)
    ('2027-01-01', '2027-01-01T00:00:00Z', 1.0)
    """
    if hasattr(value, "hour"):
        return value.strftime("%Y-%m-%dT%H:%M:%SZ")
    return value.isoformat() if hasattr(value, "isoformat") else value
