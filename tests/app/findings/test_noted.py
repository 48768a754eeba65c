"""What owners say of their works beside the columns reaches the rules."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from sqlalchemy import select, update

from app.findings.noted import read_noted
from app.findings.read_works import read_works
from app.findings.situation import situation_of
from app.tables import projects, works
from spatial.period import NO_DAY


@pytest.mark.parametrize(
    ("extra", "expected"),
    [
        ({}, (False, False, None, NO_DAY)),
        ({"klimaatmaatregel": "ja"}, (True, False, None, NO_DAY)),
        ({"Climate_measure": True}, (True, False, None, NO_DAY)),
        ({"klimaatmaatregel": "nee"}, (False, False, None, NO_DAY)),
        ({"safety_urgent": "1"}, (False, True, None, NO_DAY)),
        ({"KW": "800,5", "stroom_nodig_vanaf": "2029-01-01"}, (False, False, 800.5, 21_550)),
        ({"kw": "veel", "power_from": "ooit"}, (False, False, None, NO_DAY)),
        ({"kw": None, "vermogen_kw": 12}, (False, False, 12.0, NO_DAY)),
    ],
)
def test_what_a_work_says(world: Any, extra: Any, expected: Any) -> None:
    other, id_ = world.work("water"), world.work("riool", extra=extra)
    keys = np.array(
        [
            world.connection.scalar(select(works.c.key).where(works.c.id == work))
            for work in (other, id_)
        ]
    )
    noted = read_noted(world.connection, keys)
    kw = None if np.isnan(noted.power_kw[1]) else float(noted.power_kw[1])
    found = bool(noted.climate_measure[1]), bool(noted.safety_urgent[1]), kw
    assert (*found, int(noted.power_from[1])) == expected
    assert not noted.climate_measure[0]
    assert np.isnan(noted.power_kw[0])


def test_the_project_speaks_for_its_works_and_the_situation_has_it(world: Any) -> None:
    id_ = world.work("riool")
    project = select(works.c.project_id).where(works.c.id == id_).scalar_subquery()
    world.connection.execute(
        update(projects).where(projects.c.id == project).values(extra={"klimaatmaatregel": "ja"})
    )
    read = read_works(world.connection)
    assert situation_of(world.connection, read, {}).noted.climate_measure.tolist() == [True]
    world.change(id_, extra={"klimaatmaatregel": "nee"})
    read = read_works(world.connection)
    assert situation_of(world.connection, read, {}).noted.climate_measure.tolist() == [False]


def test_crews_and_the_class_of_contractor(world: Any) -> None:
    said = {"Ploegen": "2,5", "contractor_class": " Grond en Weg "}
    world.work("riool", extra=said)
    world.work("water", extra={"crews": "veel"})
    noted = situation_of(world.connection, read_works(world.connection), {}).noted
    assert noted.crews[0] == 2.5
    assert np.isnan(noted.crews[1])
    assert noted.contractor_class.tolist() == ["grond en weg", ""]
