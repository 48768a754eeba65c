"""Titles and explanations of findings, made only for those that are written."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from math import isnan

import numpy as np

from app.findings.found import Found
from spatial.finding import Explanation, PairText, WorkText
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
    first, second = findings.first[rows].tolist(), findings.second[rows].tolist()
    works = np.unique(np.concatenate((findings.first[rows], findings.second[rows])))
    texts = dict(zip(works.tolist(), _work_texts(found, works, names), strict=True))
    measured = [*findings.measures]
    values = np.column_stack([findings.measures[name][rows] for name in measured]).tolist()
    facts = zip(
        findings.rule[rows].tolist(),
        first,
        second,
        findings.start[rows].tolist(),
        findings.end[rows].tolist(),
        values,
        strict=True,
    )
    for rule, a, b, start, end, numbers in facts:
        measures = {m: v for m, v in zip(measured, numbers, strict=True) if not isnan(v)}
        yield found.rules[rule].explain(PairText(texts[a], texts[b], start, end, measures))
