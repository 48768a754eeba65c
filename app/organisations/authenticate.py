"""From the key in a request to the viewer who asks.

QGIS and scripts put a key in different places, so four are read: a bearer
token, ``X-API-Key``, HTTP Basic (the key as user or as password) and
``?apikey=``. Without a key the public asks; a key that is not ours is refused
rather than taken for the public, so that nobody mistakes less data for all.
"""

from __future__ import annotations

import base64
import binascii
from typing import Annotated

from fastapi import Depends, Request
from sqlalchemy import Engine, select

from app.kit.problems import Unauthenticated
from app.organisations.issue_key import PREFIX, digest
from app.organisations.partner import partner
from app.organisations.viewer import PUBLIC, Viewer
from app.tables import api_keys


def key_in(request: Request) -> str | None:
    """The key of a request, or None where it carries none."""
    scheme, _, rest = request.headers.get("authorization", "").partition(" ")
    if scheme.lower() == "bearer":
        return rest.strip()
    if scheme.lower() == "basic":
        return key_in_basic(rest.strip())
    return request.headers.get("x-api-key") or request.query_params.get("apikey")


def key_in_basic(encoded: str) -> str:
    """The key in HTTP Basic credentials, whether it stands as user or as password.

    >>> key_in_basic(base64.b64encode(b"anna:kk_1").decode())
    'kk_1'
    >>> key_in_basic("!")
    ''
    """
    try:
        user, _, password = base64.b64decode(encoded, validate=True).decode().partition(":")
    except (binascii.Error, UnicodeDecodeError):
        return ""
    return user if user.startswith(PREFIX) else password


def viewer_of(engine: Engine, key: str) -> Viewer:
    """The viewer that a key belongs to; Unauthenticated where it is not one of ours (any more)."""
    query = select(api_keys.c.organisation_id).where(
        api_keys.c.digest == digest(key), api_keys.c.revoked_at.is_(None)
    )
    with engine.connect() as connection:
        organisation_id = connection.scalar(query)
        if organisation_id is None:
            msg = "This API key is unknown or no longer valid. Leave it out to see what is public."
            raise Unauthenticated(msg)
        return partner(connection, organisation_id)


def get_viewer(request: Request) -> Viewer:
    """Dependency: who asks."""
    key = key_in(request)
    return PUBLIC if key is None else viewer_of(request.app.state.engine, key)


def require_partner(viewer: Annotated[Viewer, Depends(get_viewer)]) -> Viewer:
    """Dependency: who asks, refusing the public."""
    if viewer.role == "public":
        msg = (
            "Send the API key of your organisation, for example as `Authorization: Bearer kk_...`."
        )
        raise Unauthenticated(msg)
    return viewer


AnyViewer = Annotated[Viewer, Depends(get_viewer)]
Partner = Annotated[Viewer, Depends(require_partner)]
