"""Geometry columns of Arrow tables to shapely: WKB and the native encodings of GeoArrow.

Source: GeoParquet 1.1 and the GeoArrow memory layout. Native geometry is lists
of lists of coordinates; a coordinate is a struct of x, y (and z) or a list of
two or three numbers.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import pyarrow as pa
import shapely
from numpy.typing import NDArray

from spatial.work import Objects

DEPTH = {
    "point": 0,
    "linestring": 1,
    "multipoint": 1,
    "polygon": 2,
    "multilinestring": 2,
    "multipolygon": 3,
}
KIND = {
    "point": shapely.GeometryType.POINT,
    "linestring": shapely.GeometryType.LINESTRING,
    "multipoint": shapely.GeometryType.MULTIPOINT,
    "polygon": shapely.GeometryType.POLYGON,
    "multilinestring": shapely.GeometryType.MULTILINESTRING,
    "multipolygon": shapely.GeometryType.MULTIPOLYGON,
}


def from_native(column: Any, encoding: str) -> Objects:
    """Build geometries from a native column; null stays ``None``.

    Parameters
    ----------
    column
        A pyarrow array of the encoding.
    encoding
        A key of ``DEPTH``, as the "geo" metadata of GeoParquet writes it.

    >>> points = pa.array([{"x": 4.5, "y": 52.0}, None])
    >>> from_native(points, "point").tolist()
    [<POINT (4.5 52)>, None]
    """
    out = np.full(len(column), None, dtype=object)
    valid = np.flatnonzero(column.is_valid().to_numpy(zero_copy_only=False))
    part = column.drop_null()
    offsets = []
    for _ in range(DEPTH[encoding]):
        ends = part.offsets.to_numpy().astype(np.int64)
        offsets.append(ends - ends[0])
        part = part.flatten()
    if len(valid):
        positions = _positions(part)
        # shapely wants the innermost offsets first.
        out[valid] = shapely.from_ragged_array(
            KIND[encoding], positions, tuple(reversed(offsets)) or None
        )
    return out


def _positions(part: Any) -> NDArray[np.float64]:
    """Coordinates as (n, 2) or (n, 3) floats."""
    if pa.types.is_struct(part.type):
        names = [f.name for f in part.type if f.name in {"x", "y", "z"}]
        columns = [part.field(n).to_numpy(zero_copy_only=False) for n in names]
        return np.column_stack(columns).astype(np.float64)
    width = part.type.list_size
    numbers: NDArray[np.float64] = part.flatten().to_numpy(zero_copy_only=False)
    return numbers.reshape(-1, width)[:, :3]
