"""All features of a question as one GeoJSON text, in constant memory."""

from __future__ import annotations

from collections.abc import Iterator

import orjson
from sqlalchemy import Engine

from app.ogc.question import Question
from app.ogc.rows import features, rows_of
from app.organisations.viewer import Viewer

FETCHED = 1000
"""Rows that come over from the database at a time: a few hundred kilobytes."""


def stream(engine: Engine, question: Question, viewer: Viewer, storage: int) -> Iterator[bytes]:
    """The pieces of a FeatureCollection, read through a cursor of the database."""
    statement = rows_of(question, viewer, storage)
    yield b'{"type":"FeatureCollection","features":['
    before = b""
    with (
        engine.connect() as connection,
        connection.execution_options(yield_per=FETCHED).execute(statement) as result,
    ):
        for rows in result.partitions():
            text = orjson.dumps(features(question, rows, storage))
            yield before + text[1:-1]
            before = b","
    yield b"]}"
