"""The parameters of findings on a map, for the OpenAPI document of ``/docs``."""

from __future__ import annotations

from typing import Any

from app.findings.reading import LAYER
from app.kit.paging import LIMIT_DEFAULT, LIMIT_MAXIMUM
from app.nearby.place import MOST_LENGTH_M, MOST_RADIUS_M, MOST_VERTICES, TYPES
from spatial import vocabulary
from spatial.rule import rules

Schema = dict[str, Any]
_TEXT: Schema = {"type": "string"}
_NUMBER: Schema = {"type": "number"}
_UUID: Schema = {"type": "string", "format": "uuid"}
_WORDS = {
    "kind": vocabulary.FINDING_KIND.ids,
    "state": vocabulary.FINDING_STATE.ids,
    "rule": tuple(rule.code for rule in rules()),
}


def _asked(name: str, said: str, schema: Schema = _TEXT) -> Schema:
    return {"name": name, "in": "query", "required": False, "description": said, "schema": schema}


def _property(name: str) -> Schema:
    of = LAYER.filters[name]
    schema: Schema = {"type": "number" if name == "min_score" else of.type}
    if of.format and name != "min_score":
        schema["format"] = of.format
    if name in _WORDS:
        schema["enum"] = list(_WORDS[name])
    return _asked(name, of.title.en, schema)


FILTERS: list[Schema] = [
    _asked("bbox", "Box: west,south,east,north"),
    _asked("bbox-crs", "CRS of the box; longitude and latitude where left out"),
    _asked("datetime", "Day or interval, such as 2027-01-01/2027-12-31 or ../2027-12-31"),
    _asked("filter", "Condition in CQL2 over the properties of findings"),
    _asked("filter-lang", "Encoding of the filter", {"enum": ["cql2-text", "cql2-json"]}),
    _asked("filter-crs", "CRS of coordinates in the filter"),
    _asked("lang", "Language of texts and refusals", {"type": "string", "enum": ["nl", "en"]}),
    *(_property(name) for name in LAYER.filters),
]
RADIUS: list[Schema] = [
    _asked(
        "radius",
        "Metres around the place; where left out 100 around a point, 25 along a line, 0 (inside) "
        "for an area",
        {**_NUMBER, "minimum": 0, "maximum": MOST_RADIUS_M},
    )
]
PLACE: list[Schema] = [
    _asked("lon", "Longitude of a point", {**_NUMBER, "minimum": -180, "maximum": 180}),
    _asked("lat", "Latitude of a point", {**_NUMBER, "minimum": -90, "maximum": 90}),
    _asked(
        "geometry",
        f"WKT in longitude and latitude; at most {MOST_VERTICES} vertices, a line at most "
        f"{MOST_LENGTH_M // 1000} km long",
    ),
    _asked("area", "Id of an area, as in the layer areas", _UUID),
    *RADIUS,
]
PAGE: list[Schema] = [
    _asked(
        "limit",
        "How many at most; more than the maximum is the maximum",
        {"type": "integer", "minimum": 1, "maximum": LIMIT_MAXIMUM, "default": LIMIT_DEFAULT},
    ),
    _asked("cursor", "Where the page starts, as the link next has it"),
    _asked("sortby", "Properties, each after a minus for high to low; near a place also away_m"),
    _asked("properties", "Properties to answer with, separated by commas; all where left out"),
    _asked("crs", "CRS of the answer; longitude and latitude where left out"),
    _asked("skipGeometry", "Answer without geometry", {"type": "boolean", "default": False}),
]
SUM_PAGE = PAGE[:2]
BODY: Schema = {
    "required": True,
    "content": {
        "application/geo+json": {
            "schema": {
                "description": "A geometry, or a Feature with one",
                "type": "object",
                "required": ["type"],
                "properties": {
                    "type": {"type": "string", "enum": ["Feature", *TYPES]},
                    "coordinates": {"type": "array", "items": {}},
                    "geometry": {"type": "object"},
                },
            }
        }
    },
}
COLLECTION: Schema = {
    "type": "object",
    "required": ["type", "features", "numberReturned", "links"],
    "properties": {
        "type": {"type": "string", "enum": ["FeatureCollection"]},
        "numberReturned": {"type": "integer"},
        "links": {"type": "array", "items": {"type": "object"}},
        "features": {
            "type": "array",
            "items": {
                "type": "object",
                "required": ["type", "id", "geometry", "properties"],
                "properties": {
                    "type": {"type": "string", "enum": ["Feature"]},
                    "id": _UUID,
                    "geometry": {"type": ["object", "null"]},
                    "properties": {"type": "object"},
                },
            },
        },
    },
}


def answers(media_type: str, schema: Schema, *, kept: bool = True) -> dict[int | str, Schema]:
    """The answers of a path that is not a refusal."""
    said: dict[int | str, Schema] = {
        200: {"description": "Found", "content": {media_type: {"schema": schema}}}
    }
    return said | ({304: {"description": "As the caller has it (If-None-Match)"}} if kept else {})
