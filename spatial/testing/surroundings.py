"""One rule beyond pairs over a few works and what surrounds them, for tests."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

import numpy as np

from spatial.context import Context
from spatial.detect_wide import detect_wide
from spatial.facts import Subject
from spatial.finding import Findings, WideText, WorkText
from spatial.rule import WideRule, configured, rules
from spatial.situation import Organisations, Shares, Situation
from spatial.testing.making import Planned, works_of
from spatial.vocabulary import ACTIVITY, FACILITY, PLANNING_STATUS, PRECISION
from spatial.work import Flags


def rule_of(code: str, parameters: Mapping[str, float] | None = None) -> WideRule:
    """The rule of this code, with other values for some thresholds."""
    (rule,) = configured(
        [r for r in rules() if r.code == code], {code: dict(parameters)} if parameters else None
    )
    assert isinstance(rule, WideRule)
    return rule


def organisations_of(kinds: Mapping[int, str]) -> Organisations:
    """Organisations by the key that works carry, with their kinds."""
    keys = np.array([*kinds], dtype=np.int64)
    ids = b"".join(UUID(int=int(k) + 1).bytes for k in keys)
    names, words = np.empty(len(keys), dtype=object), np.empty(len(keys), dtype=object)
    names[:], words[:] = [f"Partij {k}" for k in keys], [*kinds.values()]
    never = np.full(len(keys), -(2**31), dtype=np.int32)
    return Organisations(keys, np.frombuffer(ids, dtype="V16"), names, words, never)


def shares_of(rows: Sequence[tuple[int, int, int, float]]) -> Shares:
    """Shares from (project, organisation, year, amount)."""
    columns = [np.array(c) for c in zip(*rows, strict=True)] if rows else [np.empty(0)] * 4
    states = np.full(len(rows), "requested", dtype=object)
    return Shares(
        columns[0].astype(np.int64),
        columns[1].astype(np.int64),
        columns[2].astype(np.int32),
        columns[3].astype(np.float64),
        states,
    )


def situation_of(works: Sequence[Planned], context: Context, **known: Any) -> Situation:
    """These works in these surroundings."""
    return Situation.of(Subject.of(works_of(works)), context, **known)


def found_by(
    rule: WideRule, situation: Situation, judged: Flags | None = None
) -> tuple[Findings, list[dict[str, Any]]]:
    """The findings of one rule, as the table and as plain dicts with their texts."""
    findings = detect_wide(
        situation, [rule], judged=None if judged is None else {rule.about: judged}
    )
    return findings, [_plain(rule, situation, findings, n) for n in range(len(findings))]


def find(
    code: str,
    works: Sequence[Planned],
    context: Context,
    parameters: Mapping[str, float] | None = None,
    judged: Flags | None = None,
    **known: Any,
) -> list[dict[str, Any]]:
    """What one rule finds among these works: key, works by number, days, score, measures, texts."""
    return found_by(rule_of(code, parameters), situation_of(works, context, **known), judged)[1]


def _plain(rule: WideRule, situation: Situation, findings: Findings, n: int) -> dict[str, Any]:
    works = situation.subject.works
    members = findings.members[findings.offsets[n] : findings.offsets[n + 1]]
    numbers = [UUID(bytes=works.id[m].tobytes()).int for m in members]
    measures = {k: float(v[n]) for k, v in findings.measures.items() if v[n] == v[n]}
    days = int(findings.start[n]), int(findings.end[n])
    texts = tuple(
        _told(situation, int(m), number) for m, number in zip(members, numbers, strict=True)
    )
    assert findings.geometry[n].geom_type == "MultiPolygon"
    assert findings.geometry[n].area > 0
    return measures | {
        "key": findings.key[n],
        "subject": findings.subject[n].tobytes(),
        "works": numbers,
        "start": days[0],
        "end": days[1],
        "score": float(findings.score[n]),
        "said": rule.explain(WideText(texts, *days, measures, findings.told[n])),
    }


def _told(situation: Situation, work: int, number: int) -> WorkText:
    works = situation.subject.works
    return WorkText(
        f"Werk {number}",
        f"Partij {works.organisation[work]}",
        FACILITY.ids[works.facility[work]],
        ACTIVITY.ids[works.activity[work]],
        int(works.start[work]),
        int(works.end[work]),
        PRECISION.ids[works.precision[work]],
        PLANNING_STATUS.ids[works.planning_status[work]],
    )
