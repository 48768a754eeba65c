"""What surrounds works, for findings that no pair of works shows.

The full run judges everything. A change of some works judges these works, and
the streets, areas and organisations that they touch now or that a stored
finding about them names: whatever else there is cannot have changed. Objects
that an organisation keeps to itself take no part, for a finding would tell of
them; where objects are shared among partners only, so are the findings that
rest on their layer.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple
from uuid import UUID

import numpy as np
import shapely
from numpy.typing import NDArray
from sqlalchemy import Connection, bindparam, text
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.dialects.postgresql import UUID as PG_UUID

from app.context.loaded import known_layers
from app.context.read_context import read_context
from app.findings.parameters import read_as_of
from app.findings.read_works import TAKES_PART, flags_of
from app.findings.stored_works import StoredWorks
from spatial.context import Context, ContextObjects
from spatial.detect_wide import missing
from spatial.rule import PairRule, Rule, WideRule, wide_parts
from spatial.rule import rules as every_rule
from spatial.situation import Situation
from spatial.vocabulary import VISIBILITY
from spatial.work import Flags, Floats, Keys, Objects

PUBLIC, PARTNERS, OWN = (VISIBILITY.code(word) for word in ("public", "partners", "own"))
WORKS, ORGANISATIONS = "works", "organisations"

Ids = NDArray[np.void]
NO_IDS: Ids = np.empty(0, dtype="V16")
NETWORK_M = 1_000.0
"""How far around what is judged streets are read: whoever is shut in drives around."""
ROUNDING_M = 10.0
"""What is known of a former place is its line and not its footprint; half a width, generously."""

_CODES = ", ".join(f"'{rule.code}'" for rule in every_rule() if isinstance(rule, PairRule))
_PAIR = f"(rule IN ({_CODES}) AND subject_id IS NULL AND cardinality(work_ids) = 2)"
_OF_PAIRS = f"""work_ids && %(ids)s::uuid[] AND rule <> 'B28' AND ({_PAIR}
    OR rule <> ALL(%(codes)s::text[]) AND rule <> ALL(%(work_codes)s::text[]))"""
_OF_WORKS = f"""work_ids && %(works)s::uuid[] AND work_ids[1] = ANY(%(works)s::uuid[])
    AND rule = ANY(%(work_codes)s::text[]) AND NOT {_PAIR}"""
_OF_OBJECTS = """subject_id = ANY(%(subjects)s::uuid[]) AND rule = ANY(%(codes)s::text[])"""
_IDS = " UNION ALL ".join(
    f"SELECT id FROM findings WHERE {clause}"  # noqa: S608 - constants of this package, values are bound
    for clause in (_OF_PAIRS, _OF_WORKS, _OF_OBJECTS)
)
STORED = f"""id IN (WITH about AS ({_IDS})
    SELECT id FROM about
    UNION ALL SELECT id FROM findings WHERE rule = 'B28'
        AND subject_id IN (SELECT id FROM about))"""  # noqa: S608 - constants of this package, values are bound
"""Stored findings about the changed works (``ids``) and about what they touch, and
what is told of these to who may not see them."""


class Touched(NamedTuple):
    """What is to be judged after a change of some works.

    ``subjects`` has ids (``V16``) of works, of objects by layer, and of
    organisations; ``boxes`` where the works are and were (west, south, east, north).
    """

    rules: tuple[WideRule, ...]
    context: Context
    subjects: Mapping[str, Ids]
    boxes: Floats

    def stored(self) -> dict[str, object]:
        """Values for :data:`STORED`."""
        about = {rule.code: rule.about for rule in self.rules}
        objects = [ids for about, ids in self.subjects.items() if about != WORKS]
        return {
            "codes": [code for code, subject in about.items() if subject != WORKS],
            "work_codes": [code for code, subject in about.items() if subject == WORKS],
            "subjects": [UUID(bytes=i.tobytes()) for ids in objects for i in ids],
            "works": [UUID(bytes=i.tobytes()) for i in self.subjects.get(WORKS, NO_IDS)],
        }


def assessed_rules(connection: Connection, rules: Sequence[Rule]) -> tuple[WideRule, ...]:
    """The rules beyond pairs that have the layers, and the day, that they need."""
    wide = wide_parts(rules)
    if not wide:
        return ()
    loaded = known_layers(connection)
    as_of = read_as_of(connection)
    return tuple(rule for rule in wide if not missing(rule, loaded, as_of=as_of))


def read_surroundings(
    connection: Connection,
    rules: Sequence[WideRule],
    *,
    near: tuple[float, float, float, float] | None = None,
    widest: int = PARTNERS,
) -> Context:
    """Objects of all layers that these rules need or may use, but for what somebody keeps.

    ``widest`` is the visibility (a code) up to which objects take part.
    """
    layers = {layer for rule in rules for layer in (*rule.context, *rule.may_use)}
    return _shared(read_context(connection, layers, near=near), widest)


def _shared(context: Context, widest: int) -> Context:
    return {
        layer: objects.take(np.flatnonzero(objects.visibility <= widest))
        for layer, objects in context.items()
    }


def floors(rules: Sequence[Rule], context: Context) -> dict[str, int]:
    """The widest visibility that findings of a rule may have, for the layers that it rests on."""
    strictest = {
        layer: int(objects.visibility.max(initial=0)) for layer, objects in context.items()
    }
    return {
        rule.code: max(
            (strictest.get(layer, 0) for layer in (*rule.context, *rule.may_use)), default=0
        )
        for rule in rules
        if isinstance(rule, WideRule)
    }


_NEAR_BOXES = f"""
FROM unnest(CAST(:west AS float8[]), CAST(:south AS float8[]), CAST(:east AS float8[]),
    CAST(:north AS float8[])) AS box(west, south, east, north)
