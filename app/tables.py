"""Every table and index, as SQLAlchemy Core.

The migrations make these tables; a contract test compares the two. Geometry
columns named ``geometry`` and ``footprint`` are in the storage CRS of the
deployment, whose SRID the migration sets; columns ending in ``_4326`` are
copies for serving, longitude before latitude. Periods are half-open
``daterange``; ``key`` columns are the order of paging.
"""

from __future__ import annotations

from geoalchemy2 import Geometry
from sqlalchemy import (
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    DateTime,
    Double,
    ForeignKey,
    Identity,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    Numeric,
    SmallInteger,
    Table,
    Text,
    UniqueConstraint,
    func,
    text,
)
from sqlalchemy.dialects.postgresql import ARRAY, DATEMULTIRANGE, DATERANGE, JSONB, UUID

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s",
        "pk": "pk_%(table_name)s",
    }
)


def _id() -> Column[object]:
    return Column("id", UUID, primary_key=True, server_default=text("gen_random_uuid()"))


def _key() -> Column[int]:
    return Column("key", BigInteger, Identity(), nullable=False, unique=True)


def _at(name: str, *, nullable: bool = False) -> Column[object]:
    default = None if nullable else func.now()
    return Column(name, DateTime(timezone=True), nullable=nullable, server_default=default)


def _shape(
    name: str, kind: str = "GEOMETRY", srid: int = -1, *, nullable: bool = False
) -> Column[object]:
    return Column(name, Geometry(kind, srid=srid, spatial_index=False), nullable=nullable)


deployment = Table(
    "deployment",
    metadata,
    Column("name", Text, primary_key=True),
    Column("value", Text, nullable=False),
    comment="Facts fixed when the database was made: storage_crs, time_zone.",
)

organisations = Table(
    "organisations",
    metadata,
    _id(),
    _key(),
    Column("slug", Text, nullable=False, unique=True),
    Column("name", Text, nullable=False),
    Column("kind", Text, nullable=False, server_default="unknown"),
    Column("networks", ARRAY(Text), nullable=False, server_default="{}"),
    Column("reported_by", UUID, ForeignKey("organisations.id")),
    Column("is_collective", Boolean, nullable=False, server_default=text("false")),
    _at("created_at"),
    comment="reported_by: made on first sight in a file of that organisation. "
    "is_collective: a name for many parties ('personne physique').",
)

organisation_spellings = Table(
    "organisation_spellings",
    metadata,
    Column("normalised", Text, primary_key=True),
    Column("spelling", Text, nullable=False),
    Column("organisation_id", UUID, ForeignKey("organisations.id"), nullable=False, index=True),
)

departments = Table(
    "departments",
    metadata,
    _id(),
    _key(),
    Column("organisation_id", UUID, ForeignKey("organisations.id"), nullable=False),
    Column("name", Text, nullable=False),
    UniqueConstraint("organisation_id", "name"),
)

api_keys = Table(
    "api_keys",
    metadata,
    _id(),
    Column("organisation_id", UUID, ForeignKey("organisations.id"), nullable=False, index=True),
    Column("digest", LargeBinary, nullable=False, unique=True),
    Column("prefix", Text, nullable=False),
    Column("label", Text, nullable=False, server_default=""),
    _at("created_at"),
    _at("revoked_at", nullable=True),
    comment="digest: SHA-256 of the key, which itself is 256 random bits and shown once.",
)

datasets = Table(
    "datasets",
    metadata,
    _id(),
    Column("organisation_id", UUID, ForeignKey("organisations.id"), nullable=False),
    Column("name", Text, nullable=False, server_default="main"),
    UniqueConstraint("organisation_id", "name"),
    comment="A named list that one organisation delivers again and again.",
)

mappings = Table(
    "mappings",
    metadata,
    _id(),
    Column("organisation_id", UUID, ForeignKey("organisations.id"), nullable=False),
    Column("fingerprint", Text, nullable=False),
    Column("mapping", JSONB, nullable=False),
    _at("updated_at"),
    UniqueConstraint("organisation_id", "fingerprint"),
    comment="fingerprint: digest of the sorted column names the mapping was made for.",
)

uploads = Table(
    "uploads",
    metadata,
    _id(),
    _key(),
    Column("dataset_id", UUID, ForeignKey("datasets.id"), nullable=False, index=True),
    Column("organisation_id", UUID, ForeignKey("organisations.id"), nullable=False),
    Column("filename", Text, nullable=False),
    Column("digest", Text, nullable=False),
    Column("size_bytes", BigInteger, nullable=False),
    Column("options", JSONB, nullable=False, server_default="{}"),
    Column("state", Text, nullable=False, server_default="queued"),
    Column("progress", JSONB, nullable=False, server_default="{}"),
    Column("report", JSONB),
    Column("by", Text, nullable=False, server_default=""),
    _at("created_at"),
    _at("finished_at", nullable=True),
    CheckConstraint(
        "state in ('queued', 'running', 'done', 'unchanged', 'refused', 'undone', 'dry_run')",
        name="state",
    ),
)

