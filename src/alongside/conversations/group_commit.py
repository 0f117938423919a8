"""Group commit: whatever is queued while a commit is in flight goes into the next one."""

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import Protocol
from uuid import UUID

from alongside.conversations.appending import Judged, Written
from alongside.conversations.patience import Awaited
from alongside.kit.errors import AlongsideError, Conflict, Unavailable
from alongside.kit.logs import logger

log = logger(__name__)
LARGEST_BATCH = 500
_FIRST_PAUSE, _LONGEST_PAUSE = 0.02, 1.0


class Answer(Awaited, Protocol):
    """Where the outcome of a draft is said. An `asyncio.Future` is one; what masses of drafts share need be none."""

    def set_result(self, judged: Judged, /) -> None:
        """It is durable, or refused."""
        ...


@dataclass(slots=True, eq=False)
class Waiting:
    """A draft in the line. `done` gets its outcome once that is durable. `tried`: a commit with it failed, or
    seemed to: the entry may be there already."""

    written: Written
    done: Answer
    tried: bool = False


Commit = Callable[[Sequence[Waiting]], Awaitable[list[Judged]]]
Publish = Callable[[Sequence[Waiting], Sequence[Judged]], Awaitable[None]]


class Line:
    """The drafts of one workspace in the order in which they came, stored one batch at a time.

    `commit` stores a batch (an entry that is there already is no harm), `publish` tells of what was stored,
    `ended` is called when the line is empty and at rest.
    """

    def __init__(self, commit: Commit, publish: Publish, ended: Callable[[], object]) -> None:
        self._commit = commit
        self._publish = publish
        self._ended = ended
        self._queue: deque[Waiting] = deque()
        self._writing: asyncio.Task[None] | None = None

    def __len__(self) -> int:
        return len(self._queue)

    def add(self, waiting: Waiting) -> None:
        """Stand in the line; the writing starts by itself."""
        self._queue.append(waiting)
        if self._writing is None:
            self._writing = asyncio.create_task(self._write())

    async def finished(self) -> None:
        """Returns when everything that stands in the line now is settled."""
        if self._writing is not None:
            await asyncio.wait([self._writing])

    async def _write(self) -> None:
        try:
            while self._queue:
                await self._store(self._take())
        finally:
            self._writing = None
            self._ended()

    def _take(self) -> list[Waiting]:
        """The next batch; it ends before an entry that is in it already."""
        batch: list[Waiting] = []
        taken = set[UUID]()
        while self._queue and len(batch) < LARGEST_BATCH:
            entry_id = self._queue[0].written.draft.entry_id
            if entry_id in taken:
                break
            taken.add(entry_id)
            batch.append(self._queue.popleft())
        return batch

    async def _store(self, batch: list[Waiting]) -> None:
        """Try until the database answers; those who gave up waiting are left out from then on."""
        pause = _FIRST_PAUSE
        while batch := [waiting for waiting in batch if not waiting.done.done()]:
            try:
                judged = await self._commit(batch)
            except Exception as error:  # noqa: BLE001 - whatever it is, it reaches those who wait
                if not _worth_another_try(error):
                    await self._isolate(batch, error)
                    return
                await _rest(batch, pause)
                pause = min(pause * 2, _LONGEST_PAUSE)
            else:
                await self._settle(batch, judged)
                return

    async def _isolate(self, batch: list[Waiting], error: Exception) -> None:
        """One of them cannot be stored at all: find it, and store the others."""
        if len(batch) == 1:
            _fail(batch[0], error)
            return
        middle = len(batch) // 2
        await self._store(batch[:middle])
        await self._store(batch[middle:])

    async def _settle(self, batch: list[Waiting], judged: list[Judged]) -> None:
        await self._tell(batch, judged)
        for waiting, each in zip(batch, judged, strict=True):
            if not waiting.done.done():
                waiting.done.set_result(each)

    async def _tell(self, batch: list[Waiting], judged: list[Judged]) -> None:
        """It is stored, whatever goes wrong now: who wrote it has to hear so, and the line has to go on."""
        try:
            await self._publish(batch, judged)
        except Exception:
            log.exception("stored_but_not_told", entries=len(batch))


def _worth_another_try(error: Exception) -> bool:
    return isinstance(error, Unavailable) or (isinstance(error, Conflict) and error.code == "retry")


async def _rest(batch: list[Waiting], pause: float) -> None:
    for waiting in batch:
        waiting.tried = True
    await asyncio.sleep(pause)


def _fail(waiting: Waiting, error: Exception) -> None:
    if not isinstance(error, AlongsideError):
        log.error("an entry cannot be stored", exc_info=error)
    if not waiting.done.done():
        waiting.done.set_exception(error)
