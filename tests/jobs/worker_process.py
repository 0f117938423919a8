"""A worker as a process of its own, which can be killed or frozen: `python -m tests.jobs.worker_process LOGINS FOLDER`.

Its one job takes a moment and writes into a table of the test, in its transaction, that it was done.
"""

import asyncio
import os
import signal
import sys
from datetime import timedelta
from pathlib import Path

import msgspec

from alongside.jobs import Retries, Running, Worker, job
from alongside.kit.settings import Settings
from alongside.storage import Database, Logins

LOST_AFTER = timedelta(seconds=2)
WORKED = """
    create table alongside.worked (job_id bigint, number int, worker int);
    grant all on alongside.worked to alongside_server;
"""


class Task(msgspec.Struct, frozen=True):
    """What is to be done."""

    number: int


@job("task", Task, Retries(attempts=10, first=timedelta(0)))
async def task(running: Running, wanted: Task) -> None:
    """Do it, slowly enough to be caught at it."""
    async with running.transaction() as connection:
        await connection.execute(
            "insert into worked (job_id, number, worker) values ($1, $2, $3)",
            running.job_id,
            wanted.number,
            os.getpid(),
        )
        await asyncio.sleep(0.05)


async def work(logins: Logins, folder: Path) -> None:
    """Until SIGTERM."""
    stop = asyncio.Event()
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, stop.set)
    async with (
        Database(logins, Settings(data_dir=folder, database_pool_size=5)) as database,
        Worker(database, [task], 4, lost_after=LOST_AFTER),
    ):
        sys.stdout.write("working\n")
        sys.stdout.flush()
        await stop.wait()


if __name__ == "__main__":
    asyncio.run(work(msgspec.json.decode(sys.argv[1], type=Logins), Path(sys.argv[2])))
