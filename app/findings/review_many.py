"""Several findings judged in one request, each in a transaction of its own.

One transaction for all would hold the locks of up to 500 findings while a
detection that writes the same ones waits for them in another order; and one
judgement that comes too late would undo the others.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from sqlalchemy import Engine

from app.findings.judgement import Item
from app.findings.review import review
from app.kit.problems import problem, status_of
from app.organisations.viewer import Viewer
from spatial.errors import KansenkaartError

Answer = dict[str, Any]


def review_many(
    engine: Engine, viewer: Viewer, items: Sequence[Item], *, today: date
) -> list[Answer]:
    """Judge each, in the order given; what became of each, with its new entity tag or problem."""
    return [_one(engine, viewer, item, today) for item in items]


def _one(engine: Engine, viewer: Viewer, item: Item, today: date) -> Answer:
    try:
        with engine.begin() as connection:
            tag = review(connection, viewer, item.id, item, today=today, if_match=item.etag)
    except KansenkaartError as error:
        told = problem(error)
        return {"id": item.id, "status": int(status_of(error)), "problem": told}
    return {"id": item.id, "status": 200, "etag": tag}
