"""What rows about several works have in common as features: owners, works, days, two filters.

Findings and bundles both carry ``work_ids``, ``organisation_ids`` and a period,
and show only to who may see all their works.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Table, any_, cast, func, select
from sqlalchemy import Text as SqlText
from sqlalchemy.dialects.postgresql import ARRAY

from app.layer import Property, Text
from app.organisations.viewer import Viewer
from app.tables import organisations
from app.work_layer import first_day, last_day

SEPARATOR = ", "
NO_ID = UUID(int=0)


def seen_by(table: Table) -> Callable[[Viewer], ColumnElement[bool]]:
    """Which rows a caller may see: those of which all works are visible."""
    return lambda viewer: viewer.sees_findings(table)


def list_of_ids(
    name: str, ids: ColumnElement[Any], title: Text, description: Text | None = None
) -> Property:
    """A column of ids: one text in a feature, an array in a filter."""
    flat = func.array_to_string(ids, SEPARATOR)
    several = cast(ids, ARRAY(SqlText))
    return Property(name, flat, title, description=description, several=several)


def parties_and_days(table: Table) -> tuple[Property, ...]:
    """Owners, works, first and last day."""

    def slugs(gathered: ColumnElement[Any]) -> ColumnElement[Any]:
        inner = select(gathered).where(organisations.c.id == any_(table.c.organisation_ids))
        return inner.correlate(table).scalar_subquery()

    start, end = first_day(table.c.period), last_day(table.c.period)
    return (
        Property(
            "organisations",
            slugs(func.string_agg(organisations.c.slug, SEPARATOR)),
            Text("Organisaties", "Organisations"),
            description=Text("Gescheiden door komma's.", "Separated by commas."),
            several=slugs(func.array_agg(organisations.c.slug, type_=ARRAY(SqlText))),
        ),
        list_of_ids(
            "works",
            table.c.work_ids,
            Text("Werken", "Works"),
            Text("Ids, gescheiden door komma's.", "Ids, separated by commas."),
        ),
        Property("start", start, Text("Eerste dag", "First day"), format="date"),
        Property("end", end, Text("Laatste dag", "Last day"), format="date"),
    )


def questions_about(table: Table) -> tuple[Property, ...]:
    """Filters that are no property: one organisation or one work among several."""

    def concerns(slug: str) -> ColumnElement[bool]:
        owner = select(organisations.c.id).where(organisations.c.slug == slug).scalar_subquery()
        return owner == any_(table.c.organisation_ids)

    def has(text: str) -> ColumnElement[bool]:
        """Rows with a work; a text that is no id is in none."""
        try:
            work = UUID(text)
        except ValueError:
            work = NO_ID
        return table.c.work_ids.contains([work])

    organisation = Text("Betrokken organisatie", "Organisation concerned")
    return (
        Property("organisation", table.c.state, organisation, exact=concerns),
        Property("work", table.c.state, Text("Betrokken werk", "Work concerned"), exact=has),
    )
