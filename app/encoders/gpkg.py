"""GeoPackage, through GDAL, with the styles of the layer inside for QGIS."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

import pyogrio

from app.encoder import GEOMETRY, Extract

COLUMN = "geom"
"""What GDAL calls the geometry in a GeoPackage; QGIS looks a style up by it."""
_STYLES = """
create table layer_styles (
    id integer primary key autoincrement not null,
    f_table_catalog text(256), f_table_schema text(256), f_table_name text(256),
    f_geometry_column text(256), styleName text(30), styleQML text, styleSLD text,
    useAsDefault boolean, description text, owner text(30), ui text(30),
    update_time datetime default (strftime('%Y-%m-%dT%H:%M:%fZ', 'now'))
)
"""
"""The table in which QGIS keeps styles in a GeoPackage, column for column."""


@dataclass(frozen=True)
class GeoPackage:
    """Streams Arrow batches into GDAL's GPKG driver."""

    name: str = "gpkg"
    media_type: str = "application/geopackage+sqlite3"
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
            dataset_options={"VERSION": "1.2"},  # what QGIS 3.22 and ArcGIS read without warning
        )
        if extract.styles:
            _write_styles(path, extract)


def _write_styles(path: Path, extract: Extract) -> None:
    """Add the styles; QGIS takes the default one when it opens the layer."""
    rows = [
        ("", "", extract.name, COLUMN, title, qml, "", number == 0, extract.title, "")
        for number, (title, qml) in enumerate(extract.styles.items())
    ]
    with closing(sqlite3.connect(path)) as database, database:
        database.execute(_STYLES)
        database.executemany(
            "insert into layer_styles (f_table_catalog, f_table_schema, f_table_name,"
            " f_geometry_column, styleName, styleQML, styleSLD, useAsDefault, description, owner)"
            " values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            rows,
        )
        database.execute(
            "insert into gpkg_contents (table_name, data_type, identifier, last_change)"
            " values ('layer_styles', 'attributes', 'layer_styles',"
            " strftime('%Y-%m-%dT%H:%M:%fZ', 'now'))"
        )


ENCODER = GeoPackage()
