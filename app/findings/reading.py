"""Findings as a question over one layer: the properties of the map layers, of both kinds."""

from __future__ import annotations

from dataclasses import replace
from math import isfinite
from typing import Any
from uuid import UUID

import orjson
from fastapi import Request
from sqlalchemy import Column, ColumnElement, true

from app.finding_layer import QUESTIONS, SEPARATOR, finding_layer
from app.kit.paging import Cursor
from app.kit.problems import BadRequest
from app.layer import Layer, Property, Text
from app.ogc.question import QUERY, Question, read_question
from app.settings import Settings
from app.tables import findings
from spatial.rule import rules

RESOLVED_ON_REQUEST = QUERY | {"limit", "cursor", "sortby"}


def _scores(text: str) -> ColumnElement[bool]:
    try:
        least = float(text)
    except ValueError:
        least = float("nan")
    if not isfinite(least):
        msg = f"min_score must be a number from 0 to 100, not {text!r}."
        raise BadRequest(msg)
    score: Column[Any] = findings.c.score
    return score >= least


def _codes() -> tuple[str, ...]:
    return tuple(rule.code for rule in rules())


MIN_SCORE = Property(
    "min_score", findings.c.score, Text("Laagste score", "Least score"), exact=_scores
)
LAYER = replace(
    finding_layer(
        "findings",
        "opportunity",
        Text("Kansen en knelpunten", "Opportunities and bottlenecks"),
        Text("Alle bevindingen.", "All findings."),
    ),
    condition=findings.c.state != "resolved",
    questions=(*QUESTIONS, MIN_SCORE),
)
"""Findings that still hold."""
EVERY = replace(LAYER, condition=true())
"""Findings that hold or once did."""


def read_finding_question(request: Request, settings: Settings) -> Question:
    """The filters of a request; resolved findings only where ``state`` asks for them.

    BadRequest for an unknown parameter, or a value that no finding can have.
    """
    asked: Layer = EVERY if "state" in request.query_params else LAYER
    question = read_question(request, asked, settings, RESOLVED_ON_REQUEST)
    for property_, value in question.filters:
        _check(property_.name, str(value))
    return replace(question, cursor=question.cursor or Cursor())


def _check(name: str, value: str) -> None:
    """Refuse a rule or work that cannot be.

    An organisation that is not known gets the empty list that one without
    findings gets, so that nobody can try out who takes part.
    """
    if name == "rule" and value not in _codes():
        msg = f"rule must be one of {', '.join(_codes())}, not {value[:80]!r}."
        raise BadRequest(msg)
    if name == "work":
        try:
            UUID(value)
        except ValueError:
            msg = f"work must be an id (UUID), not {value[:80]!r}."
            raise BadRequest(msg) from None


def as_object(properties: dict[str, Any]) -> dict[str, Any]:
    """The properties of a feature as a JSON object: lists and measures as such.

    >>> as_object({"id": "a", "works": "b, c", "organisations": "d", "solves": "",
    ...            "solved_by": "", "measures": '{"x_m": 1.0}'})["works"]
    ['b', 'c']
    """
    lists = {
        name: properties[name].split(SEPARATOR) if properties[name] else []
        for name in ("organisations", "works", "solves", "solved_by")
    }
    return {**properties, **lists, "measures": orjson.loads(properties["measures"])}