CROSS JOIN (SELECT value::int AS srid FROM deployment WHERE name = 'storage_crs') AS stored
JOIN works w ON w.footprint && ST_MakeEnvelope(west, south, east, north, srid) AND {TAKES_PART}
"""  # noqa: S608 - constants of this package, values are bound
_KEYS_NEAR = f"SELECT DISTINCT w.key {_NEAR_BOXES}"
_WORKS_NEAR = f"SELECT DISTINCT w.id {_NEAR_BOXES}"
_WORKS_OF_PROJECTS = f"""
SELECT w.key FROM works w JOIN projects p ON p.id = w.project_id
WHERE p.key = ANY(:projects) AND {TAKES_PART}
"""  # noqa: S608 - constants of this package, values are bound
_BEFORE = """
SELECT ST_AsBinary(v.geometry) FROM works w
JOIN work_versions v ON v.work_id = w.id AND v.version = w.version - 1
WHERE w.id = ANY(:ids)
"""
_WORKS_OF = f"""
SELECT w.key FROM works w
WHERE (w.organisation_id = ANY(:ids) OR w.project_id IN (
    SELECT b.project_id FROM budgets b WHERE b.organisation_id = ANY(:ids))) AND {TAKES_PART}
"""  # noqa: S608 - constants of this package, values are bound
_STORED_SUBJECTS = """
SELECT subject_id, min(ST_XMin(geometry)), min(ST_YMin(geometry)), max(ST_XMax(geometry)),
    max(ST_YMax(geometry))
