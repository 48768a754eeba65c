"""Titles and explanations of findings, made only for those that are written."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import pairwise
from math import isnan

import numpy as np

from app.findings.found import Found
from spatial.finding import Explanation, PairText, WideText, WorkText, ragged
from spatial.rule import PairRule, WideRule
from spatial.vocabulary import ACTIVITY, FACILITY, PLANNING_STATUS, PRECISION
from spatial.work import Keys

_WORDS = (FACILITY.ids, ACTIVITY.ids, PRECISION.ids, PLANNING_STATUS.ids)


def _work_texts(found: Found, rows: Keys, names: Mapping[bytes, str]) -> Iterator[WorkText]:
    """What is told of each of these works."""
    stored = found.works
    works = stored.works
    codes = (works.facility, works.activity, works.precision, works.planning_status)
    words = [
        [among[code] for code in column[rows].tolist()]
        for among, column in zip(_WORDS, codes, strict=True)
    ]
    facilities, activities, precisions, statuses = words
    owners = [names[owner.tobytes()] for owner in stored.organisation_id[rows]]
    starts, ends = works.start[rows].tolist(), works.end[rows].tolist()
    titles = [stored.title[row] for row in rows.tolist()]
    return map(WorkText, titles, owners, facilities, activities, starts, ends, precisions, statuses)


def explanations(found: Found, rows: Keys, names: Mapping[bytes, str]) -> Iterator[Explanation]:
    """Say of each of these rows why it is a finding.

    ``names`` has the names of the organisations by the bytes of their id.
    """
    findings = found.findings
    offsets, positions = ragged(findings.offsets, rows)
    members = findings.members[positions]
    used = np.unique(members)
    texts = dict(zip(used.tolist(), _work_texts(found, used, names), strict=True))
    measured = [*findings.measures]
    values = np.column_stack([findings.measures[name][rows] for name in measured]).tolist()
    works_of = [members[a:b].tolist() for a, b in pairwise(offsets.tolist())]
    facts = zip(
        works_of,
        findings.rule[rows].tolist(),
        findings.start[rows].tolist(),
        findings.end[rows].tolist(),
        values,
        findings.told[rows].tolist(),
        strict=True,
    )
    for among, code, first_day, last_day, numbers, told in facts:
        measures = {m: v for m, v in zip(measured, numbers, strict=True) if not isnan(v)}
        works = [texts[work] for work in among]
        rule = found.rules[code]
        if isinstance(rule, PairRule):
            first, second = works
            yield rule.explain(PairText(first, second, first_day, last_day, measures))
        elif isinstance(rule, WideRule):
            wide = WideText(tuple(works), first_day, last_day, measures, told or {})
            yield rule.explain(wide)
