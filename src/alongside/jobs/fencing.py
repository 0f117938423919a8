"""A worker that was frozen, and whose jobs went to others meanwhile, does no harm when it wakes up.

What its tries wrote is undone (`still_held`), and it neither ends the job nor has it tried again: that is for who
holds it now.
"""

from collections.abc import Sequence
from datetime import timedelta
from uuid import UUID

from pgqueuer import Queries
from pgqueuer.domain.models import Job as QueuedJob
from pgqueuer.domain.models import TracebackRecord
from pgqueuer.domain.types import JOB_STATUS

from alongside.kit.errors import Conflict
from alongside.storage import Connection

Ended = tuple[QueuedJob, JOB_STATUS, TracebackRecord | None]
TAKEN = "job_taken"
_STILL_HELD = """
    select true from job where workspace_id = current_workspace() and id = $1 and queue_manager_id = $2
        and status = 'picked' for share
"""
_HELD = """
    select job.id from job join unnest($1::bigint[], $2::uuid[]) as mine (id, holder)
        on mine.id = job.id and mine.holder = job.queue_manager_id where job.status = 'picked'
"""


async def still_held(connection: Connection, job_id: int, holder: UUID) -> None:
    """As the last thing in a job's transaction: nobody takes the job before the commit.

    Raises Conflict if somebody has taken it already: what was done is undone."""
    if not await connection.fetchval(_STILL_HELD, job_id, holder):
        raise Conflict(TAKEN, "Another server does this job now.", "Nothing is to be done.")


class HeldQueries(Queries):
    """PgQueuer's statements; what ends a job is done only by who holds it."""

    async def log_jobs(self, job_status: list[Ended]) -> None:
        """These have ended."""
        held = await self._held([job for job, _, _ in job_status])
        if ended := [each for each in job_status if each[0].id in held]:
            await super().log_jobs(ended)

    async def retry_job(
        self, job: QueuedJob, delay: timedelta, traceback_record: TracebackRecord | None
    ) -> None:
        """This one is to be tried again."""
        if await self._held([job]):
            await super().retry_job(job, delay, traceback_record)

    async def _held(self, jobs: Sequence[QueuedJob]) -> set[object]:
        ids, holders = [job.id for job in jobs], [job.queue_manager_id for job in jobs]
        return {row["id"] for row in await self.driver.fetch(_HELD, ids, holders)}
