"""Make a work, and its project where the reference is new, of one feature."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID, uuid4

import numpy as np
from shapely.geometry.base import BaseGeometry
from sqlalchemy import Connection, func, select

from app.editing.facts import BLANK, owner_of, slug_of
from app.findings.refresh import refresh
from app.kit.problems import Conflict
from app.organisations.viewer import Viewer
from app.projects.change_work import ChangeRefused, check_words, with_days
from app.projects.doubles import mark_doubles
from app.projects.facts import OF_PROJECT, Facts
from app.projects.shapes import keys, objects
from app.projects.stored import (
    StoredProjects,
    StoredWorks,
    read_projects,
    read_works,
    with_references,
)
from app.projects.write import Author, ProjectChange, WorkChange, write
from app.settings import Settings
from app.tables import works
from app.uploads.compare import project_facts
from app.uploads.identity import auto_reference
from app.uploads.receive import dataset_id
from spatial.geometry import footprints
from spatial.vocabulary import ACTIVITY, FACILITY

DATASET = "edited"
"""Where works go that are drawn, so that the next complete delivery of the main dataset, which
does not know of them, withdraws none."""
VISIBILITY = "partners"


@dataclass(frozen=True, slots=True)
class _Project:
    """The project that a new work goes into: stored, or to be made."""

    id: UUID
    change: ProjectChange | None
    facts: Facts


def create_work(
    connection: Connection,
    settings: Settings,
    viewer: Viewer,
    said: Facts,
    shape: BaseGeometry,
    *,
    dataset: str = DATASET,
) -> UUID:
    """Make the work that is said, detect, and give its id.

    A reference that the dataset knows puts the work into that project, whose
    status, commitment and visibility it takes; one that was withdrawn with the
    same place and period comes back under its old id.

    Raises
    ------
    Forbidden
        The organisation named is not the caller's.
    Conflict
        The project has this work already, or is another organisation's.
    ChangeRefused
        A value cannot be stored.
    """
    if said.get("title") is None:
        msg = "A work needs a title."
        raise ChangeRefused(msg)
    given = {n: v for n, v in said.items() if v is not None}
    check_words(given)
    owner = owner_of(connection, viewer, said.get("organisation"))
    assert viewer.organisation_id is not None
    dataset_of = dataset_id(connection, viewer.organisation_id, dataset)
    connection.execute(
        select(func.pg_advisory_xact_lock(func.hashtextextended(str(dataset_of), 0)))
    )
    key = keys(objects([shape]))[0]
    named = str(given["organisation"]) if "organisation" in given else ""
    reference = str(given.get("reference") or auto_reference(str(said["title"]), named, key))
    stored = read_projects(connection, with_references(dataset_of, [reference]))
    project = _project(stored, given, reference, owner)
    inside = read_works(connection, works.c.project_id == project.id)
    facts = _work_facts(given, project.facts)
    change = _work_change(inside, facts, shape, project.id, owner)
    write(
        connection,
        [project.change] if project.change else [],
        [change],
        dataset_id=dataset_of,
        author=Author(None, slug_of(connection, viewer.organisation_id)),
        storage_crs=settings.storage_crs,
    )
    _, turned = mark_doubles(connection, [change], settings.storage_crs)
    refresh(connection, settings, sorted({change.id, *turned}))
    return change.id


def _project(stored: StoredProjects, given: Facts, reference: str, owner: UUID) -> _Project:
    said = {
        "title": given["title"],
        "department": given.get("department"),
        "cost_eur": given.get("project_cost_eur"),
        "organisation_id": str(owner),
        "visibility": given.get("visibility", VISIBILITY),
        **{n: given[n] for n in OF_PROJECT if n in given},
    }
    if not len(stored):
        facts = project_facts(reference, said)
        change = ProjectChange(uuid4(), None, facts, 1)
        return _Project(change.id, change, facts)
    old, version = stored.facts[0], stored.version[0]
    if old["organisation_id"] != str(owner):
        msg = f"Reference {reference!r} is a project of another organisation in this dataset."
        raise Conflict(msg)
    if not old["withdrawn"]:
        _refuse_other(old, given, reference)
        return _Project(stored.id[0], None, old)
    facts = {**old, **{n: v for n, v in said.items() if v is not None}, "withdrawn": False}
    return _Project(stored.id[0], ProjectChange(stored.id[0], old, facts, version + 1), facts)


def _refuse_other(project: Facts, given: Facts, reference: str) -> None:
    """A new work does not silently change what the other works of its project share."""
    names = {**{n: n for n in (*OF_PROJECT, "department")}, "project_cost_eur": "cost_eur"}
    for name, fact in names.items():
        if name in given and given[name] != project[fact]:
            msg = (
                f"{name} of project {reference!r} is {project[fact]!r}, not {given[name]!r}. "
                "Leave it out, or change it at a work that the project has."
            )
            raise ChangeRefused(msg)


def _work_facts(given: Facts, project: Facts) -> Facts:
    of_work = {n: v for n, v in BLANK.items() if n not in {"department", "project_cost_eur"}}
    facts = {
        "part": "",
        **of_work,
        **{n: given[n] for n in (*of_work, "title") if n in given},
        **{n: project[n] for n in OF_PROJECT},
        "periods": None,
        "duration_days": None,
        "extra": {},
        "withdrawn": False,
    }
    return with_days(facts, {})


def _work_change(
    inside: StoredWorks, facts: Facts, shape: BaseGeometry, project_id: UUID, owner: UUID
) -> WorkChange:
    """The new work; or the same one of before, if it is withdrawn."""
    geometry = objects([shape])
    codes = [np.array([v.code(str(facts[v.name]))], dtype=np.int8) for v in (FACILITY, ACTIVITY)]
    footprint = footprints(geometry, *codes)[0]
    key = keys(geometry)[0]
    same = [
        k
        for k, (other, old) in enumerate(zip(keys(inside.geometry), inside.facts, strict=True))
        if other == key and (old["start"], old["end"]) == (facts["start"], facts["end"])
    ]
    if not same:
        return WorkChange(uuid4(), project_id, owner, None, facts, 1, None, shape, footprint)
    k = same[0]
    old, id_ = inside.facts[k], inside.id[k]
    if not old["withdrawn"]:
        msg = f"The project has this work already, with the same place and period: {id_}."
        raise Conflict(msg)
    stored = inside.geometry[k]
    return WorkChange(
        id_, project_id, owner, old, {**facts, "part": old["part"], "extra": old["extra"]},
        inside.version[k] + 1, stored, stored, footprint,
    )  # fmt: skip
