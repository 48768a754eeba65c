"""Findings and what became of them."""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    Column,
    Date,
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

from app.tables.base import make_key, metadata, moment, shape

findings = Table(
    "findings",
    metadata,
    Column("id", UUID, primary_key=True),
    make_key(),
    Column("rule", Text, nullable=False),
    Column("rule_version", SmallInteger, nullable=False),
    Column("kind", Text, nullable=False),
    Column("work_ids", ARRAY(UUID), nullable=False),
    Column("work_versions", ARRAY(Integer), nullable=False),
    Column("subject_id", UUID),
    Column("basis", LargeBinary, nullable=False),
    Column("organisation_ids", ARRAY(UUID), nullable=False),
    Column("visibility", Text, nullable=False),
    Column("own_organisation_ids", ARRAY(UUID), nullable=False, server_default="{}"),
    Column("visibility_floor", Text, nullable=False, server_default="public"),
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
    Column("assigned_to", Text),
    moment("created_at"),
    moment("updated_at"),
    shape("geometry", "MULTIPOLYGON"),
    shape("geometry_4326", "MULTIPOLYGON", 4326),
    Index("ix_findings_geometry_period", "geometry", "period", postgresql_using="gist"),
    Index("ix_findings_work_ids", "work_ids", postgresql_using="gin"),
    Index("ix_findings_subject_id", "subject_id", postgresql_where=text("subject_id IS NOT NULL")),
    comment="One row per finding for ever; one that no longer holds has state 'resolved'. "
    "work_ids: in the order in which the rule speaks of them; works are never deleted, so no "
    "foreign key checks each of a million. subject_id: the street, area or other object that "
    "it is about. visibility_floor: the widest visibility that it may have for what it rests on "
    "beside works. basis: what the rules saw of the works (digest of attributes and days, box, "
    "area), so that a new title or price re-opens nothing.",
)

finding_events = Table(
    "finding_events",
    metadata,
    Column("id", BigInteger, Identity(), primary_key=True),
    Column("finding_id", UUID, ForeignKey("findings.id"), nullable=False, index=True),
    moment("at"),
    Column("by", Text, nullable=False),
    Column("from_state", Text),
    Column("to_state", Text, nullable=False),
    Column("reason", Text, nullable=False, server_default=""),
    Column("difference", JSONB, nullable=False, server_default="{}"),
    Column("action", Text, nullable=False, server_default="state"),
    CheckConstraint("action in ('state', 'assign', 'snooze', 'comment')", name="action"),
    comment="action: what was done; of a comment the text is the reason. to_state: the state "
    "afterwards, which only the action 'state' changes.",
)

finding_snoozes = Table(
    "finding_snoozes",
    metadata,
    Column("finding_id", UUID, ForeignKey("findings.id"), primary_key=True),
    Column("organisation_id", UUID, ForeignKey("organisations.id"), primary_key=True),
    Column("until", Date, nullable=False),
    comment="Until which day an organisation does not want to see a finding in its lists. "
    "Others still see it: nobody can hide a finding from another party.",
)
