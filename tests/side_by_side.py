"""The engine and the oracle on the same works, and every point on which they differ.

The oracle (tests/oracle) knows nothing of the engine; this file gives it the
works that the engine gets, with the words instead of their codes.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from spatial.defaults import DEFAULT_DURATION_DAYS
from spatial.finding import Findings
from spatial.period import NO_DAY
from spatial.vocabulary import (
    ACTIVITY,
    COMMITMENT,
    EXCAVATION,
    FACILITY,
    PLANNING_STATUS,
    PRECISION,
    ROAD_IMPACT,
)
from spatial.work import NOBODY, Works
from tests.oracle.pairs import SAME_EITHER_WAY, Expected
from tests.oracle.plan import Plan, footprint_of

TOLERANCE = 1e-6


def plans_of(works: Works, *, own_footprints: bool = False) -> list[Plan]:
    """The same works as the oracle reads them; its own footprints where asked."""
    return [_plan(works, n, own_footprints=own_footprints) for n in range(len(works))]


def _plan(works: Works, n: int, *, own_footprints: bool) -> Plan:
    facility = FACILITY.ids[works.facility[n]]
    activity = ACTIVITY.ids[works.activity[n]]
    geometry = works.geometry[n]
    own = footprint_of(geometry, facility, activity) if own_footprints else works.footprint[n]
    low, high = works.valid_periods.offsets[n : n + 2]
    several = zip(
        works.valid_periods.starts[low:high].tolist(),
        works.valid_periods.ends[low:high].tolist(),
        strict=True,
    )
    hull = (int(works.start[n]), int(works.end[n]))
    duration = int(works.duration_days[n])
    return Plan(
        name=n,
        id=bytes(works.id[n]),
        organisation=int(works.organisation[n]),
        project=int(works.project[n]),
        periods=tuple(several) or (hull,),
        geometry=geometry,
        footprint=own,
        department=_named(works.department[n]),
        bundle=_named(works.accepted_bundle[n]),
        facility=facility,
        activity=activity,
        excavation=EXCAVATION.ids[works.excavation[n]],
        road_impact=ROAD_IMPACT.ids[works.road_impact[n]],
        status=PLANNING_STATUS.ids[works.planning_status[n]],
        commitment=COMMITMENT.ids[works.commitment[n]],
        precision=PRECISION.ids[works.precision[n]],
        earliest=_day(works.earliest[n]),
        latest=_day(works.latest[n]),
        duration=None if duration < 0 else duration,
        usual_days=DEFAULT_DURATION_DAYS[facility],
    )


def _named(key: int) -> int | None:
    return None if key == NOBODY else int(key)


def _day(day: int) -> int | None:
    return None if day == NO_DAY else int(day)


def differences(
    findings: Findings, wanted: Iterable[Expected], codes: Sequence[str] | None = None
) -> list[str]:
    """Each finding of one that the other lacks or says otherwise; empty where they agree."""
    theirs = {_key(e.code, e.first, e.second): e for e in wanted if not codes or e.code in codes}
    ours: dict[tuple[object, ...], int] = {}
    told = []
    for row in range(len(findings)):
        code = findings.codes[findings.rule[row]]
        key = _key(code, int(findings.first[row]), int(findings.second[row]))
        if key in ours:
            told.append(f"{key}: found twice")
        ours[key] = row
    told += [f"{key}: only the oracle finds it: {theirs[key]}" for key in theirs.keys() - ours]
    told += [f"{key}: only the engine finds it" for key in ours.keys() - theirs.keys()]
    for key in theirs.keys() & ours.keys():
        told += [f"{key}: {line}" for line in _said_otherwise(findings, ours[key], theirs[key])]
    return sorted(told)


def _key(code: str, first: object, second: object) -> tuple[object, ...]:
    pair = frozenset((first, second)) if code in SAME_EITHER_WAY else (first, second)
    return code, pair


def _said_otherwise(findings: Findings, row: int, wanted: Expected) -> Iterable[str]:
    period = (int(findings.start[row]), int(findings.end[row]))
    if period != (wanted.start, wanted.end):
        yield f"period {period}, the oracle says {(wanted.start, wanted.end)}"
    # One decimal: what is exactly half a tenth may go either way in floating point.
    if abs(float(findings.score[row]) - float(wanted.score)) > 0.05 + TOLERANCE:
        yield f"score {findings.score[row]}, the oracle says {float(wanted.score)}"
    if abs(round(float(findings.score[row]), 1) - float(findings.score[row])) > TOLERANCE:
        yield f"score {findings.score[row]} has more than one decimal"
    for name, value in wanted.measures.items():
        column = findings.measures.get(name)
        said = float("nan") if column is None else float(column[row])
        if not abs(said - value) <= TOLERANCE * max(1.0, abs(value)):
            yield f"{name} {said}, the oracle says {value}"
