"""Findings as a question over one layer: the properties of the map layers, of both kinds."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime
from math import isfinite
from typing import Any
from uuid import UUID

import orjson
from fastapi import Request
from sqlalchemy import Column, ColumnElement, Connection, and_, case, or_, select, true

from app.finding_layer import QUESTIONS, finding_layer
from app.findings.review import concerns, snoozed, tag_of
from app.kit.paging import Cursor
from app.kit.problems import BadRequest
from app.layer import Layer, Property, Text
from app.ogc.question import QUERY, Question, read_question
from app.organisations.viewer import Viewer
from app.settings import Settings
from app.several_works import SEPARATOR
from app.tables import finding_snoozes, findings
from spatial.rule import rules
from spatial.vocabulary import FINDING_KIND, FINDING_STATE

TO_REVIEW = ("new", "to_assess")
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


def today(settings: Settings) -> date:
    """The day it is where the deployment is; only lists and reviews look at the clock."""
    return datetime.now(settings.zone).date()


def _one_of(name: str, text: str, clauses: dict[str, ColumnElement[bool]]) -> ColumnElement[bool]:
    if text not in clauses:
        msg = f"{name} must be {' or '.join(clauses)}, not {text[:80]!r}."
        raise BadRequest(msg)
    return clauses[text]


def _review_questions(viewer: Viewer, day: date) -> tuple[Property, ...]:
    """Filters for who reviews: they match only what the caller's organisation is concerned in."""
    asleep = snoozed(viewer, day)
    open_ = and_(findings.c.state.in_(TO_REVIEW), concerns(viewer), ~asleep)

    def assigned(text: str) -> ColumnElement[bool]:
        return and_(findings.c.assigned_to == text, concerns(viewer))

    def is_snoozed(text: str) -> ColumnElement[bool]:
        return _one_of("snoozed", text, {"true": asleep, "false": ~asleep, "any": true()})

    def to_review(text: str) -> ColumnElement[bool]:
        return _one_of("to_review", text, {"true": open_, "false": ~open_})

    return (
        Property(
            "assigned_to",
            findings.c.assigned_to,
            Text("Toegewezen aan", "Assigned to"),
            exact=assigned,
        ),
        Property("snoozed", findings.c.rule, Text("Uit beeld", "Snoozed"), exact=is_snoozed),
        Property("to_review", findings.c.rule, Text("Te beoordelen", "To review"), exact=to_review),
    )


def _asked(request: Request, viewer: Viewer, day: date) -> Layer:
    """Every finding where ``state`` is asked, else those that hold; none that the caller snoozed.

    ``snoozed`` asks for these too, and a resolved one is nobody's to postpone.
    """
    base = EVERY if "state" in request.query_params else LAYER
    questions = (*base.questions, *_review_questions(viewer, day))
    if viewer.organisation_id is None or "snoozed" in request.query_params:
        return replace(base, questions=questions)
    awake = or_(findings.c.state == "resolved", ~snoozed(viewer, day))
    return replace(base, questions=questions, condition=and_(base.condition, awake))


def _most_pressing_first(request: Request) -> Request:
    """What is to be reviewed comes by score, unless another order is asked."""
    given = request.query_params
    if given.get("to_review") != "true" or "sortby" in given:
        return request
    query = str(request.url.query).encode() + b"&sortby=-score"
    return Request({**request.scope, "query_string": query})


def read_finding_question(request: Request, settings: Settings, viewer: Viewer) -> Question:
    """The filters of a request; resolved findings only where ``state`` asks for them.

    BadRequest for an unknown parameter, or a value that no finding can have.
    """
    asked = _asked(request, viewer, today(settings))
    request = _most_pressing_first(request)
    question = read_question(request, asked, settings, RESOLVED_ON_REQUEST)
    for property_, value in question.filters:
        _check(property_.name, str(value))
    return replace(question, cursor=question.cursor or Cursor())


def review_facts(
    connection: Connection, viewer: Viewer, ids: Sequence[str]
) -> dict[str, dict[str, Any]]:
    """What a reviewer needs of these findings beside their properties, by id.

    The entity tag to answer with, who looks into it (told to the organisations
    concerned), and until when the caller's organisation put it off.
    """
    c, until = findings.c, finding_snoozes.c
    mine = select(until.until).where(
        until.finding_id == c.id, until.organisation_id == viewer.organisation_id
    )
    query = select(
        c.id,
        c.key,
        c.updated_at,
        case((concerns(viewer), c.assigned_to)).label("assigned_to"),
        mine.correlate(findings).scalar_subquery().label("until"),
    ).where(c.id.in_([UUID(i) for i in ids]))
    return {
        str(row.id): {
            "etag": tag_of(row.key, row.updated_at),
            "assigned_to": row.assigned_to,
            "snoozed_until": row.until,
        }
        for row in connection.execute(query)
    }


def filters_in_words() -> list[dict[str, Any]]:
    """The filters of a list of findings, as the OpenAPI document tells them."""
    text, yes_or_no = {"type": "string"}, {"type": "string", "enum": ["true", "false"]}
    uuid = {"type": "string", "format": "uuid"}
    told: dict[str, tuple[dict[str, Any], str]] = {
        "bbox": (
            text,
            "West, south, east, north in degrees, unless `bbox-crs` says.",
        ),
        "datetime": (text, "A day or an interval such as `2028-01-01/..`."),
        "kind": ({"type": "string", "enum": list(FINDING_KIND.ids)}, "Opportunity or bottleneck."),
        "rule": (text, "Code of a rule, for instance `B01`."),
        "state": (
            {"type": "string", "enum": list(FINDING_STATE.ids)},
            "Without it, findings that still hold.",
        ),
        "min_score": ({"type": "number", "minimum": 0, "maximum": 100}, "Least score."),
        "work": (uuid, "Findings of one work."),
        "organisation": (text, "Slug of an organisation that is concerned."),
        "to_review": (
            yes_or_no,
            "What waits for your organisation: new or to assess, not put off; by score.",
        ),
        "assigned_to": (text, "Who looks into it, among what your organisation is concerned in."),
        "snoozed": (
            {"type": "string", "enum": ["true", "false", "any"]},
            "What your organisation put off until a later day; left out unless asked.",
        ),
        "sortby": (text, "Properties, `-` for descending: `-score,start`."),
        "limit": ({"type": "integer", "minimum": 1}, "How many on a page."),
        "cursor": (text, "Where the next page starts; from a link with `rel` next."),
        "lang": ({"type": "string", "enum": ["nl", "en"]}, "Language of the texts."),
    }
    return [
        {"name": name, "in": "query", "required": False, "schema": schema, "description": words}
        for name, (schema, words) in told.items()
    ]


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
