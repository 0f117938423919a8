"""Jobs: asked for in a transaction, done behind the fence, tried again, kept when dead, replayed."""

import asyncio
from contextlib import suppress
from datetime import timedelta
from uuid import UUID

import msgspec
import pytest

from alongside.jobs import Job, Retries, Running, Worker, enqueue, job
from alongside.jobs.dead import Query, discard, listing, open_letter, replay
from alongside.kit.errors import Conflict, Forbidden, NotFound
from alongside.storage import Database

AT_ONCE = Retries(attempts=3, first=timedelta(0), longest=timedelta(0))


class Greet(msgspec.Struct, frozen=True):
    name: str


class Recorder:
    """A job that writes down what it was given."""

    def __init__(self, failures: int = 0) -> None:
        self.done: asyncio.Queue[tuple[UUID, str, int]] = asyncio.Queue()
        self.tries: asyncio.Queue[int] = asyncio.Queue()
        self.failures = failures

    def jobs(self) -> list[Job]:
        @job("greet", Greet, AT_ONCE)
        async def greet(running: Running, payload: Greet) -> None:
            self.tries.put_nowait(running.attempt)
            if self.failures:
                self.failures -= 1
                raise RuntimeError("no")
            async with running.read() as connection:
                fence = await connection.fetchval("select current_workspace()")
            self.done.put_nowait((fence, payload.name, running.attempt))

        return [greet]


async def ask(database: Database, workspace: UUID, name: str, **options: object) -> int | None:
    async with database.transaction(workspace) as connection:
        return await enqueue(connection, "greet", Greet(name), **options)  # type: ignore[arg-type]


async def soon(queue: asyncio.Queue[tuple[UUID, str, int]]) -> tuple[UUID, str, int]:
    return await asyncio.wait_for(queue.get(), 30)


async def test_a_job_is_done_in_the_workspace_that_asked_for_it(
    database: Database, workspace: UUID, other_workspace: UUID
) -> None:
    recorder = Recorder()
    async with Worker(database, recorder.jobs(), 4):
        await ask(database, workspace, "Mara")
        await ask(database, other_workspace, "Otto")
        done = {await soon(recorder.done), await soon(recorder.done)}
    assert done == {(workspace, "Mara", 1), (other_workspace, "Otto", 1)}


async def test_a_job_of_a_transaction_that_was_undone_is_never_done(
    database: Database, workspace: UUID
) -> None:
    recorder = Recorder()
    async with Worker(database, recorder.jobs(), 4):
        with suppress(ZeroDivisionError):
            async with database.transaction(workspace) as connection:
                await enqueue(connection, "greet", Greet("never"))
                raise ZeroDivisionError
        await ask(database, workspace, "Mara")
        assert (await soon(recorder.done))[1] == "Mara"
    assert recorder.done.empty()


async def test_jobs_asked_for_while_no_worker_ran_are_done_later(database: Database, workspace: UUID) -> None:
    await ask(database, workspace, "Mara")
    recorder = Recorder()
    async with Worker(database, recorder.jobs(), 4):
        assert (await soon(recorder.done))[1] == "Mara"


async def test_a_job_that_fails_is_tried_again(database: Database, workspace: UUID) -> None:
    recorder = Recorder(failures=2)
    async with Worker(database, recorder.jobs(), 4):
        await ask(database, workspace, "Mara")
        assert await soon(recorder.done) == (workspace, "Mara", 3)
    async with database.read(workspace) as connection:
        assert await connection.fetchval("select count(*) from job") == 0
        assert await connection.fetchval("select count(*) from job_failure") == 0


async def until_dead(database: Database, workspace: UUID) -> None:
    while True:
        async with database.read(workspace) as connection:
            if (await listing(connection, Query())).items:
                return
        await asyncio.sleep(0.02)


async def test_a_job_that_failed_too_often_is_dead_can_be_seen_and_replayed(
    database: Database, workspace: UUID, other_workspace: UUID
) -> None:
    recorder = Recorder(failures=3)
    async with Worker(database, recorder.jobs(), 4):
        job_id = await ask(database, workspace, "Mara")
        assert job_id is not None
        await asyncio.wait_for(until_dead(database, workspace), 30)
        async with database.read(workspace) as connection:
            ((dead,), _) = msgspec.structs.astuple(await listing(connection, Query()))
            opened = await open_letter(connection, f"job-{job_id}")
        assert (dead.letter_id, dead.name, dead.attempts, dead.reason) == (
            f"job-{job_id}",
            "greet",
            3,
            "RuntimeError",
        )
        assert opened.payload == {"name": "Mara"}
        assert [(failure.reason, failure.message) for failure in opened.failures] == [("RuntimeError", "no")]
        async with database.transaction(other_workspace) as connection:
            assert (await listing(connection, Query())).items == []
            with pytest.raises(NotFound):
                await replay(connection, f"job-{job_id}")
        async with database.transaction(workspace) as connection:
            await replay(connection, f"job-{job_id}")
        assert await soon(recorder.done) == (workspace, "Mara", 1)


async def test_a_dead_job_can_be_thrown_away(database: Database, workspace: UUID) -> None:
    recorder = Recorder(failures=3)
    async with Worker(database, recorder.jobs(), 4):
        job_id = await ask(database, workspace, "Mara")
        assert job_id is not None
        await asyncio.wait_for(until_dead(database, workspace), 30)
        async with database.transaction(workspace) as connection:
            await discard(connection, f"job-{job_id}")
            with pytest.raises(NotFound):
                await discard(connection, f"job-{job_id}")
            assert (await listing(connection, Query())).items == []


