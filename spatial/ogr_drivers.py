"""The formats that are read through GDAL: an allow-list, with the quirks of each as data.

Nothing outside this list is ever opened: the child process that reads
(:mod:`spatial.ogr_child`) takes every other driver out of GDAL first.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

SQLITE = b"SQLite format 3\0"
SHAPE = b"\x00\x00\x27\x0a"
APPLICATION_ID = slice(68, 72)


@dataclass(frozen=True)
class Driver:
    """A driver of GDAL, how its files are known and how it must be opened.

    ``gdal`` lists the driver names that may take part. ``options`` are open
    options. ``noise`` are columns of display and bookkeeping, left out. ``crs``
    is what the format prescribes. ``by_id`` says that a feature can be fetched
    again by its id. ``declares_encoding`` says that text may be in any encoding.
    ``sidecars`` are the files that belong to the main file, ``needed`` those it
    cannot do without.
    """

    title: str
    gdal: tuple[str, ...]
    extensions: tuple[str, ...]
    options: Mapping[str, str] = field(default_factory=dict)
    noise: frozenset[str] = frozenset()
    crs: str | None = None
    by_id: bool = True
    declares_encoding: bool = False
    sidecars: tuple[str, ...] = ()
    needed: tuple[str, ...] = ()


GEOPACKAGE = Driver("GeoPackage", ("GPKG",), (".gpkg",), {"LIST_ALL_TABLES": "NO"})
FLATGEOBUF = Driver("FlatGeobuf", ("FlatGeobuf",), (".fgb",), {"VERIFY_BUFFERS": "YES"})
SHAPEFILE = Driver(
    "Shapefile",
    ("ESRI Shapefile",),
    (".shp",),
    declares_encoding=True,
    sidecars=(".dbf", ".shx", ".prj", ".cpg"),
    needed=(".dbf", ".shx"),
)
KML = Driver(
    "KML",
    ("LIBKML",),
    (".kml", ".kmz"),
    noise=frozenset(("altitudeMode", "tessellate", "extrude", "visibility", "drawOrder", "icon")),
    crs="OGC:CRS84",
)
GML = Driver(
    "GML",
    ("GML",),
    (".gml", ".xml"),
    # No schema is fetched, no .gfs written beside the file.
    {"DOWNLOAD_SCHEMA": "NO", "WRITE_GFS": "NO", "USE_SCHEMA_IMPORT": "NO"},
    noise=frozenset(("lowerCorner", "upperCorner")),
    by_id=False,
)
BAG = Driver("BAG 2.0 extract", ("LVBAG",), (".xml",), crs="EPSG:28992", by_id=False)
MAPINFO_TAB = Driver(
    "MapInfo TAB",
    ("MapInfo File",),
    (".tab",),
    sidecars=(".dat", ".map", ".id", ".ind"),
    needed=(".dat",),
)
MAPINFO_MIF = Driver("MapInfo MIF", ("MapInfo File",), (".mif",), sidecars=(".mid",))
FILE_GEODATABASE = Driver("File geodatabase", ("OpenFileGDB",), (".gdb",))
DRIVERS = (
    GEOPACKAGE,
    FLATGEOBUF,
    SHAPEFILE,
    KML,
    GML,
    BAG,
    MAPINFO_TAB,
    MAPINFO_MIF,
    FILE_GEODATABASE,
)
EXTENSIONS = tuple(dict.fromkeys(e for d in DRIVERS for e in d.extensions))
SIDECARS = {d.extensions[0]: d.sidecars for d in DRIVERS if d.sidecars}

_BY_START = (
    (b"fgb\x03fgb", FLATGEOBUF),
    (b"!table", MAPINFO_TAB),
)
_ROOT = re.compile(rb"<(?![?!])(?:[\w.-]+:)?([\w.-]+)[\s>/]")
_COMMENT = re.compile(rb"<!--.*?-->", re.DOTALL)
_BY_WORD = (
    (re.compile(rb"opengis\.net/kml|earth\.google\.com/kml|<kml[\s>]"), KML),
    (re.compile(rb"www\.kadaster\.nl/schemas/lvbag/extract-deelbestand"), BAG),
    (re.compile(rb"opengis\.net/(gml|wfs|citygml)"), GML),
)


def driver_of(path: Path, head: bytes) -> Driver | None:
    r"""Recognise the driver of a file by its content; ``None`` where none of ours fits.

    >>> driver_of(Path("x"), b"fgb\x03fgb\x00").title
    'FlatGeobuf'
    >>> driver_of(Path("x.shp"), b"<OGRVRTDataSource>") is None
    True
    """
    if path.is_dir():
        tables = any(path.glob("*.gdbtable"))
        return FILE_GEODATABASE if tables else None
    if head.startswith(SHAPE) and path.suffix.lower() == ".shp":
        return SHAPEFILE  # its index files begin in the same way
    for start, driver in _BY_START:
        if head[: len(start)].lower() == start.lower():
            return driver
    if head.startswith(SQLITE):
        return _sqlite(path, head)
    if head[:7].lower() == b"version" and path.suffix.lower() == ".mif":
        return MAPINFO_MIF
    return _xml(head)


def _sqlite(path: Path, head: bytes) -> Driver | None:
    """GeoPackage by its application id; an id of 0 where the name says so (versions before 1.0)."""
    marked = head[APPLICATION_ID] in {b"GPKG", b"GP10", b"GP11"}
    return GEOPACKAGE if marked or path.suffix.lower() == ".gpkg" else None


def _xml(head: bytes) -> Driver | None:
    """The driver of an XML file, by the namespaces of its root element."""
    text = head.replace(b"\0", b"")  # UTF-16 is read well enough for this
    root = _ROOT.search(_COMMENT.sub(b"", text))
    if root is None or not text.lstrip(b"\xef\xbb\xbf\xff\xfe \t\r\n").startswith(b"<"):
        return None
    if root.group(1).lower().startswith((b"ogrvrt", b"ogrwfs", b"vrt", b"d2logicalmodel")):
        return None
    return next((driver for word, driver in _BY_WORD if word.search(text)), None)
