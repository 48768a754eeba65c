"""What an output format is, and how one is found.

An encoder is one file in ``app/encoders`` with an instance ``ENCODER``. It takes
an :class:`Extract`, which hands it the features of a layer in Arrow batches,
and writes one file. Batches keep memory constant however large the layer is.
Encoders never import one another and know neither database nor visibility.
"""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Protocol

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
    """

    name: str
    title: str
    geometry_type: GeometryType
    crs: CRS
    schema: pa.Schema
    batches: Iterator[pa.RecordBatch]

    @property
    def reader(self) -> pa.RecordBatchReader:
        """The batches as an Arrow stream."""
        return pa.RecordBatchReader.from_batches(self.schema, self.batches)


class Encoder(Protocol):
    """Writes one format.

    ``suffix`` is the ending of its file names. ``lonlat`` says that the format
    is in longitude and latitude (CRS84) unless another CRS is asked for.
    """

    suffix: str
    lonlat: bool

    def write(self, path: Path, extract: Extract) -> None:
        """Write the whole extract to a file that does not exist yet."""


@cache
def encoders() -> dict[str, Encoder]:
    """All encoders by the ending of their files."""
    import app.encoders as package

    names = sorted(m.name for m in pkgutil.iter_modules(package.__path__))
    modules = [importlib.import_module(f"{package.__name__}.{name}") for name in names]
    return {m.ENCODER.suffix: m.ENCODER for m in modules}


def encoder_for(path: Path) -> Encoder:
    """The encoder that the ending of a file name asks for.

    >>> encoder_for(Path("works.GPKG")).suffix
    '.gpkg'
    """
    found = encoders().get(path.suffix.lower())
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
