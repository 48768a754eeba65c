"""A work that somebody is still drawing: its form, and the columns made of it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from typing import Annotated, Any, Literal
from uuid import NAMESPACE_URL, UUID, uuid5

import numpy as np
import shapely
from fastapi.exceptions import RequestValidationError
from pydantic import AfterValidator, BaseModel, Field, field_validator, model_validator

from app.findings.stored_works import StoredWorks
from app.ogc.crs import ServedCrs, is_in_world
from spatial import vocabulary
from spatial.crs import transform
from spatial.geojson_geometry import build
from spatial.geometry import clean, footprints
from spatial.period import NO_DAY, Period, day_number, normalise
from spatial.vocabulary import Vocabulary
from spatial.work import NOBODY, Objects, ValidPeriods, Works

MOST_VERTICES = 20_000
MOST_AREA_M2 = 25_000_000.0
MOST_EXTENT_M = 25_000.0
MOST_PERIODS = 1_000
NEW_KEY = -2
"""Key of an organisation or project that is not stored: unlike any that is."""


def _known(vocabulary_: Vocabulary) -> Callable[[str], str]:
    def check(word: str) -> str:
        if word not in vocabulary_:
            msg = f"must be one of {', '.join(vocabulary_.ids)}"
            raise ValueError(msg)
        return word

    return check


def _word(vocabulary_: Vocabulary) -> Any:
    """The type of a word of this vocabulary."""
    listed = Field(json_schema_extra={"enum": list(vocabulary_.ids)})
    return Annotated[str, AfterValidator(_known(vocabulary_)), listed]


Facility: Any = _word(vocabulary.FACILITY)
Activity: Any = _word(vocabulary.ACTIVITY)
Excavation: Any = _word(vocabulary.EXCAVATION)
RoadImpact: Any = _word(vocabulary.ROAD_IMPACT)
PlanningStatus: Any = _word(vocabulary.PLANNING_STATUS)
Commitment: Any = _word(vocabulary.COMMITMENT)
Precision: Any = _word(vocabulary.PRECISION)
EARLIEST, LATEST = date(1900, 1, 1), date(2199, 12, 31)


class DraftProperties(BaseModel):
    """What is known of the work. Dates are inclusive days."""

    start: date = Field(ge=EARLIEST, le=LATEST)
    end: date = Field(ge=EARLIEST, le=LATEST)
    title: str = Field(default="", max_length=500)
    facility: Facility = "unknown"
    activity: Activity = "unknown"
    excavation: Excavation = "unknown"
    road_impact: RoadImpact = "unknown"
    planning_status: PlanningStatus = "unknown"
    commitment: Commitment = "none"
    precision: Precision = "day"
    earliest: date | None = Field(default=None, ge=EARLIEST, le=LATEST)
    latest: date | None = Field(default=None, ge=EARLIEST, le=LATEST)
    duration_days: int | None = Field(default=None, ge=1, le=36_525)
    valid_periods: list[tuple[date, date]] = Field(default=[], max_length=MOST_PERIODS)
    organisation: str | None = Field(default=None, description="Slug of the owner.")
    work: UUID | None = Field(default=None, description="Stored work that the draft replaces.")

    @field_validator("valid_periods")
    @classmethod
    def _each_in_order(cls, value: list[tuple[date, date]]) -> list[tuple[date, date]]:
        if any(not EARLIEST <= first <= last <= LATEST for first, last in value):
            msg = "each period is [first day, last day], in that order"
            raise ValueError(msg)
        return value

    @model_validator(mode="after")
    def _in_order(self) -> DraftProperties:
        if self.end < self.start:
            msg = f"'end' ({self.end}) lies before 'start' ({self.start})"
            raise ValueError(msg)
        if (self.earliest is None) != (self.latest is None):
            msg = "give 'earliest' and 'latest' both, or neither"
            raise ValueError(msg)
        if self.earliest and self.latest and self.latest < self.earliest:
            msg = f"'latest' ({self.latest}) lies before 'earliest' ({self.earliest})"
            raise ValueError(msg)
        return self


class Draft(BaseModel):
    """A GeoJSON Feature of one drafted work."""

    type: Literal["Feature"]
    id: str | int | None = None
    geometry: dict[str, Any]
    properties: DraftProperties

    @property
    def work_id(self) -> UUID:
        """The id under which findings name the draft: the same for the same draft."""
        if self.properties.work is not None:
            return self.properties.work
        return uuid5(NAMESPACE_URL, self.model_dump_json())


def refuse(message: str, *, at: str) -> RequestValidationError:
    """The problem of one place in the body, for example ``/properties/organisation``."""
    location = ("body", *at.strip("/").split("/"))
    return RequestValidationError([{"loc": location, "msg": message, "type": "value_error"}])


def place_of(draft: Draft, crs: ServedCrs, storage_crs: int) -> Objects:
    """The geometry in the storage CRS, one in an array; refuses what cannot be or is too large."""
    shapes, flaws = build([draft.geometry])
    if shapes[0] is None:
        msg = f"not a geometry: {flaws[0].detail}"
        raise refuse(msg, at="/geometry")
    vertices = int(shapely.get_num_coordinates(shapes[0]))
    if vertices > MOST_VERTICES:
        msg = f"has {vertices} vertices; simplify it to at most {MOST_VERTICES}"
        raise refuse(msg, at="/geometry")
    if crs.flipped:
        shapes = shapely.transform(shapes, lambda xy: xy[:, ::-1])
    if crs.way == "degrees" and not is_in_world(shapely.bounds(shapes[0]).tolist()):
        msg = "lies outside the world: longitude goes from -180 to 180, latitude from -90 to 90"
        raise refuse(msg, at="/geometry/coordinates")
    cleaned, faults = clean(transform(shapes, crs.uri, storage_crs), [1], MOST_VERTICES)
    if cleaned[0] is None:
        raise refuse(faults[-1].reason["en"], at="/geometry")
    return cleaned


def _footprint(draft: Draft, place: Objects) -> Objects:
    codes = (
        np.array([vocabulary.FACILITY.code(draft.properties.facility)], dtype=np.int8),
        np.array([vocabulary.ACTIVITY.code(draft.properties.activity)], dtype=np.int8),
    )
    footprint = footprints(place, *codes)
    west, south, east, north = shapely.bounds(footprint[0])
    if shapely.area(footprint[0]) > MOST_AREA_M2 or max(east - west, north - south) > MOST_EXTENT_M:
        msg = f"is larger than {MOST_AREA_M2 / 1e6:g} km² or {MOST_EXTENT_M / 1e3:g} km across"
        raise refuse(msg, at="/geometry")
    return footprint


def _periods(given: DraftProperties) -> tuple[Period, ValidPeriods]:
    """Hull and set of the periods, half-open; one period alone is its own hull."""
    parts = normalise([Period.of_days(a, b) for a, b in given.valid_periods])
    if not parts:
        return Period.of_days(given.start, given.end), ValidPeriods.none(1)
    hull = Period(parts[0].start, parts[-1].end)
    if len(parts) == 1:
        return hull, ValidPeriods.none(1)
    starts = np.array([p.start for p in parts], dtype=np.int32)
    ends = np.array([p.end for p in parts], dtype=np.int32)
    return hull, ValidPeriods(np.array([0, len(parts)], dtype=np.int64), starts, ends)


def _whole(value: int) -> Any:
    return np.array([value], dtype=np.int32)


def _key(value: int) -> Any:
    return np.array([value], dtype=np.int64)


def columns_of(
    draft: Draft, place: Objects, *, organisation: tuple[int, UUID, str], project: int
) -> StoredWorks:
    """The draft as a table of one work; ``organisation`` is its key, id and kind."""
    given = draft.properties
    hull, periods = _periods(given)
    window = (given.earliest, given.latest)
    terms: Mapping[str, tuple[Vocabulary, Any]] = {
        "organisation_kind": (vocabulary.ORGANISATION_KIND, organisation[2]),
        "facility": (vocabulary.FACILITY, given.facility),
        "activity": (vocabulary.ACTIVITY, given.activity),
        "excavation": (vocabulary.EXCAVATION, given.excavation),
        "road_impact": (vocabulary.ROAD_IMPACT, given.road_impact),
        "planning_status": (vocabulary.PLANNING_STATUS, given.planning_status),
        "commitment": (vocabulary.COMMITMENT, given.commitment),
        "precision": (vocabulary.PRECISION, given.precision),
    }
    codes = {n: np.array([v.code(w)], dtype=np.int8) for n, (v, w) in terms.items()}
    works = Works(
        id=np.frombuffer(draft.work_id.bytes, dtype="V16"),
        version=_whole(0),
        organisation=_key(organisation[0]),
        department=_key(NOBODY),
        project=_key(project),
        accepted_bundle=_key(NOBODY),
        start=_whole(hull.start),
        end=_whole(hull.end),
        earliest=_whole(day_number(window[0]) if window[0] else NO_DAY),
        latest=_whole(day_number(window[1]) + 1 if window[1] else NO_DAY),
        duration_days=_whole(given.duration_days or -1),
        geometry=place,
        footprint=_footprint(draft, place),
        valid_periods=periods,
        **codes,
    )
    return StoredWorks(
        works,
        key=_key(0),
        organisation_id=np.frombuffer(organisation[1].bytes, dtype="V16"),
        visibility=np.array([vocabulary.VISIBILITY.code("own")], dtype=np.int8),
        title=np.array([given.title or "…"], dtype=object),
    )
