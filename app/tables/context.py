"""What detection may know beside works (see :mod:`spatial.context`)."""

from __future__ import annotations

from sqlalchemy import (
    CheckConstraint,
    Column,
    ForeignKey,
    Index,
    Integer,
    Table,
    Text,
    UniqueConstraint,
    text,
)
from sqlalchemy.dialects.postgresql import DATERANGE, JSONB, UUID

from app.tables.base import make_id, make_key, metadata, moment, shape

context_loads = Table(
    "context_loads",
    metadata,
    make_id(),
    make_key(),
    Column("layer", Text, nullable=False),
    Column("organisation_id", UUID, ForeignKey("organisations.id"), nullable=False),
    Column("dataset", Text, nullable=False),
    Column("state", Text, nullable=False),
    Column("filename", Text, nullable=False, server_default=""),
    Column("digest", Text, nullable=False, server_default=""),
    Column("report", JSONB, nullable=False, server_default="{}"),
    Column("by", Text, nullable=False, server_default=""),
    moment("at"),
    CheckConstraint("state in ('loaded', 'removed')", name="state"),
    Index("ix_context_loads_layer", "layer", "organisation_id", "dataset", "key"),
    comment="Every load and removal; the last one of a layer, organisation and dataset holds.",
)

context_objects = Table(
    "context_objects",
    metadata,
    Column("id", UUID, primary_key=True),
    make_key(),
    Column("layer", Text, nullable=False),
    Column("organisation_id", UUID, ForeignKey("organisations.id"), nullable=False),
    Column("dataset", Text, nullable=False),
    Column("reference", Text, nullable=False),
    Column("name", Text, nullable=False, server_default=""),
    Column("attributes", JSONB, nullable=False, server_default="{}"),
    Column("period", DATERANGE),
    Column("visibility", Text, nullable=False, server_default="partners"),
    Column("version", Integer, nullable=False, server_default="1"),
    Column("load_id", UUID, ForeignKey("context_loads.id"), nullable=False),
    moment("updated_at"),
    shape("geometry", nullable=True),
    shape("geometry_4326", srid=4326, nullable=True),
    UniqueConstraint("layer", "organisation_id", "dataset", "reference"),
    CheckConstraint("not isempty(period)", name="period"),
    Index("ix_context_objects_layer_key", "layer", "key"),
    Index(
        "ix_context_objects_geometry",
        "geometry",
        postgresql_using="gist",
        postgresql_where=text("geometry IS NOT NULL"),
    ),
    comment="id: a digest of layer, organisation, dataset and reference, so that an object that "
    "returns is the same object. attributes: the fields of the layer that are given. "
    "load_id: the load that made or changed the row.",
)
