"""How the project draws the vector tiles: the MapLibre style in the terms of QGIS."""

from __future__ import annotations

from app.layer import GeometryType
from app.qgis.symbols import Look, symbol
from app.qgis.xml import Element, element
from app.tiles.signs import AREAS, COLOURS, CONSTRAINTS, WORKS

_COUNTED = '"count" IS NOT NULL'
_PLAIN = '"count" IS NULL'
POLYGON: GeometryType = "MultiPolygon"
LINE: GeometryType = "MultiLineString"
POINT: GeometryType = "MultiPoint"
NUMBERS = {POINT: 0, LINE: 1, POLYGON: 2}
SIGNS = {"opportunities": "circle", "bottlenecks": "triangle"}


def tile_styles() -> list[Element]:
    """From what lies under to what lies on top."""
    found = [
        _style("constraints", POLYGON, Look(CONSTRAINTS, filled=0.12, width=0.3, dashed=True)),
        _style("areas", POLYGON, Look(AREAS, filled=0, width=0.3, dashed=True)),
        _style("works", POLYGON, Look(WORKS, filled=0.28, width=0.3)),
        _style("works", LINE, Look(WORKS, width=0.7)),
        _style("works", POINT, Look(WORKS, "circle", 1.6), _PLAIN),
        _style("works", POINT, Look(WORKS, "circle", 5), _COUNTED),
    ]
    for name, mark in SIGNS.items():
        dashed = name == "bottlenecks"
        look = Look(COLOURS[name], filled=0.35, width=0.5, dashed=dashed)
        found.append(_style(name, POLYGON, look))
        found.append(_style(name, POINT, Look(COLOURS[name], mark, 6), _COUNTED))
        found.append(_style(f"{name}-markers", POINT, Look(COLOURS[name], mark, 3.4)))
    return found


def _style(of: str, type_: GeometryType, look: Look, filter_: str = "") -> Element:
    made = element(
        "style",
        element("symbols", symbol("0", type_, look)),
        name=of,
        layer=of,
        geometry=NUMBERS[type_],
        enabled=1,
        expression=filter_,
    )
    made.attrib |= {"min-zoom": "-1", "max-zoom": "-1"}
    return made
