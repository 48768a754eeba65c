"""The place of a bundle: what its works take up together."""

from __future__ import annotations

import numpy as np
import shapely

from spatial.work import Keys, Objects


def outlines(footprints: Objects, members: Keys, offsets: Keys) -> Objects:
    """The footprints of the members of each group as one MultiPolygon.

    >>> boxes = np.array([shapely.box(0, 0, 2, 1), shapely.box(1, 0, 3, 1)], dtype=object)
    >>> outlines(boxes, np.array([0, 1]), np.array([0, 2]))[0].area
    3.0
    """
    counts = np.diff(offsets)
    table = np.full((len(counts), int(counts.max(initial=1))), None, dtype=object)
    table[np.arange(table.shape[1])[None, :] < counts[:, None]] = footprints[members]
    joined = shapely.union_all(table, axis=1)
    parts, of = shapely.get_parts(joined, return_index=True)
    polygons = shapely.get_dimensions(parts) == 2  # noqa: PLR2004 - areas
    made: Objects = np.empty(len(counts), dtype=object)
    made[:] = shapely.multipolygons(parts[polygons], indices=of[polygons]) if len(parts) else []
    return made
