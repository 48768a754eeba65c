"""What is known of works beside their columns: owners, money, confirmations, notes."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from sqlalchemy import Connection, text

from app.findings.noted import read_noted
from app.findings.parameters import read_as_of
from app.findings.stored_works import StoredWorks
from spatial.context import Context
from spatial.facts import Subject
from spatial.period import NO_DAY
from spatial.situation import Organisations, Shares, Situation
from spatial.work import Floats, Ints, Keys


def situation_of(connection: Connection, works: StoredWorks, context: Context) -> Situation:
    """These works with what surrounds them and what is known of their owners and money."""
    projects = np.unique(works.works.project)
    money = _projects(connection, projects)
    row = money.rows(works.works.project)
    return Situation.of(
        Subject.of(works.works),
        context,
        organisations=_organisations(connection),
        shares=_shares(connection, projects),
        cost_eur=money.cost_eur[row],
        confirmed_on=money.confirmed_on[row],
        noted=read_noted(connection, works.key),
        as_of=read_as_of(connection),
    )


class _Projects(NamedTuple):
    """Projects by key, and behind them one of which nothing is known, for a draft."""

    key: Keys
    cost_eur: Floats
    confirmed_on: Ints

    def rows(self, projects: Keys) -> Keys:
        """Position of each project; the last where it is not stored."""
        at = np.minimum(np.searchsorted(self.key, projects), max(len(self.key) - 1, 0))
        known = self.key[at] == projects if len(self.key) else np.zeros(len(projects), np.bool_)
        return np.where(known, at, len(self.key)).astype(np.int64)


def _projects(connection: Connection, keys: Keys) -> _Projects:
    query = text(
        "SELECT key, cost_eur::float8, updated_at::date - date '1970-01-01'"
        " FROM projects WHERE key = ANY(:keys) ORDER BY key"
    )
    rows = connection.execute(query, {"keys": keys.tolist()}).all()
    return _Projects(
        np.array([r[0] for r in rows], dtype=np.int64),
        np.array([*(np.nan if r[1] is None else r[1] for r in rows), np.nan], dtype=np.float64),
        np.array([*(r[2] for r in rows), NO_DAY], dtype=np.int32),
    )


def _organisations(connection: Connection) -> Organisations:
    rows = connection.execute(
        text("SELECT key, id, name, kind FROM organisations ORDER BY key")
    ).all()
    return Organisations(
        np.array([r.key for r in rows], dtype=np.int64),
        np.array([r.id.bytes for r in rows], dtype="V16"),
        np.array([r.name for r in rows], dtype=object),
        np.array([r.kind for r in rows], dtype=object),
        np.full(len(rows), NO_DAY, dtype=np.int32),
    )


def _shares(connection: Connection, projects: Keys) -> Shares:
    query = text(
        "SELECT p.key, o.key, b.year, b.amount_eur::float8, b.state FROM budgets b"
        " JOIN projects p ON p.id = b.project_id JOIN organisations o ON o.id = b.organisation_id"
        " WHERE p.key = ANY(:keys) AND NOT p.withdrawn ORDER BY p.key, o.key, b.year"
    )
    rows = connection.execute(query, {"keys": projects.tolist()}).all()
    return Shares(
        np.array([r[0] for r in rows], dtype=np.int64),
        np.array([r[1] for r in rows], dtype=np.int64),
        np.array([r[2] for r in rows], dtype=np.int32),
        np.array([r[3] for r in rows], dtype=np.float64),
        np.array([r[4] for r in rows], dtype=object),
    )
