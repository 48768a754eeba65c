"""Works that two datasets both hold: shown, and detected once.

A work is likely the double of another of the same owner in another dataset
when at least 80% of its footprint lies in the other's and their periods
overlap. What the owner delivered itself counts before what others report of
it, and of two alike the one stored first.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import numpy as np
import shapely
from sqlalchemy import ARRAY, Connection, LargeBinary, Row, Text, bindparam, func, select, update

from app.projects.shapes import ewkb, objects
from app.projects.stored import among, geometries
from app.projects.write import WorkChange
from app.tables import datasets, projects, works

LEAST_SHARE = 0.8
_LIMIT_REPORTED = 200
WIDEST_M = 10.0
"""No footprint reaches further than this from what was drawn."""


@dataclass(frozen=True, slots=True)
class Double:
    """A work that no longer counts, and the one that counts instead."""

    work_id: UUID
    counts_instead: UUID
    title: str


def mark_doubles(
    connection: Connection, changes: Sequence[WorkChange], storage_crs: int
) -> tuple[list[Double], set[UUID]]:
    """Decide anew for changed works, which are written already, and all that may be their doubles.

    Returns the doubles found, and the ids of works for which the answer
    turned, whose findings must be looked at again.
    """
    work_ids = [c.id for c in changes]
    work_ids += _hidden_where_it_was(connection, changes, storage_crs)
    pairs = _candidates(connection, work_ids)
    hidden = _hidden(pairs)
    concerned = {r.id for r in pairs} | set(work_ids)
    standing = {
        r.id: r.counts
        for r in connection.execute(
            select(works.c.id, works.c.counts).where(among(works.c.id, sorted(concerned)))
        )
    }
    turned = {id_ for id_, counts in standing.items() if counts == (id_ in hidden)}
    if turned:
        connection.execute(
            update(works).where(among(works.c.id, sorted(turned))).values(counts=~works.c.counts)
        )
    return list(hidden.values())[:_LIMIT_REPORTED], turned


def _hidden_where_it_was(
    connection: Connection, changes: Sequence[WorkChange], storage_crs: int
) -> list[UUID]:
    """Works that do not count, near where a changed work was before: it may have hidden them."""
    was = objects([c.old_geometry for c in changes if c.old_geometry is not None])
    if not len(was):
        return []
    west, south, east, north = shapely.bounds(was).T
    boxes = shapely.box(west - WIDEST_M, south - WIDEST_M, east + WIDEST_M, north + WIDEST_M)
    texts = bindparam("boxes", ewkb(boxes, storage_crs).tolist(), ARRAY(Text))
    box = func.unnest(texts).column_valued("box")
    near = works.c.footprint.bool_op("&&")(func.ST_GeomFromEWKB(func.decode(box, "hex")))
    # the index holds works that are not withdrawn; without that clause all works are read
    hidden = (near, ~works.c.counts, ~works.c.withdrawn)
    return list(connection.scalars(select(works.c.id).distinct().where(*hidden)))


def _candidates(connection: Connection, work_ids: Sequence[UUID]) -> Sequence[Row[Any]]:
    """Pairs of one owner in two datasets that touch in box and period, both ways round.

    The neighbours of the changed works are found first, then the neighbours of
    those: a work may be hidden by one that did not change.
    """
    near = _pairs(connection, work_ids)
    others = sorted({r.other_id for r in near} - set(work_ids))
    return [*near, *(_pairs(connection, others) if others else [])]


def _pairs(connection: Connection, work_ids: Sequence[UUID]) -> Sequence[Row[Any]]:
    a, b = works.alias("a"), works.alias("b")
    pa, pb = projects.alias("pa"), projects.alias("pb")
    da, db = datasets.alias("da"), datasets.alias("db")
    query = (
        select(
            a.c.id,
            a.c.title,
            b.c.id.label("other_id"),
            (da.c.organisation_id == a.c.organisation_id).label("own"),
            (db.c.organisation_id == b.c.organisation_id).label("other_own"),
            a.c.key,
            b.c.key.label("other_key"),
            func.ST_AsBinary(a.c.footprint, type_=LargeBinary).label("footprint"),
            func.ST_AsBinary(b.c.footprint, type_=LargeBinary).label("other_footprint"),
        )
        .select_from(a)
        .join(pa, pa.c.id == a.c.project_id)
        .join(da, da.c.id == pa.c.dataset_id)
        .join(
            b,
            b.c.footprint.bool_op("&&")(a.c.footprint)
            & b.c.period.bool_op("&&")(a.c.period)
            & (b.c.organisation_id == a.c.organisation_id)
            & (b.c.id != a.c.id),
        )
        .join(pb, pb.c.id == b.c.project_id)
        .join(db, db.c.id == pb.c.dataset_id)
        .where(
            among(a.c.id, work_ids),
            ~a.c.withdrawn,
            ~b.c.withdrawn,
            pa.c.dataset_id != pb.c.dataset_id,
        )
    )
    return connection.execute(query).all()


def _hidden(pairs: Sequence[Row[Any]]) -> dict[UUID, Double]:
    if not pairs:
        return {}
    rows = [r for r in pairs if _before((r.other_own, r.other_key), (r.own, r.key))]
    if not rows:
        return {}
    mine = geometries(r.footprint for r in rows)
    theirs = geometries(r.other_footprint for r in rows)
    share = shapely.area(shapely.intersection(mine, theirs)) / shapely.area(mine)
    return {
        rows[k].id: Double(rows[k].id, rows[k].other_id, rows[k].title)
        for k in np.flatnonzero(share >= LEAST_SHARE)
    }


def _before(a: tuple[bool, int], b: tuple[bool, int]) -> bool:
    """Whether a counts before b: delivered by its owner, then stored first.

    >>> _before((True, 9), (False, 1)), _before((False, 9), (False, 1))
    (True, False)
    """
    return (not a[0], a[1]) < (not b[0], b[1])
