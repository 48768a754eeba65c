"""From a question to ``WHERE``: visibility, place, time and simple filters.

The literal is transformed, never the column: a box becomes a box in the storage
CRS for the GiST index, and where the box was given in degrees the stored copy in
degrees is asked once more, so that the answer follows the box that was meant.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import ColumnElement, and_, func, literal, or_

from app.layer import Layer
from app.ogc.crs import CRS84, WEB_MERCATOR, ServedCrs
from app.ogc.question import Question
from app.ogc.shared_days import on_days
from app.organisations.viewer import Viewer
from spatial.crs import Bounds, transform_bounds


def clauses(question: Question, viewer: Viewer, storage: int) -> list[ColumnElement[bool]]:
    """Everything a feature must meet to be in the answer."""
    layer = question.layer
    found = [layer.condition, layer.sees(viewer)]
    if question.boxes and question.box_crs:
        found.append(_in_boxes(layer, question.boxes, question.box_crs, storage))
    if question.days and layer.period is not None:
        found.append(on_days(layer, question.days))
    found += [property_.equals(value, question.language) for property_, value in question.filters]
    if question.filter:
        found.append(question.filter.clause)
    return found


def _in_boxes(
    layer: Layer, boxes: tuple[Bounds, ...], crs: ServedCrs, storage: int
) -> ColumnElement[bool]:
    return or_(*(_in_box(layer, box, crs, storage) for box in boxes))


def _in_box(layer: Layer, box: Bounds, crs: ServedCrs, storage: int) -> ColumnElement[bool]:
    if crs.way == "storage":
        return and_(_meets(layer.indexed, box, storage), _meets(layer.geometry, box, storage))
    stored = transform_bounds(box, crs.uri, storage)
    near = _meets(layer.indexed, stored, storage)
    if crs.uri == WEB_MERCATOR:  # a box there is a box in degrees
        box = transform_bounds(box, crs.uri, CRS84)
    elif crs.way != "degrees":
        return and_(near, _meets(layer.geometry, stored, storage))
    return and_(near, _meets(layer.geometry_4326, box, 4326))


def _meets(geometry: ColumnElement[Any], box: Bounds, srid: int) -> ColumnElement[bool]:
    envelope = func.ST_MakeEnvelope(*(literal(float(side)) for side in box), literal(srid))
    return geometry.bool_op("&&")(envelope)
