"""What a job is.

    def jobs(mail: Mail) -> list[Job]:
        @job("send_welcome", Welcome)
        async def send_welcome(running: Running, welcome: Welcome) -> None:
            async with running.transaction() as connection:
                ...
        return [send_welcome]

The composition root gathers these lists and gives them to the `Worker`; importing a module registers nothing.
"""

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any, TypeVar
from uuid import UUID

import msgspec

from alongside.jobs.fencing import still_held
from alongside.storage import Connection, Database

P = TypeVar("P", bound=msgspec.Struct)
Run = Callable[["Running", P], Awaitable[None]]


@dataclass(frozen=True)
class Retries:
    """How often a job is tried before it is dead, and how long between: `first`, doubled each time, up to `longest`.

    The defaults give up after about four hours."""

    attempts: int = 12
    first: timedelta = timedelta(seconds=2)
    longest: timedelta = timedelta(hours=1)

    def delay_after(self, failures: int) -> timedelta | None:
        """How long to wait after this many failures; None to give up."""
        if failures >= self.attempts:
            return None
        doubled = self.first * 2.0 ** (failures - 1)
        return min(doubled, self.longest)


@dataclass(frozen=True)
class Running:
    """One try of a job: where it works and which try it is, counted from 1. `holder`: the worker's mark on the job;
    as soon as another worker holds it, a transaction of this try is undone."""

    database: Database = field(repr=False)
    workspace_id: UUID
    job_id: int
    attempt: int
    holder: UUID | None = None

    @asynccontextmanager
    async def transaction(self) -> AsyncIterator[Connection]:
        """A transaction in the workspace that the job was asked for in. Raises Conflict at its end if another worker
        has taken the job, which happens when this one was frozen."""
        async with self.database.transaction(self.workspace_id) as connection:
            yield connection
            if self.holder:
                await still_held(connection, self.job_id, self.holder)

    def read(self) -> AbstractAsyncContextManager[Connection]:
        """The same for reading."""
        return self.database.read(self.workspace_id)


@dataclass(frozen=True)
class Job:
    """A kind of job: its name in the queue, the struct it is given, what it does, how often it is tried."""

    name: str
    payload: type[msgspec.Struct]
    run: Run[Any]
    retries: Retries = Retries()


def job(name: str, payload: type[P], retries: Retries = Retries()) -> Callable[[Run[P]], Job]:
    """Make a `Job` of an async function."""
    return lambda run: Job(name, payload, run, retries)


class Envelope(msgspec.Struct, frozen=True):
    """How a payload lies in the queue: with the workspace that it belongs to."""

    workspace_id: UUID
    payload: msgspec.Raw
