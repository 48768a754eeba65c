"""Titles and explanations of findings, made only for those that are written."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import compress

import numpy as np

from app.findings.found import Found
from app.findings.stored_works import StoredWorks
from spatial.finding import Explanation, Findings, PairText, WideText, WorkText, ragged
from spatial.rule import BundleRule, FindingRule, PairRule, WideRule
from spatial.vocabulary import ACTIVITY, FACILITY, PLANNING_STATUS, PRECISION
from spatial.work import Keys

_WORDS = (FACILITY.ids, ACTIVITY.ids, PRECISION.ids, PLANNING_STATUS.ids)


def work_texts(stored: StoredWorks, rows: Keys, names: Mapping[bytes, str]) -> Iterator[WorkText]:
    """What is told of each of these works; ``names`` has organisations by the bytes of their id."""
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
    used, members = np.unique(findings.members[positions], return_inverse=True)
    texts = list(work_texts(found.works, used, names))
    works = [texts[n] for n in members.tolist()]
    cuts = offsets.tolist()
    facts = zip(
        cuts,
        cuts[1:],
        findings.rule[rows].tolist(),
        findings.start[rows].tolist(),
        findings.end[rows].tolist(),
        _measures(findings, rows),
        findings.told[rows].tolist(),
        findings.is_pair[rows].tolist(),
        strict=False,  # there is one cut more than there are rows
    )
    for begin, end, code, first_day, last_day, measures, told, is_pair in facts:
        rule = found.rules[code]
        if isinstance(rule, PairRule) and not is_pair:
            rule = rule.companion
        if isinstance(rule, PairRule):
            first, second = works[begin:end]
            yield rule.explain(PairText(first, second, first_day, last_day, measures))
        elif isinstance(rule, (WideRule, FindingRule, BundleRule)):
            about = tuple(works[begin:end])
            yield rule.explain(WideText(about, first_day, last_day, measures, told or {}))


def _measures(findings: Findings, rows: Keys) -> Iterator[dict[str, float]]:
    """What was measured of each row, by name; most rules measure the same in every row."""
    names = [*findings.measures]
    values = np.column_stack([findings.measures[name][rows] for name in names])
    given = ~np.isnan(values)
    for row, flags in zip(values.tolist(), given.tolist(), strict=True):
        yield dict(compress(zip(names, row, strict=True), flags))
