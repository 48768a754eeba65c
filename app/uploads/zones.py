"""Constraint zones and diversions of a file: stored by reference, like projects."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import UTC, datetime
from uuid import UUID, uuid4

import shapely
from pyproj import CRS
from sqlalchemy import ColumnElement, Connection, Table, Text, and_, cast, func, select

from app.kit.copying import copy_rows, update_rows
from app.organisations.spellings import resolve
from app.projects.diversions import follow_projects
from app.projects.facts import Facts, multirange_text, range_text
from app.projects.shapes import ewkb, objects
from app.projects.versions import json_text
from app.tables import constraint_zones, diversions, projects
from app.uploads.faults import Place, no_project, repeated_reference
from app.uploads.report import Report
from app.uploads.rows import Rows, day_columns
from app.uploads.target import Target
from spatial.crs import transform
from spatial.vocabulary import CONSTRAINT_KIND
from spatial.work import Objects

KIND_COLUMNS = ("kind", "soort", "type", "constraint_kind")
_WORDS = {w.casefold(): t.id for t in CONSTRAINT_KIND for w in (t.id, t.nl, t.en)}


@dataclass(frozen=True, slots=True)
class _Kept:
    """A stored zone or diversion, by which upload it became so, and what it was before that."""

    id: UUID
    facts: Facts
    upload_id: UUID | None
    before: list[Facts]


def zone_kind(extra: object, default: str = "other") -> str:
    """The kind of a zone from the columns that fit no field.

    >>> zone_kind({"Soort": "Evenement"}), zone_kind({})
    ('event', 'other')
    """
    named = {str(k).casefold(): v for k, v in extra.items()} if isinstance(extra, dict) else {}
    words = (str(named[c]).strip().casefold() for c in KIND_COLUMNS if named.get(c))
    return next((_WORDS[w] for w in words if w in _WORDS), default)


def write_zones(connection: Connection, rows: Rows, target: Target, report: Report) -> bool:
    """Store the constraint zones of a file; whether anything changed."""
    storage = target.settings.storage_crs
    owners = _owners(connection, rows, target)
    shape = _polygons(rows)
    geometry = ewkb(shape, storage)
    served = ewkb(transform(shape, CRS.from_epsg(storage), CRS.from_epsg(4326)), 4326)
    days = day_columns(rows)
    wanted: dict[str, Facts] = {}
    for i in range(len(rows)):
        title = str(rows.texts["title"][i] or "")
        reference = str(rows.texts["reference"][i] or _digest(title, geometry[i]))
        if reference in wanted:
            _tell_repeated(rows, i, reference, report)
            continue
        wanted[reference] = {
            "organisation_id": owners[i],
            "kind": zone_kind(rows.extra[i]),
            "title": title,
            "description": rows.texts["description"][i],
            "period": range_text(days["start"][i], days["end"][i]),
            "valid_periods": multirange_text(rows.periods[i]),
            "visibility": rows.terms["visibility"][i] or target.options.visibility,
            "withdrawn": False,
            "geometry": geometry[i],
            "geometry_4326": served[i],
        }
    report.counts["constraints"] += len(wanted)
    parents = dict.fromkeys(wanted, target.dataset_id)
    if target.options.complete:
        gone = _missing(connection, target.dataset_id, wanted)
        report.counts["withdrawn"] += len(gone)
        wanted |= gone
    return _write(connection, constraint_zones, parents, wanted, target)


def _missing(
    connection: Connection, dataset_id: UUID, wanted: dict[str, Facts]
) -> dict[str, Facts]:
    """The standing zones of a dataset that a complete file does not hold, as withdrawn."""
    c = constraint_zones.c
    where = (c.dataset_id == dataset_id) & ~c.withdrawn & c.reference.not_in(wanted)
    standing = _stored(connection, constraint_zones, where, next(iter(wanted.values())))
    return {reference: {**kept.facts, "withdrawn": True} for reference, kept in standing.items()}


def write_diversions(connection: Connection, rows: Rows, target: Target, report: Report) -> bool:
    """Store the diversions of a file with the projects they belong to; whether anything changed.

    A diversion whose project is not stored is not stored either; the report
    counts it as refused.
    """
    storage = target.settings.storage_crs
    projects_of = _projects_of(connection, rows, target)
    geometry = ewkb(rows.geometry, storage)
    served = ewkb(transform(rows.geometry, CRS.from_epsg(storage), CRS.from_epsg(4326)), 4326)
    days = day_columns(rows)
    wanted: dict[str, Facts] = {}
    parents: dict[str, UUID] = {}
    for i in range(len(rows)):
        of_project = str(rows.texts["reference"][i])
        project = projects_of.get(of_project)
        if project is None:
            report.counts["refused"] += 1
            report.add([no_project(Place(str(rows.layer[i]), int(rows.row[i])), of_project)])
            continue
        title = str(rows.texts["title"][i] or "")
        reference = str(rows.texts["part"][i] or _digest(title, geometry[i]))
        if reference in wanted:
            _tell_repeated(rows, i, reference, report)
            continue
        parents[reference] = project[0]
        wanted[reference] = {
            "organisation_id": project[1],
            "title": title,
            "period": range_text(days["start"][i], days["end"][i]),
            "valid_periods": multirange_text(rows.periods[i]),
            "visibility": rows.terms["visibility"][i] or target.options.visibility,
            "withdrawn": False,
            "geometry": geometry[i],
            "geometry_4326": served[i],
        }
    report.counts["diversions"] += len(wanted)
    did = _write(connection, diversions, parents, wanted, target)
    follow_projects(connection, set(parents.values()))
    return did


def _tell_repeated(rows: Rows, i: int, reference: str, report: Report) -> None:
    report.counts["repeated"] += 1
    report.add([repeated_reference(Place(str(rows.layer[i]), int(rows.row[i])), reference)])


def _owners(connection: Connection, rows: Rows, target: Target) -> list[str]:
    names = rows.texts["organisation"]
    known = resolve(connection, [n for n in names if n is not None], target.organisation_id)
    return [str(target.organisation_id if n is None else known[n].id) for n in names]


def _projects_of(connection: Connection, rows: Rows, target: Target) -> dict[str, tuple[UUID, str]]:
    c = projects.c
    query = select(c.reference, c.id, c.organisation_id).where(
        c.dataset_id == target.dataset_id, c.reference.in_(set(rows.texts["reference"]))
    )
    return {r.reference: (r.id, str(r.organisation_id)) for r in connection.execute(query)}


def _polygons(rows: Rows) -> Objects:
    """Zones as multipolygons: as drawn, or the footprint of what has no area."""
    flat = shapely.get_dimensions(rows.geometry) == 2  # noqa: PLR2004  # a surface
    shapes = [g if f else p for g, p, f in zip(rows.geometry, rows.footprint, flat, strict=True)]
    return objects(
        [g if g.geom_type == "MultiPolygon" else shapely.multipolygons([g]) for g in shapes]
    )


def _digest(title: str, geometry: object) -> str:
    return "auto-" + hashlib.sha256(f"{title}\x1f{geometry}".encode()).hexdigest()[:20]


def _stored(
    connection: Connection,
    table: Table,
    where: ColumnElement[bool],
    like: Facts,
) -> dict[str, _Kept]:
    """What is stored, by reference, with the facts that ``like`` has."""
    names = [n for n in like if not n.startswith("geometry")]
    c = table.c
    query = select(
        c.id,
        c.reference,
        *[cast(c[n], Text).label(n) if n != "withdrawn" else _withdrawn(table) for n in names],
        c.upload_id,
        c.before,
        func.encode(func.ST_AsEWKB(c.geometry), "hex").label("geometry"),
        func.encode(func.ST_AsEWKB(c.geometry_4326), "hex").label("geometry_4326"),
    ).where(where)
    found: dict[str, _Kept] = {}
    for r in connection.execute(query):
        facts: Facts = {n: getattr(r, n) for n in names}
        facts["geometry"] = r.geometry.upper() if r.geometry else None
        facts["geometry_4326"] = r.geometry_4326.upper() if r.geometry_4326 else None
        found[r.reference] = _Kept(r.id, facts, r.upload_id, r.before or [])
    return found


def _withdrawn(table: Table) -> ColumnElement[bool]:
    """Withdrawn for itself, not because its project is."""
    c = table.c
    if "withdrawn_with_project" not in c:
        return c.withdrawn
    return and_(c.withdrawn, ~c.withdrawn_with_project).label("withdrawn")


def _write(
    connection: Connection,
    table: Table,
    parents: dict[str, UUID],
    wanted: dict[str, Facts],
    target: Target,
) -> bool:
    """Write what is new or differs from what is stored under the same parent and reference."""
    if not wanted:
        return False
    parent = "dataset_id" if table is constraint_zones else "project_id"
    under = table.c[parent].in_(set(parents.values())) & table.c.reference.in_(wanted)
    stored = _stored(connection, table, under, next(iter(wanted.values())))
    now, upload = datetime.now(UTC).isoformat(), str(target.author.upload_id)
    names = list(next(iter(wanted.values())))
    columns = ("id", *names, "upload_id", "updated_at", "before")
    new, changed = [], []
    for reference, facts in wanted.items():
        known = stored.get(reference)
        values = [facts[n] for n in names]
        if known is None:
            line = (str(uuid4()), *values, upload, now, None)
            new.append((*line, str(parents[reference]), reference))
        elif known.facts != facts:
            was = {**known.facts, "upload_id": known.upload_id}
            before = json_text([was, *known.before])
            changed.append((str(known.id), *values, upload, now, before))
    copy_rows(connection, table.name, (*columns, parent, "reference"), new)
    update_rows(connection, table.name, columns, changed)
    return bool(new or changed)