async def test_a_job_with_the_key_of_one_that_waits_is_not_added(
    database: Database, workspace: UUID, other_workspace: UUID
) -> None:
    assert await ask(database, workspace, "Mara", dedupe_key="mara") is not None
    assert await ask(database, workspace, "Mara", dedupe_key="mara") is None
    assert await ask(database, other_workspace, "Mara", dedupe_key="mara") is not None


async def test_a_delayed_job_waits_and_does_not_hold_up_others(database: Database, workspace: UUID) -> None:
    recorder = Recorder()
    async with Worker(database, recorder.jobs(), 4):
        await ask(database, workspace, "later", delay=timedelta(hours=1))
        await ask(database, workspace, "now")
        assert (await soon(recorder.done))[1] == "now"
    async with database.read(workspace) as connection:
        assert await connection.fetchval("select count(*) from job where status = 'queued'") == 1


async def test_a_job_needs_a_workspace(database: Database) -> None:
    with pytest.raises(Forbidden):
        async with database.transaction(None) as connection:
            await enqueue(connection, "greet", Greet("Mara"))


async def test_no_more_jobs_run_at_once_than_allowed(database: Database, workspace: UUID) -> None:
    running = most = 0
    finished: asyncio.Queue[None] = asyncio.Queue()

    @job("greet", Greet)
    async def greet(_: Running, __: Greet) -> None:
        nonlocal running, most
        running += 1
        most = max(most, running)
        for _turn in range(50):
            await asyncio.sleep(0)
        running -= 1
        finished.put_nowait(None)

    for number in range(20):
        await ask(database, workspace, str(number))
    async with Worker(database, [greet], 4):
        for _turn in range(20):
            await asyncio.wait_for(finished.get(), 30)
    assert 1 <= most <= 4


async def test_stopping_lets_a_running_job_finish(database: Database, workspace: UUID) -> None:
    started, go_on, finished = asyncio.Event(), asyncio.Event(), asyncio.Event()

    @job("greet", Greet)
    async def greet(_: Running, __: Greet) -> None:
        started.set()
        await go_on.wait()
        finished.set()

    async with Worker(database, [greet], 4):
        await ask(database, workspace, "Mara")
        await asyncio.wait_for(started.wait(), 30)
        asyncio.get_running_loop().call_later(0.1, go_on.set)
    assert finished.is_set()


async def test_a_job_that_outlasts_the_grace_is_cut_off_and_done_by_the_next_worker(
    database: Database, workspace: UUID
) -> None:
    started = asyncio.Event()

    @job("greet", Greet)
    async def hang(_: Running, __: Greet) -> None:
        started.set()
        await asyncio.Event().wait()

    async with Worker(database, [hang], 4, grace=lambda: 0.1):
        await ask(database, workspace, "Mara")
        await asyncio.wait_for(started.wait(), 30)
    recorder = Recorder()
    async with Worker(database, recorder.jobs(), 4):
        assert (await soon(recorder.done))[:2] == (workspace, "Mara")


async def test_a_job_whose_worker_died_is_done_by_another(database: Database, workspace: UUID) -> None:
    job_id = await ask(database, workspace, "Mara")
    async with database.transaction(workspace) as connection:
        await connection.execute(
            "update job set status = 'picked', queue_manager_id = gen_random_uuid(), "
            "heartbeat = now() - interval '1 minute' where id = $1",
            job_id,
        )
    recorder = Recorder()
    async with Worker(database, recorder.jobs(), 4):
        assert (await soon(recorder.done))[1] == "Mara"


async def test_a_worker_goes_on_after_its_connections_were_cut(database: Database, workspace: UUID) -> None:
    recorder = Recorder()
    async with Worker(database, recorder.jobs(), 4):
        await ask(database, workspace, "before")
        assert (await soon(recorder.done))[1] == "before"
        async with database.jobs() as connection:
            await connection.execute(
                "select pg_terminate_backend(pid) from pg_stat_activity "
                "where pid <> pg_backend_pid() and usename = current_user and datname = current_database()"
            )
        await ask(database, workspace, "after")
        assert (await soon(recorder.done))[1] == "after"


def test_pauses_double_up_to_the_longest_and_end() -> None:
    retries = Retries(attempts=5, first=timedelta(seconds=1), longest=timedelta(seconds=4))
    delays = [retries.delay_after(failures) for failures in range(1, 6)]
    assert delays == [
        timedelta(seconds=1),
        timedelta(seconds=2),
        timedelta(seconds=4),
        timedelta(seconds=4),
        None,
    ]


async def test_a_worker_that_was_frozen_undoes_its_own_try_and_leaves_the_job_to_who_took_it(
    database: Database, workspace: UUID
) -> None:
    started, woken = asyncio.Event(), asyncio.Event()
    outcomes: asyncio.Queue[str] = asyncio.Queue()

    @job("greet", Greet, AT_ONCE)
    async def greet(running: Running, _: Greet) -> None:
        try:
            async with running.transaction() as connection:
                await connection.execute("insert into recurrence (job, due_at) values ('by_zombie', now())")
                started.set()
                await woken.wait()
        except Conflict as error:
            outcomes.put_nowait(error.code)
            raise

    async with Worker(database, [greet], 4):
        job_id = await ask(database, workspace, "Mara")
        await asyncio.wait_for(started.wait(), 30)
        async with database.transaction(workspace) as connection:
            await connection.execute(
                "update job set queue_manager_id = gen_random_uuid() where id = $1", job_id
            )
        woken.set()
        assert await asyncio.wait_for(outcomes.get(), 30) == "job_taken"
    async with database.read(workspace) as connection:
        assert await connection.fetchval("select status::text from job where id = $1", job_id) == "picked"
        assert await connection.fetchval("select count(*) from recurrence") == 0
