"""How the service writes its log: one line per event, tracebacks without the data in them."""

from __future__ import annotations

import logging
import sys

import structlog


def configure(level: str, *, beside: bool = False) -> None:
    """Set up the log for this process; an unknown ``level`` counts as "info".

    It goes to stdout; ``beside`` puts it on stderr, for commands of which
    stdout is the answer.

    The tracebacks of structlog's default show the local variables of every
    frame: rows of files that an organisation keeps to itself, and the password
    in ``DATABASE_URL``. Ours show the code only.
    """
    least = logging.getLevelNamesMapping().get(level.upper(), logging.INFO)

    def printer(*_: object) -> structlog.PrintLogger:
        return structlog.PrintLogger(sys.stderr if beside else sys.stdout)

    structlog.configure(
        logger_factory=printer,
        wrapper_class=structlog.make_filtering_bound_logger(least),
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.StackInfoRenderer(),
            structlog.processors.TimeStamper(fmt="%Y-%m-%d %H:%M:%S", utc=False),
            structlog.dev.ConsoleRenderer(
                colors=(sys.stderr if beside else sys.stdout).isatty(),
                exception_formatter=structlog.dev.plain_traceback,
            ),
        ],
    )
