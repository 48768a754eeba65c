"""Which rows of a file are works of which project, before anything stored is looked at."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from uuid import UUID

import numpy as np

from app.projects.shapes import keys, objects
from app.uploads import faults
from app.uploads.rows import Rows
from spatial.reader import Fault
from spatial.vocabulary import VISIBILITY
from spatial.work import Keys, Objects

ID_COLUMNS = ("id", "fid", "gml_id", "objectid", "ogc_fid", "gid", "uuid", "globalid", "feature_id")
"""Columns that number the rows of a file where nothing else does."""


@dataclass(frozen=True, slots=True)
class Identified:
    """The rows that are left, the project of each, and the facts of each project.

    ``project`` is a position in ``references``, ``facts`` and ``first_row``;
    ``shape`` is the key of each row's geometry; ``repeated`` and ``refused``
    count the rows that were left out.
    """

    rows: Rows
    project: Keys
    shape: list[bytes | None]
    references: list[str]
    facts: list[dict[str, object]]
    faults: list[Fault]
    repeated: int
    refused: int


def identify(rows: Rows, owners: Mapping[str, UUID], uploader: UUID, visibility: str) -> Identified:
    """Group rows into projects, drop repeats, and let the first row speak for its project.

    The strictest visibility of its rows holds for a project, whichever row is
    first: a row that was to stay private must not leak through another.
    """
    told: list[Fault] = []
    shape = keys(rows.geometry)
    reference = _references(rows, shape, told)
    numbers: dict[str, int] = {}
    project = np.fromiter(
        (numbers.setdefault(r, len(numbers)) for r in reference), np.int64, len(rows)
    )
    first = np.full(len(numbers), -1, dtype=np.int64)
    first[project[::-1]] = np.arange(len(rows))[::-1]
    names = rows.texts["organisation"]
    owner = [str(uploader if n is None else owners[n]) for n in names]
    groups = _Groups(rows, project, first, owner, told)
    kept = _without_other_owners(groups)
    refused = len(rows) - len(kept)
    once = _without_repeats(groups, kept, shape)
    facts = _project_facts(groups, once, visibility)
    return Identified(
        rows.take(once),
        project[once],
        [shape[i] for i in once],
        list(numbers),
        facts,
        told,
        len(kept) - len(once),
        refused,
    )


def _references(rows: Rows, shape: list[bytes | None], told: list[Fault]) -> Objects:
    """The reference of each row: its own, else its id in the file, else a digest."""
    reference = rows.texts["reference"].copy()
    for layer in dict.fromkeys(rows.layer):
        missing = np.flatnonzero((rows.layer == layer) & (reference == None))  # noqa: E711  # elementwise
        if not len(missing):
            continue
        column = _id_column(rows.extra[missing])
        if column and len(missing) == (rows.layer == layer).sum():
            reference[missing] = objects([str(rows.extra[i][column]) for i in missing])
        else:
            column = ""
            reference[missing] = objects([_digest(rows, int(i), shape[i]) for i in missing])
        told.append(faults.no_reference(str(layer), column))
    return reference


def _id_column(extra: Objects) -> str:
    """The column of a layer that gives every row another id, or an empty text."""
    names = {str(name).lower(): str(name) for name in (extra[0] or {})}
    for wanted in ID_COLUMNS:
        name = names.get(wanted)
        if name is None:
            continue
        values = [(e or {}).get(name) for e in extra]
        if None not in values and len(set(map(str, values))) == len(values):
            return name
    return ""


def _digest(rows: Rows, i: int, shape: bytes | None) -> str:
    title = str(rows.texts["title"][i] or "")
    return auto_reference(title, str(rows.texts["organisation"][i] or ""), shape)


def auto_reference(title: str, organisation: str, shape: bytes | None) -> str:
    """The reference of a work without one: title, organisation as named and place tell it."""
    content = f"{title}\x1f{organisation}\x1f".encode() + (shape or b"")
    return "auto-" + hashlib.sha256(content).hexdigest()[:20]


@dataclass(frozen=True, slots=True)
class _Groups:
    """Rows by project: the first row of each, the owner of every row, the faults told so far."""

    rows: Rows
    project: Keys
    first: Keys
    owner: list[str]
    told: list[Fault]


def _without_other_owners(groups: _Groups) -> Keys:
    """The rows whose owner is that of their project's first row."""
    rows, kept = groups.rows, []
    names = rows.texts["organisation"]
    for i, p in enumerate(groups.project.tolist()):
        j = int(groups.first[p])
        if groups.owner[i] == groups.owner[j]:
            kept.append(i)
            continue
        said, holds = str(names[i] or ""), str(names[j] or "")
        groups.told.append(faults.other_owner(_place(rows, i), said, holds, int(rows.row[j])))
    return np.array(kept, dtype=np.int64)


def _place(rows: Rows, i: int) -> faults.Place:
    return faults.Place(str(rows.layer[i]), int(rows.row[i]))


def _without_repeats(groups: _Groups, kept: Keys, shape: list[bytes | None]) -> Keys:
    rows = groups.rows
    seen: dict[object, int] = {}
    once: list[int] = []
    for i in kept.tolist():
        periods = rows.periods[i]
        span = (int(rows.start[i]), int(rows.end[i]), str(periods) if periods else "")
        key = (int(groups.project[i]), rows.texts["part"][i], shape[i], span)
        j = seen.setdefault(key, i)
        if j == i:
            once.append(i)
            continue
        reference = str(rows.texts["reference"][i] or "")
        groups.told.append(faults.repeated(_place(rows, i), reference, int(rows.row[j])))
    return np.array(once, dtype=np.int64)


def _project_facts(groups: _Groups, kept: Keys, visibility: str) -> list[dict[str, object]]:
    rows, first = groups.rows, groups.first
    facts: list[dict[str, object]] = [{"organisation_id": groups.owner[j]} for j in first]
    for i in kept.tolist():
        p = int(groups.project[i])
        for name, value in _said(rows, i, visibility).items():
            holds = facts[p].setdefault(name, value)
            if value is None or holds == value:
                continue
            if holds is None:
                facts[p][name] = value
            elif name == "visibility":
                facts[p][name] = _strictest(str(holds), str(value))
            else:
                said = (name, str(value), str(holds))
                groups.told.append(
                    faults.contradiction(_place(rows, i), *said, int(rows.row[first[p]]))
                )
    return facts


def _said(rows: Rows, i: int, visibility: str) -> dict[str, object]:
    cost = float(rows.cost_eur[i])
    return {
        "title": rows.texts["title"][i],
        "description": rows.texts["description"][i],
        "department": rows.texts["department"][i],
        "planning_status": rows.terms["planning_status"][i],
        "commitment": rows.terms["commitment"][i],
        "visibility": rows.terms["visibility"][i] or visibility,
        "cost_eur": round(cost, 2) if np.isfinite(cost) else None,
        "budgets": rows.budgets[i],
    }


def _strictest(a: str, b: str) -> str:
    return max(a, b, key=VISIBILITY.code)
