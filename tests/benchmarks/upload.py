"""``./run bench upload``: from a sent file to findings on the map, among a million works.

    ./run bench upload [--works N] [--rows N] [--patches N] [--seed N] [--rules CODES | all]

A private cluster in a temporary folder gets N generated works and their
findings; ``kansenkaart serve`` runs on it as a process of its own. Measured
are a POST of a file of 1,000 works, from its last byte to its findings being
readable at /ogc, and the median of 50 PATCHes of one work. docs/benchmarks.md.
"""

from __future__ import annotations

import argparse
import json
import os
import socket
import statistics
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import date, timedelta
from http.client import HTTPConnection
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from urllib.parse import urlencode

import numpy as np
import shapely
from rich.console import Console
from rich.table import Table

from spatial.period import day
from spatial.vocabulary import ACTIVITY, EXCAVATION, FACILITY, PLANNING_STATUS, ROAD_IMPACT
from spatial.work import Works
from tests.benchmarks import generate
from tests.benchmarks.choose_rules import ask_rules, choose_rules
from tests.benchmarks.store_works import store

UPLOAD_TARGET_S = 4.0
PATCH_TARGET_S = 0.150
OWNER = "bench-upload"
BOUNDARY = "kansenkaart-bench"
POLL_S = 0.02
RD = "urn:ogc:def:crs:EPSG::28992"


@dataclass(frozen=True)
class Service:
    """A running service and the key of an organisation."""

    port: int
    key: str

    def ask(self, method: str, path: str, body: bytes | None = None, **headers: str) -> Any:
        """One request; the answer with its body read."""
        connection = HTTPConnection("127.0.0.1", self.port, timeout=120)
        sent = {"X-API-Key": self.key} | {k.replace("_", "-"): v for k, v in headers.items()}
        connection.request(method, path, body, sent)
        answer = connection.getresponse()
        content = answer.read()
        connection.close()
        if answer.status >= 400:
            msg = f"{method} {path}: {answer.status} {content[:500]!r}"
            raise RuntimeError(msg)
        return answer, json.loads(content) if content else None

    def send_file(self, content: bytes) -> tuple[float, str]:
        """POST a file; the moment after its last byte was sent, and where to follow it."""
        head = (
            f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="visibility"\r\n\r\npublic\r\n'
            f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="file"; '
            'filename="plan.geojson"\r\nContent-Type: application/geo+json\r\n\r\n'
        ).encode()
        body = head + content + f"\r\n--{BOUNDARY}--\r\n".encode()
        connection = HTTPConnection("127.0.0.1", self.port, timeout=120)
        connection.putrequest("POST", "/api/uploads")
        connection.putheader("Content-Type", f"multipart/form-data; boundary={BOUNDARY}")
        connection.putheader("Content-Length", str(len(body)))
        connection.putheader("X-API-Key", self.key)
        connection.endheaders()
        connection.send(body)
        sent = time.perf_counter()
        answer = connection.getresponse()
        content = answer.read()
        if answer.status != 202:
            msg = f"POST /api/uploads: {answer.status} {content[:500]!r}"
            raise RuntimeError(msg)
        return sent, str(answer.headers["Location"])


def plan_file(works: Works) -> bytes:
    """The works as an organisation would deliver them: GeoJSON in RD New."""
    words = {
        "facility": (FACILITY, works.facility),
        "activity": (ACTIVITY, works.activity),
        "excavation": (EXCAVATION, works.excavation),
        "road_impact": (ROAD_IMPACT, works.road_impact),
        "planning_status": (PLANNING_STATUS, works.planning_status),
    }
    features = [
        {
            "type": "Feature",
            "properties": {
                "reference": f"U{n}",
                "title": f"Upload {n}",
                "start": str(day(works.start[n])),
                "end": str(day(works.end[n] - 1)),
                **{name: v.ids[codes[n]] for name, (v, codes) in words.items()},
            },
            "geometry": shapely.geometry.mapping(works.geometry[n]),
        }
        for n in range(len(works))
    ]
    crs = {"type": "name", "properties": {"name": RD}}
    return json.dumps({"type": "FeatureCollection", "crs": crs, "features": features}).encode()


