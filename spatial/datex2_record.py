"""One situation record of DATEX II, as plain data."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime

import numpy as np

from spatial.crs import is_northing_first, transform_coordinates
from spatial.datex2_stream import Situation
from spatial.errors import CrsUnknown
from spatial.work import Floats

XSI_TYPE = "{http://www.w3.org/2001/XMLSchema-instance}type"
WORKS = frozenset({"MaintenanceWorks", "ConstructionWorks"})
EVENT = "PublicEvent"
LANES = "RoadOrCarriagewayOrLaneManagement"
REROUTING = "ReroutingManagement"

_CODES = frozenset(
    {
        "constructionWorkType",
        "operatorActionStatus",
        "publicEventType",
        "roadMaintenanceType",
        "roadOrCarriagewayOrLaneManagementType",
        "roadOrJunctionNumber",
        "roadworksScale",
        "situationRecordCreationReference",
        "urgentRoadworks",
    }
)
_DEEP_CODES = frozenset(
    {
        "causeType",
        "delayBand",
        "mobilityType",
        "residualRoadWidth",
        "roadworkHindranceCategory",
        "roadworkHindranceClass",
        "roadworkStatus",
        "subjectTypeOfWorks",
        "urlLinkAddress",
    }
)
_HOLDERS = frozenset({"_roadworksExtension", "impact", "mobility", "subjects", "urlLink"})


@dataclass(slots=True)
class Record:
    """What we use of one record.

    ``number`` counts the records of the file from 1. ``codes`` holds the first
    value of each coded element by its name in the standard. Lines, rings and
    points are arrays of shape (n, 2) with longitude first; ``route`` holds the
    lines of a diversion.
    """

    kind: str
    id: str
    number: int
    source: str | None = None
    start: datetime | None = None
    end: datetime | None = None
    periods: list[tuple[datetime, datetime]] = field(default_factory=list)
    cause: str | None = None
    rerouting: str | None = None
    comments: list[str] = field(default_factory=list)
    codes: dict[str, str] = field(default_factory=dict)
    vehicles: set[str] = field(default_factory=set)
    lines: list[Floats] = field(default_factory=list)
    polygons: list[list[Floats]] = field(default_factory=list)
    points: list[Floats] = field(default_factory=list)
    route: list[Floats] = field(default_factory=list)
    unreadable: list[str] = field(default_factory=list)


def kind_of(element: Situation) -> str:
    """The record type without its prefix: "MaintenanceWorks"."""
    return (element.get(XSI_TYPE) or "").rpartition(":")[2]


def read_record(element: Situation, number: int) -> Record:
    """Read one ``situationRecord``; what cannot be read stands in ``unreadable``.

    Of lane and rerouting records, three in five of a feed, only what is used is read.
    """
    kind = kind_of(element)
    record = Record(kind, element.get("id") or "", number)
    parts = _PARTS_OF.get(kind, _PARTS)
    for child in element:
        name = _LOCAL[child.tag]
        if name in parts:
            parts[name](child, record)
        elif name in _CODES:
            record.codes.setdefault(name, (child.text or "").strip())
    return record


class _LocalNames(dict[object, str]):
    """Tags without their namespace, each cut once."""

    def __missing__(self, tag: object) -> str:
        self[tag] = name = tag[tag.rfind("}") + 1 :] if isinstance(tag, str) else ""
        return name


_LOCAL = _LocalNames()


def _local(element: Situation) -> str:
    return _LOCAL[element.tag]


def _read_codes(element: Situation, record: Record) -> None:
    for inner in element.iter():
        name = _local(inner)
        if name in _DEEP_CODES and inner.text:
            record.codes.setdefault(name, inner.text.strip())


def _text(element: Situation) -> str | None:
    """A text in several languages: the Dutch one, else the first."""
    values = list(element.iter("{*}value"))
    dutch = [v for v in values if (v.get("lang") or "nl").startswith("nl")]
    text = next((v.text for v in dutch or values if v.text), None)
    return text.strip() if text else None


def _read_source(element: Situation, record: Record) -> None:
    for child in element:
        if _local(child) == "sourceName":
            record.source = _text(child)


def _read_cause(element: Situation, record: Record) -> None:
    for child in element:
        if _local(child) == "causeDescription":
            record.cause = _text(child)
    _read_codes(element, record)


def _read_comment(element: Situation, record: Record) -> None:
    text = _text(element)
    if text:
        record.comments.append(text)


def _read_rerouting(element: Situation, record: Record) -> None:
    record.rerouting = _text(element)


def _read_vehicles(element: Situation, record: Record) -> None:
    record.vehicles.update(v.text.strip() for v in element.iter("{*}vehicleType") if v.text)


def _read_validity(element: Situation, record: Record) -> None:
    for specification in element:
        for inner in specification:
            name = _LOCAL[inner.tag]
            if name == "overallStartTime":
                record.start = _moment(inner.text, record)
            elif name == "overallEndTime":
                record.end = _moment(inner.text, record)
            elif name == "validPeriod":
                _read_valid_period(inner, record)
    if record.periods:
        record.start = min(start for start, _ in record.periods)
        record.end = max(end for _, end in record.periods)


def _read_valid_period(element: Situation, record: Record) -> None:
    start, end = record.start, record.end
    for child in element:
        name = _LOCAL[child.tag]
        if name == "startOfPeriod":
            start = _moment(child.text, record)
        elif name == "endOfPeriod":
            end = _moment(child.text, record)
    if start and end:
        record.periods.append((start, end))


def _moment(text: str | None, record: Record) -> datetime | None:
    if not text or not text.strip():
        return None
    try:
        moment = datetime.fromisoformat(text.strip())
    except ValueError:
        record.unreadable.append(text.strip()[:80])
        return None
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def _read_place(element: Situation, record: Record) -> None:
    for inner in element.iter(
        "{*}gmlLineString", "{*}gmlPolygon", "{*}pointCoordinates", "{*}coordinatesForDisplay"
    ):
        name = _local(inner)
        if name == "gmlLineString":
            record.lines += _lines(inner, record)
        elif name == "gmlPolygon":
            rings = _lines(inner, record, fewest=4)
            if rings:
                record.polygons.append(rings)
        else:
            _read_point(inner, record)


def _read_route(element: Situation, record: Record) -> None:
    for inner in element.iter("{*}gmlLineString"):
        record.route += _lines(inner, record)


def _lines(element: Situation, record: Record, fewest: int = 2) -> list[Floats]:
    """The coordinates of the ``posList`` elements inside, longitude first."""
    found = []
    for inner in element.iter("{*}posList"):
        named = inner.get("srsName") or element.get("srsName")
        size = int(inner.get("srsDimension") or element.get("srsDimension") or 2)
        try:
            numbers = np.array((inner.text or "").split(), dtype=np.float64)
            points = _lonlat(numbers.reshape(-1, size)[:, :2], named)
        except (ValueError, CrsUnknown):
            record.unreadable.append((inner.text or "")[:80])
            continue
        if len(points) >= fewest:
            found.append(points)
        elif len(points):
            record.points.append(points[0])
    return found


def _lonlat(points: Floats, srs_name: str | None) -> Floats:
    """Longitude first; the standard has latitude first unless the CRS says otherwise."""
    if srs_name is None or srs_name in {"WGS 84", "WGS84"}:
        return points[:, ::-1]
    ordered = points[:, ::-1] if is_northing_first(srs_name) else points
    return transform_coordinates(ordered, srs_name, "OGC:CRS84")


def _read_point(element: Situation, record: Record) -> None:
    found = {_local(child): child.text or "" for child in element}
    try:
        point = np.array([float(found["longitude"]), float(found["latitude"])])
    except (KeyError, ValueError):
        record.unreadable.append(str(found)[:80])
        return
    record.points.append(point)


Part = Callable[[Situation, Record], None]
_PARTS: dict[str, Part] = {
    **dict.fromkeys(_HOLDERS, _read_codes),
    "cause": _read_cause,
    "generalPublicComment": _read_comment,
    "locationReference": _read_place,
    "source": _read_source,
    "validity": _read_validity,
}
_PARTS_OF: dict[str, dict[str, Part]] = {
    LANES: {
        "forVehiclesWithCharacteristicsOf": _read_vehicles,
        "locationReference": _read_place,
    },
    REROUTING: {
        "alternativeRoute": _read_route,
        "forVehiclesWithCharacteristicsOf": _read_vehicles,
        "reroutingItineraryDescription": _read_rerouting,
        "source": _read_source,
        "validity": _read_validity,
    },
}
