"""``./run bench scale``: all rules over 10,000, 100,000 and 1,000,000 works with their surroundings.

    ./run bench scale [--sizes 10000,100000,1000000] [--check] [--rows N] [--home FOLDER]

For each size a private PostGIS gets works and what surrounds them
(:mod:`tests.benchmarks.store_context`); a process of its own then detects
everything, and takes in a file of 1,000 works more. ``--check`` detects
everything once more after that: nothing may change. docs/benchmarks.md tells more.
"""

from __future__ import annotations

import argparse
import io
import json
import os
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Self

import numpy as np
import shapely
from rich.console import Console
from rich.table import Table

from spatial.work import Works
from tests.benchmarks import generate
from tests.benchmarks.generate_streets import corners_of
from tests.benchmarks.store_context import store_context
from tests.benchmarks.store_works import store
from tests.benchmarks.upload import OWNER, plan_file, vacuum

FAMILIES = {
    "pairs": ("derive", "candidates", "cheap facts", "costly facts", "geometry"),
    "streets and areas": ("B03", "B05", "B07", "B08", "B13", "O10", "O13", "O14", "O16"),
    "organisations": ("B09", "B10", "B23"),
    "B06, closures together": ("B06",),
    "bundles": ("bundles",),
    "read": ("read", "surroundings"),
    "compare and write": ("collect", "compare", "write", "owners"),
}
OTHERS = "one work and what is around it"
TOWNS = 10


class Memory:
    """The most memory that a process and the database under it held, looked at twice a second."""

    def __init__(self, pids: list[int]) -> None:
        self.pids = pids
        self.most_kb = [0 for _ in pids]
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._look, daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._stop.set()
        self._thread.join()

    def _look(self) -> None:
        while not self._stop.wait(0.5):
            for n, pid in enumerate(self.pids):
                self.most_kb[n] = max(self.most_kb[n], sum(map(_held_kb, _with_children(pid))))


def _with_children(pid: int) -> Iterator[int]:
    yield pid
    try:
        children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    except OSError:
        return
    for child in children:
        yield from _with_children(int(child))


def _held_kb(pid: int) -> int:
    """Memory of a process, what it shares divided over those that share it."""
    try:
        lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
    except OSError:
        return 0
    return sum(int(line.split()[1]) for line in lines if line.startswith("Pss:"))


def measured(home: Path, args: argparse.Namespace, works: int) -> dict[str, Any]:
    """In a process of its own: detect all, take in a file, and detect all again where asked."""
    from app.findings.detect_all import detect_all
    from app.runtime import running
    from app.settings import read_settings

    stages: dict[str, float] = {}
    processor: dict[str, float] = {}
    settings = replace(read_settings({}), home=home, database_url="")
    with running(settings) as runtime:
        clock, cpu = time.perf_counter(), time.process_time()

        def note(stage: str, seconds: float) -> None:
            # stages over pairs are all told at their end: right for the family, not for each
            stages[stage] = seconds
            processor[stage] = time.process_time() - cpu - sum(processor.values())

        detect_all(runtime.engine, runtime.settings, on_stage=note)
        told: dict[str, Any] = {
            "stages": stages,
            "processor": processor,
            "seconds": time.perf_counter() - clock,
            "cpu": time.process_time() - cpu,
            "load": os.getloadavg()[0],
            "findings": counts(runtime.engine),
        }
        say(told)
        vacuum(runtime.engine)
        told["upload"] = take_in(runtime, args, works)
        if args.check:
            changes = detect_all(runtime.engine, runtime.settings)
            told["check"] = str(changes)
    return told


def say(told: dict[str, Any]) -> None:
    """One line for the process that waits; what was known before the end is kept so."""
    sys.stdout.write(json.dumps(told) + "\n")
    sys.stdout.flush()


