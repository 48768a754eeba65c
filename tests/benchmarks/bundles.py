"""``python -m tests.benchmarks.bundles``: what bundles add to a full run and to an upload.

    python -m tests.benchmarks.bundles [--works N] [--rows N] [--seed N]

A private cluster in a temporary folder gets N generated works; measured are the
pass over all bundles in a full run, and that of a refresh of some works.
"""

from __future__ import annotations

import argparse
import time
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory
from uuid import UUID

import numpy as np
from rich.console import Console
from rich.table import Table
from sqlalchemy import Engine, text

from tests.benchmarks import generate
from tests.benchmarks.store_works import store


def measure(args: argparse.Namespace, console: Console) -> Table:
    """Fill a database, detect, refresh some works; seconds by stage."""
    from app.bundles.refresh import refresh_bundles
    from app.findings.detect_all import detect_all
    from app.findings.refresh import refresh
    from app.runtime import running
    from app.settings import read_settings

    full: dict[str, float] = {}
    some: dict[str, float] = {}
    with TemporaryDirectory() as folder:
        settings = replace(read_settings({}), home=Path(folder) / "state")
        with running(settings) as runtime:
            store(runtime.engine, generate.works(args.works, args.seed, "national"))
            console.print("[dim]detecting ...[/dim]")
            began = time.perf_counter()
            detect_all(runtime.engine, settings, on_stage=full.__setitem__)
            total = time.perf_counter() - began
            _analyse(runtime.engine)
            with runtime.engine.begin() as connection:
                began = time.perf_counter()
                again = refresh_bundles(connection, storage_crs=settings.storage_crs)
                second = time.perf_counter() - began
                counts = connection.execute(
                    text(
                        "SELECT count(*), count(*) FILTER (WHERE feasible),"
                        " max(cardinality(work_ids)) FROM bundles WHERE state = 'proposed'"
                    )
                ).one()
                ids = _some(connection.scalars(text("SELECT id FROM works")).all(), args.rows)
            with runtime.engine.begin() as connection:
                refresh(connection, settings, ids, on_stage=some.__setitem__)
    console.print(f"{counts[0]:,} bundles, {counts[1]:,} with a slot, at most {counts[2]} works")
    assert again.new == again.changed == again.gone == 0
    shown = Table("what", "seconds", title=f"bundles among {args.works:,} works")
    shown.add_row("full run, all stages", f"{total:.1f}")
    shown.add_row("  of which bundles, all of them new", f"{full['bundles']:.1f}")
    shown.add_row("  pass over all bundles again, nothing to write", f"{second:.1f}")
    shown.add_row(f"refresh of {len(ids):,} works", f"{sum(some.values()):.2f}")
    shown.add_row("  of which bundles", f"{some['bundles']:.2f}")
    return shown


def _some(ids: list[UUID], most: int) -> list[UUID]:
    picked = np.random.default_rng(1).choice(len(ids), min(most, len(ids)), replace=False)
    return [ids[n] for n in sorted(picked.tolist())]


def _analyse(engine: Engine) -> None:
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(text("VACUUM ANALYZE"))


def main() -> int:
    """Measure and print."""
    asked = argparse.ArgumentParser(prog="python -m tests.benchmarks.bundles")
    asked.add_argument("--works", type=int, default=1_000_000)
    asked.add_argument("--rows", type=int, default=1_000)
    asked.add_argument("--seed", type=int, default=1)
    console = Console()
    console.print(measure(asked.parse_args(), console))
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
