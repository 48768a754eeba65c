"""Works for tests, each written as the few properties that matter there."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

import numpy as np
from shapely.geometry.base import BaseGeometry

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
from spatial.work import NOBODY, ValidPeriods, Works


@dataclass(frozen=True, slots=True)
class Planned:
    """One work as a test writes it; days are day numbers, periods half-open.

    ``footprint`` is the geometry itself where it is not given. ``periods`` are
    valid periods; with more than one, ``start`` and ``end`` must be their hull.
    """

    geometry: BaseGeometry
    start: int
    end: int
    number: int = 0
    organisation: int = 0
    organisation_kind: str = "unknown"
    department: int = NOBODY
    project: int | None = None
    accepted_bundle: int = NOBODY
    facility: str = "sewer"
    activity: str = "renew"
    excavation: str = "unknown"
    road_impact: str = "unknown"
    planning_status: str = "committed"
    commitment: str = "none"
    precision: str = "day"
    earliest: int = NO_DAY
    latest: int = NO_DAY
    duration_days: int = -1
    footprint: BaseGeometry | None = None
    periods: Sequence[tuple[int, int]] = field(default_factory=tuple)


_CODES: Mapping[str, Vocabulary] = {
    "organisation_kind": ORGANISATION_KIND,
    "facility": FACILITY,
    "activity": ACTIVITY,
    "excavation": EXCAVATION,
    "road_impact": ROAD_IMPACT,
    "planning_status": PLANNING_STATUS,
    "commitment": COMMITMENT,
    "precision": PRECISION,
}
_DAYS = ("start", "end", "earliest", "latest", "duration_days")
_KEYS = ("organisation", "department", "accepted_bundle")


def works_of(planned: Sequence[Planned]) -> Works:
    """Columns of these works.

    A work's id is made of its ``number``, or its position where that is 0; a
    work without a ``project`` has one of its own.

    >>> from shapely import Point
    >>> len(works_of([Planned(Point(0, 0).buffer(1), 0, 10)]))
    1
    """
    n = len(planned)
    geometry, footprint = np.empty(n, dtype=object), np.empty(n, dtype=object)
    for i, p in enumerate(planned):
        geometry[i] = p.geometry
        footprint[i] = p.geometry if p.footprint is None else p.footprint
    ids = b"".join(UUID(int=p.number or i + 1).bytes for i, p in enumerate(planned))
    codes: dict[str, Any] = {
        name: np.array([vocabulary.code(getattr(p, name)) for p in planned], dtype=np.int8)
        for name, vocabulary in _CODES.items()
    }
    days: dict[str, Any] = {
        n: np.array([getattr(p, n) for p in planned], dtype=np.int32) for n in _DAYS
    }
    keys: dict[str, Any] = {
        n: np.array([getattr(p, n) for p in planned], dtype=np.int64) for n in _KEYS
    }
    projects = [10**6 + i if p.project is None else p.project for i, p in enumerate(planned)]
    return Works(
        id=np.frombuffer(ids, dtype="V16"),
        version=np.ones(n, dtype=np.int32),
        project=np.array(projects, dtype=np.int64),
        geometry=geometry,
        footprint=footprint,
        valid_periods=_valid_periods(planned),
        **codes,
        **days,
        **keys,
    )


def _valid_periods(planned: Sequence[Planned]) -> ValidPeriods:
    several = [p.periods if len(p.periods) > 1 else () for p in planned]
    offsets = np.concatenate(([0], np.cumsum([len(s) for s in several]))).astype(np.int64)
    flat = [period for s in several for period in s]
    return ValidPeriods(
        offsets,
        np.array([s for s, _ in flat], dtype=np.int32),
        np.array([e for _, e in flat], dtype=np.int32),
    )
