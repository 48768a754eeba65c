"""Puts generated works straight into the tables, a million in about a minute."""

from __future__ import annotations

from collections.abc import Iterator
from uuid import UUID

import numpy as np
import shapely
from sqlalchemy import Connection, Engine, text

from spatial.crs import transform
from spatial.period import day
from spatial.vocabulary import (
    ACTIVITY,
    COMMITMENT,
    EXCAVATION,
    FACILITY,
    PLANNING_STATUS,
    PRECISION,
    ROAD_IMPACT,
    Vocabulary,
)
from spatial.work import Codes, Objects, Works

CHUNK = 50_000
WORK_COLUMNS = (
    "id project_id organisation_id part title facility activity excavation road_impact "
    "planning_status commitment visibility period precision geometry footprint geometry_4326 "
    "footprint_4326"
)


def _hex(shapes: Objects, srid: int) -> list[str]:
    return shapely.to_wkb(shapely.set_srid(shapes, srid), hex=True, include_srid=True).tolist()


def _words(vocabulary: Vocabulary, codes: Codes) -> list[str]:
    return np.array(vocabulary.ids, dtype=object)[codes].tolist()


def _uuid(kind: int, number: int) -> str:
    """The same id for the same number in every run."""
    return str(UUID(int=(kind << 64) | (number + 1), version=4))


def _copy(connection: Connection, table: str, columns: str, lines: Iterator[str]) -> None:
    driver = connection.connection.driver_connection
    names = columns.replace(" ", ", ")
    with driver.cursor() as cursor, cursor.copy(f"COPY {table} ({names}) FROM STDIN") as copy:
        block: list[str] = []
        for line in lines:
            block.append(line)
            if len(block) == 2_000:
                copy.write("\n".join(block) + "\n")
                block = []
        if block:
            copy.write("\n".join(block) + "\n")


def _owners(connection: Connection, works: Works) -> None:
    numbers = np.unique(works.organisation).tolist()
    _copy(
        connection,
        "organisations",
        "id slug name kind",
        (f"{_uuid(1, o)}\tbench-{o}\tOrganisation {o}\tnetwork_operator" for o in numbers),
    )
    _copy(
        connection,
        "datasets",
        "id organisation_id",
        (f"{_uuid(2, o)}\t{_uuid(1, o)}" for o in numbers),
    )
    # a project belongs to the owner of its first work, and so do all its works
    projects, first = np.unique(works.project, return_index=True)
    owners = works.organisation[first]
    _copy(
        connection,
        "projects",
        "id dataset_id organisation_id reference title",
        (
            f"{_uuid(3, p)}\t{_uuid(2, o)}\t{_uuid(1, o)}\tP{p}\tProject {p}"
            for p, o in zip(projects.tolist(), owners.tolist(), strict=True)
        ),
    )


def _lines(works: Works, srid: int) -> Iterator[str]:
    words = [
        _words(FACILITY, works.facility),
        _words(ACTIVITY, works.activity),
        _words(EXCAVATION, works.excavation),
        _words(ROAD_IMPACT, works.road_impact),
        _words(PLANNING_STATUS, works.planning_status),
        _words(COMMITMENT, works.commitment),
        ["public"] * len(works),
    ]
    periods = [
        f"[{day(a)},{day(b)})"
        for a, b in zip(works.start.tolist(), works.end.tolist(), strict=True)
    ]
    footprints = shapely.multipolygons(works.footprint.reshape(-1, 1))
    shapes = [
        _hex(works.geometry, srid),
        _hex(footprints, srid),
        _hex(transform(works.geometry, srid, 4326), 4326),
        _hex(transform(footprints, srid, 4326), 4326),
    ]
    ids = [str(UUID(bytes=bytes(i))) for i in works.id]
    projects = [_uuid(3, p) for p in works.project.tolist()]
    owners = [_uuid(1, o) for o in works.organisation.tolist()]
    titles = [f"Work {i[:8]}" for i in ids]
    columns = [ids, projects, owners, [""] * len(works), titles, *words, periods]
    columns += [_words(PRECISION, works.precision), *shapes]
    return map("\t".join, zip(*columns, strict=True))


def store(engine: Engine, works: Works, *, srid: int = 28992) -> None:
    """Write works with their organisations and projects into a migrated, empty database.

    All works of a project get the owner of its first work. The index is left
    out of the load and built after it.
    """
    first = np.unique(works.project, return_index=True, return_inverse=True)
    works = works.with_columns(organisation=works.organisation[first[1]][first[2]])
    with engine.begin() as connection:
        connection.execute(text("DROP INDEX ix_works_footprint_period"))
        _owners(connection, works)
        for begin in range(0, len(works), CHUNK):
            rows = np.arange(begin, min(begin + CHUNK, len(works)))
            _copy(connection, "works", WORK_COLUMNS, _lines(works.take(rows), srid))
        connection.execute(
            text(
                "CREATE INDEX ix_works_footprint_period ON works"
                " USING gist (footprint, period) WHERE NOT withdrawn"
            )
        )
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(text("VACUUM ANALYZE works, projects, organisations"))
