"""One socket's way out: frames from an outbox, written together, and no faster than the peer reads."""

from asyncio import AbstractEventLoop, Transport
from typing import Protocol

from alongside.realtime.outbox import Outbox

CLOSE_SECONDS = 5.0
WRITE_BYTES = 64 * 1024


class Reader(Protocol):
    """Who gets what comes in; `realtime.client.Client` is one."""

    def received(self, data: str | bytes) -> None:
        """A message: text, or bytes for a binary one."""
        ...

    def retire(self) -> None:
        """The server stops."""
        ...


class Wire(Protocol):
    """The WebSocket below a line: frames of text bypass it, it knows how to close."""

    def is_open(self) -> bool:
        """Whether text may still be written."""
        ...

    def say_close(self, code: int, reason: str) -> None:
        """Write a close frame, once."""
        ...


class Line:
    """A `realtime.connection.Connection` on a transport that speaks WebSocket."""

    __slots__ = (
        "_closing",
        "_due",
        "_loop",
        "_outbox",
        "_transport",
        "_wire",
        "gone",
        "holding",
        "paused",
        "reader",
        "remote_address",
    )

    def __init__(
        self, loop: AbstractEventLoop, transport: Transport, wire: Wire, remote_address: str = ""
    ) -> None:
        self.reader: Reader | None = None
        self.paused = False
        self.holding = False
        self.gone = False  # what is asked of a transport after that, uvloop answers with an error
        self.remote_address = remote_address
        self._loop = loop
        self._transport = transport
        self._wire = wire
        self._outbox: Outbox | None = None
        self._closing: tuple[int, str] | None = None
        self._due = False

    def attach(self, outbox: Outbox) -> None:
        """Where the frames to write come from."""
        self._outbox = outbox

    def flush(self) -> None:
        """Write soon, together with whatever else comes up for this peer in this turn of the loop."""
        if not self._due and not self.paused:
            self._due = True
            self._loop.call_soon(self._drain)

    def _drain(self) -> None:
        """Write what the transport takes, then close if that is due."""
        self._due = False
        while not self.paused and (frames := self._take()):
            if self._wire.is_open() and not self.gone:
                self._transport.write(b"".join(frames))
        if self._closing and not (self._outbox and self._outbox.bytes):
            self._wire.say_close(*self._closing)

    def _take(self) -> list[bytes]:
        """The next frames, each with its head; about as much as a transport buffers."""
        taken: list[bytes] = []
        size = 0
        while self._outbox and size < WRITE_BYTES and (frame := self._outbox.take()) is not None:
            taken += (_head(len(frame)), frame)
            size += len(frame)
        return taken

    def pause_writing(self) -> None:
        """The peer reads more slowly than we write."""
        self.paused = True

    def resume_writing(self) -> None:
        """The peer has caught up."""
        self.paused = False
        self.flush()

    def pause_reading(self) -> None:
        """Read nothing more for now."""
        self.holding = True
        if not self.gone:
            self._transport.pause_reading()

    def resume_reading(self) -> None:
        """Read again."""
        self.holding = False
        if not self.gone and not self._transport.is_closing():
            self._transport.resume_reading()

    def close(self, code: int, reason: str) -> None:
        """Close once everything is written; cut the line if that takes too long."""
        self._closing = (code, reason)
        self._loop.call_later(CLOSE_SECONDS, self.abort)
        self.flush()

    def abort(self) -> None:
        """Cut the line, with what a peer that does not read has left unsent."""
        if not self.gone:
            self._transport.abort()


def _head(size: int) -> bytes:
    """What stands before a text frame (RFC 6455, 5.2): final, without mask and extensions, as servers send it."""
    if size < 126:
        return bytes((0x81, size))
    if size < 65536:
        return b"\x81\x7e" + size.to_bytes(2)
    return b"\x81\x7f" + size.to_bytes(8)
