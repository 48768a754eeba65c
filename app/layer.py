"""What an output layer is, and how one is found.

A layer is one file in ``app/layers`` with an instance ``LAYER``: what it is
called, the typed properties it promises, and the flat select behind it. Every
way out of the service (collections, items, queryables, the OpenAPI document,
whole-layer GeoJSON, file exports) is made from that one definition.

Layers never import one another. Filters, paging and visibility are clauses
that the caller adds; a layer says only which column each of them is about.
"""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from functools import cache
from typing import Any, Literal

from sqlalchemy import ColumnElement, FromClause, Table, func

from app.kit.problems import NotFound
from app.organisations.viewer import Viewer
from spatial.vocabulary import Language

Type = Literal["string", "number", "integer"]
Format = Literal["", "date", "date-time", "uuid"]
GeometryType = Literal["MultiPoint", "MultiLineString", "MultiPolygon"]


@dataclass(frozen=True, slots=True, eq=False)
class Text:
    """A text in Dutch and English.

    >>> Text("werken", "works").in_("en")
    'works'
    """

    nl: str
    en: str

    def in_(self, language: Language) -> str:
        """The text in one language."""
        return self.nl if language == "nl" else self.en


@dataclass(frozen=True, slots=True, eq=False)
class Property:
    """One property of every feature of a layer: always there, always of one type.

    ``column`` gives a double for "number", text for a string without format,
    and a date, timestamp or uuid where ``format`` says so. ``column_en`` stands
    in its place where English is asked. ``words`` lists the values a property
    from a vocabulary can have. ``several`` is the same as an array of texts,
    where the column is a list flattened to text; ``unit`` that of a number, in
    UCUM. ``sorts`` is False where an order says nothing to anyone. ``exact`` is
    the clause of a question that is no property of its own. ``editable`` where
    an editor may give it a value, in a layer that is editable itself.
    """

    name: str
    column: ColumnElement[Any]
    title: Text
    type: Type = "string"
    format: Format = ""
    description: Text | None = None
    words: tuple[str, ...] = ()
    column_en: ColumnElement[Any] | None = None
    several: ColumnElement[Any] | None = None
    unit: str = ""
    sorts: bool = True
    editable: bool = False
    exact: Callable[[str], ColumnElement[bool]] | None = None

    def expression(self, language: Language) -> ColumnElement[Any]:
        """The column in the language asked for."""
        return self.column_en if language == "en" and self.column_en is not None else self.column

    def equals(self, value: str | float | date, language: Language) -> ColumnElement[bool]:
        """Clause of the simple filter ``name=value``."""
        if self.exact:
            return self.exact(str(value))
        return self.compared(language) == value

    def compared(self, language: Language) -> ColumnElement[Any]:
        """What a filter compares with: the value as it is served, times to the second."""
        column = self.expression(language)
        return func.date_trunc("second", column) if self.format == "date-time" else column


@dataclass(frozen=True, slots=True, eq=False)
class Layer:
    """One output layer.

    ``source`` is what the columns come from. ``indexed`` is the column with the
    GiST index, in the storage CRS, whose box holds that of ``geometry``;
    ``geometry`` (storage CRS, metres) and ``geometry_4326`` (longitude,
    latitude) are what is served, always of ``geometry_type``. ``period`` is the
    half-open hull of a feature's days and ``valid_periods`` the set of them
    where it is more than the hull; both None for a layer without time.
    ``questions`` are filters that are no property of their own. Features of an
    ``editable`` layer may be made and changed; ``versions`` are whole numbers
    that together name the state of one of them.
    """

    id: str
    title: Text
    description: Text
    geometry_type: GeometryType
    properties: tuple[Property, ...]
    source: FromClause
    table: Table
    indexed: ColumnElement[Any]
    geometry: ColumnElement[Any]
    geometry_4326: ColumnElement[Any]
    condition: ColumnElement[bool]
    sees: Callable[[Viewer], ColumnElement[bool]]
    questions: tuple[Property, ...] = ()
    period: ColumnElement[Any] | None = None
    valid_periods: ColumnElement[Any] | None = None
    editable: bool = False
    versions: tuple[ColumnElement[int], ...] = ()

    def takes(self, property_: Property) -> bool:
        """Whether an editor may give a property of this layer a value."""
        return self.editable and property_.editable

    @property
    def key(self) -> ColumnElement[int]:
        """The order of paging."""
        return self.table.c.key

    @property
    def feature_id(self) -> ColumnElement[Any]:
        """The id of a feature: a uuid."""
        return self.table.c.id

    @property
    def filters(self) -> dict[str, Property]:
        """What can be asked as ``name=value``: every property that is one value, and questions."""
        single = (p for p in self.properties if p.several is None)
        return {p.name: p for p in (*single, *self.questions)}

    @property
    def dimension(self) -> int:
        """Dimension of the geometry: 0, 1 or 2.

        >>> layer("works").dimension
        2
        """
        return ("MultiPoint", "MultiLineString", "MultiPolygon").index(self.geometry_type)


ORDER = (
    "works",
    "works-points",
    "works-lines",
    "works-polygons",
    "opportunities",
    "bottlenecks",
    "bundles",
    "areas",
    "constraints",
)
"""The order in which people read them; layers not named here come after, by id."""


@cache
def layers() -> dict[str, Layer]:
    """All layers by id, in the order in which they are shown."""
    import app.layers as package

    modules = [
        importlib.import_module(f"{package.__name__}.{m.name}")
        for m in pkgutil.iter_modules(package.__path__)
        if m.name != "endpoints"
    ]
    found = {m.LAYER.id: m.LAYER for m in modules}
    named = {id_: found.pop(id_) for id_ in ORDER if id_ in found}
    return {**named, **dict(sorted(found.items()))}


def layer(id_: str) -> Layer:
    """The layer with this id; ``NotFound`` where there is none."""
    found = layers().get(id_)
    if found is None:
        msg = f"There is no layer {id_!r}. The layers are: {', '.join(layers())}."
        raise NotFound(msg)
    return found
