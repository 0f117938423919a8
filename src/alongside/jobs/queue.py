"""Asking for a job, inside the transaction that needs it done."""

from datetime import timedelta

import msgspec
from pgqueuer import Queries
from pgqueuer.adapters.drivers.asyncpg import AsyncpgDriver
from pgqueuer.adapters.persistence.qb import (
    QueryBuilderEnvironment,
    QueryQueueBuilder,
    QuerySchedulerBuilder,
)
from pgqueuer.domain.settings import DBSettings
from pgqueuer.domain.types import Channel
from pgqueuer.ports.driver import Driver

from alongside.jobs.model import Envelope
from alongside.kit.errors import Forbidden
from alongside.storage import Connection

CHANNEL = Channel("alongside_job")
# The tables of storage/migrations/0006_jobs.sql. PgQueuer's statistics and schedules are not used.
_NAMES = DBSettings(
    queue_table="job",
    queue_table_log="job_failure",
    queue_status_type="job_status",
    channel=CHANNEL,
)


def queries(driver: Driver, kind: type[Queries] = Queries) -> Queries:
    """PgQueuer's statements, for our tables."""
    return kind(
        driver, QueryBuilderEnvironment(_NAMES), QueryQueueBuilder(_NAMES), QuerySchedulerBuilder(_NAMES)
    )


class InTransaction(AsyncpgDriver):
    """PgQueuer on a connection of ours. It hands over JSON as text, where ours takes Python values; the only JSON
    it hands over are headers, and we have none."""

    async def fetch(self, query: str, *arguments: object) -> list[dict[str, object]]:
        """Run PgQueuer's statement, with null for its headers."""
        *others, headers = arguments
        assert isinstance(headers, list)
        return await super().fetch(query, *others, [None] * len(headers))


async def enqueue(
    connection: Connection,
    name: str,
    payload: msgspec.Struct,
    *,
    delay: timedelta | None = None,
    dedupe_key: str | None = None,
    priority: int = 0,
) -> int | None:
    """Have a job of this name done in the transaction's workspace, if and only if the transaction commits.

    With a `dedupe_key` nothing is added, and None given, while one of the same name and key waits or runs in this
    workspace. Otherwise gives the job's id. Higher priority goes first. Raises Forbidden outside a workspace."""
    workspace_id = connection.workspace_id
    if workspace_id is None:
        raise Forbidden("no_workspace", "A job needs a workspace.", "Enqueue in a workspace's transaction.")
    envelope = Envelope(workspace_id, msgspec.Raw(msgspec.json.encode(payload)))
    (job_id,) = await queries(InTransaction(connection)).enqueue(
        name,
        msgspec.json.encode(envelope),
        priority,
        delay,
        None if dedupe_key is None else f"{workspace_id}/{name}/{dedupe_key}",
        on_conflict="skip",
    ) or (None,)
    return job_id
