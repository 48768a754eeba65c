"""Works against the objects of one layer: which meet, on how many days, over how much.

A rule over context works on rows of (work, object): a join through the index of
footprints, days shared with a period or with a season of every year, the part
of the footprint that an object covers. Rows about one work, or about one work
and one theme, become one finding, for nobody wants ten telephone calls about
ten trees. No rule walks over works.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray

from spatial import measure, wide
from spatial.finding import WideHits
from spatial.period import NO_DAY
from spatial.rule import Threshold
from spatial.situation import Situation
from spatial.work import Flags, Floats, Ints, Keys, Objects

ZONE_M, MAJOR_ZONE_M = 5.0, 10.0
"""Margin of the zone of a work, and of one with major hindrance [S GIPOD]."""
SPOT_M = 0.5
"""What has no area is drawn as wide as this on either side."""
_LATEST = 2**31 - 1


def base_score(points: float) -> Threshold:
    """The threshold of the score at full exposure, in every rule the same words."""
    return Threshold(
        "base_score",
        points,
        "points",
        "[D]",
        "score bij volle blootstelling",
        "score at full exposure",
        most=100.0,
    )


@dataclass(frozen=True, slots=True)
class Meetings:
    """Works that lie within reach of objects, one row a pair, sorted by work and object."""

    work: Keys
    object: Keys

    def __len__(self) -> int:
        return len(self.work)

    def take(self, rows: Keys | Flags) -> Meetings:
        """Some of the rows, in that order."""
        return Meetings(self.work[rows], self.object[rows])


def judged_works(situation: Situation) -> Flags:
    """Works about which findings are asked: neither completed nor withdrawn."""
    flags: Flags = wide.active(situation) & wide.is_judged(situation, len(situation.subject.works))
    return flags


def meetings(
    situation: Situation, layer: str, works: Flags, objects: Flags, reach_m: float = 0.0
) -> Meetings:
    """Wanted works whose footprints lie at most ``reach_m`` from wanted objects.

    At 0 they share a point.
    """
    geometry = situation.objects(layer).geometry
    found = wide.touching(situation, geometry, objects, reach_m)
    keep = works[found.work]
    work, at = found.work[keep], found.object[keep]
    order = np.lexsort((at, work))
    return Meetings(work[order], at[order])


def zones_meet(
    situation: Situation, layer: str, works: Flags, objects: Flags, margin_m: float
) -> Meetings:
    """Wanted works whose zone meets that of objects with this margin.

    Zones meet where the distance is less than both margins together.
    """
    major = situation.subject.traits.major_hindrance
    own_m = MAJOR_ZONE_M if (works & major).any() else ZONE_M
    rows = meetings(situation, layer, works, objects, _below(own_m + margin_m))
    # Prepared objects make a second look at few pairs cheaper than a second search.
    geometry = situation.objects(layer).geometry
    shapely.prepare(geometry[np.unique(rows.object)])
    near = shapely.dwithin(
        geometry[rows.object],
        situation.subject.works.footprint[rows.work],
        _below(ZONE_M + margin_m),
    )
    return rows.take(near | major[rows.work])


def _below(metres: float) -> float:
    """The nearest number below: less than, not at most."""
    return float(np.nextafter(metres, 0.0))


def joined(parts: Sequence[Meetings]) -> Meetings:
    """Rows of several joins over one layer as one, each pair once."""
    if not parts:
        return Meetings(np.empty(0, dtype=np.int64), np.empty(0, dtype=np.int64))
    both = np.column_stack(
        (np.concatenate([p.work for p in parts]), np.concatenate([p.object for p in parts]))
    )
    rows = np.unique(both, axis=0)
    return Meetings(rows[:, 0], rows[:, 1])


@dataclass(frozen=True, slots=True)
class SharedDays:
    """Days that a work shares with something, one row each; 0 days from 0 to 0 where none."""

    days: Ints
    start: Ints
    end: Ints

    def take(self, rows: Keys | Flags) -> SharedDays:
        """Some of the rows."""
        return SharedDays(self.days[rows], self.start[rows], self.end[rows])


def shared_days(situation: Situation, work: Keys, start: Ints, end: Ints) -> SharedDays:
    """Days of the valid periods of works within half-open days; ``NO_DAY`` does not bound."""
    row, first, last = wide.periods(situation, work)
    until = np.where(end == NO_DAY, _LATEST, end)[row]
    return _overlap(len(work), row, np.maximum(first, start[row]), np.minimum(last, until))


def shared_season(situation: Situation, work: Keys, first: Keys, last: Keys) -> SharedDays:
    """Days of the valid periods of works within a season of every year.

    ``first`` and ``last`` are the inclusive days of the season of each row as
    month * 100 + day; a season whose last day comes before its first runs into
    the next year.
    """
    row, start, end = wide.periods(situation, work)
    years = [days.astype("datetime64[D]").astype("datetime64[Y]") for days in (start, end - 1)]
    from_year, to_year = (y.astype(np.int64) for y in years)
    counts = to_year - from_year + 2
    again = np.repeat(np.arange(len(row)), counts)
    inside = np.arange(len(again)) - np.repeat(np.cumsum(counts) - counts, counts)
    year = from_year[again] - 1 + inside
    row, start, end = row[again], start[again], end[again]
    into_next = last[row] < first[row]
    opens, closes = month_day(year, first[row], 0), month_day(year + into_next, last[row], 1)
    return _overlap(len(work), row, np.maximum(start, opens), np.minimum(end, closes))


def month_day(year: Keys, when: Keys, later: int) -> Keys:
    """Day numbers of a month and day (month * 100 + day) in years since 1970, so many later.

    A day that a month does not have is the first of the next one.

    >>> month_day(np.array([0, 0]), np.array([102, 229]), 0).tolist()
    [1, 59]
    """
    month = (year * 12 + when // 100 - 1).astype("datetime64[M]")
    first, after = (m.astype("datetime64[D]").astype(np.int64) for m in (month, month + 1))
    found: Keys = np.minimum(first + when % 100 - 1 + later, after)
    return found


def _overlap(n: int, row: Keys, start: NDArray[Any], end: NDArray[Any]) -> SharedDays:
    held = np.flatnonzero(end > start)
    row, start, end = row[held], start[held].astype(np.int64), end[held].astype(np.int64)
    days = np.bincount(row, weights=end - start, minlength=n)
    first, last = np.full(n, _LATEST, dtype=np.int64), np.full(n, -_LATEST, dtype=np.int64)
    np.minimum.at(first, row, start)
    np.maximum.at(last, row, end)
    none = days == 0
    return SharedDays(
        days.astype(np.int32),
        np.where(none, 0, first).astype(np.int32),
        np.where(none, 0, last).astype(np.int32),
    )


def parts(situation: Situation, layer: str, rows: Meetings, reach_m: float = 0.0) -> Objects:
    """What each object covers of the footprint widened by ``reach_m``, as it comes.

    Most works lie wholly within an area; then that is the footprint, and no
    overlay of its thousand corners is needed.
    """
    geometry = situation.objects(layer).geometry
    shapely.prepare(geometry[np.unique(rows.object)])
    found = situation.subject.works.footprint[rows.work]
    these = geometry[rows.object]
    cut = np.flatnonzero(~shapely.covers(these, found)) if reach_m == 0 else np.arange(len(rows))
    zones = shapely.buffer(found[cut], reach_m, quad_segs=2) if reach_m > 0 else found[cut]
    found[cut] = measure.overlay(shapely.intersection, these[cut], zones)
    return found


@dataclass(frozen=True, slots=True)
class Cases:
    """Findings made of rows: one for each work, or for each work and theme.

    ``work`` and ``theme`` are those of each finding, ``of_row`` the finding of
    each row.
    """

    work: Keys
    theme: Keys
    of_row: Keys

    @classmethod
    def of(cls, work: Keys, theme: Keys | None = None) -> Cases:
        """Bring rows together by work, or by work and theme (a small number)."""
        themes = np.zeros(len(work), dtype=np.int64) if theme is None else theme.astype(np.int64)
        stride = int(themes.max(initial=0)) + 1
        keys, of_row = np.unique(work * stride + themes, return_inverse=True)
        return cls(keys // stride, keys % stride, of_row)

    def __len__(self) -> int:
        return len(self.work)

    def count(self) -> Keys:
        """How many rows each finding has."""
        return np.bincount(self.of_row, minlength=len(self)).astype(np.int64)

    def total(self, values: NDArray[Any]) -> Floats:
        """Sum over the rows of each finding."""
        found: Floats = np.bincount(self.of_row, weights=values, minlength=len(self)).astype(float)
        return found

    def most(self, values: NDArray[Any]) -> NDArray[Any]:
        """Largest value of each finding; NaN is no value unless there is no other."""
        return self._each(np.fmax, values)

    def least(self, values: NDArray[Any]) -> NDArray[Any]:
        """Smallest value of each finding; NaN is no value unless there is no other."""
        return self._each(np.fmin, values)

    def _each(self, pick: np.ufunc, values: NDArray[Any]) -> NDArray[Any]:
        if not len(self):
            return values[:0]
        order = np.argsort(self.of_row, kind="stable")
        heads = np.searchsorted(self.of_row[order], np.arange(len(self)))
        found: NDArray[Any] = pick.reduceat(values[order], heads)
        return found

    def days(self, shared: SharedDays) -> SharedDays:
        """From the first to the last shared day of each finding; days of its longest row."""
        return SharedDays(self.most(shared.days), self.least(shared.start), self.most(shared.end))

    def subject(self, ids: NDArray[np.void]) -> NDArray[np.void]:
        """The object of each finding where its rows (``ids``) name one, else zero bytes."""
        found = np.zeros(len(self), dtype="V16")
        found[self.of_row] = ids
        found[self.count() != 1] = np.zeros(1, dtype="V16")
        return found

    def names(self, names: Iterable[Any]) -> list[list[str]]:
        """What the rows of each finding are called, each name once, in order."""
        told: list[dict[str, None]] = [{} for _ in range(len(self))]
        for case, name in zip(self.of_row.tolist(), names, strict=True):
            if name:
                told[case][str(name)] = None
        return [sorted(each, key=_by_number) for each in told]

    def union(self, pieces: Objects) -> Objects:
        """The pieces of each finding as one geometry."""
        single = self.count() == 1
        found = np.empty(len(self), dtype=object)
        found[self.of_row] = pieces
        several = np.flatnonzero(~single[self.of_row])
        if len(several):
            several = several[np.argsort(self.of_row[several], kind="stable")]
            cases, dense = np.unique(self.of_row[several], return_inverse=True)
            heaps = np.asarray(
                shapely.geometrycollections(with_area(pieces[several]), indices=dense)
            )
            found[cases] = shapely.union_all(heaps[:, None], axis=1)
        return found


def _by_number(name: str) -> tuple[int, str]:
    """Line 5 comes before line 12.

    >>> sorted(["12", "5"], key=_by_number)
    ['5', '12']
    """
    return (int(name), "") if name.isdecimal() else (2**31, name)


def with_area(pieces: Objects) -> Objects:
    """Points and lines made as wide as :data:`SPOT_M`; what has an area as it is."""
    thin = np.flatnonzero(shapely.area(pieces) == 0)
    wider = pieces.copy()
    wider[thin] = shapely.buffer(pieces[thin], SPOT_M, quad_segs=2)
    return wider


def drawn(situation: Situation, work: Keys, pieces: Objects) -> Objects:
    """MultiPolygons with an area; where a piece is empty, a spot in the footprint."""
    found = measure.polygon_parts(with_area(pieces))
    rows = np.flatnonzero(shapely.area(found) == 0)
    spots = shapely.point_on_surface(situation.subject.works.footprint[work[rows]])
    found[rows] = wide.multi(shapely.buffer(spots, SPOT_M, quad_segs=2))
    return found


def findings(
    situation: Situation,
    cases: Cases,
    *,
    subject: NDArray[np.void],
    start: NDArray[Any],
    end: NDArray[Any],
    score: Floats,
    measures: dict[str, Any],
    pieces: Objects,
    told: Sequence[Mapping[str, Any]],
    themes: Sequence[str] = (),
) -> WideHits:
    """One finding for each case, about its work alone.

    ``score`` is base times exposure; the chance that the work goes ahead is
    applied here. ``themes`` are the words for ``cases.theme``; the key of a
    finding is the id of its work and this word.
    """
    works = situation.subject.works
    ids = [wide.key_of(i) for i in works.id[cases.work]]
    suffix = [f":{themes[t]}" if themes else "" for t in cases.theme.tolist()]
    n = len(cases)
    return wide.made(
        wide.Members(np.arange(n), cases.work, np.arange(n + 1)),
        key=[i + s for i, s in zip(ids, suffix, strict=True)],
        subject=subject,
        start=np.asarray(start),
        end=np.asarray(end),
        score=score * situation.subject.traits.probability[cases.work],
        measures=measures,
        geometry=drawn(situation, cases.work, pieces),
        told=told,
    )
