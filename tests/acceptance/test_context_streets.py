"""Real street networks go into the context as they are published, without a converter."""

from __future__ import annotations

import os
from pathlib import Path

import numpy as np
import pytest
import shapely

from app.context.deliver import deliver
from app.context.options import ContextOptions
from app.context.read_context import read_context
from app.organisations.add import add

ROOT = Path(__file__).parents[2]
SHARED = Path(os.environ.get("KANSENKAART_SHARED", ROOT.parent / "shared")) / "data"
LEIDEN = SHARED / "nl-leiden-streets" / "ways.geojson"
WAGENINGEN = SHARED / "nl-wageningen-nwb"

pytestmark = [pytest.mark.acceptance]


@pytest.fixture
def load(engine, settings):
    with engine.begin() as connection:
        add(connection, "nwb")

    def run(path, **options):
        return deliver(
            engine,
            settings,
            "streets",
            path,
            ContextOptions(**options),
            organisation="nwb",
            by="test",
        )

    return run


@pytest.mark.skipif(not LEIDEN.exists(), reason=f"{LEIDEN} is not there")
def test_the_streets_of_leiden(load, engine):
    report = load(LEIDEN)
    assert (report.state, report.counts["stored"], report.counts["refused"]) == ("done", 7929, 0)
    with engine.connect() as connection:
        found = read_context(connection, ["streets"])["streets"]
    assert len(set(found.name.tolist()) - {""}) == 1958
    west, south, east, north = shapely.total_bounds(found.geometry)
    assert 88_000 < west < east < 99_000
    assert 458_000 < south < north < 470_000
    [pieces] = [f for f in report.faults if f.code == "street-graph-in-pieces"]
    assert pieces.reason["en"].startswith("The street network consists of 47 separate pieces")
    again = load(LEIDEN)
    assert (again.state, again.counts["unchanged"]) == ("unchanged", 7929)


@pytest.mark.skipif(not WAGENINGEN.exists(), reason=f"{WAGENINGEN} is not there")
@pytest.mark.parametrize(
    ("file", "segments"), [("Roads_data.gml", 247), ("Roads_TestGround.gml", 232)]
)
def test_the_road_register_of_wageningen(load, engine, file, segments):
    report = load(WAGENINGEN / file)
    assert (report.state, report.counts["read"]) == ("done", segments)
    with engine.connect() as connection:
        found = read_context(connection, ["streets"])["streets"]
    assert len(found) == report.counts["stored"]
    assert np.mean(found.name != "") > 0.9
    centre = shapely.centroid(shapely.multilinestrings(found.geometry))
    assert centre.distance(shapely.Point(174_000, 442_000)) < 20_000
