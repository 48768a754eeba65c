"""Replace, change or withdraw one feature that is a work."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import Connection

from app.editing.facts import changed, slug_of
from app.editing.place import is_as_served, place
from app.editing.rights import check_seen
from app.kit.problems import PreconditionFailed
from app.layer import Layer
from app.ogc.crs import ServedCrs
from app.ogc.tags import is_matched
from app.organisations.viewer import Viewer
from app.projects.change_work import (
    Editor,
    Opened,
    change_opened,
    open_work,
    withdraw_opened,
)
from app.projects.facts import Facts
from app.settings import Settings


@dataclass(frozen=True, slots=True)
class Preconditions:
    """What the headers of a request ask of the state of a feature."""

    if_match: str | None = None
    if_none_match: str | None = None


@dataclass(frozen=True, slots=True)
class Edit:
    """An edit of a feature of a layer: by whom, where, on which conditions."""

    connection: Connection
    settings: Settings
    viewer: Viewer
    layer: Layer
    preconditions: Preconditions

    def open(self, id_: UUID) -> tuple[Opened, Editor]:
        """The work, locked, after every check of rights and conditions."""
        check_seen(self.connection, self.layer, self.viewer, id_)
        by = slug_of(self.connection, self.viewer.organisation_id)
        editor = Editor(self.viewer, by, None)
        opened = open_work(self.connection, id_, editor)
        check_seen(self.connection, self.layer, self.viewer, id_)  # it may have gone meanwhile
        self._check(opened)
        return opened, editor

    def _check(self, opened: Opened) -> None:
        versions = versions_of(opened)
        asked = self.preconditions
        stale = asked.if_match is not None and not is_matched(asked.if_match, versions)
        there = asked.if_none_match is not None and is_matched(asked.if_none_match, versions)
        if stale or there:
            msg = "The work is not as your condition says; read it again and repeat your change."
            raise PreconditionFailed(msg)


def versions_of(opened: Opened) -> tuple[int, int]:
    """The state of a work, as the layers name it."""
    return opened.version, opened.project.version[0]


@dataclass(frozen=True, slots=True)
class Given:
    """What a body gives: facts, and a geometry in ``crs`` where it ``moves`` the work.

    ``replaces`` where it is the whole feature.
    """

    said: Facts
    geometry: dict[str, Any] | None
    crs: ServedCrs
    moves: bool
    replaces: bool = False


def change_feature(edit: Edit, id_: UUID, given: Given) -> None:
    """Make a feature what is said of it.

    NotFound, Forbidden, PreconditionFailed, ChangeRefused and GeometryRefused
    say why not; then nothing is changed.
    """
    opened, editor = edit.open(id_)
    slug = slug_of(edit.connection, opened.stored.organisation_id[opened.k])
    patch = changed(opened, given.said, slug, replace=given.replaces)
    if given.moves:
        shape = place(given.geometry, given.crs, edit.layer, edit.settings)
        if not is_as_served(shape, opened.stored.geometry[opened.k], given.crs):
            patch["geometry"] = shape
    change_opened(edit.connection, edit.settings, opened, patch, editor)


def withdraw_feature(edit: Edit, id_: UUID) -> None:
    """Withdraw a work: it leaves the layers, its history stays."""
    opened, editor = edit.open(id_)
    withdraw_opened(edit.connection, edit.settings, opened, editor)
