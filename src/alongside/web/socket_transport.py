"""How sockets are served on uvicorn's port: its own WebSocket protocol, with a shorter way for our frames.

ASGI brings the handshake and the end of a connection. Frames bypass it: what comes in is handed to the client
at once, what goes out is written to the transport without a task, and back-pressure is felt both ways. Built on
private parts of uvicorn, which is pinned; `tests/web/test_socket.py` holds it to its word.
"""

from typing import Any, Protocol, cast

from uvicorn.protocols.websockets.websockets_sansio_impl import WebSocketsSansIOProtocol
from websockets.http11 import Request
from websockets.protocol import State

from alongside.realtime.outbox import Outbox

EXTENSION = "alongside.line"
CLOSE_SECONDS = 5.0
WRITE_BYTES = 64 * 1024
UVICORN_OPTIONS: dict[str, Any] = {
    "ws_max_size": 1024 * 1024,
    "ws_per_message_deflate": False,
    "ws_ping_interval": 20.0,
    "ws_ping_timeout": 20.0,
}


class Reader(Protocol):
    """Who gets what comes in; `realtime.client.Client` is one."""

    def received(self, data: str | bytes) -> None:
        """A message: text, or bytes for a binary one."""
        ...

    def retire(self) -> None:
        """The server stops."""
        ...


class SocketProtocol(WebSocketsSansIOProtocol):
    """Uvicorn's protocol with a `line` in the scope's extensions. Give it to uvicorn as `ws`."""

    line: "Line | None" = None

    def handle_connect(self, event: Request) -> None:
        """The handshake: puts the line into the scope before the application sees it."""
        super().handle_connect(event)
        if not self.close_sent:
            self.line = Line(self)
            extensions = cast("dict[str, Any]", self.scope["extensions"])
            extensions[EXTENSION] = {"line": self.line}

    def send_receive_event_to_app(self) -> None:
        """A message is complete."""
        if self.line is None or self.line.reader is None or self.close_sent:
            super().send_receive_event_to_app()
            return
        data = b"".join(self.frames)
        self.frames = []
        if self.curr_msg_data_type == "bytes":
            self.line.reader.received(data)
        else:
            self._read_text(self.line.reader, data)

    def _read_text(self, reader: Reader, data: bytes) -> None:
        try:
            text = data.decode()
        except UnicodeDecodeError:
            self.conn.fail(1007, "text that is not UTF-8")
            self.handle_parser_exception()
            return
        reader.received(text)

    def pause_writing(self) -> None:
        """The peer reads more slowly than we write."""
        super().pause_writing()
        if self.line:
            self.line.paused = True

    def resume_writing(self) -> None:
        """The peer has caught up."""
        super().resume_writing()
        if self.line:
            self.line.paused = False
            self.line.flush()

    def connection_lost(self, exc: Exception | None) -> None:
        """The line is gone."""
        if self.line:
            self.line.gone = True
        super().connection_lost(exc)

    def shutdown(self) -> None:
        """The server stops: the client says goodbye first."""
        if self.line and self.line.reader:
            self.line.reader.retire()
        else:
            super().shutdown()


class Line:
    """A `realtime.connection.Connection` on such a protocol."""

    def __init__(self, protocol: SocketProtocol) -> None:
        self.reader: Reader | None = None
        self.paused = False
        self.gone = False  # what is asked of a transport after that, uvloop answers with an error
        self.remote_address = ""
        self._protocol = protocol
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
            self._protocol.loop.call_soon(self._drain)

    def _drain(self) -> None:
        """Write what the transport takes, then close if that is due."""
        self._due = False
        while not self.paused and (frames := self._take()):
            self._write(frames)
        if self._closing and not (self._outbox and self._outbox.bytes):
            self._close(*self._closing)

    def _take(self) -> list[bytes]:
        """The next frames, each with its head; about as much as a transport buffers."""
        taken: list[bytes] = []
        size = 0
        while self._outbox and size < WRITE_BYTES and (frame := self._outbox.take()) is not None:
            taken += (_head(len(frame)), frame)
            size += len(frame)
        return taken

    def _write(self, parts: list[bytes]) -> None:
        if self._protocol.conn.state is State.OPEN and not self.gone:
            self._protocol.transport.write(b"".join(parts))

    def pause_reading(self) -> None:
        """Read nothing more for now."""
        if not self.gone:
            self._protocol.transport.pause_reading()

    def resume_reading(self) -> None:
        """Read again."""
        if not self._protocol.transport.is_closing():
            self._protocol.transport.resume_reading()

    def close(self, code: int, reason: str) -> None:
        """Close once everything is written; cut the line if that takes too long."""
        self._closing = (code, reason)
        self._protocol.loop.call_later(CLOSE_SECONDS, self._abort)
        self.flush()

    def _abort(self) -> None:
        """Cut the line, with what a peer that does not read has left unsent."""
        if not self.gone:
            self._protocol.transport.abort()

    def _close(self, code: int, reason: str) -> None:
        protocol = self._protocol
        if protocol.close_sent or protocol.conn.state is not State.OPEN:
            return
        protocol.close_sent = True
        protocol.conn.send_close(code, reason)
        protocol.transport.write(b"".join(protocol.conn.data_to_send()))
        protocol.queue.put_nowait({"type": "websocket.disconnect", "code": code, "reason": reason})
        protocol.close_timer = protocol.loop.call_later(CLOSE_SECONDS, self._abort)


def _head(size: int) -> bytes:
    """What stands before a text frame (RFC 6455, 5.2): final, without mask and extensions, as servers send it."""
    if size < 126:
        return bytes((0x81, size))
    if size < 65536:
        return b"\x81\x7e" + size.to_bytes(2)
    return b"\x81\x7f" + size.to_bytes(8)
