"""Lists that change quickly: told of at most every so often, all changes of a workspace at once."""

import asyncio
from collections.abc import Callable, Iterable
from uuid import UUID

from alongside.kit.logs import logger
from alongside.realtime.place import Place
from alongside.realtime.topics import Digest

log = logger(__name__)
PAUSE_AFTER_FAILURE = 1.0
REST = 4
"""How long to rest after a digest, in times of what it took: lists must not slow the messages down."""
AT_ONCE = 50
"""Changes that are told before others get a turn."""


class Digests:
    """Collects changed topics and asks the digest how they look now. The first change is told at once, those
    within `interval` seconds after it together; under load the interval grows."""

    def __init__(self, digest: Digest, find: Callable[[UUID], Place | None], interval: float = 0.1) -> None:
        self._digest = digest
        self._find = find
        self._interval = interval
        self._changed: dict[UUID, set[str]] = {}
        self._tasks: dict[UUID, asyncio.Task[None]] = {}

    def mark(self, workspace_id: UUID, topics: Iterable[str]) -> None:
        """These topics have changed. Nothing happens if nobody of the workspace is here."""
        if self._find(workspace_id) is None:
            return
        self._changed.setdefault(workspace_id, set()).update(topics)
        if workspace_id not in self._tasks:
            loop = asyncio.get_running_loop()
            self._tasks[workspace_id] = loop.create_task(self._run(workspace_id))

    async def _run(self, workspace_id: UUID) -> None:
        loop = asyncio.get_running_loop()
        try:
            while changed := self._changed.pop(workspace_id, None):
                began = loop.time()
                told = await self._tell(workspace_id, changed)
                rest = max(self._interval, REST * (loop.time() - began))
                await asyncio.sleep(rest if told else PAUSE_AFTER_FAILURE)
        finally:
            del self._tasks[workspace_id]

    async def _tell(self, workspace_id: UUID, changed: set[str]) -> bool:
        place = self._find(workspace_id)
        if place is None:
            return True
        try:
            changes = await self._digest.changes(workspace_id, changed, place)
        except Exception:
            log.exception("digest_failed", topics=len(changed))
            self._changed.setdefault(workspace_id, set()).update(changed)
            return False
        for told, change in enumerate(changes, 1):
            place.tell(change)
            if told % AT_ONCE == 0:
                await asyncio.sleep(0)
        return True

    async def stop(self) -> None:
        """Give up what is under way."""
        for task in list(self._tasks.values()):
            task.cancel()
        await asyncio.gather(*self._tasks.values(), return_exceptions=True)
