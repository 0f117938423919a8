"""Sockets without picows, where it cannot be had: uvicorn's own WebSocket protocol, with a shorter way for frames.

ASGI brings the handshake and the end of a connection. Frames bypass it: what comes in is handed to the client
at once, what goes out is written to the transport without a task, and back-pressure is felt both ways. Built on
private parts of uvicorn, which is pinned; `tests/web/test_socket.py` holds it to its word.
"""

from typing import Any, cast

from uvicorn.protocols.websockets.websockets_sansio_impl import WebSocketsSansIOProtocol
from websockets.http11 import Request
from websockets.protocol import State

from alongside.web.socket_line import CLOSE_SECONDS, Line, Reader

EXTENSION = "alongside.line"


class SansioProtocol(WebSocketsSansIOProtocol):
    """Uvicorn's protocol with a `line` in the scope's extensions. Give it to uvicorn as `ws`."""

    line: Line | None = None

    def handle_connect(self, event: Request) -> None:
        """The handshake: puts the line into the scope before the application sees it."""
        super().handle_connect(event)
        if not self.close_sent:
            self.line = Line(self.loop, self.transport, self)
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
            self.line.pause_writing()

    def resume_writing(self) -> None:
        """The peer has caught up."""
        super().resume_writing()
        if self.line:
            self.line.resume_writing()

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

    def is_open(self) -> bool:
        """Whether text may still be written."""
        return self.conn.state is State.OPEN

    def say_close(self, code: int, reason: str) -> None:
        """Write a close frame, once."""
        if self.close_sent or not self.is_open():
            return
        self.close_sent = True
        self.conn.send_close(code, reason)
        self.transport.write(b"".join(self.conn.data_to_send()))
        self.queue.put_nowait({"type": "websocket.disconnect", "code": code, "reason": reason})
        if self.line:
            self.close_timer = self.loop.call_later(CLOSE_SECONDS, self.line.abort)
