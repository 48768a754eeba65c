"""What is delivered: datasets, saved mappings and uploads."""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    Column,
    ForeignKey,
    Table,
    Text,
    UniqueConstraint,
)
from sqlalchemy.dialects.postgresql import JSONB, UUID

from app.tables.base import make_id, make_key, metadata, moment

datasets = Table(
    "datasets",
    metadata,
    make_id(),
    Column("organisation_id", UUID, ForeignKey("organisations.id"), nullable=False),
    Column("name", Text, nullable=False, server_default="main"),
    UniqueConstraint("organisation_id", "name"),
    comment="A named list that one organisation delivers again and again.",
)

mappings = Table(
    "mappings",
    metadata,
    make_id(),
    Column("organisation_id", UUID, ForeignKey("organisations.id"), nullable=False),
    Column("fingerprint", Text, nullable=False),
    Column("mapping", JSONB, nullable=False),
    moment("updated_at"),
    UniqueConstraint("organisation_id", "fingerprint"),
    comment="fingerprint: digest of the sorted column names the mapping was made for.",
)

uploads = Table(
    "uploads",
    metadata,
    make_id(),
    make_key(),
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
    moment("created_at"),
    moment("finished_at", nullable=True),
    CheckConstraint(
        "state in ('queued', 'running', 'done', 'unchanged', 'refused', 'undone', 'dry_run')",
        name="state",
    ),
)
