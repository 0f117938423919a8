"""Jobs that were given up: seen, tried once more, or thrown away, each within its workspace."""

from datetime import datetime

import msgspec
from pgqueuer.domain.types import JobId

from alongside.jobs.queue import InTransaction, queries
from alongside.storage import Connection, fetch

_DEAD = """
    select j.id as job_id, j.entrypoint as name, j.attempts + 1 as attempts, j.created as asked_at,
        j.updated as failed_at, coalesce(f.traceback ->> 'exception_type', '') as reason,
        convert_from(j.payload, 'UTF8')::jsonb -> 'payload' as payload
    from job j
    left join lateral (
        select traceback from job_failure f where f.workspace_id = j.workspace_id and f.job_id = j.id
        order by f.id desc limit 1
    ) f on true
    where j.workspace_id = current_workspace() and j.status = 'failed'
    order by j.updated desc, j.id desc
    limit $1
"""


class DeadJob(msgspec.Struct, frozen=True):
    """A job that failed as often as it was allowed to; `reason` is the last error's type."""

    job_id: int
    name: str
    attempts: int
    asked_at: datetime
    failed_at: datetime
    reason: str
    payload: dict[str, object]


async def dead_jobs(connection: Connection, limit: int = 100) -> list[DeadJob]:
    """The workspace's dead jobs, the latest first."""
    return await fetch(connection, DeadJob, _DEAD, limit)


async def replay(connection: Connection, job_id: int) -> bool:
    """Give a dead job all its tries again, at once; False if there is none of this id."""
    dead = await connection.fetchval(
        "select true from job where workspace_id = current_workspace() and id = $1 and status = 'failed' for update",
        job_id,
    )
    if dead:
        await queries(InTransaction(connection)).requeue_jobs([JobId(job_id)])
    return bool(dead)


async def discard(connection: Connection, job_id: int) -> bool:
    """Throw a dead job away; False if there is none of this id."""
    return bool(
        await connection.fetchval(
            "delete from job where workspace_id = current_workspace() and id = $1 and status = 'failed' returning true",
            job_id,
        )
    )
