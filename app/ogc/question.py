"""What a request asks of a layer: one value, read and checked in one place."""

from __future__ import annotations

import math
from collections import Counter
from dataclasses import dataclass
from uuid import UUID

from fastapi import Request

from app.kit.media import Language, language
from app.kit.paging import LIMIT_DEFAULT, Cursor, read_limit
from app.kit.problems import BadRequest
from app.layer import Layer, Property
from app.ogc.crs import WORLD, ServedCrs, is_in_world, read_crs
from app.ogc.days import Days, read_days
from app.settings import Settings
from spatial.crs import Bounds

ALWAYS = frozenset({"f", "lang", "apikey", "profile"})
"""QGIS repeats on every request what stood in the address of a connection."""
QUERY = frozenset({"bbox", "bbox-crs", "datetime"})
ITEM = frozenset({"crs"})
ITEMS = frozenset({"limit", "cursor", "crs", "skipGeometry"}) | QUERY

Filters = tuple[tuple[Property, str], ...]


@dataclass(frozen=True, slots=True)
class Question:
    """What is asked of a layer.

    ``boxes`` are in ``box_crs`` with x first; a box across the antimeridian is
    two of them.
    """

    layer: Layer
    language: Language
    crs: ServedCrs
    boxes: tuple[Bounds, ...] = ()
    box_crs: ServedCrs | None = None
    days: Days | None = None
    filters: Filters = ()
    limit: int = LIMIT_DEFAULT
    cursor: Cursor | None = None
    skip_geometry: bool = False

    @property
    def subject(self) -> tuple[object, ...]:
        """What decides which features match, whatever the page and the form."""
        box_crs = self.box_crs.uri if self.box_crs else ""
        named = tuple((p.name, value) for p, value in self.filters)
        return (self.layer.id, self.boxes, box_crs, self.days, named)


def check_parameters(request: Request, known: frozenset[str]) -> None:
    """``BadRequest`` for a parameter that is unknown or given twice (Part 1, section 7.8)."""
    counts = Counter(name for name, _ in request.query_params.multi_items())
    unknown = sorted(set(counts) - known - ALWAYS)
    if unknown:
        choices = ", ".join(sorted(known | ALWAYS))
        msg = f"Unknown parameter: {', '.join(unknown)}. Known here: {choices}."
        raise BadRequest(msg)
    repeated = sorted(name for name, count in counts.items() if count > 1)
    if repeated:
        msg = f"Given more than once: {', '.join(repeated)}."
        raise BadRequest(msg)


def read_question(
    request: Request, layer: Layer, settings: Settings, known: frozenset[str] = ITEMS
) -> Question:
    """The question in the query string of a request; ``known`` lists what the path takes."""
    check_parameters(request, known | layer.filters.keys())
    given = request.query_params
    box_crs = read_crs(given.get("bbox-crs"), "bbox-crs", settings.storage_crs)
    boxes = read_boxes(given["bbox"], box_crs) if "bbox" in given else ()
    return Question(
        layer=layer,
        language=language(request),
        crs=read_crs(given.get("crs"), "crs", settings.storage_crs),
        boxes=boxes,
        box_crs=box_crs if boxes else None,
        days=read_days(given["datetime"], settings.zone) if "datetime" in given else None,
        filters=tuple(_filter(p, given[n]) for n, p in layer.filters.items() if n in given),
        limit=read_limit(given.get("limit")),
        cursor=Cursor.decode(given["cursor"]) if "cursor" in given else None,
        skip_geometry=_flag(given.get("skipGeometry"), "skipGeometry"),
    )


def _filter(property_: Property, value: str) -> tuple[Property, str]:
    if property_.format == "uuid":
        try:
            value = str(UUID(value))
        except ValueError as error:
            msg = f"{property_.name} must be an id (UUID), not {value!r}."
            raise BadRequest(msg) from error
    if property_.words and value not in property_.words:
        msg = f"{property_.name} must be one of {', '.join(property_.words)}, not {value[:80]!r}."
        raise BadRequest(msg)
    if "\0" in value:
        msg = f"{property_.name} holds a NUL byte."
        raise BadRequest(msg)
    return property_, value


def _flag(text: str | None, name: str) -> bool:
    if text not in {None, "true", "false"}:
        msg = f"{name} must be true or false, not {text!r}."
        raise BadRequest(msg)
    return text == "true"


def read_boxes(text: str, crs: ServedCrs) -> tuple[Bounds, ...]:
    """The boxes that ``bbox`` names, x first, heights left out.

    Four or six numbers in the axis order of ``crs``. Where west lies east of
    east in degrees, the box crosses the antimeridian; degrees that are not on
    the globe are a ``BadRequest``, but for rounding.
    """
    numbers = _numbers(text)
    half = len(numbers) // 2
    low, high = numbers[:2], numbers[half : half + 2]
    if crs.flipped:
        low, high = low[::-1], high[::-1]
    west, south, east, north = low[0], low[1], high[0], high[1]
    if south > north or (west > east and crs.way != "degrees"):
        msg = "bbox must name the lower corner before the upper one."
        raise BadRequest(msg)
    if crs.way == "degrees":
        west, south, east, north = _on_globe((west, south, east, north))
    if west > east:
        return ((west, south, 180.0, north), (-180.0, south, east, north))
    return ((west, south, east, north),)


def _on_globe(box: Bounds) -> Bounds:
    if not is_in_world(box):
        msg = "bbox lies outside the world: longitude is -180 to 180, latitude -90 to 90."
        raise BadRequest(msg)
    low, most = WORLD[:2], WORLD[2:]
    west, south, east, north = (
        min(max(side, low[axis % 2]), most[axis % 2]) for axis, side in enumerate(box)
    )
    return west, south, east, north


def _numbers(text: str) -> list[float]:
    try:
        numbers = [float(part) for part in text.split(",")]
    except ValueError:
        numbers = []
    if len(numbers) not in {4, 6} or not all(math.isfinite(n) for n in numbers):
        msg = f"bbox must be four or six numbers separated by commas, not {text[:200]!r}."
        raise BadRequest(msg)
    return numbers
