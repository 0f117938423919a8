"""The desk during a replay: somebody looks on, and scripted agents take what waits in the queue."""

import asyncio
import time
from collections.abc import Sequence
from contextlib import AsyncExitStack
from types import TracebackType
from typing import Any, Self
from uuid import UUID

import msgspec

from alongside.app.replay.agent import ScriptedAgent
from alongside.app.replay.caller import Caller
from alongside.app.replay.door import Door
from alongside.app.replay.failures import Refused
from alongside.app.replay.script import Script
from alongside.app.replay.tally import Tally
from alongside.realtime import frames


class Sighting(msgspec.Struct, frozen=True):
    """A summary in the desk's list, as far as it matters here."""

    conversation_id: UUID
    last_seq: int
    held_by: str


class Desk:
    """Signed in for the whole replay: sees what arrives, and gives the agents what is in the queue.

    Of the queue only what this replay began: other customers want real people. `tokens`: of signed-in agents."""

    def __init__(self, door: Door, tally: Tally, script: Script, tokens: Sequence[str]) -> None:
        self.token = tokens[0]
        self._door = door
        self._tally = tally
        self._patience = script.patience
        self._queue: asyncio.Queue[UUID] = asyncio.Queue()
        self._offered: set[UUID] = set()
        self._tasks: list[asyncio.Task[None]] = []
        self._callers = [self._caller(token, _ignore) for token in tokens[: script.agents]]
        self._onlooker = self._caller(self.token, self._hear)

    def _caller(self, token: str, hear: Any) -> Caller:
        return Caller(self._door.url, token, self._tally.waits, self._patience, hear)

    async def __aenter__(self) -> Self:
        async with AsyncExitStack() as stack:
            await stack.enter_async_context(self._onlooker)
            stack.push_async_callback(self._go_home)
            await self._onlooker.follow("desk")
            for caller in self._callers:
                self._begin(ScriptedAgent(caller, self._tally).work(self._queue))
            self._leaving = stack.pop_all()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self._leaving.aclose()

    async def _go_home(self) -> None:
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        self._tally.losses += sum(caller.losses for caller in [self._onlooker, *self._callers])

    def _begin(self, work: Any) -> None:
        self._tasks.append(asyncio.create_task(work))

    def _hear(self, frame: frames.AnyServerFrame) -> None:
        if isinstance(frame, frames.Event) and frame.name == "summary":
            self._see(msgspec.convert(frame.data, Sighting))
        elif isinstance(frame, frames.Subscribed) and self._callers:
            self._begin(self._catch_up())

    def _see(self, seen: Sighting) -> None:
        self._tally.seen(seen.conversation_id, seen.last_seq, time.monotonic())
        if seen.held_by == "queue":
            self._offer(seen.conversation_id)

    def _offer(self, conversation_id: UUID) -> None:
        if self._callers and conversation_id in self._tally.fates and conversation_id not in self._offered:
            self._offered.add(conversation_id)
            self._queue.put_nowait(conversation_id)

    async def _catch_up(self) -> None:
        """The list topic tells of changes only: what came into the queue before is listed."""
        try:
            async for waiting in self._door.conversations(self.token, view="unassigned", status="open"):
                self._offer(waiting)
        except Refused as refused:
            self._tally.trouble("desk", refused)

    async def settle(self) -> None:
        """Until the agents have answered all that is in the queue."""
        if self._callers:
            await self._catch_up()
            await self._queue.join()


def _ignore(_frame: frames.AnyServerFrame) -> None:
    """An agent at work needs to hear nothing but answers."""
