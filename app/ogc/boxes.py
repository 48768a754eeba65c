"""The parameter ``bbox``: boxes with x first, whatever the axis order of their CRS."""

from __future__ import annotations

import math

from app.kit.problems import BadRequest
from app.ogc.crs import WORLD, ServedCrs, is_in_world
from spatial.crs import Bounds


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
