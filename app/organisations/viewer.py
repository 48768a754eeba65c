"""Who is reading, and what that caller may see.

Every read goes through a :class:`Viewer`. Work rows carry ``visibility`` and
``organisation_id``; finding rows carry the strictest visibility of their works
and, in ``own_organisation_ids``, the organisations that keep one of those works
to themselves. A finding shows only to who may see all its works.

A partner also speaks for the organisations that it alone reports on (see
``app.organisations.partner``): what it says of them is its own. Of an
organisation without a key on which several report, each sees as its own what
it delivered itself, and nothing of what the others keep to themselves.
"""

from __future__ import annotations

from dataclasses import dataclass
from hashlib import sha256
from typing import Any, Literal
from uuid import UUID

from sqlalchemy import (
    ColumnElement,
    FromClause,
    all_,
    and_,
    any_,
    exists,
    false,
    literal,
    or_,
    true,
)
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.dialects.postgresql import UUID as PG_UUID

from app.tables import datasets, projects, works


@dataclass(frozen=True, slots=True)
class Viewer:
    """Who reads: the public, an organisation (a partner), or the administrator.

    ``reports_for`` are the organisations it speaks for, ``shares`` those of
    which it delivered a part.
    """

    role: Literal["public", "partner", "administrator"] = "public"
    organisation_id: UUID | None = None
    reports_for: tuple[UUID, ...] = ()
    shares: tuple[UUID, ...] = ()

    @property
    def organisation_ids(self) -> tuple[UUID, ...]:
        """The organisation itself, then those it speaks for; empty for the public."""
        return () if self.organisation_id is None else (self.organisation_id, *self.reports_for)

    @property
    def cache_class(self) -> str:
        """Key under which answers for this viewer may be shared."""
        if self.organisation_id is None:
            return self.role
        if not (self.reports_for or self.shares):
            return str(self.organisation_id)
        both = (sorted(i.bytes for i in ids) for ids in (self.reports_for, self.shares))
        reported = sha256(b"/".join(b"".join(ids) for ids in both)).hexdigest()[:16]
        return f"{self.organisation_id}+{reported}"

    def owns(self, organisation_id: UUID, delivered_by: UUID) -> bool:
        """Whether what one organisation delivered of this one is the viewer's to read and change.

        Read in full, that is: with what is for the owner only.
        """
        shared = organisation_id in self.shares and delivered_by == self.organisation_id
        return self.role == "administrator" or shared or organisation_id in self.organisation_ids

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
            and_(column.organisation_id == any_(_ids(self.shares)), self.delivered(table))
            if self.shares
            else false(),
        )

    def delivered(self, table: FromClause) -> ColumnElement[bool]:
        """Clause for a row of works, or of a table with ``dataset_id``: the viewer delivered it."""
        # aliases, as the query around it may read these tables too
        of, project = datasets.alias(), projects.alias()
        mine = of.c.organisation_id == self.organisation_id
        if "dataset_id" in table.c:
            return exists().where(of.c.id == table.c.dataset_id, mine)
        of_project = and_(project.c.id == table.c.project_id, of.c.id == project.c.dataset_id)
        return exists().where(of_project, mine)

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
            self._sees_shared(table) if self.shares else false(),
        )

    def _sees_shared(self, table: FromClause) -> ColumnElement[bool]:
        """Each work of a finding that is kept private is the viewer's, or delivered by it."""
        kept = works.alias()
        hidden = exists().where(
            kept.c.id == any_(table.c.work_ids),
            kept.c.visibility == "own",
            kept.c.organisation_id != all_(self._mine()),
            ~self.delivered(kept),
        )
        concerned = _ids((*self.organisation_ids, *self.shares))
        return and_(table.c.own_organisation_ids.contained_by(concerned), ~hidden)

    def _mine(self) -> ColumnElement[Any]:
        """One array, however many organisations: the plan stays that of a single value."""
        return _ids(self.organisation_ids)


def _ids(ids: tuple[UUID, ...]) -> ColumnElement[Any]:
    return literal(list(ids), ARRAY(PG_UUID))


PUBLIC = Viewer()
ADMINISTRATOR = Viewer(role="administrator")
