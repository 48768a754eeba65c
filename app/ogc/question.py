"""What a request asks of a layer: one value, read and checked in one place."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date

from fastapi import Request

from app.kit.media import Language, language, told
from app.kit.paging import LIMIT_DEFAULT, Cursor, read_limit
from app.kit.problems import BadRequest
from app.layer import Layer, Property
from app.ogc.boxes import read_boxes
from app.ogc.crs import ServedCrs, read_crs
from app.ogc.days import Days, read_days
from app.ogc.filtering.read import PARAMETERS, Filter, read_filter
from app.ogc.selection import read_selection
from app.ogc.simple_filters import read_value
from app.ogc.sorting import Order, SortCursor, read_order
from app.settings import Settings
from spatial.crs import Bounds

ALWAYS = frozenset({"f", "lang", "apikey", "profile"})
"""QGIS repeats on every request what stood in the address of a connection."""
QUERY = frozenset({"bbox", "bbox-crs", "datetime"}) | PARAMETERS
ITEM = frozenset({"crs", "properties", "skipGeometry"})
ITEMS = frozenset({"limit", "cursor", "sortby"}) | ITEM | QUERY

Filters = tuple[tuple[Property, str | float | date], ...]


@dataclass(frozen=True, slots=True)
class Question:
    """What is asked of a layer.

    ``boxes`` are in ``box_crs`` with x first; a box across the antimeridian is
    two of them. ``filters`` are of the form ``name=value``, ``filter`` is in
    CQL2. ``order`` is empty for the order of keys; the cursor is of its kind.
    ``selected`` are the properties to serve, None for all.
    """

    layer: Layer
    language: Language
    crs: ServedCrs
    boxes: tuple[Bounds, ...] = ()
    box_crs: ServedCrs | None = None
    days: Days | None = None
    filters: Filters = ()
    limit: int = LIMIT_DEFAULT
    cursor: Cursor | None = None
    skip_geometry: bool = False
    filter: Filter | None = None
    order: Order = ()
    after: SortCursor | None = None
    selected: tuple[Property, ...] | None = None

    @property
    def properties(self) -> tuple[Property, ...]:
        """The properties that the answer carries."""
        return self.layer.properties if self.selected is None else self.selected

    @property
    def asks_properties(self) -> bool:
        """Whether it matters which properties a feature has, so that counting needs them."""
        return bool(self.filters) or self.filter is not None

    @property
    def subject(self) -> tuple[object, ...]:
        """What decides which features match, whatever the page and the form."""
        box_crs = self.box_crs.uri if self.box_crs else ""
        named = tuple((p.name, value) for p, value in self.filters)
        filter_ = self.filter.subject if self.filter else ()
        language = self.language if named else ""
        return (self.layer.id, self.boxes, box_crs, self.days, named, language, filter_)


def check_parameters(request: Request, known: frozenset[str]) -> None:
    """``BadRequest`` for a parameter that is unknown or given twice (Part 1, section 7.8)."""
    counts = Counter(name for name, _ in request.query_params.multi_items())
    unknown = sorted(set(counts) - known - ALWAYS)
    if unknown:
        choices = ", ".join(sorted(known | ALWAYS))
        said = ", ".join(unknown)
        msg = f"Unknown parameter: {said}. Known here: {choices}."
        raise BadRequest(msg, f"Onbekende parameter: {said}. Hier bekend: {choices}.")
    repeated = sorted(name for name, count in counts.items() if count > 1)
    if repeated:
        said = ", ".join(repeated)
        msg = f"Given more than once: {said}."
        raise BadRequest(msg, f"Meer dan één keer gegeven: {said}.")


def read_question(
    request: Request, layer: Layer, settings: Settings, known: frozenset[str] = ITEMS
) -> Question:
    """The question in the query string of a request; ``known`` lists what the path takes.

    BadRequest, in the language of the request, for what is unknown or cannot be.
    """
    with told(request):
        check_parameters(request, known | layer.filters.keys())
        return question_of(request.query_params, layer, settings, language(request))


def question_of(
    given: Mapping[str, str], layer: Layer, settings: Settings, in_: Language
) -> Question:
    """The question that parameters ask, wherever they came from."""
    box_crs = read_crs(given.get("bbox-crs"), "bbox-crs", settings.storage_crs)
    boxes = read_boxes(given["bbox"], box_crs) if "bbox" in given else ()
    question = Question(
        layer=layer,
        language=in_,
        crs=read_crs(given.get("crs"), "crs", settings.storage_crs),
        boxes=boxes,
        box_crs=box_crs if boxes else None,
        days=read_days(given["datetime"], settings.zone) if "datetime" in given else None,
        filters=tuple((p, read_value(p, given[n])) for n, p in layer.filters.items() if n in given),
        limit=read_limit(given.get("limit")),
        skip_geometry=_flag(given.get("skipGeometry"), "skipGeometry"),
        filter=read_filter(given, layer, in_, settings),
        order=read_order(given["sortby"], layer) if "sortby" in given else (),
        selected=read_selection(given["properties"], layer) if "properties" in given else None,
    )
    return _with_cursor(question, given) if "cursor" in given else question


def _with_cursor(question: Question, given: Mapping[str, str]) -> Question:
    if question.order:
        return replace(question, after=SortCursor.decode(given["cursor"], question.order))
    return replace(question, cursor=Cursor.decode(given["cursor"]))


def _flag(text: str | None, name: str) -> bool:
    if text not in {None, "true", "false"}:
        msg = f"{name} must be true or false, not {text!r}."
        raise BadRequest(msg, f"{name} is true of false, niet {text!r}.")
    return text == "true"
