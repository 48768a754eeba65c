"""``kansenkaart detect``: find opportunities and bottlenecks among the stored works."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from sqlalchemy import Engine

    from app.findings.catch_up import CaughtUp
    from spatial.stages import OnStage

Seconds = dict[str, float]
AsOf = Annotated[
    datetime | None,
    typer.Option(
        "--as-of",
        formats=["%Y-%m-%d"],
        help="The day that counts as today from now on, for rules that ask.",
    ),
]


def register(cli: typer.Typer) -> None:
    """Add the command."""
    cli.command("detect")(detect)


def detect(
    full: Annotated[bool, typer.Option("--full", help="Look at all works again.")] = False,
    as_of: AsOf = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object.")] = False,
) -> None:
    """Find opportunities and bottlenecks.

    Uploads and edits detect for themselves. Without --full this checks that
    nothing is pending and detects what is: everything after a change of rules
    or parameters, else works whose findings lag behind.
    """
    from app.findings.catch_up import catch_up
    from app.runtime import running
    from app.settings import read_settings

    with running(read_settings()) as runtime:
        began = time.perf_counter()
        with _told(quiet=as_json) as (on_stage, seconds):
            done = catch_up(
                runtime.engine,
                runtime.settings,
                full=full,
                as_of=as_of.date() if as_of else None,
                on_stage=on_stage,
            )
        total = time.perf_counter() - began
        lacking = _not_assessed(runtime.engine)
        _print(done, seconds, total, as_of, lacking, as_json=as_json)


def _not_assessed(engine: Engine) -> dict[str, list[str]]:
    """Rules that take no part, and the layers (or the day) that they lack."""
    from app.context.loaded import known_layers
    from app.findings.parameters import read_as_of, read_rules
    from spatial.detect_wide import missing

    with engine.connect() as connection:
        layers, as_of = known_layers(connection), read_as_of(connection)
        lacking = {r.code: missing(r, layers, as_of=as_of) for r in read_rules(connection)}
    return {code: sorted(what) for code, what in lacking.items() if what}


@contextmanager
def _told(*, quiet: bool) -> Iterator[tuple[OnStage, Seconds]]:
    """A line that says what goes on, on a terminal; and the seconds of each stage."""
    from rich.console import Console

    seconds: Seconds = {}
    with Console(stderr=True, quiet=quiet).status("Reading works…") as status:

        def on_stage(name: str, spent: float) -> None:
            seconds[name] = seconds.get(name, 0.0) + spent
            status.update(f"Done: {name} ({spent:.1f} s)…")

        yield on_stage, seconds


def _print(
    done: CaughtUp,
    seconds: Seconds,
    total: float,
    as_of: datetime | None,
    lacking: dict[str, list[str]],
    *,
    as_json: bool,
) -> None:
    if as_json:
        import orjson

        content = {
            "extent": done.extent,
            "works": done.works,
            "findings": done.changes.to_json(),
            "seconds": {name: round(spent, 3) for name, spent in seconds.items()},
            "total_seconds": round(total, 3),
            "as_of": as_of.date().isoformat() if as_of else None,
            "not_assessed": lacking,
        }
        typer.echo(orjson.dumps(content, option=orjson.OPT_INDENT_2).decode())
        return
    if done.extent == "nothing":
        typer.echo("Nothing is pending: all findings are up to date.")
    else:
        _print_tables(done, seconds, total)
    for code, what in lacking.items():
        typer.echo(f"{code} was not assessed: {', '.join(map(_lack, what))}.")


def _lack(what: str) -> str:
    if what == "as_of":
        return "no day counts as today, give --as-of"
    return f"the layer {what} is not loaded"


def _print_tables(done: CaughtUp, seconds: Seconds, total: float) -> None:
    from rich.console import Console
    from rich.table import Table

    console = Console()
    stages = Table("Stage", "Seconds")
    stages.columns[1].justify = "right"
    for name, spent in [*seconds.items(), ("total", total)]:
        stages.add_row(name, f"{spent:.1f}")
    console.print(stages)
    counts = done.changes.to_json()
    told = ", ".join(f"{count} {name}" for name, count in counts.items())
    about = "all works" if done.works is None else f"{done.works} works"
    console.print(f"Findings of {about}: {told}.")
