"""Bytes to a server and bytes back, whatever they are."""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from typing import Any, NamedTuple

PATIENCE = 30


class Answer(NamedTuple):
    """The status of an HTTP answer, its content type, and its body as JSON if it is."""

    status: int
    content_type: str
    body: Any


class Line:
    """A connection over which one may send what no library would."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.reader = reader
        self.writer = writer

    async def send(self, data: bytes) -> None:
        """Bytes, as they are."""
        self.writer.write(data)
        with suppress(ConnectionResetError):  # it had enough; what it answered can still be read
            await self.writer.drain()

    async def answer(self) -> Answer:
        """The next HTTP answer."""
        async with asyncio.timeout(PATIENCE):
            head = (await self.reader.readuntil(b"\r\n\r\n")).decode("latin-1").lower()
            headers = dict(line.split(": ", 1) for line in head.split("\r\n")[1:] if ": " in line)
            body = await self.reader.readexactly(int(headers.get("content-length", "0")))
        kind = headers.get("content-type", "")
        return Answer(int(head.split()[1]), kind, json.loads(body) if "json" in kind else body)

    async def end(self) -> bytes:
        """What still comes until the server closes."""
        async with asyncio.timeout(PATIENCE):
            try:
                return await self.reader.read()
            except ConnectionResetError:
                return b""


@asynccontextmanager
async def connected(port: int) -> AsyncIterator[Line]:
    """A connection to this port."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    try:
        yield Line(reader, writer)
    finally:
        writer.transport.abort()
