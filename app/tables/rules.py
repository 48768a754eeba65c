"""How the rules are set, version after version."""

from __future__ import annotations

from sqlalchemy import BigInteger, Column, Identity, Integer, Table, Text, UniqueConstraint
from sqlalchemy.dialects.postgresql import ARRAY, JSONB

from app.tables.base import metadata, moment

rule_sets = Table(
    "rule_sets",
    metadata,
    Column("id", BigInteger, Identity(), primary_key=True),
    Column("partnership", Text, nullable=False, server_default=""),
    Column("version", Integer, nullable=False),
    Column("parameters", JSONB, nullable=False, server_default="{}"),
    Column("switched_off", ARRAY(Text), nullable=False, server_default="{}"),
    Column("only_in", JSONB, nullable=False, server_default="{}"),
    Column("confirmed", JSONB, nullable=False, server_default="{}"),
    moment("at"),
    Column("by", Text, nullable=False),
    Column("reason", Text, nullable=False, server_default=""),
    Column("undoes", Integer),
    UniqueConstraint("partnership", "version"),
    comment="Rows are only added; the highest version of a partnership is in force, and the "
    "empty name is the partnership of the deployment. parameters: values by rule code and "
    "threshold. switched_off: codes. only_in: ids of areas by the code of a rule that counts "
    "only there. confirmed: by rule code and threshold the value that a person confirmed, with "
    "by, at and note. undoes: the version whose change this one takes back.",
)
