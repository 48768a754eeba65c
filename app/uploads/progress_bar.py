"""The progress of an import on a terminal."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

from app.uploads.progress import OnProgress


@contextmanager
def progress_bar() -> Iterator[OnProgress]:
    """Give a listener that moves a bar."""
    columns = (
        TextColumn("{task.description:>8}"),
        BarColumn(),
        TextColumn("{task.percentage:>3.0f}%"),
        TimeElapsedColumn(),
    )
    with Progress(*columns, console=Console(stderr=True), transient=True) as progress:
        task = progress.add_task("read", total=1.0)

        def tell(fraction: float, stage: str) -> None:
            progress.update(task, completed=fraction, description=stage)

        yield tell
