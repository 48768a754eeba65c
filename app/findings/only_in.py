"""Rules that count only in some areas: what they find elsewhere is left out."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from uuid import UUID

import numpy as np
import shapely
from sqlalchemy import Connection, func, select

from app.findings.rule_sets import read_rule_set
from app.tables import areas
from spatial.finding import Findings
from spatial.work import Objects

Areas = Mapping[str, Sequence[UUID]]
"""Ids of areas by the code of a rule."""


def keep_where_switched_on(
    connection: Connection, findings: Findings, only_in: Areas | None = None
) -> Findings:
    """These findings without those of a rule for some areas that touch none of them.

    ``only_in`` is what is in force where it is not given.
    """
    only_in = read_rule_set(connection).only_in if only_in is None else only_in
    limited = [n for n, code in enumerate(findings.codes) if code in only_in]
    keep = np.ones(len(findings), dtype=np.bool_)
    for n in limited:
        rows = np.flatnonzero(findings.rule == n)
        place = _places(connection, only_in[findings.codes[n]])
        keep[rows] = _touch(findings.geometry[rows], place)
    return findings if keep.all() else findings.take(np.flatnonzero(keep))


def _places(connection: Connection, ids: Sequence[UUID]) -> Objects:
    query = select(func.ST_AsBinary(areas.c.geometry)).where(areas.c.id.in_(ids))
    raw = [bytes(shape) for shape in connection.scalars(query)]
    return shapely.from_wkb(np.array(raw, dtype=object))


def _touch(geometry: Objects, places: Objects) -> np.ndarray[tuple[int], np.dtype[np.bool_]]:
    touched = np.zeros(len(geometry), dtype=np.bool_)
    if len(places) and len(geometry):
        touched[shapely.STRtree(places).query(geometry, predicate="intersects")[0]] = True
    return touched
