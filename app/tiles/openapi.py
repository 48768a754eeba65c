"""The paths of tiles in the OpenAPI document of ``/ogc``."""

from __future__ import annotations

from typing import Any

from app.kit.media import JSON
from app.tiles.rels import MAPLIBRE, MVT, PNG, SVG

Document = dict[str, Any]
_PROBLEM = {"$ref": "#/components/responses/problem"}
_FILTERS = ("datetime", "filter", "filter-lang", "filter-crs")


def _form(name: str, *values: str) -> dict[str, Document]:
    """The parameter ``f`` of a path with other forms than most."""
    schema = {"type": "string", "enum": list(values)}
    said = {"description": "Form of the answer", "schema": schema}
    return {name: {"name": "f", "in": "query", "style": "form", "explode": False, **said}}


def _part(name: str, description: str, schema: Document) -> dict[str, Document]:
    said = {"description": description, "schema": schema}
    return {name: {"name": name, "in": "path", "required": True, **said}}


def parameters(grids: list[str], styles: list[str]) -> Document:
    """What the paths of tiles take beside what others take."""
    number = {"type": "integer", "minimum": 0}
    names = {"type": "array", "minItems": 1, "items": {"type": "string"}}
    return {
        **_part("tileMatrixSetId", "Id of a grid", {"type": "string", "enum": grids}),
        **_part("tileMatrix", "Zoom", number),
        **_part("tileRow", "Row, counted from the north", number),
        **_part("tileCol", "Column, counted from the west", number),
        **_part("styleId", "Id of a style", {"type": "string", "enum": styles}),
        "collections": {
            "name": "collections", "in": "query", "required": False, "style": "form",
            "explode": False, "description": "Layers in the tile", "schema": names,
        },
        **_form("fJson", "json"),
        **_form("fTileset", "json", "tilejson"),
        **_form("fTile", "mvt"),
        **_form("fStyle", "mapbox", "json"),
        **_form("fLegend", "svg"),
    }  # fmt: skip


def _get(summary: str, operation: str, types: tuple[str, ...], *names: str) -> Document:
    string = {"type": "string"}
    content = {
        type_: {"schema": {"type": "object"} if "json" in type_ else string} for type_ in types
    }
    responses: Document = {
        "200": {"description": summary, "content": content},
        "400": _PROBLEM,
        "404": _PROBLEM,
    }
    if MVT in types:
        content[MVT] = {"schema": {"type": "string", "format": "binary"}}
        responses["204"] = {"description": "Nothing is in this tile"}
    refs = [{"$ref": f"#/components/parameters/{name}"} for name in (*names, "lang")]
    return {
        "get": {
            "summary": summary,
            "operationId": operation,
            "tags": ["Tiles"],
            "parameters": refs,
            "responses": responses,
        }
    }


_PLACE = ("tileMatrixSetId", "tileMatrix", "tileRow", "tileCol")


def paths() -> Document:
    """The paths; operations end as OGC API Tiles asks (requirement class oas30)."""
    tile = "/{tileMatrixSetId}/{tileMatrix}/{tileRow}/{tileCol}"
    of_all = ("datetime", "collections")
    of_one = ("collectionId", *_FILTERS)
    sets, one = "Grids of tiles", "tiles.collection.vector"
    return {
        "/tileMatrixSets": _get(sets, "getTileMatrixSetsList", (JSON,), "fJson"),
        "/tileMatrixSets/{tileMatrixSetId}": _get(
            "One grid", "getTileMatrixSet", (JSON,), "tileMatrixSetId", "fJson"
        ),
        "/tiles": _get("Tilesets of all layers", "tiles.dataset.vector.getTileSetsList", (JSON,),
                       *of_all, "fJson"),
        "/tiles/{tileMatrixSetId}": _get(
            "A tileset of all layers", "tiles.dataset.vector.getTileSet", (JSON,),
            "tileMatrixSetId", *of_all, "fTileset",
        ),
        f"/tiles{tile}": _get(
            "A tile of several layers", "tiles.dataset.vector.getTile", (MVT,),
            *_PLACE, *of_all, "fTile",
        ),
        "/collections/{collectionId}/tiles": _get(
            "Tilesets of a layer", f"{one}.getTileSetsList", (JSON,), *of_one, "fJson"
        ),
        "/collections/{collectionId}/tiles/{tileMatrixSetId}": _get(
            "A tileset of a layer", f"{one}.getTileSet", (JSON,), "tileMatrixSetId", *of_one,
            "fTileset",
        ),
        f"/collections/{{collectionId}}/tiles{tile}": _get(
            "A tile of a layer", f"{one}.getTile", (MVT,), *_PLACE, *of_one, "fTile"
        ),
        "/styles": _get("Styles", "getStyles", (JSON,), "fJson"),
        "/styles/{styleId}": _get(
            "A style", "getStyle", (MAPLIBRE, JSON), "styleId", *of_all, "fStyle"
        ),
        "/styles/{styleId}/legend": _get("Its legend", "getLegend", (SVG,), "styleId", "fLegend"),
        "/styles/{styleId}/sprite.png": _get("Its signs", "getSprite", (PNG,), "styleId"),
        "/styles/{styleId}/sprite.json": _get(
            "Where each sign is", "getSpritePlaces", (JSON,), "styleId"
        ),
    }  # fmt: skip
