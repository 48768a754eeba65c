"""Bundles follow their findings, in the transaction that wrote these."""

from __future__ import annotations

import gc
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import NamedTuple
from uuid import UUID

import numpy as np
from sqlalchemy import Connection, text

from app.bundles.graph import Graph, among_works, touched_graph, whole_graph
from app.bundles.identify import identify
from app.bundles.made import make
from app.bundles.misfit import note_misfits
from app.bundles.stored import StoredBundle, read_stored
from app.bundles.write import BundleChanges, write
from app.findings.compare import compare
from app.findings.found import make_found, thresholds
from app.findings.only_in import keep_where_switched_on
from app.findings.read_works import read_organisation_names, read_works
from app.findings.rule_sets import read_rule_set
from app.findings.stored import parameter_digests, read_findings
from app.findings.stored_works import StoredWorks
from app.findings.write import write_changes
from spatial.bundle import Bundles, grow
from spatial.bundle_shape import outlines
from spatial.detect_wide import detect_bundled
from spatial.finding import Findings
from spatial.rule import Rule
from spatial.rules.o03_multi_party_bundle import MultiPartyBundle
from spatial.work import NOBODY

_SYNC = """
WITH owner AS (
    SELECT b.id,
        CASE WHEN bool_or(w.visibility = 'own') THEN 'own'
             WHEN bool_or(w.visibility = 'partners') THEN 'partners'
             ELSE 'public' END AS visibility,
        array_agg(DISTINCT w.organisation_id) AS organisation_ids,
        coalesce(array_agg(DISTINCT w.organisation_id) FILTER (WHERE w.visibility = 'own'), '{}')
            AS own_organisation_ids
    FROM (SELECT b.id, unnest(b.work_ids) AS work_id FROM bundles b
        WHERE b.state <> 'proposed' AND (:every OR b.work_ids && CAST(:ids AS uuid[]))) b
    JOIN works w ON w.id = b.work_id
    GROUP BY b.id
)
UPDATE bundles b
SET visibility = owner.visibility, organisation_ids = owner.organisation_ids,
    own_organisation_ids = owner.own_organisation_ids, updated_at = now()
FROM owner
WHERE b.id = owner.id AND (b.visibility <> owner.visibility
    OR NOT (b.organisation_ids @> owner.organisation_ids
        AND b.organisation_ids <@ owner.organisation_ids)
    OR NOT (b.own_organisation_ids @> owner.own_organisation_ids
        AND b.own_organisation_ids <@ owner.own_organisation_ids))
"""


class _Scope(NamedTuple):
    """The works that may bundle otherwise than before; ``ids`` is None for all."""

    ids: list[UUID] | None
    graph: Graph
    works: StoredWorks


@contextmanager
def _uncollected() -> Iterator[None]:
    """Let no collection of garbage walk the rows of a full pass: none is in a circle.

    It took a third of the time of a hundred thousand bundles.
    """
    was = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was:
            gc.enable()


def refresh_bundles(
    connection: Connection,
    work_ids: Sequence[UUID] | None = None,
    *,
    storage_crs: int,
    works: StoredWorks | None = None,
) -> BundleChanges:
    """Make the bundles around these works right, or all; findings must be right already.

    ``work_ids`` are works that changed, or of which a finding did. ``works`` are
    all works, where the caller has read them. The caller holds the turn.
    """
    with _uncollected():
        return _refresh(connection, _scope(connection, work_ids, works), storage_crs)


def _refresh(connection: Connection, scope: _Scope, storage_crs: int) -> BundleChanges:
    rule_set = read_rule_set(connection)
    rule = next(r for r in rule_set.every_rule() if isinstance(r, MultiPartyBundle))
    edges = among_works(scope.graph, scope.works.works.id)
    bundles = grow(scope.works.works, edges, limits=rule.limits(), worth=rule.worth())
    stored = read_stored(connection, scope.ids)
    names = read_organisation_names(connection, scope.works.organisation_id)
    parameters = thresholds(rule)
    places = outlines(scope.works.works.footprint, bundles.members, bundles.offsets)
    made = make(
        connection,
        bundles,
        scope.works,
        names,
        places,
        most_days=rule.limits().most_days,
        parameters=parameters,
        storage_crs=storage_crs,
    )
    identified = identify(made, stored)
    changes = write(connection, identified, places, parameters=parameters, storage_crs=storage_crs)
    refused = {one.position for one in identified.refused}
    on = [rule] if rule.code not in rule_set.switched_off else []
    found = detect_bundled(_without(bundles, refused), scope.works.works, on)
    _write_findings(connection, scope, found, on, names=names, storage_crs=storage_crs)
    misfits = _misfits(connection, scope, stored)
    every = scope.ids is None
    connection.execute(text(_SYNC), {"every": every, "ids": [str(i) for i in scope.ids or ()]})
    return BundleChanges(changes.new, changes.changed, changes.gone, changes.unchanged, misfits)


def _scope(
    connection: Connection, work_ids: Sequence[UUID] | None, works: StoredWorks | None
) -> _Scope:
    if work_ids is None:
        graph = whole_graph(connection)
        every = read_works(connection) if works is None else works
        linked = np.isin(every.works.id.view("S16"), graph.ids)
        linked |= every.works.accepted_bundle != NOBODY
        return _Scope(None, graph, every.take(np.flatnonzero(linked)))
    graph = touched_graph(connection, work_ids)
    ids = [UUID(bytes=i.ljust(16, b"\0")) for i in graph.ids.tolist()]
    return _Scope(ids, graph, read_works(connection, "w.id = ANY(%(ids)s)", {"ids": ids}))


def _without(bundles: Bundles, refused: set[int]) -> Bundles:
    """These bundles without those that people rejected."""
    keep = np.array([n not in refused for n in range(len(bundles))], dtype=np.bool_)
    return bundles.take(np.flatnonzero(keep))


def _write_findings(
    connection: Connection,
    scope: _Scope,
    findings: Findings,
    rules: Sequence[Rule],
    *,
    names: Mapping[bytes, str],
    storage_crs: int,
) -> None:
    """Findings of rules over bundles, the same way as all others."""
    found = make_found(keep_where_switched_on(connection, findings), scope.works, rules)
    where, given = "rule = 'O03'", {}
    if scope.ids is not None:
        where, given = f"{where} AND work_ids && %(ids)s::uuid[]", {"ids": scope.ids}
    stored = read_findings(connection, where, given)
    changes = compare(found, stored, parameter_digests(connection, found.parameters))
    write_changes(connection, found, stored, changes, names=names, storage_crs=storage_crs)


def _misfits(connection: Connection, scope: _Scope, stored: Sequence[StoredBundle]) -> int:
    """What no longer fits in the accepted bundles that are touched."""
    accepted = [b for b in stored if b.state == "accepted"]
    if not accepted:
        return 0
    ids = sorted({UUID(work) for bundle in accepted for work in bundle.works})
    works = read_works(connection, "w.id = ANY(%(ids)s)", {"ids": ids})
    graph = scope.graph if scope.ids is None else touched_graph(connection, ids)
    return note_misfits(connection, accepted, works, graph)
