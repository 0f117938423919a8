"""How many jobs there are and how they are: of a workspace for people, of all together for machines."""

from datetime import datetime

import msgspec
from prometheus_client import Gauge

from alongside.storage import Connection, Database, fetch, fetch_one

DEAD = Gauge("alongside_jobs_dead", "Jobs that were given up and wait to be replayed or discarded.")
DEAD_SINCE = Gauge(
    "alongside_jobs_dead_oldest_timestamp_seconds", "When the oldest of them was given up; 0: none."
)
PUT_OFF = Gauge("alongside_facts_put_off", "Facts that could not be told so far and are tried again.")


class Count(msgspec.Struct, frozen=True):
    """Jobs of one name: waiting for their turn or for a later time, being done, given up."""

    name: str
    waiting: int
    running: int
    dead: int


class Counts(msgspec.Struct, frozen=True):
    """A workspace's jobs by name, and its facts: waiting to be told, and put off after a failure."""

    jobs: list[Count]
    facts_waiting: int
    facts_put_off: int


class _Facts(msgspec.Struct):
    waiting: int
    put_off: int


class Dead(msgspec.Struct, frozen=True):
    """What could not be done, all workspaces together."""

    jobs: int
    oldest: datetime | None
    facts: int


async def counts(connection: Connection) -> Counts:
    """Those of the workspace that the transaction is in."""
    jobs = await fetch(
        connection,
        Count,
        "select entrypoint as name, count(*) filter (where status = 'queued') as waiting,"
        " count(*) filter (where status = 'picked') as running, count(*) filter (where status = 'failed') as dead"
        " from job where workspace_id = current_workspace() group by entrypoint order by entrypoint",
    )
    facts = await fetch_one(
        connection,
        _Facts,
        "select count(*) filter (where attempts = 0) as waiting, count(*) filter (where attempts > 0) as put_off"
        " from outbox where workspace_id = current_workspace()",
    )
    return Counts(jobs, facts.waiting, facts.put_off)


async def dead_everywhere(connection: Connection) -> Dead:
    """Those of all workspaces, asked as the worker's role (`Database.jobs`)."""
    return await fetch_one(
        connection,
        Dead,
        "select count(*) as jobs, min(updated) as oldest,"
        " (select count(*) from outbox where attempts > 0) as facts from job where status = 'failed'",
    )


async def measure(database: Database) -> None:
    """Set the gauges. Raises Unavailable while the database is away."""
    async with database.jobs() as connection:
        dead = await dead_everywhere(connection)
    DEAD.set(dead.jobs)
    DEAD_SINCE.set(dead.oldest.timestamp() if dead.oldest else 0)
    PUT_OFF.set(dead.facts)
