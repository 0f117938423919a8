"""What picows reads: frames are put together to messages and handed to the client."""

import asyncio
from typing import Any, cast

from picows import WSFrame, WSListener, WSMsgType, WSTransport

from alongside.web.socket import SocketEndpoint, Visit
from alongside.web.socket_line import Line
from alongside.web.socket_pulse import Pulse

MESSAGE_BYTES = 1024 * 1024
_DATA = (WSMsgType.TEXT, WSMsgType.BINARY, WSMsgType.CONTINUATION)


class Listener(WSListener):
    """One connection: puts frames together and hands them to its client."""

    def __init__(self, endpoint: SocketEndpoint, pulse: Pulse, address: str, scheme: str) -> None:
        self._endpoint = endpoint
        self._pulse = pulse
        self._came = (address, scheme)
        self._fragments: list[bytes] = []
        self._kind = WSMsgType.TEXT
        self._visit: Visit | None = None
        self._transport: WSTransport | None = None
        self.line: Line | None = None
        self.quiet = 0

    def on_ws_connected(self, transport: WSTransport) -> None:
        """The handshake is done."""
        address, scheme = self._came
        headers = {name.lower(): value for name, value in transport.request.headers.items()}
        transport.request.headers.clear()
        self._transport = transport
        self.line = Line(asyncio.get_running_loop(), transport.underlying_transport, self, address)
        self._visit = self._endpoint.enter(self.line, headers, scheme)
        self._pulse.add(self)

    def on_ws_frame(self, transport: WSTransport, frame: WSFrame) -> None:
        """A frame, perhaps a part of a message."""
        self.quiet = 0
        kind = frame.msg_type
        if frame.rsv1 or frame.rsv2 or frame.rsv3:
            self._fail(1002, "reserved bits")
        elif kind is WSMsgType.TEXT and frame.fin and not self._fragments:
            self._read(frame)
        elif kind in _DATA:
            self._collect(frame, kind)
        elif kind is WSMsgType.PING:
            if self.line and not self.line.paused:  # who pings and does not read gets no pile of pongs
                transport.send_pong(frame.get_payload_as_bytes())
        elif kind is WSMsgType.CLOSE:
            code = int.from_bytes(frame.get_payload_as_bytes()[:2]) or 1000
            self.say_close(code, "")
            transport.disconnect()

    def _read(self, frame: WSFrame) -> None:
        try:
            text = frame.get_payload_as_utf8_text()
        except UnicodeDecodeError:
            self._fail(1007, "text that is not UTF-8")
            return
        if self._visit and self.is_open():
            self._visit.client.received(text)

    def _collect(self, frame: WSFrame, kind: WSMsgType) -> None:
        continues = kind is WSMsgType.CONTINUATION
        if continues is not bool(self._fragments):
            self._fail(1002, "a fragment out of turn")
            return
        if not continues:
            self._kind = kind
        self._fragments.append(frame.get_payload_as_bytes())
        if sum(map(len, self._fragments)) > MESSAGE_BYTES:
            self._fail(1009, "a message that is too large")
        elif frame.fin:
            self._complete(b"".join(self._fragments))
            self._fragments = []

    def _complete(self, data: bytes) -> None:
        if self._kind is WSMsgType.BINARY:
            message: str | bytes = data
        else:
            try:
                message = data.decode()
            except UnicodeDecodeError:
                self._fail(1007, "text that is not UTF-8")
                return
        if self._visit and self.is_open():
            self._visit.client.received(message)

    def _fail(self, code: int, reason: str) -> None:
        """The peer breaks the protocol: nothing more is read from it."""
        self._fragments = []
        self.say_close(code, reason)
        if self._transport:
            self._transport.disconnect()

    def is_open(self) -> bool:
        """Whether text may still be written."""
        transport = self._transport
        return transport is not None and not (transport.is_close_frame_sent or transport.is_disconnected)

    def say_close(self, code: int, reason: str) -> None:
        """Write a close frame, once."""
        if self._transport and self.is_open():
            self._transport.send_close(cast(Any, code), reason.encode())

    def ping(self) -> None:
        """Ask for a sign of life."""
        if self._transport and self.line and not self.line.paused and self.is_open():
            self._transport.send_ping()

    def cut(self) -> None:
        """Nobody is there any more; unless it is we who do not listen."""
        if self.line and not self.line.holding:
            self.line.abort()

    def pause_writing(self) -> None:
        """The peer reads more slowly than we write."""
        if self.line:
            self.line.pause_writing()

    def resume_writing(self) -> None:
        """The peer has caught up."""
        if self.line:
            self.line.resume_writing()

    def on_ws_disconnected(self, _transport: WSTransport) -> None:
        """The connection is gone."""
        self._pulse.remove(self)
        if self.line:
            self.line.gone = True
        if self._visit:
            self._endpoint.leave(self._visit)

    def retire(self) -> None:
        """The server stops: the client says goodbye first."""
        if self.line and self.line.reader:
            self.line.reader.retire()
        else:
            self._fail(1012, "")