FROM findings WHERE work_ids && :ids AND rule = ANY(:codes) GROUP BY subject_id
"""


def touched_by(
    connection: Connection,
    rules: Sequence[Rule],
    works: StoredWorks,
    ids: Sequence[UUID],
    *,
    widest: int = PARTNERS,
) -> Touched:
    """What the changed works among these (``ids``) touch, and what their findings are about.

    Everything is read around what is to be judged, and not only around the
    works: how an area fares follows from all that is in it.
    """
    wide = assessed_rules(connection, rules)
    if not wide:
        return Touched((), {}, {}, np.empty((0, 4)))
    wanted = np.frombuffer(b"".join(i.bytes for i in ids), dtype="V16")
    changed = works.take(np.flatnonzero(flags_of(works.works.id, wanted)))
    stored = _stored_subjects(connection, ids, [rule.code for rule in wide])
    reach_m = max(rule.reach_m for rule in wide)
    before = _places_before(connection, ids)
    now_and_before = np.concatenate((changed.works.footprint, before))
    places = np.concatenate((now_and_before, stored.places))
    layers = {rule.about for rule in wide} - {WORKS, ORGANISATIONS}
    near = _shared(read_context(connection, layers, near=_box(places, reach_m)), widest)
    subjects = {WORKS: _works_judged(connection, wide, wanted, places)}
    for about, objects in near.items():
        reach = max(rule.reach_m for rule in wide if rule.about == about)
        near_or_theirs = _near(objects, now_and_before, reach)
        near_or_theirs |= _of_projects(objects, changed.works.project)
        subjects[about] = _union(stored.ids, objects.id[near_or_theirs], among=objects.id)
    if any(rule.about == ORGANISATIONS for rule in wide):
        subjects[ORGANISATIONS] = _union(stored.ids, changed.organisation_id)
    judged_places = [o.geometry[flags_of(o.id, subjects[about])] for about, o in near.items()]
    around = _box(np.concatenate((places, *judged_places)), reach_m + NETWORK_M)
    context = read_surroundings(connection, wide, near=around, widest=widest)
    return Touched(wide, context, subjects, _boxes(places))


def _box(places: Objects, reach_m: float) -> tuple[float, float, float, float]:
    """Around all of these; nowhere where there is nothing."""
    places = places[~shapely.is_missing(places)]
    if not len(places):
        return (0.0, 0.0, 0.0, 0.0)
    west, south, east, north = shapely.total_bounds(places).tolist()
    return west - reach_m, south - reach_m, east + reach_m, north + reach_m


def _near(objects: ContextObjects, footprints: Objects, reach_m: float) -> Flags:
    placed = ~shapely.is_missing(objects.geometry)
    if not placed.any():  # a table without places: any of it may matter
        return np.ones(len(objects), dtype=np.bool_)
    near = np.zeros(len(objects), dtype=np.bool_)
    tree = shapely.STRtree(objects.geometry)
    near[tree.query(footprints, predicate="dwithin", distance=reach_m)[1]] = True
    return near


def _of_projects(objects: ContextObjects, projects: Keys) -> Flags:
    """Objects that belong to one of these projects, such as its diversions."""
    of = objects.columns.get("project_key")
    theirs: Flags = np.zeros(len(objects), np.bool_) if of is None else np.isin(of, projects)
    return theirs


class _Stored(NamedTuple):
    """What stored findings about some works are about, and where they lie."""

    ids: Ids
    places: Objects


def _stored_subjects(connection: Connection, ids: Sequence[UUID], codes: list[str]) -> _Stored:
    query = text(_STORED_SUBJECTS).bindparams(bindparam("ids", list(ids), ARRAY(PG_UUID)))
    rows = connection.execute(query, {"codes": codes}).all()
    subjects = [row.subject_id.bytes for row in rows if row.subject_id is not None]
    boxes = np.array([row[1:] for row in rows], dtype=np.float64).reshape(-1, 4)
    return _Stored(np.array(subjects, dtype="V16"), np.asarray(shapely.box(*boxes.T), dtype=object))


def _union(one: Ids, other: Ids, *, among: Ids | None = None) -> Ids:
    """Ids of either, once; with ``among`` only those that are there."""
    both = np.unique(np.concatenate((one.view("S16"), np.ascontiguousarray(other).view("S16"))))
    if among is not None:
        both = both[np.isin(both, np.ascontiguousarray(among).view("S16"))]
    return both.view("V16") if len(both) else np.empty(0, "V16")


def _places_before(connection: Connection, ids: Sequence[UUID]) -> Objects:
    """Where the works were: a work that left its place may matter to those that stayed."""
    query = text(_BEFORE).bindparams(bindparam("ids", list(ids), ARRAY(PG_UUID)))
    found: Objects = shapely.from_wkb(list(connection.scalars(query)))
    return np.asarray(found, dtype=object).reshape(-1)


def _boxes(places: Objects) -> Floats:
    bounds: Floats = shapely.bounds(places[~shapely.is_missing(places)]).reshape(-1, 4)
    return bounds


def _neighbours_m(rules: Sequence[WideRule]) -> float:
    """How far a work may matter to a finding about another; 0 where it never does."""
    far = max((rule.neighbours_m for rule in rules if rule.about == WORKS), default=0.0)
    return far + ROUNDING_M if far else 0.0


def _works_judged(
    connection: Connection, rules: Sequence[WideRule], changed: Ids, places: Objects
) -> Ids:
    """The changed works, and the others that they matter to or did."""
    far = _neighbours_m(rules)
    if not far:
        return changed
    sides = _sides(_boxes(places), far)
    near = connection.scalars(text(_WORKS_NEAR), sides)
    return _union(changed, np.array([i.bytes for i in near], dtype="V16"))


def _sides(boxes: Floats, reach_m: float) -> dict[str, list[float]]:
    wider = np.add(boxes, (-reach_m, -reach_m, reach_m, reach_m))
    return dict(zip(("west", "south", "east", "north"), wider.T.tolist(), strict=True))


def works_at(connection: Connection, touched: Touched) -> list[int]:
    """Keys of all works that touch what is to be judged."""
    keys: set[int] = set()
    for about, ids in touched.subjects.items():
        rules = [rule for rule in touched.rules if rule.about == about]
        if about == ORGANISATIONS:
            wanted = [UUID(bytes=i.tobytes()) for i in ids]
            keys.update(connection.scalars(text(_WORKS_OF), {"ids": wanted}))
        elif about != WORKS:
            objects = touched.context[about]
            some = objects.take(np.flatnonzero(flags_of(objects.id, ids)))
            keys.update(_at(connection, _boxes(some.geometry), max(r.reach_m for r in rules)))
            if "project_key" in some.columns:
                projects = {"projects": some.columns["project_key"].tolist()}
                keys.update(connection.scalars(text(_WORKS_OF_PROJECTS), projects))
    far = _neighbours_m(touched.rules)
    if far:
        keys.update(_at(connection, touched.boxes, 2 * far))
    return sorted(keys)


def _at(connection: Connection, boxes: Floats, reach_m: float) -> Sequence[int]:
    return connection.scalars(text(_KEYS_NEAR), _sides(boxes, reach_m)).all()


def judged(touched: Touched, situation: Situation) -> dict[str, Flags]:
    """Flags over works, objects and organisations, by what rules are about."""
    flags = {}
    for about, ids in touched.subjects.items():
        if about == WORKS:
            known = situation.subject.works.id
        elif about == ORGANISATIONS:
            known = situation.organisations.id
        else:
            known = situation.context[about].id
        flags[about] = flags_of(known, ids)
    return flags
