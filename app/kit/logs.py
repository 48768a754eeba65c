"""How the service writes its log: one line per event, tracebacks without the data in them."""

from __future__ import annotations

import logging
import sys

import structlog


def configure(level: str) -> None:
    """Set up the log for this process; an unknown ``level`` counts as "info".

    The tracebacks of structlog's default show the local variables of every
    frame: rows of files that an organisation keeps to itself, and the password
    in ``DATABASE_URL``. Ours show the code only.
    """
    least = logging.getLevelNamesMapping().get(level.upper(), logging.INFO)
    structlog.configure(
        wrapper_class=structlog.make_filtering_bound_logger(least),
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.StackInfoRenderer(),
            structlog.processors.TimeStamper(fmt="%Y-%m-%d %H:%M:%S", utc=False),
            structlog.dev.ConsoleRenderer(
                colors=sys.stdout.isatty(), exception_formatter=structlog.dev.plain_traceback
            ),
        ],
    )
