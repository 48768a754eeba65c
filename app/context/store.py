"""Put the objects of a context file in the place of what its dataset held before."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import timedelta
from uuid import UUID, uuid5

import orjson
from psycopg import sql
from pyproj import CRS
from sqlalchemy import Connection

from app.context.geojson import told
from app.context.rows import ContextRows
from app.kit.copying import copy_rows, raw
from app.projects.shapes import ewkb
from spatial.context import ContextLayer
from spatial.crs import transform
from spatial.period import EPOCH, NO_DAY

NAMESPACE = UUID("6f1c1b0e-6c0e-5f5c-9a61-636f6e746578")
STAGED = "staged_context_objects"
MANY = 10_000
"""After so many changes the planner is told at once what the table now holds."""
COLUMNS = (
    "id",
    "reference",
    "name",
    "attributes",
    "period",
    "geometry",
    "geometry_4326",
)
_MAKE = """CREATE TEMP TABLE staged_context_objects ON COMMIT DROP AS
SELECT id, reference, name, attributes, period, geometry, geometry_4326
FROM context_objects WITH NO DATA"""
_OF_DATASET = """layer = %(layer)s AND organisation_id = %(organisation_id)s
    AND dataset = %(dataset)s"""
_GONE = f"""DELETE FROM context_objects c WHERE {_OF_DATASET}
    AND NOT EXISTS (SELECT FROM staged_context_objects s WHERE s.id = c.id)"""  # noqa: S608  constants
_CHANGED = """UPDATE context_objects c SET name = s.name, attributes = s.attributes,
    period = s.period, visibility = %(visibility)s, geometry = s.geometry,
    geometry_4326 = s.geometry_4326, version = c.version + 1, load_id = %(load_id)s,
    updated_at = now()
FROM staged_context_objects s WHERE s.id = c.id AND (
    (c.name, c.attributes, c.period, c.visibility)
        IS DISTINCT FROM (s.name, s.attributes, s.period, %(visibility)s)
    OR ST_AsBinary(c.geometry) IS DISTINCT FROM ST_AsBinary(s.geometry))"""
_NEW = """INSERT INTO context_objects (id, layer, organisation_id, dataset, reference, name,
    attributes, period, visibility, load_id, geometry, geometry_4326)
SELECT s.id, %(layer)s, %(organisation_id)s, %(dataset)s, s.reference, s.name, s.attributes,
    s.period, %(visibility)s, %(load_id)s, s.geometry, s.geometry_4326
FROM staged_context_objects s
WHERE NOT EXISTS (SELECT FROM context_objects c WHERE c.id = s.id)"""


def store(
    connection: Connection,
    layer: ContextLayer,
    rows: ContextRows,
    parameters: Mapping[str, object],
    storage_crs: int,
) -> dict[str, int]:
    """Write what is new or differs, delete what the file does not hold; how many of each.

    ``parameters`` names layer, organisation_id, dataset, visibility, load_id.
    """
    cursor = raw(connection).cursor()
    cursor.execute(_MAKE)
    copy_rows(connection, STAGED, COLUMNS, _lines(layer, rows, parameters, storage_crs))
    # without an index a plan that expects few rows compares every row with every other
    cursor.execute(sql.SQL("ALTER TABLE {} ADD PRIMARY KEY (id)").format(sql.Identifier(STAGED)))
    cursor.execute(sql.SQL("ANALYZE {}").format(sql.Identifier(STAGED)))
    told = dict(parameters)
    counts = {}
    for name, statement in (("withdrawn", _GONE), ("changed", _CHANGED), ("new", _NEW)):
        cursor.execute(statement, told)
        counts[name] = cursor.rowcount
    cursor.execute(sql.SQL("DROP TABLE {}").format(sql.Identifier(STAGED)))
    if counts["withdrawn"] + counts["changed"] + counts["new"] > MANY:
        cursor.execute("ANALYZE context_objects")
    counts["unchanged"] = len(rows) - counts["changed"] - counts["new"]
    counts["stored"] = len(rows)
    return counts


def _lines(
    layer: ContextLayer, rows: ContextRows, parameters: Mapping[str, object], storage_crs: int
) -> Iterator[tuple[object, ...]]:
    served = transform(rows.geometry, CRS.from_epsg(storage_crs), CRS.from_epsg(4326))
    prefix = "|".join(str(parameters[n]) for n in ("layer", "organisation_id", "dataset"))
    return zip(
        [str(uuid5(NAMESPACE, f"{prefix}|{r}")) for r in rows.reference.tolist()],
        rows.reference.tolist(),
        rows.name.tolist(),
        _attributes(layer, rows),
        _periods(rows),
        ewkb(rows.geometry, storage_crs).tolist(),
        ewkb(served, 4326).tolist(),
        strict=True,
    )


def _periods(rows: ContextRows) -> Iterator[str | None]:
    for start, end in zip(rows.start.tolist(), rows.end.tolist(), strict=True):
        if start == NO_DAY and end == NO_DAY:
            yield None
        else:
            yield f"[{_day(start) or ''},{_day(end) or ''})"


def _day(number: int) -> str | None:
    return None if number == NO_DAY else (EPOCH + timedelta(days=number)).isoformat()


def _attributes(layer: ContextLayer, rows: ContextRows) -> Iterator[str]:
    """The fields that are given, as JSON text."""
    fields = [f for f in layer.fields if not f.computed]
    names = [f.name for f in fields]
    columns = [told(f, rows.columns[f.name]) for f in fields]
    for values in zip(*columns, strict=True) if columns else iter([()] * len(rows)):
        given = {n: v for n, v in zip(names, values, strict=True) if v is not None}
        yield orjson.dumps(given).decode()
