"""The job that brings findings up to date after a change of rules or context."""

from __future__ import annotations

from procrastinate import JobContext

from app.findings.catch_up import catch_up
from app.kit.jobs import jobs


@jobs.task(name="detect", queue="uploads", pass_context=True)
def detect_pending(context: JobContext) -> None:
    """Detect what is pending; nothing, where an earlier job has done it already."""
    shared = context.additional_context
    catch_up(shared["engine"], shared["settings"])
