"""What comes in from one connection: handed on frame by frame, and held back while its sender is too quick."""

import asyncio
from collections import deque
from collections.abc import Callable

from alongside.realtime.connection import Connection

Frame = str | bytes


class Intake:
    """Gives frames to `read`, in order. While it rests or is crowded nothing more is read from the connection, and
    what had been read already waits here: at most what a transport reads at once."""

    __slots__ = ("_connection", "_crowded", "_held", "_read", "_timer")

    def __init__(self, connection: Connection, read: Callable[[Frame], None]) -> None:
        self._connection = connection
        self._read = read
        self._held: deque[Frame] = deque()
        self._timer: asyncio.TimerHandle | None = None
        self._crowded = False

    @property
    def _open(self) -> bool:
        return self._timer is None and not self._crowded

    def take(self, frame: Frame) -> None:
        """A frame came."""
        if self._open and not self._held:
            self._read(frame)
        else:
            self._held.append(frame)

    def rest(self, seconds: float) -> None:
        """Take nothing for so long."""
        if self._open:
            self._connection.pause_reading()
        if self._timer:
            self._timer.cancel()
        self._timer = asyncio.get_running_loop().call_later(seconds, self._rested)

    def _rested(self) -> None:
        self._timer = None
        self._go_on()

    def crowd(self, crowded: bool) -> None:
        """Too much waits to be done already, or no longer so."""
        if crowded == self._crowded:
            return
        if crowded and self._open:
            self._connection.pause_reading()
        self._crowded = crowded
        if not crowded:
            self._go_on()

    def _go_on(self) -> None:
        while self._held and self._open:
            self._read(self._held.popleft())
        if self._open:
            self._connection.resume_reading()

    def close(self) -> None:
        """Nothing is wanted any more."""
        self._held.clear()
        if self._timer:
            self._timer.cancel()
            self._timer = None
