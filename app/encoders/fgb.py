"""FlatGeobuf, with its spatial index, through GDAL."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import pyogrio

from app.encoder import GEOMETRY, Extract


@dataclass(frozen=True)
class FlatGeobuf:
    """Streams Arrow batches into GDAL's FlatGeobuf driver."""

    name: str = "fgb"
    media_type: str = "application/flatgeobuf"
    suffix: str = ".fgb"
    lonlat: bool = False

    def write(self, path: Path, extract: Extract) -> None:
        """Write the file."""
        pyogrio.write_arrow(
            extract.reader,
            path,
            layer=extract.name,
            driver="FlatGeobuf",
            geometry_name=GEOMETRY,
            geometry_type=extract.geometry_type,
            crs=extract.crs.to_wkt(),
        )


ENCODER = FlatGeobuf()
