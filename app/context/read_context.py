"""Context out of the database as columns, a street network in a second or two.

One ``COPY ... (FORMAT BINARY)`` per layer brings its objects; what varies in
size is cut out for all rows of a slab at once, and the attributes of a slab are
parsed as one JSON array.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Any
from uuid import UUID

import numpy as np
import orjson
import shapely
from numpy.typing import NDArray
from sqlalchemy import Connection, select

from app.context.loaded import known_layers
from app.context.sources import source_of
from app.findings.binary import fixed, record, slabs, varying
from app.tables import organisations
from spatial.context import (
    DTYPES,
    EMPTY,
    Context,
    ContextField,
    ContextLayer,
    ContextObjects,
    context_layer,
    context_layers,
)
from spatial.period import NO_DAY
from spatial.work import Objects

SLAB = 50_000
FIXED = (
    ("id", "V16", "c.id"),
    ("key", ">i8", "c.key"),
    ("organisation_id", "V16", "c.organisation_id"),
    (
        "visibility",
        ">i4",
        "CASE c.visibility WHEN 'public' THEN 0 WHEN 'partners' THEN 1 ELSE 2 END",
    ),
    ("start", ">i4", f"coalesce(lower(c.period) - date '1970-01-01', {NO_DAY})"),
    ("end", ">i4", f"coalesce(upper(c.period) - date '1970-01-01', {NO_DAY})"),
)
VARYING = (("name", "c.name"), ("attributes", "c.attributes::text"), ("geometry", "c.geometry"))
RECORD = record(FIXED)
NEAR = """c.geometry && ST_MakeEnvelope(%(west)s, %(south)s, %(east)s, %(north)s,
    (SELECT value::int FROM deployment WHERE name = 'storage_crs'))"""

Box = tuple[float, float, float, float]


def read_context(
    connection: Connection,
    layers: Collection[str] | None = None,
    *,
    near: Box | None = None,
    ids: Collection[UUID] | None = None,
) -> Context:
    """Objects of the layers that are loaded, as columns in the order of their keys.

    Parameters
    ----------
    layers : only these; all where ``None``. KeyError where there is no such layer
    near : west, south, east, north in the storage CRS; only objects whose box
        meets it. Tables without places are read whole
    ids : only these objects

    A layer of which nothing was ever loaded is left out; one that is loaded
    and has nothing here is an empty table.
    """
    wanted = context_layers() if layers is None else [context_layer(i) for i in sorted(layers)]
    known = known_layers(connection)
    keys = _organisation_keys(connection)
    found = {}
    for layer in wanted:
        if layer.id in known:
            found[layer.id] = _read(connection, layer, keys, near=near, ids=ids)
    return found


def _organisation_keys(connection: Connection) -> dict[str, int]:
    c = organisations.c
    return dict(connection.execute(select(c.slug, c.key)).all())


def _read(
    connection: Connection,
    layer: ContextLayer,
    keys: dict[str, int],
    *,
    near: Box | None,
    ids: Collection[UUID] | None,
) -> ContextObjects:
    parameters: dict[str, object] = {"layer": layer.id}
    clauses = []
    if near is not None and layer.shape != "none":
        clauses.append(NEAR)
        parameters |= zip(("west", "south", "east", "north"), map(float, near), strict=True)
    if ids is not None:
        clauses.append("c.id = ANY(%(ids)s)")
        parameters["ids"] = list(ids)
    fields = ", ".join([sql for *_, sql in FIXED] + [sql for _, sql in VARYING])
    query = (
        f"SELECT {fields} FROM ({source_of(layer.id)}) AS c "  # noqa: S608  constants of this package, values are bound
        f"WHERE {' AND '.join(clauses) or 'true'}"
    )
    heads: list[NDArray[np.void]] = []
    names: list[str] = []
    geometries: list[Objects] = []
    attributes: list[dict[str, Any]] = []
    for rows in slabs(connection, query, parameters, SLAB):
        parts = varying(rows, RECORD, [name for name, _ in VARYING])
        heads.append(fixed(rows, RECORD))
        names += [n.decode() for n in parts["name"]]
        attributes += orjson.loads(b"[" + b",".join(parts["attributes"]) + b"]")
        geometries.append(shapely.from_wkb([g or None for g in parts["geometry"]]))
    table = np.concatenate(heads)
    found = ContextObjects(
        layer.id,
        np.ascontiguousarray(table["id"]),
        _objects(names),
        np.concatenate(geometries),
        table["start"].astype(np.int32),
        table["end"].astype(np.int32),
        {f.name: _column(f, attributes, keys) for f in layer.fields},
        visibility=table["visibility"].astype(np.int8),
        organisation_id=np.ascontiguousarray(table["organisation_id"]),
    )
    if (table["key"][1:] > table["key"][:-1]).all():
        return found
    return found.take(np.lexsort((table["start"], table["key"])))


def _objects(values: Sequence[object]) -> Objects:
    column: Objects = np.empty(len(values), dtype=object)
    column[:] = values
    return column


def _column(
    field: ContextField, attributes: list[dict[str, Any]], keys: dict[str, int]
) -> NDArray[Any]:
    """The values of a field in the dtype of its type."""
    if field.name == "organisation_key":
        found = [keys.get(a.get("organisation", ""), -1) for a in attributes]
        return np.array(found, dtype=np.int64)
    empty = EMPTY[field.type]
    if field.type == "day":
        days = np.array([a.get(field.name, "NaT") for a in attributes], dtype="datetime64[D]")
        numbers: NDArray[np.int32] = np.where(np.isnat(days), NO_DAY, days.astype(np.int64)).astype(
            np.int32
        )
        return numbers
    values = [a.get(field.name, empty) for a in attributes]
    if field.type == "text":
        return _objects(values)
    if field.type == "month_day":
        values = [int(v[:2]) * 100 + int(v[3:]) if isinstance(v, str) else v for v in values]
    return np.array(values, dtype=DTYPES[field.type])
