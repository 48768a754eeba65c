"""Several findings judged in one request, each in a transaction of its own.

One transaction for all would hold the locks of up to 500 findings while a
detection that writes the same ones waits for them in another order; and one
judgement that comes too late would undo the others.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any
from uuid import UUID

from pydantic import BaseModel
from sqlalchemy import Engine

from app.findings.judgement import Item
from app.findings.review import review
from app.kit.problems import problem, status_of
from app.organisations.viewer import Viewer
from spatial.errors import KansenkaartError

WAIT_MS = 200
"""How long to wait for a detection that writes the same finding: there are more to judge."""
DONE = 200


class Reviewed(BaseModel):
    """What became of one finding: its new entity tag, or the problem that refused it."""

    id: UUID
    status: int
    etag: str | None = None
    problem: dict[str, Any] | None = None


class ReviewedMany(BaseModel):
    """What became of each, in the order given."""

    reviewed: int
    refused: int
    items: list[Reviewed]


def review_many(
    engine: Engine, viewer: Viewer, items: Sequence[Item], *, today: date
) -> ReviewedMany:
    """Judge each, in the order given; one that is refused leaves the others be."""
    told = [_one(engine, viewer, item, today) for item in items]
    reviewed = sum(one.status == DONE for one in told)
    return ReviewedMany(reviewed=reviewed, refused=len(told) - reviewed, items=told)


def _one(engine: Engine, viewer: Viewer, item: Item, today: date) -> Reviewed:
    try:
        with engine.begin() as connection:
            tag = review(
                connection,
                viewer,
                item.id,
                item,
                today=today,
                if_match=item.etag,
                wait_ms=WAIT_MS,
            )
    except KansenkaartError as error:
        return Reviewed(id=item.id, status=int(status_of(error)), problem=problem(error))
    return Reviewed(id=item.id, status=DONE, etag=tag)
