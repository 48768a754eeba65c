"""What the layers of findings have in common: properties, visibility, one maker.

The measures that every pair has (distances, areas, days) stand in columns of
their own. ``shift_days`` and ``saving_eur`` are 0 where a rule asks for no shift
or promises no saving, so that every column is a number in every feature: QGIS
before 3.44 guesses the type of a column from the first ten features.
"""

from __future__ import annotations

from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, and_, any_, cast, func, select
from sqlalchemy import Text as SqlText
from sqlalchemy.dialects.postgresql import ARRAY

from app.layer import Layer, Property, Text
from app.organisations.viewer import Viewer
from app.tables import findings, organisations
from app.work_layer import first_day, last_day
from spatial import vocabulary

SEPARATOR = ", "
NO_ID = UUID(int=0)


def sees(viewer: Viewer) -> ColumnElement[bool]:
    """Which findings a caller may see: those of which all works are visible."""
    return viewer.sees_findings(findings)


def _slugs(gathered: ColumnElement[Any]) -> ColumnElement[Any]:
    inner = select(gathered).where(organisations.c.id == any_(findings.c.organisation_ids))
    return inner.correlate(findings).scalar_subquery()


def _concerns(slug: str) -> ColumnElement[bool]:
    owner = select(organisations.c.id).where(organisations.c.slug == slug).scalar_subquery()
    return owner == any_(findings.c.organisation_ids)


def _is_about(text: str) -> ColumnElement[bool]:
    """Findings of one work; a text that is no id is about nothing."""
    try:
        work = UUID(text)
    except ValueError:
        work = NO_ID
    return findings.c.work_ids.contains([work])


def _works() -> ColumnElement[Any]:
    return func.array_to_string(findings.c.work_ids, SEPARATOR)


def _ids(name: str, nl: str, en: str) -> Property:
    ids = findings.c[name]
    flat = func.array_to_string(ids, SEPARATOR)
    return Property(name, flat, Text(nl, en), several=cast(ids, ARRAY(SqlText)))


def _measure(name: str, nl: str, en: str, unit: str) -> Property:
    return Property(name, findings.c[name], Text(nl, en), "number", unit=unit)


def _or_zero(name: str, nl: str, en: str, unit: str = "") -> Property:
    column = func.coalesce(findings.c[name], 0.0)
    return Property(name, column, Text(nl, en), "number", unit=unit)


PROPERTIES: tuple[Property, ...] = (
    Property("id", findings.c.id, Text("Id", "Id"), format="uuid"),
    Property(
        "rule",
        findings.c.rule,
        Text("Regel", "Rule"),
        description=Text("Code uit de regelcatalogus.", "Code in the rule catalogue."),
    ),
    Property(
        "kind",
        findings.c.kind,
        Text("Soort", "Kind"),
        words=vocabulary.FINDING_KIND.ids,
    ),
    Property("title", findings.c.title_nl, Text("Titel", "Title"), column_en=findings.c.title_en),
    Property(
        "explanation",
        findings.c.explanation_nl,
        Text("Uitleg", "Explanation"),
        column_en=findings.c.explanation_en,
        sorts=False,
    ),
    Property(
        "score",
        findings.c.score,
        Text("Score", "Score"),
        "number",
        description=Text("Van 0 tot 100.", "From 0 to 100."),
    ),
    Property(
        "state",
        findings.c.state,
        Text("Beoordeling", "State"),
        words=vocabulary.FINDING_STATE.ids,
    ),
    Property(
        "organisations",
        _slugs(func.string_agg(organisations.c.slug, SEPARATOR)),
        Text("Organisaties", "Organisations"),
        description=Text("Gescheiden door komma's.", "Separated by commas."),
        several=_slugs(func.array_agg(organisations.c.slug, type_=ARRAY(SqlText))),
    ),
    Property(
        "works",
        _works(),
        Text("Werken", "Works"),
        description=Text("Ids, gescheiden door komma's.", "Ids, separated by commas."),
        several=cast(findings.c.work_ids, ARRAY(SqlText)),
    ),
    Property("start", first_day(findings.c.period), Text("Eerste dag", "First day"), format="date"),
    Property("end", last_day(findings.c.period), Text("Laatste dag", "Last day"), format="date"),
    _measure("distance_m", "Afstand (m)", "Distance (m)", "m"),
    _measure("shared_area_m2", "Gedeelde oppervlakte (m²)", "Shared area (m²)", "m2"),
    _measure("shared_length_m", "Gedeelde lengte (m)", "Shared length (m)", "m"),
    _measure("shared_days", "Gedeelde dagen", "Shared days", "d"),
    _measure("gap_days", "Dagen ertussen", "Days between", "d"),
    _or_zero("shift_days", "Te schuiven dagen", "Days to shift", "d"),
    _or_zero("saving_eur", "Besparing (€)", "Saving (€)"),
    _ids("solves", "Lost op", "Solves"),
    _ids("solved_by", "Opgelost door", "Solved by"),
    Property(
        "measures",
        cast(findings.c.measures, SqlText),
        Text("Overige maten", "Other measures"),
        description=Text("JSON als tekst.", "JSON as text."),
        sorts=False,
    ),
)

QUESTIONS: tuple[Property, ...] = (
    Property(
        "organisation",
        findings.c.rule,
        Text("Betrokken organisatie", "Organisation concerned"),
        exact=_concerns,
    ),
    Property("work", findings.c.rule, Text("Betrokken werk", "Work concerned"), exact=_is_about),
)
"""Filters that are no property: one organisation or one work among several."""


def finding_layer(id_: str, kind: str, title: Text, description: Text) -> Layer:
    """The layer of all findings of one kind that still hold."""
    return Layer(
        id=id_,
        title=title,
        description=description,
        geometry_type="MultiPolygon",
        properties=PROPERTIES,
        questions=QUESTIONS,
        source=findings,
        table=findings,
        indexed=findings.c.geometry,
        geometry=findings.c.geometry,
        geometry_4326=findings.c.geometry_4326,
        condition=and_(findings.c.kind == kind, findings.c.state != "resolved"),
        sees=sees,
        period=findings.c.period,
    )
