"""The queue of jobs, which lives in the same database as the data.

A job is deferred on the caller's own connection: it exists exactly when what
it is about was committed. The connector here is never opened; the worker
replaces it by one with a pool of its own.
"""

from __future__ import annotations

from typing import Any

from procrastinate import App, SyncPsycopgConnector
from procrastinate.tasks import Task
from sqlalchemy import Connection

jobs = App(connector=SyncPsycopgConnector())


def defer(connection: Connection, task: Task[..., Any, Any], **arguments: str) -> None:
    """Put a job in the queue inside the transaction of ``connection``."""
    raw = connection.connection.driver_connection
    task.configure(connection=raw).defer(**arguments)


def defer_named(connection: Connection, name: str, queue: str) -> None:
    """The same for a job of another feature, known by its name and queue alone."""
    raw = connection.connection.driver_connection
    jobs.configure_task(name, queue=queue, connection=raw).defer()
