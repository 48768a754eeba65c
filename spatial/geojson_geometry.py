"""Geometry objects of GeoJSON (as parsed JSON) to shapely, by the column.

Geometries of one type are built together from flat arrays of coordinates. Only
where a group does not go through as a whole is each of its members tried on its
own, so that one bad feature costs its neighbours nothing.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from itertools import chain
from typing import Any, NamedTuple, NoReturn

import numpy as np
import shapely
from numpy.typing import NDArray

from spatial.work import Objects

Coordinates = NDArray[np.float64]
SHORTEST_LINE = 2
SHORTEST_RING = 4
DIMENSIONS = 2
MOST_DIMENSIONS = 3


class Flaw(NamedTuple):
    """What is wrong with the geometry at ``position``; ``kept`` where it was built all the same."""

    position: int
    code: str
    detail: str
    kept: bool


class BadStructureError(Exception):
    """The JSON is not a geometry; says which fault and what of it."""

    def __init__(self, code: str, detail: str) -> None:
        super().__init__(code, detail)
        self.code = code
        self.detail = detail


def build(geometries: Sequence[Any]) -> tuple[Objects, list[Flaw]]:
    """Build geometries; ``None`` stays ``None``, what cannot be built is ``None`` with a flaw.

    A position has x, y and perhaps z; further numbers are dropped. Rings that
    are not closed are closed and told of.

    >>> shapes, flaws = build([{"type": "Point", "coordinates": [4.5, 52.0]}, None])
    >>> shapes[0].wkt, shapes[1], flaws
    ('POINT (4.5 52)', None, [])
    >>> build([{"type": "Point", "coordinates": ["4.5", 52]}])[1][0].code
    'geometry-structure'
    """
    out = np.full(len(geometries), None, dtype=object)
    flaws: list[Flaw] = []
    groups: dict[str, list[int]] = defaultdict(list)
    for index, geometry in enumerate(geometries):
        if geometry is not None:
            kind = geometry.get("type") if isinstance(geometry, dict) else None
            groups[kind if isinstance(kind, str) else ""].append(index)
    for kind, members in groups.items():
        together = _TOGETHER.get(kind)
        if together is None or not _fill(out, members, geometries, together):
            flaws += _one_by_one(out, members, geometries)
    flaws.sort(key=lambda flaw: flaw.position)
    return out, flaws


def _fill(
    out: Objects,
    members: list[int],
    geometries: Sequence[Any],
    together: Callable[[list[Any]], Objects],
) -> bool:
    """Build one type at once; False where any of them needs a closer look."""
    try:
        out[members] = together([geometries[i]["coordinates"] for i in members])
    except (KeyError, TypeError, ValueError, IndexError, shapely.errors.ShapelyError):
        return False
    return True


def _one_by_one(out: Objects, members: list[int], geometries: Sequence[Any]) -> list[Flaw]:
    """Build each on its own."""
    flaws = []
    for index in members:
        closed: list[str] = []
        try:
            out[index] = _single(geometries[index], closed)
        except BadStructureError as bad:
            flaws.append(Flaw(index, bad.code, bad.detail, kept=False))
        else:
            flaws += [Flaw(index, code, "", kept=True) for code in closed[:1]]
    return flaws


def _positions(positions: list[Any]) -> Coordinates:
    """Positions as (n, 2) or (n, 3) floats; ValueError or TypeError where they are not numbers."""
    array = np.array(positions)
    if array.ndim != DIMENSIONS or array.shape[1] < DIMENSIONS or array.dtype.kind not in "if":
        raise ValueError
    return array[:, :MOST_DIMENSIONS].astype(np.float64)


def _lengths(parts: Iterable[Any]) -> NDArray[np.int64]:
    return np.fromiter(map(len, parts), dtype=np.int64)


def _owners(lengths: NDArray[np.int64]) -> NDArray[np.int64]:
    """Index of the owner of each part: lengths 2, 1 give 0, 0, 1."""
    if len(lengths) == 0 or lengths.min() == 0:
        raise ValueError
    return np.repeat(np.arange(len(lengths)), lengths)


def _points(coordinates: list[Any]) -> Objects:
    return _column(shapely.points(_positions(coordinates)))


def _lines(coordinates: list[Any]) -> Objects:
    lengths = _lengths(coordinates)
    if lengths.min() < SHORTEST_LINE:
        raise ValueError
    positions = _positions(list(chain.from_iterable(coordinates)))
    return _column(shapely.linestrings(positions, indices=_owners(lengths)))


def _polygons(coordinates: list[Any]) -> Objects:
    rings = list(chain.from_iterable(coordinates))
    lengths = _lengths(rings)
    positions = _positions(list(chain.from_iterable(rings)))
    ends = np.cumsum(lengths)
    closed = (positions[ends - lengths] == positions[ends - 1]).all()
    if lengths.min() < SHORTEST_RING or not closed:
        raise ValueError
    loops = _column(shapely.linearrings(positions, indices=_owners(lengths)))
    return _column(shapely.polygons(loops, indices=_owners(_lengths(coordinates))))


def _multi(
    parts: Callable[[list[Any]], Objects], gather: Callable[..., Any]
) -> Callable[[list[Any]], Objects]:
    def together(coordinates: list[Any]) -> Objects:
        members = parts(list(chain.from_iterable(coordinates)))
        return _column(gather(members, indices=_owners(_lengths(coordinates))))

    return together


def _column(shapes: Any) -> Objects:
    column: Objects = np.asarray(shapes, dtype=object)
    return column


_TOGETHER: dict[str, Callable[[list[Any]], Objects]] = {
    "Point": _points,
    "LineString": _lines,
    "Polygon": _polygons,
    "MultiPoint": _multi(_points, shapely.multipoints),
    "MultiLineString": _multi(_lines, shapely.multilinestrings),
    "MultiPolygon": _multi(_polygons, shapely.multipolygons),
}
GEOMETRY_TYPES = frozenset({*_TOGETHER, "GeometryCollection"})
"""The types that GeoJSON knows."""


def _refuse(detail: str, code: str = "geometry-structure") -> NoReturn:
    raise BadStructureError(code, detail)


def _single(geometry: Any, closed: list[str]) -> Any:
    """One geometry; ``closed`` collects what was done to build it."""
    if not isinstance(geometry, dict):
        _refuse(f"{type(geometry).__name__} instead of an object")
    kind = geometry.get("type")
    if kind == "GeometryCollection":
        return _collection(geometry.get("geometries"), closed)
    if kind not in _TOGETHER:
        _refuse(repr(kind), "geometry-type-unknown")
    coordinates = geometry.get("coordinates")
    if not isinstance(coordinates, list):
        _refuse(f"{kind} without a list of coordinates")
    if not coordinates:
        return shapely.from_wkt(f"{kind} EMPTY")
    return _SINGLE[kind](coordinates, closed)


def _collection(members: Any, closed: list[str]) -> Any:
    if not isinstance(members, list):
        _refuse("GeometryCollection without a list of geometries")
    return shapely.geometrycollections(_column_of([_single(m, closed) for m in members]))


def _column_of(shapes: list[Any]) -> Objects:
    column = np.empty(len(shapes), dtype=object)
    column[:] = shapes
    return column


def _path(coordinates: Any, shortest: int, name: str) -> Coordinates:
    """Positions of a line or ring; positions of mixed length lose their z."""
    if not isinstance(coordinates, list) or not all(isinstance(p, list) for p in coordinates):
        _refuse(f"{name} is not a list of positions")
    numbers = chain.from_iterable(coordinates)
    if not all(isinstance(n, int | float) and not isinstance(n, bool) for n in numbers):
        _refuse(f"{name} has a coordinate that is not a number")
    widths = {len(p) for p in coordinates} or {0}
    if min(widths) < DIMENSIONS:
        _refuse(f"{name} has a position without x and y")
    if len(coordinates) < shortest:
        _refuse(f"{name} has {len(coordinates)} positions, at least {shortest} are needed")
    width = min(MOST_DIMENSIONS, *widths)
    return np.array([p[:width] for p in coordinates], dtype=np.float64)


def _point(coordinates: Any, closed: list[str]) -> Any:
    del closed
    return shapely.points(_path([coordinates], 1, "Point")[0])


def _line(coordinates: Any, closed: list[str]) -> Any:
    del closed
    return shapely.linestrings(_path(coordinates, SHORTEST_LINE, "LineString"))


def _ring(coordinates: Any, closed: list[str]) -> Any:
    path = _path(coordinates, SHORTEST_RING - 1, "ring")
    if (path[0] != path[-1]).any():
        closed.append("ring-closed")
        path = np.concatenate([path, path[:1]])
    if len(path) < SHORTEST_RING:
        _refuse("ring has 3 positions, at least 4 are needed")
    return shapely.linearrings(path)


def _polygon(coordinates: Any, closed: list[str]) -> Any:
    if not isinstance(coordinates, list):
        _refuse("Polygon is not a list of rings")
    rings = [_ring(ring, closed) for ring in coordinates]
    return shapely.polygons(rings[0], holes=rings[1:] or None)


def _many(
    part: Callable[[Any, list[str]], Any], gather: Callable[..., Any]
) -> Callable[[list[Any], list[str]], Any]:
    def build_many(coordinates: list[Any], closed: list[str]) -> Any:
        return gather(_column_of([part(c, closed) for c in coordinates]))

    return build_many


_SINGLE: dict[str, Callable[[list[Any], list[str]], Any]] = {
    "Point": _point,
    "LineString": _line,
    "Polygon": _polygon,
    "MultiPoint": _many(_point, shapely.multipoints),
    "MultiLineString": _many(_line, shapely.multilinestrings),
    "MultiPolygon": _many(_polygon, shapely.multipolygons),
}
