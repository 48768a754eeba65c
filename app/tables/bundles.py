"""Bundles of works, what each work must do for them, and what became of them."""

from __future__ import annotations

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
    SmallInteger,
    Table,
    Text,
    text,
)
from sqlalchemy.dialects.postgresql import ARRAY, DATERANGE, JSONB, UUID

from app.tables.base import make_id, make_key, metadata, moment, shape

bundles = Table(
    "bundles",
    metadata,
    make_id(),
    make_key(),
    Column("state", Text, nullable=False, server_default="proposed"),
    Column("feasible", Boolean, nullable=False),
    Column("digest", LargeBinary, nullable=False),
    Column("work_ids", ARRAY(UUID), nullable=False),
    Column("organisation_ids", ARRAY(UUID), nullable=False),
    Column("visibility", Text, nullable=False),
    Column("own_organisation_ids", ARRAY(UUID), nullable=False, server_default="{}"),
    Column("period", DATERANGE, nullable=False),
    Column("score", Double, nullable=False),
    Column("probability", Double, nullable=False),
    Column("room_used", Double, nullable=False),
    Column("shift_days", Integer, nullable=False),
    Column("lacking_days", Integer, nullable=False),
    Column("saving_eur", Double, nullable=False),
    Column("saving_low_eur", Double, nullable=False),
    Column("saving_high_eur", Double, nullable=False),
    Column("surface_m2", Double, nullable=False),
    Column("trench_m3", Double, nullable=False),
    Column("closure_days", Double, nullable=False),
    Column("parameters", JSONB, nullable=False, server_default="{}"),
    Column("title_nl", Text, nullable=False),
    Column("title_en", Text, nullable=False),
    Column("explanation_nl", Text, nullable=False),
    Column("explanation_en", Text, nullable=False),
    Column("misfit", JSONB, nullable=False, server_default="[]"),
    Column("split_from", UUID),
    Column("merged_from", ARRAY(UUID), nullable=False, server_default="{}"),
    Column("decided_by", Text),
    Column("decided_at", DateTime(timezone=True)),
    moment("created_at"),
    moment("updated_at"),
    shape("geometry", "MULTIPOLYGON"),
    shape("geometry_4326", "MULTIPOLYGON", 4326),
    CheckConstraint("state in ('proposed', 'accepted', 'rejected', 'dissolved')", name="state"),
    Index("ix_bundles_geometry_period", "geometry", "period", postgresql_using="gist"),
    Index("ix_bundles_work_ids", "work_ids", postgresql_using="gin"),
    comment="Detection makes, changes and dissolves proposed bundles; what people accepted or "
    "rejected keeps its works. period: the common slot, of a near miss the days that its works "
    "take together. misfit: what no longer fits in an accepted bundle. decided_by: who gave the "
    "state, null where detection did. digest: of all that detection writes.",
)

bundle_works = Table(
    "bundle_works",
    metadata,
    Column("bundle_id", UUID, ForeignKey("bundles.id"), primary_key=True),
    Column("work_id", UUID, primary_key=True),
    Column("place", SmallInteger, nullable=False),
    Column("work_version", Integer, nullable=False),
    Column("run", DATERANGE, nullable=False),
    Column("shift_days", Integer, nullable=False),
    Column("accepted", Boolean, nullable=False, server_default=text("false")),
    Index(
        "uq_bundle_works_accepted",
        "work_id",
        unique=True,
        postgresql_where=text("accepted"),
    ),
    comment="run: the days in which the work is done inside the slot; shift_days: negative where "
    "it moves to earlier days. A work is in one accepted bundle at most.",
)

bundle_events = Table(
    "bundle_events",
    metadata,
    Column("id", BigInteger, Identity(), primary_key=True),
    Column("bundle_id", UUID, ForeignKey("bundles.id"), nullable=False, index=True),
    moment("at"),
    Column("by", Text, nullable=False),
    Column("action", Text, nullable=False),
    Column("from_state", Text),
    Column("to_state", Text, nullable=False),
    Column("reason", Text, nullable=False, server_default=""),
    Column("difference", JSONB, nullable=False, server_default="{}"),
)
