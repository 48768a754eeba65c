"""OGC API Features, Parts 1 to 3, over every layer."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Depends, Request, Response
from sqlalchemy import Connection, select, text

from app.encoder import by_name
from app.kit import media
from app.kit.links import Link, base_url, with_query
from app.kit.problems import NotFound
from app.kit.requests import ServiceSettings, Transaction
from app.layer import Layer, layers
from app.layer import layer as find_layer
from app.ogc import documents
from app.ogc.answer import PRIVATE, VARY, answer, is_known
from app.ogc.counts import Counts, snapshot
from app.ogc.documents import GEOJSON_OR_HTML, JSON_OR_HTML, Document
from app.ogc.forms import file_headers, form_of, names_only, page_cut, tag_of, written
from app.ogc.openapi import openapi
from app.ogc.page import Page, read_feature, read_page
from app.ogc.question import ITEM, Question, check_parameters, read_question
from app.ogc.schema_endpoints import router as schemas
from app.ogc.tags import feature_tag
from app.ogc.versions import answer_tag, tables_of
from app.organisations.authenticate import AnyViewer
from app.organisations.viewer import Viewer
from app.settings import Settings

NOTHING: frozenset[str] = frozenset()
_FOR_READS = text(
    "select set_config('max_parallel_workers_per_gather', '0', true), "
    "set_config('statement_timeout', '60s', true)"
)
"""A page is short: starting helpers takes longer than reading it, and takes cores from others."""

router = APIRouter(include_in_schema=False)
router.include_router(schemas)


def get_counts(request: Request) -> Counts:
    """The counts that this service keeps."""
    state = request.app.state
    if not hasattr(state, "counts"):
        state.counts = Counts()
    counts: Counts = state.counts
    return counts


@dataclass(frozen=True, slots=True)
class Reading:
    """Who reads, from what: all that a page over layers needs."""

    request: Request
    connection: Connection
    settings: Settings
    viewer: Viewer
    counts: Counts

    @property
    def root(self) -> str:
        """Address of the landing page."""
        return _root(self.request)


def get_reading(
    request: Request,
    connection: Transaction,
    settings: ServiceSettings,
    viewer: AnyViewer,
    counts: Annotated[Counts, Depends(get_counts)],
) -> Reading:
    """Dependency: everything that a read of a layer is made from."""
    connection.execute(_FOR_READS)
    return Reading(request, connection, settings, viewer, counts)


Reads = Annotated[Reading, Depends(get_reading)]


def _read(path: str) -> Callable[[Callable[..., Response]], Callable[..., Response]]:
    """Route for GET and HEAD; without HEAD a client that only asks for headers gets 405."""
    return router.api_route(path, methods=["GET", "HEAD"])


def _root(request: Request) -> str:
    return f"{base_url(request)}/ogc"


@_read("/ogc")
@_read("/ogc/")
def get_landing(request: Request) -> Response:
    """Where everything starts."""
    check_parameters(request, NOTHING)
    form = media.negotiate(request, JSON_OR_HTML)
    content = documents.landing(_root(request), form, media.language(request))
    return answer(request, form, content, "landing.html")


@_read("/ogc/api")
def get_api(request: Request, settings: ServiceSettings) -> Response:
    """The OpenAPI document."""
    check_parameters(request, NOTHING)
    offers = {"json": media.OPENAPI, "html": media.HTML}
    accepts = request.headers.get("accept", "")
    plain = media.JSON in accepts and "f" not in request.query_params
    form = "json" if plain else media.negotiate(request, offers)
    content = openapi(_root(request), settings.storage_crs, media.language(request))
    return answer(request, form, content, "api.html", type_=media.OPENAPI)


@_read("/ogc/conformance")
def get_conformance(request: Request) -> Response:
    """What is implemented."""
    check_parameters(request, NOTHING)
    form = media.negotiate(request, JSON_OR_HTML)
    return answer(request, form, documents.conformance(_root(request), form), "conformance.html")


@_read("/ogc/collections")
def get_collections(request: Request, reading: Reads) -> Response:
    """All layers."""
    check_parameters(request, NOTHING)
    form = media.negotiate(request, JSON_OR_HTML)
    found = [_collection(reading, layer) for layer in layers().values()]
    storage, language = reading.settings.storage_crs, media.language(request)
    content = documents.collections(reading.root, form, found, storage, language)
    return answer(request, form, content, "collections.html")


@_read("/ogc/collections/{collection_id}")
def get_collection(request: Request, collection_id: str, reading: Reads) -> Response:
    """One layer."""
    layer = find_layer(collection_id)
    check_parameters(request, NOTHING)
    form = media.negotiate(request, JSON_OR_HTML)
    return answer(request, form, _collection(reading, layer), "collection.html")


def _collection(reading: Reading, layer: Layer) -> Document:
    summary = reading.counts.summary(reading.connection, layer, reading.viewer)
    storage, language = reading.settings.storage_crs, media.language(reading.request)
    return documents.collection(reading.root, layer, summary, storage, language)


@_read("/ogc/collections/{collection_id}/items")
def get_items(request: Request, collection_id: str, reading: Reads) -> Response:
    """A page of features."""
    layer = find_layer(collection_id)
    question = read_question(request, layer, reading.settings)
    form = form_of(request)
    if form not in GEOJSON_OR_HTML:
        return _page_file(reading, question, form)
    where = (base_url(request), request.url, form, question.language)
    tag = answer_tag(reading.connection, reading.viewer, tables_of(layer.id), *where)
    if is_known(request, tag):
        return answer(request, "json", {}, "", tag=tag)
    asked = (reading.connection, question, reading.viewer, reading.settings.storage_crs)
    page = read_page(*asked)
    matched = reading.counts.matched(*asked)
    links = _item_links(request, question, page, form)
    headers = {
        "Content-Crs": f"<{question.crs.uri}>",
        "OGC-NumberReturned": str(len(page.features)),
        **({} if matched is None else {"OGC-NumberMatched": str(matched)}),
        **({"Link": _header(links)} if page.next else {}),
    }
    content: Document = {
        "type": "FeatureCollection",
        "links": [link.json() for link in links],
        **({} if matched is None else {"numberMatched": matched}),
        "numberReturned": len(page.features),
        "features": page.features,
    }
    if form == "html":
        content |= {"layer": layer, "properties_shown": question.properties}
        content["filter"] = request.query_params.get("filter", "")
    return answer(
        request,
        form,
        content,
        "items.html",
        type_=media.GEOJSON,
        headers=headers,
        stamped=True,
        tag=tag,
    )


def _page_file(reading: Reading, question: Question, form: str) -> Response:
    """A page in a format that has no room for links: they stand in the headers."""
    request, connection, viewer = reading.request, reading.connection, reading.viewer
    storage, encoder = reading.settings.storage_crs, by_name()[form]
    state = snapshot(connection)
    page = read_page(connection, names_only(question), viewer, storage)
    matched = reading.counts.matched(connection, question, viewer, storage)
    cut = page_cut(question, page, viewer, storage)
    asked = sorted(request.query_params.multi_items())
    tag = tag_of(state, viewer.cache_class, question.layer.id, question.language, form, asked)
    headers = {
        "ETag": tag,
        "Cache-Control": PRIVATE,
        "Vary": VARY,
        "Content-Language": question.language,
        "Content-Crs": f"<{question.crs.uri}>",
        "OGC-NumberReturned": str(len(page.keys)),
        **({} if matched is None else {"OGC-NumberMatched": str(matched)}),
        **file_headers(question.layer, encoder, cut),
    }
    if page.next:
        url = f"{reading.root}/collections/{question.layer.id}/items"
        kept = [(name, value) for name, value in asked if name not in {"cursor", "f"}]
        href = with_query(url, [*kept, ("f", form), ("cursor", page.next.encode())])
        headers["Link"] = f'<{href}>; rel="next"; type="{encoder.media_type}"'
    if state is not None and is_known(request, tag):
        return Response(status_code=304, headers=headers)
    body = b"" if request.method == "HEAD" else written(connection, cut, encoder)
    return Response(body, media_type=encoder.media_type, headers=headers)


def _header(links: list[Link]) -> str:
    following = next(link for link in links if link.rel == "next")
    return f'<{following.href}>; rel="next"; type="{following.type}"'


def _item_links(request: Request, question: Question, page: Page, form: str) -> list[Link]:
    """Self, the other form, the next page and the layer; every parameter is kept."""
    url = f"{_root(request)}/collections/{question.layer.id}"
    given = request.query_params.multi_items()
    plain = [(name, value) for name, value in given if name != "f"]
    links = [
        Link(
            "self" if key == form else "alternate",
            with_query(f"{url}/items", [*plain, ("f", key)]),
            type_,
        )
        for key, type_ in GEOJSON_OR_HTML.items()
    ]
    if page.next:
        kept = [(name, value) for name, value in given if name != "cursor"]
        href = with_query(f"{url}/items", [*kept, ("cursor", page.next.encode())])
        links.append(Link("next", href, GEOJSON_OR_HTML[form]))
    links.append(Link("collection", url, media.JSON, question.layer.title.in_(question.language)))
    return links


@_read("/ogc/collections/{collection_id}/items/{feature_id}")
def get_item(request: Request, collection_id: str, feature_id: str, reading: Reads) -> Response:
    """One feature."""
    layer = find_layer(collection_id)
    question = read_question(request, layer, reading.settings, ITEM)
    form = media.negotiate(request, GEOJSON_OR_HTML)
    storage = reading.settings.storage_crs
    id_ = _uuid(feature_id)
    tag = _tag(reading, question, id_, form)
    feature = read_feature(reading.connection, question, reading.viewer, id_, storage)
    url = f"{_root(request)}/collections/{layer.id}"
    kept = [(n, v) for n, v in request.query_params.multi_items() if n != "f"]
    links = [
        Link(
            "self" if key == form else "alternate",
            with_query(f"{url}/items/{feature_id}", [*kept, ("f", key)]),
            type_,
        )
        for key, type_ in GEOJSON_OR_HTML.items()
    ]
    links.append(Link("collection", url, media.JSON, layer.title.in_(question.language)))
    content: dict[str, Any] = {**feature, "links": [link.json() for link in links]}
    if form == "html":
        content |= {"layer": layer, "properties_shown": question.properties}
    headers = {"Content-Crs": f"<{question.crs.uri}>"}
    return answer(
        request, form, content, "item.html", type_=media.GEOJSON, headers=headers, tag=tag
    )


def _tag(reading: Reading, question: Question, id_: str, form: str) -> str:
    """The tag of a feature that can be edited; read before it, so never newer."""
    layer = question.layer
    if not layer.versions:
        return ""
    query = select(*layer.versions).select_from(layer.source).where(layer.feature_id == id_)
    versions = reading.connection.execute(query).one_or_none()
    return feature_tag(tuple(versions), question.language, form) if versions else ""


def _uuid(text: str) -> str:
    try:
        return str(UUID(text))
    except ValueError as error:
        msg = f"There is no feature {text!r}: ids are UUIDs."
        raise NotFound(msg) from error


@router.options("/ogc")
@router.options("/ogc/{path:path}")
def get_options(path: str = "") -> Response:
    """What may be done here: reading. QGIS asks this before it offers editing."""
    del path
    return Response(status_code=200, headers={"Allow": "GET, HEAD, OPTIONS"})
