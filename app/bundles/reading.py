"""Bundles as a question over one layer."""

from __future__ import annotations

from dataclasses import replace
from math import isfinite
from typing import Any
from uuid import UUID

from fastapi import Request
from sqlalchemy import Column, ColumnElement, cast, func, or_, select, true
from sqlalchemy import Text as SqlText

from app.kit.paging import Cursor
from app.kit.problems import BadRequest
from app.layer import Layer, Property, Text
from app.layers.bundles import LAYER
from app.ogc.question import QUERY, Question, read_question
from app.settings import Settings
from app.several_works import SEPARATOR
from app.tables import areas, bundles

PAGED = QUERY | {"limit", "cursor", "sortby"}


def least_score(text: str) -> ColumnElement[bool]:
    """Bundles of at least this score; BadRequest for what is no number."""
    try:
        least = float(text)
    except ValueError:
        least = float("nan")
    if not isfinite(least):
        msg = f"min_score must be a number from 0 to 100, not {text!r}."
        raise BadRequest(msg)
    score: Column[Any] = bundles.c.score
    return score >= least


def in_area(text: str) -> ColumnElement[bool]:
    """Bundles that touch the area with this code or id."""
    c = areas.c
    named = or_(c.code == text, cast(c.id, SqlText) == text)
    shape = select(func.ST_Union(c.geometry)).where(named).scalar_subquery()
    return func.ST_Intersects(bundles.c.geometry, shape)


LISTED = replace(
    LAYER,
    questions=(
        *LAYER.questions,
        Property(
            "min_score", bundles.c.score, Text("Laagste score", "Least score"), exact=least_score
        ),
        Property("area", bundles.c.state, Text("Gebied", "Area"), exact=in_area),
    ),
)
"""Bundles that are proposed or accepted."""
EVERY = replace(LISTED, condition=true())
"""Also those that were rejected or are no more."""


def read_bundle_question(request: Request, settings: Settings) -> Question:
    """The filters of a request; rejected and dissolved bundles only where ``state`` asks."""
    asked: Layer = EVERY if "state" in request.query_params else LISTED
    question = read_question(request, asked, settings, PAGED)
    for property_, value in question.filters:
        if property_.name == "work":
            _check_id(str(value))
    return replace(question, cursor=question.cursor or Cursor())


def _check_id(text: str) -> None:
    try:
        UUID(text)
    except ValueError:
        msg = f"work must be an id (UUID), not {text[:80]!r}."
        raise BadRequest(msg) from None


def as_object(properties: dict[str, Any]) -> dict[str, Any]:
    """The properties of a feature as a JSON object: lists and truths as such.

    >>> as_object({"organisations": "a, b", "works": "c", "feasible": "yes", "misfit": "no"})
    {'organisations': ['a', 'b'], 'works': ['c'], 'feasible': True, 'misfit': False}
    """
    lists = {name: properties[name].split(SEPARATOR) for name in ("organisations", "works")}
    truths = {name: properties[name] == "yes" for name in ("feasible", "misfit")}
    return {**properties, **lists, **truths}
