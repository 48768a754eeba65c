"""What all tables have in common: names of constraints, ids, moments, shapes."""

from __future__ import annotations

from geoalchemy2 import Geometry
from sqlalchemy import BigInteger, Column, DateTime, Identity, MetaData, func, text
from sqlalchemy.dialects.postgresql import UUID

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s",
        "pk": "pk_%(table_name)s",
    }
)


def make_id() -> Column[object]:
    """A random UUID as primary key."""
    return Column("id", UUID, primary_key=True, server_default=text("gen_random_uuid()"))


def make_key() -> Column[int]:
    """The order of paging."""
    return Column("key", BigInteger, Identity(), nullable=False, unique=True)


def moment(name: str, *, nullable: bool = False) -> Column[object]:
    """A moment, now unless it may be null."""
    default = None if nullable else func.now()
    return Column(name, DateTime(timezone=True), nullable=nullable, server_default=default)


def shape(
    name: str, kind: str = "GEOMETRY", srid: int = -1, *, nullable: bool = False
) -> Column[object]:
    """A geometry column without an index of its own."""
    return Column(name, Geometry(kind, srid=srid, spatial_index=False), nullable=nullable)
