"""OGC API Features, Part 4, over the layers that hold works as they were delivered."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Header, Request, Response
from sqlalchemy import select, text

from app.editing.body import (
    FEATURE_TYPES,
    PATCH_TYPES,
    GivenChange,
    GivenFeature,
    GivenProperties,
    RawBody,
    check_type,
    parse,
)
from app.editing.change import Edit, Given, Preconditions, change_feature, withdraw_feature
from app.editing.create import DATASET, create_work
from app.editing.place import place
from app.editing.rights import (
    CHANGES,
    MAKES,
    check_editable,
    of_item,
    of_items,
    to_uuid,
    told,
)
from app.kit.links import base_url
from app.kit.media import language
from app.kit.requests import ServiceSettings, Transaction
from app.kit.texts import storable_text
from app.layer import Layer
from app.layer import layer as find_layer
from app.ogc.answer import PRIVATE
from app.ogc.crs import ServedCrs, read_crs
from app.ogc.question import check_parameters
from app.ogc.tags import feature_tag
from app.organisations.authenticate import AnyViewer, require_partner
from app.settings import Settings
from app.uploads.options import UploadOptions

ITEMS = "/ogc/collections/{collection_id}/items"
ITEM = ITEMS + "/{feature_id}"
_IN_TIME = text("select set_config('statement_timeout', '60s', true)")

router = APIRouter(include_in_schema=False)
ContentCrs = Annotated[str | None, Header()]
Condition = Annotated[str | None, Header()]


def _read_content_crs(given: str | None, settings: Settings) -> ServedCrs:
    """The CRS of the coordinates in the body: ``Content-Crs``, else CRS84."""
    named = None if given is None else given.strip().removeprefix("<").removesuffix(">")
    return read_crs(named, "Content-Crs", settings.storage_crs)


def _state(request: Request, edit: Edit, id_: UUID, status: int) -> Response:
    """An answer without a body, with the tag of what the feature is now."""
    layer = edit.layer
    query = select(*layer.versions).select_from(layer.source).where(layer.feature_id == id_)
    versions = tuple(edit.connection.execute(query).one())
    headers = {"ETag": feature_tag(versions, language(request)), "Cache-Control": PRIVATE}
    return Response(status_code=status, headers=headers)


@router.options(ITEMS)
def options_of_items(collection_id: str, viewer: AnyViewer) -> Response:
    """What the caller may do with a collection; QGIS offers editing by this answer."""
    return told(of_items(find_layer(collection_id), viewer))


@router.options(ITEM)
def options_of_item(
    collection_id: str, feature_id: str, connection: Transaction, viewer: AnyViewer
) -> Response:
    """What the caller may do with one feature."""
    return told(of_item(connection, find_layer(collection_id), viewer, feature_id))


def get_edit(
    request: Request,
    collection_id: str,
    *,
    connection: Transaction,
    settings: ServiceSettings,
    viewer: AnyViewer,
    if_match: Condition = None,
    if_none_match: Condition = None,
) -> Edit:
    """Dependency: an edit by a caller who is known, of a layer that can be edited."""
    layer = _editable(collection_id, MAKES if request.method in MAKES else CHANGES, request)
    require_partner(viewer)
    check_parameters(request, frozenset({"dataset"}) if request.method in MAKES else frozenset())
    connection.execute(_IN_TIME)
    return Edit(connection, settings, viewer, layer, Preconditions(if_match, if_none_match))


Edits = Annotated[Edit, Depends(get_edit)]


@router.post(ITEMS)
def post_item(
    request: Request, raw: RawBody, edit: Edits, content_crs: ContentCrs = None
) -> Response:
    """Make a work; answers with its address."""
    check_type(request, FEATURE_TYPES)
    crs = _read_content_crs(content_crs, edit.settings)
    dataset = UploadOptions(dataset=request.query_params.get("dataset", DATASET)).dataset
    body = parse(raw, GivenFeature)
    said = (body.properties or GivenProperties()).said()
    shape = place(body.geometry, crs, edit.layer, edit.settings)
    id_ = create_work(
        edit.connection, edit.settings, edit.viewer, said, shape, dataset=storable_text(dataset)
    )
    answer = _state(request, edit, id_, 201)
    items = f"{base_url(request)}/ogc/collections/{edit.layer.id}/items"
    answer.headers["Location"] = f"{items}/{id_}"
    return answer


@router.put(ITEM)
def put_item(
    request: Request,
    feature_id: str,
    *,
    raw: RawBody,
    edit: Edits,
    content_crs: ContentCrs = None,
) -> Response:
    """Replace a work by what the body says of it."""
    check_type(request, FEATURE_TYPES)
    crs = _read_content_crs(content_crs, edit.settings)
    body = parse(raw, GivenFeature)
    said = (body.properties or GivenProperties()).said()
    given = Given(said, body.geometry, crs, moves=True, replaces=True)
    change_feature(edit, to_uuid(feature_id), given)
    return _state(request, edit, to_uuid(feature_id), 204)


@router.patch(ITEM)
def patch_item(
    request: Request,
    feature_id: str,
    *,
    raw: RawBody,
    edit: Edits,
    content_crs: ContentCrs = None,
) -> Response:
    """Change a work by a merge patch of its feature."""
    check_type(request, PATCH_TYPES)
    crs = _read_content_crs(content_crs, edit.settings)
    body = parse(raw, GivenChange)
    moves = "geometry" in body.model_fields_set
    given = Given(body.properties.said(), body.geometry, crs, moves=moves)
    change_feature(edit, to_uuid(feature_id), given)
    return _state(request, edit, to_uuid(feature_id), 204)


@router.delete(ITEM)
def delete_item(feature_id: str, edit: Edits) -> Response:
    """Withdraw a work; its history stays."""
    withdraw_feature(edit, to_uuid(feature_id))
    return Response(status_code=204)


@router.api_route(ITEMS, methods=["PUT", "PATCH", "DELETE"])
def refuse_items(request: Request, collection_id: str) -> None:
    """A collection as a whole can neither be replaced nor withdrawn."""
    _editable(collection_id, MAKES, request)


@router.post(ITEM)
def refuse_item(request: Request, collection_id: str) -> None:
    """A feature is made at its collection."""
    _editable(collection_id, CHANGES, request)


def _editable(collection_id: str, methods: tuple[str, ...], request: Request) -> Layer:
    layer = find_layer(collection_id)
    check_editable(layer, methods, request.method)
    return layer
