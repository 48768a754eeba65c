"""What stands on either side of an operator: a kind, and SQL with bound values."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Literal
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, Date, DateTime, Double, Text, cast, func, literal

from app.layer import Layer, Property
from app.ogc.crs import ServedCrs
from app.ogc.filtering.nodes import Instant, Name, Node, Value
from app.ogc.filtering.refusal import FilterRefused, Place
from spatial.vocabulary import Language

Kind = Literal["text", "uuid", "number", "boolean", "day", "moment", "list", "geometry", "interval"]
GEOMETRY = "geometry"
PERIOD = "datetime"
KIND_NAMES: dict[Kind, tuple[str, str]] = {
    "text": ("een tekst", "a text"),
    "uuid": ("een id", "an id"),
    "number": ("een getal", "a number"),
    "boolean": ("waar of onwaar", "true or false"),
    "day": ("een dag", "a day"),
    "moment": ("een tijdstip", "a time"),
    "list": ("een lijst", "a list"),
    "geometry": ("een geometrie", "a geometry"),
    "interval": ("een interval", "an interval"),
}


@dataclass(frozen=True, slots=True)
class Terms:
    """What a filter is about: a layer, in a language, a CRS and a time zone.

    ``storage`` is the code of the CRS that geometry is stored in.
    """

    layer: Layer
    language: Language
    crs: ServedCrs
    storage: int
    zone: ZoneInfo


@dataclass(frozen=True, slots=True)
class Operand:
    """One side. ``value`` is that of a literal; None for a property."""

    kind: Kind
    sql: ColumnElement[Any]
    at: Place
    value: str | float | bool | date | datetime | None = None

    @property
    def text(self) -> ColumnElement[Any]:
        """As text: ids in lower case with dashes."""
        return cast(self.sql, Text) if self.kind == "uuid" else self.sql


def queryables(layer: Layer) -> list[str]:
    """The names that a filter may use."""
    period = [PERIOD] if layer.period is not None else []
    return [*(p.name for p in layer.properties), GEOMETRY, *period]


def find_property(terms: Terms, name: Name) -> Property:
    """The property of that name; FilterRefused tells which there are."""
    for property_ in terms.layer.properties:
        if property_.name == name.name:
            return property_
    said, known = repr(name.name[:40]), ", ".join(queryables(terms.layer))
    if name.name in {GEOMETRY, PERIOD} and name.name in known:
        nl = f"{said} kan alleen in ruimtelijke (S_) of tijdfuncties (T_) en met IS NULL."
        en = f"{said} can only stand in spatial (S_) or temporal functions (T_) and with IS NULL."
        raise FilterRefused(nl, en, name.at)
    nl = f"er is geen eigenschap {said}. Te vragen zijn: {known}."
    en = f"there is no property {said}. You can ask: {known}."
    raise FilterRefused(nl, en, name.at)


def kind_of(property_: Property) -> Kind:
    """How a property compares."""
    by_format: dict[str, Kind] = {"date": "day", "date-time": "moment", "uuid": "uuid"}
    if property_.format:
        return by_format[property_.format]
    return "number" if property_.type in {"number", "integer"} else "text"


def operand(node: Node, terms: Terms) -> Operand:
    """A property or a literal as one side of a comparison."""
    if isinstance(node, Name):
        found = find_property(terms, node)
        return Operand(kind_of(found), found.compared(terms.language), node.at)
    if isinstance(node, Value | Instant):
        return _literal(node)
    nl = "hier wordt een waarde of eigenschap verwacht."
    raise FilterRefused(nl, "a value or property is expected here.", node.at)


def _literal(node: Value | Instant) -> Operand:
    value = node.value
    if isinstance(value, bool):
        return Operand("boolean", literal(value), node.at, value)
    if isinstance(value, datetime):
        return Operand("moment", literal(value, DateTime(timezone=True)), node.at, value)
    if isinstance(value, date):
        return Operand("day", literal(value, Date), node.at, value)
    if isinstance(value, str):
        return text_operand(value, node.at)
    return Operand("number", literal(float(value), Double), node.at, float(value))


def text_operand(value: str, at: Place) -> Operand:
    """A text as a literal, if PostgreSQL can keep it."""
    if "\0" in value or any("\ud800" <= letter <= "\udfff" for letter in value):
        nl, en = (
            "deze tekst heeft een NUL of een half teken.",
            "this text has a NUL or half letter.",
        )
        raise FilterRefused(nl, en, at)
    return Operand("text", literal(value, Text), at, value)


def id_of(given: Operand) -> UUID | None:
    """A text as an id; None where it is none."""
    try:
        return UUID(str(given.value))
    except ValueError:
        return None


def as_day(given: Operand, zone: ZoneInfo) -> Operand:
    """A moment as the day it falls on in the time zone of the deployment."""
    if given.kind != "moment":
        return given
    if isinstance(given.value, datetime):
        try:
            day = given.value.astimezone(zone).date()
        except OverflowError as error:
            nl, en = "dit tijdstip valt buiten de kalender.", "this time is outside the calendar."
            raise FilterRefused(nl, en, given.at) from error
        return Operand("day", literal(day, Date), given.at, day)
    local = func.timezone(literal(zone.key, Text), given.sql)
    return Operand("day", cast(local, Date), given.at)


def different(left: Operand, right: Operand) -> FilterRefused:
    """The refusal of two sides of different kinds."""
    (a_nl, a_en), (b_nl, b_en) = KIND_NAMES[left.kind], KIND_NAMES[right.kind]
    nl = f"{a_nl} kan niet met {b_nl} worden vergeleken."
    return FilterRefused(nl, f"{a_en} cannot be compared with {b_en}.", right.at)
