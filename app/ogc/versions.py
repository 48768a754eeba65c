"""Which version of a layer an answer is made from, so that a known answer is not made again."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache
from hashlib import blake2b

from sqlalchemy import Connection, Table, select
from sqlalchemy.sql import visitors

from app.kit.data_version import data_version
from app.layer import Layer, layer
from app.organisations.viewer import Viewer
from app.tables import areas

MADE_BY = "1"
"""Counts up when the same data make another answer than before, so that clients ask again."""
BEHIND_SHARED = frozenset({"works", "projects"})
"""Who shares an organisation with others sees a finding by who delivered its works."""


@cache
def tables_of(layer_id: str) -> frozenset[str]:
    """The tables that a layer reads, those of its counts included.

    >>> sorted(tables_of("areas"))
    ['areas']
    """
    of = layer(layer_id)
    columns = [p.expression(language) for p in of.properties for language in ("nl", "en")]
    read = select(*columns, of.geometry_4326).select_from(of.source).where(of.condition)
    return frozenset(e.name for e in visitors.iterate(read) if isinstance(e, Table)) | {areas.name}


def version_of(connection: Connection, chosen: Iterable[Layer]) -> str:
    """The version of everything that answers over these layers are made from."""
    return data_version(connection, frozenset().union(*(tables_of(one.id) for one in chosen)))


def behind(viewer: Viewer) -> frozenset[str]:
    """The tables that decide what a viewer sees, beside those of a layer."""
    return BEHIND_SHARED if viewer.shares else frozenset()


def answer_tag(
    connection: Connection, viewer: Viewer, tables: frozenset[str], *asked: object
) -> str:
    """The entity tag of an answer made from ``tables``; ``asked`` names the question and form."""
    version = data_version(connection, tables | behind(viewer))
    named = "|".join(map(str, (MADE_BY, version, viewer.cache_class, *asked)))
    return f'W/"{blake2b(named.encode(), digest_size=12).hexdigest()}"'
