"""A small, quick WebSocket client from an address of one's choice, for benches that play many people at once."""

import asyncio
import base64
import os
from collections.abc import Callable

import msgspec

_KEY = base64.b64encode(os.urandom(16)).decode()
_MASK = bytes(4)  # a mask of zeros changes nothing, and is one


class Frame(msgspec.Struct):
    """What a bench looks at in a server's frame."""

    type: str
    id: str | int | None = None
    code: str = ""
    retry_after: float | None = None


_frames = msgspec.json.Decoder(Frame)
_encode = msgspec.json.encode


class Wire(asyncio.Protocol):
    """One socket. `heard` is called with each frame; `opened` and `closed` are set in their time."""

    def __init__(self, heard: Callable[[Frame], None]) -> None:
        self.opened = asyncio.Event()
        self.closed = asyncio.Event()
        self.writable = asyncio.Event()
        self.writable.set()
        self._heard = heard
        self._buffer = b""
        self._transport: asyncio.Transport | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Ask for the upgrade."""
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport
        transport.write(
            b"GET /socket HTTP/1.1\r\nHost: bench\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
            b"Sec-WebSocket-Version: 13\r\nSec-WebSocket-Protocol: alongside.v1\r\n"
            b"Sec-WebSocket-Key: " + _KEY.encode() + b"\r\n\r\n"
        )

    def data_received(self, data: bytes) -> None:
        """Take frames apart."""
        self._buffer += data
        if not self.opened.is_set():
            _, found, rest = self._buffer.partition(b"\r\n\r\n")
            if not found:
                return
            self._buffer = rest
            self.opened.set()
        while self._take():
            pass

    def _take(self) -> bool:
        buffer = self._buffer
        if len(buffer) < 2:
            return False
        size, start = buffer[1] & 127, 2
        if size > 125:
            start = 4 if size == 126 else 10
            size = int.from_bytes(buffer[2:start]) if len(buffer) >= start else 1 << 62
        if len(buffer) < start + size:
            return False
        body, self._buffer = buffer[start : start + size], buffer[start + size :]
        if buffer[0] & 15 == 1:
            self._heard(_frames.decode(body))
        elif buffer[0] & 15 == 9:
            self.write(b"\x8a" + bytes((0x80,)) + _MASK)
        return True

    def say(self, **frame: object) -> None:
        """Send a frame."""
        self.write(masked(_encode(frame)))

    def write(self, data: bytes) -> None:
        """Send bytes as they are."""
        if self._transport and not self._transport.is_closing():
            self._transport.write(data)

    def pause_writing(self) -> None:
        """The server reads no more for now."""
        self.writable.clear()

    def resume_writing(self) -> None:
        """It does again."""
        self.writable.set()

    def connection_lost(self, exc: Exception | None) -> None:
        """It is over."""
        self.opened.set()
        self.closed.set()
        self.writable.set()

    def cut(self) -> None:
        """Leave without a word."""
        if self._transport:
            self._transport.abort()


def masked(data: bytes) -> bytes:
    """A client's text frame."""
    size = len(data)
    head = bytes((0x81, 0x80 | size)) if size < 126 else b"\x81\xfe" + size.to_bytes(2)
    return head + _MASK + data


async def connected(port: int, address: str, token: str, heard: Callable[[Frame], None]) -> Wire:
    """A socket from this loopback address that has said hello."""
    loop = asyncio.get_running_loop()
    _, wire = await loop.create_connection(lambda: Wire(heard), "127.0.0.1", port, local_addr=(address, 0))
    await wire.opened.wait()
    wire.say(type="hello", protocol=1, token=token)
    return wire
