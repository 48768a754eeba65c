"""Who is reading, and what that caller may see.

Every read goes through a :class:`Viewer`. Work rows carry ``visibility`` and
``organisation_id``; finding rows carry the strictest visibility of their works
and, in ``own_organisation_ids``, the organisations that keep one of those works
to themselves. A finding shows only to who may see all its works.

A partner also speaks for the organisations that it alone reports on (see
``app.organisations.partner``): what it says of them is its own.
"""

from __future__ import annotations

from dataclasses import dataclass
from hashlib import sha256
from typing import Any, Literal
from uuid import UUID

from sqlalchemy import ColumnElement, FromClause, any_, literal, or_, true
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.dialects.postgresql import UUID as PG_UUID


@dataclass(frozen=True, slots=True)
class Viewer:
    """Who reads: the public, an organisation (a partner), or the administrator."""

    role: Literal["public", "partner", "administrator"] = "public"
    organisation_id: UUID | None = None
    reports_for: tuple[UUID, ...] = ()

    @property
    def organisation_ids(self) -> tuple[UUID, ...]:
        """The organisation itself, then those it speaks for; empty for the public."""
        return () if self.organisation_id is None else (self.organisation_id, *self.reports_for)

    @property
    def cache_class(self) -> str:
        """Key under which answers for this viewer may be shared."""
        if self.organisation_id is None:
            return self.role
        if not self.reports_for:
            return str(self.organisation_id)
        reported = sha256(b"".join(sorted(i.bytes for i in self.reports_for))).hexdigest()[:16]
        return f"{self.organisation_id}+{reported}"

    def owns(self, organisation_id: UUID) -> bool:
        """Whether what is of this organisation is the viewer's to read in full and to change."""
        return self.role == "administrator" or organisation_id in self.organisation_ids

    def sees_rows_of(self, table: FromClause) -> ColumnElement[bool]:
        """Clause for a table with ``visibility`` and ``organisation_id``."""
        column = table.c
        if self.role == "administrator":
            return true()
        if self.role == "public":
            return column.visibility == "public"
        return or_(
            column.visibility != "own",
            column.organisation_id == any_(self._mine()),
        )

    def sees_findings(self, table: FromClause) -> ColumnElement[bool]:
        """Clause for the table of findings."""
        column = table.c
        if self.role == "administrator":
            return true()
        if self.role == "public":
            return column.visibility == "public"
        return or_(
            column.visibility != "own",
            column.own_organisation_ids.contained_by(self._mine()),
        )

    def _mine(self) -> ColumnElement[Any]:
        """One array, however many organisations: the plan stays that of a single value."""
        return literal(list(self.organisation_ids), ARRAY(PG_UUID))


PUBLIC = Viewer()
ADMINISTRATOR = Viewer(role="administrator")
