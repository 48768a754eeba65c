"""Who is reading, and what that caller may see.

Every read goes through a :class:`Viewer`. Work rows carry ``visibility`` and
``organisation_id``; finding rows carry the strictest visibility of their works
and, in ``own_organisation_ids``, the organisations that keep one of those works
to themselves. A finding shows only to who may see all its works.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal
from uuid import UUID

from sqlalchemy import ColumnElement, FromClause, literal, or_, true
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.dialects.postgresql import UUID as PG_UUID


@dataclass(frozen=True, slots=True)
class Viewer:
    """Who reads: the public, an organisation (a partner), or the administrator."""

    role: Literal["public", "partner", "administrator"] = "public"
    organisation_id: UUID | None = None

    @property
    def cache_class(self) -> str:
        """Key under which answers for this viewer may be shared."""
        return self.role if self.organisation_id is None else str(self.organisation_id)

    def sees_rows_of(self, table: FromClause) -> ColumnElement[bool]:
        """Clause for a table with ``visibility`` and ``organisation_id``."""
        column = table.c
        if self.role == "administrator":
            return true()
        if self.role == "public":
            return column.visibility == "public"
        return or_(
            column.visibility != "own",
            column.organisation_id == self.organisation_id,
        )

    def sees_findings(self, table: FromClause) -> ColumnElement[bool]:
        """Clause for the table of findings."""
        column = table.c
        if self.role == "administrator":
            return true()
        if self.role == "public":
            return column.visibility == "public"
        mine = literal([self.organisation_id], ARRAY(PG_UUID))
        return or_(
            column.visibility != "own",
            column.own_organisation_ids.contained_by(mine),
        )


PUBLIC = Viewer()
ADMINISTRATOR = Viewer(role="administrator")
