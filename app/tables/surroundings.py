"""What surrounds works: zones and areas."""

from __future__ import annotations

from sqlalchemy import (
    Boolean,
    Column,
    ForeignKey,
    Index,
    Integer,
    Table,
    Text,
    UniqueConstraint,
    text,
)
from sqlalchemy.dialects.postgresql import DATEMULTIRANGE, DATERANGE, JSONB, UUID

from app.tables.base import make_id, make_key, metadata, moment, shape

constraint_zones = Table(
    "constraint_zones",
    metadata,
    make_id(),
    make_key(),
    Column("dataset_id", UUID, ForeignKey("datasets.id"), nullable=False),
    Column("organisation_id", UUID, ForeignKey("organisations.id"), nullable=False),
    Column("reference", Text, nullable=False),
    Column("kind", Text, nullable=False),
    Column("title", Text, nullable=False, server_default=""),
    Column("description", Text),
    Column("period", DATERANGE),
    Column("valid_periods", DATEMULTIRANGE),
    Column("visibility", Text, nullable=False, server_default="partners"),
    Column("withdrawn", Boolean, nullable=False, server_default=text("false")),
    Column("version", Integer, nullable=False, server_default="1"),
    Column("upload_id", UUID, ForeignKey("uploads.id"), index=True),
    Column("before", JSONB(none_as_null=True)),
    moment("updated_at"),
    shape("geometry", "MULTIPOLYGON"),
    shape("geometry_4326", "MULTIPOLYGON", 4326),
    UniqueConstraint("dataset_id", "reference"),
    Index("ix_constraint_zones_geometry_period", "geometry", "period", postgresql_using="gist"),
    comment="before: the rows as they were before upload_id changed it, the newest first; null "
    "where it made the row.",
)

areas = Table(
    "areas",
    metadata,
    make_id(),
    make_key(),
    Column("level", Text, nullable=False),
    Column("code", Text, nullable=False),
    Column("name", Text, nullable=False),
    Column("parent_id", UUID, ForeignKey("areas.id")),
    Column("source", Text, nullable=False, server_default=""),
    moment("updated_at"),
    shape("geometry", "MULTIPOLYGON"),
    shape("geometry_4326", "MULTIPOLYGON", 4326),
    UniqueConstraint("level", "code"),
    Index("ix_areas_geometry", "geometry", postgresql_using="gist"),
)
