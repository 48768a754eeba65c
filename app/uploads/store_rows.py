"""Write the rows of a file to the database, in the caller's transaction."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from uuid import UUID

from sqlalchemy import Connection, text

from app.organisations.spellings import Owner, resolve
from app.projects.doubles import mark_doubles
from app.projects.stored import among, read_projects, read_works, with_references
from app.projects.write import write
from app.tables import works
from app.uploads import faults
from app.uploads.compare import Changes, compare
from app.uploads.identity import Identified, identify
from app.uploads.reading import Contents
from app.uploads.report import Report
from app.uploads.rows import Rows
from app.uploads.target import Target
from app.uploads.withdraw import withdraw_missing
from app.uploads.zones import write_diversions, write_zones

MANY = 1_000
"""From this many new works on the planner is told that the tables grew."""


@dataclass
class Stored:
    """What was written: the works whose findings may differ, and whether anything changed."""

    works: set[UUID] = field(default_factory=set)
    anything: bool = False


def store_rows(
    connection: Connection, contents: Contents, target: Target, report: Report
) -> Stored:
    """Write works, zones and diversions, and put into the report what happened."""
    did = Stored()
    rows = contents.rows.get("works")
    if rows is not None:
        _store_works(connection, rows, target, report, did)
    zones = contents.rows.get("constraints")
    if zones is not None:
        with report.timed("write"):
            did.anything |= write_zones(connection, zones, target, report)
    diversions = contents.rows.get("diversions")
    if diversions is not None:
        with report.timed("write"):
            did.anything |= write_diversions(connection, diversions, target, report)
    return did


def _store_works(
    connection: Connection, rows: Rows, target: Target, report: Report, did: Stored
) -> None:
    with report.timed("compare"):
        names = [n for n in rows.texts["organisation"] if n is not None]
        owners = resolve(connection, names, target.organisation_id)
        file = identify(
            rows,
            {name: owner.id for name, owner in owners.items()},
            target.organisation_id,
            target.options.visibility,
        )
        changes = _changes(connection, file, target)
    _tell_owners(rows, owners, report)
    _tell(file, changes, report)
    with report.timed("write"):
        write(
            connection,
            changes.projects,
            changes.works,
            dataset_id=target.dataset_id,
            author=target.author,
            storage_crs=target.settings.storage_crs,
        )
        if changes.counts["new"] >= MANY:
            connection.execute(text("ANALYZE works, projects"))
    with report.timed("doubles"):
        doubles, turned = mark_doubles(connection, changes.works, target.settings.storage_crs)
    report.doubles = [
        {"work": str(d.work_id), "counts_instead": str(d.counts_instead), "title": d.title}
        for d in doubles
    ]
    did.works = {w.id for w in changes.works} | turned
    did.anything = bool(changes.works or changes.projects)


def _changes(connection: Connection, file: Identified, target: Target) -> Changes:
    stored = read_projects(connection, with_references(target.dataset_id, file.references))
    standing = read_works(connection, among(works.c.project_id, stored.id))
    changes = compare(file, stored, standing, complete=target.options.complete)
    if target.options.complete:
        confirmed = target.options.yes or target.options.dry_run
        withdraw_missing(connection, target.dataset_id, changes, confirmed=confirmed)
    return changes


def _tell(file: Identified, changes: Changes, report: Report) -> None:
    report.add(file.faults)
    report.add(changes.faults)
    counts = report.counts
    for name in ("new", "changed", "unchanged", "restored", "withdrawn"):
        counts[name] += changes.counts[name]
    counts["stored"] += len(file.rows)
    counts["repeated"] += file.repeated
    counts["refused"] += file.refused
    counts["projects"] += len(changes.kept_projects)


def _tell_owners(rows: Rows, owners: dict[str, Owner], report: Report) -> None:
    works_of = Counter(n for n in rows.texts["organisation"] if n is not None)
    spellings: dict[UUID, list[str]] = {}
    for spelling, owner in owners.items():
        spellings.setdefault(owner.id, []).append(spelling)
    for owner in {o.id: o for o in owners.values()}.values():
        count = sum(works_of[s] for s in spellings[owner.id])
        report.organisations.append(
            {
                "id": str(owner.id),
                "slug": owner.slug,
                "name": owner.name,
                "spellings": spellings[owner.id],
                "works": count,
                "is_new": owner.is_new,
                "is_collective": owner.is_collective,
            }
        )
        if owner.is_collective:
            report.add([faults.collective_name(owner.name, count)])
