"""``./run bench tiles``: vector tiles with and without cache, beside what others do.

    ./run bench tiles [--works N] [--seconds S] [--zooms 11,13,14,16] [--seed N]

N generated works in a private cluster; ``kansenkaart serve`` on it once without
and once with its cache of tiles, 8 connections. Peers, with the same attributes of
the same footprints: the statement of martin and pg_tileserv (one ST_AsMVT a tile)
on 8 database connections without any HTTP, on geometry in RD as it is stored and on
a table with geometry in Web Mercator and an index on it; tipg, where it is installed,
over HTTP on that last table. docs/benchmarks.md.
"""

from __future__ import annotations

import argparse
import asyncio
import importlib.util
import os
import statistics
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from itertools import cycle
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from urllib.parse import quote

import psycopg
from rich.console import Console
from rich.table import Table
from sqlalchemy import Engine, make_url, text

from app.tiles.grid import WEB_MERCATOR_QUAD, Tile
from spatial.crs import transform_bounds
from tests.benchmarks import generate
from tests.benchmarks.store_works import store
from tests.benchmarks.upload import Service, free_port, wait_until_ready

CONNECTIONS = 8
ATTRIBUTES = (
    "id::text as id, title, facility, activity, excavation, planning_status, commitment, "
    "road_impact, visibility, lower(period)::text as first_day, (upper(period) - 1)::text as last_day"
)
PEER_TABLES = f"""
    create table peer_rd as select key, {ATTRIBUTES}, footprint as geom from works;
    create table peer_mercator as
        select key, {ATTRIBUTES},
        st_transform(footprint_4326, 3857)::geometry(multipolygon, 3857) as geom from works;
    alter table peer_rd add primary key (key);
    alter table peer_mercator add primary key (key);
    create index on peer_rd using gist (geom);
    create index on peer_mercator using gist (geom);
"""
COLUMNS = (
    "key, id, title, facility, activity, excavation, planning_status, commitment, road_impact, "
    "visibility, first_day, last_day"
)
PEER_TILE = """
    select st_asmvt(t, 'works', 4096, 'geom', 'key') from (
        select st_asmvtgeom({geom}, st_tileenvelope(%(z)s, %(x)s, %(y)s), 4096, 64, true) as geom,
        {columns}
        from {table}
        where geom && {box}
    ) t where geom is not null
"""
ENVELOPE = "st_tileenvelope(%(z)s, %(x)s, %(y)s, margin => 64.0 / 4096)"
PEERS = {
    "ST_AsMVT, transformed from RD": PEER_TILE.format(
        geom="st_transform(geom, 3857)", columns=COLUMNS, table="peer_rd",
        box=f"st_transform({ENVELOPE}, 28992)",
    ),
    "ST_AsMVT, stored Web Mercator": PEER_TILE.format(
        geom="geom", columns=COLUMNS, table="peer_mercator", box=ENVELOPE
    ),
}  # fmt: skip


@dataclass(frozen=True)
class Rate:
    """Tiles a second, and the mean size of one as it was sent."""

    per_second: float
    kilobytes: float


def tiles_of(engine: Engine, zoom: int) -> list[Tile]:
    """The tiles of a zoom that hold works: at most 400 of them, from the middle outwards."""
    with engine.connect() as connection:
        box = connection.execute(
            text(
                "select st_xmin(e), st_ymin(e), st_xmax(e), st_ymax(e) "
                "from (select st_extent(footprint) e from works) t"
            )
        ).one()
    west, south, east, north = transform_bounds(tuple(box), 28992, 3857)
    grid = WEB_MERCATOR_QUAD
    side = grid.side / 2**zoom
    columns = range(int((west - grid.west) / side), int((east - grid.west) / side) + 1)
    rows = range(int((grid.north - north) / side), int((grid.north - south) / side) + 1)
    found = [Tile(grid, zoom, row, column) for row in rows for column in columns]
    middle = (sum(rows) / len(rows), sum(columns) / len(columns))
    found.sort(key=lambda t: abs(t.row - middle[0]) + abs(t.column - middle[1]))
    return found[:400]


