"""WKB and WKT with curves, read as straight segments.

GEOS knows curves but shapely refuses them, so a file with one arc would lose
the row. Arcs are replaced by chords of at most 5.6 degrees (16 to a quarter,
like the discs of :mod:`spatial.geometry.footprints`): on a bend with a radius
of 10 m the line is at most 12 mm off. Everything that shapely reads itself
goes through it unchanged, in one call.
"""

from __future__ import annotations

import re
import struct
from collections.abc import Callable, Iterator, Sequence
from math import isfinite
from typing import Any, TypeVar

import numpy as np
import shapely

from spatial.errors import GeometryRefused
from spatial.geometry.arcs import Point, chords
from spatial.work import Objects

MAX_DEPTH = 20

_POINT, _LINE, _POLYGON, _MULTI_POINT, _MULTI_LINE, _MULTI_POLYGON, _COLLECTION = range(1, 8)
_ARC, _COMPOUND, _CURVE_POLYGON, _MULTI_CURVE, _MULTI_SURFACE = range(8, 13)
_SURFACE, _TIN, _TRIANGLE = 15, 16, 17
_NAMES = {
    "POINT": _POINT,
    "LINESTRING": _LINE,
    "LINEARRING": _LINE,
    "POLYGON": _POLYGON,
    "MULTIPOINT": _MULTI_POINT,
    "MULTILINESTRING": _MULTI_LINE,
    "MULTIPOLYGON": _MULTI_POLYGON,
    "GEOMETRYCOLLECTION": _COLLECTION,
    "CIRCULARSTRING": _ARC,
    "COMPOUNDCURVE": _COMPOUND,
    "CURVEPOLYGON": _CURVE_POLYGON,
    "MULTICURVE": _MULTI_CURVE,
    "MULTISURFACE": _MULTI_SURFACE,
    "POLYHEDRALSURFACE": _SURFACE,
    "TIN": _TIN,
    "TRIANGLE": _TRIANGLE,
}
_INSIDE = {
    _POLYGON: _LINE,
    _MULTI_POINT: _POINT,
    _MULTI_LINE: _LINE,
    _MULTI_POLYGON: _POLYGON,
    _COMPOUND: _LINE,
    _CURVE_POLYGON: _LINE,
    _MULTI_CURVE: _LINE,
    _MULTI_SURFACE: _POLYGON,
    _SURFACE: _POLYGON,
    _TIN: _POLYGON,
    _TRIANGLE: _LINE,
}
"""What a part without a name of its own is."""
_GATHER: dict[int, Callable[[Any], shapely.Geometry]] = {
    _MULTI_POINT: shapely.MultiPoint,
    _MULTI_LINE: shapely.MultiLineString,
    _MULTI_CURVE: shapely.MultiLineString,
    _MULTI_POLYGON: shapely.MultiPolygon,
    _MULTI_SURFACE: shapely.MultiPolygon,
    _SURFACE: shapely.MultiPolygon,
    _TIN: shapely.MultiPolygon,
}
_NO_POINT = shapely.Point()
_TOKEN = re.compile(r"[A-Za-z]+|[-+]?(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?|[(),]")
T = TypeVar("T", str, bytes)
Node = tuple[int, list[Point], list["Node"]]
"""Kind, points (of a point, line or arc), parts (of anything else)."""


def from_wkb(values: Sequence[bytes | None]) -> tuple[Objects, list[int]]:
    """Geometries of WKB or EWKB, arcs as chords; and the positions that could not be read.

    ``None`` stays ``None``. Z and M of a geometry that holds curves are dropped.

    >>> from_wkb([shapely.to_wkb(shapely.Point(1, 2)), b"rubbish"])[1]
    [1]
    """
    return _from(values, shapely.from_wkb, lambda value: _build(_WkbReader(value).node()))


def from_wkt(values: Sequence[str | None]) -> tuple[Objects, list[int]]:
    """Geometries of WKT or EWKT, arcs as chords; and the positions that could not be read.

    The SRID of EWKT is passed over: the caller decides on the CRS.

    >>> half = from_wkt(["SRID=28992;CIRCULARSTRING (0 0, 1 1, 2 0)"])[0][0]
    >>> round(half.length, 2), len(half.coords)
    (3.14, 33)
    """
    plain = [_without_srid(value) for value in values]
    return _from(plain, shapely.from_wkt, lambda value: _build(_WktReader(value).node()))


def _without_srid(value: str | None) -> str | None:
    if value and value[:5].upper() == "SRID=":
        return value.partition(";")[2]
    return value


def _from(
    values: Sequence[T | None], read: Callable[..., Any], read_curves: Callable[[T], object]
) -> tuple[Objects, list[int]]:
    """Read all in one call; one by one only what shapely cannot read."""
    found: Objects = np.full(len(values), None, dtype=object)
    given = [i for i, value in enumerate(values) if value]
    try:
        found[given] = read(np.array([values[i] for i in given], dtype=object), on_invalid="ignore")
        left = [i for i in given if found[i] is None or hides_curves(found[i])]
    except NotImplementedError:
        left = given
    for i in left:
        value = values[i]
        assert value is not None
        found[i] = _one(value, read, read_curves)
    return found, [i for i in left if found[i] is None]


