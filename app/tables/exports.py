"""Files that were asked of layers."""

from __future__ import annotations

from sqlalchemy import BigInteger, Column, ForeignKey, Integer, Table, Text
from sqlalchemy.dialects.postgresql import JSONB, UUID

from app.tables.base import make_id, metadata, moment

exports = Table(
    "exports",
    metadata,
    make_id(),
    Column("organisation_id", UUID, ForeignKey("organisations.id"), nullable=False, index=True),
    Column("asked", JSONB, nullable=False),
    Column("state", Text, nullable=False, server_default="queued"),
    Column("problem", Text, nullable=False, server_default=""),
    Column("features", Integer),
    Column("size_bytes", BigInteger),
    moment("created_at"),
    moment("finished_at", nullable=True),
    moment("expires_at"),
    comment="state: queued, making, ready or failed. The file lies in the state folder until "
    "expires_at.",
)
