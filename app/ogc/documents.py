"""The documents of the standard as plain dictionaries."""

from __future__ import annotations

from typing import Any

from app.encoder import by_name, encoders
from app.kit import media
from app.kit.links import Link
from app.kit.media import Language
from app.layer import Layer, Text
from app.ogc.conformance import CLASSES
from app.ogc.counts import Summary
from app.ogc.crs import CRS84, offered
from app.tiles.rels import SCHEMES, STYLES, TILESETS
from spatial.crs import uri_of

GREGORIAN = "http://www.opengis.net/def/uom/ISO-8601/0/Gregorian"
RELATIONS = "http://www.opengis.net/def/rel/ogc/1.0"
QUERYABLES = Text("Waarop gefilterd kan worden", "What can be filtered")
SORTABLES = Text("Waarop gesorteerd kan worden", "What can be sorted by")
SCHEMA = Text("Eigenschappen", "Properties")
TITLE = Text("Kansenkaart", "Kansenkaart, the opportunity map")
DESCRIPTION = Text(
    "Kansen- en knelpuntenkaart voor integraal programmeren van de fysieke leefomgeving: "
    "geplande werken van organisaties met een publieke taak, en waar ze elkaar raken.",
    "Opportunity-and-bottleneck map for the integrated programming of the physical living "
    "environment: planned works of organisations with a public task, and where they meet.",
)
Document = dict[str, Any]


def _json(links: list[Link]) -> list[dict[str, str]]:
    return [link.json() for link in links]


def _forms(url: str, form: str, types: dict[str, str], title: str) -> list[Link]:
    """Links to the document itself and to its other forms."""
    return [
        Link("self" if key == form else "alternate", f"{url}?f={key}", type_, title)
        for key, type_ in types.items()
    ]


JSON_OR_HTML = {"json": media.JSON, "html": media.HTML}
GEOJSON_OR_HTML = {"json": media.GEOJSON, "html": media.HTML}


def landing(root: str, form: str, language: Language) -> Document:
    """The landing page."""
    links = [
        *_forms(root, form, JSON_OR_HTML, TITLE.in_(language)),
        Link("service-desc", f"{root}/api", media.OPENAPI, "OpenAPI 3.0"),
        Link("service-doc", f"{root}/api?f=html", media.HTML, "API"),
        Link("conformance", f"{root}/conformance", media.JSON, "Conformance"),
        Link("data", f"{root}/collections", media.JSON, "Collections"),
        Link(TILESETS, f"{root}/tiles", media.JSON, "Vector tiles"),
        Link(SCHEMES, f"{root}/tileMatrixSets", media.JSON, "Tile matrix sets"),
        Link(STYLES, f"{root}/styles", media.JSON, "Styles"),
    ]
    return {
        "title": TITLE.in_(language),
        "description": DESCRIPTION.in_(language),
        "links": _json(links),
    }


def conformance(root: str, form: str) -> Document:
    """The conformance declaration."""
    links = _forms(f"{root}/conformance", form, JSON_OR_HTML, "Conformance")
    return {"conformsTo": list(CLASSES), "links": _json(links)}


def collections(
    root: str, form: str, found: list[Document], storage: int, language: Language
) -> Document:
    """The list of collections; ``crs`` here is what "#/crs" in each of them points at."""
    title = Text("Kaartlagen", "Layers").in_(language)
    return {
        "links": _json(_forms(f"{root}/collections", form, JSON_OR_HTML, title)),
        "crs": list(offered(storage)),
        "collections": found,
    }


def collection(
    root: str, layer: Layer, summary: Summary, storage: int, language: Language
) -> Document:
    """One collection."""
    url = f"{root}/collections/{layer.id}"
    title = layer.title.in_(language)
    links = [
        Link("self", url, media.JSON, title),
        Link("alternate", f"{url}?f=html", media.HTML, title),
        Link("items", f"{url}/items", media.GEOJSON, title),
        Link("items", f"{url}/items?f=html", media.HTML, title),
        *_schemas(url, language),
        Link(TILESETS, f"{url}/tiles", media.JSON, "Vector tiles"),
        Link("items", f"{url}/items?f=fgb", by_name()["fgb"].media_type, title),
        *_files(f"{root.removesuffix('/ogc')}/layers/{layer.id}", title),
    ]
    return {
        "id": layer.id,
        "title": title,
        "description": layer.description.in_(language),
        "itemType": "feature",
        "itemCount": summary.count,
        **_extent(summary),
        "crs": list(offered(storage)),
        "storageCrs": uri_of(storage),
        "links": _json(links),
    }


def _files(url: str, title: str) -> list[Link]:
    """Links to the whole layer as a file of each format."""
    return [
        Link("enclosure", url + suffix, encoder.media_type, f"{title} ({encoder.name})")
        for suffix, encoder in encoders().items()
    ]


def _schemas(url: str, language: Language) -> list[Link]:
    """Links to what a feature has, and what can be filtered and sorted by."""
    kinds = {"schema": SCHEMA, "queryables": QUERYABLES, "sortables": SORTABLES}
    forms = {"": media.SCHEMA, "?f=html": media.HTML}
    return [
        Link(f"{RELATIONS}/{kind}", f"{url}/{kind}{form}", type_, title.in_(language))
        for form, type_ in forms.items()
        for kind, title in kinds.items()
    ]


def _extent(summary: Summary) -> Document:
    extent: Document = {}
    if summary.bounds:
        extent["spatial"] = {"bbox": [list(summary.bounds)], "crs": CRS84}
    if summary.first or summary.last:
        first = f"{summary.first}T00:00:00Z" if summary.first else None
        last = f"{summary.last}T23:59:59Z" if summary.last else None
        extent["temporal"] = {"interval": [[first, last]], "trs": GREGORIAN}
    return {"extent": extent} if extent else {}
