"""Recurring jobs: once in a period and workspace, however many nodes look."""

import asyncio
from datetime import UTC, datetime, timedelta
from uuid import UUID

from alongside.jobs import Recurrence, Recurring, Worker, job
from alongside.jobs.forgetting import JOBS, forget_dead_jobs
from alongside.jobs.model import Running
from alongside.jobs.recurrence import Nothing
from alongside.jobs.schedule import SCHEDULE
from alongside.kit.clock import FixedClock
from alongside.storage import Database

NOON = datetime(2026, 11, 22, 12, 0, 30, tzinfo=UTC)
EVERY_MINUTE = (Recurring("tidy", every=timedelta(minutes=1)),)


def test_what_is_due_is_the_latest_beginning_of_a_period() -> None:
    daily = Recurring("tidy", every=timedelta(days=1), offset=timedelta(hours=3))
    assert daily.due_at(NOON) == datetime(2026, 11, 22, 3, tzinfo=UTC)
    assert daily.due_at(NOON.replace(hour=2)) == datetime(2026, 11, 21, 3, tzinfo=UTC)


async def test_each_period_brings_one_job_to_each_workspace(
    database: Database, workspace: UUID, other_workspace: UUID
) -> None:
    clock = FixedClock(NOON)
    recurrence = Recurrence(database, clock, EVERY_MINUTE)
    assert await recurrence.enqueue_due() == 2
    assert await recurrence.enqueue_due() == 0
    clock.advance(timedelta(minutes=1))
    assert await recurrence.enqueue_due() == 2


async def test_several_nodes_at_once_bring_one_job(database: Database, workspace: UUID) -> None:
    nodes = [Recurrence(database, FixedClock(NOON), EVERY_MINUTE) for _ in range(3)]
    assert sum(await asyncio.gather(*(node.enqueue_due() for node in nodes))) == 1


async def test_a_clock_that_went_back_brings_nothing(database: Database, workspace: UUID) -> None:
    assert await Recurrence(database, FixedClock(NOON), EVERY_MINUTE).enqueue_due() == 1
    assert await Recurrence(database, FixedClock(NOON - timedelta(hours=1)), EVERY_MINUTE).enqueue_due() == 0


async def test_dead_jobs_are_forgotten_after_a_month(database: Database, workspace: UUID) -> None:
    insert = "insert into job (priority, status, entrypoint, updated) values (0, 'failed', 'x', now() - $1::interval)"
    async with database.transaction(workspace) as connection:
        for days in (29, 31):
            await connection.execute(insert, timedelta(days=days))
    await forget_dead_jobs.run(Running(database, workspace, 1, 1), Nothing())
    async with database.read(workspace) as connection:
        assert await connection.fetchval("select count(*) from job") == 1


async def test_the_schedule_names_jobs_that_are_distinct(database: Database, workspace: UUID) -> None:
    names = [recurring.job for recurring in SCHEDULE]
    assert len(set(names)) == len(names)
    assert {known.name for known in JOBS} <= set(names)


async def test_a_recurring_job_that_is_due_at_start_is_done(database: Database, workspace: UUID) -> None:
    done: asyncio.Queue[UUID] = asyncio.Queue()

    @job("tidy", Nothing)
    async def tidy(running: Running, _: Nothing) -> None:
        done.put_nowait(running.workspace_id)

    async with Worker(database, [tidy], 2), Recurrence(database, FixedClock(NOON), EVERY_MINUTE, pause=3600):
        assert await asyncio.wait_for(done.get(), 30) == workspace