projects = Table(
    "projects",
    metadata,
    _id(),
    _key(),
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
    _at("created_at"),
    _at("updated_at"),
    UniqueConstraint("dataset_id", "reference"),
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
    _id(),
    _key(),
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
    _at("updated_at"),
    _shape("geometry"),
    _shape("footprint", "MULTIPOLYGON"),
    _shape("geometry_4326", srid=4326),
    _shape("footprint_4326", "MULTIPOLYGON", 4326),
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
    _at("at"),
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
    _at("at"),
    Column("change", Text, nullable=False),
    Column("difference", JSONB, nullable=False, server_default="{}"),
    Column("snapshot", JSONB, nullable=False),
    _shape("geometry"),
    comment="change: created, changed, withdrawn, restored. snapshot and geometry: "
    "as they were after the change.",
)

diversions = Table(
    "diversions",
    metadata,
    _id(),
    _key(),
    Column("project_id", UUID, ForeignKey("projects.id"), nullable=False, index=True),
    Column("organisation_id", UUID, ForeignKey("organisations.id"), nullable=False),
    Column("reference", Text, nullable=False),
    Column("title", Text, nullable=False, server_default=""),
    Column("state", Text, nullable=False, server_default="proposed"),
    Column("period", DATERANGE),
    Column("valid_periods", DATEMULTIRANGE),
    Column("visibility", Text, nullable=False, server_default="partners"),
    Column("withdrawn", Boolean, nullable=False, server_default=text("false")),
    Column("upload_id", UUID, ForeignKey("uploads.id"), index=True),
    Column("before", JSONB(none_as_null=True)),
    _at("updated_at"),
    _shape("geometry", nullable=True),
    _shape("geometry_4326", srid=4326, nullable=True),
    UniqueConstraint("project_id", "reference"),
    comment="before: the row as it was before upload_id changed it; null where it made the row.",
)

constraint_zones = Table(
    "constraint_zones",
    metadata,
    _id(),
    _key(),
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
    _at("updated_at"),
    _shape("geometry", "MULTIPOLYGON"),
    _shape("geometry_4326", "MULTIPOLYGON", 4326),
    UniqueConstraint("dataset_id", "reference"),
    Index("ix_constraint_zones_geometry_period", "geometry", "period", postgresql_using="gist"),
    comment="before: the row as it was before upload_id changed it; null where it made the row.",
)

areas = Table(
    "areas",
    metadata,
    _id(),
    _key(),
    Column("level", Text, nullable=False),
    Column("code", Text, nullable=False),
    Column("name", Text, nullable=False),
    Column("parent_id", UUID, ForeignKey("areas.id")),
    Column("source", Text, nullable=False, server_default=""),
    _at("updated_at"),
    _shape("geometry", "MULTIPOLYGON"),
    _shape("geometry_4326", "MULTIPOLYGON", 4326),
    UniqueConstraint("level", "code"),
    Index("ix_areas_geometry", "geometry", postgresql_using="gist"),
)

findings = Table(
    "findings",
    metadata,
    Column("id", UUID, primary_key=True),
    _key(),
    Column("rule", Text, nullable=False),
    Column("rule_version", SmallInteger, nullable=False),
    Column("kind", Text, nullable=False),
    Column("first_work_id", UUID, ForeignKey("works.id"), nullable=False, index=True),
    Column("second_work_id", UUID, ForeignKey("works.id"), nullable=False, index=True),
    Column("first_work_version", Integer, nullable=False),
    Column("second_work_version", Integer, nullable=False),
    Column("basis", LargeBinary, nullable=False),
    Column("organisation_ids", ARRAY(UUID), nullable=False),
    Column("visibility", Text, nullable=False),
    Column("own_organisation_ids", ARRAY(UUID), nullable=False, server_default="{}"),
    Column("period", DATERANGE, nullable=False),
    Column("score", Double, nullable=False),
    Column("state", Text, nullable=False, server_default="new"),
    Column("title_nl", Text, nullable=False),
    Column("title_en", Text, nullable=False),
    Column("explanation_nl", Text, nullable=False),
    Column("explanation_en", Text, nullable=False),
    Column("distance_m", Double),
    Column("shared_area_m2", Double),
    Column("shared_length_m", Double),
    Column("shared_days", Double),
    Column("gap_days", Double),
    Column("shift_days", Double),
    Column("saving_eur", Double),
    Column("measures", JSONB, nullable=False, server_default="{}"),
    Column("parameters", JSONB, nullable=False, server_default="{}"),
    Column("solves", ARRAY(UUID), nullable=False, server_default="{}"),
    Column("solved_by", ARRAY(UUID), nullable=False, server_default="{}"),
    _at("created_at"),
    _at("updated_at"),
    _shape("geometry", "MULTIPOLYGON"),
    _shape("geometry_4326", "MULTIPOLYGON", 4326),
    Index("ix_findings_geometry_period", "geometry", "period", postgresql_using="gist"),
    comment="One row per finding for ever; one that no longer holds has state 'resolved'. "
    "basis: what the rules saw of both works (digest of attributes and days, box, area), "
    "so that a new title or price re-opens nothing.",
)

finding_events = Table(
    "finding_events",
    metadata,
    Column("id", BigInteger, Identity(), primary_key=True),
    Column("finding_id", UUID, ForeignKey("findings.id"), nullable=False, index=True),
    _at("at"),
    Column("by", Text, nullable=False),
    Column("from_state", Text),
    Column("to_state", Text, nullable=False),
    Column("reason", Text, nullable=False, server_default=""),
    Column("difference", JSONB, nullable=False, server_default="{}"),
)
