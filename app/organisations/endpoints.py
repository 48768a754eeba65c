"""The organisations that the caller may know of."""

from __future__ import annotations

import orjson
from fastapi import APIRouter, Request
from fastapi.responses import Response
from sqlalchemy import ColumnElement, exists, or_, select, true

from app.kit.links import repeated, with_query
from app.kit.paging import Cursor, read_limit
from app.kit.problems import BadRequest
from app.kit.requests import Transaction
from app.organisations.authenticate import AnyViewer
from app.organisations.partner import has_key
from app.organisations.viewer import Viewer
from app.tables import constraint_zones, organisations, projects

router = APIRouter(tags=["organisations"])
KNOWN = frozenset({"limit", "cursor", "apikey", "lang"})


def sees_organisations(viewer: Viewer) -> ColumnElement[bool]:
    """Whether an organisation shows: it takes part itself, or something of it may be seen.

    A name in a file can be that of a private person, and says that they plan
    something: it shows to nobody to whom that does not show.
    """
    if viewer.role == "administrator":
        return true()
    c = organisations.c
    shown = [
        exists().where(table.c.organisation_id == c.id, viewer.sees_rows_of(table))
        for table in (projects, constraint_zones)
    ]
    return or_(has_key(c.id), c.id.in_(viewer.organisation_ids), *shown)


@router.get("/api/organisations")
def list_organisations(
    request: Request,
    connection: Transaction,
    viewer: AnyViewer,
    limit: str | None = None,
    cursor: str | None = None,
) -> Response:
    """Slug, name and kind of the organisations you may know of, in the order they came."""
    if unknown := request.query_params.keys() - KNOWN:
        msg = f"Unknown parameter(s): {', '.join(sorted(unknown))}."
        raise BadRequest(msg)
    c = organisations.c
    size = read_limit(limit)
    after = Cursor.decode(cursor).after if cursor else 0
    query = (
        select(c.id, c.key, c.slug, c.name, c.kind, c.is_collective)
        .where(c.key > after, sees_organisations(viewer))
        .order_by(c.key)
        .limit(size + 1)
    )
    rows = connection.execute(query).all()
    content: dict[str, object] = {
        "organisations": [
            {
                "id": str(r.id),
                "slug": r.slug,
                "name": r.name,
                "kind": r.kind,
                "is_collective": r.is_collective,
            }
            for r in rows[:size]
        ]
    }
    if len(rows) > size:
        following = Cursor(rows[size - 1].key).encode()
        content["next"] = with_query(
            request.url.path, [*repeated(request), ("limit", str(size)), ("cursor", following)]
        )
    return Response(orjson.dumps(content), media_type="application/json")
