"""From the many ways to write a coordinate reference system to one ``pyproj.CRS``."""

from __future__ import annotations

import json
import re
from functools import lru_cache
from math import isclose

from pyproj import CRS
from pyproj.enums import WktVersion
from pyproj.exceptions import CRSError
from pyproj.network import set_network_enabled  # type: ignore[attr-defined]  # no __all__ there

from spatial.errors import CrsUnknown

set_network_enabled(active=False)  # nothing is fetched at run time

CrsLike = CRS | str | int
REMEDY = "Give it with --source-crs, for instance --source-crs EPSG:28992."
MAX_TEXT = 20_000

_CODE = re.compile(
    r"""^\s*\[?\s*(?:
        (?:urn:(?:x-)?ogc:def:crs:)?epsg\s*:?(?:[\d.]*:)?\s*  # EPSG:n, urn:...:EPSG:6.9:n
      | https?://www\.opengis\.net/def/crs/epsg/[\d.]+/
      | https?://www\.opengis\.net/gml/srs/epsg\.xml\#
      | https?://spatialreference\.org/ref/epsg/
    )?(?P<code>\d{4,6})/?\s*\]?\s*$""",
    re.IGNORECASE | re.VERBOSE,
)
_CRS84 = re.compile(
    r"^\s*\[?\s*(?:(?:ogc:)?crs:?84|urn:(?:x-)?ogc:def:crs:ogc:[\d.]*:crs84"
    r"|https?://www\.opengis\.net/def/crs/ogc/[\d.]+/crs84|wgs[\s_]*(?:19)?84)\s*\]?\s*$",
    re.IGNORECASE,
)
_WKT = re.compile(
    r"^\s*(?:PROJCS|GEOGCS|COMPD_CS|GEOCCS|PROJCRS|GEOGCRS|GEODCRS|COMPOUNDCRS|BOUNDCRS"
    r"|PROJECTEDCRS|GEOGRAPHICCRS|GEODETICCRS)\s*\[",
    re.IGNORECASE,
)
_RD_NUMBERS = (52.156160556, 5.387638889, 155_000.0, 463_000.0)
"""Latitude and longitude of origin, false easting and northing; some files lose the scale."""


def parse(text: CrsLike | None) -> CRS:
    """The horizontal CRS that a text names.

    Understands ``EPSG:28992``, ``28992``, URNs, OGC URIs, ``CRS84``, WKT 1 (also
    of ESRI and of GDAL) and 2, and PROJJSON. Of a compound CRS the horizontal
    part counts, of a bound CRS its source. WKT that is RD New under another
    name gives EPSG:28992. PROJ strings and loose names are not taken: they may
    point at files, or mean several things.

    Raises
    ------
    CrsUnknown
        Where the text is empty or names nothing known; with a remedy.

    >>> parse("urn:ogc:def:crs:EPSG::28992") == parse(28992)
    True
    >>> parse("http://www.opengis.net/def/crs/OGC/1.3/CRS84").name
    'WGS 84 (CRS84)'
    """
    if isinstance(text, CRS):
        return _horizontal(text)
    return _parse(str(text if text is not None else ""))


@lru_cache(maxsize=256)
def _parse(text: str) -> CRS:
    if not text.strip():
        msg = f"No coordinate reference system is named. {REMEDY}"
        raise CrsUnknown(msg)
    if len(text) > MAX_TEXT:
        msg = f"The text of the coordinate reference system is too long to be one. {REMEDY}"
        raise CrsUnknown(msg)
    try:
        return _identified(_horizontal(_read(text)))
    except (CRSError, json.JSONDecodeError, RecursionError) as error:
        shown = text.strip()[:80]
        msg = f"The coordinate reference system {shown!r} is not known. {REMEDY}"
        raise CrsUnknown(msg) from error


def _read(text: str) -> CRS:
    if code := _CODE.match(text):
        return CRS.from_epsg(int(code["code"]))
    if _CRS84.match(text):
        return CRS.from_authority("OGC", "CRS84")
    if text.strip().upper().startswith("ESRI:"):
        return CRS.from_authority("ESRI", text.strip()[5:])
    if _WKT.match(text):
        return CRS.from_wkt(text)
    if text.lstrip().startswith("{"):
        return CRS.from_json_dict(json.loads(text))
    msg = "not a code, WKT or PROJJSON"
    raise CRSError(msg)