def counts(engine: Any) -> dict[str, int]:
    """Findings by rule."""
    from sqlalchemy import text

    with engine.connect() as connection:
        rows = connection.execute(
            text("SELECT rule, count(*) AS count FROM findings GROUP BY 1 ORDER BY 1")
        )
        return {row.rule: row.count for row in rows.all()}


def take_in(runtime: Any, args: argparse.Namespace, works: int) -> dict[str, float]:
    """Seconds of each stage of a file of other works, of one region."""
    from sqlalchemy import text

    from app.organisations.add import add
    from app.uploads.ingest import ingest
    from app.uploads.options import UploadOptions
    from app.uploads.receive import receive

    more = generate.works(works, args.seed + 1, "national")
    content = plan_file(one_region(more, args.rows))
    with runtime.engine.begin() as connection:
        known = connection.scalar(
            text("SELECT id FROM organisations WHERE slug = :s"), {"s": OWNER}
        )
        owner = known or add(connection, OWNER, "Bench", "network_operator")
        upload = receive(
            connection,
            runtime.settings,
            stream=io.BytesIO(content),
            filename="plan.geojson",
            options=UploadOptions(),
            organisation_id=owner,
            by="bench",
        )
    clock = time.perf_counter()
    report = ingest(runtime.engine, runtime.settings, upload)
    return {"in all": time.perf_counter() - clock, **report.to_json()["timings_s"]}


def one_region(works: Works, rows: int) -> Works:
    """So many works of the first ten towns: what an organisation delivers lies where it works."""
    bounds = shapely.bounds(works.footprint)
    corner = corners_of(len(works), 22)[:TOWNS].max(axis=0) + 2_600.0
    here = np.flatnonzero((bounds[:, 2] < corner[0]) & (bounds[:, 3] < corner[1]))
    return works.take(here[:rows])


@contextmanager
def folder(given: str | None) -> Iterator[Path]:
    """A folder to work in: one that is asked, or one for the time being."""
    if given:
        Path(given).mkdir(parents=True, exist_ok=True)
        yield Path(given)
    else:
        with TemporaryDirectory() as made:
            yield Path(made)


def _postmaster(engine: Any) -> int:
    """The process from which all of the database's processes stem."""
    from sqlalchemy import text

    with engine.connect() as connection:
        backend = connection.scalar(text("SELECT pg_backend_pid()"))
    status = Path(f"/proc/{backend}/status").read_text().splitlines()
    return int(next(line.split()[1] for line in status if line.startswith("PPid:")))


def _filled(engine: Any) -> int:
    """How many objects a folder of an earlier run holds; its findings are emptied."""
    from sqlalchemy import text

    with engine.begin() as connection:
        connection.execute(text("TRUNCATE findings, bundles CASCADE"))
        return int(connection.scalar(text("SELECT count(*) FROM context_objects")))


def one_size(args: argparse.Namespace, works: int, console: Console) -> dict[str, Any]:
    """Fill a database, then measure in another process, whose memory is watched from here."""
    from app.runtime import running
    from app.settings import read_settings

    with folder(args.home and f"{args.home}/{works}") as base:
        settings = replace(read_settings({}), home=base / "state", database_url="")
        with running(settings) as runtime:
            console.print(f"[dim]storing {works:,} works ...[/dim]")
            stored = _filled(runtime.engine)
            if not stored:
                store(runtime.engine, generate.works(works, args.seed, "national"))
                stored = store_context(runtime.engine, works, seed=args.seed)
            console.print(f"[dim]{stored:,} objects around them; detecting ...[/dim]")
            command = [sys.executable, "-m", "tests.benchmarks.scale", "--within", str(base)]
            command += ["--sizes", str(works), "--rows", str(args.rows), "--seed", str(args.seed)]
            command += ["--check"] if args.check else []
            postmaster = _postmaster(runtime.engine)
            child = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
            with Memory([child.pid, postmaster]) as memory:
                output, _ = child.communicate()
    answer = [line for line in output.splitlines() if line.startswith("{")]
    if not answer:
        msg = f"detection among {works} works broke off"
        raise RuntimeError(msg)
    told: dict[str, Any] = json.loads(answer[-1])
    process, database = (kb / 1e6 for kb in memory.most_kb)
    return told | {"objects": stored, "gb": process, "gb_database": database}


