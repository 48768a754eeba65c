"""The findings on the sample data and on real files, against those of the last release.

Each set of data is loaded into a database of its own, as an upload is, and
detected. Of the findings of a rule the number is kept and a digest of what they
are: the rule, the projects, titles and days of their works, and the days of the
finding, for the ids of works differ from one database to the next.
"""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from hashlib import sha256
from pathlib import Path
from tempfile import TemporaryDirectory
from time import perf_counter

from rich.console import Console
from rich.table import Table
from sqlalchemy import text

from app.runtime import Runtime, running
from app.settings import read_settings

ROOT = Path(__file__).parents[2]
FILE = ROOT / "tests/acceptance/bench/last_release.json"
SHARED = Path(os.environ.get("KANSENKAART_SHARED", ROOT.parent / "shared")) / "data"
FEED = SHARED / "ndw-planned-nl/ndw-planned.xml.gz"
PARIS = SHARED / "paris-chantiers-a-paris-2024-03/chantiers-a-paris.csv"

Counts = Mapping[str, tuple[int, str]]
"""Number and digest of the findings of each rule."""

NAMED = """
SELECT f.rule, lower(f.period)::text, upper(f.period)::text, array_agg(
    concat_ws('|', o.slug, p.reference, w.part, w.title, w.period::text)
    ORDER BY concat_ws('|', o.slug, p.reference, w.part, w.title, w.period::text)) AS works
FROM findings f CROSS JOIN LATERAL unnest(f.work_ids) AS i(id)
JOIN works w ON w.id = i.id JOIN projects p ON p.id = w.project_id
JOIN organisations o ON o.id = w.organisation_id
WHERE f.state <> 'resolved' GROUP BY f.id, f.rule, f.period
"""


@dataclass(frozen=True, slots=True)
class Data:
    """A set of data: what it is called, the file without which it cannot be, how it is loaded."""

    name: str
    needs: Path
    storage_crs: int
    load: Callable[[Runtime], None]


def _sample(runtime: Runtime) -> None:
    from app import demo

    demo.load(runtime)


def _upload(file: Path) -> Callable[[Runtime], None]:
    def load(runtime: Runtime) -> None:
        from app.organisations.add import add
        from app.uploads.import_file import import_file
        from app.uploads.options import UploadOptions

        with runtime.engine.begin() as connection:
            add(connection, "source", "Source", "other")
        import_file(runtime, file, "source", UploadOptions(visibility="public"), by="bench")

    return load


DATA = (
    Data("sample data", ROOT / "sample_data", 28992, _sample),
    Data("national feed (NDW)", FEED, 28992, _upload(FEED)),
    Data("Paris, March 2024", PARIS, 2154, _upload(PARIS)),
)


def found_in(data: Data) -> Counts:
    """What is found in a set of data now."""
    with TemporaryDirectory() as home:
        settings = replace(
            read_settings({}), home=Path(home), database_url="", storage_crs=data.storage_crs
        )
        with running(settings) as runtime:
            data.load(runtime)
            with runtime.engine.connect() as connection:
                rows = connection.execute(text(NAMED)).all()
    by_rule: dict[str, list[str]] = {}
    for rule, start, end, works in rows:
        by_rule.setdefault(rule, []).append(json.dumps([start, end, works]))
    return {rule: (len(some), _digest(some)) for rule, some in sorted(by_rule.items())}


def _digest(findings: list[str]) -> str:
    return sha256("\n".join(sorted(findings)).encode()).hexdigest()[:12]


def record(console: Console) -> None:
    """Keep what is found now; of data that are not here what was kept before."""
    kept = read()
    for data in DATA:
        if not data.needs.exists():
            console.print(
                f"[yellow]{data.name}: {data.needs} is not there; kept as it was[/yellow]"
            )
            continue
        found = found_in(data)
        kept[data.name] = found
        told = {name: {r: [n, d] for r, (n, d) in counts.items()} for name, counts in kept.items()}
        FILE.write_text(json.dumps(told, indent=1) + "\n", encoding="utf-8")
        console.print(f"{data.name}: {sum(n for n, _ in found.values()):,} findings kept.")


def read() -> dict[str, Counts]:
    """What the last release found, by set of data."""
    if not FILE.exists():
        return {}
    told = json.loads(FILE.read_text(encoding="utf-8"))
    return {name: {r: (n, d) for r, (n, d) in counts.items()} for name, counts in told.items()}


def compare(console: Console) -> None:
    """Print per set of data which rules find something else than in the last release."""
    kept = read()
    for data in DATA:
        if not data.needs.exists():
            console.print(f"[yellow]{data.name}: {data.needs} is not there; not compared[/yellow]")
            continue
        began = perf_counter()
        found = found_in(data)
        shown = Table("rule", title=f"{data.name}, against the last release")
        for name in ("then", "now", ""):
            shown.add_column(name, justify="right")
        before = kept.get(data.name, {})
        for rule in changed(before, found):
            then, now = before.get(rule, (0, "")), found.get(rule, (0, ""))
            more = now[0] - then[0]
            shown.add_row(rule, f"{then[0]:,}", f"{now[0]:,}", f"{more:+,}" if more else "others")
        total = sum(n for n, _ in found.values())
        console.print(shown if shown.row_count else f"{data.name}: as in the last release.")
        console.print(f"[dim]{total:,} findings, {perf_counter() - began:.0f} s[/dim]")


def changed(before: Counts, now: Counts) -> list[str]:
    """Rules whose findings differ in number or in what they are.

    >>> changed({"B01": (2, "a"), "B02": (1, "b")}, {"B01": (2, "c"), "B02": (1, "b")})
    ['B01']
    """
    return [r for r in sorted({*before, *now}) if before.get(r) != now.get(r)]
