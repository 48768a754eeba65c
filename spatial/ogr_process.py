"""Start, ask and stop the process that reads with GDAL (:mod:`spatial.ogr_child`)."""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
import weakref
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NoReturn

import pyarrow as pa

from spatial.errors import UnreadableFile
from spatial.ogr_drivers import Driver
from spatial.reading import refuse

SCRIPT = Path(__file__).with_name("ogr_child.py")
"""Run, never imported: it brings GDAL with it."""
KEY, PLACE = "__fid__", "__wkb__"
"""Columns of the Arrow stream: the feature id, first, and the geometry, last."""
MEMORY_BYTES = 6 << 30
"""Address space of the child; what it really uses is far less."""
CPU_SECONDS = 900
ADVICE = "Open it in the program it came from, export it again and deliver that."


@dataclass(eq=False)
class Child:
    """A running child process; it is stopped when this object is let go."""

    process: subprocess.Popen[bytes]
    errors: Any

    @classmethod
    def start(cls, driver: Driver) -> Child:
        """Start a process that knows only this driver."""
        settings = {
            "drivers": list(driver.gdal),
            "names": {"key": KEY, "place": PLACE},
            "memory_bytes": MEMORY_BYTES,
            "cpu_seconds": CPU_SECONDS,
        }
        errors = tempfile.TemporaryFile()  # noqa: SIM115  # lives as long as the process
        process = subprocess.Popen(  # noqa: S603  # our own script, no shell, no text of strangers
            [sys.executable, "-I", str(SCRIPT), json.dumps(settings)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=errors,
            env={"PATH": "", "LC_ALL": "C.UTF-8"},
        )
        child = cls(process, errors)
        weakref.finalize(child, _stop, process, errors)
        return child

    def ask(self, request: dict[str, object]) -> None:
        """Send a request."""
        assert self.process.stdin is not None
        try:
            self.process.stdin.write(json.dumps(request).encode() + b"\n")
            self.process.stdin.flush()
        except BrokenPipeError:
            self.refuse_crash()

    def answer(self) -> dict[str, Any]:
        """Read the answer; UnreadableFile where the process has died."""
        assert self.process.stdout is not None
        line = self.process.stdout.readline()
        if not line.endswith(b"\n"):
            self.refuse_crash()
        told: dict[str, Any] = json.loads(line)
        return told

    def refuse_crash(self) -> NoReturn:
        """Refuse the file that brought the process down."""
        code = self.process.wait()
        refuse(
            UnreadableFile,
            f"Reading the file failed (the reading process ended with code {code}): it is damaged "
            f"or asks too much memory or time. {ADVICE}",
        )


def _stop(process: subprocess.Popen[bytes], errors: Any) -> None:
    """End the process and close its pipes."""
    process.kill()
    for pipe in (process.stdin, process.stdout, errors):
        if pipe is not None:
            try:
                pipe.close()
            except BrokenPipeError:
                continue  # what was not sent yet has no reader any more
    process.wait()


def arrow_stream(child: Child) -> Iterator[Any]:
    """Batches of the Arrow stream that the child writes; none where it only has an error."""
    stdout: Any = child.process.stdout
    if stdout.peek(1)[:1] == b"{":
        return
    try:
        reader = pa.ipc.open_stream(stdout)
        yield from reader
    except (pa.ArrowException, OSError, EOFError):
        child.refuse_crash()
