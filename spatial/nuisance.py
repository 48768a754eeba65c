"""How much works hinder traffic: the car index of Helsinki's Haitaton, with Dutch road classes.

    index = 0.10 duration + 0.20 road class + 0.25 volume + 0.25 lanes + 0.20 length

each a class of 0 to 5 (City-of-Helsinki/haitaton-backend,
TormaystarkasteluLaskentaService.kt, MIT). Counts of traffic are seldom at hand:
the volume class is then assumed to be that of the road, one class less or more
giving the range. The classes of Dutch roads are a setting [D].
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

ROAD_CLASS: Mapping[str, float] = {
    "main": 5.0,
    "distributor": 4.0,
    "access": 1.0,
    "path": 0.0,
    "unknown": 2.0,
}
LANES: Mapping[str, float] = {
    "none": 0.0,
    "footway": 0.0,
    "cycleway": 0.0,
    "parking": 0.0,
    "lane": 1.0,
    "carriageway_occupied": 2.0,
    "alternating": 2.0,
    "one_direction_closed": 4.0,
    "closed": 5.0,
    "unknown": 2.0,
}
_DURATION = ((91, 5.0), (14, 3.0), (0, 1.0))
_LENGTH = ((500.0, 5.0), (100.0, 4.0), (10.0, 3.0), (0.0, 2.0))
_MOST = 5.0


class Hindrance(NamedTuple):
    """What hinders: days, the class of the road, the word for the road impact, metres."""

    days: int
    road: float
    impact: str
    length_m: float


def index(hindrance: Hindrance, volume_step: float = 0.0) -> float:
    """The car index, 0 to 5, one decimal; 0 where there is no road.

    >>> index(Hindrance(120, 5.0, "closed", 250.0)), index(Hindrance(13, 1.0, "lane", 40.0))
    (4.8, 1.4)
    >>> index(Hindrance(120, 0.0, "closed", 250.0))
    0.0
    """
    if not hindrance.road:
        return 0.0
    lanes = LANES[hindrance.impact]
    duration = next(value for least, value in _DURATION if hindrance.days >= least)
    length = next(value for least, value in _LENGTH if hindrance.length_m >= least)
    volume = min(_MOST, max(1.0, hindrance.road + volume_step))
    total = 0.10 * duration + 0.20 * hindrance.road + 0.25 * volume + 0.25 * lanes
    return round(total + 0.20 * (length if lanes else 0.0), 1)


def avoided_index_days(apart: list[Hindrance], together: Hindrance) -> tuple[float, float, float]:
    """Index times days of the works each by itself, less that of all in one: low, usual, high.

    >>> one = Hindrance(100, 1.0, "closed", 80.0)
    >>> avoided_index_days([one, one], one)
    (280.0, 280.0, 310.0)
    """
    values = [
        sum(index(h, step) * h.days for h in apart) - index(together, step) * together.days
        for step in (-1.0, 0.0, 1.0)
    ]
    low, usual, high = sorted(round(value, 1) for value in values)
    return low, usual, high
