"""A case as the situation that detection sees."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import numpy as np

from spatial.facts import Subject
from spatial.period import NO_DAY
from spatial.period import day as date_of
from spatial.situation import Noted, Organisations, Shares, Situation
from spatial.work import Floats, Ints, Objects
from tests.acceptance.bench.running.cases import Case, day
from tests.acceptance.bench.running.surroundings import Thing, context_of
from tests.acceptance.bench.running.works import Numbering, project_of, works_of

FIRST_ORGANISATION = 1_000_000


@dataclass(frozen=True, slots=True)
class Seen:
    """A case ready for detection: its works by name, its objects by id, and what was wrong."""

    case: Case
    situation: Situation
    names: tuple[str, ...]
    objects: Mapping[bytes, Thing]
    faults: tuple[str, ...]


def seen(case: Case) -> Seen:
    """Works, surroundings, organisations, money and what owners say besides."""
    numbering = Numbering.of(case)
    works, faults = works_of(case, numbering)
    context, objects = context_of(case, numbering)
    situation = Situation.of(
        Subject.of(works),
        context,
        organisations=_organisations(case, numbering),
        shares=_shares(case, numbering),
        cost_eur=_costs(case),
        confirmed_on=_days(case, "last_confirmed"),
        noted=_noted(case),
        as_of=day(case["as_of"]) if "as_of" in case else None,
    )
    return Seen(case, situation, tuple(case["works"]), objects, faults)


def _told(case: Case, name: str, usual: Any) -> list[Any]:
    return [work.get("attributes", {}).get(name, usual) for work in case["works"].values()]


def _days(case: Case, name: str) -> Ints:
    told = _told(case, name, None)
    return np.array([NO_DAY if d is None else day(d) for d in told], dtype=np.int32)


def _numbers(case: Case, name: str) -> Floats:
    return np.array(_told(case, name, np.nan), dtype=np.float64)


def _texts(case: Case, name: str) -> Objects:
    column = np.empty(len(case["works"]), dtype=object)
    column[:] = _told(case, name, "")
    return column


def _noted(case: Case) -> Noted:
    return Noted(
        climate_measure=np.array(_told(case, "climate_measure", False), dtype=np.bool_),
        safety_urgent=np.array(_told(case, "safety_urgent", False), dtype=np.bool_),
        power_kw=_numbers(case, "kw"),
        power_from=_days(case, "power_needed_from"),
        crews=_numbers(case, "crews"),
        contractor_class=_texts(case, "contractor_class"),
    )


def _organisations(case: Case, numbering: Numbering) -> Organisations:
    n = len(numbering.organisations)
    kinds = {
        w["organisation"]: w["organisation_kind"]
        for w in case["works"].values()
        if "organisation_kind" in w
    }
    declared = dict.fromkeys(numbering.organisations, NO_DAY)
    for item in case.get("context", {}).get("partnership", {}).values():
        told = item["attributes"]
        if told["kind"] == "declaration":
            who = told["organisation"]
            declared[who] = max(declared[who], day(told["day"]))
    names, words = np.empty(n, dtype=object), np.empty(n, dtype=object)
    names[:] = numbering.organisations
    words[:] = [kinds.get(name, "unknown") for name in numbering.organisations]
    ids = b"".join(UUID(int=FIRST_ORGANISATION + i).bytes for i in range(n))
    return Organisations(
        np.arange(n, dtype=np.int64),
        np.frombuffer(ids, dtype="V16"),
        names,
        words,
        np.array([declared[name] for name in numbering.organisations], dtype=np.int32),
    )


def _costs(case: Case) -> Floats:
    """What the project of each work costs: the works of a case that cost something, summed."""
    total: dict[str, float] = defaultdict(float)
    for name, work in case["works"].items():
        total[project_of(name, work)] += work.get("attributes", {}).get("cost_eur", 0.0)
    costs = [total[project_of(name, work)] for name, work in case["works"].items()]
    return np.array([cost or np.nan for cost in costs], dtype=np.float64)


def _shares(case: Case, numbering: Numbering) -> Shares:
    """Lines of a budget that name a project, and the costs of works that have no such line."""
    rows = [
        (told["project"], told["organisation"], told["year"], told["amount_eur"], told["state"])
        for item in case.get("context", {}).get("budgets", {}).values()
        if "project" in (told := item["attributes"])
    ]
    named = {row[0] for row in rows}
    for name, work in case["works"].items():
        project, cost = project_of(name, work), work.get("attributes", {}).get("cost_eur")
        if cost is not None and project not in named:
            rows += [
                (project, work["organisation"], year, cost * part, "requested")
                for year, part in _years(work).items()
            ]
    if not rows:
        return Shares.none()
    projects, organisations, years, amounts, states = zip(*rows, strict=True)
    said = np.empty(len(rows), dtype=object)
    said[:] = states
    return Shares(
        np.array([numbering.projects.index(p) for p in projects], dtype=np.int64),
        np.array([numbering.organisations.index(o) for o in organisations], dtype=np.int64),
        np.array(years, dtype=np.int32),
        np.array(amounts, dtype=np.float64),
        said,
    )


def _years(work: Case) -> dict[int, float]:
    """The part of the days of a work that lies in each year."""
    first, last = day(work["period"]["first_day"]), day(work["period"]["last_day"])
    years = [date_of(n).year for n in range(first, last + 1)]
    return {year: years.count(year) / len(years) for year in dict.fromkeys(years)}
