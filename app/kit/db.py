"""The one way to the database: an engine, and transactions that commit in one place."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import orjson
from sqlalchemy import Connection, Engine, create_engine


def _dumps(value: object) -> str:
    return orjson.dumps(value, option=orjson.OPT_SERIALIZE_NUMPY).decode()


def make_engine(url: str, *, pool_size: int = 8) -> Engine:
    """An engine on psycopg 3 for a ``postgresql://`` address.

    Sessions count in UTC. Errors do not repeat the values of a statement, which
    may be what an organisation keeps to itself and would end in the log.
    """
    address = url.replace("postgres://", "postgresql://", 1)
    address = address.replace("postgresql://", "postgresql+psycopg://", 1)
    return create_engine(
        address,
        pool_size=pool_size,
        max_overflow=8,
        pool_pre_ping=True,
        hide_parameters=True,
        json_serializer=_dumps,
        json_deserializer=orjson.loads,
        connect_args={"options": "-c timezone=UTC -c jit=off", "connect_timeout": 10},
    )


@contextmanager
def transaction(engine: Engine) -> Iterator[Connection]:
    """A connection that commits when the block ends well and rolls back when it does not."""
    with engine.begin() as connection:
        yield connection
