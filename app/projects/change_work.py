"""Change a work by hand: its period, place, words; or withdraw it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

import numpy as np
import orjson
import shapely
from pyproj import CRS
from sqlalchemy import Connection, select

from app.findings.refresh import refresh
from app.kit.problems import Forbidden, NotFound, PreconditionFailed
from app.organisations.viewer import Viewer
from app.projects.doubles import mark_doubles
from app.projects.facts import OF_PROJECT, Facts
from app.projects.read import owns
from app.projects.shapes import objects
from app.projects.stored import StoredProjects, StoredWorks, read_projects, read_works
from app.projects.write import Author, ProjectChange, WorkChange, write
from app.settings import Settings
from app.tables import datasets, projects, works
from spatial.crs import transform
from spatial.errors import GeometryRefused, KansenkaartError
from spatial.geometry import clean, footprints
from spatial.vocabulary import (
    ACTIVITY,
    COMMITMENT,
    EXCAVATION,
    FACILITY,
    PLANNING_STATUS,
    PRECISION,
    ROAD_IMPACT,
    VISIBILITY,
    Vocabulary,
)
from spatial.work import Objects

WORDS: Mapping[str, Vocabulary] = {
    "facility": FACILITY,
    "activity": ACTIVITY,
    "excavation": EXCAVATION,
    "road_impact": ROAD_IMPACT,
    "precision": PRECISION,
    "planning_status": PLANNING_STATUS,
    "commitment": COMMITMENT,
    "visibility": VISIBILITY,
}
DAYS = ("start", "end", "earliest", "latest")
PROJECT_ONLY = ("department", "cost_eur")
"""What a project says and its works do not repeat."""


class ChangeRefused(KansenkaartError):
    """The change breaks a rule."""


@dataclass(frozen=True, slots=True)
class Editor:
    """Who changes, and which version they saw; ``None`` where they do not say."""

    viewer: Viewer
    by: str
    version: int | None


@dataclass(frozen=True, slots=True)
class Opened:
    """A work at position ``k`` among all works of its project, and the project; all locked."""

    k: int
    stored: StoredWorks
    project: StoredProjects

    @property
    def facts(self) -> Facts:
        """What is stored of the work."""
        return self.stored.facts[self.k]

    @property
    def version(self) -> int:
        """The version of the work."""
        return self.stored.version[self.k]


@dataclass(frozen=True, slots=True)
class _New:
    """The works of a project as they shall be, and what is said of the project itself."""

    facts: list[Facts]
    geometry: Objects
    of_project: Facts


def change_work(
    connection: Connection, settings: Settings, work_id: UUID, patch: Facts, editor: Editor
) -> int:
    """Apply a merge patch to a work, detect anew, and give its new version.

    ``geometry`` is GeoJSON in WGS 84, longitude first. A patch that changes
    nothing makes no version.

    Raises
    ------
    NotFound, Forbidden, PreconditionFailed
        There is no such work for this caller; it is not theirs; it has changed.
    ChangeRefused, GeometryRefused
        The new values cannot be stored.
    """
    opened = open_work(connection, work_id, editor)
    if "geometry" in patch:
        patch = {**patch, "geometry": _shape(patch["geometry"], settings)}
    return change_opened(connection, settings, opened, patch, editor)


def change_opened(
    connection: Connection, settings: Settings, opened: Opened, patch: Facts, editor: Editor
) -> int:
    """The same for a work that is open; ``geometry`` is a clean shape in the storage CRS.

    ``department`` and ``cost_eur`` are the project's alone.
    """
    k, stored = opened.k, opened.stored
    check_words(patch)
    said = {n: v for n, v in patch.items() if n not in {"geometry", *PROJECT_ONLY}}
    new = with_days({**stored.facts[k], **said}, patch)
    geometry = stored.geometry.copy()
    if "geometry" in patch:
        geometry[k] = patch["geometry"]
    shared = {n: new[n] for n in OF_PROJECT if n in patch}
    facts = [{**f, **shared} for f in stored.facts]
    facts[k] = new
    of_project = {n: patch[n] for n in PROJECT_ONLY if n in patch}
    return _write(connection, settings, opened, _New(facts, geometry, of_project), editor)


def withdraw_work(connection: Connection, settings: Settings, work_id: UUID, editor: Editor) -> int:
    """Withdraw a work, and with the last one its project; gives the work's new version."""
    return withdraw_opened(connection, settings, open_work(connection, work_id, editor), editor)


def withdraw_opened(
    connection: Connection, settings: Settings, opened: Opened, editor: Editor
) -> int:
    """The same for a work that is open."""
    facts = list(opened.stored.facts)
    facts[opened.k] = {**facts[opened.k], "withdrawn": True}
    return _write(connection, settings, opened, _New(facts, opened.stored.geometry, {}), editor)


