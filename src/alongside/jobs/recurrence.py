"""Puts recurring jobs into the queue when they are due: each once in its period and workspace, however many nodes
there are and whether or not they were up. One of them looks, the leader; another takes over within seconds."""

import asyncio
from collections.abc import Awaitable, Callable, Iterable
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from time import monotonic
from types import TracebackType
from typing import Self
from uuid import UUID

import msgspec

from alongside.jobs.leading import RENEW_SECONDS, Leading
from alongside.jobs.queue import enqueue
from alongside.kit.clock import Clock
from alongside.kit.errors import AlongsideError
from alongside.kit.logs import logger
from alongside.storage import Connection, Database

log = logger(__name__)
Confirm = Callable[[Connection], Awaitable[None]]
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_CLAIM = """
    insert into recurrence (job, due_at) values ($1, $2)
    on conflict (workspace_id, job) do update set due_at = excluded.due_at where recurrence.due_at < excluded.due_at
    returning true
"""


class Nothing(msgspec.Struct, frozen=True):
    """The payload of a recurring job: it is told nothing but its workspace."""


@dataclass(frozen=True)
class Recurring:
    """A job that every workspace has done once in every period, `offset` after its beginning (in UTC)."""

    job: str
    every: timedelta
    offset: timedelta = timedelta(0)

    def due_at(self, now: datetime) -> datetime:
        """The latest moment at which it was due."""
        periods = (now - _EPOCH - self.offset) // self.every
        return _EPOCH + self.offset + periods * self.every


class Recurrence:
    """Looks every `pause` seconds for what is due, for as long as the `async with` lasts and this server leads."""

    def __init__(
        self, database: Database, clock: Clock, schedule: Iterable[Recurring], *, pause: float = 20.0
    ) -> None:
        self._database = database
        self._clock = clock
        self._schedule = tuple(schedule)
        self._pause = pause
        self._leading = Leading(database, "schedule")

    async def __aenter__(self) -> Self:
        self._task = asyncio.create_task(self._keep_looking(), name="recurrence")
        return self

    async def _keep_looking(self) -> None:
        looked = float("-inf")
        while True:
            try:
                if await self._leading.renew() and monotonic() - looked >= self._pause:
                    await self.enqueue_due(self._leading.confirm)
                    looked = monotonic()
            except Exception as error:  # noqa: BLE001  whatever it was, the next look may work
                log.warning("recurring jobs could not be queued", reason=type(error).__name__)
            await asyncio.sleep(RENEW_SECONDS)

    async def enqueue_due(self, confirm: Confirm | None = None) -> int:
        """Put what is due into the queue of every workspace; gives how many jobs that were. `confirm` says in each
        transaction that this server may. Even without it no job is queued twice in its period."""
        async with self._database.read(None) as connection:
            workspaces = [row[0] for row in await connection.fetch("select workspace_ids()")]
        return sum([await self._enqueue_for(workspace_id, confirm) for workspace_id in workspaces])

    async def _enqueue_for(self, workspace_id: UUID, confirm: Confirm | None) -> int:
        count = 0
        async with self._database.transaction(workspace_id) as connection:
            if confirm:
                await confirm(connection)
            for recurring in self._schedule:
                if await connection.fetchval(_CLAIM, recurring.job, recurring.due_at(self._clock.now())):
                    await enqueue(connection, recurring.job, Nothing(), dedupe_key="recurring")
                    count += 1
        return count

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._task.cancel()
        with suppress(asyncio.CancelledError):
            await self._task
        with suppress(AlongsideError):
            await self._leading.resign()