async def _ask(port: int, paths: Iterator[str], until: float, sizes: list[int]) -> None:
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    while time.perf_counter() < until:
        writer.write(
            f"GET {next(paths)} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\n"
            "Accept-Encoding: gzip\r\n\r\n".encode()
        )
        head = (await reader.readuntil(b"\r\n\r\n")).decode().lower()
        status = int(head.split(" ", 2)[1])
        if status not in {200, 204}:
            msg = f"{status}: {head}"
            raise RuntimeError(msg)
        length = 0
        if "content-length:" in head:
            length = int(head.split("content-length:")[1].split("\r\n")[0])
            await reader.readexactly(length)
        elif "transfer-encoding: chunked" in head:
            while size := int(await reader.readuntil(b"\r\n"), 16):
                length += size
                await reader.readexactly(size + 2)
            await reader.readexactly(2)
        sizes.append(length)
    writer.close()


def over_http(port: int, paths: list[str], seconds: float) -> Rate:
    """Requests a second on 8 connections that each ask the next path."""
    sizes: list[int] = []

    async def run() -> float:
        turn = cycle(paths)
        began = time.perf_counter()
        await asyncio.gather(
            *(_ask(port, turn, began + seconds, sizes) for _ in range(CONNECTIONS))
        )
        return time.perf_counter() - began

    took = asyncio.run(run())
    return Rate(len(sizes) / took, sum(sizes) / len(sizes) / 1000)


