"""``./run bench detect``: the bare join against other engines, and a full detection.

    ./run bench detect [--works N] [--peers sedona,duckdb,postgis] [--runs N] [--seed N]
    ./run bench detect --full [--works N] [--rules O01,O02,B01,B02 | all]

docs/benchmarks.md tells what is measured and how the works are made.
"""

from __future__ import annotations

import argparse
import resource
import sys
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory
from time import perf_counter

import geopandas
import numpy as np
from rich.console import Console
from rich.table import Table as Shown

from spatial.pairs import overlapping_pairs
from tests.benchmarks import generate
from tests.benchmarks.choose_rules import ask_rules, choose_rules
from tests.benchmarks.peers import PEERS, Timed, frame

OURS, OURS_FROM_FILE = "Kansenkaart", "Kansenkaart, GeoParquet"
TARGETS = {"SedonaDB": 3.0, "PostGIS": 3.0, "DuckDB spatial": 8.0, "SedonaDB, GeoParquet": 2.0}
GIGABYTE = 1e6  # ru_maxrss counts kB


def ours(table: generate.Table) -> Timed:
    """The join of the product, arrays in memory, trees built within the time."""
    began = perf_counter()
    first, _ = overlapping_pairs(table.footprint, table.start, table.end)
    return Timed(OURS, len(first), perf_counter() - began)


def ours_from_file(parquet: Path) -> Timed:
    """The same with the reading of the file within the time."""
    began = perf_counter()
    works = geopandas.read_parquet(parquet)
    first, _ = overlapping_pairs(
        np.asarray(works.geometry.values),
        works["first_day"].to_numpy(np.int32),
        works["end_day"].to_numpy(np.int32),
    )
    return Timed(OURS_FROM_FILE, len(first), perf_counter() - began)


def fastest(runs: list[Timed]) -> list[Timed]:
    """The best of several runs, by name, in the order of first appearance."""
    best: dict[str, Timed] = {}
    for run in runs:
        if run.name not in best or run.seconds < best[run.name].seconds:
            best[run.name] = run
    return list(best.values())


def join(args: argparse.Namespace, console: Console) -> bool:
    """Compare the bare join; say whether all engines agree on the number of pairs."""
    table = generate.table(args.works, args.seed, "dense")
    runs: list[Timed] = []
    with TemporaryDirectory() as folder:
        parquet = Path(folder) / "works.parquet"
        frame(table).to_parquet(parquet)
        for _ in range(args.runs):
            runs += [ours(table), ours_from_file(parquet)]
            for name in args.peers:
                console.print(f"[dim]{name} ...[/dim]")
                runs += PEERS[name](table, parquet)
    results = fastest(runs)
    seconds = {r.name: r.seconds for r in results}
    title = f"{args.works:,} works, best of {args.runs}"
    shown = Shown("engine", "pairs", "seconds", "times ours", "target", "note", title=title)
    for r in results:
        against = seconds[OURS_FROM_FILE if r.name.endswith("GeoParquet") else OURS]
        target = TARGETS.get(r.name)
        shown.add_row(
            r.name,
            "-" if r.pairs is None else f"{r.pairs:,}",
            "-" if r.pairs is None else f"{r.seconds:.2f}",
            "-" if r.pairs is None else f"{r.seconds / against:.1f}",
            f"{target:.0f}" if target else "",
            r.note,
        )
    console.print(shown)
    agree = len({r.pairs for r in results if r.pairs is not None}) == 1
    console.print("All engines agree on the pairs." if agree else "[red]The pairs differ.[/red]")
    return agree


def full(args: argparse.Namespace, console: Console) -> bool:
    """Read from PostGIS, detect, write the findings back: seconds per stage."""
    from app.findings.detect_all import detect_all
    from app.runtime import running
    from app.settings import read_settings
    from tests.benchmarks.store_works import store

    stages: dict[str, float] = {}
    with TemporaryDirectory() as home:
        settings = replace(read_settings({}), home=Path(home) / "state", database_url="")
        with running(settings) as runtime:
            console.print("[dim]storing ...[/dim]")
            store(runtime.engine, generate.works(args.works, args.seed, "national"))
            choose_rules(runtime.engine, args.rules)
            began = perf_counter()
            changes = detect_all(
                runtime.engine, runtime.settings, on_stage=lambda n, s: stages.update({n: s})
            )
            total = perf_counter() - began
    shown = Shown("stage", "seconds", title=f"full detection of {args.works:,} works, {args.rules}")
    for name, seconds in stages.items():
        shown.add_row(name, f"{seconds:.1f}")
    shown.add_row("in all", f"{total:.1f}")
    console.print(shown)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / GIGABYTE
    console.print(f"{changes}; peak memory {peak:.1f} GB (the generator's works included)")
    return True


def main() -> int:
    """Run what the arguments ask for; 1 where engines disagree."""
    asked = argparse.ArgumentParser(prog="./run bench detect")
    asked.add_argument("--works", type=int, default=1_000_000)
    asked.add_argument("--seed", type=int, default=1)
    asked.add_argument("--runs", type=int, default=2)
    asked.add_argument(
        "--peers", type=lambda s: [p for p in s.split(",") if p], default=list(PEERS)
    )
    asked.add_argument("--full", action="store_true")
    ask_rules(asked)
    args = asked.parse_args()
    console = Console()
    return 0 if (full if args.full else join)(args, console) else 1


if __name__ == "__main__":
    sys.exit(main())
