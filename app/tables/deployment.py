"""What the deployment remembers of itself."""

from __future__ import annotations

from sqlalchemy import Column, Table, Text, text
from sqlalchemy.dialects.postgresql import UUID

from app.tables.base import metadata

deployment = Table(
    "deployment",
    metadata,
    Column("name", Text, primary_key=True),
    Column("value", Text, nullable=False),
    comment="Facts fixed when the database was made: storage_crs, time_zone.",
)

data_changes = Table(
    "data_changes",
    metadata,
    Column("stamp", UUID, primary_key=True, server_default=text("gen_random_uuid()")),
    Column("table_name", Text, nullable=False),
    comment="The last changes of each table that is served; see app/kit/data_version.py.",
)
