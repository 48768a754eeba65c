"""GeoPackage, through GDAL."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import pyogrio

from app.encoder import GEOMETRY, Extract


@dataclass(frozen=True)
class GeoPackage:
    """Streams Arrow batches into GDAL's GPKG driver."""

    suffix: str = ".gpkg"
    lonlat: bool = False

    def write(self, path: Path, extract: Extract) -> None:
        """Write the file."""
        pyogrio.write_arrow(
            extract.reader,
            path,
            layer=extract.name,
            driver="GPKG",
            geometry_name=GEOMETRY,
            geometry_type=extract.geometry_type,
            crs=extract.crs.to_wkt(),
        )


ENCODER = GeoPackage()
