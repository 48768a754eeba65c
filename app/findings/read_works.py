"""Works out of the database as columns, a million in a few seconds.

One ``COPY ... (FORMAT BINARY)`` brings the rows. Its fixed fields stand first,
so that NumPy reads them as one structured array; the fields of varying length
follow, and their places are computed for all rows of a slab at once. No Python
object is made per value, except geometries and titles.
"""

from __future__ import annotations

from collections.abc import Mapping
from uuid import UUID

import numpy as np
import shapely
from numpy.typing import NDArray
from sqlalchemy import Connection, select

from app.findings.binary import fixed, record, slabs, varying
from app.findings.stored_works import StoredWorks, join_periods
from app.tables import organisations
from spatial import vocabulary
from spatial.period import NO_DAY
from spatial.work import NOBODY, Codes, Flags, Ints, Keys, Objects, ValidPeriods, Works

SLAB = 50_000
"""Rows that are taken apart together; bounds the bytes held beside the columns."""

VOCABULARIES = (
    vocabulary.FACILITY,
    vocabulary.ACTIVITY,
    vocabulary.EXCAVATION,
    vocabulary.ROAD_IMPACT,
    vocabulary.PLANNING_STATUS,
    vocabulary.COMMITMENT,
    vocabulary.PRECISION,
    vocabulary.VISIBILITY,
)

_KINDS = ", ".join(f"'{kind}'" for kind in vocabulary.ORGANISATION_KIND.ids)
_UNKNOWN = vocabulary.ORGANISATION_KIND.code("unknown")
FIXED = (
    ("id", "V16", "w.id"),
    ("key", ">i8", "w.key"),
    ("version", ">i4", "w.version"),
    ("organisation_id", "V16", "w.organisation_id"),
    ("organisation", ">i8", "o.key"),
    (
        "organisation_kind",
        ">i4",
        f"coalesce(array_position(ARRAY[{_KINDS}], o.kind) - 1, {_UNKNOWN})",
    ),
    ("department", ">i8", f"coalesce(d.key, {NOBODY})"),
    ("project", ">i8", "p.key"),
    ("accepted_bundle", ">i8", f"coalesce(b.key, {NOBODY})"),
    ("start", ">i4", "lower(w.period) - date '1970-01-01'"),
    ("end", ">i4", "upper(w.period) - date '1970-01-01'"),
    ("earliest", ">i4", f"coalesce(lower(w.flexibility_window) - date '1970-01-01', {NO_DAY})"),
    ("latest", ">i4", f"coalesce(upper(w.flexibility_window) - date '1970-01-01', {NO_DAY})"),
    ("duration_days", ">i4", "coalesce(w.duration_days, -1)"),
)
VARYING = (
    ("terms", "concat_ws('|', " + ", ".join(f"w.{v.name}" for v in VOCABULARIES) + ")"),
    ("title", "w.title"),
    ("valid_periods", "w.valid_periods"),
    ("geometry", "w.geometry"),
    ("footprint", "w.footprint"),
)
TABLES = """works w
    JOIN projects p ON p.id = w.project_id
    JOIN organisations o ON o.id = w.organisation_id
    LEFT JOIN departments d ON d.id = p.department_id
    LEFT JOIN bundle_works bw ON bw.work_id = w.id AND bw.accepted
    LEFT JOIN bundles b ON b.id = bw.bundle_id"""
TAKES_PART = """NOT w.withdrawn AND w.counts AND w.period IS NOT NULL
    AND NOT lower_inf(w.period) AND NOT upper_inf(w.period)"""
"""Works that detection looks at: not withdrawn, no likely double, with both days known."""

_EPOCH_2000 = 10_957
_RANGE = np.dtype(
    [("size", ">i4"), ("flags", "u1"), ("_", "V4"), ("start", ">i4"), ("__", "V4"), ("end", ">i4")]
)


class _Terms(dict[bytes, int]):
    """Numbers each combination of terms at first sight; few thousand stand for a million works."""

    def __missing__(self, combination: bytes) -> int:
        self[combination] = number = len(self)
        return number

    def table(self) -> Codes:
        """Codes of every combination, one row each in the order of their numbers."""
        rows = [
            [v.code(word) for v, word in zip(VOCABULARIES, text.decode().split("|"), strict=True)]
            for text in self
        ]
        return np.array(rows, dtype=np.int8).reshape(len(self), len(VOCABULARIES))


RECORD = record(FIXED)


