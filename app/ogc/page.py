"""One page of features: one statement, one more row than asked to know what follows."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, func, select

from app.kit.paging import Cursor
from app.kit.problems import NotFound
from app.ogc.clauses import clauses
from app.ogc.question import Question
from app.ogc.rows import FIRST_PROPERTY, Feature, Row, features, rows_of
from app.ogc.sorting import SortCursor, starts_after
from app.organisations.viewer import Viewer

SNIFFED = 20
"""QGIS asks 10 features, GDAL 20, to learn the types of the properties."""
SEARCHED = 20_000
"""Among how many rows an example of a property is looked for."""


@dataclass(frozen=True, slots=True)
class Page:
    """Features with their keys, and where the next page starts; None at the end."""

    features: list[Feature]
    next: Cursor | SortCursor | None
    keys: tuple[int, ...] = ()


def read_page(connection: Connection, question: Question, viewer: Viewer, storage: int) -> Page:
    """The features after the cursor, in the order asked for, else that of their keys.

    A client that asks the first few features does so to learn the types of
    the properties, and QGIS before 3.44 reads a number as text, or as nothing,
    where it only saw empty values. Such a first page starts with features that
    have a value for what would otherwise be empty throughout; the cursor
    remembers them, so that later pages do not repeat them. In a layer that can
    be edited a work of the caller goes first: QGIS asks of the first feature
    only whether it may be changed, and takes that for the whole layer.
    """
    if question.order:
        return _sorted_page(connection, question, viewer, storage)
    cursor = question.cursor or Cursor()
    rows = _fetch(connection, question, viewer, storage, cursor)
    ahead: Sequence[Row] = ()
    if question.cursor is None and question.limit <= SNIFFED:
        own = _own(connection, question, viewer, storage)
        seen = [*own, *rows][: question.limit]
        ahead = [*own, *_examples(connection, question, viewer, storage, seen)]
        ahead = list({row[0]: row for row in ahead}.values())[: question.limit]
    if ahead:
        cursor = Cursor(0, tuple(row[0] for row in ahead))
        rows = [*ahead, *(row for row in rows if row[0] not in cursor.shown)]
    page = rows[: question.limit]
    following = None
    if len(rows) > question.limit:
        turn = [row[0] for row in page[len(ahead) :]]
        following = Cursor(max(turn, default=cursor.after), cursor.shown)
    return Page(features(question, page, storage), following, tuple(row[0] for row in page))


def _sorted_page(connection: Connection, question: Question, viewer: Viewer, storage: int) -> Page:
    """A page in the order asked for."""
    statement = rows_of(question, viewer, storage)
    key, order = question.layer.key, question.order
    if question.after:
        statement = statement.where(starts_after(question.after, order, question.language, key))
    rows = connection.execute(statement.limit(question.limit + 1)).all()
    page = rows[: question.limit]
    following = None
    if len(rows) > question.limit:
        last = page[-1]
        names = tuple(k.text for k in order)
        following = SortCursor(names, tuple(last[-len(order) :]), last[0])
    return Page(features(question, page, storage), following, tuple(row[0] for row in page))


def read_feature(
    connection: Connection, question: Question, viewer: Viewer, feature_id: str, storage: int
) -> Feature:
    """One feature by its id; ``NotFound`` also for one that the caller may not see."""
    statement = rows_of(question, viewer, storage)
    rows = connection.execute(statement.where(question.layer.feature_id == feature_id)).all()
    if not rows:
        msg = f"There is no feature {feature_id!r} in {question.layer.id!r}, or you may not see it."
        raise NotFound(msg)
    return features(question, rows, storage)[0]


def _fetch(
    connection: Connection, question: Question, viewer: Viewer, storage: int, cursor: Cursor
) -> Sequence[Row]:
    key = question.layer.key
    statement = rows_of(question, viewer, storage).where(key > cursor.after)
    if cursor.shown:
        statement = statement.where(key.not_in(cursor.shown))
    return connection.execute(statement.limit(question.limit + 1)).all()


def _own(connection: Connection, question: Question, viewer: Viewer, storage: int) -> Sequence[Row]:
    """The first row that is the caller's own, among so many as are searched; none for others."""
    layer = question.layer
    if not layer.editable or not viewer.organisation_ids:
        return ()
    searched = (
        select(layer.key.label("key"), layer.table.c.organisation_id)
        .select_from(layer.source)
        .where(*clauses(question, viewer, storage))
        .order_by(layer.key)
        .limit(SEARCHED)
        .subquery()
    )
    mine = searched.c.organisation_id.in_(viewer.organisation_ids)
    key = connection.scalar(select(func.min(searched.c.key)).where(mine))
    if key is None:
        return ()
    return connection.execute(rows_of(question, viewer, storage).where(layer.key == key)).all()


def _examples(
    connection: Connection,
    question: Question,
    viewer: Viewer,
    storage: int,
    rows: Sequence[Row],
) -> Sequence[Row]:
    """Rows that show a value where all of ``rows`` have none; at most one per property."""
    layer = question.layer
    empty: list[Any] = [
        p.expression(question.language)
        for position, p in enumerate(question.properties, FIRST_PROPERTY)
        if (p.type != "string" or p.format) and all(row[position] is None for row in rows)
    ]
    if not rows or not empty:
        return ()
    named = [column.label(f"c{i}") for i, column in enumerate(empty)]
    searched = (
        select(layer.key.label("key"), *named)
        .select_from(layer.source)
        .where(*clauses(question, viewer, storage))
        .order_by(layer.key)
        .limit(SEARCHED)
        .subquery()
    )
    found = select(
        *(func.min(searched.c.key).filter(searched.c[n.name].is_not(None)) for n in named)
    )
    keys = {key for key in connection.execute(found).one() if key is not None}
    if not keys:
        return ()
    chosen = rows_of(question, viewer, storage).where(layer.key.in_(sorted(keys)))
    return connection.execute(chosen.limit(question.limit)).all()
