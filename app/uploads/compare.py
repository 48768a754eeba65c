"""What an upload changes: the rows of a file against what its dataset holds."""

from __future__ import annotations

from collections import Counter
from collections.abc import Hashable
from dataclasses import dataclass, field, replace
from uuid import UUID, uuid4

import numpy as np
import orjson

from app.projects.facts import OF_PROJECT, Facts, difference
from app.projects.shapes import keys
from app.projects.stored import StoredProjects, StoredWorks
from app.projects.versions import json_text
from app.projects.write import ProjectChange, WorkChange
from app.uploads import faults
from app.uploads.identity import Identified
from app.uploads.match import NEW, Side, match
from app.uploads.rows import Rows, day_columns
from spatial.reader import Fault
from spatial.work import Keys


@dataclass
class Changes:
    """What is to be written, and how often each kind of change occurs."""

    projects: list[ProjectChange] = field(default_factory=list)
    works: list[WorkChange] = field(default_factory=list)
    counts: Counter[str] = field(default_factory=Counter)
    faults: list[Fault] = field(default_factory=list)
    kept: set[UUID] = field(default_factory=set)
    kept_projects: set[UUID] = field(default_factory=set)


def compare(
    file: Identified, projects: StoredProjects, works: StoredWorks, *, complete: bool
) -> Changes:
    """The projects and works that are new or differ; what is equal is only counted.

    Works that the file leaves out are told where it is not ``complete``.
    """
    changes = Changes()
    ids = _compare_projects(file, projects, changes)
    changes.kept_projects = {ids[p] for p in file.project}
    facts = work_facts(file)
    owners = [str(f["organisation_id"]) for f in file.facts]
    rows_side = Side(
        [ids[p] for p in file.project],
        [str(f["part"]) for f in facts],
        file.shape,
        [_period(f) for f in facts],
        file.rows.footprint,
        np.ones(len(facts), dtype=np.bool_),
    )
    stored_side = side_of(works)
    found = match(rows_side, stored_side)
    for i, j in enumerate(found.tolist()):
        p = file.project[i]
        wanted = _new(file.rows, i, ids[p], UUID(owners[p]), facts[i])
        if j == NEW:
            changes.counts["new"] += 1
            changes.works.append(wanted)
            continue
        moved = file.shape[i] != stored_side.shape[j]
        changed = _changed(wanted, works, j, moved=moved)
        changes.counts[_kind(changed)] += 1
        if changed is not None:
            changes.works.append(changed)
            if works.upload_id[j] is None:
                changes.faults.append(_edit_replaced(file.references[p], changed))
    changes.kept = {works.id[j] for j in found if j != NEW} | {w.id for w in changes.works}
    if not complete:
        _tell_left_behind(works, projects, found, changes)
        _let_follow(works, changes)
    return changes


def _compare_projects(file: Identified, stored: StoredProjects, changes: Changes) -> list[UUID]:
    """The id of each project of the file; what is new or differs goes into ``changes``."""
    known = {str(f["reference"]): k for k, f in enumerate(stored.facts)}
    ids: list[UUID] = []
    for reference, said in zip(file.references, file.facts, strict=True):
        new = project_facts(reference, said)
        k = known.get(reference)
        if k is None:
            ids.append(uuid4())
            changes.projects.append(ProjectChange(ids[-1], None, new, 1))
            continue
        ids.append(stored.id[k])
        if new != stored.facts[k]:
            changes.projects.append(
                ProjectChange(ids[-1], stored.facts[k], new, stored.version[k] + 1)
            )
    return ids


def project_facts(reference: str, said: Facts) -> Facts:
    """The facts of a project, complete, from what its rows say."""
    return {
        "organisation_id": said["organisation_id"],
        "department": said.get("department"),
        "reference": reference,
        "title": said.get("title") or reference,
        "description": said.get("description"),
        "planning_status": said.get("planning_status") or "unknown",
        "commitment": said.get("commitment") or "none",
        "visibility": said["visibility"],
        "cost_eur": said.get("cost_eur"),
        "budgets": said.get("budgets") or {},
        "withdrawn": False,
    }


