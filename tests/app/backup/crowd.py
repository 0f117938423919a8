"""A few visitors who keep writing, and remember what was acknowledged and when."""

import asyncio
from dataclasses import dataclass
from datetime import UTC, datetime
from types import TracebackType
from typing import Self
from uuid import UUID

from alongside.app.replay.caller import Caller
from alongside.app.replay.door import Door
from alongside.app.replay.waits import Waits
from alongside.kit.ids import uuid7

_PATIENCE = 60.0


@dataclass(frozen=True)
class Acknowledged:
    """A message that the server said was stored."""

    conversation_id: UUID
    entry_id: UUID
    seq: int
    at: datetime


class Crowd:
    """Visitors on devices of their own. They write while it is `writing`, as fast as they are answered."""

    def __init__(self, url: str, count: int = 4) -> None:
        self._door = Door(url, "luma", Waits(), _PATIENCE)
        self._count = count
        self._writing = asyncio.Event()
        self._idle: list[asyncio.Event] = []
        self.tokens: list[str] = []
        self.acknowledged: list[Acknowledged] = []
        self._news = asyncio.Condition()

    async def __aenter__(self) -> Self:
        self.tokens = [await self._door.register() for _ in range(self._count)]
        self._idle = [asyncio.Event() for _ in self.tokens]
        self._tasks = [
            asyncio.create_task(self._write(token, idle))
            for token, idle in zip(self.tokens, self._idle, strict=True)
        ]
        return self

    async def _write(self, token: str, idle: asyncio.Event) -> None:
        conversation_id = uuid7()
        async with Caller(self._door.url, token, Waits(), _PATIENCE, lambda _frame: None) as caller:
            await caller.ready()
            await caller.command("start", {"conversation_id": conversation_id})
            while True:
                idle.set()
                await self._writing.wait()
                idle.clear()
                entry_id = uuid7()
                message = {"conversation_id": conversation_id, "entry_id": entry_id, "text": "Still there?"}
                done = await caller.command("send", message)
                await self._note(Acknowledged(conversation_id, entry_id, done["seq"], datetime.now(UTC)))

    async def _note(self, acknowledged: Acknowledged) -> None:
        async with self._news:
            self.acknowledged.append(acknowledged)
            self._news.notify_all()

    def write(self) -> None:
        """Begin, or go on."""
        self._writing.set()

    async def rest(self) -> None:
        """Stop, and return when everything that was written is acknowledged."""
        self._writing.clear()
        for idle in self._idle:
            await asyncio.wait_for(idle.wait(), _PATIENCE)

    async def more(self, count: int) -> None:
        """Wait until so many more messages are acknowledged."""
        wanted = len(self.acknowledged) + count
        async with self._news:
            await asyncio.wait_for(self._news.wait_for(lambda: len(self.acknowledged) >= wanted), _PATIENCE)

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        await self._door.__aexit__(None, None, None)
