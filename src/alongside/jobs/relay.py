"""Takes facts out of the outbox and tells those who subscribed; they enqueue jobs in the same transaction.

A fact is deleted in the transaction in which its subscribers were told, so none is lost and none is told by half.
One workspace's facts are told in the order of their numbers, by one node at a time, those of one type that follow
each other together. A fact whose subscriber fails waits, with growing pauses, and holds up no other. One that this
program does not know is left for a program that does: during an upgrade the other version is there, too.
"""

import asyncio
from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from contextlib import suppress
from itertools import groupby
from types import TracebackType
from typing import Any, Self
from uuid import UUID

import msgspec

from alongside.kit.events import Fact, FactRegistry, type_of
from alongside.kit.logs import logger
from alongside.storage import Connection, Database, fetch

log = logger(__name__)
Subscriber = Callable[[Connection, Sequence[Any]], Awaitable[None]]
"""Gets facts of one type, in the order in which they happened: as many at once as there are."""

_BATCH = 200
_TAKE = """
    select outbox_id, type, payload from outbox
    where workspace_id = current_workspace() and not_before <= now() and type = any($2)
    order by outbox_id limit $1 for update skip locked
"""
_PUT_OFF = """
    update outbox set attempts = attempts + 1, failure = $2, failed_at = now(),
        not_before = now() + least(interval '1 second' * power(2, least(attempts, 20)), interval '10 minutes')
    where workspace_id = current_workspace() and outbox_id = $1
"""


class Waiting(msgspec.Struct):
    """A fact in the outbox."""

    outbox_id: int
    type: str
    payload: dict[str, Any]


class Relay:
    """Relays for as long as the `async with` lasts.

    `poll` seconds is how long it can take until facts are told that another process left behind. For `gather`
    seconds after a wake-up facts are let come together: under load one transaction then tells dozens of them,
    instead of one for each commit.
    """

    def __init__(
        self,
        database: Database,
        subscribers: Mapping[type[Fact], Iterable[Subscriber]],
        *,
        poll: float = 2.0,
        gather: float = 0.05,
    ) -> None:
        self._database = database
        self._subscribers = {kind: tuple(wanted) for kind, wanted in subscribers.items()}
        self._registry = FactRegistry(self._subscribers)
        self._known = [type_of(kind) for kind in self._subscribers]
        self._poll = poll
        self._gather = gather
        self._woken = asyncio.Event()

    async def __aenter__(self) -> Self:
        self._database.bell.hear(self._woken.set)
        self._task = asyncio.create_task(self._keep_relaying(), name="relay")
        return self

    async def _keep_relaying(self) -> None:
        while True:
            self._woken.clear()
            try:
                await self.relay_all()
            except Exception as error:  # noqa: BLE001  whatever it was, facts must not stay untold for ever
                log.warning("the relay could not empty the outbox", reason=type(error).__name__)
            with suppress(TimeoutError):
                await asyncio.wait_for(self._woken.wait(), self._poll)
            await asyncio.sleep(self._gather)

    async def relay_all(self) -> int:
        """Tell everything that waits now, of every workspace; gives how many facts were told."""
        told = 0
        while workspaces := await self._workspaces():
            in_this_round = sum([await self.relay(workspace_id) for workspace_id in workspaces])
            if not in_this_round:
                break
            told += in_this_round
        return told

    async def _workspaces(self) -> list[UUID]:
        async with self._database.jobs() as connection:
            rows = await connection.fetch(
                "select distinct workspace_id from outbox where not_before <= now()"
            )
        return [row["workspace_id"] for row in rows]

    async def relay(self, workspace_id: UUID) -> int:
        """Tell up to 200 of one workspace's facts; gives how many were told. 0 if another node is at it."""
        # Undone by a crash, the facts are there again, and what was asked for is not.
        async with self._database.transaction(workspace_id, repeatable=True) as connection:
            if not await _is_mine(connection, workspace_id):
                return 0
            waiting = await fetch(connection, Waiting, _TAKE, _BATCH, self._known)
            told = [
                outbox_id
                for _, alike in groupby(waiting, key=lambda fact: fact.type)
                for outbox_id in await self._tell(connection, list(alike))
            ]
            await connection.execute(
                "delete from outbox where workspace_id = current_workspace() and outbox_id = any($1)", told
            )
        return len(told)

    async def _tell(self, connection: Connection, alike: list[Waiting]) -> list[int]:
        """Tell facts of one type together; if that fails, one by one. Gives the numbers of those that were told."""
        failure = await self._try(connection, alike)
        if failure is None:
            return [fact.outbox_id for fact in alike]
        if len(alike) > 1:
            return [number for fact in alike for number in await self._tell(connection, [fact])]
        log.error("a fact could not be told and waits", fact=alike[0].type, reason=failure)
        await connection.execute(_PUT_OFF, alike[0].outbox_id, failure)
        return []

    async def _try(self, connection: Connection, alike: list[Waiting]) -> str | None:
        """Gives what went wrong."""
        try:
            async with connection.savepoint():
                facts = [self._registry.decode(waiting.payload) for waiting in alike]
                for subscriber in self._subscribers[type(facts[0])]:
                    await subscriber(connection, facts)
        except Exception as error:  # noqa: BLE001  one subscriber's mistake must not hold up the others' facts
            return type(error).__name__
        return None

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._database.bell.forget(self._woken.set)
        self._task.cancel()
        with suppress(asyncio.CancelledError):
            await self._task


async def _is_mine(connection: Connection, workspace_id: UUID) -> bool:
    """One node at a time tells a workspace's facts; the lock ends with the transaction."""
    return bool(
        await connection.fetchval(
            "select pg_try_advisory_xact_lock(hashtextextended($1, 0))", f"outbox/{workspace_id}"
        )
    )
