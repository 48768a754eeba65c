"""Geometry written as text in a column: WKT, EWKT, GeoJSON, WKB, coordinate pairs.

A column is read in one notation; rows in another are faults. Coordinates come
out x before y in the CRS of the text: WKT and WKB say none, EWKT and EWKB may,
GeoJSON is CRS84, a pair "lat, lon" becomes the point (lon, lat) in CRS84 and a
pair of larger numbers a point (x, y) in an unknown CRS.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal, get_args

import numpy as np
import orjson
import shapely
from numpy.typing import NDArray

from spatial.geojson_geometry import build
from spatial.geometry import from_wkb, from_wkt
from spatial.reader import Fault
from spatial.reading import CRS84, fault, objects
from spatial.work import Objects

Notation = Literal["wkt", "geojson", "wkb", "lat-lon", "x-y"]
ENOUGH = 0.8
"""Share of the filled cells that must be in one notation to recognise a column."""
SAMPLE = 1_000
MOST_LATITUDE, MOST_LONGITUDE = 90.0, 180.0

_SRID = re.compile(r"^\s*SRID\s*=\s*(\d+)\s*;\s*", re.IGNORECASE)
_DIMENSION = r"\s*(?:ZM?|M)?\s*"
_WKT = re.compile(
    r"^\s*(?:SRID\s*=\s*\d+\s*;)?\s*(?:(?:MULTI)?(?:POINT|LINESTRING|POLYGON|CURVE|SURFACE)"
    r"|GEOMETRYCOLLECTION|CIRCULARSTRING|COMPOUNDCURVE|CURVEPOLYGON|LINEARRING)"
    rf"{_DIMENSION}(?:EMPTY\b|\(\s*(?:[-+.\d(]|[A-Z]+{_DIMENSION}[(E]))",
    re.IGNORECASE,
)
_WKB = re.compile(r"^\s*(\\x)?0[01][0-9A-F]{16,}\s*$", re.IGNORECASE)
_NUMBER = r"[-+]?\d+(?:\.\d+)?"
_COMMA_NUMBER = r"[-+]?\d+(?:,\d+)?"
_PAIR = re.compile(
    rf"^\s*[(\[]?\s*({_NUMBER})(?:\s*[,;]\s*|\s+)({_NUMBER})\s*[)\]]?\s*$"
    rf"|^\s*[(\[]?\s*({_COMMA_NUMBER})(?:\s*;\s*|\s+)({_COMMA_NUMBER})\s*[)\]]?\s*$"
)


@dataclass(frozen=True, slots=True)
class ParsedGeometry:
    """A column of geometry: ``None`` where the cell is empty or could not be read.

    ``crs`` is what the text itself says ("EPSG:28992", "OGC:CRS84") or ``None``.
    """

    geometry: Objects
    crs: str | None
    faults: list[Fault] = field(default_factory=list)


def notation(values: Sequence[object]) -> Notation | None:
    """Recognise the notation of a column from its first filled cells.

    >>> notation(["POINT (1 2)", None, "SRID=28992;LINESTRING (0 0, 1 1)"])
    'wkt'
    >>> notation(["Surface (m2)", "Point de vente"]) is None
    True
    >>> notation(["52.16, 4.49", "52.1,4.5"]), notation(["155000 463000"])
    ('lat-lon', 'x-y')
    >>> notation(["Breestraat", "52"]) is None
    True
    """
    filled = [v for v in values if _is_filled(v)][:SAMPLE]
    found = [_notation_of(v) for v in filled]
    for candidate in get_args(Notation):
        if found and found.count(candidate) >= ENOUGH * len(found):
            # A single pair out of range means that none of the column is lat, lon.
            mixed = candidate == "lat-lon" and "x-y" in found
            return "x-y" if mixed else candidate
    pairs = found.count("lat-lon") + found.count("x-y")
    return "x-y" if found and pairs >= ENOUGH * len(found) else None


def parse(
    values: Sequence[object],
    rows: Sequence[int] | NDArray[np.int64],
    *,
    field_name: str,
    layer: str | None = None,
    given: Notation | None = None,
) -> ParsedGeometry:
    """Read a column of geometry; cells that cannot be read are faults with their row.

    Parameters
    ----------
    values
        The cells: text, or GeoJSON objects that are parsed already.
    rows
        The row number of each cell, for the faults.
    field_name
        The source column, for the faults.
    given
        The notation, where it is known; otherwise it is recognised.

    >>> cells = ["SRID=28992;POINT (155000 463000)", "", "POINT (1)"]
    >>> got = parse(cells, [1, 2, 3], field_name="g")
    >>> got.geometry[0].wkt, got.crs, got.geometry[1], got.faults[0].row
    ('POINT (155000 463000)', 'EPSG:28992', None, 3)
    >>> parse(["52.16, 4.49"], [1], field_name="g").geometry[0].wkt
    'POINT (4.49 52.16)'
    """
    kind = given or notation(values)
    filled = np.fromiter((_is_filled(v) for v in values), dtype=np.bool_, count=len(values))
    if kind is None:
        bad = (
            (int(i), "geometry-text", "a notation that is known") for i in np.flatnonzero(filled)
        )
        none = np.full(len(values), None, dtype=object)
        return _told(none, None, bad, rows=rows, field_name=field_name, layer=layer)
    shapes, crs, flaws = _PARSE[kind](objects(values)[filled])
    out = np.full(len(values), None, dtype=object)
    out[filled] = shapes
    places = np.flatnonzero(filled)
    moved = ((int(places[i]), code, detail) for i, code, detail in flaws)
    return _told(out, crs, moved, rows=rows, field_name=field_name, layer=layer)


Flaws = list[tuple[int, str, str]]
Parts = tuple[Objects, str | None, Flaws]


def _told(
    shapes: Objects,
    crs: str | None,
    flaws: Any,
    *,
    rows: Any,
    field_name: str,
    layer: str | None,
) -> ParsedGeometry:
    faults = [
        fault(
            code,
            "warning" if code == "ring-closed" else "error",
            detail=detail,
            row=int(rows[i]),
            field=field_name,
            layer=layer,
        )
        for i, code, detail in flaws
    ]
    return ParsedGeometry(shapes, crs, faults)


def _is_filled(value: object) -> bool:
    return bool(value.strip(" -")) if isinstance(value, str) else value is not None


def _notation_of(value: object) -> Notation | None:
    """Notation of one cell."""
    if isinstance(value, dict):
        return "geojson" if "coordinates" in value or "geometries" in value else None
    text = str(value)
    if _WKT.match(text):
        return "wkt"
    if _WKB.match(text):
        return "wkb"
    return _json_or_pair(text)


def _json_or_pair(text: str) -> Notation | None:
    if text.lstrip()[:1] == "{":
        return "geojson" if '"coordinates"' in text or '"geometries"' in text else None
    pair = _pair(text)
    if pair is None:
        return None
    near = abs(pair[0]) <= MOST_LATITUDE and abs(pair[1]) <= MOST_LONGITUDE
    return "lat-lon" if near else "x-y"


def _pair(value: object) -> tuple[float, float] | None:
    match = _PAIR.match(str(value))
    if match is None:
        return None
    first, second = (t for t in match.groups() if t is not None)
    return float(first.replace(",", ".")), float(second.replace(",", "."))


def _from_pairs(cells: Objects) -> tuple[Objects, Flaws]:
    pairs = [_pair(c) for c in cells]
    good = np.fromiter((p is not None for p in pairs), dtype=np.bool_, count=len(pairs))
    out = np.full(len(cells), None, dtype=object)
    numbers = np.array([p for p in pairs if p is not None], dtype=np.float64).reshape(-1, 2)
    out[good] = shapely.points(numbers)
    return out, [(int(i), "geometry-text", "a pair of coordinates") for i in np.flatnonzero(~good)]


def _parse_lat_lon(cells: Objects) -> Parts:
    points, flaws = _from_pairs(cells)
    return shapely.transform(points, lambda xy: xy[:, ::-1]), CRS84, flaws


def _parse_x_y(cells: Objects) -> Parts:
    points, flaws = _from_pairs(cells)
    return points, None, flaws


def _parse_geojson(cells: Objects) -> Parts:
    parsed = [_geometry_object(c) for c in cells]
    shapes, flaws = build([p if isinstance(p, dict) else None for p in parsed])
    bad = [(i, "geometry-text", "GeoJSON") for i, p in enumerate(parsed) if p is _BROKEN]
    return shapes, CRS84, [*bad, *((f.position, f.code, f.detail) for f in flaws)]


_BROKEN = object()


def _geometry_object(cell: object) -> Any:
    """The geometry of a cell; that of the feature where the cell holds one."""
    if isinstance(cell, str):
        try:
            cell = orjson.loads(cell)
        except orjson.JSONDecodeError:
            return _BROKEN
    if isinstance(cell, dict) and cell.get("type") == "Feature":
        cell = cell.get("geometry")
    return cell if cell is None or isinstance(cell, dict) else _BROKEN


def _parse_wkt(cells: Objects) -> Parts:
    texts = [str(c) for c in cells]
    matches = [_SRID.match(t) for t in texts]
    srids = np.array([int(m.group(1)) if m else 0 for m in matches], dtype=np.int64)
    bare = [t[m.end() :] if m else t for t, m in zip(texts, matches, strict=True)]
    shapes, _ = from_wkt(bare)
    return _with_srid(shapes, srids, _missing(shapes, "WKT"))


def _parse_wkb(cells: Objects) -> Parts:
    shapes, _ = from_wkb([_bytes(str(cell)) for cell in cells])
    srids = np.maximum(shapely.get_srid(shapes), 0).astype(np.int64)
    return _with_srid(shapes, srids, _missing(shapes, "WKB"))


def _bytes(text: str) -> bytes | None:
    """The bytes of hexadecimal text, ``None`` where it is none."""
    try:
        return bytes.fromhex(text.strip().removeprefix("\\x"))
    except ValueError:
        return None


def _missing(shapes: Objects, name: str) -> Flaws:
    return [(int(i), "geometry-text", name) for i in np.flatnonzero(shapely.is_missing(shapes))]


def _with_srid(shapes: Objects, srids: NDArray[np.int64], flaws: Flaws) -> Parts:
    """The CRS that most rows declare; rows that declare another are flaws."""
    declared = srids[srids > 0]
    if len(declared) == 0:
        return shapes, None, flaws
    codes, counts = np.unique(declared, return_counts=True)
    main = int(codes[counts.argmax()])
    for i in np.flatnonzero((srids > 0) & (srids != main)):
        shapes[i] = None
        flaws.append((int(i), "geometry-several-crs", f"EPSG:{srids[i]}"))
    return shapes, f"EPSG:{main}", flaws


_PARSE: dict[Notation, Callable[[Objects], Parts]] = {
    "wkt": _parse_wkt,
    "geojson": _parse_geojson,
    "wkb": _parse_wkb,
    "lat-lon": _parse_lat_lon,
    "x-y": _parse_x_y,
}
