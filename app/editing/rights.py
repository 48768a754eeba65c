"""What a caller may do with a collection and with one of its features."""

from __future__ import annotations

from uuid import UUID

from fastapi import Response
from sqlalchemy import Connection, select

from app.editing.body import FEATURE_TYPES, PATCH_TYPES
from app.kit.problems import MethodNotAllowed, NotFound
from app.layer import Layer
from app.ogc.answer import PRIVATE, VARY
from app.organisations.viewer import Viewer
from app.projects.read import owns, work_rows
from app.tables import works

READS = ("GET", "HEAD", "OPTIONS")
MAKES = ("POST",)
CHANGES = ("PUT", "PATCH", "DELETE")
UNKNOWN_ID = "unknown_id"
"""QGIS asks for this feature where a layer is empty, to learn whether it could be edited."""


def of_items(layer: Layer, viewer: Viewer) -> tuple[str, ...]:
    """What the caller may do with the features of a layer as a whole."""
    may = layer.editable and viewer.role == "partner"
    return (*READS, *(MAKES if may else ()))


def of_item(
    connection: Connection, layer: Layer, viewer: Viewer, feature_id: str
) -> tuple[str, ...]:
    """What the caller may do with one feature; ``NotFound`` where they see none."""
    if feature_id == UNKNOWN_ID:
        may = layer.editable and viewer.role == "partner"
    else:
        id_ = to_uuid(feature_id)
        check_seen(connection, layer, viewer, id_)
        may = layer.editable and _owns(connection, viewer, id_)
    return (*READS, *(CHANGES if may else ()))


def check_seen(connection: Connection, layer: Layer, viewer: Viewer, id_: UUID) -> None:
    """``NotFound`` where the layer has no such feature for this caller."""
    query = (
        select(layer.key)
        .select_from(layer.source)
        .where(layer.condition, layer.sees(viewer), layer.feature_id == id_)
    )
    if connection.execute(query).one_or_none() is None:
        msg = f"There is no feature {str(id_)!r} in {layer.id!r}, or you may not see it."
        raise NotFound(msg)


def _owns(connection: Connection, viewer: Viewer, id_: UUID) -> bool:
    rows = work_rows(connection, viewer, works.c.id == id_, 1)
    return bool(rows) and owns(viewer, rows[0])


def to_uuid(text: str) -> UUID:
    """The id in an address; a text that is no id is of nothing."""
    try:
        return UUID(text)
    except ValueError as error:
        msg = f"There is no feature {text!r}: ids are UUIDs."
        raise NotFound(msg) from error


def told(methods: tuple[str, ...]) -> Response:
    """The answer to OPTIONS."""
    headers = {"Allow": ", ".join(methods), "Cache-Control": PRIVATE, "Vary": VARY}
    if "POST" in methods:
        headers["Accept-Post"] = ", ".join(FEATURE_TYPES)
    if "PATCH" in methods:
        headers["Accept-Patch"] = ", ".join(PATCH_TYPES)
    return Response(status_code=200, headers=headers)


def check_editable(layer: Layer, methods: tuple[str, ...], asked: str) -> None:
    """405 with what is possible, where this kind of resource knows no such method for anybody."""
    allowed = (*READS, *(methods if layer.editable else ()))
    if asked not in allowed:
        hint = "" if layer.editable else f" The features of {layer.id} follow from others."
        msg = f"{asked} is not possible here.{hint}"
        raise MethodNotAllowed(msg, allowed)
