"""What a tile of a layer holds at which zoom.

Far away (``scale`` under :data:`FEATURES_FROM`) things are counted by area, or by
square where no areas are known; in between they are drawn generalised; close by
as they are. ``scale`` is a Web Mercator zoom (see :class:`app.tiles.grid.Tile`).
"""

from __future__ import annotations

from app.layer import Layer, Property
from spatial.vocabulary import AREA_LEVEL

FEATURES_FROM = 11
FULL_FROM = 14
MOST_FEATURES = 5_000
"""Of one layer in one tile: about what a browser draws without a pause."""

LEVELS: tuple[tuple[int, str], ...] = (
    (7, "province"),
    (9, "municipality"),
    (12, "district"),
    (99, "neighbourhood"),
)
"""Up to which scale an area of which level is large enough to see, about 100 pixels."""

ALSO = "own"
"""Own areas are shown at every scale: they are what an organisation programmes in."""

CLOSE_BY_LEFT_OUT = frozenset(
    {
        "description", "department", "earliest", "explanation", "latest", "measures", "precision",
        "project", "project_cost_eur", "solved_by", "solves", "source", "updated", "works",
    }
)  # fmt: skip
"""Too long for a tile, or of use only with the whole feature: ``id`` leads to it."""
IN_BETWEEN = frozenset(
    {
        "activity", "code", "facility", "id", "kind", "level", "name", "organisation",
        "planning_status", "road_impact", "rule", "score", "state",
    }
)  # fmt: skip
"""What a map colours and selects by."""
ON_MARKERS = frozenset({"id", "kind", "rule", "score", "state", "title"})


def wanted_level(scale: int) -> str:
    """The level of areas that suits a scale.

    >>> wanted_level(5), wanted_level(8), wanted_level(15)
    ('province', 'municipality', 'neighbourhood')
    """
    return next(level for most, level in LEVELS if scale <= most)


def nearest_level(scale: int, loaded: frozenset[str]) -> str | None:
    """The level to draw: the suitable one if it is loaded, else a coarser, else a finer.

    >>> nearest_level(12, frozenset({"municipality"})), nearest_level(5, frozenset())
    ('municipality', None)
    """
    names = [level for _, level in LEVELS]
    at = names.index(wanted_level(scale))
    order = [names[at], *reversed(names[:at]), *names[at + 1 :]]
    return next((level for level in order if level in loaded), None)


def is_counted(layer: Layer, scale: int) -> bool:
    """Whether a tile counts the features of a layer instead of drawing them."""
    return scale < FEATURES_FROM and not is_areas(layer)


def is_areas(layer: Layer) -> bool:
    """Whether the features of a layer are areas with a level."""
    level = layer.filters.get("level")
    return level is not None and level.words == AREA_LEVEL.ids


def score(layer: Layer) -> Property | None:
    """The property by which features of a layer are ranked; None where there is none."""
    return next((p for p in layer.properties if p.name == "score"), None)


def has_markers(layer: Layer) -> bool:
    """Whether each feature also has a point to put a sign on: what has a score does."""
    return score(layer) is not None


def attributes(layer: Layer, scale: int) -> tuple[Property, ...]:
    """The properties that a feature in a tile of this scale carries."""
    if scale < FULL_FROM:
        return tuple(p for p in layer.properties if p.name in IN_BETWEEN)
    return tuple(p for p in layer.properties if p.name not in CLOSE_BY_LEFT_OUT)
