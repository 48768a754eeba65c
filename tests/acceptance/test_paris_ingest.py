"""The works in the streets of Paris, stored in Lambert-93 without a mapping file."""

from __future__ import annotations

import os
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import func, select, text

from app.kit.db import make_engine
from app.runtime import migrate
from app.tables import findings, organisations, works
from tests.app.conftest import Delivery

SHARED = Path(os.environ.get("KANSENKAART_SHARED", Path(__file__).parents[2].parent / "shared"))
FILE = SHARED / "data/paris-chantiers-a-paris-2024-03/chantiers-a-paris.csv"
pytestmark = [
    pytest.mark.acceptance,
    pytest.mark.skipif(not FILE.exists(), reason=f"{FILE} is not there"),
]


@pytest.fixture
def lambert(url_of, settings):
    """A deployment that stores EPSG:2154."""
    name = f"kansenkaart_paris_{os.getpid()}"
    admin = make_engine(url_of("postgres")).execution_options(isolation_level="AUTOCOMMIT")
    with admin.connect() as connection:
        connection.execute(text(f'create database "{name}"'))
    engine = make_engine(url_of(name))
    settings = replace(settings, storage_crs=2154, database_url=url_of(name))
    migrate(engine, settings)
    yield Delivery(engine, settings)
    engine.dispose()
    with admin.connect() as connection:
        connection.execute(text(f'drop database "{name}"'))
    admin.dispose()


def test_paris(lambert):
    report = lambert(FILE.read_bytes(), organisation="paris", filename=FILE.name)
    assert report.exit_code == 1
    counts = report.counts
    assert (counts["read"], counts["stored"], counts["refused"]) == (1725, 1722, 3)
    assert {f.code for f in report.faults if f.severity == "error"} == {"geometry-missing"}
    with lambert.engine.connect() as connection:
        owners = select(func.count(works.c.organisation_id.distinct()))
        assert connection.scalar(owners) == 23
        collective = select(func.count()).where(organisations.c.is_collective)
        assert connection.scalar(collective.select_from(organisations)) == sum(
            o["is_collective"] for o in report.organisations
        )
        conflicts = select(func.count()).where(findings.c.rule == "B01")
        assert connection.scalar(conflicts.select_from(findings)) == 422
    again = lambert(FILE.read_bytes(), organisation="paris", filename=FILE.name)
    assert again.state == "unchanged"
