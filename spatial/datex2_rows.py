"""Situations of DATEX II as rows: works, constraints and diversions in columns."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence

import numpy as np
import shapely

from spatial import datex2_words as said
from spatial.datex2_record import (
    EVENT,
    LANES,
    REROUTING,
    WORKS,
    Record,
    kind_of,
    read_record,
)
from spatial.datex2_stream import Situation
from spatial.reader import Fault, LayerKind, RawBatch
from spatial.work import Floats, Objects

_SHARED = ("reference", "part", "title", "organisation", "start", "end", "valid_periods")
COLUMNS: Mapping[LayerKind, tuple[str, ...]] = {
    "works": (
        *_SHARED,
        "description",
        "facility",
        "activity",
        "excavation",
        "road_impact",
        "planning_status",
        "works_type",
        "subject",
        "cause",
        "hindrance_category",
        "hindrance_class",
        "delay",
        "scale",
        "source_reference",
        "link",
    ),
    "constraints": (*_SHARED, "description", "kind", "event_type", "situation"),
    "diversions": (*_SHARED, "vehicles"),
}
MAPPED: Mapping[LayerKind, tuple[str, ...]] = {
    "works": COLUMNS["works"][:13],
    "constraints": COLUMNS["constraints"][:8],
    "diversions": COLUMNS["diversions"][:7],
}
"""Columns that are our fields already; the others are kept beside them."""

_READ = WORKS | {EVENT, LANES, REROUTING}
Column = Callable[[str, Record, Sequence[Record]], object]


class Table:
    """Rows of one kind that wait to be handed on as a batch."""

    def __init__(self, kind: LayerKind) -> None:
        self.kind = kind
        self.rows: list[tuple[str, Record, Sequence[Record]]] = []

    def __len__(self) -> int:
        return len(self.rows)

    def add(self, situation: str, record: Record, lanes: Sequence[Record] = ()) -> None:
        """Take a record, with the lane records that say where and how it hinders."""
        self.rows.append((situation, record, lanes))

    def batch(self) -> RawBatch:
        """The rows so far, as columns; the table is empty afterwards."""
        rows, self.rows = self.rows, []
        columns = {name: [_VALUES[name](*row) for row in rows] for name in COLUMNS[self.kind]}
        if self.kind == "constraints":
            columns["situation"] = columns["reference"]
            columns["reference"] = columns["part"]
        places = [_route(row[1]) if self.kind == "diversions" else _place(*row[1:]) for row in rows]
        return RawBatch(
            row=np.array([record.number for _, record, _ in rows], dtype=np.int64),
            columns=columns,
            geometry=_geometry(places),
            faults=[_unreadable(record) for _, record, _ in rows if record.unreadable],
        )


class Situations:
    """Sorts records into the three tables, and counts every one."""

    def __init__(self) -> None:
        self.tables: dict[LayerKind, Table] = {kind: Table(kind) for kind in COLUMNS}
        self.counts: Counter[str] = Counter()
        self.notes: list[Fault] = []
        self.records = 0

    def add(self, element: Situation) -> None:
        """Take in one situation; its element may be emptied afterwards."""
        name = element.get("id") or ""
        found: dict[str, list[Record]] = {}
        first = self.records + 1
        for child in element.iterfind("{*}situationRecord"):
            self.records += 1
            kind = kind_of(child)
            self.counts[kind or "record without type"] += 1
            if kind in _READ:
                found.setdefault(kind, []).append(read_record(child, self.records))
        self.counts["situations"] += 1
        works = [record for kind in sorted(WORKS) for record in found.get(kind, ())]
        events = found.get(EVENT, [])
        lanes = found.get(LANES, [])
        for record in works:
            self.tables["works"].add(name, record, lanes)
        for record in events:
            self.tables["constraints"].add(name, record, lanes)
        if works:
            for record in found.get(REROUTING, ()):
                self.tables["diversions"].add(name, record)
        self._account(name, first, works=bool(works), events=bool(events), found=found)

    def _account(
        self, name: str, row: int, *, works: bool, events: bool, found: Mapping[str, list[Record]]
    ) -> None:
        what = "works" if works else "events" if events else "neither works nor events"
        self.counts[f"situations with {what}"] += 1
        if not works:
            self.counts["ReroutingManagement without works"] += len(found.get(REROUTING, ()))
        if not works and not events:
            self.notes.append(_left_out(name, row))


def _left_out(situation: str, row: int) -> Fault:
    return Fault(
        "situation-without-works",
        "warning",
        {
            "nl": "De situatie bevat geen werk en geen evenement, alleen maatregelen op de weg;"
            " ze is niet opgeslagen.",
            "en": "The situation holds no works and no event, only measures on the road; it was"
            " not stored.",
        },
        {
            "nl": "Hoort er een werk bij, vraag de bron dan om een MaintenanceWorks-record.",
            "en": "If there is a work to it, ask the source for a MaintenanceWorks record.",
        },
        row=row,
        field="reference",
        value=situation,
    )


def _unreadable(record: Record) -> Fault:
    return Fault(
        "value-unreadable",
        "warning",
        {
            "nl": "Een tijdstip of coördinatenreeks kan niet worden gelezen.",
            "en": "A time or a list of coordinates cannot be read.",
        },
        {
            "nl": "Herstel de waarde in de bron; de rest van het record is wel gelezen.",
            "en": "Mend the value in the source; the rest of the record was read.",
        },
        row=record.number,
        value="; ".join(record.unreadable)[:200],
    )


def _place(record: Record, lanes: Sequence[Record]) -> Record:
    """Whose coordinates count: the record's own line or area, the lanes' lines, its own point."""
    if record.lines or record.polygons:
        return record
    lines = [line for lane in lanes for line in lane.lines]
    if not lines:
        return record
    return Record(record.kind, record.id, record.number, lines=_distinct(lines))


def _route(record: Record) -> Record:
    return Record(record.kind, record.id, record.number, lines=_distinct(record.route))


def _distinct(lines: Sequence[Floats]) -> list[Floats]:
    """Each line once, whichever way it runs: both directions of a road are often the same line."""
    found: dict[bytes, Floats] = {}
    for line in lines:
        found.setdefault(min(line.tobytes(), line[::-1].tobytes()), line)
    return list(found.values())


def _geometry(places: Sequence[Record]) -> Objects:
    """Geometries of the places; one call of shapely for all lines."""
    result: Objects = np.full(len(places), None, dtype=object)
    lines = [(i, line) for i, place in enumerate(places) for line in place.lines]
    if lines:
        sizes = [len(line) for _, line in lines]
        made = np.asarray(
            shapely.linestrings(
                np.concatenate([line for _, line in lines]),
                indices=np.repeat(np.arange(len(lines)), sizes),
            )
        )
        owner = np.array([i for i, _ in lines])
        rows, first, count = np.unique(owner, return_index=True, return_counts=True)
        result[rows] = made[first]
        several = rows[count > 1]
        inside = np.isin(owner, several)
        if len(several):
            result[several] = shapely.multilinestrings(
                made[inside], indices=np.searchsorted(several, owner[inside])
            )
    for i, place in enumerate(places):
        if place.polygons:
            result[i] = shapely.MultiPolygon([(rings[0], rings[1:]) for rings in place.polygons])
        elif place.points and not place.lines:
            result[i] = shapely.Point(place.points[0])
    return result


def _code(name: str) -> Column:
    return lambda _situation, record, _lanes: record.codes.get(name) or None


_VALUES: Mapping[str, Column] = {
    "reference": lambda situation, _record, _lanes: situation,
    "part": lambda _situation, record, _lanes: record.id,
    "situation": lambda situation, _record, _lanes: situation,
    "title": lambda _situation, record, _lanes: record.rerouting or said.title(record),
    "description": lambda _situation, record, _lanes: said.description(record),
    "organisation": lambda _situation, record, _lanes: record.source,
    "start": lambda _situation, record, _lanes: record.start,
    "end": lambda _situation, record, _lanes: record.end,
    "valid_periods": lambda _situation, record, _lanes: record.periods,
    "facility": lambda _situation, record, _lanes: said.facility(record),
    "activity": lambda _situation, record, _lanes: said.activity(record),
    "excavation": lambda _situation, record, _lanes: said.excavation(record),
    "road_impact": lambda _situation, record, lanes: said.road_impact(record, lanes),
    "planning_status": lambda _situation, record, _lanes: (
        record.codes.get("roadworkStatus") or record.codes.get("operatorActionStatus")
    ),
    "works_type": lambda _situation, record, _lanes: said.works_type(record) or None,
    "subject": _code("subjectTypeOfWorks"),
    "cause": lambda _situation, record, _lanes: record.cause,
    "hindrance_category": _code("roadworkHindranceCategory"),
    "hindrance_class": _code("roadworkHindranceClass"),
    "delay": _code("delayBand"),
    "scale": _code("roadworksScale"),
    "source_reference": _code("situationRecordCreationReference"),
    "link": _code("urlLinkAddress"),
    "kind": lambda _situation, _record, _lanes: "event",
    "event_type": _code("publicEventType"),
    "vehicles": lambda _situation, record, _lanes: ", ".join(sorted(record.vehicles)) or None,
}
