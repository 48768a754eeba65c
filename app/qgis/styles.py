"""The styles of a layer as QGIS keeps them (QML), made from the definition of the layer."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache, partial

from app.layer import Layer, Property, Text
from app.qgis.forms import form, shown
from app.qgis.labels import labels
from app.qgis.renderers import by_severity, by_word, one_look, outlines
from app.qgis.symbols import KINDS
from app.qgis.xml import Element, document, element
from spatial.vocabulary import Language

VERSION = "3.22.16"
DOCTYPE = "qgis PUBLIC 'http://mrcc.com/qgis.dtd' 'SYSTEM'"
GEOMETRY_TYPES = {"marker": 0, "line": 1, "fill": 2}
SEVERITY = Text("Ernst en beoordeling", "Severity and state")
PLAIN = Text("Eenvoudig", "Plain")
CHOSEN = ("facility", "kind", "level", "planning_status", "road_impact")
"""By which words a layer can be coloured; the first that it has is the style to start with."""


def renderers(layer: Layer, language: Language) -> dict[str, Callable[[], Element]]:
    """The styles of a layer by title, the one to start with first."""
    properties = {p.name: p for p in layer.properties}
    if "score" in properties:
        return {SEVERITY.in_(language): partial(by_severity, layer, language)}
    named = [properties[n] for n in CHOSEN if n in properties and properties[n].words]
    found = {p.title.in_(language): _coloured(layer, p, language) for p in named}
    return found or {PLAIN.in_(language): partial(one_look, layer)}


def _coloured(layer: Layer, property_: Property, language: Language) -> Callable[[], Element]:
    how = outlines if layer.id == "areas" else by_word
    return partial(how, layer, property_, language)


def style(
    layer: Layer,
    renderer: Element,
    language: Language,
    relations: tuple[tuple[str, str], ...] = (),
) -> list[Element]:
    """All that a style says of a layer."""
    return [
        element(
            "flags", *(element(n, text="1") for n in ("Identifiable", "Removable", "Searchable"))
        ),
        _time(layer),
        renderer,
        labels(shown(layer), near=layer.id != "areas"),
        *form(layer, language, relations),
        element("layerGeometryType", text=str(GEOMETRY_TYPES[KINDS[layer.geometry_type]])),
    ]


def _time(layer: Layer) -> Element:
    """The time of a feature is its period, the last day included."""
    if layer.period is None:
        return element("temporal", enabled=0, mode=0)
    return element(
        "temporal",
        enabled=1,
        mode=2,
        startField="start",
        endField="end",
        limitMode=1,
        accumulate=0,
        fixedDuration=0,
        durationUnit="min",
        durationField="",
        startExpression="",
        endExpression="",
    )


@cache
def styles(layer: Layer, language: Language) -> dict[str, str]:
    """The QML of every style of a layer, by title, the one to start with first."""
    return {
        title: document(DOCTYPE, qml(layer, make(), language)).decode()
        for title, make in renderers(layer, language).items()
    }


def qml(layer: Layer, renderer: Element, language: Language) -> Element:
    """One style as the root of a QML file."""
    return element(
        "qgis",
        *style(layer, renderer, language),
        version=VERSION,
        styleCategories="AllStyleCategories",
        labelsEnabled=1,
        readOnly=int(not layer.editable),
    )
