"""Symbols of QGIS: fills, lines and markers, in millimetres on the screen."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from app.layer import GeometryType
from app.qgis.xml import Element, element, option, properties

KINDS: dict[GeometryType, str] = {
    "MultiPoint": "marker",
    "MultiLineString": "line",
    "MultiPolygon": "fill",
}
DARK = "#333333"


@dataclass(frozen=True, slots=True)
class Look:
    """How a feature looks.

    ``mark`` is a shape on the middle of a polygon, of ``size`` mm, so that it is
    seen from afar; empty for none. ``filled`` is how opaque the inside is, 0 to
    1. ``alpha`` is an expression for the opacity of it all, in percent.
    """

    colour: str
    mark: str = ""
    size: float = 3.0
    filled: float = 0.35
    width: float = 0.5
    dashed: bool = False
    alpha: str = ""


def rgba(colour: str, opacity: float = 1.0) -> str:
    """A colour as QGIS writes one.

    >>> rgba("#0072b2", 0.5)
    '0,114,178,128'
    """
    parts = [int(colour[i : i + 2], 16) for i in (1, 3, 5)]
    return ",".join(map(str, [*parts, round(255 * opacity)]))


def symbol(name: str, type_: GeometryType, look: Look) -> Element:
    """A symbol for features of one type of geometry."""
    makers = {"marker": _markers, "line": _lines, "fill": _fills}
    kind = KINDS[type_]
    return _symbol(
        name, kind, makers[kind](look, name), {"alpha": look.alpha} if look.alpha else {}
    )


def _symbol(name: str, kind: str, layers: list[Element], decided: Mapping[str, str]) -> Element:
    decided_by = properties(decided) if decided else None
    return element(
        "symbol", decided_by, *layers, name=name, type_=kind, alpha=1, clip_to_extent=1, force_rhr=0
    )


def _layer(class_: str, values: Mapping[str, object], *inside: Element) -> Element:
    """A layer of a symbol; values are texts, in both forms that versions of QGIS read."""
    written = {name: str(value) for name, value in values.items()}
    old = [element("prop", k=name, v=value) for name, value in written.items()]
    parts = (option("", written), *old, *inside)
    return element("layer", *parts, class_=class_, enabled=1, locked=0, pass_=0)


def _fills(look: Look, name: str) -> list[Element]:
    fill = _layer(
        "SimpleFill",
        {
            "color": rgba(look.colour, look.filled),
            "style": "solid" if look.filled else "no",
            "outline_color": rgba(look.colour),
            "outline_style": "dash" if look.dashed else "solid",
            "outline_width": look.width,
            "outline_width_unit": "MM",
            "joinstyle": "round",
        },
    )
    if not look.mark:
        return [fill]
    inside = _symbol(f"@{name}@1", "marker", _markers(look, name), {})
    middle = {"point_on_surface": 1, "point_on_all_parts": 0}
    return [fill, _layer("CentroidFill", middle, inside)]


def _lines(look: Look, _: str) -> list[Element]:
    values = {
        "line_color": rgba(look.colour),
        "line_style": "dash" if look.dashed else "solid",
        "line_width": max(look.width, 0.7),
        "line_width_unit": "MM",
        "capstyle": "round",
        "joinstyle": "round",
    }
    return [_layer("SimpleLine", values)]


def _markers(look: Look, _: str) -> list[Element]:
    values = {
        "name": look.mark or "circle",
        "color": rgba(look.colour),
        "outline_color": rgba("#ffffff"),
        "outline_style": "solid",
        "outline_width": 0.3,
        "outline_width_unit": "MM",
        "size": look.size,
        "size_unit": "MM",
    }
    return [_layer("SimpleMarker", values)]