def work_facts(file: Identified) -> list[Facts]:
    """The facts of each row's work; status, commitment and visibility are the project's."""
    rows, days = file.rows, day_columns(file.rows)
    terms, texts = rows.terms, rows.texts
    return [
        {
            "part": str(texts["part"][i] or ""),
            "title": texts["title"][i] or file.facts[p].get("title") or file.references[p],
            "facility": terms["facility"][i] or "unknown",
            "activity": terms["activity"][i] or "unknown",
            "excavation": terms["excavation"][i] or "unknown",
            "road_impact": terms["road_impact"][i] or "unknown",
            "planning_status": file.facts[p].get("planning_status") or "unknown",
            "commitment": file.facts[p].get("commitment") or "none",
            "visibility": file.facts[p]["visibility"],
            "start": days["start"][i],
            "end": days["end"][i] if days["start"][i] else None,
            "periods": rows.periods[i],
            "precision": rows.precision[i] or "day",
            "earliest": days["earliest"][i],
            "latest": days["latest"][i],
            "duration_days": int(rows.duration_days[i]) if rows.duration_days[i] > 0 else None,
            "extra": rows.extra[i] or {},
            "withdrawn": False,
        }
        for i, p in enumerate(file.project)
    ]


def side_of(works: StoredWorks) -> Side:
    """Stored works as one side of the comparison."""
    return Side(
        list(works.project_id),
        [str(f["part"]) for f in works.facts],
        keys(works.geometry),
        [_period(f) for f in works.facts],
        works.footprint,
        np.array([not f["withdrawn"] for f in works.facts], dtype=np.bool_),
    )


def _period(facts: Facts) -> Hashable:
    periods = facts["periods"]
    return (facts["start"], facts["end"], str(periods) if periods else None)


def _new(rows: Rows, i: int, project: UUID, owner: UUID, facts: Facts) -> WorkChange:
    return WorkChange(
        uuid4(), project, owner, None, facts, 1, None, rows.geometry[i], rows.footprint[i]
    )


def _changed(wanted: WorkChange, works: StoredWorks, j: int, *, moved: bool) -> WorkChange | None:
    """The change of a stored work into what the file says, or ``None`` where it is that."""
    old, owner = works.facts[j], works.organisation_id[j]
    facts = {**wanted.new, "extra": _as_kept(wanted.new["extra"])}
    if not moved and facts == old and owner == wanted.organisation_id:
        return None
    return replace(
        wanted,
        id=works.id[j],
        old=old,
        new=facts,
        version=works.version[j] + 1,
        old_geometry=works.geometry[j],
        geometry=wanted.geometry if moved else works.geometry[j],
    )


def _as_kept(extra: object) -> object:
    """Extra columns as they read back from the database."""
    return orjson.loads(json_text(extra))


def _edit_replaced(reference: str, changed: WorkChange) -> Fault:
    assert changed.old is not None
    names = ", ".join(difference(changed.old, changed.new)) or "geometry"
    return faults.edit_replaced(reference, str(changed.old["title"]), names)


def _kind(changed: WorkChange | None) -> str:
    if changed is None:
        return "unchanged"
    assert changed.old is not None
    return "restored" if changed.old["withdrawn"] else "changed"


def _let_follow(works: StoredWorks, changes: Changes) -> None:
    """Standing works that the file leaves out take the status and owner their project gets."""
    new = {p.id: p.new for p in changes.projects if p.old is not None}
    for k, id_ in enumerate(works.id):
        project, facts = new.get(works.project_id[k]), works.facts[k]
        if project is None or facts["withdrawn"] or id_ in changes.kept:
            continue
        follows = {**facts, **{name: project[name] for name in OF_PROJECT}}
        owner = UUID(str(project["organisation_id"]))
        if follows != facts or owner != works.organisation_id[k]:
            changes.works.append(
                WorkChange(
                    id_,
                    works.project_id[k],
                    owner,
                    facts,
                    follows,
                    works.version[k] + 1,
                    works.geometry[k],
                    works.geometry[k],
                    works.footprint[k],
                )
            )


def _tell_left_behind(
    works: StoredWorks, projects: StoredProjects, found: Keys, changes: Changes
) -> None:
    standing = {j for j, f in enumerate(works.facts) if not f["withdrawn"]}
    left = Counter(works.project_id[j] for j in standing - set(found.tolist()))
    reference = dict(zip(projects.id, projects.facts, strict=True))
    changes.faults.extend(
        faults.left_behind(str(reference[project]["reference"]), count)
        for project, count in left.items()
    )
