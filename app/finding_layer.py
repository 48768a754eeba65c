"""What the layers of findings have in common: properties, visibility, one maker.

The measures that every pair has (distances, areas, days) stand in columns of
their own. ``shift_days`` and ``saving_eur`` are 0 where a rule asks for no shift
or promises no saving, so that every column is a number in every feature: QGIS
before 3.44 guesses the type of a column from the first ten features.
"""

from __future__ import annotations

from sqlalchemy import Text as SqlText
from sqlalchemy import and_, cast, func

from app.layer import Layer, Property, Text
from app.several_works import list_of_ids, parties_and_days, questions_about, seen_by
from app.tables import findings
from spatial import vocabulary


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
    *parties_and_days(findings),
    _measure("distance_m", "Afstand (m)", "Distance (m)", "m"),
    _measure("shared_area_m2", "Gedeelde oppervlakte (m²)", "Shared area (m²)", "m2"),
    _measure("shared_length_m", "Gedeelde lengte (m)", "Shared length (m)", "m"),
    _measure("shared_days", "Gedeelde dagen", "Shared days", "d"),
    _measure("gap_days", "Dagen ertussen", "Days between", "d"),
    _or_zero("shift_days", "Te schuiven dagen", "Days to shift", "d"),
    _or_zero("saving_eur", "Besparing (€)", "Saving (€)"),
    list_of_ids("solves", findings.c.solves, Text("Lost op", "Solves")),
    list_of_ids("solved_by", findings.c.solved_by, Text("Opgelost door", "Solved by")),
    Property(
        "measures",
        cast(findings.c.measures, SqlText),
        Text("Overige maten", "Other measures"),
        description=Text("JSON als tekst.", "JSON as text."),
        sorts=False,
    ),
)

QUESTIONS = questions_about(findings)
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
        sees=seen_by(findings),
        period=findings.c.period,
    )
