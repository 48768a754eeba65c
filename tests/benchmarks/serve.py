"""``./run bench serve``: pages of features, answers that did not change, and whole layers.

    ./run bench serve [--works N] [--whole N] [--seconds S] [--seed N]

N generated works in a private cluster, ``kansenkaart serve`` on it. Measured are
pages of 1,000 features in a box, on 8 connections, beside tipg over the same
works (with our attributes in one table, in longitude and latitude with an index: the form that suits it
best) and beside the same page in RD and as FeatureCollection made by PostGIS
alone; 304 for a known page; what front ends ask; then, with ``--whole`` works, the
first byte of a whole layer and the memory of the process while it streams. docs/benchmarks.md.
"""

from __future__ import annotations

import argparse
import os
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from http.client import HTTPConnection
from itertools import cycle
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np
import psycopg
from rich.console import Console
from rich.table import Table
from sqlalchemy import Engine, text

from app.findings.detect_all import detect_all
from spatial.crs import transform_bounds
from tests.benchmarks import generate
from tests.benchmarks.choose_rules import FIRST_FOUR, choose_rules
from tests.benchmarks.store_works import store
from tests.benchmarks.tiles import (
    ATTRIBUTES,
    CONNECTIONS,
    Rate,
    over_http,
    serving,
    tipg,
    unchanged_ms,
)
from tests.benchmarks.upload import Service

PAGE = 1000
BOXES = 60
PEER_TABLE = f"""
    create table peer_degrees as select key, {ATTRIBUTES}, footprint_4326 as geom from works;
    alter table peer_degrees add primary key (key);
    create index on peer_degrees using gist (geom);
"""
ALONE = """
    select json_build_object('type', 'FeatureCollection', 'features', json_agg(
        st_asgeojson(t, 'geom', 7)::json))::text
    from (
        select * from peer_degrees
        where geom && st_makeenvelope(%(w)s, %(s)s, %(e)s, %(n)s, 4326)
        order by key limit 1000
    ) t
"""
OURS = "/ogc/collections/works/items?limit=1000&bbox={w},{s},{e},{n}"
TIPG = "/collections/public.peer_degrees/items?limit=1000&bbox={w},{s},{e},{n}"
FRONT_ENDS = {
    "100 m around a point": "/api/nearby?lon={x}&lat={y}",
    "25 m along 5 km": "/api/nearby?geometry=LINESTRING({x}%20{y},{x2}%20{y2})",
    "timeline of all": "/api/timeline",
    "timeline of a box": "/api/timeline?bbox={w},{s},{e},{n}",
}
Box = dict[str, float]


@dataclass(frozen=True)
class Whole:
    """A whole layer as it streamed: milliseconds to its first byte, and memory of the process."""

    name: str
    first_ms: float
    seconds: float
    megabytes: float
    before_mb: float
    least_mb: float
    most_mb: float


def boxes_of(engine: Engine, seed: int) -> list[Box]:
    """Boxes in degrees around works, each with a little over a page of works."""
    query = "select st_x(p), st_y(p) from (select st_centroid(footprint) p from works) t"
    with engine.connect() as connection:
        places = np.array(connection.execute(text(query)).all(), dtype=float)
    rng = np.random.default_rng(seed)
    found = []
    for x, y in places[rng.integers(0, len(places), BOXES)]:
        away = np.abs(places - (x, y)).max(axis=1)
        half = float(np.partition(away, min(int(PAGE * 1.2), len(away) - 1))[int(PAGE * 1.2)])
        bounds = transform_bounds((x - half, y - half, x + half, y + half), 28992, 4326)
        w, s, e, n = (round(side, 6) for side in bounds)
        cx, cy = (w + e) / 2, (s + n) / 2
        found.append(
            {"w": w, "s": s, "e": e, "n": n, "x": cx, "y": cy, "x2": cx + 0.06, "y2": cy + 0.03}
        )
    return found


