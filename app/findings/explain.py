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


def _work_text(found: Found, row: int, names: Mapping[bytes, str]) -> WorkText:
    stored = found.works
    works = stored.works
    facilities, activities, precisions, statuses = _WORDS
    return WorkText(
        title=stored.title[row],
        organisation=names[stored.organisation_id[row].tobytes()],
        facility=facilities[works.facility[row]],
        activity=activities[works.activity[row]],
        start=int(works.start[row]),
        end=int(works.end[row]),
        precision=precisions[works.precision[row]],
        planning_status=statuses[works.planning_status[row]],
    )


def explanations(found: Found, rows: Keys, names: Mapping[bytes, str]) -> Iterator[Explanation]:
    """Say of each of these rows why it is a finding.

    ``names`` has the names of the organisations by the bytes of their id.
    """
    findings = found.findings
    first, second = findings.first[rows].tolist(), findings.second[rows].tolist()
    texts = {work: _work_text(found, work, names) for work in {*first, *second}}
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