def families(stages: dict[str, float]) -> dict[str, float]:
    """Seconds by family; what belongs to none is a rule about single works."""
    known = {stage: family for family, names in FAMILIES.items() for stage in names}
    found = dict.fromkeys((*FAMILIES, OTHERS), 0.0)
    for stage, seconds in stages.items():
        found[known.get(stage, OTHERS)] += seconds
    return found


def show(results: dict[int, dict[str, Any]], console: Console) -> None:
    """The table of costs, and the table of findings."""
    shown = Table("seconds (microseconds a work)", *(f"{n:,}" for n in results))
    grouped = {n: families(told["stages"]) for n, told in results.items()}
    for family in (*FAMILIES, OTHERS):
        shown.add_row(family, *(_cost(grouped[n][family], n) for n in results))
    shown.add_section()
    for family in (*FAMILIES, OTHERS):
        costs = (families(t.get("processor", {}))[family] for t in results.values())
        shown.add_row(f"processor: {family}", *map(_cost, costs, results))
    shown.add_section()
    for stage in sorted({s for told in results.values() for s in told["stages"]}):
        shown.add_row(stage, *(_cost(t["stages"].get(stage, 0.0), n) for n, t in results.items()))
    shown.add_section()
    without = {n: t["seconds"] - t["stages"].get("B06", 0.0) for n, t in results.items()}
    shown.add_row("in all, without B06", *(_cost(without[n], n) for n in results))
    shown.add_row("in all", *(_cost(t["seconds"], n) for n, t in results.items()))
    shown.add_row("seconds of processor", *(_cost(t["cpu"], n) for n, t in results.items()))
    shown.add_row("GB, process", *(f"{t['gb']:.2f}" for t in results.values()))
    shown.add_row("GB, database", *(f"{t['gb_database']:.2f}" for t in results.values()))
    shown.add_row("load average", *(f"{t['load']:.1f}" for t in results.values()))
    shown.add_row(
        "upload, s", *(f"{t.get('upload', {}).get('in all', 0):.2f}" for t in results.values())
    )
    console.print(shown)
    many = Table("findings (in 1,000 works)", *(f"{n:,}" for n in results))
    for rule in sorted({r for told in results.values() for r in told["findings"]}):
        found = ((told["findings"].get(rule, 0), n) for n, told in results.items())
        many.add_row(rule, *(f"{count:,} ({count / n * 1000:.1f})" for count, n in found))
    console.print(many)
    for n, told in results.items():
        console.print(f"{n:,}: upload {told.get('upload')}; full run after it: {told.get('check')}")


def _cost(seconds: float, works: int) -> str:
    return f"{seconds:.1f} ({seconds / works * 1e6:.0f})"


def main() -> int:
    """Measure each size and print the tables."""
    asked = argparse.ArgumentParser(prog="./run bench scale")
    asked.add_argument("--sizes", default="10000,100000,1000000")
    asked.add_argument("--rows", type=int, default=1_000)
    asked.add_argument("--seed", type=int, default=1)
    asked.add_argument("--check", action="store_true", help="a full run after the upload")
    asked.add_argument("--home", help="where the databases come, and stay")
    asked.add_argument("--within", help=argparse.SUPPRESS)
    args = asked.parse_args()
    sizes = [int(size) for size in args.sizes.split(",")]
    if args.within:
        say(measured(Path(args.within) / "state", args, sizes[0]))
        return 0
    console = Console(width=130, highlight=False)
    results: dict[int, dict[str, Any]] = {}
    for works in sizes:
        results[works] = one_size(args, works, console)
        show(results, console)
    return 0


if __name__ == "__main__":
    sys.exit(main())