def free_port() -> int:
    """A port that nobody uses now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def serving(home: Path, key: str) -> Iterator[Service]:
    """``kansenkaart serve`` as a process of its own, until the block ends."""
    port = free_port()
    environment = {**os.environ, "KANSENKAART_HOME": str(home), "PORT": str(port)}
    environment.pop("DATABASE_URL", None)
    command = [sys.executable, "-m", "app.cli", "serve"]
    with (home.parent / "serve.log").open("wb") as log:
        process = subprocess.Popen(command, env=environment, stdout=log, stderr=log)
    service = Service(port, key)
    try:
        wait_until_ready(service, process, home.parent / "serve.log")
        yield service
    finally:
        process.terminate()
        process.wait(60)


def wait_until_ready(service: Service, process: subprocess.Popen[bytes], log: Path) -> None:
    """Until the service answers; what it said where it does not start."""
    for _ in range(600):
        if process.poll() is not None:
            break
        try:
            service.ask("GET", "/health/ready")
        except (OSError, RuntimeError):
            time.sleep(0.1)
        else:
            return
    msg = f"the service does not start: {log.read_text()[-2000:]}"
    raise RuntimeError(msg)


def upload(
    service: Service, works: Works, *, readable: bool = True
) -> tuple[float, dict[str, Any]]:
    """Seconds from the last byte of the file to its findings at /ogc, and the report."""
    sent, place = service.send_file(plan_file(works))
    while True:
        _, told = service.ask("GET", place)
        if told["state"] not in {"queued", "running"}:
            break
        time.sleep(POLL_S)
    if told["state"] != "done":
        msg = f"the upload is {told['state']}: {json.dumps(told)[:2000]}"
        raise RuntimeError(msg)
    shown = sum(read_findings(service, works))
    seconds = time.perf_counter() - sent
    if readable and not shown:
        msg = "the file has no finding at /ogc"
        raise RuntimeError(msg)
    return seconds, told["report"]


def read_findings(service: Service, works: Works) -> Iterator[int]:
    """How many findings of the file each layer of findings shows around its first work."""
    west, south, *_ = shapely.bounds(works.geometry[0]).tolist()
    box = (west - 10_000, south - 10_000, west + 10_000, south + 10_000)
    asked = {
        "bbox": ",".join(f"{side:.0f}" for side in box),
        "bbox-crs": "http://www.opengis.net/def/crs/EPSG/0/28992",
        "organisation": OWNER,
        "limit": 1000,
    }
    for layer in ("opportunities", "bottlenecks"):
        path = f"/ogc/collections/{layer}/items?{urlencode(asked)}"
        _, content = service.ask("GET", path, Accept="application/geo+json")
        yield len(content["features"])


def patches(service: Service, count: int) -> list[float]:
    """Seconds of each PATCH that moves the end of a work by a week."""
    asked = urlencode({"organisation": OWNER, "limit": count})
    _, content = service.ask("GET", f"/api/works?{asked}")
    seconds = []
    for work in content["works"]:
        path = f"/api/works/{work['id']}"
        answer, read = service.ask("GET", path)
        later = date.fromisoformat(read["end"]) + timedelta(days=7)
        body = json.dumps({"end": str(later)}).encode()
        began = time.perf_counter()
        service.ask(
            "PATCH",
            path,
            body,
            Content_Type="application/merge-patch+json",
            If_Match=answer.headers["ETag"],
        )
        seconds.append(time.perf_counter() - began)
    return seconds


def measure(args: argparse.Namespace, console: Console) -> Table:
    """Fill a database, serve it, send a file and change works."""
    from app.findings.detect_all import detect_all
    from app.organisations.add import add
    from app.organisations.issue_key import issue_key
    from app.runtime import running
    from app.settings import read_settings

    more = generate.works(args.works, args.seed + 1, "national")
    rows = more.take(np.arange(min(args.rows, len(more))))
    with TemporaryDirectory() as folder:
        home = Path(folder) / "state"
        settings = replace(read_settings({}), home=home)
        with running(settings) as runtime:
            console.print(f"[dim]storing {args.works:,} works ...[/dim]")
            store(runtime.engine, generate.works(args.works, args.seed, "national"))
            choose_rules(runtime.engine, args.rules)
            console.print("[dim]detecting ...[/dim]")
            stored = detect_all(runtime.engine, runtime.settings)
            with runtime.engine.begin() as connection:
                add(connection, OWNER, "Bench", "network_operator")
                key = issue_key(connection, OWNER)
            vacuum(runtime.engine)
            with serving(home, key) as service:
                console.print("[dim]sending ...[/dim]")
                cold, _ = upload(service, rows.take(np.arange(1)), readable=False)
                first, report = upload(service, rows)
                each = patches(service, args.patches)
    shown = Table("what", "seconds", "target", title=f"among {args.works:,} stored works")
    shown.add_row(f"{len(rows):,} works, last byte to findings at /ogc", f"{first:.2f}", "4")
    shown.add_row("1 work, the first file after the start", f"{cold:.2f}", "")
    shown.add_row(
        f"PATCH of one work, median of {len(each)}", f"{statistics.median(each):.3f}", "0.150"
    )
    shown.add_row("PATCH of one work, slowest", f"{max(each):.3f}", "")
    console.print(f"Stored before: {stored.new:,} findings. Report: {report.get('findings')}")
    console.print(f"Seconds inside the upload: {report.get('timings_s')}")
    return shown


def vacuum(engine: Any) -> None:
    """Statistics as a service that runs for a day would have them."""
    from sqlalchemy import text

    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(text("VACUUM ANALYZE findings"))


def main() -> int:
    """Measure and print."""
    asked = argparse.ArgumentParser(prog="./run bench upload")
    asked.add_argument("--works", type=int, default=1_000_000)
    asked.add_argument("--rows", type=int, default=1_000)
    asked.add_argument("--patches", type=int, default=50)
    asked.add_argument("--seed", type=int, default=1)
    ask_rules(asked)
    console = Console()
    console.print(measure(asked.parse_args(), console))
    return 0


if __name__ == "__main__":
    sys.exit(main())
