"""Repair what can be repaired, refuse what cannot, and say for each row what was done."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

import numpy as np
import shapely

from spatial.geometry import faults
from spatial.geometry.curves import from_wkb, hides_curves
from spatial.geometry.footprints import kind_of
from spatial.reader import Fault
from spatial.work import Flags, Keys, Objects

SLIVER = 1e-9
"""A polygon with less area than this times its perimeter squared is a line: a
square has 1/16, a strip of 1 km by 1 cm has 2.5e-6, rounding noise below 1e-10."""

_COLLECTION = int(shapely.GeometryType.GEOMETRYCOLLECTION)
_RING = int(shapely.GeometryType.LINEARRING)
_MULTI = (
    int(shapely.GeometryType.MULTIPOINT),
    int(shapely.GeometryType.MULTILINESTRING),
    int(shapely.GeometryType.MULTIPOLYGON),
)


def clean(
    geometries: Objects, rows: Iterable[int], max_vertices: int
) -> tuple[Objects, list[Fault]]:
    """Geometries fit for storage and measures, and what had to be done to them.

    Call it after the transform to the storage CRS, so that the areas it tells
    are square metres and coordinates that have no image are seen.

    * Missing, empty, with a coordinate that is no number, with more than
      ``max_vertices`` vertices, a polygon without area: refused ("error").
    * Invalid polygons are repaired by their structure (rings made valid, holes
      cut out, overlapping parts joined); area and parts before and after are told.
    * Of a mixed collection the parts of the highest dimension stay; what is
      left out is told.
    * A line without length becomes a point; such parts of a multi-line go.
    * Repeated points, Z and M go silently.

    Parameters
    ----------
    geometries : shape (n,), shapely geometries or None
    rows : the source's row numbers, for the faults
    max_vertices : limit of one geometry

    Returns
    -------
    The geometries, None where refused, each of one kind (point, line or
    polygon) and valid; and the faults in the order of the checks.

    >>> bow_tie = shapely.from_wkt("POLYGON ((0 0, 2 2, 2 0, 0 2, 0 0))")
    >>> cleaned, told = clean(np.array([bow_tie, None], dtype=object), [1, 2], 100)
    >>> cleaned[0].area, cleaned[1], [(f.row, f.code) for f in told]
    (2.0, None, [(2, 'geometry-missing'), (1, 'geometry-repaired')])
    """
    work = _Cleaning(geometries, rows)
    work.refuse(shapely.is_missing(work.kept), "geometry-missing")
    work.straighten_collections()
    work.refuse_large(max_vertices)
    work.refuse(shapely.is_empty(work.kept), "geometry-empty")
    work.refuse_strange_numbers()
    work.kept = shapely.force_2d(work.kept)
    work.unmix()
    work.mend_lines()
    work.mend_polygons()
    return work.kept, work.told


class _Cleaning:
    """The geometries of one call on their way through the checks."""

    def __init__(self, geometries: Objects, rows: Iterable[int]) -> None:
        self.kept: Objects = np.array(geometries, dtype=object)
        self.rows: Keys = np.fromiter(rows, dtype=np.int64)
        self.told: list[Fault] = []

    def refuse(self, which: Flags, code: str, values: dict[int, str] | None = None) -> None:
        for i in np.flatnonzero(which):
            value = values.get(int(i)) if values else None
            self.told.append(faults.refused(code, int(self.rows[i]), value))
        self.kept[which] = None

    def straighten_collections(self) -> None:
        for i in np.flatnonzero(shapely.get_type_id(self.kept) == _COLLECTION):
            if hides_curves(self.kept[i]):
                self.kept[i] = from_wkb([shapely.to_wkb(self.kept[i])])[0][0]

    def refuse_large(self, max_vertices: int) -> None:
        counts = shapely.get_num_coordinates(self.kept)
        large = counts > max_vertices
        values = {int(i): str(counts[i]) for i in np.flatnonzero(large)}
        self.refuse(large, "too-many-vertices", values)

    def refuse_strange_numbers(self) -> None:
        xy, owner = shapely.get_coordinates(self.kept, return_index=True)
        strange = np.zeros(len(self.kept), dtype=np.bool_)
        strange[owner[~np.isfinite(xy).all(axis=1)]] = True
        self.refuse(strange, "coordinates-not-numbers")

    def unmix(self) -> None:
        types = shapely.get_type_id(self.kept)
        rings = types == _RING
        if rings.any():
            self.kept[rings] = [shapely.LineString(ring.coords) for ring in self.kept[rings]]
        for i in np.flatnonzero(types == _COLLECTION):
            self.kept[i], left_out = _highest(self.kept[i])
            if left_out:
                self.told.append(faults.mixed(int(self.rows[i]), left_out))

    def mend_lines(self) -> None:
        """Drop repeated points; what has no length at all is a point."""
        lines = np.flatnonzero(kind_of(self.kept) == "line")
        if not len(lines):
            return
        self.kept[lines] = shapely.remove_repeated_points(self.kept[lines], 0.0)
        for i in lines[~shapely.is_valid(self.kept[lines])]:
            parts = shapely.get_parts(self.kept[i])
            long = shapely.length(parts) > 0
            if long.any():
                self.kept[i] = shapely.MultiLineString(parts[long].tolist())
                self.told.append(faults.short_parts(int(self.rows[i]), int((~long).sum())))
            else:
                self.kept[i] = shapely.get_point(parts[0], 0)
                self.told.append(faults.line_to_point(int(self.rows[i])))

    def mend_polygons(self) -> None:
        polygons = np.flatnonzero(kind_of(self.kept) == "polygon")
        if not len(polygons):
            return
        before = self.kept[polygons]
        after: Objects = before.copy()
        broken = ~shapely.is_valid(before)
        after[broken] = _repaired(before[broken])
        flat = shapely.area(after) <= SLIVER * shapely.length(before) ** 2
        after[~flat] = shapely.remove_repeated_points(after[~flat], 0.0)
        self.kept[polygons] = after
        for k in np.flatnonzero(broken & ~flat):
            row = int(self.rows[polygons[k]])
            self.told.append(faults.repaired(row, before[k], after[k]))
        refused = np.zeros(len(self.kept), dtype=np.bool_)
        refused[polygons[flat]] = True
        self.refuse(refused, "zero-area")


def _repaired(polygons: Objects) -> Objects:
    """Valid polygons by their structure.

    GEOS sometimes leaves parts that share an edge; joining the parts mends that.
    """
    valid: Objects = shapely.make_valid(polygons, method="structure", keep_collapsed=False)
    for i in np.flatnonzero(~shapely.is_valid(valid)):
        valid[i] = shapely.union_all(shapely.get_parts(valid[i]))
    return valid


def _highest(collection: shapely.GeometryCollection) -> tuple[object, Counter[str]]:
    """The parts of the highest dimension as one geometry, and a count of the others."""
    parts = _parts(collection)
    dimension = shapely.get_dimensions(parts)
    top = int(dimension.max())
    kept = parts[dimension == top].tolist()
    left_out = Counter(str(kind) for kind in kind_of(parts[dimension < top]))
    one_of_many = (shapely.MultiPoint, shapely.MultiLineString, shapely.MultiPolygon)[top]
    return kept[0] if len(kept) == 1 else one_of_many(kept), left_out


def _parts(geometry: shapely.Geometry) -> Objects:
    """Single, non-empty parts of a collection, however deeply nested."""
    parts: Objects = shapely.get_parts(geometry)
    while np.isin(shapely.get_type_id(parts), (*_MULTI, _COLLECTION)).any():
        parts = shapely.get_parts(parts)
    found: Objects = parts[~shapely.is_empty(parts)]
    return found
