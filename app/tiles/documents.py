"""The documents of OGC API Tiles and TileJSON as plain dictionaries."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from app.kit import media
from app.kit.links import Link
from app.kit.media import Language
from app.layer import Layer, Property, Text
from app.ogc.crs import CRS84
from app.ogc.documents import DESCRIPTION, TITLE, Document
from app.tiles import content
from app.tiles.grid import MERCATOR, Grid
from app.tiles.rels import MVT, SCHEME

VECTOR = Text("Vectortegels", "Vector tiles")
Bounds4 = tuple[float, float, float, float]


def _json(links: Iterable[Link]) -> list[dict[str, str]]:
    return [link.json() for link in links]


def matrix_sets(root: str, found: Iterable[Grid]) -> Document:
    """The list of tile matrix sets."""
    return {
        "links": _json([Link("self", f"{root}/tileMatrixSets", media.JSON)]),
        "tileMatrixSets": [
            {
                "id": grid.id,
                "title": grid.title,
                "uri": grid.uri,
                "crs": f"http://www.opengis.net/def/crs/EPSG/0/{grid.crs}",
                "links": _json([Link("self", f"{root}/tileMatrixSets/{grid.id}", media.JSON)]),
            }
            for grid in found
        ],
    }


def tileset_links(url: str, grid: Grid, root: str, query: str) -> list[Link]:
    """What leads from a tileset to its tiles; ``url`` is that of the tileset."""
    template = f"{url}/{{tileMatrix}}/{{tileRow}}/{{tileCol}}?f=mvt{query}"
    links = [
        Link("self", f"{url}?f=json{query}", media.JSON),
        Link("item", template, MVT, VECTOR.en),
        Link(SCHEME, f"{root}/tileMatrixSets/{grid.id}", media.JSON, grid.title),
    ]
    if grid.crs == MERCATOR:
        links.append(Link("describedby", f"{url}?f=tilejson{query}", media.JSON, "TileJSON"))
    return links


def tilesets(root: str, url: str, title: str, found: Iterable[Grid], query: str) -> Document:
    """The list of tilesets at ``url``, one for each grid."""
    return {
        "links": _json([Link("self", f"{url}?f=json{query}", media.JSON, title)]),
        "tilesets": [
            {
                **_about(grid, title),
                "links": _templated(tileset_links(f"{url}/{grid.id}", grid, root, query)),
            }
            for grid in found
        ],
    }


def _about(grid: Grid, title: str) -> Document:
    return {
        "title": title,
        "dataType": "vector",
        "crs": f"http://www.opengis.net/def/crs/EPSG/0/{grid.crs}",
        "tileMatrixSetId": grid.id,
        "tileMatrixSetURI": grid.uri,
    }


@dataclass(frozen=True, slots=True)
class Tileset:
    """What is said of one tileset: ``url`` is its address, ``query`` what every tile repeats."""

    root: str
    url: str
    title: str
    grid: Grid
    layers: Sequence[Layer]
    box: Bounds4 | None
    language: Language
    query: str


def tileset(of: Tileset) -> Document:
    """One tileset: its grid, its layers with their properties, where its tiles are."""
    return {
        **_about(of.grid, of.title),
        **({"boundingBox": _box(of.box)} if of.box else {}),
        "layers": [
            {
                "id": layer.id,
                "title": layer.title.in_(of.language),
                "description": layer.description.in_(of.language),
                "dataType": "vector",
                "geometryDimension": layer.dimension,
                "minTileMatrix": "0",
                "maxTileMatrix": str(of.grid.deepest),
                "propertiesSchema": {
                    "type": "object",
                    "properties": {
                        p.name: _schema(p, of.language)
                        for p in content.attributes(layer, content.FULL_FROM)
                    },
                },
            }
            for layer in of.layers
        ],
        "links": _templated(tileset_links(of.url, of.grid, of.root, of.query)),
    }


def _templated(links: Iterable[Link]) -> list[Document]:
    return [
        {**link.json(), **({"templated": True} if link.rel == "item" else {})} for link in links
    ]


def _schema(property_: Property, language: Language) -> Document:
    return {"type": property_.type, "title": property_.title.in_(language)}


def _box(box: Bounds4) -> Document:
    return {"lowerLeft": list(box[:2]), "upperRight": list(box[2:]), "crs": CRS84}


def tilejson(of: Tileset) -> Document:
    """TileJSON 3.0; its template names the row before the column, as OGC API Tiles does."""
    return {
        "tilejson": "3.0.0",
        "name": of.title,
        "description": DESCRIPTION.in_(of.language),
        "scheme": "xyz",
        "tiles": [f"{of.url}/{{z}}/{{y}}/{{x}}?f=mvt{of.query}"],
        "minzoom": 0,
        "maxzoom": of.grid.detailed,
        **({"bounds": list(of.box)} if of.box else {}),
        "vector_layers": [
            {
                "id": name,
                "description": layer.title.in_(of.language),
                "minzoom": 0,
                "maxzoom": of.grid.detailed,
                "fields": fields,
            }
            for layer in of.layers
            for name, fields in _vector_layers(layer, of.language)
        ],
    }


COUNT_FIELDS = {
    "count": Text("Aantal, waar wordt geteld", "Number, where things are counted"),
    "score_sum": Text("Som van de scores", "Sum of the scores"),
    "score_max": Text("Hoogste score", "Highest score"),
}


def _vector_layers(layer: Layer, language: Language) -> list[tuple[str, dict[str, Any]]]:
    fields = {p.name: p.title.in_(language) for p in content.attributes(layer, content.FULL_FROM)}
    counts = {name: title.in_(language) for name, title in COUNT_FIELDS.items()}
    if not content.has_markers(layer):
        return [(layer.id, {**fields, "count": counts["count"]})]
    marks = {name: fields[name] for name in fields if name in content.ON_MARKERS}
    return [(layer.id, {**fields, **counts}), (f"{layer.id}-markers", marks)]


def dataset_title(language: Language) -> str:
    """The title of the tiles with several layers."""
    return TITLE.in_(language)
