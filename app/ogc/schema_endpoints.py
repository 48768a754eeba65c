"""Schema, queryables and sortables of every layer, for programs and for people."""

from __future__ import annotations

from collections.abc import Callable

from fastapi import APIRouter, Request, Response

from app.kit import media
from app.kit.links import base_url
from app.layer import Layer, Text
from app.layer import layer as find_layer
from app.ogc.answer import answer
from app.ogc.documents import QUERYABLES, SCHEMA, SORTABLES
from app.ogc.question import check_parameters
from app.ogc.schemas import Document, kind_of, queryables, schema, sortables_of
from spatial.vocabulary import Language

router = APIRouter(include_in_schema=False)
SCHEMA_OR_HTML = {"json": media.SCHEMA, "html": media.HTML}
Maker = Callable[[str, Layer, Language], Document]


@router.api_route("/ogc/collections/{collection_id}/schema", methods=["GET", "HEAD"])
def get_schema(request: Request, collection_id: str) -> Response:
    """What every feature of a layer carries."""
    told = Text("Wat elk object van deze laag heeft.", "What every feature of this layer has.")
    return _answer(request, collection_id, schema, SCHEMA, told)


@router.api_route("/ogc/collections/{collection_id}/queryables", methods=["GET", "HEAD"])
def get_queryables(request: Request, collection_id: str) -> Response:
    """What a filter on a layer can ask."""
    told = Text(
        "Te vragen met filter= in CQL2, bijvoorbeeld filter=start >= DATE('2027-01-01'); wat één "
        "waarde is ook als naam=waarde.",
        "To ask with filter= in CQL2, such as filter=start >= DATE('2027-01-01'); what is one "
        "value also as name=value.",
    )
    return _answer(request, collection_id, queryables, QUERYABLES, told)


@router.api_route("/ogc/collections/{collection_id}/sortables", methods=["GET", "HEAD"])
def get_sortables(request: Request, collection_id: str) -> Response:
    """What a layer can be sorted by."""
    told = Text(
        "Met sortby=naam of sortby=-naam (van hoog naar laag), gescheiden door komma's. Wat leeg "
        "is komt achteraan.",
        "With sortby=name or sortby=-name (high to low), separated by commas. What is empty comes "
        "last.",
    )
    return _answer(request, collection_id, sortables_of, SORTABLES, told)


def _answer(
    request: Request, collection_id: str, make: Maker, heading: Text, told: Text
) -> Response:
    layer = find_layer(collection_id)
    check_parameters(request, frozenset())
    form = media.negotiate(request, SCHEMA_OR_HTML)
    language = media.language(request)
    content = make(f"{base_url(request)}/ogc", layer, language)
    if form == "html":
        kinds = {name: kind_of(p, language) for name, p in content["properties"].items()}
        content |= {"layer": layer.id, "kinds": kinds}
        content |= {"heading": heading.in_(language), "told": told.in_(language)}
    return answer(request, form, content, "schema.html", type_=media.SCHEMA)
