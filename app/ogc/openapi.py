"""The OpenAPI 3.0.3 document, composed by hand and kept small.

QGIS fetches it for every layer and takes its page size from
``components.parameters.limit``; the document that FastAPI makes is OpenAPI 3.1
without that part, and QGIS then pages by a hundred.
"""

from __future__ import annotations

from typing import Any

from app.editing import openapi as editing
from app.encoder import by_name
from app.kit.media import GEOJSON, HTML, JSON, SCHEMA, Language
from app.kit.paging import LIMIT_DEFAULT, LIMIT_MAXIMUM
from app.layer import Layer, layers
from app.ogc.crs import offered
from app.ogc.documents import DESCRIPTION, TITLE, Document
from app.ogc.filtering.parameters import filter_parameters
from app.ogc.forms import offers
from app.ogc.schemas import property_schema
from app.tiles import openapi as tiles
from app.tiles.grid import grids
from app.tiles.rels import STYLE

API_VERSION = "0.1.0"
_PROBLEM = {"$ref": "#/components/responses/problem"}
_COMMON = ("f", "lang")
_SCHEMAS = {
    "schema": "Properties of features",
    "queryables": "What can be filtered",
    "sortables": "What can be sorted by",
}
_FILTERS = ("filter", "filter-lang", "filter-crs", "sortby")
_CHOICE = ("properties", "skipGeometry")
_PAGE = ("limit", "bbox", "bbox-crs", "crs", "datetime", "cursor", *_FILTERS, *_CHOICE)
_ITEMS = (*_PAGE, "f-items", "lang")


def openapi(root: str, storage: int, language: Language) -> Document:
    """The whole document; ``root`` is the address of the landing page."""
    return {
        "openapi": "3.0.3",
        "info": {
            "title": TITLE.in_(language),
            "description": DESCRIPTION.in_(language),
            "version": API_VERSION,
            "contact": {"name": "Kansenkaart", "url": root.removesuffix("/ogc") + "/"},
            "license": {"name": "EUPL-1.2", "url": "https://eupl.eu/1.2/en/"},
        },
        "servers": [{"url": root}],
        "tags": [{"name": "Capabilities"}, {"name": "Data"}, {"name": "Tiles"}],
        "paths": _paths(language),
        "components": {
            "parameters": _parameters(storage),
            "responses": _responses(),
            "schemas": editing.schemas(),
            "securitySchemes": _security(),
        },
        "security": [{}, {"basic": []}, {"bearer": []}, {"header": []}, {"query": []}],
    }


def _refs(*names: str) -> list[Document]:
    return [{"$ref": f"#/components/parameters/{name}"} for name in names]


def _get(
    summary: str, operation: str, tag: str, types: tuple[str, ...], parameters: list[Document]
) -> Document:
    content = {type_: {"schema": _body(type_)} for type_ in types}
    return {
        "get": {
            "summary": summary,
            "operationId": operation,
            "tags": [tag],
            "parameters": parameters,
            "responses": {
                "200": {"description": summary, "content": content},
                "400": _PROBLEM,
                "404": _PROBLEM,
            },
        }
    }


def _forms() -> tuple[str, ...]:
    """The media types of a page of features."""
    return tuple(dict.fromkeys(offers().values()))


def _body(type_: str) -> Document:
    if type_ in {encoder.media_type for encoder in by_name().values() if encoder.name != "jsonfg"}:
        text = type_.startswith("text/") or type_.endswith("json-seq")
        binary: Document = {"type": "string"} if text else {"type": "string", "format": "binary"}
        return {"type": "object"} if type_ == GEOJSON else binary
    return {"type": "string"} if type_ == HTML else {"type": "object"}


def _paths(language: Language) -> Document:
    shared = _refs(*_COMMON)
    one = _refs("collectionId", *_COMMON)
    both = (JSON, HTML)
    paths: Document = {
        "/": _get("Landing page", "landing", "Capabilities", both, shared),
        "/api": _get("This document", "api", "Capabilities", both, shared),
        "/conformance": _get("Conformance", "conformance", "Capabilities", both, shared),
        "/collections": _get("Collections", "collections", "Capabilities", both, shared),
        "/collections/{collectionId}": _get(
            "One collection", "collection", "Capabilities", both, one
        ),
        **{
            f"/collections/{{collectionId}}/{name}": _get(
                summary, name, "Capabilities", (SCHEMA, HTML), one
            )
            for name, summary in _SCHEMAS.items()
        },
        "/collections/{collectionId}/items": _get(
            "Features", "items", "Data", _forms(), _refs("collectionId", *_ITEMS)
        ),
        "/collections/{collectionId}/items/{featureId}": _get(
            "One feature",
            "item",
            "Data",
            (GEOJSON, HTML),
            _refs("collectionId", "featureId", "crs", *_CHOICE, *_COMMON),
        ),
    }
    paths |= tiles.paths()
    for layer in layers().values():
        paths[f"/collections/{layer.id}/items"] = _items(layer, language)
    for path, operations in editing.paths().items():
        paths[path] = {**paths.get(path, {}), **operations}
    return paths


