"""How many features match, and what a layer spans: counted once per state of the data.

The state is the database snapshot: while its text is the same, every reader sees
the same rows, so nothing needs to be told when a work changes. A count is exact
or it is not given. The summary of a layer may be a little old where making it
is slow: at most a hundred times as old as it took to make.
"""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import dataclass
from datetime import date
from threading import Lock
from time import monotonic
from typing import Any

from sqlalchemy import Connection, func, literal, select, text

from app.layer import Layer
from app.ogc.clauses import clauses
from app.ogc.question import Question
from app.organisations.viewer import Viewer

COUNT_CAP = 200_000
"""Beyond this ``numberMatched`` is left out, as the standard allows."""
KEPT = 2_000
SLOW_SECONDS = 0.05
AGE_PER_SECOND = 100

_SNAPSHOT = text(
    "select pg_current_snapshot()::text where pg_current_xact_id_if_assigned() is null"
)


def snapshot(connection: Connection) -> str | None:
    """Names what this transaction sees; None where it has written something itself."""
    found: str | None = connection.scalar(_SNAPSHOT)
    return found


@dataclass(frozen=True, slots=True)
class Summary:
    """What a layer holds for one class of viewers; bounds are west, south, east, north."""

    count: int
    bounds: tuple[float, float, float, float] | None
    first: date | None
    last: date | None


@dataclass(frozen=True, slots=True)
class _Known:
    state: str
    value: Any
    at: float
    seconds: float


class Counts:
    """Counts and summaries of one service, kept while they hold."""

    def __init__(self) -> None:
        self._known: OrderedDict[object, _Known] = OrderedDict()
        self._lock = Lock()

    def matched(
        self, connection: Connection, question: Question, viewer: Viewer, storage: int
    ) -> int | None:
        """The exact number of features that match; None above ``COUNT_CAP``."""
        key = ("matched", viewer.cache_class, question.subject)
        state = snapshot(connection)
        found = self._get(key)
        if found and found.state == state:
            return _under_cap(found.value)
        started = monotonic()
        counted = _count(connection, question, viewer, storage)
        self._keep(key, state, counted, started)
        return _under_cap(counted)

    def summary(self, connection: Connection, layer: Layer, viewer: Viewer) -> Summary:
        """What the layer holds, as far as this viewer may see."""
        key = ("summary", viewer.cache_class, layer.id)
        state = snapshot(connection)
        found = self._get(key)
        if found and state is not None and (found.state == state or _still_fit(found)):
            summary: Summary = found.value
            return summary
        started = monotonic()
        summary = _summarise(connection, layer, viewer)
        self._keep(key, state, summary, started)
        return summary

    def _get(self, key: object) -> _Known | None:
        with self._lock:
            return self._known.get(key)

    def _keep(self, key: object, state: str | None, value: object, started: float) -> None:
        if state is None:
            return
        now = monotonic()
        with self._lock:
            self._known[key] = _Known(state, value, now, now - started)
            self._known.move_to_end(key)
            while len(self._known) > KEPT:
                self._known.popitem(last=False)


def _under_cap(count: int) -> int | None:
    return count if count <= COUNT_CAP else None


def _still_fit(known: _Known) -> bool:
    age = monotonic() - known.at
    return known.seconds > SLOW_SECONDS and age < AGE_PER_SECOND * known.seconds


def _count(connection: Connection, question: Question, viewer: Viewer, storage: int) -> int:
    layer = question.layer
    needed = layer.source if question.asks_properties else layer.table
    rows = (
        select(literal(1))
        .select_from(needed)
        .where(*clauses(question, viewer, storage))
        .limit(COUNT_CAP + 1)
        .subquery()
    )
    return connection.scalar(select(func.count()).select_from(rows)) or 0


def _summarise(connection: Connection, layer: Layer, viewer: Viewer) -> Summary:
    extent = func.ST_Extent(layer.geometry_4326)
    sides = [getattr(func, f"ST_{name}")(extent) for name in ("XMin", "YMin", "XMax", "YMax")]
    days: list[Any] = []
    if layer.period is not None:
        days = [func.min(func.lower(layer.period)), func.max(func.upper(layer.period) - 1)]
    statement = (
        select(func.count(), *sides, *days)
        .select_from(layer.table)
        .where(layer.condition, layer.sees(viewer))
    )
    count, west, south, east, north, *found = connection.execute(statement).one()
    bounds = None if west is None else (west, south, east, north)
    first, last = found or (None, None)
    return Summary(count, bounds, first, last)
