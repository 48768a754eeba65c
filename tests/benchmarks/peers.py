"""Other engines that do the same join: works whose footprints and periods meet.

Each peer is handed the same works, loads them into tables of its own before
the clock starts, and counts the pairs. A peer that cannot run here says why.
"""

from __future__ import annotations

import importlib.util
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from tempfile import TemporaryDirectory
from time import perf_counter
from typing import Any

import geopandas
import numpy as np
import shapely

from tests.benchmarks.generate import Table


@dataclass(frozen=True, slots=True)
class Timed:
    """One measurement: how many pairs, in how many seconds; or why not."""

    name: str
    pairs: int | None
    seconds: float
    note: str = ""


Peer = Callable[[Table, Path], Iterator[Timed]]
JOIN = """
    select count(*) from {table} a join {table} b
    on st_intersects(a.geometry, b.geometry) and {period} and a.id < b.id
"""
DAYS = "a.first_day < b.end_day and b.first_day < a.end_day"


def frame(table: Table) -> geopandas.GeoDataFrame:
    """The works as a table."""
    columns = {
        "id": np.arange(len(table.start)),
        "first_day": table.start,
        "end_day": table.end,
    }
    return geopandas.GeoDataFrame(columns, geometry=table.footprint, crs=28992)


@contextmanager
def clock(into: list[float]) -> Iterator[None]:
    """Append the seconds that the block takes."""
    began = perf_counter()
    yield
    into.append(perf_counter() - began)


def sedona(table: Table, parquet: Path) -> Iterator[Timed]:
    """SedonaDB from a table in memory, and from the GeoParquet file."""
    import sedona.db

    engine = sedona.db.connect()
    engine.create_data_frame(frame(table)).to_memtable().to_view("in_memory")
    engine.read_parquet(str(parquet)).to_view("from_file")
    for name, view in (("SedonaDB", "in_memory"), ("SedonaDB, GeoParquet", "from_file")):
        query = JOIN.format(table=view, period=DAYS)
        took: list[float] = []
        with clock(took):
            pairs = int(engine.sql(query).to_pandas().iloc[0, 0])
        yield Timed(name, pairs, took[0])


def duckdb(table: Table, parquet: Path) -> Iterator[Timed]:
    """DuckDB with its spatial extension, whose join builds an R-tree of its own."""
    import duckdb as engine

    package = importlib.util.find_spec("duckdb_extension_spatial")
    if package is None or not package.submodule_search_locations:
        yield Timed("DuckDB spatial", None, 0.0, "duckdb-extension-spatial is not installed")
        return
    root = Path(next(iter(package.submodule_search_locations)))
    extension = next(root.rglob(f"v{engine.__version__}/spatial.duckdb_extension"), None)
    if extension is None:
        yield Timed("DuckDB spatial", None, 0.0, f"no extension for DuckDB {engine.__version__}")
        return
    connection = engine.connect(config={"allow_unsigned_extensions": "true"})
    connection.load_extension(str(extension))
    works = frame(table)
    plain = works.assign(wkb=shapely.to_wkb(table.footprint)).drop(columns="geometry")
    connection.register("plain", plain)
    connection.execute(
        "create table works as "
        "select id, first_day, end_day, st_geomfromwkb(wkb) as geometry from plain"
    )
    took: list[float] = []
    with clock(took):
        row = connection.execute(JOIN.format(table="works", period=DAYS)).fetchone()
    yield Timed(
        "DuckDB spatial", int(row[0]) if row else None, took[0], f"DuckDB {engine.__version__}"
    )


def postgis(table: Table, _parquet: Path) -> Iterator[Timed]:
    """PostGIS in a private cluster: GiST on (geometry, period), parallel."""
    from app.runtime import running
    from app.settings import read_settings

    with TemporaryDirectory() as home:
        settings = replace(read_settings({}), home=Path(home) / "state", database_url="")
        with running(settings) as runtime, runtime.engine.connect() as connection:
            raw: Any = connection.connection.driver_connection
            raw.autocommit = True
            yield from _postgis(raw, table)


def _postgis(raw: Any, table: Table) -> Iterator[Timed]:
    raw.execute("create table bench (id int, period int4range, geometry geometry(polygon, 28992))")
    wkb = shapely.to_wkb(shapely.set_srid(table.footprint, 28992), hex=True, include_srid=True)
    rows = zip(wkb.tolist(), table.start.tolist(), table.end.tolist(), strict=True)
    with raw.cursor() as cursor, cursor.copy("copy bench from stdin") as copy:
        for n, (shape, first, end) in enumerate(rows):
            copy.write(f"{n}\t[{first},{end})\t{shape}\n")
    for setting in (
        "max_parallel_workers_per_gather = 2",
        "parallel_setup_cost = 0",
        "parallel_tuple_cost = 0",
        "min_parallel_table_scan_size = 0",
        "work_mem = '256MB'",
        "maintenance_work_mem = '1GB'",
        "jit = off",
    ):
        raw.execute(f"set {setting}")
    took: list[float] = []
    with clock(took):
        raw.execute("create index on bench using gist (geometry, period)")
    raw.execute("vacuum analyze bench")
    with clock(took):
        pairs = raw.execute(JOIN.format(table="bench", period="a.period && b.period")).fetchone()[0]
    version = raw.execute("select postgis_lib_version()").fetchone()[0]
    yield Timed("PostGIS", pairs, took[1], f"{version}; index built before in {took[0]:.1f} s")


PEERS: dict[str, Peer] = {"sedona": sedona, "duckdb": duckdb, "postgis": postgis}
