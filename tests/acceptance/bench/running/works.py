"""The works of a case as columns, through the code that serves uploads."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

import numpy as np

from spatial.dates import habit_of, read
from spatial.geometry import clean, footprints
from spatial.period import NO_DAY
from spatial.vocabulary import (
    ACTIVITY,
    COMMITMENT,
    EXCAVATION,
    FACILITY,
    ORGANISATION_KIND,
    PLANNING_STATUS,
    PRECISION,
    ROAD_IMPACT,
    Vocabulary,
)
from spatial.work import NOBODY, Codes, Ints, Keys, ValidPeriods, Works
from tests.acceptance.bench.running.cases import Case, day, placed, span

ZONE = ZoneInfo("Europe/Amsterdam")
MAX_VERTICES = 100_000
CODED: tuple[tuple[str, Vocabulary, str], ...] = (
    ("organisation_kind", ORGANISATION_KIND, "unknown"),
    ("facility", FACILITY, ""),
    ("activity", ACTIVITY, ""),
    ("excavation", EXCAVATION, "unknown"),
    ("road_impact", ROAD_IMPACT, "unknown"),
    ("planning_status", PLANNING_STATUS, "committed"),
    ("commitment", COMMITMENT, "none"),
)


@dataclass(frozen=True, slots=True)
class Numbering:
    """What a case calls its organisations, departments and projects, as keys."""

    organisations: tuple[str, ...]
    departments: tuple[str, ...]
    projects: tuple[str, ...]

    @classmethod
    def of(cls, case: Case) -> Numbering:
        """Every name that a work, a budget, a capacity or the partnership speaks of."""
        works = case["works"]
        told = [
            o.get("attributes", {})
            for layer in case.get("context", {}).values()
            for o in layer.values()
        ]
        return cls(
            _distinct(
                [w["organisation"] for w in works.values()] + [t.get("organisation") for t in told]
            ),
            _distinct(
                [
                    f"{w['organisation']}/{w['department']}"
                    for w in works.values()
                    if "department" in w
                ]
            ),
            _distinct(
                [project_of(name, work) for name, work in works.items()]
                + [t["project"] for t in told if "project" in t]
            ),
        )


def project_of(name: str, work: Case) -> str:
    """The project of a work, one of its own where none is named."""
    return str(work.get("project", f"of {name}"))


def _distinct(names: Sequence[str | None]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(n for n in names if n is not None))


@dataclass(frozen=True, slots=True)
class Dates:
    """Periods and precisions of works, and where a text does not say what its label says."""

    start: Ints
    end: Ints
    precision: Codes
    faults: tuple[str, ...]


def works_of(case: Case, numbering: Numbering) -> tuple[Works, tuple[str, ...]]:
    """Columns of the works in the order of the case, and what was wrong with them."""
    works = list(case["works"].values())
    n = len(works)
    dates = _dates(case)
    geometry, told = clean(placed(case, [w["geometry"] for w in works]), range(n), MAX_VERTICES)
    codes: dict[str, Codes] = {
        name: np.array([v.code(w.get(name, usual)) for w in works], dtype=np.int8)
        for name, v, usual in CODED
    }
    ids = b"".join(UUID(int=i + 1).bytes for i in range(n))
    columns = Works(
        id=np.frombuffer(ids, dtype="V16"),
        version=np.ones(n, dtype=np.int32),
        organisation=_keys([w["organisation"] for w in works], numbering.organisations),
        department=_keys(
            [
                f"{w['organisation']}/{w['department']}" if "department" in w else None
                for w in works
            ],
            numbering.departments,
        ),
        project=_keys([project_of(k, w) for k, w in case["works"].items()], numbering.projects),
        accepted_bundle=_bundles(case),
        start=dates.start,
        end=dates.end,
        precision=dates.precision,
        earliest=_ints([day(w["window"]["first_day"]) if "window" in w else NO_DAY for w in works]),
        latest=_ints(
            [day(w["window"]["last_day"]) + 1 if "window" in w else NO_DAY for w in works]
        ),
        duration_days=_ints([w.get("duration_days", -1) for w in works]),
        geometry=geometry,
        footprint=footprints(geometry, codes["facility"], codes["activity"]),
        valid_periods=ValidPeriods.none(n),
        **codes,
    )
    return columns, (*dates.faults, *(f"geometry: {fault.code}" for fault in told))


def _dates(case: Case) -> Dates:
    starts, ends, precisions, faults = [], [], [], []
    for name, work in case["works"].items():
        start, end, precision, wrong = _period(work)
        starts.append(start)
        ends.append(end)
        precisions.append(PRECISION.code(precision))
        faults += [f"period of {name}: {text}" for text in wrong]
    return Dates(_ints(starts), _ints(ends), np.array(precisions, dtype=np.int8), tuple(faults))


def _period(work: Case) -> tuple[int, int, str, list[str]]:
    """Half-open days and precision of a work; a text is read as a file's column is."""
    period = work["period"]
    if "text" not in period:
        return *span(period), work.get("precision", "day"), []
    habit = habit_of([period["text"]])
    found = read(period["text"], ZONE, order=habit.order, clock=habit.clock)
    wrong = [] if found.problem is None else [f"{period['text']!r} is {found.problem}"]
    if "first_day" in period and (found.start, found.end) != span(period):
        wrong.append(f"{period['text']!r} reads as {shown(found.start, found.end)}")
    if found.precision != period.get("precision", found.precision):
        wrong.append(f"{period['text']!r} has precision {found.precision}")
    return found.start, found.end, found.precision, wrong


def shown(start: int, end: int) -> str:
    """Half-open day numbers as inclusive days.

    >>> shown(0, 2)
    '1970-01-01 to 1970-01-02'
    """
    first, last = np.array([start, end - 1]).astype("datetime64[D]")
    return f"{first} to {last}"


def _bundles(case: Case) -> Keys:
    of = {
        name: number
        for number, bundle in enumerate(case.get("bundles", []))
        if bundle["state"] == "accepted"
        for name in bundle["works"]
    }
    return np.array([of.get(name, NOBODY) for name in case["works"]], dtype=np.int64)


def _keys(names: Sequence[str | None], known: tuple[str, ...]) -> Keys:
    keys = [NOBODY if name is None else known.index(name) for name in names]
    return np.array(keys, dtype=np.int64)


def _ints(values: Sequence[Any]) -> Ints:
    return np.array(values, dtype=np.int32)