def alone(url: str, boxes: list[Box], seconds: float) -> Rate:
    """Pages a second that PostGIS makes by itself, on 8 connections, with no HTTP."""
    sizes: list[int] = []
    turn, lock = cycle(boxes), threading.Lock()

    def run(until: float) -> None:
        with psycopg.connect(url, autocommit=True) as connection:
            connection.execute("set jit = off; set max_parallel_workers_per_gather = 0")
            while time.perf_counter() < until:
                with lock:
                    box = next(turn)
                row = connection.execute(ALONE, box, prepare=True, binary=True).fetchone()
                sizes.append(len(row[0]) if row else 0)

    began = time.perf_counter()
    threads = [threading.Thread(target=run, args=(began + seconds,)) for _ in range(CONNECTIONS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return Rate(len(sizes) / (time.perf_counter() - began), sum(sizes) / len(sizes) / 1000)


def pages(home: Path, url: str, boxes: list[Box], seconds: float) -> tuple[dict[str, Rate], float]:
    """Pages a second by who, and milliseconds of a 304."""
    rates = {}
    with serving(home, DATABASE_URL=url) as service:
        ours = [OURS.format(**box) for box in boxes]
        over_http(service.port, ours, seconds)
        rates["Kansenkaart"] = over_http(service.port, ours, seconds)
        in_rd = [f"{path}&crs=http://www.opengis.net/def/crs/EPSG/0/28992" for path in ours]
        over_http(service.port, in_rd[:8], 1.0)
        rates["Kansenkaart, in RD"] = over_http(service.port, in_rd, seconds)
        filtered = [f"{path}&filter=facility%20IN%20('sewer','gas')" for path in ours]
        over_http(service.port, filtered[:8], 1.0)
        rates["Kansenkaart, filtered"] = over_http(service.port, filtered, seconds)
        known = unchanged_ms(service, "/ogc/collections/works/tiles/WebMercatorQuad/14/5391/8421")
        rates |= {
            name: over_http(service.port, [path.format(**box) for box in boxes], seconds)
            for name, path in FRONT_ENDS.items()
        }
        print("304, ms:", *(f"{k} {v:.2f}" for k, v in unchanged(service, boxes[0]).items()))  # noqa: T201  # for whoever runs it
    with tipg(url, home, "public.peer_degrees") as port:
        if port is not None:
            theirs = [TIPG.format(**box) for box in boxes]
            over_http(port, theirs[:8], 1.0)
            rates["tipg, stored degrees"] = over_http(port, theirs, seconds)
    rates["PostGIS alone, no HTTP"] = alone(url, boxes, seconds)
    return rates, known


def unchanged(service: Service, box: Box) -> dict[str, float]:
    """Milliseconds of a 304 for what is asked most, by what it is."""
    asked = {"page": OURS, "collection": "/ogc/collections/works", **FRONT_ENDS}
    return {name: unchanged_ms(service, path.format(**box)) for name, path in asked.items()}


def _memory_mb(pid: int) -> float:
    """Resident memory of the serving process and those that it started."""
    pages_ = 0
    for one in _family(pid):
        try:
            pages_ += int(Path(f"/proc/{one}/statm").read_text().split()[1])
        except (FileNotFoundError, ProcessLookupError):
            continue
    return pages_ * os.sysconf("SC_PAGE_SIZE") / 1e6


def _family(pid: int) -> Iterator[int]:
    yield pid
    children = Path(f"/proc/{pid}/task/{pid}/children")
    for child in children.read_text().split() if children.exists() else ():
        yield from _family(int(child))


def whole(service: Service, pid: int, name: str, path: str) -> Whole:
    """Read all of an answer, watching the memory of the process that makes it."""
    before = _memory_mb(pid)
    connection = HTTPConnection("127.0.0.1", service.port, timeout=600)
    began = time.perf_counter()
    connection.request("GET", path)
    answer = connection.getresponse()
    if answer.status != 200:
        msg = f"{answer.status} for {path}: {answer.read(300)!r}"
        raise RuntimeError(msg)
    answer.read(1)
    first = time.perf_counter() - began
    length, seen, looked = 1, [], time.perf_counter()
    while piece := answer.read(1 << 16):
        length += len(piece)
        if time.perf_counter() - looked > 0.25:
            seen.append(_memory_mb(pid))
            looked = time.perf_counter()
    took = time.perf_counter() - began
    connection.close()
    seen = seen[len(seen) // 10 :] or [_memory_mb(pid)]
    return Whole(name, first * 1000, took, length / 1e6, before, min(seen), max(seen))


def _serving_pid(port: int) -> int:
    """The process that listens on a port, by the sockets of all processes."""
    wanted = f":{port:04X}"
    inodes = {
        line.split()[9]
        for line in Path("/proc/net/tcp").read_text().splitlines()[1:]
        if line.split()[1].endswith(wanted) and line.split()[3] == "0A"
    }
    for process in Path("/proc").iterdir():
        if process.name.isdigit() and _holds(process / "fd", inodes):
            return int(process.name)
    msg = f"nothing listens on port {port}"
    raise RuntimeError(msg)


def _holds(folder: Path, inodes: set[str]) -> bool:
    try:
        links = [str(link.readlink()) for link in folder.iterdir()]
    except OSError:
        return False
    return any(link == f"socket:[{inode}]" for link in links for inode in inodes)


WHOLE = {
    "GeoJSON": "/layers/works.geojson",
    "GeoJSONSeq": "/layers/works.geojsons",
    "CSV": "/layers/works.csv",
}


def wholes(home: Path, url: str, asked: dict[str, str], console: Console) -> list[Whole]:
    """Whole layers, one after another; one that the service does not offer is named."""
    found = []
    with serving(home, DATABASE_URL=url) as service:
        pid = _serving_pid(service.port)
        for name, path in asked.items():
            try:
                found.append(whole(service, pid, name, path))
            except RuntimeError as error:
                console.print(f"{name}: not measured: {error}")
    return found


def show(console: Console, rates: dict[str, Rate], known: float) -> None:
    """One row for each who."""
    table = Table(title=f"requests/s, {CONNECTIONS} connections; load {os.getloadavg()[0]:.1f}")
    for column in ("", "per second", "kB", "times tipg"):
        table.add_column(column, justify="left" if not column else "right")
    base = rates.get("tipg, stored degrees")
    for name, rate in rates.items():
        ratio = f"{rate.per_second / base.per_second:.2f}" if base else "not measured"
        ratio = "" if name in FRONT_ENDS else ratio
        table.add_row(name, f"{rate.per_second:,.1f}", f"{rate.kilobytes:,.0f}", ratio)
    console.print(table)
    console.print(f"304 of a known tile: {known:.2f} ms (median of 500, one connection)")
    console.print("pg_featureserv: not measured (the Go proxy does not have it)")


def show_wholes(console: Console, found: list[Whole], works: int) -> None:
    """First byte, duration, size, and memory before and while streaming."""
    table = Table(title=f"{works:,} works as a whole; load {os.getloadavg()[0]:.1f}")
    for column in ("", "first byte ms", "s", "MB", "MB before", "least MB", "most MB"):
        table.add_column(column, justify="left" if not column else "right")
    for one in found:
        numbers = (one.seconds, one.megabytes, one.before_mb, one.least_mb, one.most_mb)
        table.add_row(one.name, f"{one.first_ms:,.0f}", *(f"{n:,.0f}" for n in numbers))
    console.print(table)


def with_works(count: int, seed: int, then: Callable[[Any, Path], None], prepare: str) -> None:
    """A private cluster with so many works, findings of the rules chosen, and the peer's table."""
    from app.runtime import running
    from app.settings import read_settings

    with TemporaryDirectory() as place:
        home = Path(place)
        home.chmod(0o755)
        settings = replace(read_settings({}), home=home / "state", database_url="")
        with running(settings) as runtime:
            store(runtime.engine, generate.works(count, seed))
            if prepare:
                choose_rules(runtime.engine, FIRST_FOUR)
                detect_all(runtime.engine, runtime.settings)
                with runtime.engine.begin() as connection:
                    connection.exec_driver_sql(prepare)
            with runtime.engine.connect().execution_options(
                isolation_level="AUTOCOMMIT"
            ) as connection:
                connection.execute(text("vacuum analyze"))
            then(runtime, home)


def main(arguments: list[str] | None = None) -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(prog="./run bench serve")
    parser.add_argument("--works", type=int, default=100_000)
    parser.add_argument("--whole", type=int, default=1_000_000)
    parser.add_argument("--seconds", type=float, default=8.0)
    parser.add_argument("--seed", type=int, default=1)
    asked: Any = parser.parse_args(arguments)
    console = Console(width=110)

    def measure_pages(runtime: Any, home: Path) -> None:
        boxes = boxes_of(runtime.engine, asked.seed)
        url = runtime.settings.database_url
        rates, known = pages(home, url, boxes, asked.seconds)
        show(console, rates, known)

    def measure_wholes(runtime: Any, home: Path) -> None:
        found = wholes(home, runtime.settings.database_url, WHOLE, console)
        show_wholes(console, found, asked.whole)

    if asked.works:
        with_works(asked.works, asked.seed, measure_pages, PEER_TABLE)
    if asked.whole:
        with_works(asked.whole, asked.seed, measure_wholes, "")


if __name__ == "__main__":
    main()
