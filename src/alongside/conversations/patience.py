"""Patience: nobody waits for the database for ever."""

import asyncio
from collections import deque
from typing import Protocol

from alongside.kit.errors import Unavailable


class Awaited(Protocol):
    """What somebody waits for."""

    def done(self) -> bool:
        """Whether nobody waits any more."""
        ...

    def set_exception(self, error: Exception, /) -> None:
        """There will be no answer."""
        ...


class Patience:
    """Ends the waiting of those who have waited for so many seconds. All wait equally long, so that one timer does
    for all of them."""

    def __init__(self, seconds: float) -> None:
        self._seconds = seconds
        self._watched: deque[tuple[float, Awaited]] = deque()
        self._timer: asyncio.TimerHandle | None = None

    def watch(self, waiting: Awaited) -> None:
        """From now on the time runs: without a result in time it gets Unavailable."""
        loop = asyncio.get_running_loop()
        self._forget_done()
        self._watched.append((loop.time() + self._seconds, waiting))
        if self._timer is None:
            self._timer = loop.call_later(self._seconds, self._look, loop)

    def _look(self, loop: asyncio.AbstractEventLoop) -> None:
        self._forget_done()
        while self._watched and self._watched[0][0] <= loop.time():
            _, waiting = self._watched.popleft()
            waiting.set_exception(unavailable())
            self._forget_done()
        self._timer = loop.call_at(self._watched[0][0], self._look, loop) if self._watched else None

    def _forget_done(self) -> None:
        while self._watched and self._watched[0][1].done():
            self._watched.popleft()


def unavailable() -> Unavailable:
    """The database did not answer in time, or too many wait already."""
    return Unavailable(
        message="The message could not be stored just now.",
        hint="Send it again with the same id in a moment.",
    )
