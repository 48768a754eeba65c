"""What a change of the rules would do in an area; nothing is stored.

Both sides are detected with the works that the caller may see, and only for
the rules that would change, so that what differs is the change and nothing
else. What follows from other findings is left out: bundles (O03) are grown from
all of them, and masked findings (B28) are about what a party may not see.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any, NamedTuple
from uuid import UUID

import numpy as np
import orjson
import shapely
from geoalchemy2.shape import from_shape
from shapely.geometry.base import BaseGeometry
from sqlalchemy import Connection, func, literal, select, text

from app.findings.detection import find
from app.findings.draft import refuse
from app.findings.explain import explanations
from app.findings.found import Found, uuid_texts
from app.findings.read_works import (
    TAKES_PART,
    flags_of,
    read_organisation_names,
    read_works,
)
from app.findings.refresh import read_near
from app.findings.rule_sets import RuleSet, check, read_version
from app.findings.stored_works import StoredWorks
from app.findings.surroundings import touched_by, works_at
from app.ogc.crs import DEGREE_DIGITS
from app.organisations.viewer import Viewer
from app.rules.change import Change
from app.rules.place import AT, Area, place_of
from app.rules.state import Standings
from app.several_works import SEPARATOR
from app.tables import findings, works
from spatial.crs import transform
from spatial.finding import Explanation
from spatial.period import day
from spatial.rule import PairRule, Rule, WideRule
from spatial.vocabulary import Language

MOST_WORKS = 5_000
MOST_AROUND = 50_000
MOST_FEATURES = 1_000
CHANGES = ("appears", "vanishes", "changes")


class _One(NamedTuple):
    """A finding on one side of the change."""

    found: Found
    row: int

    @property
    def score(self) -> float:
        return float(self.found.findings.score[self.row])


Side = Mapping[str, _One]
"""Findings in the area, by their id."""


def try_out(
    connection: Connection,
    viewer: Viewer,
    change: Change,
    area: Area,
    *,
    language: Language,
    storage_crs: int,
) -> dict[str, Any]:
    """Which findings would appear, vanish or change score in an area, as GeoJSON.

    ParameterRefused where a value cannot be; RequestValidationError where the
    area cannot be or holds too many works.
    """
    now = read_version(connection)
    then = change.applied_to(now.rule_set)
    check(connection, then)
    place = place_of(connection, area, storage_crs)
    changed = _changed(now.rule_set, then)
    sides = [
        _side(connection, viewer, set_so, changed, place=place, storage_crs=storage_crs)
        for set_so in (now.rule_set, then)
    ]
    features = list(_features(connection, viewer, *sides, language=language))
    features.sort(key=_pressing)
    standings = replace(Standings.read(connection, viewer, language), rule_set=then)
    counts: dict[str, Counter[str]] = {code: Counter() for code in sorted(changed)}
    for feature in features:
        counts[feature["properties"]["rule"]][feature["properties"]["change"]] += 1
    shown = features[:MOST_FEATURES]
    _place(shown, sides, storage_crs)
    return {
        "type": "FeatureCollection",
        "based_on": now.version,
        "rules": [
            {
                "rule": rule.code,
                **{name: counts[rule.code][name] for name in CHANGES},
                "not_assessed_because": _reasons(rule, standings),
            }
            for rule in then.every_rule()
            if rule.code in changed
        ],
        "numberMatched": len(features),
        "numberReturned": len(shown),
        "features": shown,
    }


def _changed(now: RuleSet, then: RuleSet) -> frozenset[str]:
    """Codes of the rules that differ in a value, in being on, or in where they count."""

    def told(rule_set: RuleSet) -> dict[str, tuple[object, ...]]:
        return {
            rule.code: (
                rule.thresholds,
                rule.code in rule_set.switched_off,
                rule_set.only_in.get(rule.code, ()),
            )
            for rule in rule_set.every_rule()
        }

    before, after = told(now), told(then)
    return frozenset(code for code in before if before[code] != after[code])


def _side(
    connection: Connection,
    viewer: Viewer,
    rule_set: RuleSet,
    codes: frozenset[str],
    *,
    place: BaseGeometry,
    storage_crs: int,
) -> Side:
    """What these rules find in the area, set so, among what the caller may see."""
    rules = [rule for rule in rule_set.rules() if rule.code in codes and _is_tried(rule)]
    ids = _works_at(connection, viewer, place, rules, storage_crs) if rules else []
    if not ids:
        return {}
    near = read_near(connection, ids, rules)
    touched = touched_by(connection, rules, near, ids)
    more = set(works_at(connection, touched)) - set(near.key.tolist())
    if more:
        keys = sorted(more.union(near.key.tolist()))
        near = read_works(connection, "w.key = ANY(%(keys)s::bigint[])", {"keys": keys})
    seen = _seen(connection, viewer, near)
    wanted = np.frombuffer(b"".join(i.bytes for i in ids), dtype="V16")
    found = find(
        connection,
        seen,
        rules,
        focus=flags_of(seen.works.id, wanted),
        touched=touched,
        only_in=rule_set.only_in,
    )
    inside = np.flatnonzero(shapely.intersects(place, found.findings.geometry))
    names = uuid_texts(found.id)
    return {names[row]: _One(found, row) for row in inside.tolist()}


def _works_at(
    connection: Connection,
    viewer: Viewer,
    place: BaseGeometry,
    rules: Sequence[Rule],
    storage_crs: int,
) -> list[UUID]:
    """Visible works in the area, or near enough to give a finding there."""
    reach_m = max(rule.reach_m + _neighbours_m(rule) for rule in rules)
    w = works.alias("w")
    shape = literal(from_shape(place, storage_crs), works.c.footprint.type)
    query = (
        select(w.c.id)
        .where(
            func.ST_DWithin(w.c.footprint, shape, 2.0 * reach_m),
            text(TAKES_PART),
            viewer.sees_rows_of(w),
        )
        .limit(MOST_WORKS + 1)
    )
    ids = list(connection.scalars(query))
    if len(ids) > MOST_WORKS:
        msg = (
            f"holds more than {MOST_WORKS:,} works with what lies near; "
            "try the change in a neighbourhood or a smaller box first"
        )
        raise refuse(msg, at=AT)
    return ids


def _is_tried(rule: Rule) -> bool:
    return isinstance(rule, (PairRule, WideRule))


def _reasons(rule: Rule, standings: Standings) -> list[str]:
    """Why nothing may be told of a rule: it follows from others, or is not assessed."""
    untried = (
        "de regel volgt uit andere bevindingen en wordt hier niet beproefd",
        "the rule follows from other findings and is not tried here",
    )
    said = [] if _is_tried(rule) else [untried[0 if standings.language == "nl" else 1]]
    return [*said, *standings.reasons(rule)]


def _neighbours_m(rule: Rule) -> float:
    return rule.neighbours_m if isinstance(rule, WideRule) else 0.0


def _seen(connection: Connection, viewer: Viewer, near: StoredWorks) -> StoredWorks:
    """Only the works that the caller may see."""
    if len(near.key) > MOST_AROUND:
        msg = (
            f"takes {len(near.key):,} works around it to judge, and at most {MOST_AROUND:,} are "
            "read; try the change in a smaller area"
        )
        raise refuse(msg, at=AT)
    c = works.c
    query = select(c.key).where(c.key.in_(near.key.tolist()), viewer.sees_rows_of(works))
    keys = np.array(sorted(connection.scalars(query)), dtype=np.int64)
    return near.take(np.flatnonzero(np.isin(near.key, keys)))


def _features(
    connection: Connection, viewer: Viewer, before: Side, after: Side, *, language: Language
) -> Iterator[dict[str, Any]]:
    """Every finding that differs, without its place."""
    known = _states(connection, viewer, {*before, *after})
    texts = {**_texts(connection, before), **_texts(connection, after)}
    for id_ in sorted({*before, *after}):
        old, new = before.get(id_), after.get(id_)
        one = new or old
        if one is None or (old and new and np.isclose(old.score, new.score, atol=1e-6)):
            continue
        said = texts[id_]
        rule = one.found.rules[one.found.findings.rule[one.row]]
        yield {
            "type": "Feature",
            "id": id_,
            "geometry": None,
            "properties": {
                "id": id_,
                "change": "changes" if old and new else "appears" if new else "vanishes",
                "rule": rule.code,
                "kind": rule.kind,
                "title": said.title_nl if language == "nl" else said.title_en,
                "explanation": said.nl if language == "nl" else said.en,
                "score_before": old.score if old else None,
                "score_after": new.score if new else None,
                "state": known.get(id_),
                "works": SEPARATOR.join(_work_ids(one)),
                "start": day(int(one.found.findings.start[one.row])),
                "end": day(int(one.found.findings.end[one.row]) - 1),
            },
        }


def _work_ids(one: _One) -> list[str]:
    table = one.found.findings
    members = table.members[table.offsets[one.row] : table.offsets[one.row + 1]]
    return [str(i) for i in one.found.work_id[members].tolist()]


def _texts(connection: Connection, side: Side) -> dict[str, Explanation]:
    """What is said of each finding; all of a side are of one detection."""
    if not side:
        return {}
    found = next(iter(side.values())).found
    rows = np.array([one.row for one in side.values()], dtype=np.int64)
    names = read_organisation_names(connection, found.works.organisation_id)
    return dict(zip(side, explanations(found, rows, names), strict=True))


def _states(connection: Connection, viewer: Viewer, ids: set[str]) -> dict[str, str]:
    """What people made of those that are stored and that the caller may see."""
    c = findings.c
    query = select(c.id, c.state).where(
        c.id.in_([UUID(i) for i in ids]), viewer.sees_findings(findings)
    )
    return {str(row.id): row.state for row in connection.execute(query)}


def _pressing(feature: dict[str, Any]) -> tuple[float, str]:
    told = feature["properties"]
    return -(told["score_after"] or told["score_before"] or 0.0), feature["id"]


def _place(features: Sequence[dict[str, Any]], sides: Sequence[Side], storage_crs: int) -> None:
    """Give features their place, in longitude and latitude."""
    if not features:
        return
    before, after = sides
    ones = [after.get(f["id"]) or before[f["id"]] for f in features]
    shapes = np.array([one.found.findings.geometry[one.row] for one in ones], dtype=object)
    served = transform(shapely.set_srid(shapes, 0), storage_crs, 4326)
    rounded = shapely.transform(served, lambda xy: np.round(xy, DEGREE_DIGITS))
    for feature, geometry in zip(features, shapely.to_geojson(rounded).tolist(), strict=True):
        feature["geometry"] = orjson.Fragment(geometry)
