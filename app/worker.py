"""Runs jobs until it is told to stop: ``python -m app.worker``.

Jobs arrive by LISTEN/NOTIFY. A worker that is killed leaves its job "doing";
every worker sweeps such jobs back into the queue once their worker's heartbeat
is too old. Jobs are idempotent, so running one again is safe.
"""

from __future__ import annotations

import asyncio
import signal
from contextlib import suppress

import structlog
from procrastinate import App, PsycopgConnector
from sqlalchemy import Engine

from app.export.tasks import make_export
from app.findings.tasks import detect_pending
from app.kit import logs
from app.kit.jobs import jobs
from app.runtime import running
from app.settings import Settings, read_settings
from app.uploads import tasks
from spatial.reader import readers

HEARTBEAT_S = 2.0
STALLED_AFTER_S = 6.0
SWEEP_S = 3.0
GRACE_S = 30.0
QUEUES = tuple({tasks.ingest_upload.queue, detect_pending.queue, make_export.queue})

log = structlog.get_logger()


async def work(settings: Settings, engine: Engine, stop: asyncio.Event) -> None:
    """Run jobs until ``stop`` is set; the running job is finished first, within 30 s."""
    connector = PsycopgConnector(conninfo=settings.database_url, min_size=1, max_size=4)
    app = jobs.with_connector(connector)
    async with app.open_async():
        worker = asyncio.create_task(
            app.run_worker_async(
                queues=list(QUEUES),
                concurrency=1,
                install_signal_handlers=False,
                update_heartbeat_interval=HEARTBEAT_S,
                stalled_worker_timeout=STALLED_AFTER_S,
                shutdown_graceful_timeout=GRACE_S,
                delete_jobs="successful",
                additional_context={"settings": settings, "engine": engine},
            )
        )
        sweeper = asyncio.create_task(_sweep(app))
        stopping = asyncio.create_task(stop.wait())
        await asyncio.wait({worker, stopping}, return_when=asyncio.FIRST_COMPLETED)
        for task in (stopping, sweeper, worker):
            task.cancel()
            with suppress(asyncio.CancelledError):
                await task


async def _sweep(app: App) -> None:
    """Bring back jobs whose worker died."""
    while True:
        for job in await app.job_manager.get_stalled_jobs(seconds_since_heartbeat=STALLED_AFTER_S):
            log.warning("job brought back", job=job.id, task=job.task_name)
            await app.job_manager.retry_job(job)
        await asyncio.sleep(SWEEP_S)


async def _until_signal(settings: Settings, engine: Engine) -> None:
    stop = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    await work(settings, engine, stop)


def main() -> None:
    """Run a worker for the deployment of this environment."""
    settings = read_settings()
    logs.configure(settings.log_level)
    with running(settings) as runtime:
        readers()  # loaded now, not with the first file
        log.info("worker ready")
        asyncio.run(_until_signal(runtime.settings, runtime.engine))
        log.info("worker stopped")


if __name__ == "__main__":
    main()
