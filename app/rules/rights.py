"""Who may set the rules of the deployment."""

from __future__ import annotations

from sqlalchemy import Connection, select

from app.kit.problems import Forbidden
from app.organisations.viewer import Viewer
from app.tables import organisations

KIND = "municipality"
"""The kind of organisation that looks after the street, and with it after the rules."""


def may_set_rules(connection: Connection, viewer: Viewer) -> bool:
    """Whether the caller may adopt, undo and confirm.

    The administrator may, who works on the command line, and organisations of
    the kind "municipality". Only the administrator gives an organisation a key
    and a kind, and so decides who that is.
    """
    if viewer.role != "partner":
        return viewer.role == "administrator"
    query = select(organisations.c.kind).where(organisations.c.id == viewer.organisation_id)
    return connection.scalar(query) == KIND


def check_may_set_rules(connection: Connection, viewer: Viewer) -> None:
    """Forbidden for who may not."""
    if not may_set_rules(connection, viewer):
        msg = (
            "Only an organisation of the kind municipality, or the administrator, sets the rules. "
            "Try a change in the sandbox and put it to them."
        )
        raise Forbidden(msg)
