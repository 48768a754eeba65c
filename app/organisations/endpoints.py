"""The organisations, as everybody may know them."""

from __future__ import annotations

import orjson
from fastapi import APIRouter
from fastapi.responses import Response
from sqlalchemy import select

from app.kit.paging import Cursor, read_limit
from app.kit.requests import Transaction
from app.tables import organisations

router = APIRouter(tags=["organisations"])


@router.get("/api/organisations")
def list_organisations(
    connection: Transaction, limit: str | None = None, cursor: str | None = None
) -> Response:
    """Slug, name and kind of every organisation, in the order they came."""
    c = organisations.c
    size = read_limit(limit)
    after = Cursor.decode(cursor).after if cursor else 0
    query = (
        select(c.id, c.key, c.slug, c.name, c.kind, c.is_collective)
        .where(c.key > after)
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
        content["next"] = f"/api/organisations?limit={size}&cursor={following}"
    return Response(orjson.dumps(content), media_type="application/json")
