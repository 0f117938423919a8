"""Does jobs: a bounded number at a time, each tried again with growing pauses, then kept as dead."""

import asyncio
import logging
from collections.abc import Callable, Iterable
from contextlib import suppress
from datetime import timedelta
from types import TracebackType
from typing import TYPE_CHECKING, Self

import msgspec
from pgqueuer import QueueManager
from pgqueuer.adapters.drivers.asyncpg import AsyncpgPoolDriver
from pgqueuer.core.executors import AbstractEntrypointExecutor, EntrypointExecutorParameters
from pgqueuer.domain.errors import RetryRequested
from pgqueuer.domain.models import Context
from pgqueuer.domain.models import Job as QueuedJob

from alongside.jobs.fencing import HeldQueries
from alongside.jobs.model import Envelope, Job, Running
from alongside.jobs.queue import queries
from alongside.kit.logs import logger
from alongside.storage import Database

if TYPE_CHECKING:
    from alongside.storage.pools import Pool

log = logger(__name__)
_LONGEST_PAUSE = 10.0
# What an earlier run of this worker had taken; nothing of it runs any more.
_GIVE_BACK = """
    update job set status = 'queued', queue_manager_id = null where queue_manager_id = $1 and status = 'picked'
"""
# It would log each error with its message; ours are logged here, by type, and kept in the database.
logging.getLogger("pgqueuer").setLevel(logging.CRITICAL + 1)


class Worker:
    """Runs jobs for as long as the `async with` lasts.

    On leaving, or already when told to `retire`, no new job is begun; those that run get `grace()` seconds, and one
    that is cut off is tried again later.
    A job whose worker died, or froze, is picked up by another after `lost_after`.
    """

    def __init__(
        self,
        database: Database,
        jobs: Iterable[Job],
        concurrency: int,
        *,
        grace: Callable[[], float] = lambda: 20.0,
        lost_after: timedelta = timedelta(seconds=30),
    ) -> None:
        self._database = database
        self._jobs = list(jobs)
        self._concurrency = max(concurrency, 2)
        self._grace = grace
        self._lost_after = lost_after
        self._manager: QueueManager | None = None
        self._stopping = asyncio.Event()

    async def __aenter__(self) -> Self:
        self._task = asyncio.create_task(self._keep_running(), name="worker")
        return self

    async def _keep_running(self) -> None:
        """Run the queue; begin anew when the database was away."""
        pause = 0.1
        while not self._stopping.is_set():
            try:
                async with self._database.job_pool() as pool:
                    await self._run(pool)
                pause = 0.1
            except Exception as error:  # noqa: BLE001  whatever it was, the next try may work
                log.warning("the worker lost its queue", reason=type(error).__name__, again_in=pause)
                with suppress(TimeoutError):
                    await asyncio.wait_for(self._stopping.wait(), pause)
                pause = min(pause * 2, _LONGEST_PAUSE)

    async def _run(self, pool: "Pool") -> None:
        if self._manager:
            await pool.execute(_GIVE_BACK, self._manager.queue_manager_id)
        self._manager = _Queue(
            queries(AsyncpgPoolDriver(pool), HeldQueries),
            channel=queries(AsyncpgPoolDriver(pool)).qbe.settings.channel,
        )
        for job in self._jobs:
            self._manager.register_executor(job.name, _Execution(self._database, job))
        if self._stopping.is_set():
            return
        await self._manager.run(
            dequeue_timeout=timedelta(seconds=5),
            batch_size=self._concurrency // 2,
            max_concurrent_tasks=self._concurrency,
            shutdown_on_listener_failure=True,
            heartbeat_timeout=self._lost_after,
            log_aggregation_interval=timedelta(0),
        )

    def retire(self) -> None:
        """Begin no new job."""
        self._stopping.set()
        if self._manager:
            self._manager.shutdown.set()

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.retire()
        done, _ = await asyncio.wait({self._task}, timeout=self._grace())
        if not done:
            self._task.cancel()
            await asyncio.wait({self._task})


class _Queue(QueueManager):
    async def verify_structure(self) -> None:
        """Our migrations have seen to it; PgQueuer's statistics and schedules are left out."""


class _Execution(AbstractEntrypointExecutor):
    """One kind of job, as PgQueuer calls it."""

    def __init__(self, database: Database, job: Job) -> None:
        super().__init__(EntrypointExecutorParameters(0, self._do, on_failure="hold"))
        self._database = database
        self._job = job

    async def execute(self, job: QueuedJob, context: Context) -> None:
        """Do it; ask PgQueuer for another try when it fails, until the tries are used up."""
        try:
            await self._do(job)
        except asyncio.CancelledError as error:  # we are stopping: PgQueuer would take it for done
            raise RetryRequested(timedelta(0), "stopped") from error
        except Exception as error:
            delay = self._job.retries.delay_after(job.attempts + 1)
            self._tell(job, error, delay)
            if delay is None:
                raise
            raise RetryRequested(delay, type(error).__name__) from error

    async def _do(self, job: QueuedJob) -> None:
        envelope = msgspec.json.decode(job.payload or b"", type=Envelope)
        payload = msgspec.json.decode(envelope.payload, type=self._job.payload)
        running = Running(
            self._database, envelope.workspace_id, job.id, job.attempts + 1, job.queue_manager_id
        )
        await self._job.run(running, payload)

    def _tell(self, job: QueuedJob, error: Exception, delay: timedelta | None) -> None:
        seconds = delay and delay.total_seconds()
        told = {
            "job": job.entrypoint,
            "job_id": job.id,
            "attempt": job.attempts + 1,
            "reason": type(error).__name__,
        }
        if delay is None:
            log.error("a job is dead", **told, exc_info=error)
        else:
            log.warning("a job failed and is tried again", **told, again_in=seconds)
