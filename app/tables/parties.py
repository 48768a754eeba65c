"""Organisations, how files spell them, their departments and keys."""

from __future__ import annotations

from sqlalchemy import Boolean, Column, ForeignKey, LargeBinary, Table, Text, UniqueConstraint, text
from sqlalchemy.dialects.postgresql import ARRAY, UUID

from app.tables.base import make_id, make_key, metadata, moment

organisations = Table(
    "organisations",
    metadata,
    make_id(),
    make_key(),
    Column("slug", Text, nullable=False, unique=True),
    Column("name", Text, nullable=False),
    Column("kind", Text, nullable=False, server_default="unknown"),
    Column("networks", ARRAY(Text), nullable=False, server_default="{}"),
    Column("reported_by", UUID, ForeignKey("organisations.id")),
    Column("is_collective", Boolean, nullable=False, server_default=text("false")),
    moment("created_at"),
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
    make_id(),
    make_key(),
    Column("organisation_id", UUID, ForeignKey("organisations.id"), nullable=False),
    Column("name", Text, nullable=False),
    UniqueConstraint("organisation_id", "name"),
)

api_keys = Table(
    "api_keys",
    metadata,
    make_id(),
    Column("organisation_id", UUID, ForeignKey("organisations.id"), nullable=False, index=True),
    Column("digest", LargeBinary, nullable=False, unique=True),
    Column("prefix", Text, nullable=False),
    Column("label", Text, nullable=False, server_default=""),
    moment("created_at"),
    moment("revoked_at", nullable=True),
    comment="digest: SHA-256 of the key, which itself is 256 random bits and shown once.",
)
