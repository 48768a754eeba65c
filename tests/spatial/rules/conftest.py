"""One pair of works, changed in one thing at a time."""

from dataclasses import replace

import pytest
import shapely

from spatial.detect import detect
from spatial.finding import PairText, WorkText
from spatial.rule import rules
from spatial.testing.making import Planned, works_of


def line(x, y, length, width=1.0):
    """A line along a street and its footprint."""
    geometry = shapely.LineString([(x, y), (x + length, y)])
    return geometry, shapely.buffer(geometry, width / 2, cap_style="flat")


class Pair:
    """Two works of two organisations, and what one rule finds between them."""

    def __init__(self, code, a, b):
        self.code, self.a, self.b = code, a, b

    def first(self, **changes):
        return Pair(self.code, replace(self.a, **changes), self.b)

    def second(self, **changes):
        return Pair(self.code, self.a, replace(self.b, **changes))

    def find(self, parameters=None):
        """The finding as a dict, or None; the same whichever work comes first."""
        found = [self._find(pair, parameters) for pair in ((self.a, self.b), (self.b, self.a))]
        assert found[0] == found[1]
        return found[0]

    def said(self):
        """What the finding tells its reader: title and explanation in both languages."""
        (rule,) = (r for r in rules() if r.code == self.code)
        pair = (self.a, self.b)
        findings = detect(works_of(pair), rules=[rule], threads=1)
        assert len(findings) == 1
        first, second = (_told(pair[n[0]]) for n in (findings.first, findings.second))
        measures = {k: float(v[0]) for k, v in findings.measures.items() if v[0] == v[0]}
        period = int(findings.start[0]), int(findings.end[0])
        return rule.explain(PairText(first, second, *period, measures))

    def _find(self, pair, parameters):
        rule = [r for r in rules() if r.code == self.code]
        given = {self.code: parameters} if parameters else None
        findings = detect(works_of(pair), rules=rule, parameters=given, threads=1)
        assert len(findings) <= 1
        if not len(findings):
            return None
        said = {k: float(v[0]) for k, v in findings.measures.items() if v[0] == v[0]}
        return said | {
            "first": pair[findings.first[0]].number,
            "second": pair[findings.second[0]].number,
            "start": int(findings.start[0]),
            "end": int(findings.end[0]),
            "score": float(findings.score[0]),
        }


def _told(work):
    return WorkText(
        f"Werk {work.number}",
        f"Partij {work.organisation}",
        work.facility,
        work.activity,
        work.start,
        work.end,
        work.precision,
        work.planning_status,
    )


@pytest.fixture
def lines():
    """Makes a pair of works along parallel lines."""

    def make(code, *, offset=0.0, length=100.0, **both):
        a, a_foot = line(0, 0, 100.0)
        b, b_foot = line(0, offset, length)
        return Pair(
            code,
            Planned(a, 0, 30, number=1, organisation=1, footprint=a_foot, **both),
            Planned(b, 0, 30, number=2, organisation=2, footprint=b_foot, **both),
        )

    return make


@pytest.fixture
def boxes():
    """Makes a pair of works on areas: the second begins ``gap`` metres east of the first."""

    def make(code, *, gap=-10.0, width=10.0, **both):
        a = shapely.box(0, 0, 100, width)
        b = shapely.box(100 + gap, 0, 200, width)
        return Pair(
            code,
            Planned(a, 0, 30, number=1, organisation=1, **both),
            Planned(b, 0, 30, number=2, organisation=2, **both),
        )

    return make