def _items(layer: Layer, language: Language) -> Document:
    """The items of one collection, with its simple filters written out."""
    filters: list[Document] = []
    for name, property_ in layer.filters.items():
        schema = property_schema(property_, language)
        description = schema.pop("title")
        schema.pop("description", None)  # it stands in the queryables; this stays small
        filters.append(
            {
                "name": name,
                "in": "query",
                "style": "form",
                "explode": False,
                "description": description,
                "schema": schema,
            }
        )
    operation = "items_" + layer.id.replace("-", "_")
    title = layer.title.in_(language)
    made = _get(title, operation, "Data", (), [*_refs(*_ITEMS), *filters])
    made["get"]["responses"]["200"] = {"$ref": "#/components/responses/features"}
    return made


def _query(name: str, description: str, schema: dict[str, Any]) -> Document:
    return {
        "name": name,
        "in": "query",
        "description": description,
        "required": False,
        "style": "form",
        "explode": False,
        "schema": schema,
    }


def _path(name: str, description: str, schema: dict[str, Any]) -> Document:
    return {
        "name": name,
        "in": "path",
        "description": description,
        "required": True,
        "schema": schema,
    }


def _parameters(storage: int) -> Document:
    crs: Document = {"type": "string", "format": "uri", "enum": list(offered(storage))}
    numbers: Document = {
        "type": "array",
        "minItems": 4,  # so far version 1.0.0 of Part 1, then 1.0.1
        "maxItems": 6,
        "oneOf": [{"minItems": 4, "maxItems": 4}, {"minItems": 6, "maxItems": 6}],
        "items": {"type": "number"},
    }
    limit = {
        "type": "integer",
        "minimum": 1,
        "maximum": LIMIT_MAXIMUM,
        "default": LIMIT_DEFAULT,
    }
    return {
        "collectionId": _path(
            "collectionId", "Id of a collection", {"type": "string", "enum": list(layers())}
        ),
        "featureId": _path("featureId", "Id of a feature", {"type": "string"}),
        "limit": _query("limit", "Features on a page", limit),
        "bbox": _query("bbox", "Box in the axis order of bbox-crs", numbers),
        "bbox-crs": _query("bbox-crs", "CRS of bbox; CRS84 where left out", crs),
        "crs": _query("crs", "CRS of the answer; CRS84 where left out", crs),
        "datetime": _query(
            "datetime", "Day, time or interval; '..' is an open end", {"type": "string"}
        ),
        "cursor": _query("cursor", "Where a page starts; from a link 'next'", {"type": "string"}),
        "skipGeometry": _query("skipGeometry", "Leave geometry out", {"type": "boolean"}),
        **{name: _query(name, *said) for name, said in filter_parameters(crs).items()},
        **tiles.parameters(list(grids(storage)), [STYLE]),
        "f": _query("f", "Form of the answer", {"type": "string", "enum": ["json", "html"]}),
        "f-items": _query(
            "f", "Form of the answer, also as Accept", {"type": "string", "enum": list(offers())}
        ),
        "lang": _query("lang", "Language", {"type": "string", "enum": ["nl", "en"]}),
    }


def _responses() -> Document:
    schema = {
        "type": "object",
        "required": ["title", "status"],
        "properties": {
            "type": {"type": "string"},
            "title": {"type": "string"},
            "status": {"type": "integer"},
            "detail": {"type": "string"},
            "instance": {"type": "string"},
        },
    }
    formats = {type_: {"schema": _body(type_)} for type_ in _forms()}
    return {
        "features": {"description": "A page of features", "content": formats},
        "problem": {
            "description": "What is wrong (RFC 9457)",
            "content": {"application/problem+json": {"schema": schema}},
        },
    }


def _security() -> Document:
    return {
        "basic": {"type": "http", "scheme": "basic"},
        "bearer": {"type": "http", "scheme": "bearer"},
        "header": {"type": "apiKey", "in": "header", "name": "X-API-Key"},
        "query": {"type": "apiKey", "in": "query", "name": "apikey"},
    }
