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

from app.context.loaded import loaded_layers
from app.context.read_context import read_context
from app.findings.noted import read_noted
from app.findings.parameters import read_as_of
from app.findings.read_works import TAKES_PART
from app.findings.stored_works import StoredWorks
from spatial.context import Context, ContextObjects
from spatial.detect_wide import missing
from spatial.facts import Subject
from spatial.period import NO_DAY
from spatial.rule import Rule, WideRule
from spatial.situation import Organisations, Shares, Situation
from spatial.vocabulary import VISIBILITY
from spatial.work import Flags, Floats, Ints, Keys, Objects

OWN = VISIBILITY.code("own")
WORKS, ORGANISATIONS = "works", "organisations"

Ids = NDArray[np.void]


class Touched(NamedTuple):
    """What some changed works touch: objects by layer and organisations, as ids (``V16``)."""

    rules: tuple[WideRule, ...]
    context: Context
    subjects: Mapping[str, Ids]

    def codes(self) -> list[str]:
        """Codes of the rules whose findings are about an object and not about a work."""
        return [rule.code for rule in self.rules if rule.about != WORKS]

    def ids(self) -> list[UUID]:
        """Everything that is to be judged but works."""
        every = [ids for about, ids in self.subjects.items() if about != WORKS]
        return [UUID(bytes=i.tobytes()) for ids in every for i in ids]


def assessed_rules(connection: Connection, rules: Sequence[Rule]) -> tuple[WideRule, ...]:
    """The rules beyond pairs that have the layers, and the day, that they need."""
    wide = [rule for rule in rules if isinstance(rule, WideRule)]
    if not wide:
        return ()
    loaded = frozenset(loaded_layers(connection))
    as_of = read_as_of(connection)
    return tuple(rule for rule in wide if not missing(rule, loaded, as_of=as_of))


def read_surroundings(
    connection: Connection,
    rules: Sequence[WideRule],
    *,
    near: tuple[float, float, float, float] | None = None,
) -> Context:
    """Objects of all layers that these rules need or may use, but for what somebody keeps."""
    layers = {layer for rule in rules for layer in (*rule.context, *rule.may_use)}
    return {
        layer: _shared(objects)
        for layer, objects in read_context(connection, layers, near=near).items()
    }


def _shared(objects: ContextObjects) -> ContextObjects:
    return objects.take(np.flatnonzero(objects.visibility != OWN))


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


def situation_of(connection: Connection, works: StoredWorks, context: Context) -> Situation:
    """These works with what surrounds them and what is known of their owners and money."""
    projects = np.unique(works.works.project)
    money = _projects(connection, projects)
    row = np.searchsorted(money.key, works.works.project) if len(projects) else projects
    return Situation.of(
        Subject.of(works.works),
        context,
        organisations=_organisations(connection),
        shares=_shares(connection, projects),
        cost_eur=money.cost_eur[row],
        confirmed_on=money.confirmed_on[row],
        noted=read_noted(connection, works.key),
        as_of=read_as_of(connection),
    )


class _Projects(NamedTuple):
    key: Keys
    cost_eur: Floats
    confirmed_on: Ints


def _projects(connection: Connection, keys: Keys) -> _Projects:
    query = text(
        "SELECT key, cost_eur::float8, updated_at::date - date '1970-01-01'"
        " FROM projects WHERE key = ANY(:keys) ORDER BY key"
    )
    rows = connection.execute(query, {"keys": keys.tolist()}).all()
    return _Projects(
        np.array([r[0] for r in rows], dtype=np.int64),
        np.array([np.nan if r[1] is None else r[1] for r in rows], dtype=np.float64),
        np.array([r[2] for r in rows], dtype=np.int32),
    )


def _organisations(connection: Connection) -> Organisations:
    rows = connection.execute(
        text("SELECT key, id, name, kind FROM organisations ORDER BY key")
    ).all()
    return Organisations(
        np.array([r.key for r in rows], dtype=np.int64),
        np.array([r.id.bytes for r in rows], dtype="V16"),
        np.array([r.name for r in rows], dtype=object),
        np.array([r.kind for r in rows], dtype=object),
        np.full(len(rows), NO_DAY, dtype=np.int32),
    )


def _shares(connection: Connection, projects: Keys) -> Shares:
    query = text(
        "SELECT p.key, o.key, b.year, b.amount_eur::float8, b.state FROM budgets b"
        " JOIN projects p ON p.id = b.project_id JOIN organisations o ON o.id = b.organisation_id"
        " WHERE p.key = ANY(:keys) AND NOT p.withdrawn ORDER BY p.key, o.key, b.year"
    )
    rows = connection.execute(query, {"keys": projects.tolist()}).all()
    return Shares(
        np.array([r[0] for r in rows], dtype=np.int64),
        np.array([r[1] for r in rows], dtype=np.int64),
        np.array([r[2] for r in rows], dtype=np.int32),
        np.array([r[3] for r in rows], dtype=np.float64),
        np.array([r[4] for r in rows], dtype=object),
    )


