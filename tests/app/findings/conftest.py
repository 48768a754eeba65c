"""A small world of works along one street, written straight into the tables."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any
from uuid import UUID, uuid4

import numpy as np
import pytest
import shapely
from geoalchemy2.shape import from_shape
from shapely.affinity import translate
from sqlalchemy import Connection, insert, literal, select, update
from sqlalchemy.dialects.postgresql import JSONB

from app.findings.detect_all import detect_everything
from app.findings.detection import find
from app.findings.found import uuid_texts
from app.findings.parameters import note_as_of, read_rules, switch_off
from app.findings.read_works import read_works
from app.findings.refresh import refresh
from app.findings.write import Changes
from app.organisations.add import add
from app.tables import datasets, finding_events, findings, projects, work_versions, works
from spatial import vocabulary
from spatial.crs import transform
from spatial.finding import MEASURE_COLUMNS
from spatial.geometry import footprints
from spatial.rule import rules
from tests.surround import surround

if TYPE_CHECKING:
    from app.settings import Settings

STORAGE = 28992
EAST, NORTH = 93_000.0, 463_000.0


def day(text_: str) -> date:
    return date.fromisoformat(text_)


def shapes(line: Any, facility: str, activity: str) -> dict[str, Any]:
    """Geometry and footprint as stored, from a shape in metres from the corner of the world."""
    place = np.array([translate(line, EAST, NORTH)], dtype=object)
    codes = [vocabulary.FACILITY.code(facility)], [vocabulary.ACTIVITY.code(activity)]
    footprint = footprints(place, *(np.array(c, dtype=np.int8) for c in codes))
    served = [transform(x, STORAGE, 4326) for x in (place, footprint)]
    return {
        "geometry": from_shape(place[0], STORAGE),
        "footprint": from_shape(footprint[0], STORAGE),
        "geometry_4326": from_shape(served[0][0], 4326),
        "footprint_4326": from_shape(served[1][0], 4326),
    }


def keep_four_rules(connection: Connection) -> None:
    """Switch off all later rules, unless they are."""
    four = {"O01", "O02", "B01", "B02"}
    if {rule.code for rule in read_rules(connection)} != four:
        switch_off(connection, [rule.code for rule in rules() if rule.code not in four])


@dataclass
class World:
    """Writes works as an upload would, and reads the findings back.

    Unless ``all_rules``, only the first four are on: what most tests count must
    not change with every rule that is added.
    """

    connection: Connection
    settings: Settings
    owners: dict[str, UUID] = field(default_factory=dict)
    drawn: dict[UUID, tuple[Any, str, str]] = field(default_factory=dict)
    all_rules: bool = False

    def __post_init__(self) -> None:
        if not self.all_rules:
            keep_four_rules(self.connection)

    def owner(self, slug: str) -> UUID:
        if slug not in self.owners:
            self.owners[slug] = add(self.connection, slug, slug.title(), "municipality")
            self.connection.execute(insert(datasets).values(organisation_id=self.owners[slug]))
        return self.owners[slug]

    def _project(self, slug: str) -> UUID:
        owner = self.owner(slug)
        dataset = select(datasets.c.id).where(datasets.c.organisation_id == owner)
        values = {
            "dataset_id": dataset.scalar_subquery(),
            "organisation_id": owner,
            "reference": uuid4().hex,
            "title": "Project",
        }
        return self.connection.execute(
            insert(projects).values(values).returning(projects.c.id)
        ).scalar_one()

    def work(
        self,
        slug: str,
        start: str = "2028-03-01",
        end: str = "2028-05-31",
        *,
        x: float = 0.0,
        y: float = 0.0,
        length: float = 100.0,
        shape: Any = None,
        facility: str = "sewer",
        activity: str = "renew",
        **more: Any,
    ) -> UUID:
        """Store a work along a street; nothing is detected yet."""
        line = shape or shapely.LineString([(x, y), (x + length, y)])
        values = {
            "project_id": self._project(slug),
            "organisation_id": self.owner(slug),
            "title": f"Werk van {slug}",
            "facility": facility,
            "activity": activity,
            "planning_status": "committed",
            "visibility": "public",
            "period": f"[{start},{day(end) + timedelta(days=1)})",
            **shapes(line, facility, activity),
            **more,
        }
        made = self.connection.execute(insert(works).values(values).returning(works.c.id))
        id_ = made.scalar_one()
        self.drawn[id_] = (line, facility, activity)
        return id_

    def change(self, work: UUID, *, shape: Any = None, **values: Any) -> None:
        """Change a work as an edit would: new values and the next version, the old one kept."""
        self._keep_version(work)
        line, facility, activity = self.drawn[work]
        facility, activity = values.get("facility", facility), values.get("activity", activity)
        line = shape or line
        self.drawn[work] = (line, facility, activity)
        if shape or {"facility", "activity"} & values.keys():
            values |= shapes(line, facility, activity)
        self.connection.execute(
            update(works).where(works.c.id == work).values(**values, version=works.c.version + 1)
        )

    def _keep_version(self, work: UUID) -> None:
        columns = works.c
        now = select(
            columns.id, columns.version, literal("changed"), literal({}, JSONB), columns.geometry
        ).where(columns.id == work)
        names = ["work_id", "version", "change", "snapshot", "geometry"]
        self.connection.execute(insert(work_versions).from_select(names, now))

    def move(self, work: UUID, *, x: float = 0.0, y: float = 0.0, length: float = 100.0) -> None:
        self.change(work, shape=shapely.LineString([(x, y), (x + length, y)]))

    def plan(self, work: UUID, start: str, end: str) -> None:
        self.change(work, period=f"[{start},{day(end) + timedelta(days=1)})")

    def refresh(self, *ids: UUID) -> Changes:
        return refresh(self.connection, self.settings, ids)

    def findings(self, **equal: Any) -> list[Any]:
        query = select(findings).order_by(findings.c.rule, findings.c.key)
        for name, value in equal.items():
            query = query.where(findings.c[name] == value)
        return list(self.connection.execute(query))

    def finding(self, rule: str) -> Any:
        (row,) = self.findings(rule=rule)
        return row

    def surround(self) -> None:
        """Put something of every context layer around the street, and say what day it is."""
        surround(self.connection, self.owner("gemeente"), EAST, NORTH)
        note_as_of(self.connection, day("2027-01-01"))

    def states(self) -> dict[str, str]:
        return {row.rule: row.state for row in self.findings()}

    def events(self, finding: UUID) -> list[Any]:
        query = select(finding_events).where(finding_events.c.finding_id == finding)
        return list(self.connection.execute(query.order_by(finding_events.c.id)))

    def judge(self, finding: UUID, state: str) -> None:
        self.connection.execute(
            update(findings).where(findings.c.id == finding).values(state=state)
        )

    def assert_like_a_copy(self) -> None:
        """Subjects, measures and scores are those of a detection that starts from nothing."""
        rules = read_rules(self.connection)
        read = read_works(self.connection)
        found = find(self.connection, read, rules)
        expected = {
            UUID(id_): [
                *(found.findings.measures[name][row] for name in MEASURE_COLUMNS),
                found.findings.score[row],
            ]
            for row, id_ in enumerate(uuid_texts(found.id))
        }
        stored = {f.id: f for f in self.findings() if f.state != "resolved"}
        assert stored.keys() == expected.keys()
        for id_, numbers in expected.items():
            have = [getattr(stored[id_], name) for name in (*MEASURE_COLUMNS, "score")]
            given = np.array([np.nan if n is None else n for n in have])
            np.testing.assert_allclose(given, numbers, rtol=1e-9, atol=1e-6)

    def assert_full_run_writes_nothing(self) -> None:
        before = {f.id: f for f in self.findings()}
        changes = detect_everything(self.connection, self.settings)
        differ = [(f.rule, f.measures) for f in self.findings() if f != before.get(f.id)]
        assert (changes, differ) == (Changes(unchanged=changes.unchanged), [])


@pytest.fixture
def worlds() -> type[World]:
    """The class, for tests that make worlds on connections of their own."""
    return World


@pytest.fixture
def world(connection: Connection, settings: Settings) -> World:
    """A world in a transaction that is rolled back."""
    return World(connection, settings)