def _horizontal(crs: CRS) -> CRS:
    if crs.is_bound and crs.source_crs is not None:
        return _horizontal(crs.source_crs)
    if crs.is_compound:
        return _horizontal(crs.sub_crs_list[0])
    if crs.is_geocentric or crs.is_vertical or crs.is_engineering:
        msg = "not a horizontal CRS"
        raise CRSError(msg)
    return crs.to_2d() if len(crs.axis_info) == 3 else crs  # noqa: PLR2004  # x, y and height


def _identified(crs: CRS) -> CRS:
    """The EPSG definition of a CRS that is one under another name; else itself."""
    if crs.to_authority(min_confidence=100) is not None:
        return crs
    if _is_rd_new(crs):
        return CRS.from_epsg(28992)
    code = crs.to_epsg(min_confidence=70)
    return CRS.from_epsg(code) if code else crs


def _is_rd_new(crs: CRS) -> bool:
    """Whether the numbers of the projection are those of RD New, whatever its name and datum.

    MapInfo files lose the datum and say WGS 84. No other system shares the
    numbers: RD Old has no false origin.
    """
    operation = crs.coordinate_operation
    if not crs.is_projected or operation is None or "tereographic" not in operation.method_name:
        return False
    values = [float(p.value) for p in operation.params]
    return all(
        any(isclose(value, number, rel_tol=1e-7) for value in values) for number in _RD_NUMBERS
    )


def uri_of(crs: CrsLike) -> str:
    """The OGC URI of a CRS, as OGC API asks; WKT 2 where it has no code.

    >>> uri_of(28992), uri_of("CRS84")
    ('http://www.opengis.net/def/crs/EPSG/0/28992', 'http://www.opengis.net/def/crs/OGC/1.3/CRS84')
    """
    known = parse(crs)
    authority = known.to_authority(min_confidence=100)
    if authority is None:
        return str(known.to_wkt(WktVersion.WKT2_2019))
    name, code = authority
    version = "1.3" if name == "OGC" else "0"
    return f"http://www.opengis.net/def/crs/{name}/{version}/{code}"


def name_of(crs: CrsLike) -> str:
    """A short name for people: the code and the name.

    >>> name_of("urn:ogc:def:crs:EPSG::28992")
    'EPSG:28992 (Amersfoort / RD New)'
    """
    known = parse(crs)
    authority = known.to_authority(min_confidence=100)
    return f"{':'.join(authority)} ({known.name})" if authority else str(known.name)


def code_of(crs: CrsLike) -> str | None:
    """The code as ``EPSG:28992`` or ``OGC:CRS84``; None for a CRS without one.

    >>> code_of("http://www.opengis.net/def/crs/EPSG/0/28992")
    'EPSG:28992'
    """
    authority = parse(crs).to_authority(min_confidence=100)
    return ":".join(authority) if authority else None


def is_northing_first(crs: CrsLike) -> bool:
    """Whether the CRS itself says that north (latitude) comes before east.

    GML, WFS and OGC API with EPSG:4326 follow it; everything inside this
    program has x (east) first.

    >>> is_northing_first(4326), is_northing_first("CRS84"), is_northing_first(28992)
    (True, False, False)
    """
    axes = parse(crs).axis_info
    return bool(axes) and axes[0].direction.lower() in {"north", "south"}


def storage(crs: CrsLike) -> CRS:
    """The CRS in which a deployment keeps and measures its works: projected, in metres.

    Raises
    ------
    CrsUnknown
        Where distances would not be metres on the ground: a geographic CRS,
        one in feet, or web mercator.

    >>> storage(28992).name
    'Amersfoort / RD New'
    """
    known = parse(crs)
    name = name_of(known)
    if not known.is_projected or any(a.unit_conversion_factor != 1 for a in known.axis_info):
        msg = (
            f"STORAGE_CRS {name} does not measure in metres. Choose a projected system in metres,"
            " for instance EPSG:28992 (Netherlands) or EPSG:2154 (France)."
        )
        raise CrsUnknown(msg)
    if known.to_epsg() in {3857, 3785, 900913}:
        msg = (
            f"STORAGE_CRS {name} stretches distances by half and more at our latitude. Choose a"
            " national system in metres, for instance EPSG:28992 (Netherlands)."
        )
        raise CrsUnknown(msg)
    return known
