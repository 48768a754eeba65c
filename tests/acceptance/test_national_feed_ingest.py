"""The national planning feed through the whole ingest: every situation stored or told."""

from __future__ import annotations

import os
from collections import Counter
from pathlib import Path

import pytest
from sqlalchemy import func, select

from app.tables import constraint_zones, diversions, projects, works
from tests.app.conftest import Delivery

SHARED = Path(os.environ.get("KANSENKAART_SHARED", Path(__file__).parents[2].parent / "shared"))
FILE = SHARED / "data/ndw-planned-nl/ndw-planned.xml.gz"
pytestmark = [
    pytest.mark.acceptance,
    pytest.mark.skipif(not FILE.exists(), reason=f"{FILE} is not there"),
]


def test_the_national_feed(engine, settings):
    deliver = Delivery(engine, settings)
    report = deliver(FILE.read_bytes(), organisation="ndw", filename=FILE.name)
    assert report.state == "done", report.problem
    records = report.layers[0]["counts"]
    assert records["situations"] == 12_844
    assert records["situations with works"] == 9_852
    assert records["situations with events"] == 2_991
    counts = report.counts
    refused = Counter(f.layer for f in report.faults if f.severity == "error")
    assert sum(refused.values()) == counts["refused"]
    assert counts["read"] == sum(
        counts[name] for name in ("stored", "repeated", "refused", "constraints", "diversions")
    )
    # every situation with works is a project, but for those of which no work has a place
    assert counts["projects"] + refused["works"] == records["situations with works"]
    with engine.connect() as connection:
        stored = {
            table.name: connection.scalar(select(func.count()).select_from(table))
            for table in (projects, works, constraint_zones, diversions)
        }
        with_several = select(func.count()).where(works.c.valid_periods.is_not(None))
        several = connection.scalar(with_several.select_from(works))
    assert stored == {
        "projects": counts["projects"],
        "works": counts["stored"],
        "constraint_zones": counts["constraints"],
        "diversions": counts["diversions"],
    }
    assert several > 0
    again = deliver(FILE.read_bytes(), organisation="ndw", filename=FILE.name)
    assert again.state == "unchanged"