_WORKS_AT = f"""
SELECT DISTINCT w.key
FROM unnest(CAST(:west AS float8[]), CAST(:south AS float8[]), CAST(:east AS float8[]),
    CAST(:north AS float8[])) AS box(west, south, east, north)
JOIN works w ON w.footprint && ST_MakeEnvelope(west, south, east, north, :srid) AND {TAKES_PART}
"""  # noqa: S608 - constants of this package, values are bound
_WORKS_OF = f"""
SELECT w.key FROM works w JOIN organisations o ON o.id = w.organisation_id
WHERE o.id = ANY(:ids) AND {TAKES_PART}
"""  # noqa: S608 - constants of this package, values are bound
_STORED_SUBJECTS = """
SELECT DISTINCT subject_id FROM findings
WHERE work_ids && :ids AND rule = ANY(:codes) AND subject_id IS NOT NULL
"""


def touched_by(
    connection: Connection, rules: Sequence[Rule], works: StoredWorks, ids: Sequence[UUID]
) -> Touched:
    """What the changed works among these (``ids``) touch, and what their findings are about."""
    wide = assessed_rules(connection, rules)
    wanted = np.frombuffer(b"".join(i.bytes for i in ids), dtype="V16")
    changed = np.isin(works.works.id.view("S16"), wanted.view("S16"))
    box = _box(works.works.footprint[changed], max((r.reach_m for r in wide), default=0.0))
    context = read_surroundings(connection, wide, near=box) if wide else {}
    subjects: dict[str, Ids] = {}
    for about in {rule.about for rule in wide}:
        same = [rule for rule in wide if rule.about == about]
        named = _stored_subjects(connection, ids, [rule.code for rule in same])
        if about == WORKS:
            subjects[about] = wanted
        elif about == ORGANISATIONS:
            subjects[about] = _union(named, works.organisation_id[changed])
        else:
            reach_m = max(rule.reach_m for rule in same)
            near = _near(context[about], works.works.footprint[changed], reach_m)
            subjects[about] = _union(named, context[about].id[near])
    return Touched(wide, context, subjects)


def _box(footprints: Objects, reach_m: float) -> tuple[float, float, float, float]:
    """Around all that changed; nowhere where nothing is left of it."""
    if not len(footprints):
        return (0.0, 0.0, 0.0, 0.0)
    west, south, east, north = shapely.total_bounds(footprints).tolist()
    return west - reach_m, south - reach_m, east + reach_m, north + reach_m


def _near(objects: ContextObjects, footprints: Objects, reach_m: float) -> Keys:
    placed = ~shapely.is_missing(objects.geometry)
    if not placed.any():  # a table without places: any of it may matter
        return np.arange(len(objects))
    tree = shapely.STRtree(objects.geometry)
    found: Keys = np.unique(tree.query(footprints, predicate="dwithin", distance=reach_m)[1])
    return found


def _stored_subjects(connection: Connection, ids: Sequence[UUID], codes: list[str]) -> Ids:
    query = text(_STORED_SUBJECTS).bindparams(bindparam("ids", list(ids), ARRAY(PG_UUID)))
    found = connection.scalars(query, {"codes": codes})
    return np.array([i.bytes for i in found], dtype="V16")


def _union(one: Ids, other: Ids) -> Ids:
    both = np.unique(np.concatenate((one.view("S16"), np.ascontiguousarray(other).view("S16"))))
    return both.view("V16") if len(both) else np.empty(0, "V16")


def works_at(connection: Connection, touched: Touched, storage_crs: int) -> list[int]:
    """Keys of all works that touch what is to be judged."""
    keys: set[int] = set()
    for about, ids in touched.subjects.items():
        rules = [rule for rule in touched.rules if rule.about == about]
        if about == ORGANISATIONS:
            wanted = [UUID(bytes=i.tobytes()) for i in ids]
            keys.update(connection.scalars(text(_WORKS_OF), {"ids": wanted}))
        elif about != WORKS:
            objects = touched.context[about]
            some = objects.geometry[flags_among(objects.id, ids)]
            keys.update(_at(connection, some, max(r.reach_m for r in rules), storage_crs))
    return sorted(keys)


def _at(connection: Connection, places: Objects, reach_m: float, srid: int) -> Sequence[int]:
    bounds = shapely.bounds(places[~shapely.is_missing(places)]).reshape(-1, 4)
    sides = np.add(bounds, (-reach_m, -reach_m, reach_m, reach_m)).T.tolist()
    named = dict(zip(("west", "south", "east", "north"), sides, strict=True))
    return connection.scalars(text(_WORKS_AT), {**named, "srid": srid}).all()


def flags_among(ids: Ids, wanted: Ids) -> Flags:
    """Where ``ids`` are among ``wanted``."""
    found: Flags = np.isin(np.ascontiguousarray(ids).view("S16"), wanted.view("S16"))
    return found


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
        flags[about] = flags_among(known, ids)
    return flags