def _one(value: T, read: Callable[..., Any], read_curves: Callable[[T], object]) -> object:
    try:
        plain = read(value, on_invalid="ignore")
    except NotImplementedError:
        plain = None
    if plain is not None and not hides_curves(plain):
        return plain
    try:
        with np.errstate(all="ignore"):  # absurd numbers end in NaN, which clean() refuses
            return read_curves(value)
    except (LookupError, ValueError, struct.error, shapely.GEOSException, GeometryRefused):
        return None


def hides_curves(geometry: shapely.Geometry) -> bool:
    """Whether a collection holds a curve: shapely reads it, but can do nothing with it."""
    if shapely.get_type_id(geometry) != _COLLECTION:
        return False
    try:
        shapely.get_coordinates(geometry)
    except shapely.GEOSException:
        return True
    return False


class _WkbReader:
    """Walks through one WKB or EWKB value."""

    def __init__(self, data: bytes) -> None:
        self.data = data
        self.at = 0

    def node(self, depth: int = 0) -> Node:
        if depth > MAX_DEPTH:
            msg = "geometry nested too deeply"
            raise GeometryRefused(msg)
        order = "<" if self.data[self.at] else ">"
        (number,) = struct.unpack_from(order + "I", self.data, self.at + 1)
        self.at += 5 + (4 if number & 0x20000000 else 0)
        iso, kind = divmod(number & 0xFFFF, 1000)
        extra = iso in {1, 2, 3} and (1 + (iso == 3))  # noqa: PLR2004  # Z, M, ZM
        extra = extra or bool(number & 0x80000000) + bool(number & 0x40000000)
        return self._body(kind, order, 2 + int(extra), depth)

    def _body(self, kind: int, order: str, dimensions: int, depth: int) -> Node:
        if kind == _POINT:
            return kind, self._points(order, dimensions, 1), []
        count = self._count(order)
        if kind in {_LINE, _ARC}:
            return kind, self._points(order, dimensions, count), []
        if kind in {_POLYGON, _TRIANGLE}:
            rings = [self._points(order, dimensions, self._count(order)) for _ in range(count)]
            return kind, [], [(_LINE, ring, []) for ring in rings]
        return kind, [], [self.node(depth + 1) for _ in range(count)]

    def _count(self, order: str) -> int:
        (count,) = struct.unpack_from(order + "I", self.data, self.at)
        self.at += 4
        if count > len(self.data) - self.at:
            msg = "WKB ends too early"
            raise ValueError(msg)
        return int(count)

    def _points(self, order: str, dimensions: int, count: int) -> list[Point]:
        numbers = np.frombuffer(self.data, order + "f8", count * dimensions, self.at)
        self.at += numbers.nbytes
        x, y = numbers.reshape(count, dimensions)[:, :2].T.tolist()
        return list(zip(x, y, strict=True))


class _WktReader:
    """Walks through the words of one WKT value."""

    def __init__(self, text: str) -> None:
        self.words = _TOKEN.findall(text)
        self.at = 0

    def node(self, default: int = 0, depth: int = 0) -> Node:
        """A geometry with its name, or without one, of the kind its place implies."""
        if depth > MAX_DEPTH:
            msg = "geometry nested too deeply"
            raise GeometryRefused(msg)
        kind = default
        while self.words[self.at].isalpha():
            word = self._next().upper()
            if word == "EMPTY":
                return kind, [], []
            kind = kind if word in {"Z", "M", "ZM"} else _NAMES[word.removesuffix("Z")]
        return self._body(kind, depth)

    def _body(self, kind: int, depth: int) -> Node:
        if kind in {_POINT, _LINE, _ARC}:
            return kind, self._points(), []
        inside = _INSIDE.get(kind, 0)
        parts = [self.node(inside, depth + 1) for _ in self._items()]
        return kind, [], parts

    def _points(self) -> list[Point]:
        if self.words[self.at] != "(":  # MULTIPOINT (1 1, 2 2), without inner brackets
            return [self._point()]
        return [self._point() for _ in self._items()]

    def _point(self) -> Point:
        x, y = float(self._next()), float(self._next())
        while self.words[self.at] not in {",", ")"}:
            self._next()
        return x, y

    def _items(self) -> Iterator[None]:
        self._expect("(")
        yield None
        while self.words[self.at] == ",":
            self._next()
            yield None
        self._expect(")")

    def _next(self) -> str:
        self.at += 1
        return str(self.words[self.at - 1])

    def _expect(self, word: str) -> None:
        if self._next() != word:
            msg = f"{word!r} expected"
            raise ValueError(msg)


def _build(node: Node) -> shapely.Geometry:
    kind, points, parts = node
    if kind == _POINT:
        return shapely.Point(points[0]) if points and all(map(isfinite, points[0])) else _NO_POINT
    if kind in {_LINE, _ARC, _COMPOUND}:
        return shapely.LineString(_vertices(node))
    if kind in {_POLYGON, _CURVE_POLYGON, _TRIANGLE}:
        rings = [_vertices(part) for part in parts]
        return shapely.Polygon(rings[0], rings[1:]) if rings else shapely.Polygon()
    built = [_build(part) for part in parts]
    return _GATHER.get(kind, shapely.GeometryCollection)(built)


def _vertices(node: Node) -> list[Point]:
    kind, points, parts = node
    if kind == _ARC:
        return chords(points)
    if kind == _COMPOUND:
        joined: list[Point] = []
        for part in parts:
            vertices = _vertices(part)
            joined += vertices[1:] if joined and vertices[:1] == joined[-1:] else vertices
        return joined
    return points
