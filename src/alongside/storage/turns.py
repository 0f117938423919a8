"""Whose turn it is: no workspace takes the last connections to the database, however much it asks for at once."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from uuid import UUID

from alongside.kit.errors import Unavailable


class Turns:
    """Lets each workspace have `most` connections at a time; `patience`: seconds that one waits for one's turn."""

    def __init__(self, connections: int, patience: float) -> None:
        self.most = max(1, connections - max(1, connections // 4))
        self._patience = patience
        self._gates: dict[UUID, asyncio.Semaphore] = {}
        self._present: dict[UUID, int] = {}

    @asynccontextmanager
    async def of(self, workspace_id: UUID | None) -> AsyncIterator[None]:
        """One turn of a workspace. Raises Unavailable if it does not come in time; without a workspace nobody waits."""
        if workspace_id is None:
            yield
            return
        gate = self._gates.setdefault(workspace_id, asyncio.Semaphore(self.most))
        self._present[workspace_id] = self._present.get(workspace_id, 0) + 1
        try:
            await self._wait(gate)
            try:
                yield
            finally:
                gate.release()
        finally:
            self._leave(workspace_id)

    async def _wait(self, gate: asyncio.Semaphore) -> None:
        if not gate.locked():
            await gate.acquire()
            return
        try:
            async with asyncio.timeout(self._patience):
                await gate.acquire()
        except TimeoutError:
            raise Unavailable(
                "too_slow", "The workspace asks the database for too much at once.", "Try again."
            ) from None

    def _leave(self, workspace_id: UUID) -> None:
        self._present[workspace_id] -= 1
        if not self._present[workspace_id]:
            del self._present[workspace_id], self._gates[workspace_id]
