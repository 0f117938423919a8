"""Three workers as processes: one is killed, one is frozen and wakes up, and every job is done."""

import asyncio
import os
import signal
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from uuid import UUID

import msgspec

from alongside.jobs import enqueue
from alongside.storage import Database, Logins
from tests.jobs.worker_process import WORKED, Task

JOBS = 150


@asynccontextmanager
async def worker(logins: Logins, folder: Path) -> AsyncIterator[asyncio.subprocess.Process]:
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "tests.jobs.worker_process", msgspec.json.encode(logins), str(folder)),
        stdout=asyncio.subprocess.PIPE,
    )
    try:
        assert process.stdout is not None
        assert await process.stdout.readline() == b"working\n"
        yield process
    finally:
        if process.returncode is None:
            process.kill()
        await process.wait()


async def ask(database: Database, workspace: UUID) -> None:
    async with database.owner() as connection:
        await connection.execute(f"set search_path = alongside; {WORKED}")
    async with database.transaction(workspace) as connection:
        for number in range(JOBS):
            await enqueue(connection, "task", Task(number))


async def left(database: Database, workspace: UUID) -> int:
    async with database.read(workspace) as connection:
        return int(await connection.fetchval("select count(*) from job where status <> 'failed'"))


async def until_left(database: Database, workspace: UUID, at_most: int) -> None:
    async with asyncio.timeout(90):
        while True:
            if await left(database, workspace) <= at_most:
                return
            await asyncio.sleep(0.02)


async def test_every_job_is_done_though_one_worker_is_killed_and_one_is_frozen(
    database: Database, logins: Logins, workspace: UUID, tmp_path: Path
) -> None:
    await ask(database, workspace)
    async with (
        worker(logins, tmp_path) as killed,
        worker(logins, tmp_path) as frozen,
        worker(logins, tmp_path),
    ):
        await until_left(database, workspace, JOBS * 3 // 4)
        killed.kill()
        os.kill(frozen.pid, signal.SIGSTOP)
        await until_left(database, workspace, 0)
        async with database.read(workspace) as connection:
            before = await connection.fetch("select job_id, number, worker from worked order by 1, 2, 3")
        os.kill(frozen.pid, signal.SIGCONT)
        frozen.terminate()
        assert await frozen.wait() == 0
    async with database.read(workspace) as connection:
        after = await connection.fetch("select job_id, number, worker from worked order by 1, 2, 3")
        assert await connection.fetchval("select count(*) from job") == 0
    assert {row["number"] for row in before} == set(range(JOBS))
    assert after == before, "who was frozen did something when it woke up"
