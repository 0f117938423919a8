"""What waits to be written to one connection: bounded, so that a slow reader costs little and then goes."""

from collections import deque
from collections.abc import Callable

from alongside.realtime.frames import Entries, Event, type_of


class Outbox:
    """Frames in the order in which they will be written. Not copied: all connections share the same bytes.

    `flush` is called when there is something to write, `overflow` when a frame would exceed `limit` bytes.
    """

    __slots__ = ("_flush", "_frames", "_limit", "_overflow", "bytes", "closed")

    def __init__(self, limit: int, flush: Callable[[], None], overflow: Callable[[], None]) -> None:
        self._frames: deque[bytes] = deque()
        self._limit = limit
        self._flush = flush
        self._overflow = overflow
        self.bytes = 0
        self.closed = False

    def push(self, frame: bytes) -> None:
        """Have a frame written. Nothing happens once the outbox is closed."""
        if self.closed:
            return
        size = self.bytes + len(frame)
        if size > self._limit and self._frames:
            self._overflow()
            return
        self._frames.append(frame)
        self.bytes = size
        self._flush()

    def take(self) -> bytes | None:
        """The next frame to write, if there is one."""
        if not self._frames:
            return None
        frame = self._frames.popleft()
        self.bytes -= len(frame)
        return frame

    def forget(self, topic: str) -> None:
        """Don't write what waits of this topic."""
        heads = _heads(topic)
        kept = [frame for frame in self._frames if not frame.startswith(heads)]
        self._frames = deque(kept)
        self.bytes = sum(map(len, kept))

    def finish(self, frame: bytes, *, discard: bool) -> None:
        """Write a last frame, instead of what waits if `discard`, and take no more."""
        if self.closed:
            return
        if discard:
            self._frames.clear()
            self.bytes = 0
        self.closed = True
        self._frames.append(frame)
        self.bytes += len(frame)
        self._flush()

    def close(self) -> None:
        """Nobody reads any more."""
        self.closed = True
        self._frames.clear()
        self.bytes = 0


def _heads(topic: str) -> tuple[bytes, ...]:
    """How the frames of a topic begin: msgspec writes type and topic first."""
    return tuple(f'{{"type":"{type_of(kind)}","topic":"{topic}",'.encode() for kind in (Entries, Event))
