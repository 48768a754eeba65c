"""The graph of findings from which bundles grow: all of it, or what some works touch.

Edges are the stored findings of bundling rules that hold and that nobody
rejected. A change of some works changes the findings about these works alone;
the sets of works that hang together with them, now or by a finding that no
longer holds, are all that can bundle otherwise than before.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple
from uuid import UUID

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import Connection

from app.findings.binary import read_fixed
from spatial.bundle import EDGE_RULES, LEAST_AREA_M2, LEAST_LENGTH_M, REGRETTED
from spatial.bundle_groups import Edges

_REGRETTED = ", ".join(f"'{code}'" for code in REGRETTED)
TRENCH = "CASE rule WHEN 'O04' THEN coalesce((measures->>'beside_m')::float8, 0) ELSE 0 END"
"""Length in metres of a shared trench, as SQL over findings."""
FIELDS = (
    ("first", "V16", "work_ids[1]"),
    ("second", "V16", "work_ids[2]"),
    ("proposes", ">i4", f"CASE WHEN rule IN ({_REGRETTED}) THEN 0 ELSE 1 END"),
    ("score", ">f8", "score"),
    ("area_m2", ">f8", "coalesce(shared_area_m2, 0)"),
    ("length_m", ">f8", "coalesce(shared_length_m, 0)"),
    ("trench_m", ">f8", TRENCH),
)
EDGES = f"""findings WHERE rule IN ({", ".join(f"'{code}'" for code in EDGE_RULES)})
    AND cardinality(work_ids) = 2
    AND (rule NOT IN ({_REGRETTED}) OR shared_area_m2 >= {LEAST_AREA_M2}
        OR shared_length_m >= {LEAST_LENGTH_M})"""
"""Findings that are edges, as SQL to go on with AND."""
_HOLDS = "state NOT IN ('resolved', 'rejected')"
_HOLDING = ("holds", ">i4", f"CASE WHEN {_HOLDS} THEN 1 ELSE 0 END")

Ids = NDArray[np.bytes_]


class Graph(NamedTuple):
    """Works by id (``S16``, sorted) and the edges between them, as positions."""

    ids: Ids
    edges: Edges


def whole_graph(connection: Connection) -> Graph:
    """Every edge there is."""
    return _graph(read_fixed(connection, FIELDS, f"{EDGES} AND {_HOLDS}"))


def touched_graph(connection: Connection, ids: Sequence[UUID]) -> Graph:
    """The connected sets of these works and of all with which they were ever linked.

    ``ids`` themselves are in the graph too, with or without an edge.
    """
    start = np.unique(np.array([i.bytes for i in ids], dtype="S16"))
    first = _edges_of(connection, start, "true")
    known = np.unique(start)
    parts = [first[first["holds"] == 1]]
    new = np.setdiff1d(_ends(first), known)
    while len(new):
        known = np.union1d(known, new)
        found = _edges_of(connection, new, _HOLDS)
        parts.append(found)
        new = np.setdiff1d(_ends(found), known)
    return _graph(np.concatenate(parts), known)


def _edges_of(connection: Connection, ids: Ids, where: str) -> NDArray[np.void]:
    """Stored edges of these works, once or twice each."""
    wanted = [UUID(bytes=i.ljust(16, b"\0")) for i in ids.tolist()]
    parameters: Mapping[str, object] = {"ids": wanted}
    source = f"{EDGES} AND work_ids && %(ids)s::uuid[] AND {where}"
    return read_fixed(connection, (*FIELDS, _HOLDING), source, parameters)


def _ends(table: NDArray[np.void]) -> Ids:
    both = np.concatenate((table["first"], table["second"])).view("S16")
    return np.unique(both)


def _graph(table: NDArray[np.void], known: Ids | None = None) -> Graph:
    ids = _ends(table) if known is None else np.union1d(_ends(table), known)
    first, second = (
        np.searchsorted(ids, np.ascontiguousarray(table[name]).view("S16"))
        for name in ("first", "second")
    )
    numbers = {
        name: table[name].astype(np.float64)
        for name in ("score", "area_m2", "length_m", "trench_m")
    }
    edges = Edges(
        first.astype(np.int64), second.astype(np.int64), table["proposes"] == 1, **numbers
    )
    return Graph(ids, edges)


def among_works(graph: Graph, work_ids: NDArray[np.void]) -> Edges:
    """The edges between these works (``V16``), as their positions; others are left out."""
    known = work_ids.view("S16")
    order = np.argsort(known, kind="stable")
    place = np.searchsorted(known, graph.ids, sorter=order)
    at = order[np.minimum(place, max(len(known) - 1, 0))] if len(known) else place
    there = known[at] == graph.ids if len(known) else np.zeros(len(place), dtype=np.bool_)
    edges = graph.edges
    keep = there[edges.first] & there[edges.second]
    kept = edges.take(keep)
    return Edges(
        at[kept.first].astype(np.int64),
        at[kept.second].astype(np.int64),
        kept.proposes,
        kept.score,
        kept.area_m2,
        kept.length_m,
        kept.trench_m,
    )