def open_work(connection: Connection, work_id: UUID, editor: Editor) -> Opened:
    """The work among all works of its project, locked, if the caller may change it.

    Raises
    ------
    NotFound, Forbidden, PreconditionFailed
        There is no such work for this caller; it is not theirs; it has changed.
    """
    found = connection.execute(
        select(
            works.c.project_id,
            works.c.organisation_id,
            datasets.c.organisation_id.label("delivered_by"),
        )
        .join(projects, projects.c.id == works.c.project_id)
        .join(datasets, datasets.c.id == projects.c.dataset_id)
        .where(works.c.id == work_id, editor.viewer.sees_rows_of(works))
    ).one_or_none()
    if found is None:
        msg = f"There is no work {work_id}, or you may not see it."
        raise NotFound(msg)
    if not owns(editor.viewer, found):
        msg = "Only the organisation that owns a work may change it."
        raise Forbidden(msg)
    project = read_projects(connection, projects.c.id == found.project_id)
    stored = read_works(connection, works.c.project_id == found.project_id)
    opened = Opened(stored.id.index(work_id), stored, project)
    if editor.version not in {None, opened.version}:
        msg = (
            f"The work is at version {opened.version}, not {editor.version}; read it again and "
            "repeat your change."
        )
        raise PreconditionFailed(msg)
    return opened


def check_words(patch: Facts) -> None:
    """Refuse words that are not in their vocabulary."""
    for name, vocabulary in WORDS.items():
        if name in patch and patch[name] not in vocabulary:
            msg = f"{name} must be one of {', '.join(vocabulary.ids)}, not {patch[name]!r}."
            raise ChangeRefused(msg)


def with_days(new: Facts, patch: Facts) -> Facts:
    """Check days; a new first or last day makes one period of the work, precise to the day."""
    for first, last in (("start", "end"), ("earliest", "latest")):
        a, b = new[first], new[last]
        if a is None and b is not None:
            msg = f"{last} needs a {first}."
            raise ChangeRefused(msg)
        if (
            a is not None
            and b is not None
            and date.fromisoformat(str(b)) < date.fromisoformat(str(a))
        ):
            msg = f"{last} ({b}) lies before {first} ({a})."
            raise ChangeRefused(msg)
    if (new["earliest"] is None) != (new["latest"] is None):
        msg = "earliest and latest go together: give both, or neither."
        raise ChangeRefused(msg)
    if {"start", "end"} & patch.keys():
        new = {**new, "periods": None, "precision": patch.get("precision", "day")}
    return new


def _shape(geojson: object, settings: Settings) -> object:
    try:
        drawn = objects([shapely.from_geojson(orjson.dumps(geojson))])
    except (shapely.GEOSException, TypeError) as error:
        msg = f"The geometry is not GeoJSON: {error}."
        raise GeometryRefused(msg) from error
    storage = CRS.from_epsg(settings.storage_crs)
    brought = transform(shapely.force_2d(drawn), CRS.from_epsg(4326), storage)
    shape, faults = clean(brought, np.array([1]), settings.max_vertices)
    if shape[0] is None:
        msg = " ".join(f.reason["en"] for f in faults) or "The geometry cannot be used."
        raise GeometryRefused(msg)
    return shape[0]


def _write(
    connection: Connection, settings: Settings, opened: Opened, new: _New, editor: Editor
) -> int:
    k, stored, project = opened.k, opened.stored, opened.project
    changes = _work_changes(stored, new)
    of_project = _project_changes(project, new, k)
    if not changes and not of_project:
        return stored.version[k]
    write(
        connection,
        of_project,
        changes,
        dataset_id=project.id[0],
        author=Author(None, editor.by),
        storage_crs=settings.storage_crs,
    )
    concerned = {c.id for c in changes}
    if of_project and new.of_project:
        concerned |= set(stored.id)  # rules ask after the department of a work
    _, turned = mark_doubles(connection, changes, settings.storage_crs)
    refresh(connection, settings, sorted({*concerned, *turned}))
    return stored.version[k] + any(c.id == stored.id[k] for c in changes)


def _work_changes(stored: StoredWorks, new: _New) -> list[WorkChange]:
    facts, geometry = new.facts, new.geometry
    footprint = footprints(geometry, _codes(FACILITY, facts), _codes(ACTIVITY, facts))
    return [
        WorkChange(
            stored.id[i],
            stored.project_id[i],
            stored.organisation_id[i],
            stored.facts[i],
            facts[i],
            stored.version[i] + 1,
            stored.geometry[i],
            geometry[i],
            footprint[i],
        )
        for i in range(len(stored))
        if facts[i] != stored.facts[i] or geometry[i] is not stored.geometry[i]
    ]


def _codes(vocabulary: Vocabulary, facts: list[Facts]) -> Any:
    return np.array([vocabulary.code(str(f[vocabulary.name])) for f in facts], dtype=np.int8)


def _project_changes(project: StoredProjects, new: _New, k: int) -> list[ProjectChange]:
    old, facts = project.facts[0], new.facts
    told = {**old, **{n: facts[k][n] for n in OF_PROJECT}, **new.of_project}
    told["withdrawn"] = all(f["withdrawn"] for f in facts)
    return [ProjectChange(project.id[0], old, told, project.version[0] + 1)] if told != old else []
