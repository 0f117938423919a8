"""What waits to be written to one connection: bounded, so that a slow reader costs little and then goes."""

import asyncio
from collections import deque
from collections.abc import Callable

from alongside.realtime.frames import Entries, Event, Subscribed, type_of


class _Asked(bytes):
    """A frame that its reader asked for."""


class Outbox:
    """Frames in the order in which they will be written. Not copied: all connections share the same bytes.

    `flush` is called when there is something to write, `overflow` when a frame would exceed `limit` bytes. What its
    reader asked for does not count, or one who comes back to long conversations would be cut for it, again and again;
    who answers waits for `room` instead.
    """

    __slots__ = ("_asked", "_flush", "_frames", "_limit", "_overflow", "_roomy", "bytes", "closed")

    def __init__(self, limit: int, flush: Callable[[], None], overflow: Callable[[], None]) -> None:
        self._frames: deque[bytes] = deque()
        self._limit = limit
        self._flush = flush
        self._overflow = overflow
        self._asked = 0
        self._roomy: asyncio.Future[None] | None = None
        self.bytes = 0
        self.closed = False

    def push(self, frame: bytes, *, asked: bool = False) -> None:
        """Have a frame written. Nothing happens once the outbox is closed."""
        if self.closed:
            return
        size = self.bytes + len(frame)
        if asked and self._asked <= self._limit:
            frame = _Asked(frame)
            self._asked += len(frame)
        elif size - self._asked > self._limit and self._frames:
            self._overflow()
            return
        self._frames.append(frame)
        self.bytes = size
        self._flush()

    async def room(self) -> None:
        """Wait until the answers before are written, or nobody reads any more."""
        while self._asked > self._limit and not self.closed:
            self._roomy = self._roomy or asyncio.get_running_loop().create_future()
            await self._roomy

    def _wake(self) -> None:
        roomy, self._roomy = self._roomy, None
        if roomy and not roomy.done():
            roomy.set_result(None)

    def take(self) -> bytes | None:
        """The next frame to write, if there is one."""
        if not self._frames:
            return None
        frame = self._frames.popleft()
        self.bytes -= len(frame)
        if type(frame) is _Asked:
            self._asked -= len(frame)
            self._wake()
        return frame

    def forget(self, topic: str) -> None:
        """Don't write what waits of this topic."""
        self._keep([frame for frame in self._frames if not _is_of(frame, topic)])

    def _keep(self, frames: list[bytes]) -> None:
        self._frames = deque(frames)
        self.bytes = sum(map(len, frames))
        self._asked = sum(len(frame) for frame in frames if type(frame) is _Asked)
        self._wake()

    def finish(self, frame: bytes, *, discard: bool) -> None:
        """Write a last frame, instead of what waits if `discard`, and take no more."""
        if self.closed:
            return
        if discard:
            self._keep([])
        self.closed = True
        self._wake()
        self._frames.append(frame)
        self.bytes += len(frame)
        self._flush()

    def close(self) -> None:
        """Nobody reads any more."""
        self.closed = True
        self._keep([])


_LONGEST_HEAD = 300
_ANSWER = f'{{"type":"{type_of(Subscribed)}",'.encode()


def _is_of(frame: bytes, topic: str) -> bool:
    """Whether a frame is of a topic: msgspec writes type and topic first, in an answer the id between them."""
    if frame.startswith(_ANSWER):
        return f'"topic":"{topic}",'.encode() in frame[:_LONGEST_HEAD]
    return frame.startswith(
        tuple(f'{{"type":"{type_of(kind)}","topic":"{topic}",'.encode() for kind in (Entries, Event))
    )