def _valid_periods(values: list[bytes]) -> ValidPeriods:
    """Multiranges as ragged columns; one period alone is the hull and is left out."""
    counts = np.array([max(len(v) - 4, 0) // _RANGE.itemsize for v in values], dtype=np.int64)
    counts[counts == 1] = 0
    ranges = np.frombuffer(
        b"".join(values[i][4:] for i in np.flatnonzero(counts).tolist()), dtype=_RANGE
    )
    offsets = np.concatenate(([0], np.cumsum(counts))).astype(np.int64)
    return ValidPeriods(
        offsets,
        ranges["start"].astype(np.int32) + np.int32(_EPOCH_2000),
        ranges["end"].astype(np.int32) + np.int32(_EPOCH_2000),
    )


def read_works(
    connection: Connection, where: str = "true", parameters: Mapping[str, object] | None = None
) -> StoredWorks:
    """The works that take part in detection and satisfy ``where``, in the order of their keys.

    ``where`` is SQL of this package over ``w`` (works), ``p`` (projects), ``o``
    (organisations) and ``d`` (departments), with ``%(name)s`` for values.
    Geometry comes in the storage CRS.
    """
    heads: list[NDArray[np.void]] = []
    combinations = _Terms()
    terms: list[Keys] = []
    titles: list[str] = []
    periods: list[ValidPeriods] = []
    geometries: list[Objects] = []
    footprints: list[Objects] = []
    fields = ", ".join([sql for *_, sql in FIXED] + [sql for _, sql in VARYING])
    query = f"SELECT {fields} FROM {TABLES} WHERE {TAKES_PART} AND ({where})"  # noqa: S608 - constants of this package, values are bound
    for rows in slabs(connection, query, parameters or {}, SLAB):
        parts = varying(rows, RECORD, [name for name, _ in VARYING])
        heads.append(fixed(rows, RECORD))
        terms.append(np.array([combinations[t] for t in parts["terms"]], dtype=np.int64))
        titles += [t.decode() for t in parts["title"]]
        periods.append(_valid_periods(parts["valid_periods"]))
        geometries.append(shapely.from_wkb(parts["geometry"]))
        footprints.append(shapely.from_wkb(parts["footprint"]))
    table = np.concatenate(heads)
    codes = combinations.table()[np.concatenate(terms)]
    stored = _columns(
        table,
        codes,
        periods=join_periods(periods),
        geometry=np.concatenate(geometries),
        footprint=np.concatenate(footprints),
        titles=titles,
    )
    if (stored.key[1:] > stored.key[:-1]).all():
        return stored
    order = np.argsort(stored.key, kind="stable")
    return stored.take(order)


def _columns(
    table: NDArray[np.void],
    codes: Codes,
    *,
    periods: ValidPeriods,
    geometry: Objects,
    footprint: Objects,
    titles: list[str],
) -> StoredWorks:
    def days(name: str) -> Ints:
        return table[name].astype(np.int32)

    def keys(name: str) -> Keys:
        return table[name].astype(np.int64)

    by_name = {v.name: np.ascontiguousarray(codes[:, i]) for i, v in enumerate(VOCABULARIES)}
    visibility = by_name.pop("visibility")
    n = len(table)
    works = Works(
        id=np.ascontiguousarray(table["id"]),
        version=days("version"),
        organisation=keys("organisation"),
        organisation_kind=table["organisation_kind"].astype(np.int8),
        department=keys("department"),
        project=keys("project"),
        accepted_bundle=keys("accepted_bundle"),
        start=days("start"),
        end=days("end"),
        earliest=days("earliest"),
        latest=days("latest"),
        duration_days=days("duration_days"),
        geometry=geometry,
        footprint=footprint,
        valid_periods=periods,
        **by_name,
    )
    title = np.empty(n, dtype=object)
    title[:] = titles
    return StoredWorks(
        works, keys("key"), np.ascontiguousarray(table["organisation_id"]), visibility, title
    )


def read_organisation_names(connection: Connection, ids: NDArray[np.void]) -> dict[bytes, str]:
    """Names of these organisations (``V16``) by the 16 bytes of their id."""
    wanted = [UUID(bytes=i.ljust(16, b"\0")) for i in set(ids.view("S16").tolist())]
    query = select(organisations.c.id, organisations.c.name).where(organisations.c.id.in_(wanted))
    return {key.bytes: name for key, name in connection.execute(query)}


def flags_of(ids: NDArray[np.void], wanted: NDArray[np.void]) -> Flags:
    """Where ``ids`` are among ``wanted``; both ``V16``."""
    return np.isin(ids.view("S16"), wanted.view("S16")) if len(wanted) else np.zeros(len(ids), bool)
