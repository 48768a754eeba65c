"""Schema, queryables and sortables of a layer, as JSON Schema 2020-12.

``type`` is one plain word everywhere, and a geometry has none: QGIS reads it so.
"""

from __future__ import annotations

from typing import Any

from app.kit.media import Language
from app.layer import Layer, Property, Text
from app.ogc.sorting import sortables

Document = dict[str, Any]
GEOMETRY = Text("Geometrie", "Geometry")
PERIOD = Text("Periode", "Period")
PERIOD_DESCRIPTION = Text(
    "Alle dagen van het object: een dag of interval. Alleen voor tijdfuncties (T_) en IS NULL.",
    "All days of the feature: a day or an interval. For temporal functions (T_) and IS NULL only.",
)
LIST_DESCRIPTION = Text(
    "Lijst, voor functies als A_CONTAINS. Ook als één tekst te vergelijken, met ', ' ertussen.",
    "List, for functions such as A_CONTAINS. Also compares as one text, with ', ' in between.",
)
KINDS = {
    "string": Text("tekst", "text"),
    "number": Text("getal", "number"),
    "integer": Text("geheel getal", "whole number"),
    "array": Text("lijst van teksten", "list of texts"),
    "uuid": Text("id", "id"),
    "date": Text("dag", "day"),
    "date-time": Text("tijdstip", "time"),
    "interval-iso8601": Text("interval", "interval"),
    "geometry": Text("geometrie", "geometry"),
}


def property_schema(property_: Property, language: Language) -> Document:
    """The JSON schema of one property; ``type`` is always one plain word."""
    schema: Document = {"title": property_.title.in_(language), "type": property_.type}
    if property_.format:
        schema["format"] = property_.format
    if property_.words:
        schema["enum"] = list(property_.words)
    if property_.description:
        schema["description"] = property_.description.in_(language)
    return schema


def schema(root: str, layer: Layer, language: Language) -> Document:
    """What every feature of a layer carries."""
    properties = {p.name: _described(layer, p, language) for p in layer.properties}
    for property_ in layer.properties:
        if not layer.takes(property_):
            properties[property_.name]["readOnly"] = True
    properties["geometry"] = _geometry(layer, language)
    if not layer.editable:
        properties["geometry"]["readOnly"] = True
    return _document(root, layer, "schema", _numbered(properties), language)


def queryables(root: str, layer: Layer, language: Language) -> Document:
    """What a filter on a layer can ask."""
    properties = {p.name: _queryable(layer, p, language) for p in layer.properties}
    kind = layer.geometry_type
    properties["geometry"] = {
        **_geometry(layer, language),
        "$ref": f"https://geojson.org/schema/{kind}.json",
    }
    if layer.period is not None:
        properties["datetime"] = {
            "title": PERIOD.in_(language),
            "description": PERIOD_DESCRIPTION.in_(language),
            "type": "string",
            "format": "interval-iso8601",
        }
    return _document(root, layer, "queryables", _numbered(properties), language)


def sortables_of(root: str, layer: Layer, language: Language) -> Document:
    """What a layer can be sorted by."""
    properties = {p.name: _described(layer, p, language) for p in sortables(layer)}
    return _document(root, layer, "sortables", _numbered(properties), language)


def kind_of(schema_: Document, language: Language) -> str:
    """The kind of a property as people say it.

    >>> kind_of({"type": "string", "format": "date"}, "nl")
    'dag'
    """
    name = schema_.get("format", "") or schema_["type"]
    name = "geometry" if name.startswith("geometry") else name
    return KINDS[name].in_(language)


def _document(
    root: str, layer: Layer, name: str, properties: Document, language: Language
) -> Document:
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": f"{root}/collections/{layer.id}/{name}",
        "type": "object",
        "title": layer.title.in_(language),
        "description": layer.description.in_(language),
        "properties": properties,
        "additionalProperties": False,
    }


def _numbered(properties: dict[str, Document]) -> dict[str, Document]:
    return {
        name: {**described, "x-ogc-propertySeq": number}
        for number, (name, described) in enumerate(properties.items(), 1)
    }


def _described(layer: Layer, property_: Property, language: Language) -> Document:
    described = property_schema(property_, language)
    role = _role(layer, property_)
    if role:
        described["x-ogc-role"] = role
    if property_.unit:
        described["x-ogc-unit"] = property_.unit
    return described


def _role(layer: Layer, property_: Property) -> str:
    if property_.name == "id":
        return "id"
    ends = {"start": "primary-interval-start", "end": "primary-interval-end"}
    return ends.get(property_.name, "") if layer.period is not None else ""


def _geometry(layer: Layer, language: Language) -> Document:
    return {
        "title": GEOMETRY.in_(language),
        "format": f"geometry-{layer.geometry_type.lower()}",
        "x-ogc-role": "primary-geometry",
    }


def _queryable(layer: Layer, property_: Property, language: Language) -> Document:
    described = _described(layer, property_, language)
    if property_.several is None:
        return described
    listed = {"type": "array", "items": {"type": "string"}}
    return {**described, **listed, "description": LIST_DESCRIPTION.in_(language)}
