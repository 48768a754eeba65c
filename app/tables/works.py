"""Projects with their works, money, diversions and versions."""

from __future__ import annotations

from sqlalchemy import (
    Boolean,
    CheckConstraint,
    Column,
    ForeignKey,
    Index,
    Integer,
    Numeric,
    SmallInteger,
    Table,
    Text,
    UniqueConstraint,
    text,
)
from sqlalchemy.dialects.postgresql import DATEMULTIRANGE, DATERANGE, JSONB, UUID

from app.tables.base import make_id, make_key, metadata, moment, shape

projects = Table(
    "projects",
    metadata,
    make_id(),
    make_key(),
    Column("dataset_id", UUID, ForeignKey("datasets.id"), nullable=False),
    Column("organisation_id", UUID, ForeignKey("organisations.id"), nullable=False, index=True),
    Column("department_id", UUID, ForeignKey("departments.id")),
    Column("reference", Text, nullable=False),
    Column("title", Text, nullable=False),
    Column("description", Text),
    Column("planning_status", Text, nullable=False, server_default="unknown"),
    Column("commitment", Text, nullable=False, server_default="none"),
    Column("visibility", Text, nullable=False, server_default="partners"),
    Column("cost_eur", Numeric(14, 2)),
    Column("extra", JSONB, nullable=False, server_default="{}"),
    Column("withdrawn", Boolean, nullable=False, server_default=text("false")),
    Column("version", Integer, nullable=False, server_default="1"),
    Column("upload_id", UUID, ForeignKey("uploads.id"), index=True),
    moment("created_at"),
    moment("updated_at"),
    UniqueConstraint("dataset_id", "reference"),
    Index("ix_projects_dataset_id_organisation_id", "dataset_id", "organisation_id"),
)

budgets = Table(
    "budgets",
    metadata,
    Column("project_id", UUID, ForeignKey("projects.id"), primary_key=True),
    Column("year", SmallInteger, primary_key=True),
    Column("organisation_id", UUID, ForeignKey("organisations.id"), primary_key=True),
    Column("amount_eur", Numeric(14, 2), nullable=False),
    Column("state", Text, nullable=False, server_default="requested"),
)

works = Table(
    "works",
    metadata,
    make_id(),
    make_key(),
    Column("project_id", UUID, ForeignKey("projects.id"), nullable=False, index=True),
    Column("organisation_id", UUID, ForeignKey("organisations.id"), nullable=False),
    Column("part", Text, nullable=False, server_default=""),
    Column("title", Text, nullable=False),
    Column("facility", Text, nullable=False, server_default="unknown"),
    Column("activity", Text, nullable=False, server_default="unknown"),
    Column("excavation", Text, nullable=False, server_default="unknown"),
    Column("road_impact", Text, nullable=False, server_default="unknown"),
    Column("planning_status", Text, nullable=False, server_default="unknown"),
    Column("commitment", Text, nullable=False, server_default="none"),
    Column("visibility", Text, nullable=False, server_default="partners"),
    Column("period", DATERANGE),
    Column("valid_periods", DATEMULTIRANGE),
    Column("precision", Text, nullable=False, server_default="day"),
    Column("flexibility_window", DATERANGE),
    Column("duration_days", Integer),
    Column("extra", JSONB, nullable=False, server_default="{}"),
    Column("withdrawn", Boolean, nullable=False, server_default=text("false")),
    Column("counts", Boolean, nullable=False, server_default=text("true")),
    Column("version", Integer, nullable=False, server_default="1"),
    Column("upload_id", UUID, ForeignKey("uploads.id"), index=True),
    moment("updated_at"),
    shape("geometry"),
    shape("footprint", "MULTIPOLYGON"),
    shape("geometry_4326", srid=4326),
    shape("footprint_4326", "MULTIPOLYGON", 4326),
    CheckConstraint("not isempty(period)", name="period"),
    Index(
        "ix_works_footprint_period",
        "footprint",
        "period",
        postgresql_using="gist",
        postgresql_where=text("not withdrawn"),
    ),
    comment="planning_status, commitment, visibility and organisation_id repeat the project's, so "
    "that a read needs no join to decide. valid_periods is null where period says it all. "
    "counts is false for a likely double, which takes no part in detection.",
)

project_versions = Table(
    "project_versions",
    metadata,
    Column("project_id", UUID, ForeignKey("projects.id"), primary_key=True),
    Column("version", Integer, primary_key=True),
    Column("upload_id", UUID, ForeignKey("uploads.id"), index=True),
    Column("by", Text, nullable=False, server_default=""),
    moment("at"),
    Column("change", Text, nullable=False),
    Column("difference", JSONB, nullable=False, server_default="{}"),
    Column("snapshot", JSONB, nullable=False),
)

work_versions = Table(
    "work_versions",
    metadata,
    Column("work_id", UUID, ForeignKey("works.id"), primary_key=True),
    Column("version", Integer, primary_key=True),
    Column("upload_id", UUID, ForeignKey("uploads.id"), index=True),
    Column("by", Text, nullable=False, server_default=""),
    moment("at"),
    Column("change", Text, nullable=False),
    Column("difference", JSONB, nullable=False, server_default="{}"),
    Column("snapshot", JSONB, nullable=False),
    shape("geometry"),
    comment="change: created, changed, withdrawn, restored. snapshot and geometry: "
    "as they were after the change.",
)

diversions = Table(
    "diversions",
    metadata,
    make_id(),
    make_key(),
    Column("project_id", UUID, ForeignKey("projects.id"), nullable=False, index=True),
    Column("organisation_id", UUID, ForeignKey("organisations.id"), nullable=False),
    Column("reference", Text, nullable=False),
    Column("title", Text, nullable=False, server_default=""),
    Column("state", Text, nullable=False, server_default="proposed"),
    Column("period", DATERANGE),
    Column("valid_periods", DATEMULTIRANGE),
    Column("visibility", Text, nullable=False, server_default="partners"),
    Column("withdrawn", Boolean, nullable=False, server_default=text("false")),
    Column("withdrawn_with_project", Boolean, nullable=False, server_default=text("false")),
    Column("upload_id", UUID, ForeignKey("uploads.id"), index=True),
    Column("before", JSONB(none_as_null=True)),
    moment("updated_at"),
    shape("geometry", nullable=True),
    shape("geometry_4326", srid=4326, nullable=True),
    UniqueConstraint("project_id", "reference"),
    comment="before: the rows as they were before upload_id changed it, the newest first; null "
    "where it made the row. withdrawn_with_project: comes back when its project does.",
)
