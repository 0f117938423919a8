"""Dead jobs that nobody cared for are thrown away in the end: their payloads may be about people."""

from datetime import timedelta

from alongside.jobs.model import Job, Running, job
from alongside.jobs.recurrence import Nothing

KEEP_DEAD = timedelta(days=30)


@job("forget_dead_jobs", Nothing)
async def forget_dead_jobs(running: Running, _: Nothing) -> None:
    """Throw away the workspace's jobs that have been dead for 30 days."""
    async with running.transaction() as connection:
        await connection.execute(
            "delete from job where workspace_id = current_workspace() and status = 'failed' "
            "and updated < now() - $1::interval",
            KEEP_DEAD,
        )


JOBS: list[Job] = [forget_dead_jobs]
