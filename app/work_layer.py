"""What the four layers of works have in common: properties, joins, visibility."""

from __future__ import annotations

from typing import Any

from sqlalchemy import ColumnElement, Double, FromClause, and_, case, cast, false, func, true

from app.layer import Property, Text
from app.organisations.viewer import Viewer
from app.tables import departments, organisations, projects, works
from spatial import vocabulary

SOURCE: FromClause = (
    works.join(projects, works.c.project_id == projects.c.id)
    .join(organisations, works.c.organisation_id == organisations.c.id)
    .outerjoin(departments, projects.c.department_id == departments.c.id)
)

STANDING: ColumnElement[bool] = ~works.c.withdrawn


def sees(viewer: Viewer) -> ColumnElement[bool]:
    """Which works a caller may see."""
    return viewer.sees_rows_of(works)


def of_dimension(dimension: int) -> ColumnElement[bool]:
    """Works as uploaded with points (0), lines (1) or polygons (2) as their highest part.

    As a CASE, because PostgreSQL takes one in 200 rows to fulfil an equality on
    a function and then sorts the whole table rather than follow the keys: 540
    ms a page of 300,000 works. Of a CASE it expects half the rows.
    """
    is_one = func.ST_Dimension(works.c.geometry) == dimension
    return and_(STANDING, case((is_one, true()), else_=false()))


def multi(geometry: ColumnElement[Any], dimension: int) -> ColumnElement[Any]:
    """The parts of one dimension as a multi-geometry, so that a layer has one type."""
    return func.ST_Multi(func.ST_CollectionExtract(geometry, dimension + 1))


def first_day(period: ColumnElement[Any]) -> ColumnElement[Any]:
    """The first day of a half-open period."""
    return func.lower(period)


def last_day(period: ColumnElement[Any]) -> ColumnElement[Any]:
    """The last day of a half-open period, inclusive as people read it."""
    return func.upper(period) - 1


def _word(name: str, nl: str, en: str, words: vocabulary.Vocabulary) -> Property:
    return Property(name, works.c[name], Text(nl, en), words=words.ids, editable=True)


VERSIONS: tuple[ColumnElement[int], ...] = (works.c.version, projects.c.version)

PROPERTIES: tuple[Property, ...] = (
    Property("id", works.c.id, Text("Id", "Id"), format="uuid"),
    Property(
        "project",
        projects.c.id,
        Text("Project", "Project"),
        format="uuid",
        description=Text(
            "Werken van één project delen dit id.", "Works of one project share this id."
        ),
    ),
    Property(
        "reference",
        projects.c.reference,
        Text("Kenmerk", "Reference"),
        description=Text(
            "Projectkenmerk van de aanleverende organisatie.",
            "Project reference of the organisation that delivers it.",
        ),
        editable=True,
    ),
    Property("title", works.c.title, Text("Titel", "Title"), editable=True),
    Property(
        "organisation",
        organisations.c.slug,
        Text("Organisatie", "Organisation"),
        editable=True,
    ),
    Property("department", departments.c.name, Text("Afdeling", "Department"), editable=True),
    _word("facility", "Voorziening", "Facility", vocabulary.FACILITY),
    _word("activity", "Activiteit", "Activity", vocabulary.ACTIVITY),
    _word("excavation", "Ontgraving", "Excavation", vocabulary.EXCAVATION),
    _word("planning_status", "Planstatus", "Planning status", vocabulary.PLANNING_STATUS),
    _word("commitment", "Hardheid van de afspraak", "Commitment", vocabulary.COMMITMENT),
    Property(
        "start",
        first_day(works.c.period),
        Text("Eerste dag", "First day"),
        format="date",
        description=Text("Leeg waar de bron geen datum geeft.", "Empty where none is given."),
        editable=True,
    ),
    Property(
        "end",
        last_day(works.c.period),
        Text("Laatste dag", "Last day"),
        format="date",
        description=Text("De laatste dag doet mee.", "The last day is included."),
        editable=True,
    ),
    _word("precision", "Nauwkeurigheid van de periode", "Precision", vocabulary.PRECISION),
    Property(
        "earliest",
        first_day(works.c.flexibility_window),
        Text("Vroegste begin", "Earliest start"),
        format="date",
        description=Text(
            "Eerste dag van de opgegeven speelruimte; leeg waar geen speelruimte is opgegeven.",
            "First day of the flexibility window; empty where none was given.",
        ),
        editable=True,
    ),
    Property(
        "latest",
        last_day(works.c.flexibility_window),
        Text("Uiterste einde", "Latest end"),
        format="date",
        description=Text(
            "Laatste dag van de opgegeven speelruimte.", "Last day of the flexibility window."
        ),
        editable=True,
    ),
    _word("road_impact", "Gevolg voor het verkeer", "Road impact", vocabulary.ROAD_IMPACT),
    Property(
        "project_cost_eur",
        cast(projects.c.cost_eur, Double),
        Text("Projectkosten (€)", "Project cost (€)"),
        "number",
        description=Text(
            "Van het hele project: niet optellen over werken.",
            "Of the whole project: do not add up over works.",
        ),
        editable=True,
    ),
    _word("visibility", "Zichtbaarheid", "Visibility", vocabulary.VISIBILITY),
    Property(
        "updated", works.c.updated_at, Text("Laatst gewijzigd", "Last changed"), format="date-time"
    ),
)