def in_database(url: str, statement: str, tiles: list[Tile], seconds: float) -> Rate:
    """Tiles a second from 8 database connections, nothing but the statement."""
    sizes: list[int] = []
    turn = cycle(tiles)
    lock = threading.Lock()

    def run(until: float) -> None:
        with psycopg.connect(url, autocommit=True) as connection:
            connection.execute("set jit = off; set max_parallel_workers_per_gather = 0")
            while time.perf_counter() < until:
                with lock:
                    tile = next(turn)
                where = {"z": tile.zoom, "x": tile.column, "y": tile.row}
                row = connection.execute(statement, where, prepare=True, binary=True).fetchone()
                sizes.append(len(row[0]) if row and row[0] else 0)

    began = time.perf_counter()
    threads = [threading.Thread(target=run, args=(began + seconds,)) for _ in range(CONNECTIONS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    took = time.perf_counter() - began
    return Rate(len(sizes) / took, sum(sizes) / len(sizes) / 1000)


@contextmanager
def serving(home: Path, **settings: str) -> Iterator[Service]:
    """``kansenkaart serve`` on the running cluster, until the block ends."""
    port = free_port()
    environment = {**os.environ, "KANSENKAART_HOME": str(home / "served"), "PORT": str(port)}
    environment |= settings
    with (home / "serve.log").open("wb") as log:
        process = subprocess.Popen(
            [sys.executable, "-m", "app.cli", "serve"], env=environment, stdout=log, stderr=log
        )
    service = Service(port, "")
    try:
        wait_until_ready(service, process, home / "serve.log")
        yield service
    finally:
        process.terminate()
        process.wait(60)


@contextmanager
def tipg(url: str, home: Path, table: str = "public.peer_mercator") -> Iterator[int | None]:
    """tipg on a table, the one in Web Mercator unless told; None where it is not installed."""
    if importlib.util.find_spec("tipg") is None:
        yield None
        return
    port: int | None = free_port()
    environment = {**os.environ, "DATABASE_URL": _with_host(url), "TIPG_DB_SCHEMAS": '["public"]'}
    environment |= {
        "TIPG_DB_TABLES": f'["{table}"]',
        "TIPG_MAX_FEATURES_PER_TILE": "1000000",
    }
    command = [sys.executable, "-m", "uvicorn", "tipg.main:app", "--port", str(port)]
    command += ["--log-level", "warning"]
    with (home / "tipg.log").open("wb") as log:
        process = subprocess.Popen(command, env=environment, stdout=log, stderr=log)
    try:
        while not _answers(port):
            if process.poll() is not None:
                print(  # noqa: T201  # for whoever runs it
                    (home / "tipg.log").read_text()[-1500:]
                )
                port = None
                break
            time.sleep(0.2)
        yield port
    finally:
        process.terminate()
        process.wait(60)


def _with_host(url: str) -> str:
    """The same address with its socket folder where tipg looks for a host."""
    parsed = make_url(url)
    socket = quote(str(parsed.query["host"]), safe="") if "host" in parsed.query else parsed.host
    return f"postgresql://{parsed.username}@{socket}/{parsed.database}"


def _answers(port: int) -> bool:
    try:
        over_http(port, ["/healthz"], 0.01)
    except (OSError, RuntimeError):
        return False
    return True


def unchanged_ms(service: Service, path: str) -> float:
    """Milliseconds of a 304, the median of 500 on one connection."""
    from http.client import HTTPConnection

    connection = HTTPConnection("127.0.0.1", service.port)
    connection.request("GET", path)
    first = connection.getresponse()
    first.read()
    took = []
    for _ in range(500):
        began = time.perf_counter()
        connection.request("GET", path, headers={"If-None-Match": first.headers["ETag"]})
        answer = connection.getresponse()
        answer.read()
        took.append(time.perf_counter() - began)
        if answer.status != 304:
            msg = f"{answer.status} instead of 304"
            raise RuntimeError(msg)
    connection.close()
    return statistics.median(took) * 1000


def _paths(template: str, tiles: list[Tile]) -> list[str]:
    return [template.format(z=t.zoom, y=t.row, x=t.column) for t in tiles]


OURS = "/ogc/collections/works/tiles/WebMercatorQuad/{z}/{y}/{x}"
TIPG = "/collections/public.peer_mercator/tiles/WebMercatorQuad/{z}/{x}/{y}"


def measure(
    home: Path, url: str, tiles: dict[int, list[Tile]], seconds: float
) -> tuple[dict[str, dict[int, Rate]], float]:
    """Rates by who and zoom, and milliseconds of a 304."""
    rates: dict[str, dict[int, Rate]] = {}

    def each(name: str, one: Callable[[list[Tile]], Rate]) -> None:
        rates[name] = {zoom: one(some) for zoom, some in tiles.items()}

    with serving(home, DATABASE_URL=url, TILE_CACHE_MB="0") as service:
        over_http(service.port, _paths(OURS, tiles[max(tiles)]), 2.0)
        each("Kansenkaart", lambda some: over_http(service.port, _paths(OURS, some), seconds))
    for name, statement in PEERS.items():
        each(name, lambda some, s=statement: in_database(url, s, some, seconds))  # type: ignore[misc]  # bound now
    with tipg(url, home) as port:
        if port is not None:
            each("tipg", lambda some: over_http(port, _paths(TIPG, some), seconds))
    with serving(home, DATABASE_URL=url) as service:
        for some in tiles.values():
            over_http(service.port, _paths(OURS, some), seconds)
        each(
            "Kansenkaart, cached", lambda some: over_http(service.port, _paths(OURS, some), seconds)
        )
        known = unchanged_ms(service, _paths(OURS, tiles[max(tiles)])[0])
    return rates, known


def show(console: Console, rates: dict[str, dict[int, Rate]], zooms: list[int]) -> None:
    """One row for each who; tiles a second, kB, and times our rate without cache."""
    table = Table(title="tiles/s (kB a tile; times ours without cache)")
    table.add_column("")
    for zoom in zooms:
        table.add_column(f"zoom {zoom}", justify="right")
    for name, of in rates.items():
        ours = rates["Kansenkaart"]
        cells = [
            f"{of[z].per_second:,.1f} ({of[z].kilobytes:,.0f}; "
            f"{of[z].per_second / ours[z].per_second:.2f})"
            for z in zooms
        ]
        table.add_row(name, *cells)
    console.print(table)


def main(arguments: list[str] | None = None) -> None:
    """Measure and print."""
    from app.runtime import running
    from app.settings import read_settings

    parser = argparse.ArgumentParser(prog="./run bench tiles")
    parser.add_argument("--works", type=int, default=100_000)
    parser.add_argument("--seconds", type=float, default=8.0)
    parser.add_argument("--zooms", default="11,12,13,14,16")
    parser.add_argument("--seed", type=int, default=1)
    asked: Any = parser.parse_args(arguments)
    zooms = [int(z) for z in asked.zooms.split(",")]
    console = Console()
    with TemporaryDirectory() as place:
        home = Path(place)
        home.chmod(0o755)
        settings = replace(read_settings({}), home=home / "state", database_url="")
        with running(settings) as runtime:
            store(runtime.engine, generate.works(asked.works, asked.seed))
            with runtime.engine.begin() as connection:
                connection.exec_driver_sql(PEER_TABLES)
            with runtime.engine.connect().execution_options(
                isolation_level="AUTOCOMMIT"
            ) as connection:
                connection.execute(text("vacuum analyze"))
            tiles = {zoom: tiles_of(runtime.engine, zoom) for zoom in zooms}
            console.print({zoom: len(some) for zoom, some in tiles.items()}, "tiles by zoom")
            url = runtime.settings.database_url
            rates, known = measure(home, url, tiles, asked.seconds)
    show(console, rates, zooms)
    console.print(f"304 of a known tile: {known:.2f} ms (median of 500, one connection)")


if __name__ == "__main__":
    main()
